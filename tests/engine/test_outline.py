"""Outlines: every node is in one block, and what repeats is folded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.layers import Conv2d, ReLU
from playground.engine.network import INPUT, Network, Node
from playground.engine.outline import outline
from playground.networks import NETWORKS
from tests.engine.graphs import drawn_graph, renamed


def drawn_networks():
    rng = np.random.default_rng(33)
    for _ in range(30):
        network = drawn_graph(rng, int(rng.integers(1, 50)))
        yield network
        # The same with prefixes, the same one a few times in a row.
        cuts = np.cumsum(rng.integers(1, 5, len(network.nodes)))
        new = {n.name: f"b{np.searchsorted(cuts, i)}.{n.name}" for i, n in enumerate(network.nodes)}
        new[INPUT] = INPUT
        nodes = (
            replace(n, name=new[n.name], inputs=tuple(new[s] for s in n.inputs))
            for n in network.nodes
        )
        yield replace(network, nodes=tuple(nodes))
    for make in NETWORKS.values():
        yield make()


def test_every_node_is_in_one_block_that_reads_only_blocks_before_it():
    for network in drawn_networks():
        found = outline(network)
        sources = {node.name: read for node, read in network.wiring()}
        every = [m for b in found.blocks for m in (b, *b.members)]
        assert sorted(n for b in found.blocks for n in b.nodes) == sorted(sources)
        assert len({b.name for b in every}) == len(every)
        assert not {b.name for b in every if b.kind != "node"} & {INPUT, *sources}
        for unfolded in ([], [b.name for b in found.blocks], [b.name for b in every]):
            seen = {INPUT}
            for block in found.visible(unfolded):
                outside = {s for n in block.nodes for s in sources[n]} - set(block.nodes)
                assert set(block.inputs) == outside <= seen
                seen |= set(block.nodes)
            assert seen == {INPUT, *sources}


def test_what_is_unfolded_is_seen():
    for network in drawn_networks():
        found = outline(network)
        for node in network.nodes[:: max(1, len(network.nodes) // 8)]:
            shown = found.visible(found.block_of(node.name))
            assert node.name in [block.name for block in shown if block.kind == "node"]


def test_repeated_blocks_have_the_same_layers_and_wiring():
    for network in drawn_networks():
        layers = {node.name: node.layer for node in network.nodes}
        for block in outline(network).blocks:
            assert block.repeated == max(1, len(block.members))
            assert block.nodes == sum((m.nodes for m in block.members), ()) or not block.members
            built = {tuple(layers[n] for n in m.nodes) for m in block.members}
            assert len(built) <= 1


def test_the_blocks_of_resnet_are_its_stages():
    blocks = [b for b in outline(NETWORKS["resnet50"]()).blocks if b.kind != "node"]
    # He et al. 2015, table 1: 3, 4, 6 and 3 blocks, the first of each with a projection.
    assert [b.repeated for b in blocks] == [1, 2, 1, 3, 1, 5, 1, 2]
    assert {b.kind for b in blocks} == {"residual"}
    assert blocks[1].name == "stage2_block2 … stage2_block3"
    assert [m.name for m in blocks[1].members] == ["stage2_block2", "stage2_block3"]


@pytest.mark.parametrize(
    ("key", "repeats", "kind"),
    [
        ("resnet50", [1, 2, 1, 3, 1, 5, 1, 2], "residual"),
        ("densenet121", [6, 12, 24, 16], "branches"),
        ("googlenet", [1] * 9, "branches"),
    ],
)
def test_blocks_are_found_and_folded_without_their_names_too(key, repeats, kind):
    blocks = outline(renamed(NETWORKS[key]())).blocks
    assert [b.repeated for b in blocks if b.kind == kind] == repeats


def test_blocks_with_other_settings_do_not_fold():
    def chain(filters):
        nodes = [
            node
            for block, count in enumerate(filters)
            for node in (Node(f"b{block}.conv", Conv2d(count, 3)), Node(f"b{block}.relu", ReLU()))
        ]
        return outline(Network("chain", (1, 20, 20), tuple(nodes))).blocks

    assert [b.repeated for b in chain([4, 4, 4])] == [3]
    assert [b.repeated for b in chain([4, 4, 5, 4])] == [2, 1, 1]


def test_names_that_are_taken_get_a_number():
    nodes = (Node("a", ReLU()), Node("a.x", ReLU()), Node("a.y", ReLU()), Node("b.x", ReLU()))
    network = Network("names", (1, 2, 2), (*nodes, Node("a.z", ReLU()), Node("a.w", ReLU())))
    assert [b.name for b in outline(network).blocks] == ["a", "a (2)", "b.x", "a (3)"]


def test_a_few_dots_in_names_are_chance():
    found = outline(renamed(NETWORKS["googlenet"]()))
    odd = renamed(NETWORKS["googlenet"]())
    nodes = list(odd.nodes)
    nodes[-2:] = [replace(nodes[-2], name="fc.1"), replace(nodes[-1], name="fc.2", inputs=())]
    kinds = [b.kind for b in outline(replace(odd, nodes=tuple(nodes))).blocks]
    assert kinds == [b.kind for b in found.blocks]
