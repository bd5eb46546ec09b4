"""The words of the playground: every term that the page explains has its sentences."""

from __future__ import annotations

import re

import pytest

from playground.files.experiment import CHOICES, Experiment
from playground.ui.components import library_script
from playground.ui.controls import NAMES
from playground.ui.screen import map_names
from playground.ui.words import WORDS, for_browser


def test_every_word_that_a_script_asks_for_is_there():
    asked = set(re.findall(r'why\("(\w+)"\)', library_script()))
    assert asked >= {"kernel", "score", "softmax", "temperature"}
    assert asked <= set(WORDS)


def test_every_stage_of_the_pipeline_has_its_word():
    # The script asks by the stage's name, and for an activation by the function's.
    stages = {"input", *map_names(Experiment())} - {"activation"}
    assert stages | set(CHOICES["activation"]) <= set(WORDS)


@pytest.mark.parametrize("control", NAMES)
def test_every_control_has_its_word(control):
    assert NAMES[control][1] in WORDS


@pytest.mark.parametrize("key", WORDS)
def test_a_word_is_two_or_three_short_sentences(key):
    word = WORDS[key]
    sentences = re.findall(r"[.?!](?=\s|$)", word.text)
    assert 1 <= len(sentences) <= 4
    assert len(word.text) < 400
    assert word.text in word.markdown() and word.term in word.markdown()
    assert (word.formula == "") == ("`" not in word.markdown())


def test_the_browser_gets_every_word():
    assert for_browser() == {key: [w.term, w.text, w.formula] for key, w in WORDS.items()}
