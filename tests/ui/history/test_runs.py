"""What the History page shows of a block is what the engine computes; its figures have sources."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.network import trace
from playground.networks import NETWORKS, blocks
from playground.networks.history import HISTORY
from playground.ui.history import figures, memory, runs


def test_all_maps_of_every_layer_are_those_of_the_engine(monkeypatch):
    monkeypatch.setattr(runs, "SHAPE", (3, 40, 40))
    runs.network_of.cache_clear()
    x = np.random.default_rng(0).normal(size=(3, 40, 40)).astype(np.float32)
    picture = runs.Seen(x, np.zeros_like(x), "test")
    made = runs.run(blocks.dense, picture)
    network, params = runs.network_of(blocks.dense)
    stages = trace(network, params, x[np.newaxis])
    assert made.keys() == {node.name for node in network.nodes}
    for name, layer in made.items():
        values = stages[name].output[0]
        assert sorted(channel for channel, _ in layer.maps) == list(range(len(values)))
        assert layer.minimum == pytest.approx(values.min(), abs=1e-5)
        for channel, small in layer.maps:
            assert small.maximum == pytest.approx(values[channel].max(), abs=1e-5)
            assert small.minimum == pytest.approx(values[channel].min(), abs=1e-5)
    assert runs.run(blocks.dense, picture) is made
    runs.network_of.cache_clear()


def test_every_block_of_the_history_can_be_linked_to_by_its_layers():
    for number, system in enumerate(HISTORY):
        for i, block in enumerate(system.blocks):
            node = block((3, 224, 224)).nodes[-1].name
            at = memory.with_part(memory.Moment(system.keys[0]), "after_block", i)
            at = memory.with_part(at, "after_node", node)
            assert memory.possible(at) == (at, [])
        assert set(memory.shown(at)) == ({"before", "after"} if number else {"after"})


def test_what_is_not_there_is_replaced_with_one_sentence_each():
    wanted = memory.Moment("nothing", "coffee", after_node="x")
    found, notes = memory.possible(wanted)
    assert found == memory.Moment(picture="coffee") and len(notes) == 1
    found, notes = memory.possible(memory.Moment("resnet50", "", 3, 2, "x", "residual.add"))
    assert found == memory.Moment("resnet50") and len(notes) == 2
    # The first system has none before it, so nothing of that can be looked at.
    found, notes = memory.possible(memory.Moment("lenet5", "", 0, 0, "conv", "pool"))
    assert found == memory.Moment("lenet5", after_node="pool") and len(notes) == 1


def test_every_network_of_the_history_has_a_title_and_its_figures():
    table = figures.table()
    assert {len(column) for column in table.values()} == {len(figures.TITLES)}
    keys = [key for system in HISTORY for key in system.keys]
    assert sorted(keys) == sorted(figures.TITLES) and set(keys) <= set(NETWORKS)
    assert figures.cost("vgg16")[:2] == (16, 138_357_544)


def test_each_system_but_the_first_stands_in_the_chart_with_a_source():
    points = figures.points("resnet50")
    assert [p.name for p in points if p.chosen] == ["ResNet-50", "ResNet-34"]
    assert {system.name for system, _ in figures.comparable()} == {s.name for s in HISTORY[1:]}
    assert all(error.source for _, error in figures.comparable())
    for system in HISTORY:
        sentences = figures.errors_of(system)
        assert len(sentences) == max(1, len(system.errors))
