"""The colour tables: complete, in order of lightness, and white where zero is."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.colors import convert_colors_to_same_type, diverging, sequential

from playground.files.experiment import CHOICES
from playground.render.colours import BLUE_TO_RED, TABLES, VIRIDIS


def lightness(table: np.ndarray) -> np.ndarray:
    """Lightness of sRGB colours in per cent (CIE 1976, from the relative luminance of WCAG 2)."""
    s = table / 255
    linear = np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)
    y = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(y > 216 / 24389, 116 * np.cbrt(y) - 16, y * 24389 / 27)


def test_there_is_a_table_for_every_choice():
    assert set(TABLES) == set(CHOICES["colours"]) - {"auto"}


@pytest.mark.parametrize(
    "ours, theirs", [(VIRIDIS, sequential.Viridis), (BLUE_TO_RED, diverging.RdBu[::-1])]
)
def test_the_anchors_are_the_ones_of_plotly(ours, theirs):
    ours, theirs = (convert_colors_to_same_type(list(c), "tuple")[0] for c in (ours, theirs))
    np.testing.assert_allclose(ours, theirs)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_256_colours_that_nobody_can_change(name):
    table = TABLES[name]
    assert table.shape == (256, 3) and table.dtype == np.uint8
    with pytest.raises(ValueError):
        table[0] = 0


@pytest.mark.parametrize("name", ["grey", "sequential"])
def test_larger_values_are_lighter(name):
    light = lightness(TABLES[name])
    assert (np.diff(light) > -0.3).all()  # steps of a byte are that coarse
    assert (np.diff(light[::8]) > 0).all()
    assert light[-1] - light[0] > 70


def test_grey_is_the_code_itself():
    assert (TABLES["grey"] == np.arange(256)[:, None]).all()


def test_the_diverging_table_is_white_in_the_middle_and_darker_towards_both_ends():
    table = TABLES["diverging"]
    light = lightness(table)
    assert (table[127:129] > 240).all()
    assert light.argmax() in (127, 128)
    assert (np.diff(light[:128:8]) > 0).all() and (np.diff(light[128::8]) < 0).all()


def test_blue_is_negative_and_red_is_positive():
    low, high = TABLES["diverging"][[40, 215]].astype(int)
    assert low[2] > low[0] + 50 and high[0] > high[2] + 50
