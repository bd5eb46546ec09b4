"""PNG files of maps and of the whole pipeline."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from playground.render import png
from playground.render.colours import TABLES
from playground.render.maps import MapPicture, picture_maps
from playground.render.png import Panel, PipelineRow, map_png, panel, pipeline_png

WHITE = (255, 255, 255)


def opened(data):
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG" and image.mode == "RGB"
    return np.asarray(image)


def codes(rows=6, columns=9, seed=0, channels=()):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (rows, columns, *channels), dtype=np.uint8)


def sheet_rows(count=2, shapes=((12, 16), (10, 14), (10, 14), (5, 7)), share=0.25):
    return [
        PipelineRow(
            f"Filter {i}",
            tuple(
                Panel(f"Stage {j}", codes(*shape, seed=j), TABLES["sequential"], -1.5, 2.0)
                for j, shape in enumerate(shapes)
            ),
            0.5,
            share,
        )
        for i in range(count)
    ]


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_has_the_colour_of_its_code(table):
    map_ = codes()
    pixels = opened(map_png(map_, TABLES[table], smallest=1))
    assert np.array_equal(pixels, TABLES[table][map_])


def test_colour_pictures_keep_their_pixels():
    picture = codes(channels=(3,))
    assert np.array_equal(opened(map_png(picture, smallest=1)), picture)


@pytest.mark.parametrize(
    ("shape", "size"),
    [((1, 1), (256, 256)), ((5, 5), (260, 260)), ((3, 100), (9, 300)), ((256, 40), (256, 40)),
     ((255, 40), (510, 80)), ((512, 512), (512, 512))],
)  # fmt: skip
def test_small_maps_are_enlarged_by_whole_cells(shape, size):
    map_ = codes(*shape)
    pixels = opened(map_png(map_, TABLES["grey"]))
    assert pixels.shape[:2] == size
    factor = size[0] // shape[0]
    expected = np.kron(map_, np.ones((factor, factor), np.uint8))
    assert np.array_equal(pixels[..., 0], expected)


@pytest.mark.parametrize(
    ("map_", "table", "sentence"),
    [
        (codes().astype(float), TABLES["grey"], "bytes"),
        (codes()[:0], TABLES["grey"], "at least one"),
        (codes(), None, "Without a colour table"),
        (codes(channels=(4,)), None, "Without a colour table"),
        (codes(channels=(3,)), TABLES["grey"], "With a colour table"),
        (codes(), TABLES["grey"][:255], "256 colours"),
        (codes(), TABLES["grey"].astype(float), "256 colours"),
    ],
)
def test_arrays_that_are_no_map_are_refused(map_, table, sentence):
    with pytest.raises(ValueError, match=sentence):
        map_png(map_, table)
    bad = replace(sheet_rows(1)[0], panels=(Panel("a", map_, table, 0.0, 1.0),))
    if map_.size:
        with pytest.raises(ValueError, match=sentence):
            pipeline_png("t", [bad])


def corner_of_panel(pixels, row, column):
    """Find a panel on the sheet: the first row and column where its own colours begin."""
    scale = png.SCALE
    x = (png.MARGIN + column * (png.BOX + png.GAP)) * scale
    return x, x + png.BOX * scale


def test_the_sheet_shows_every_map_large_and_undistorted():
    rows = sheet_rows(2, shapes=((10, 10), (8, 8)))
    pixels = opened(pipeline_png("A title", rows, "a subtitle"))
    side = png.BOX * png.SCALE
    for column, one in enumerate(rows[0].panels):
        left, right = corner_of_panel(pixels, 0, column)
        big = np.asarray(
            Image.fromarray(one.table[one.codes]).resize((side, side), Image.Resampling.NEAREST)
        )
        found = [
            y
            for y in range(pixels.shape[0] - side + 1)
            if np.array_equal(pixels[y, left:right], big[0])
            and np.array_equal(pixels[y : y + side, left:right], big)
        ]
        assert len(found) == len(rows)


def test_the_sheet_grows_by_equal_rows_inside_white_margins():
    sheets = [opened(pipeline_png("t", sheet_rows(count))) for count in (1, 2, 8)]
    one, two, eight = (pixels.shape[0] for pixels in sheets)
    assert eight - one == 7 * (two - one) > 0
    edge = (png.MARGIN - 12) * png.SCALE
    for pixels in sheets:
        for strip in (pixels[:edge], pixels[-edge:], pixels[:, :edge], pixels[:, -edge:]):
            assert (strip == 255).all()


def accent_cells(share):
    pixels = opened(pipeline_png("t", sheet_rows(1, share=share)))
    return (pixels == png.ACCENT).all(axis=2).sum(axis=1).max()


def test_the_bar_is_as_long_as_the_share():
    full = png.SCORES * png.SCALE
    assert accent_cells(0.0) == 0
    for share in (0.004, 0.01, 0.25, 0.5, 1.0):
        assert abs(accent_cells(share) - share * full) <= 2
    assert accent_cells(0.004) > 0


@pytest.mark.parametrize("shape", [(400, 10), (10, 400), (1, 1), (500, 500), (1, 512), (512, 1)])
def test_maps_of_any_proportion_stay_in_their_box(shape):
    pixels = opened(pipeline_png("t", sheet_rows(1, shapes=(shape, shape))))
    left, right = corner_of_panel(pixels, 0, 0)
    gap = pixels[:, right + 2 : right + 10 * png.SCALE]
    rules = (gap == png.RULE).all(axis=(1, 2))
    assert (gap[~rules] == 255).all()
    assert pixels.shape[0] < 1200


@pytest.mark.parametrize(
    "text",
    ["", "a\nb\nc", "x" * 5000, "日本語 ×−→ é", "\ud800\x00\u202e", "{}%s<b>", "\t", "W" * 60],
)
def test_text_of_any_kind_changes_neither_the_size_nor_the_margins(text):
    rows = [replace(row, name=text) for row in sheet_rows(1)]
    rows = [replace(r, panels=tuple(replace(p, title=text) for p in r.panels)) for r in rows]
    pixels = opened(pipeline_png(text, rows, "s" + text))
    assert pixels.shape == opened(pipeline_png("t", sheet_rows(1), "s")).shape
    assert (pixels[:, -(png.MARGIN - 2) * png.SCALE :] == 255).all()


def test_every_part_of_the_text_is_drawn():
    rows = sheet_rows(1)
    one = rows[0].panels[0]
    plain = pipeline_png("t", rows, "s")
    assert plain == pipeline_png("t", sheet_rows(1), "s")
    changes = [
        pipeline_png("u", rows, "s"),
        pipeline_png("t", rows, "r"),
        pipeline_png("t", [replace(rows[0], name="n")], "s"),
        pipeline_png("t", [replace(rows[0], score=0.75)], "s"),
        *(
            pipeline_png("t", [replace(rows[0], panels=(changed, *rows[0].panels[1:]))], "s")
            for changed in (replace(one, title="T"), replace(one, minimum=-2.0),
                            replace(one, maximum=3.0))
        ),
    ]  # fmt: skip
    assert len({plain, *changes}) == len(changes) + 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, -1e-300])
def test_extreme_numbers_are_drawn_and_break_nothing(value):
    row = sheet_rows(1)[0]
    panels = tuple(replace(p, minimum=value, maximum=value) for p in row.panels)
    share = min(1.0, max(0.0, value)) if np.isfinite(value) else 0.0
    pixels = opened(pipeline_png("t", [replace(row, panels=panels, score=value, share=share)]))
    assert pixels.shape == opened(pipeline_png("t", sheet_rows(1))).shape


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "at least one"),
        ([PipelineRow("a", (), 0.0, 0.0)], "at least one"),
        ([*sheet_rows(1), *sheet_rows(1, shapes=((3, 3),))], "same stages"),
    ],
)
def test_sheets_that_cannot_be_laid_out_are_refused(rows, sentence):
    with pytest.raises(ValueError, match=sentence):
        pipeline_png("t", rows)


@pytest.mark.parametrize("parts", [1, 3])
def test_a_panel_is_the_map_as_the_page_shows_it(parts):
    maps = np.random.default_rng(4).standard_normal((2, parts, 7, 9)).astype(np.float32)
    for shown in picture_maps(maps, "map", "auto"):
        assert isinstance(shown, MapPicture)
        one = panel("Convolution", shown)
        expected = shown.codes if parts == 3 else TABLES[shown.table][shown.codes]
        assert np.array_equal(opened(map_png(one.codes, one.table, smallest=1)), expected)
        assert (one.minimum, one.maximum) == (shown.minimum, shown.maximum)
