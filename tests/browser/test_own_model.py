"""A network of one's own in a real browser: opened, down to a cell, taken away, opened again."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from playground.engine.network import forward, init_params
from playground.engine.partial import outputs_of
from playground.files.gallery import gallery_picture
from playground.files.onnx import load_onnx
from playground.files.onnx_export import onnx_bytes
from playground.files.preparation import Preparation, prepare
from playground.networks.small import small_network
from playground.ui.network.inputs import LARGEST
from tests.browser.harness import wait_until_idle
from tests.browser.test_network import PROBES, number, ready

LABELS = ("<b>cat</b>", "cup", "boat")
NODE, CHANNEL, CELL = "conv2", 5, (3, 4)


def open_file(page: Page, name: str, data: bytes) -> None:
    """Upload a network, and wait until it is the one on the page."""
    page.get_by_role("button", name="Your model", exact=True).click()
    field = page.locator("[class*=st-key-network_file_] input[type=file]")
    field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})
    page.wait_for_url(re.compile("network=model"))
    page.keyboard.press("Escape")
    ready(page)


@pytest.mark.allow_problems(*PROBES)
def test_a_model_is_opened_down_to_a_cell_taken_away_and_opened_again(open_page, tmp_path: Path):
    network = small_network((3, 16, 16), LABELS, hidden=0)
    params = init_params(network, np.random.default_rng(1))
    page = open_page("network?network=lenet5", wait=False)
    ready(page)
    open_file(page, "<i>mine</i>.onnx", onnx_bytes(network, params))
    x = prepare(gallery_picture("cat", LARGEST), Preparation(16, 16))[None]
    best = LABELS[int(forward(network, params, x)[0].argmax())]
    expect(page.locator(".network .verdict")).to_have_text(best)
    page.locator(f'.network [data-name="{NODE}"]').click()
    expect(page.locator(".network .maps h3")).to_contain_text(NODE)
    page.get_by_role("button", name=f"Map {CHANNEL + 1} of {NODE}").click()
    expect(page.locator(".network .opened h3")).to_have_text(f"{NODE}, map {CHANNEL + 1}")
    wait_until_idle(page)
    box = page.locator(".network .map").bounding_box()
    page.mouse.click(
        box["x"] + (CELL[1] + 0.5) / 8 * box["width"],
        box["y"] + (CELL[0] + 0.5) / 8 * box["height"],
    )
    head = page.locator(".network .cell h4")
    expect(head).to_contain_text(f"row {CELL[0] + 1}, column {CELL[1] + 1} = ")
    expected = outputs_of(network, params, x, [NODE])[NODE][0][CHANNEL][CELL]
    assert number(head.locator("strong").inner_text()) == pytest.approx(expected, abs=6e-4)
    page.reload()
    expect(head).to_contain_text(f"row {CELL[0] + 1}, column {CELL[1] + 1} = ")
    expect(page.locator(".network .verdict")).to_have_text(best)
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="network.onnx", exact=True).click()
    saved = tmp_path / "network.onnx"
    download.value.save_as(saved)
    again, weights = load_onnx(saved.read_bytes())
    assert again.labels == LABELS
    assert (forward(again, weights, x) == forward(network, params, x)).all()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    open_file(page, "again.onnx", saved.read_bytes())
    expect(page.locator(".network .verdict")).to_have_text(best)
