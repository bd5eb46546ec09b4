"""What a part of a map reads: its cells, its padding, its windows, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.layers import GlobalAvgPool2d
from playground.engine.network import Network, Node, trace
from playground.engine.padding import NUMPY_MODES
from playground.render.animation import animation_gif, step_png
from playground.render.sentences import sentence
from playground.render.steps import MAX_STEPS, slide_of
from tests.render.clips import KERNEL, PICTURE, WHOLE, noise, run


def test_padding_is_drawn_with_the_values_that_its_mode_puts_there():
    x = noise(1, 1, 6, 7)
    for mode, named in NUMPY_MODES.items():
        stages = run(x, [noise(3, 3)], padding=2, padding_mode=mode)
        slide = slide_of(stages, WHOLE)
        assert np.array_equal(slide.values[0], np.pad(x[0, 0], 2, mode=named))
        assert slide.padding.sum() == slide.padding.size - x.size
        assert not slide.padding[2:-2, 2:-2].any()
    assert len({step_png(run(x, [KERNEL], padding=2, padding_mode=m), WHOLE, 9)
                for m in NUMPY_MODES}) == 4  # fmt: skip


def test_the_window_spans_what_the_engine_reads():
    stages = run(noise(1, 1, 20, 20), [KERNEL], stride=2, dilation=3, padding=1)
    slide = slide_of(stages, replace(WHOLE, rows=(2, 4), columns=(1, 3)))
    assert slide.window(0) == (3, 1, 10, 8) and slide.source == (3, 1, 12, 10)
    pool = slide_of(stages, replace(WHOLE, stage="pooling", rows=(1, 2)))
    assert pool.window(1) == (2, 2, 4, 4) and pool.source[0] == 2
    row, column = pool.winner(1)
    seen = stages["activation"].output[0, 0]
    assert seen[row, column] == seen[2:4, 2:4].max()
    assert slide.winner(0) is None


@pytest.mark.parametrize(
    ("change", "sentence_part"),
    [
        ({"stage": "score"}, "does not fill a map"),
        ({"stage": "dense"}, "no stage called"),
        ({"filter": 2}, "no filter 3"),
        ({"filter": -1}, "no filter"),
        ({"channel": 3}, "no channel 4"),
        ({"rows": (20, 30)}, "no row of the map"),
        ({"columns": (3, 3)}, "no column of the map"),
        ({"rows": (0, 13), "columns": (0, 12)}, f"more than {MAX_STEPS} steps"),
    ],
)
def test_clips_that_cannot_be_shown_are_refused(change, sentence_part):
    stages = run(noise(1, 3, 20, 20), [KERNEL, KERNEL])
    clip = replace(WHOLE, **{"rows": (0, 2), "columns": (0, 2), **change})
    for ask in (lambda: sentence(stages, clip, 0), lambda: animation_gif(stages, clip, 0.5)):
        with pytest.raises(EngineError, match=sentence_part):
            ask()


def test_channels_of_their_own_must_be_chosen():
    stages = run(noise(3, 1, 8, 8), [KERNEL])
    with pytest.raises(EngineError, match="choose one of 3"):
        sentence(stages, WHOLE, 0)
    clips = [replace(WHOLE, channel=channel) for channel in range(3)]
    assert len({step_png(stages, clip, 3) for clip in clips}) == 3


def test_global_pooling_is_not_drawn_cell_by_cell():
    network = Network("mean", (1, 5, 5), (Node("mean", GlobalAvgPool2d()),))
    with pytest.raises(EngineError, match="does not fill a map"):
        sentence(trace(network, {}, PICTURE), replace(WHOLE, stage="mean"), 0)
