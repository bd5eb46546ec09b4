"""The animation of a stage: its frames as GIF and PNG files."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from playground.engine.errors import EngineError
from playground.engine.layers import Conv2d, MaxPool2d, Tanh
from playground.engine.network import Network, Node, Stage, init_params, trace
from playground.render.animation import HOLD, Shade, animation_gif, step_png
from playground.render.colours import TABLES
from playground.render.scene import HEIGHT, WIDTH, Scene
from playground.render.sentences import sentence
from playground.render.steps import Clip, slide_of
from tests.render.clips import ALL, WHOLE, article, noise, random_stages, run


def frames(gif, wanted=None):
    """The frames of a GIF, or the one that is wanted, and how long each is shown."""
    image = Image.open(io.BytesIO(gif))
    assert image.format == "GIF" and image.info.get("loop") == 0
    shown, durations = [], []
    for i in range(image.n_frames):
        image.seek(i)
        if wanted is None or i == wanted:
            shown.append(np.asarray(image.convert("RGB")))
        durations.append(image.info["duration"])
    return shown, durations


def opened(png):
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG" and image.mode == "RGB"
    return np.asarray(image)


def difference(one, other):
    return np.abs(one.astype(np.int16) - other)


def shown_at(stages, clip, step):
    """Where the output cell of a step is drawn: left, top, right, bottom."""
    slide = slide_of(stages, clip)
    source = np.zeros((*slide.values.shape[1:], 3), np.uint8)
    scene = Scene(slide, source, np.zeros((*slide.made.shape, 3), np.uint8), clip.decimals)
    return scene.made_cell(*divmod(step, slide.shape[1]))


def inside(pixels, box):
    """A cell's pixels beside its letters and lines: a strip near its left edge."""
    left, top, _, bottom = box
    return pixels[top + 6 : bottom - 6, left + 5 : left + 7].reshape(-1, 3)


def test_the_gif_has_a_frame_a_cell_and_holds_the_last():
    gif = animation_gif(article(), WHOLE, 0.5)
    shown, durations = frames(gif)
    assert durations == [500] * 8 + [500 + HOLD]
    for before, after in zip(shown, shown[1:], strict=False):
        assert (before != after).any(axis=2).sum() > 100


@pytest.mark.parametrize("stage", ["convolution", "activation", "pooling"])
def test_a_frame_is_the_png_of_its_step(stage):
    stages = article(padding="same", padding_mode="reflect")
    clip = replace(WHOLE, stage=stage, rows=(0, 3))
    shown, _ = frames(animation_gif(stages, clip, 0.1, title="Cross"))
    for step in (0, len(shown) // 2, len(shown) - 1):
        error = difference(shown[step], opened(step_png(stages, clip, step, title="Cross")))
        assert error.max() <= 40 and error.mean() < 0.5


def test_a_colour_picture_keeps_its_colours_in_the_palette():
    stages = run(noise(1, 3, 14, 14), [noise(3, 3, seed=1) - 0.5])
    (shown,), durations = frames(animation_gif(stages, WHOLE, 0.1), wanted=70)
    assert len(durations) == 144
    error = difference(shown, opened(step_png(stages, WHOLE, 70)))
    assert np.quantile(error, 0.99) < 48 and error.mean() < 4


def test_a_cell_has_its_colour_from_its_step_on_and_is_blank_before():
    stages = article()
    shown, _ = frames(animation_gif(stages, WHOLE, 0.1))
    values = stages["convolution"].output[0, 0]
    for cell in range(9):
        value = values[divmod(cell, 3)]
        expected = TABLES["grey"][round(255 * (value - 2) / 2)]
        box = shown_at(stages, WHOLE, cell)
        for step in range(9):
            drawn = inside(shown[step], box)
            target = expected if cell <= step else 255
            assert difference(drawn, target).max() <= 2, (cell, step)


def test_the_shades_of_a_page_colour_the_cells():
    shades = (Shade(0, 1, "grey"), Shade(-8, 8, "diverging"))
    pixels = opened(step_png(article(), WHOLE, 8, shades))
    drawn = inside(pixels, shown_at(article(), WHOLE, 0))
    assert (drawn == TABLES["diverging"][round(255 * 12 / 16)]).all()


def test_every_setting_can_be_drawn_and_said():
    rng = np.random.default_rng(1)
    drawn, kinds = 0, set()
    while drawn < 24:
        if (found := random_stages(rng)) is None:
            continue
        stages, colour, settings = found
        drawn += 1
        channel = int(rng.integers(3)) if colour == "each" or rng.random() < 0.3 else None
        channel = None if colour == "grey" else channel
        for name in [name for name in stages if name != "score"]:
            height, width = stages[name].output.shape[2:]
            top, left = int(rng.integers(height)), int(rng.integers(width))
            clip = Clip(name, int(rng.integers(2)), channel, (top, top + 4), (left, left + 5), 2)
            slide = slide_of(stages, clip)
            step = int(rng.integers(slide.steps))
            kinds |= {("colour", colour), *settings.items()}
            row, column = slide.cell(step)
            value = slide.stage.output[slide.item, clip.filter, row, column]
            result = sentence(stages, clip, step).split()[-1].replace("−", "-")
            assert float(result) == pytest.approx(float(value), abs=0.0051)
            pixels = opened(step_png(stages, clip, step))
            assert pixels.shape[0] <= HEIGHT and pixels.shape[1] <= WIDTH
            assert (pixels[:, -3:] == 255).all() and (pixels[-3:] == 255).all()
            if drawn % 8 == 0:
                assert len(frames(animation_gif(stages, clip, 0.2), wanted=0)[1]) == slide.steps
    # Three colour modes; strides, paddings, modes, dilations, activations, pools, sizes, strides.
    assert len(kinds) == 3 + 4 + 6 + 4 + 4 + 5 + 4 + 3 + 4


def test_layers_of_other_networks_can_be_drawn():
    rng = np.random.default_rng(3)
    nodes = (
        Node("deep", Conv2d(6, (3, 1), (1, 2), (0, 1, 2, 0), groups=2, bias=False)),
        Node("pool", MaxPool2d(3, 2, 1, ceil_mode=True)),
        Node("tanh", Tanh()),
    )
    network = Network("other", (8, 9, 12), nodes)
    x = rng.normal(size=(1, 8, 9, 12)).astype(np.float32)
    stages = trace(network, init_params(network, rng), x)
    for name in stages:
        clip = Clip(name, 5, 2 if name == "deep" else None, ALL, ALL, 1)
        steps = slide_of(stages, clip).steps
        assert len(frames(animation_gif(stages, clip, 0.1), wanted=0)[1]) == steps
    assert "(channel 2)" in sentence(stages, replace(clip, stage="deep"), 0)


def test_a_large_part_makes_a_small_file():
    picture = np.kron(noise(1, 3, 10, 10), np.ones((1, 1, 2, 2), np.float32))
    stages = run(picture, [noise(3, 3, seed=2) - 0.5], padding="same")
    gif = animation_gif(stages, replace(WHOLE, rows=(4, 12), columns=(4, 12)), 0.5)
    assert len(frames(gif, wanted=0)[1]) == 64 and len(gif) < 600_000


@pytest.mark.parametrize("step", [-1, 9])
def test_a_step_that_is_not_there_is_refused(step):
    with pytest.raises(EngineError, match="this part has 9"):
        step_png(article(), WHOLE, step)


@pytest.mark.parametrize("seconds", [0, -1, 0.001, 11, float("nan"), float("inf")])
def test_a_time_beyond_the_limits_is_refused(seconds):
    with pytest.raises(EngineError, match="0.02 to 10 seconds"):
        animation_gif(article(), WHOLE, seconds)


def test_windows_too_far_apart_to_draw_are_refused():
    layer = Conv2d(1, 1, stride=40, bias=False)
    params = {"weight": np.ones((1, 1, 1, 1), np.float32)}
    x = np.zeros((1, 1, 440, 440), np.float32)
    stage = Stage("far", layer, params, (x,), x[..., ::40, ::40])
    with pytest.raises(EngineError, match="more than can be drawn"):
        step_png({"far": stage}, replace(WHOLE, stage="far"), 0)


@pytest.mark.parametrize("title", ["", "日本語 ×−→ é", "\ud800\x00\u202e", "W" * 900, "a\nb"])
def test_a_title_of_any_kind_changes_no_size(title):
    pixels = opened(step_png(article(), WHOLE, 4, title=title))
    assert pixels.shape == opened(step_png(article(), WHOLE, 4)).shape
    assert (pixels[:, -10:] == 255).all()
