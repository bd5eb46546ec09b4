"""What is taken away works elsewhere: the link, the files, the programs."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from playground.files.experiment import Experiment, Filter, from_json, preset_filter, to_json
from playground.ui import pictures
from tests.browser.bare import bare_page
from tests.browser.filters import FiltersPage, agree, expected, small
from tests.browser.harness import wait_for

OWN = Filter("Räuber | 1/3", ((0.0, 1.0, 0.0), (1.0, -4.25, 1.0), (0.0, 1.0, 0.0)), 0.5)
EXPERIMENT = small(
    Experiment(
        picture="coffee",
        filters=(OWN, preset_filter("sobel_y")),
        padding=1,
        padding_mode="reflect",
        activation="tanh",
        pool="average",
        temperature=0.5,
    )
)
# What a view says of the cell that it looks at.
AT = "(root) => ({ ...root.dataset })"
FILES = ("pipeline.png", "convolution.png", "activation.png", "pooling.png", "picture.png",
         "arrays.npz", "experiment.json")  # fmt: skip


def test_a_shared_link_opens_the_same_screen_elsewhere(windows, server, filters):
    first = FiltersPage(windows, server, permissions=["clipboard-read", "clipboard-write"])
    second = filters  # in a window that has nothing of the first one's
    with first.watched():
        first.open(EXPERIMENT)
        first.map("pooling").focus()
        first.map("pooling").press("End")  # another cell than the one that the page begins with
        wait_for(
            first.page, "sessionStorage.getItem('cnn-playground/pipeline')?.includes('pooling')"
        )
        first.page.get_by_role("button", name="Share").click()
        expect(first.page.get_by_text("Link copied.")).to_be_visible()
        link = first.page.evaluate("navigator.clipboard.readText()")
        assert link.startswith(f"{first.page.url}&at=")
        second.page.goto(link)
        second.settled()
        assert second.linked == first.linked == EXPERIMENT
        one, other = first.inspected(), second.inspected()
        assert vars(one) == vars(other)
        output = expected(EXPERIMENT).stages["convolution"].output
        assert agree(f"{other.value:.4f}", output[0, other.filter, other.row, other.column])
    first.close()


def test_broken_places_in_links_lead_to_the_page_all_the_same(filters, browser):
    places = ("x", "[]", "null", '{"stage":"score"}', '{"row":1e99}', "❤" * 90)
    screen = expected(EXPERIMENT)
    picture = pictures.picture_of(EXPERIMENT, {})
    for view, name in (("maps", "pipeline"), ("watch", "player")):
        with bare_page(browser, name) as bare:
            whole = bare.run(AT, None, screen, picture)
            assert whole["value"]
            for place in places:
                bare.mount(urlencode({"view": view, "at": place}))
                seen = bare.run(AT, None, screen, picture)
                assert {**seen, "version": ""} == {**whole, "version": ""}, place
    # With the whole app around it.
    filters.page.evaluate("if (location.protocol === 'http:') sessionStorage.clear()")
    filters.page.goto(f"{filters.url}/?{urlencode({'at': places[4], 'side': 64})}")
    filters.settled()


def test_a_place_in_a_link_is_where_a_view_begins(browser):
    screen = expected(EXPERIMENT)
    picture = pictures.picture_of(EXPERIMENT, {})
    with bare_page(browser, "pipeline") as bare:
        for row, column in ((3, 5), (20, 11)):
            place = {"stage": "convolution", "filter": 0, "row": row, "column": column}
            bare.mount(urlencode({"at": json.dumps(place)}))
            seen = bare.run(AT, None, screen, picture)
            assert seen["cell"] == f"convolution,0,{row},{column}"


@pytest.fixture(scope="module")
def saved(filters_page, tmp_path_factory) -> dict[str, Path]:
    """Every file of the menu, as the browser got it."""
    folder = tmp_path_factory.mktemp("saved")
    filters_page.show(EXPERIMENT)
    page = filters_page.page
    page.get_by_role("button", name="Save, open", exact=True).click()
    for name in FILES:
        with page.expect_download() as download:
            page.get_by_role("button", name=re.compile(re.escape(name) + "$")).click()
        assert download.value.suggested_filename == name
        download.value.save_as(folder / name)
    page.keyboard.press("Escape")
    return {name: folder / name for name in FILES}


def test_every_picture_opens(saved):
    screen = expected(EXPERIMENT)
    for name in FILES[:5]:
        with Image.open(saved[name]) as image:
            image.load()
            if name == "picture.png":
                assert image.size == screen.stages["convolution"].inputs[0].shape[:1:-1]
            elif name != "pipeline.png":
                rows, columns = screen.stages[name.removesuffix(".png")].output.shape[2:]
                assert image.width * rows == image.height * columns


def test_the_arrays_are_the_engines(saved):
    screen = expected(EXPERIMENT)
    with np.load(io.BytesIO(saved["arrays.npz"].read_bytes())) as arrays:
        for name, stage in screen.stages.items():
            np.testing.assert_allclose(arrays[name], stage.output, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(arrays["softmax"], screen.terms.probabilities, rtol=1e-6)


def test_the_experiment_opens_again(filters, saved):
    data = saved["experiment.json"].read_bytes()
    assert from_json(data) == (EXPERIMENT, [])
    assert data.decode() == to_json(EXPERIMENT)
    filters.show(Experiment())
    page = filters.page
    page.get_by_role("button", name="Save, open", exact=True).click()
    field = page.locator(".st-key-open_experiment input[type=file]")
    filters.changes(lambda: field.set_input_files(saved["experiment.json"]))
    page.keyboard.press("Escape")
    filters.expect_link(EXPERIMENT)
    expect(page.get_by_role("textbox", name="Name of the filter")).to_have_value(OWN.name)


def test_the_code_dialog_shows_three_programs(filters):
    filters.show(EXPERIMENT)
    page = filters.page
    page.get_by_role("button", name="Code", exact=True).click()
    dialog = page.get_by_role("dialog")
    for tab, word in (
        ("NumPy and SciPy", "scipy"), ("PyTorch", "torch.nn"), ("Keras", "keras")
    ):  # fmt: skip
        dialog.get_by_role("tab", name=tab).click()
        panel = dialog.get_by_role("tabpanel", name=tab)
        expect(panel).to_contain_text(word, timeout=15_000)
        expect(panel).to_contain_text("-4.25")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
