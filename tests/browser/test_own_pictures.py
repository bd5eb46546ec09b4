"""Own pictures in a real browser: two classes are filled, learned to the end, and used."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.test_train import PROBES
from tests.files.test_archives import zipped

PAGE = "train?dataset=own&network=small&filters=4&batch_size=4&epochs=10&learning_rate=0.003"


def drawing(kind: str, seed: int) -> bytes:
    """A dark circle or bar somewhere on bright ground."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (90, 70), tuple(int(v) for v in rng.integers(180, 256, 3)))
    x, y = (int(v) for v in rng.integers(22, 30, 2))
    pen = ImageDraw.Draw(image)
    shade = tuple(int(v) for v in rng.integers(0, 90, 3))
    if kind == "circle":
        pen.ellipse((x, y - 12, x + 36, y + 24), fill=shade)
    else:
        pen.rectangle((x + 12, 2, x + 22, 68), fill=shade)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def files(folder: Path, kind: str, count: int) -> list[Path]:
    made = [folder / f"{kind}{number}.png" for number in range(count)]
    for number, path in enumerate(made):
        path.write_bytes(drawing(kind, number + 50 * (kind == "bar")))
    return made


def card(page: Page, name: str):
    return page.get_by_role("region", name=f"Class {name}", exact=True)


def upload(page: Page, paths: list[Path]) -> None:
    page.get_by_test_id("stFileUploaderDropzone").locator("input").set_input_files(paths)


@pytest.mark.allow_problems(*PROBES)
def test_two_classes_are_filled_learned_to_the_end_and_used(open_page, server, tmp_path):
    printed = server.size()
    page = open_page(PAGE)
    upload(page, files(tmp_path, "circle", 8))
    expect(card(page, "Class 1")).to_contain_text("8 pictures, 2 held out", timeout=15_000)
    card(page, "Class 2").get_by_role("button", name="Put new pictures here").click()
    expect(card(page, "Class 2")).to_contain_text("New pictures go here", timeout=15_000)
    upload(page, files(tmp_path, "bar", 8))
    expect(card(page, "Class 2")).to_contain_text("8 pictures", timeout=15_000)
    # A field's own undo takes back what was typed, nothing else.
    name = page.get_by_role("textbox", name="Name of class 2")
    name.focus()
    page.keyboard.press("End")
    page.keyboard.type("x")
    page.keyboard.press("ControlOrMeta+z")
    expect(name).to_have_value("Class 2")
    name.fill("<b>bars")
    name.press("Enter")
    expect(card(page, "b bars")).to_be_visible(timeout=15_000)
    # One picture goes by keyboard, the next one has the focus, and it comes back.
    pictures = card(page, "b bars").get_by_role("group")
    expect(pictures.locator("canvas")).to_have_count(8)
    pictures.get_by_role("button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    expect(pictures.locator("canvas")).to_have_count(7, timeout=15_000)
    expect(pictures.get_by_role("button", name="Remove picture 2 of")).to_be_focused()
    page.keyboard.press("ControlOrMeta+z")
    expect(pictures.locator("canvas")).to_have_count(8, timeout=15_000)
    # They outlive a reload, as the run does.
    page.get_by_role("button", name="Start").click()
    bar = page.get_by_test_id("stProgress")
    expect(bar).to_contain_text(re.compile("Training|Finished"))
    page.reload()
    expect(bar).to_contain_text("Finished", timeout=60_000)
    page.locator("summary", has_text="Your pictures").click()
    expect(card(page, "b bars")).to_contain_text("8 pictures", timeout=15_000)
    page.get_by_text("Use it", exact=True).click()
    expect(page.get_by_text("small network, trained here")).to_be_visible(timeout=15_000)
    page.get_by_text("Upload", exact=True).first.click()
    (new,) = files(tmp_path, "circle", 1)
    new.write_bytes(drawing("circle", 99))
    upload(page, [new])
    expect(page.locator(".stages .verdict")).to_have_text("Class 1", timeout=15_000)
    assert not re.search(r"bars|circle|\.png", server.text(printed))


@pytest.mark.allow_problems(*PROBES)
def test_a_hostile_archive_gets_one_sentence_and_a_phone_shows_everything(open_page, tmp_path):
    page = open_page(PAGE, width=390, height=844, has_touch=True, is_mobile=True)
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(zipped({"a/1.png": bytes(20_000_000)}))
    upload(page, [bomb])
    notes = page.locator(".st-key-own_notes")
    expect(notes).to_contain_text("packed more than 200 times smaller", timeout=15_000)
    assert notes.inner_text().count("\n") == 0
    names = {f"cat/{k}.png": drawing("bar", k) for k in range(30)}
    good = tmp_path / "good.zip"
    good.write_bytes(zipped({**names, "dog/1.png": drawing("circle", 1), "dog/x.txt": b"?"}))
    upload(page, [good])
    expect(card(page, "cat")).to_contain_text("30 pictures", timeout=15_000)
    expect(notes).to_contain_text("“dog/x.txt” was skipped")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first = card(page, "cat").get_by_role("button", name="Remove picture 1 of cat")
    first.scroll_into_view_if_needed()
    size = first.bounding_box()
    assert min(size["width"], size["height"]) >= 24
    first.tap()
    expect(page.get_by_text("Picture 1 of “cat” was removed.")).to_be_visible(timeout=15_000)
    card(page, "dog").get_by_role("button", name="Remove the class dog").tap()
    expect(card(page, "dog")).to_have_count(0, timeout=15_000)
    page.locator(".collection").get_by_role("button", name="Undo").tap()
    expect(card(page, "dog")).to_contain_text("1 picture", timeout=15_000)
