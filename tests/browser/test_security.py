"""Texts that would like to be code, through every door for texts: they are shown, and nothing runs.

The harness fails a test for any request to another origin, and for a request that only the
security headers stopped, which is an error on the console.
"""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np
import pytest
from onnx import helper
from playwright.sync_api import Browser, Locator, Page, expect

from playground.engine.network import init_params
from playground.files.archives import class_name
from playground.files.experiment import Experiment, to_json, to_query
from playground.files.values import MAX_NAME, clean_name
from playground.files.weights import save_weights
from playground.networks.small import small_network
from playground.ui.server import security_headers
from tests.browser.filters import FiltersPage, small
from tests.browser.harness import ROOT, wait_until_idle
from tests.browser.test_network import PROBES as PROBES_OF_NETWORK
from tests.browser.test_own_pictures import drawing
from tests.browser.test_train import PROBES
from tests.files.onnx_files import model
from tests.files.test_archives import zipped

# Each at most 40 characters, so that a filter's name takes it whole.
LIVE = (  # these do something on a page that takes them for HTML
    "<img src=x onerror=alert(1)>",
    "<svg><animate onbegin=alert(1) dur=1>",
    "<img src=//evil.invalid/a>",
    "<iframe src=//evil.invalid></iframe>",
    "<iframe srcdoc='<svg/onload=alert(1)>'>",
    "<link rel=stylesheet href=//evil.invalid>",
    "<style>@import'//evil.invalid/b'</style>",
    "<embed src=//evil.invalid/c>",
    "<video src=//evil.invalid/d></video>",
    "<table background=//evil.invalid/e>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "\"'><img src=x onerror=alert(1)>",
)
QUIET = (  # and these with other readers: Markdown, a script, a style, a shell, an address
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<object data=//evil.invalid></object>",
    "<a href='javascript:alert(1)'>x</a>",
    "<base href=//evil.invalid>",
    "<meta http-equiv=refresh content=0>",
    "![x](//evil.invalid/a.png)",
    "[x](javascript:alert(1))",
    "[x](https://evil.invalid)",
    "https://evil.invalid/a",
    "www.evil.invalid",
    "<https://evil.invalid>",
    "$\\href{javascript:alert(1)}{x}$",
    ":material/home: :red[x] `y` **z**",
    "# heading\n\n* list\n\n|a|\n|-|",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "';alert(1);'",
    "${alert(1)} {{alert(1)}} {alert(1)}",
    "</style></script></textarea></title>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "photo\u202egnp.exe \u2066x\u2069 \u200f\u061c",
    "a\x00b\x07\x1b[31mc\x7f\x85\u2028d\ufeff",
    "../../../etc/passwd",
    "__proto__",
)
PAYLOADS = LIVE + QUIET

# Everything that a text could have become, and all that is to be read, in every shadow root.
LOOK = """() => {
    const made = [], texts = [];
    const walk = (root) => {
        for (const element of root.querySelectorAll("*")) {
            for (const { name, value } of element.attributes) {
                const active = /evil\\.invalid|javascript:|alert\\(/.test(value);
                if (name.startsWith("on") || (active && /href|src|data|action|style/.test(name)
                    && !name.startsWith("data-")))
                    made.push(`${element.tagName} ${name}=${value.slice(0, 80)}`);
                if (/label|title|alt|placeholder/.test(name)) texts.push(value);
            }
            if (/^(IFRAME|OBJECT|EMBED|BASE)$/.test(element.tagName)) made.push(element.tagName);
            if ("value" in element) texts.push(String(element.value));
            if (element.shadowRoot) {
                texts.push(element.shadowRoot.textContent);
                walk(element.shadowRoot);
            }
        }
    };
    walk(document);
    texts.push(document.body.innerText, document.title);
    return [made, texts.join("\\n")];
}"""
# Marks that turn the direction of what follows, and characters that move a terminal's cursor.
CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\x00\x07\x1b\x7f\x85\ufeff]")


def looked_at(page: Page) -> str:
    """Everything that can be read on a page on which no text has become anything else."""
    made, text = page.evaluate(LOOK)
    assert made == []
    assert not CONTROLS.search(text)
    assert str(ROOT) not in text and "site-packages" not in text
    return text


def refuse_dialogs(page: Page) -> list[str]:
    """Note what opens a dialog, as ``alert`` does."""
    opened: list[str] = []
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    return opened


@pytest.mark.parametrize("protected", [False, True])
def test_the_payloads_are_live_and_the_headers_alone_stop_every_one(browser: Browser, protected):
    """What the other tests look for does happen on a page that trusts these texts."""
    headers = security_headers() if protected else {}
    page = browser.new_page()
    opened, asked = refuse_dialogs(page), []

    def answer(route) -> None:
        url = route.request.url
        if "evil" in url:
            asked.append(url)
            route.abort()
        else:
            route.fulfill(body="<!doctype html><p>x", content_type="text/html", headers=headers)

    page.route("**/*", answer)
    acted = set()
    page.goto("http://localhost/")
    for payload in LIVE:
        opened.clear(), asked.clear()
        page.evaluate("payload => { document.body.innerHTML = payload; }", payload)
        end = time.monotonic() + (0.1 if protected else 5)
        while not (opened or asked) and time.monotonic() < end:
            page.wait_for_timeout(10)
        if opened or asked:
            acted.add(payload)
    if protected:
        # The one way in for a script is the server's own; a component comes as a blob.
        module = (
            "import(URL.createObjectURL(new Blob(['export default 7'], {type: 'text/javascript'})))"
        )
        assert page.evaluate(f"{module}.then(m => m.default)") == 7
    page.close()
    assert acted == (set() if protected else set(LIVE))


def test_filter_names_and_values_of_links_are_shown_as_they_are(filters: FiltersPage):
    page, start = filters.page, small(Experiment())
    opened = refuse_dialogs(page)
    shown = ""
    for first in range(0, len(PAYLOADS), 8):
        names = PAYLOADS[first : first + 8]
        named = tuple(replace(start.filters[0], name=clean_name(n), preset="") for n in names)
        named_so = replace(start, filters=named, active=0)
        filters.show(named_so)
        shown += looked_at(page)
    assert [p for p in PAYLOADS if clean_name(p) not in shown] == []
    # The same names in a file, and payloads as the values of everything that a link can set.
    saved = json.loads(to_json(start))
    for filter_, payload in zip(saved["filters"], LIVE, strict=False):
        filter_["name"] = payload * 3
    page.get_by_role("button", name=re.compile("Save, open")).click()
    file = {"name": f"{LIVE[0]}.json", "mimeType": "application/json"}
    field = page.locator(".st-key-open_experiment input[type=file]")
    filters.changes(lambda: field.set_input_files({**file, "buffer": json.dumps(saved).encode()}))
    assert (LIVE[0] * 3)[:MAX_NAME].strip() in looked_at(page)
    query = {name: PAYLOADS[k] for k, name in enumerate(to_query(replace(start, seed=1, rounds=3)))}
    filters.open(**query, **{PAYLOADS[20]: PAYLOADS[21]})
    looked_at(page)
    assert opened == []


def drop(field: Locator, name: str, kind: str, data: bytes) -> None:
    field.set_input_files({"name": name, "mimeType": kind, "buffer": data})


@pytest.mark.allow_problems(*PROBES)
def test_names_of_classes_files_labels_and_networks_are_shown_as_they_are(open_page, server):
    printed = server.size()
    as_value = dict.fromkeys(("network", "filters", "epochs", "learning_rate"), QUIET[0])
    page = open_page("train?dataset=own&" + urlencode(as_value))
    opened = refuse_dialogs(page)
    looked_at(page)
    # A folder's name is its class's, and the names of files that are no pictures are listed.
    folders = [p for p in PAYLOADS if not {"/", "\\", "\0"} & set(p)][:10]
    entries = {f"{name}/1.png": drawing("bar", k) for k, name in enumerate(folders)}
    refused = [p.replace("/", "∕") for p in PAYLOADS]
    entries |= {f"{folders[0]}/{name}.png": b"?" for name in refused[:18]}
    field = page.get_by_test_id("stFileUploaderDropzone").locator("input")
    drop(field, "a.zip", "application/zip", zipped(entries))
    last = page.get_by_role("region", name=f"Class {class_name(folders[-1])}", exact=True)
    expect(last).to_be_visible(timeout=20_000)
    shown = looked_at(page)
    assert [name for name in folders if class_name(name) not in shown] == []
    for name in (LIVE[0], QUIET[4], QUIET[20]):
        drop(field, f"{name}.png", "image/png", b"\x89PNG\r\n\x1a\nnonsense")
        expect(page.locator(".st-key-own_notes")).to_contain_text("“", timeout=15_000)
        wait_until_idle(page)
        looked_at(page)
    # A network in a file: its name, its labels, the note.
    labels = tuple(PAYLOADS[:10])
    network = replace(small_network((1, 28, 28), labels, blocks=1, filters=2), name=QUIET[5])
    weights = save_weights(network, init_params(network, np.random.default_rng(0)), note=QUIET[6])
    page.get_by_text("Use it", exact=True).click()
    page.get_by_role("button", name=re.compile("Save, load")).click()
    drop(page.locator("[class*=st-key-use_weights] input"), "w.npz", "", weights)
    page.get_by_text("Upload", exact=True).last.click()
    drop(page.locator("[class*=st-key-use_picture] input"), "x.png", "image/png", drawing("bar", 1))
    expect(page.locator(".stages .verdict")).to_have_text(
        re.compile("|".join(map(re.escape, labels))), timeout=20_000
    )
    wait_until_idle(page)
    shown = looked_at(page)
    assert [label for label in labels if label not in shown] == []
    assert opened == []
    # What the server wrote meanwhile is its own log, line by line, with no name in it.
    lines = [line for line in server.text(printed).splitlines() if line]
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert not re.search(r"evil|alert|\.png|\.zip", server.text(printed))


@pytest.mark.allow_problems(*PROBES_OF_NETWORK)
def test_names_in_the_network_of_a_stranger_are_shown_as_they_are(open_page):
    made = model(
        [
            helper.make_node("Flatten", ["x"], [QUIET[4]], name=LIVE[0]),
            helper.make_node("Gemm", [QUIET[4], LIVE[5]], [QUIET[5]], name=LIVE[1]),
            helper.make_node("Softmax", [QUIET[5]], [LIVE[2]], name=QUIET[8]),
        ],
        (1, 1, 4, 4),
        {LIVE[5]: np.eye(16, 10, dtype=np.float32)},
    )
    made.graph.name, made.doc_string, made.producer_name = LIVE[3], LIVE[4], QUIET[0]
    labels = made.metadata_props.add()
    labels.key, labels.value = "labels", json.dumps(PAYLOADS[:10])
    places = ("node", "channel", "row", "column", "view", "picture")
    query = dict(zip(places, (LIVE[0], QUIET[4], *QUIET), strict=False))
    page = open_page("network?network=lenet5&" + urlencode(query))
    opened = refuse_dialogs(page)
    looked_at(page)
    page.get_by_role("button", name=re.compile("Your model")).click()
    field = page.locator("[class*=st-key-network_file] input")
    drop(field, f"{LIVE[6]}.onnx", "", made.SerializeToString())
    verdict = page.locator(".network .verdict")
    expect(verdict).to_have_text(
        re.compile("|".join(map(re.escape, PAYLOADS[:10]))), timeout=20_000
    )
    wait_until_idle(page)
    shown = looked_at(page)
    assert len([label for label in PAYLOADS[:10] if label in shown]) >= 5
    drop(page.locator("[class*=st-key-network_file] input"), f"{LIVE[7]}.onnx", "", b"no network")
    wait_until_idle(page)
    looked_at(page)
    assert opened == []


def test_payloads_in_a_link_to_exercises_come_to_nothing(filters: FiltersPage):
    query = dict(zip(("seed", "n", "topics"), (LIVE[0], QUIET[4], QUIET[0]), strict=True))
    opened = refuse_dialogs(filters.page)
    filters.watch.allowed += [r"_stcore/(health|host-config)$", r"Failed to load resource: .*404"]
    filters.page.goto(f"{filters.url}/practise?{urlencode(query)}")
    wait_until_idle(filters.page)
    looked_at(filters.page)
    assert filters.watch.problems() == []
    filters.watch.start()
    assert opened == []


@pytest.mark.parametrize("path", ["", "train", "_stcore/health", "favicon.png", "none/_stcore/x"])
def test_every_answer_of_the_running_server_has_the_headers(server, path):
    request = urllib.request.Request(f"{server.url}/{path}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            headers = answer.headers
    except urllib.error.HTTPError as error:
        headers = error.headers
    assert {name: headers.get_all(name) for name in security_headers()} == {
        name: [value] for name, value in security_headers().items()
    }
