"""Occlusion: against covering the picture by hand, one position at a time."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.layers import Conv2d, Flatten, GlobalAvgPool2d, Linear, ReLU, Softmax
from playground.engine.network import Network, Node, forward, init_params
from playground.engine.occlusion import largest_moment, occlusion, pixels

ENDS = {
    "softmax": (Node("flat", Flatten()), Node("fc", Linear(4)), Node("p", Softmax())),
    "scores": (Node("flat", Flatten()), Node("fc", Linear(4))),
    "maps": (Node("last", Conv2d(4, 3)), Node("mean", GlobalAvgPool2d())),
}


def small(end="softmax"):
    nodes = (Node("conv", Conv2d(3, 3)), Node("relu", ReLU()), *ENDS[end])
    return Network("small", (2, 9, 11), nodes)


def drawn(network, seed=3):
    rng = np.random.default_rng(seed)
    return init_params(network, rng), rng.normal(size=(1, *network.input_shape)).astype("f4")


def by_hand(network, params, x, target, tops, lefts, size, fill, measure):
    def strength(picture):
        if measure == "score" and isinstance(network.nodes[-1].layer, Softmax):
            network_ = Network("scores", network.input_shape, network.nodes[:-1])
            return forward(network_, params, picture).ravel()[target]
        out = forward(network, params, picture).ravel().astype(np.float64)
        if measure == "probability" and not isinstance(network.nodes[-1].layer, Softmax):
            out = ops.softmax(out)
        return out[target]

    drop = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = x.copy()
            for row in range(top, top + size[0]):
                for column in range(left, left + size[1]):
                    covered[0, :, row, column] = fill
            drop[i, j] = strength(x) - strength(covered)
    return drop


@pytest.mark.parametrize("measure", ["probability", "score"])
@pytest.mark.parametrize("end", ENDS)
def test_the_map_is_that_of_covering_by_hand(end, measure):
    network = small(end)
    params, x = drawn(network)
    before = x.copy()
    for size, stride, fill, batch in [(3, 2, None, 7), ((2, 5), (3, 2), 0.5, None), (9, 1, 0, 1)]:
        *_, last = occlusion(network, params, x, 2, size, stride, fill, measure, batch)
        value = x.mean(axis=(2, 3))[0] if fill is None else fill
        expected = by_hand(network, params, x, 2, last.tops, last.lefts, last.size, value, measure)
        np.testing.assert_allclose(last.drop, expected, atol=2e-6)
        assert last.done == last.total == expected.size
    assert np.array_equal(x, before)


def test_the_patch_reaches_every_edge_in_full_size():
    network = small()
    params, x = drawn(network)
    for size, stride in [(3, 2), (4, 3), (2, 5), (9, 4)]:
        first = next(occlusion(network, params, x, 0, size, stride))
        for starts, length in ((first.tops, 9), (first.lefts, 11)):
            assert starts[0] == 0 and starts[-1] == length - size
            assert (np.diff(starts) > 0).all() and (np.diff(starts) <= stride).all()


def test_positions_come_batch_by_batch_and_stay():
    network = small()
    params, x = drawn(network)
    seen = list(occlusion(network, params, x, 1, 3, 3, batch=4))
    assert [s.done for s in seen] == [4, 8, 12]
    for earlier, later in zip(seen, seen[1:], strict=False):
        done = ~np.isnan(earlier.drop)
        assert done.sum() == earlier.done
        assert np.array_equal(earlier.drop[done], later.drop[done])
    assert not np.isnan(seen[-1].drop).any()


def test_the_whole_picture_is_covered_coarsely_before_it_is_covered_finely():
    network = small()
    params, x = drawn(network)
    fine, covered = list(occlusion(network, params, x, 1, 4, 1, batch=1)), []
    for so_far in fine:
        covered.append(not np.isnan(pixels(so_far, 9, 11)).any())
    assert covered.index(True) < len(fine) // 3 and covered[-1]


def test_a_map_that_was_left_goes_on_where_it_was_and_ends_the_same():
    network = small()
    params, x = drawn(network)
    whole = list(occlusion(network, params, x, 1, 3, 3, batch=5))
    left = whole[0]
    kept = left.drop.copy()
    rest = list(occlusion(network, params, x, 1, 3, 3, batch=5, before=left))
    assert [s.done for s in rest] == [10, 12] and np.array_equal(left.drop, kept, equal_nan=True)
    assert np.array_equal(rest[-1].drop, whole[-1].drop)
    assert list(occlusion(network, params, x, 1, 3, 3, before=rest[-1])) == []
    for other in ((3, 2), (2, 3)):
        with pytest.raises(EngineError, match="began with"):
            occlusion(network, params, x, 1, *other, before=left)


def test_a_pixel_has_the_mean_of_the_patches_over_it():
    network = small()
    params, x = drawn(network)
    *_, last = occlusion(network, params, x, 1, (4, 3), (3, 4))
    over = pixels(last, 9, 11)
    for row, column in np.ndindex(9, 11):
        drops = [
            last.drop[i, j]
            for i, top in enumerate(last.tops)
            for j, left in enumerate(last.lefts)
            if top <= row < top + 4 and left <= column < left + 3
        ]
        assert (
            (np.isnan(over[row, column]))
            if not drops
            else (over[row, column] == pytest.approx(np.mean(drops)))
        )
    assert np.isnan(over).any()


def test_what_the_network_does_not_look_at_loses_nothing():
    network = Network("corner", (1, 8, 8), (Node("c", Conv2d(2, 4, stride=5)), *ENDS["softmax"]))
    params, x = drawn(network)
    weight = params["fc"]["weight"]
    weight[...] = np.where(np.arange(weight.shape[1]) == 0, weight, 0)  # the first cell alone
    *_, last = occlusion(network, params, x, 0, 4, 4)
    assert last.drop[0, 0] != 0
    assert np.count_nonzero(last.drop) == 1


def test_what_is_held_at_once_is_counted_with_the_branches():
    chain = Network("chain", (1, 4, 4), (Node("a", ReLU()), Node("b", Conv2d(3, 1))))
    assert largest_moment(chain) == 16 + 48  # b reads a; the input has gone
    skip = Network("skip", (1, 4, 4), (*chain.nodes, Node("c", Conv2d(1, 1), ("input",))))
    assert largest_moment(skip) == 16 + 16 + 48


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": 10}, "patch of 10 pixels does not fit a picture of 9"),
        ({"size": 0}, "patch size must be at least 1"),
        ({"stride": 0}, "stride must be at least 1"),
        ({"target": 4}, "no class 4 among 4 outputs"),
        ({"target": -1}, "class must be at least 0"),
        ({"fill": np.nan}, "one finite number, or one for each of 2 channels"),
        ({"fill": np.zeros(3)}, "one finite number, or one for each of 2 channels"),
        ({"measure": "colour"}, "probability or a score"),
        ({"batch": 0}, "batch must be at least 1"),
        ({"x": np.zeros((2, 2, 9, 11), np.float32)}, "one picture"),
        ({"x": np.zeros((1, 2, 9, 12), np.float32)}, "takes pictures of shape"),
    ],
)
def test_what_does_not_fit_is_refused_at_the_call(changes, message):
    network = small()
    params, x = drawn(network)
    settings = {"x": x, "target": 0, "size": 3, "stride": 2} | changes
    with pytest.raises(EngineError, match=message):
        occlusion(network, params, **settings)


def test_a_network_that_ends_in_maps_has_no_classes():
    network = Network("maps", (2, 9, 11), (Node("conv", Conv2d(3, 3)),))
    params, x = drawn(network)
    with pytest.raises(EngineError, match="one number a class"):
        occlusion(network, params, x, 0, 3, 3)
