"""Regions of a graph: entered from one node, left at one, and found by brute force as well."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.layers import Add, Concat, Conv2d, ReLU
from playground.engine.network import INPUT, Network, Node
from playground.engine.regions import LEAST, MOST, regions
from playground.networks import NETWORKS
from tests.engine.graphs import drawn_graph, renamed


def readers_of(network):
    readers = {INPUT: set(), **{node.name: set() for node in network.nodes}}
    for node, sources in network.wiring():
        for source in sources:
            readers[source].add(node.name)
    return readers


def reached(start, readers, without=None):
    """Every node that a path from `start` leads to, if one may not be passed."""
    found, waiting = set(), [start]
    while waiting:
        for reader in readers[waiting.pop()] - found - {without}:
            found.add(reader)
            waiting.append(reader)
    return found


@pytest.mark.parametrize("seed", range(30))
def test_each_region_is_entered_from_one_node_and_left_at_one(seed):
    rng = np.random.default_rng([31, seed])
    network = drawn_graph(rng, int(rng.integers(3, 60)), 2 + seed % 3)
    readers = readers_of(network)
    sources = {node.name: read for node, read in network.wiring()}
    found = regions(network)
    assert sorted(sum(found, [])) == sorted(sources)
    seen = {INPUT}
    for region in found:
        entries = {s for node in region for s in sources[node]} - set(region)
        assert entries <= seen
        seen |= set(region)
        exits = [node for node in region if readers[node] - set(region) or not readers[node]]
        if len(region) > 1:
            assert len(entries) == 1
            assert exits == [region[-1]]


@pytest.mark.parametrize("seed", range(30))
def test_no_region_is_missed(seed):
    rng = np.random.default_rng([32, seed])
    network = drawn_graph(rng, int(rng.integers(3, LEAST + 1)), 2 + seed % 2)
    readers = readers_of(network)
    sources = {node.name: read for node, read in network.wiring()}
    order = [INPUT, *sources]
    outputs = {name for name in order if not readers[name]}
    region_of = {node: region for region in regions(network) for node in region}
    for fork in order:
        if len(readers[fork]) < 2:
            continue
        after = reached(fork, readers)
        joins = [j for j in order if j in after and not (outputs - {j}) & reached(fork, readers, j)]
        if not joins:
            continue
        inside = reached(fork, readers) - reached(joins[0], readers)
        if all(set(sources[node]) <= inside | {fork} for node in inside):
            # It is a region, or within a larger one.
            assert len({id(region_of[node]) for node in inside}) == 1


def test_blocks_of_the_published_networks_are_found_without_their_names():
    def sizes(key):
        return [len(region) for region in regions(renamed(NETWORKS[key]())) if len(region) > 1]

    assert sizes("googlenet") == [14] * 9
    assert sizes("resnet34") == [7] * 3 + [9] + [7] * 3 + [9] + [7] * 5 + [9] + [7] * 2
    assert sizes("efficientnet_lite0") == [6] * 9


def test_an_outer_region_of_more_than_half_the_network_is_opened():
    inner = [Node("stem", Conv2d(1, 1))]
    for block in range(4):
        fork = inner[-1].name
        inner += [
            Node(f"a{block}", Conv2d(1, 1), (fork,)),
            Node(f"b{block}", Conv2d(1, 1)),
            Node(f"c{block}", ReLU()),
            Node(f"sum{block}", Add(), (f"c{block}", fork)),
        ]
    whole = Network("skip", (1, 4, 4), (*inner, Node("join", Concat(), ("sum3", INPUT))))
    assert [len(region) for region in regions(whole)] == [1, 4, 4, 4, 4, 1]


def test_the_work_is_bounded_for_any_graph():
    # Every node reads the one before and the last one reads all: each node is a fork of them all.
    count = 3 * MOST
    nodes = [Node(f"n{i}", ReLU()) for i in range(count)]
    last = Node("last", Add(), tuple(node.name for node in nodes))
    found = regions(Network("fan", (1, 1, 1), (*nodes, last)))
    assert sum(map(len, found)) == count + 1
    assert max(map(len, found)) <= MOST
