"""Saving what the player shows: the right picture comes out, and nothing else gets in."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from playground.files.experiment import Experiment
from playground.ui.message import Parcel
from playground.ui.screen import compute
from playground.ui.watch import KINDS, NotSaved, handed_out, make_file
from tests.experiments import random_picture

EVENT = {
    "op": "save", "what": "gif", "stage": "convolution", "rows": [0, 3], "columns": [1, 3],
    "step": 2, "decimals": 2, "channel": None, "speed": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def screen():
    picture = random_picture(np.random.default_rng(0), 3, 12, 10)
    return compute(replace(Experiment(), active=1), picture)


@pytest.mark.parametrize("stage", ["convolution", "activation", "pooling"])
def test_the_animation_has_a_frame_a_cell_in_the_time_that_the_speed_says(screen, stage):
    name, kind, data = make_file(screen, {**EVENT, "stage": stage, "speed": 2})
    with Image.open(io.BytesIO(data)) as file:
        assert (file.format, file.n_frames) == ("GIF", 6)
        assert file.info["duration"] == 250
    assert (name, kind) == (f"{stage}-1-2.gif", "image/gif")


def test_one_step_is_a_png_and_two_steps_differ(screen):
    pictures = []
    for step in (0, 5):
        name, kind, data = make_file(screen, {**EVENT, "what": "png", "step": step})
        assert kind == "image/png" and name.endswith(".png")
        pictures.append(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
    assert pictures[0].shape == pictures[1].shape and (pictures[0] != pictures[1]).any()


HOSTILE = {
    "what": ["exe", None, ["gif"], 3],
    "stage": ["score", "../x", None, ["convolution"], 7],
    "rows": [None, [3, 0], [0, 1e9], [0, 99999], [-1, 3], [0], "03", [0, 3, 5], [True, 3]],
    "columns": [[50, 60], {"0": 1}],
    "step": [-1, 1e9, 2.5, "2", None, True, 10**30],
    "decimals": [-1, None, "2", 10**30],
    "channel": [-1, 3, "0", 1.0, True],
    "speed": [0, -1, 1e9, None, "1", float("nan"), True - 1],
}


@pytest.mark.parametrize("key", HOSTILE)
def test_what_cannot_be_saved_ends_in_one_sentence(screen, key):
    for value in HOSTILE[key]:
        for what in KINDS if key != "what" else ("gif",):
            with pytest.raises(NotSaved, match=r"^[A-Z].*\.$"):
                make_file(screen, {**EVENT, "what": what, key: value})


def test_too_large_a_region_is_refused(screen):
    large = compute(Experiment(), random_picture(np.random.default_rng(0), 1, 40, 40))
    with pytest.raises(NotSaved, match="144"):
        make_file(large, {**EVENT, "rows": [0, 30], "columns": [0, 30]})


def test_the_semaphore_is_free_again_after_a_refusal(screen):
    for _ in range(3):
        with pytest.raises(NotSaved):
            make_file(screen, {**EVENT, "columns": [50, 60]})
    assert make_file(screen, EVENT)[2]


def test_nothing_is_handed_out_unless_it_was_made(screen, monkeypatch):
    made = [(4, "a.gif", "image/gif", b"GIF89a")]
    monkeypatch.setattr("playground.ui.state.take_file", lambda: made.pop() if made else None)
    parcel = Parcel()
    entry = handed_out(screen, parcel)["file"]
    assert bytes(parcel.arrays[entry["codes"]])[: entry["size"]] == b"GIF89a"
    assert (entry["id"], entry["name"], entry["type"]) == (4, "a.gif", "image/gif")
    assert handed_out(screen, parcel) == {}
