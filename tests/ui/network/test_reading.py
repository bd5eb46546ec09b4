"""A file that is read in a thread: its result, its sentence, and its end when nobody wants it."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.files.errors import BadFile
from playground.ui.network.reading import WENT_WRONG, Reading
from playground.ui.networks import Networks, Weights, memory_of


def test_what_was_read_is_there_at_the_end():
    reading = Reading(lambda progress: 7)
    assert reading.wait(10) and reading.made == 7 and reading.refused == ""


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (BadFile("no file"), "no file"),
        (EngineError("no room"), "no room"),
        (KeyError("x"), WENT_WRONG),
    ],
)
def test_what_goes_wrong_is_a_sentence(error, sentence):
    def read(progress):
        raise error

    reading = Reading(read)
    assert reading.wait(10) and reading.refused == sentence and reading.made is None


def test_a_cancelled_file_ends_at_its_next_step_and_lets_the_next_one_in():
    begun, go_on = threading.Event(), threading.Event()

    def read(progress):
        progress(0.25)
        begun.set()
        assert go_on.wait(10)
        progress(0.5)
        return 1

    first = Reading(read)
    assert begun.wait(10) and first.share == 0.25
    second = Reading(lambda progress: 2)
    assert not second.wait(0.05)  # one file at a time
    first.cancel()
    go_on.set()
    assert first.wait(10) and first.made is None and first.refused == ""
    assert second.wait(10) and second.made == 2


def test_weights_are_counted_once_and_a_file_that_they_are_pieces_of_as_a_whole():
    data = bytes(4000)
    piece = np.frombuffer(data, np.float32, 10)
    own = np.zeros(100, np.float32)
    repeated = np.broadcast_to(np.float32(1), (1000,))
    assert memory_of({"a": {"x": own, "y": own[:5].reshape(5, 1)}}, data) == 400
    assert memory_of({"a": {"x": piece, "y": piece[2:]}, "b": {"z": own}}, data) == 4400
    assert memory_of({"a": {"x": repeated}}, data) < 100


def test_a_session_that_holds_too_much_is_told_how_much():
    with pytest.raises(EngineError, match="10,000 MB of memory"):
        Networks(None, {"a": Weights({}, 10_000 * 2**20)}).check()
