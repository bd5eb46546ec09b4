"""Pictures of the user's own: uploaded, kept over a reload, missing elsewhere, and hostile ones."""

from __future__ import annotations

import io
import re
import struct
import zlib
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from playground.files.experiment import Experiment, to_query
from playground.files.images import load_image, resize
from playground.ui.screen import compute
from tests.browser.filters import FiltersPage, agree, linked_by, small
from tests.browser.harness import wait_until_idle

START = small(Experiment())
OWN = "Your picture. A picture of your own"
ORIENTATION, ROTATED = 0x0112, 6


def photo() -> bytes:
    """A photograph that lies on its side until the camera's note is heeded."""
    rows, columns = np.mgrid[0:120, 0:200]
    pixels = np.stack([columns, rows * 2, (rows * columns) // 100], axis=2).astype(np.uint8)
    pixels[20:60, 30:90] = (250, 250, 250)
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=95, exif=exif)
    return data.getvalue()


def bomb() -> bytes:
    """21 kilobytes that claim 13,300 x 13,300 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    side = 13_300
    rows = zlib.compress(bytes(1 + (side + 7) // 8) * side, 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def upload(filters: FiltersPage, name: str, kind: str, data: bytes) -> None:
    page = filters.page
    field = page.locator(".st-key-upload input[type=file]")
    if not field.count():
        page.get_by_role("button", name="Upload", exact=True).first.click()
    field.set_input_files({"name": name, "mimeType": kind, "buffer": data})


def chosen(page: Page):
    return page.get_by_role("radio", checked=True).filter(has=page.locator("canvas"))


def check_against(filters: FiltersPage, picture: np.ndarray, experiment: Experiment) -> None:
    output = compute(experiment, resize(picture, experiment.side)).stages["convolution"].output
    seen = filters.inspected()
    assert agree(f"{seen.value:.4f}", output[0, seen.filter, seen.row, seen.column])
    rows, columns = output.shape[2:]
    assert f"{rows} by {columns}" in filters.map("convolution").get_attribute("aria-label")


def test_a_rotated_photo_is_uploaded_kept_and_missing_elsewhere(open_page, filters):
    filters.show(START)
    picture = load_image(photo(), 512)
    assert picture.shape[1:] == (200, 120)
    filters.changes(lambda: upload(filters, "photo.jpg", "image/jpeg", photo()))
    filters.page.keyboard.press("Escape")
    wait_until_idle(filters.page)
    experiment = filters.linked
    assert experiment.picture.startswith("upload-")
    assert replace(experiment, picture="cat") == START
    check_against(filters, picture, experiment)
    expect(chosen(filters.page)).to_have_attribute("aria-label", OWN)

    filters.cell(1, 1).focus()
    filters.changes(lambda: filters.page.keyboard.type("2"))
    filters.page.keyboard.press("Enter")
    edge, *others = experiment.filters
    weight = ((2.0, *edge.weight[0][1:]), *edge.weight[1:])
    edited = replace(experiment, filters=(replace(edge, weight=weight), *others))
    filters.expect_link(edited)
    filters.page.reload()
    filters.settled()
    expect(chosen(filters.page)).to_have_attribute("aria-label", OWN)
    assert filters.linked == edited
    expect(filters.cell(1, 1)).to_have_value("2")
    check_against(filters, picture, edited)
    assert filters.text_of_notes() == ""

    elsewhere = open_page(f"?{urlencode(to_query(edited))}")
    expect(elsewhere.get_by_text("is not here; the cat stands in")).to_be_visible()
    wait_until_idle(elsewhere)
    assert linked_by(elsewhere) == replace(edited, picture="cat")
    expect(chosen(elsewhere)).to_have_attribute("aria-label", re.compile("^Cat"))


def test_the_gallery_is_walked_by_keyboard(filters):
    filters.show(START)
    tile = chosen(filters.page)
    tile.focus()
    filters.changes(lambda: filters.page.keyboard.press("ArrowRight"))
    filters.expect_link(replace(START, picture="coffee"))
    expect(chosen(filters.page)).to_be_focused()
    filters.changes(lambda: filters.page.keyboard.press("ArrowLeft"))
    filters.expect_link(START)


HOSTILE = {
    "random bytes": ("x.png", "image/png", bytes(range(256)) * 40),
    "a bomb": ("bomb.png", "image/png", bomb()),
    "an SVG": ("x.png", "image/png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'),
    "nothing": ("![x](//x.invalid/a.png)<b>.png", "image/png", b""),
}


def test_a_hostile_upload_is_one_sentence_and_the_page_goes_on(filters):
    notes = filters.page.get_by_test_id("stText")
    filters.show(START)
    for kind, file in HOSTILE.items():
        upload(filters, *file)
        expect(notes).to_have_count(1)
        assert notes.inner_text().endswith("."), kind
        filters.page.keyboard.press("Escape")
        wait_until_idle(filters.page)
        assert filters.linked == START
        filters.changes(filters.root.get_by_role("button", name="Sobel x", exact=True).click)
        expect(notes).to_have_count(0)
        first = filters.root.get_by_role("button", name=START.filter.name, exact=True)
        filters.changes(first.click)
        filters.expect_link(START)
