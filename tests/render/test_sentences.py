"""The arithmetic of a step as a sentence."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.layers import AvgPool2d, Conv2d
from playground.engine.network import Network, Node, trace
from playground.render.sentences import sentence
from playground.render.steps import slide_of
from tests.render.clips import KERNEL, PICTURE, WHOLE, article, noise, run


def sentences(stages, clip):
    return [sentence(stages, clip, step) for step in range(slide_of(stages, clip).steps)]


def test_the_article_s_example_is_said_sum_by_sum():
    said = sentences(article(), WHOLE)
    assert [text.rsplit("= ", 1)[1] for text in said] == list("434243234")
    assert said[0] == ("row 1, column 1: 1×1 + 1×0 + 1×1 + 0×0 + 1×1 + 1×0 + 0×1 + 0×0 + 1×1 = 4")
    assert said[5] == ("row 2, column 3: 1×1 + 1×0 + 0×1 + 1×0 + 1×1 + 1×0 + 1×1 + 1×0 + 0×1 = 3")
    places = [(r, c) for r in (1, 2, 3) for c in (1, 2, 3)]
    assert [text.split(":")[0] for text in said] == [f"row {r}, column {c}" for r, c in places]


def test_a_part_keeps_the_places_of_the_whole_map():
    part = replace(WHOLE, rows=(1, 2), columns=(1, 9))
    assert sentences(article(), part) == sentences(article(), WHOLE)[4:6]


@pytest.mark.parametrize(
    ("activation", "said"),
    [
        ("relu", ["max(0, −1.25) = 0", "max(0, 0.50) = 0.50"]),
        ("leaky_relu", ["0.10×(−1.25) ≈ −0.12", "0.50 is not negative and stays 0.50"]),
        ("sigmoid", ["sigmoid(−1.25) ≈ 0.22", "sigmoid(0.50) ≈ 0.62"]),
        ("tanh", ["tanh(−1.25) ≈ −0.85", "tanh(0.50) ≈ 0.46"]),
    ],
)
def test_an_activation_is_said_with_the_value_before_and_after(activation, said):
    picture = np.array([[[[-1.25, 0.5]]]], np.float32)
    stages = run(picture, [[[1.0]]], activation=activation, pool="none")
    clip = replace(WHOLE, stage="activation")
    assert [text.split(": ")[1] for text in sentences(stages, clip)] == said


@pytest.mark.parametrize(
    ("pool", "said"),
    [
        ("max", "max(4, 3, 2, 4) = 4"),
        ("average", "(4 + 3 + 2 + 4) / 4 = 3.25"),
        ("sum", "4 + 3 + 2 + 4 = 13"),
    ],
)
def test_a_pool_is_said_term_by_term(pool, said):
    clip = replace(WHOLE, stage="pooling")
    assert sentence(article(pool=pool), clip, 0) == f"row 1, column 1: {said}"


def test_padding_that_an_average_counts_is_in_its_divisor():
    for counted, area in ((True, 4), (False, 1)):
        layer = AvgPool2d(2, 2, 1, count_include_pad=counted)
        network = Network("pool", (1, 5, 5), (Node("pooling", layer),))
        clip = replace(WHOLE, stage="pooling")
        said = sentence(trace(network, {}, PICTURE), clip, 0)
        assert said == f"row 1, column 1: (1) / {area} = {1 / area:.3g}"


def test_colour_is_said_as_three_partial_sums():
    picture = np.stack([PICTURE[0, 0], 0 * PICTURE[0, 0], -PICTURE[0, 0]])[None]
    said = sentence(run(picture, [KERNEL], [0.5]), WHOLE, 0)
    assert said == "row 1, column 1: 4 (red) + 0 (green) − 4 (blue) + 0.50 (bias) = 0.50"


def test_a_large_kernel_is_said_by_its_first_weights_that_are_not_zero():
    weight = np.zeros((5, 5))
    weight[1:, 0] = (1, -2, 3, 4)
    weight[2, 2] = 5
    said = sentence(run(PICTURE, [weight], [-1.0], pool="none"), WHOLE, 0)
    terms = "0×1 + 0×(−2) + 1×5 + 0×3 + … (25 products)"
    assert said == f"row 1, column 1: {terms} − 1 (bias) = 4"


def test_every_sum_said_in_full_agrees_with_the_engine_s_value():
    stages = run(noise(1, 1, 9, 9), [noise(3, 3, seed=1) - 0.5], [0.25], pool="none")
    clip = replace(WHOLE, decimals=7)
    for step, text in enumerate(sentences(stages, clip)):
        working, value = re.split("[=≈]", text.split(": ")[1].replace("−", "-"))
        *products, bias = working.split(" + ")
        factors = [product.replace("(", "").replace(")", "").split("×") for product in products]
        total = sum(float(a) * float(b) for a, b in factors) + float(bias.split()[0])
        assert len(factors) == 9 and total == pytest.approx(float(value), abs=2e-6)
        exact = stages["convolution"].output[0, 0][divmod(step, 7)]
        assert float(value) == pytest.approx(float(exact), abs=1e-7)


def test_equal_and_nearly_equal_are_told_apart():
    for value, sign in ((0.25, "= 0.75"), (0.333, "≈ 1.00")):
        picture = np.full((1, 1, 1, 3), value, np.float32)
        network = Network("row", (1, 1, 3), (Node("convolution", Conv2d(1, (1, 3))),))
        params = {"convolution": {"weight": np.ones((1, 1, 1, 3), np.float32)}}
        assert sentence(trace(network, params, picture), WHOLE, 0).endswith(sign)
