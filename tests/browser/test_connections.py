"""Weight sharing and receptive fields in Chromium, against the engine and NumPy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

from playground.engine.explain import receptive_field
from playground.engine.network import Network
from playground.engine.padding import PADDING_MODES
from playground.render.colours import TABLES
from playground.ui import connections
from playground.ui.components import library_script
from tests.browser.bare import BarePage, bare_page, random_screen
from tests.browser.connections import (
    numbers,
    padded,
    random_channel,
    random_stack,
    read_by,
    seeing,
    shown,
)


def test_the_browsers_receptive_field_is_the_engines(browser: Browser):
    rng = np.random.default_rng(20)
    asked, fields, depths = [], [], set()
    for _ in range(100):
        network = random_stack(rng)
        depths.add(len(network.nodes))
        shapes = network.shapes()
        names = ["input", *(node.name for node in network.nodes)]
        layers = [
            connections.geometry(node.layer, shapes[before][1:])
            for node, before in zip(network.nodes, names, strict=False)
        ]
        *_, rows, columns = shapes[names[-1]]
        cells = [(0, 0), (rows - 1, columns - 1), (rows // 2, columns // 3)]
        for cell in cells:
            field = receptive_field(network, names[-1], *cell)
            asked.append([layers, cell])
            lists = [field.rows.tolist(), field.columns.tolist()]
            fields.append([*lists, list(field.size), list(field.step)])
    assert depths == set(range(1, 13))
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body="<!doctype html><title>bare</title>"))
    page.goto("http://localhost/")
    # The function is one of the module's own: a last line hands it to the test.
    script = library_script() + "\nglobalThis.receptiveField = receptiveField;"
    page.add_script_tag(content=script, type="module")
    page.wait_for_function("() => globalThis.receptiveField")
    found = page.evaluate(
        """(asked) => asked.map(([layers, cell]) => {
          const { rows, columns, size, step } = receptiveField(layers, cell);
          return [rows, columns, size, step];
        })""",
        json.loads(json.dumps(asked)),
    )
    page.close()
    assert found == fields


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Iterator[BarePage]:
    with bare_page(browser, "connections", connections.more) as page:
        yield page


def test_one_weight_lights_up_the_pixels_that_it_multiplies_with_its_shares(bare: BarePage):
    rng = np.random.default_rng(21)
    modes, several = set(), 0
    for _ in range(25):
        screen, picture = random_screen(rng, 9, 24)
        experiment = screen.experiment
        channel, values = random_channel(rng, screen, picture)
        k = experiment.kernel_size
        row, column = (int(n) for n in rng.integers(0, k, 2))
        seen = shown(bare, screen, picture, "weight", row * k + column, [0, 0], [1, 1], channel)
        assert (seen["shows"], seen["weight"]) == ("weight", f"{row},{column}")

        # Every pixel by its number: what the weight meets, and how often.
        where = np.arange(values.size).reshape(values.shape)
        met = padded(screen, where, -1)[read_by(screen, row, column)]
        times = np.bincount(met[met >= 0].ravel(), minlength=values.size).reshape(values.shape)
        direct = np.zeros(seen["size"], bool)
        direct[read_by(screen, row, column)] = True
        top, _, left, _ = screen.stages["convolution"].layer.pads()
        lit = direct.copy()
        lit[top : top + times.shape[0], left : left + times.shape[1]] = times > 0

        weight = float(screen.params["convolution"]["weight"][experiment.active, 0, row, column])
        around = padded(screen, values)
        shares = weight * around
        limit = np.abs(shares[lit]).max()
        codes = 127.5 + 127.5 * np.sign(weight) * around / around[lit].max(initial=1e-9)
        table = TABLES["diverging"].astype(int)
        colours = table[np.clip(np.rint(codes), 0, 255).astype(int)]
        if limit == 0:
            colours[:] = table[128]
        assert np.abs(seen["pixels"] - colours)[lit].max() <= 6  # a code's rounding
        grey = np.ptp(seen["pixels"], axis=-1) == 0
        assert (grey & (seen["pixels"].max(axis=-1) <= 84))[~lit].all()

        pixels = int((times > 0).sum())
        said = numbers(seen["sentence"])
        assert abs(said[0] - weight) <= 0.00501
        what = f"{pixels:,} of {values.size:,} pixels" if pixels else "no pixel"
        assert f"multiplies {what}" in seen["sentence"]
        cells = int(np.prod(screen.stages["convolution"].output.shape[2:]))
        assert f"{cells:,})" in seen["sentence"]
        assert (
            f"{k * k} weight" in seen["sentence"] and f"not {k * k * cells:,}" in seen["sentence"]
        )
        zeros = re.search(r"([\d,]+) times? it meets the zeros", seen["sentence"])
        assert (int(zeros[1].replace(",", "")) if zeros else 0) == int((met < 0).sum())
        if times.max() > 1 and experiment.padding_mode != "zeros":
            several += 1
            for n in range(2, min(times.max(), 3) + 1):
                if (times == n).any():
                    assert re.search(
                        rf"\b{(times == n).sum():,} pixels? {n} times", seen["sentence"]
                    )
        ends = numbers(seen["range"])
        assert np.allclose(ends, [shares[lit].min(), shares[lit].max()], rtol=0.05, atol=0.00501)
        modes.add(experiment.padding_mode)
    assert modes == set(PADDING_MODES) and several > 5


def test_a_pixel_lights_up_every_cell_of_every_stage_that_sees_it(bare: BarePage):
    rng = np.random.default_rng(22)
    lonely = maps = 0
    for _ in range(15):
        screen, picture = random_screen(rng, 7, 11)
        channel, values = random_channel(rng, screen, picture)
        x = screen.stages["convolution"].inputs[0]
        count = connections.fitting(screen.experiment, x.shape)
        network = connections.stacked(screen.experiment, x.shape, count)
        pixel = [int(rng.integers(n)) for n in values.shape]
        top, bottom, left, right = screen.stages["convolution"].layer.pads()
        size = [values.shape[0] + top + bottom, values.shape[1] + left + right]
        place = [pixel[0] + top, pixel[1] + left]
        seen = shown(bare, screen, picture, "pixel", 0, place, size, channel)
        assert (seen["shows"], seen["pixel"]) == ("pixel", f"{pixel[0]},{pixel[1]}")
        for i, node in enumerate(network.nodes):
            if seen["veiled"][i]:
                maps += 1
                sees = seeing(network, node.name, pixel)
                assert np.array_equal(~np.array(seen["veiled"][i]), sees)
        # The table: every cell that it feeds, with the weights between them.
        weight = screen.params["convolution"]["weight"][screen.experiment.active, 0]
        where = padded(screen, np.arange(values.size).reshape(values.shape), -1)
        number = pixel[0] * values.shape[1] + pixel[1]
        fed: dict[tuple[int, int], float] = {}
        for (i, j), w in np.ndenumerate(weight):
            for r, c in np.argwhere(where[read_by(screen, i, j)] == number):
                fed[r, c] = fed.get((r, c), 0.0) + float(w) * float(values[*pixel])
        lonely += not fed
        if len(fed) <= 49:
            assert len(seen["fed"]) == len(fed)
            for title, ((r, c), share) in zip(seen["fed"], sorted(fed.items()), strict=True):
                assert title.startswith(f"row {r + 1}, column {c + 1}: ")
                assert abs(numbers(title)[-1] - share) <= 0.00501
        assert f"feeds {len(fed)} cell" in seen["sentence"] or not fed
    assert 0 < lonely < 20 and maps > 40


def test_a_cell_at_any_depth_lights_up_the_engines_receptive_field(bare: BarePage):
    rng = np.random.default_rng(23)
    depths = set()
    for number in range(20):
        fixed = {"pool": "max", "activation": "relu", "stride": 1} if number % 4 == 0 else {}
        screen, picture = random_screen(rng, 16, 60, rounds=4, **fixed)
        x = screen.stages["convolution"].inputs[0]
        count = connections.fitting(screen.experiment, x.shape)
        network = connections.stacked(screen.experiment, x.shape, count)
        index = len(network.nodes) - 1 if number % 2 else int(rng.integers(len(network.nodes)))
        name = network.nodes[index].name
        shape = network.shapes()[name][1:]
        cell = [int(rng.choice([0, n - 1, rng.integers(n)])) for n in shape]
        seen = shown(bare, screen, picture, "cell", index, cell, shape, "all")
        field = receptive_field(network, name, *cell)
        assert (seen["stage"], seen["cell"]) == (name, f"{cell[0]},{cell[1]}")
        assert f"{field.size[0]} × {field.size[1]}" in seen["sentence"]
        depths.add(index + 1)
        mask = field.mask(*picture.shape[1:])
        if not field.rows.size:
            assert seen["field"] == "" and "nothing but padding" in seen["sentence"]
        else:
            ends = [field.rows[0], field.columns[0], field.rows[-1], field.columns[-1]]
            assert seen["field"] == ",".join(str(n) for n in ends)
            assert f"= {mask.sum():,} pixel" in seen["sentence"]
        # Inside of the field the picture as it is, all else dimmed.
        top, _, left, _ = screen.stages["convolution"].layer.pads()
        lit = np.zeros(seen["size"], bool)
        lit[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
        own = np.broadcast_to(np.rint(picture * 255), (3, *picture.shape[1:])).transpose(1, 2, 0)
        assert np.array_equal(seen["pixels"][lit], own[mask])
        grey = np.ptp(seen["pixels"], axis=-1) == 0
        assert (grey & (seen["pixels"].max(axis=-1) <= 84))[~lit].all()
        # And the same in every stage before.
        for i in range(min(index + 1, len(network.nodes))):
            before = network.shapes()[network.nodes[i].name]
            if not seen["veiled"][i]:
                continue
            rest = Network("rest", before, network.nodes[i + 1 : index + 1])
            part = receptive_field(rest, name if i < index else "input", *cell)
            assert np.array_equal(~np.array(seen["veiled"][i]), part.mask(*before[1:]))
        assert seen["apart"] == [i > index for i in range(len(network.nodes))]
    assert {1, 12} <= depths
