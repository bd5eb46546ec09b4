"""Drawings of networks: every edge is there, and none runs through a row of others."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.drawing import drawing
from playground.engine.layers import Add, Conv2d, ReLU
from playground.engine.network import INPUT, Network, Node
from playground.engine.outline import outline
from playground.networks import NETWORKS
from tests.engine.graphs import drawn_graph


def all_open(found):
    return [name for b in found.blocks for name in (b.name, *(m.name for m in b.members))]


def check(found, unfolded):
    drawn = drawing(found, unfolded)
    visible = found.visible(unfolded)
    holder = {INPUT: INPUT} | {node: block.name for block in visible for node in block.nodes}
    expected = {(holder[s], block.name) for block in visible for s in block.inputs}
    assert sorted(expected) == sorted((e.source, e.target) for e in drawn.edges)
    assert [p.name for p in drawn.placed] == [INPUT, *(b.name for b in visible)]
    assert [p.row for p in drawn.placed] == list(range(len(visible) + 1))
    lanes = {p.lane for p in drawn.placed} | {e.lane for e in drawn.edges}
    assert lanes == set(range(drawn.lanes))
    row = {p.name: p.row for p in drawn.placed}
    held = {}  # whose output runs through a lane between two rows
    for edge in drawn.edges:
        for between in range(row[edge.source], row[edge.target]):
            assert held.setdefault((edge.lane, between), edge.source) == edge.source
            if between > row[edge.source]:
                assert drawn.placed[between].lane != edge.lane
    return drawn


@pytest.mark.parametrize("seed", range(30))
def test_no_edge_runs_through_another_row_or_edge(seed):
    rng = np.random.default_rng([34, seed])
    found = outline(drawn_graph(rng, int(rng.integers(1, 60)), int(rng.integers(1, 9))))
    names = all_open(found)
    for unfolded in ([], names, [n for n in names if rng.random() < 0.5], ["nobody"]):
        check(found, unfolded)


@pytest.mark.parametrize("key", NETWORKS)
def test_every_network_is_narrow(key):
    found = outline(NETWORKS[key]())
    assert check(found, ()).lanes == 1
    # Four branches of an inception module side by side; elsewhere a shortcut beside a block.
    assert check(found, all_open(found)).lanes <= (4 if key == "googlenet" else 2)


def test_a_shortcut_runs_beside_the_chain():
    nodes = (Node("a", Conv2d(1, 1)), Node("b", ReLU()), Node("c", Conv2d(1, 1)))
    network = Network("skip", (1, 4, 4), (*nodes, Node("sum", Add(), ("c", "a"))))
    drawn = drawing(outline(network), ["b … sum"])
    assert {p.name: p.lane for p in drawn.placed} == {INPUT: 0, "a": 0, "b": 0, "c": 0, "sum": 0}
    assert {(e.source, e.target): e.lane for e in drawn.edges}[("a", "sum")] == 1
