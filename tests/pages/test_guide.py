"""The Guide page: it draws, and it explains every word, kernel and picture."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground.engine.kernels import KERNELS
from playground.files.gallery import GALLERY
from playground.networks.history import HISTORY
from playground.pages import guide as guide_module
from playground.ui.training.panels import PANELS
from playground.ui.training.screen import SECTIONS
from playground.ui.words import WORDS


def draw_guide() -> None:
    from playground.pages import guide

    guide.draw()


@pytest.fixture(scope="module")
def guide():
    at = AppTest.from_function(draw_guide, default_timeout=30).run()
    assert not at.exception
    return at


def test_every_word_is_explained(guide):
    shown = "\n".join(block.value for block in guide.markdown)
    for word in WORDS.values():
        assert word.markdown() in shown


def test_every_kernel_system_and_picture_stands_in_a_table(guide):
    keys, kernels, systems, pictures = (table.value for table in guide.table)
    assert len(keys) >= 5
    assert list(kernels["Kernel"]) == [k.name for k in KERNELS.values()]
    assert all(kernels["Source"])
    assert all(system.url in row for system, row in zip(HISTORY, systems["Source"], strict=True))
    assert list(pictures["By"]) == [p.credit for p in GALLERY.values()]


def test_the_headings_are_in_order(guide):
    assert [title.value for title in guide.title] == ["Guide"]
    first = [
        "First steps",
        "Training a network",
        "Looking into a whole network",
        "The history of the networks",
        "Keys",
        "For teachers",
    ]
    assert [h.value for h in guide.header][:6] == first
    others = ["With the Train page", "With the Network and History pages"]
    assert [h.value for h in guide.subheader] == others


def test_what_the_guide_names_on_the_train_page_is_there():
    told = guide_module.TRAIN + guide_module.TRAIN_TEACHING
    there = {*SECTIONS.values(), *(panel.label for panel in PANELS.values())}
    assert all(f"*{label}" in told for label in there - {"Learn"})
