"""What is taken away works elsewhere: the link, the files, the programs."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from playground.files.experiment import Experiment, Filter, from_json, preset_filter, to_json
from tests.browser.filters import FiltersPage, agree, expected, small
from tests.browser.harness import wait_for, wait_until_idle

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
FILES = ("pipeline.png", "convolution.png", "activation.png", "pooling.png", "picture.png",
         "arrays.npz", "experiment.json")  # fmt: skip


def test_a_shared_link_opens_the_same_screen_elsewhere(browser, server):
    first = FiltersPage(browser, server, permissions=["clipboard-read", "clipboard-write"])
    second = FiltersPage(browser, server)
    try:
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
        assert first.watch.problems() == second.watch.problems() == []
    finally:
        first.close()
        second.close()


@pytest.mark.parametrize(
    "place", ["x", "[]", "null", '{"stage":"score"}', '{"row":1e99}', "❤" * 90]
)
def test_a_broken_place_in_a_link_leads_to_the_page_all_the_same(filters, place):
    filters.page.evaluate("if (location.protocol === 'http:') sessionStorage.clear()")
    for view in ("maps", "watch"):
        filters.page.goto(f"{filters.url}/?{urlencode({'view': view, 'at': place, 'side': 64})}")
        filters.page.locator(".cnn:is(.pipeline, .player)[data-version]").wait_for()


@pytest.fixture(scope="module")
def saved(filters_page, tmp_path_factory) -> dict[str, Path]:
    """Every file of the menu, as the browser got it."""
    folder = tmp_path_factory.mktemp("saved")
    filters_page.open(EXPERIMENT)
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
    filters.open()
    page = filters.page
    page.get_by_role("button", name="Save, open", exact=True).click()
    field = page.locator(".st-key-open_experiment input[type=file]")
    filters.changes(lambda: field.set_input_files(saved["experiment.json"]))
    page.keyboard.press("Escape")
    wait_until_idle(page)
    assert filters.linked == EXPERIMENT
    expect(page.get_by_role("textbox", name="Name of the filter")).to_have_value(OWN.name)


def test_the_code_dialog_shows_three_programs(filters):
    filters.open(EXPERIMENT)
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
