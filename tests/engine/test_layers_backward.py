"""The backward of every layer of the registry, dropout, and the layers that join branches."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.layers import LAYERS, Add, Concat, Conv2d, Dropout, Linear
from tests.engine.differences import assert_gradient
from tests.engine.registry import accepted, joined, make


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("layer_type", LAYERS)
def test_backward_is_the_slope_of_forward(layer_type, rng):
    layer = make(layer_type)
    for shape in accepted(layer):
        check_slopes(layer, shape, rng)


def check_slopes(layer, shape, rng):
    """Compare the gradients at all inputs and parameters with differences."""
    arrays = [rng.standard_normal((2, *shape)) for _ in range(joined(type(layer)))]
    params = {name: a.astype("f8") for name, a in layer.init(shape, rng=rng).items()}
    drawn = params | layer.chance(*arrays, rng=rng)
    output = layer.forward(drawn, *arrays)
    grad = rng.standard_normal(output.shape)
    grads, own = layer.backward(drawn, tuple(arrays), output, grad)
    learned = {name: a for name, a in params.items() if name not in layer.STATISTICS}
    assert own.keys() == learned.keys() and len(grads) == len(arrays)
    for i, array in enumerate(arrays):

        def at_input(x, i=i):
            inputs = [*arrays[:i], x, *arrays[i + 1 :]]
            return (layer.forward(drawn, *inputs) * grad).sum()

        assert_gradient(at_input, array, grads[i], rng, tolerance=1e-5)
    for name, array in learned.items():

        def at_parameter(p, name=name):
            return (layer.forward(drawn | {name: p}, *arrays) * grad).sum()

        assert_gradient(at_parameter, array, own[name], rng, tolerance=1e-5)
    _, alone = layer.backward(drawn, tuple(arrays), output, grad, input_grads=False)
    assert all(np.array_equal(alone[name], own[name]) for name in own)


@pytest.mark.parametrize("layer_type", LAYERS)
def test_backward_keeps_float32_and_changes_nothing_that_it_is_given(layer_type, rng):
    layer = make(layer_type)
    shape = accepted(layer)[0]
    arrays = tuple(rng.standard_normal((2, *shape)).astype("f4") for _ in range(joined(layer_type)))
    params = layer.init(shape, rng=rng) | layer.chance(*arrays, rng=rng)
    output = layer.forward(params, *arrays)
    grad = rng.standard_normal(output.shape).astype("f4")
    for array in (*arrays, *params.values(), output, grad):
        array.flags.writeable = False
    grads, own = layer.backward(params, arrays, output, grad)
    assert {array.dtype for array in [*grads, *own.values()]} == {np.dtype("f4")}


def test_a_layer_without_bias_has_no_gradient_for_it(rng):
    for layer, shape in ((Conv2d(2, bias=False), (1, 4, 4)), (Linear(2, bias=False), (4,))):
        params, x = layer.init(shape, rng=rng), np.ones((1, *shape), np.float32)
        output = layer.forward(params, x)
        assert layer.backward(params, (x,), output, output)[1].keys() == {"weight"}


def test_dropout_without_a_draw_lets_everything_through(rng):
    x = rng.standard_normal((2, 3, 4, 4))
    assert np.array_equal(Dropout(0.9).forward({}, x), x)
    assert np.array_equal(Dropout(0.9).backward({}, (x,), x, x)[0][0], x)


@pytest.mark.parametrize("rate", [1, -0.1, np.nan, "half", None])
def test_dropout_refuses_a_rate_that_is_no_share(rate):
    with pytest.raises(EngineError, match="dropout rate must be"):
        Dropout(rate).output_shape((3,))


def test_branches_are_added_or_put_behind_each_other():
    a, b = np.ones((1, 2, 3, 3)), np.full((1, 1, 3, 3), 2.0)
    assert Concat().output_shape((2, 3, 3), (1, 3, 3)) == (3, 3, 3)
    assert Concat().forward({}, a, b)[0, :, 0, 0].tolist() == [1, 1, 2]
    assert Add().output_shape((2, 3, 3), (2, 3, 3)) == (2, 3, 3)
    assert np.array_equal(Add().forward({}, a, a, a), 3 * a)


@pytest.mark.parametrize(
    ("layer", "shapes", "sentence"),
    [
        (Add(), [(2, 3, 3), (1, 3, 3)], "same shape can be added, not 2 x 3 x 3 and 1 x 3 x 3"),
        (Concat(), [(2, 3, 3), (2, 3, 4)], "same size .*, not 2 x 3 x 3 and 2 x 3 x 4"),
        (Concat(), [(2, 3, 3), (9,)], "same size .*, not 2 x 3 x 3 and 9"),
        (Add(), [], "at least one input"),
        (Concat(), [], "at least one input"),
    ],
)
def test_branches_that_do_not_fit_are_one_sentence(layer, shapes, sentence):
    with pytest.raises(EngineError, match=sentence):
        layer.output_shape(*shapes)
    with pytest.raises(EngineError, match=sentence.partition(",")[0]):
        layer.forward({}, *(np.ones((2, *shape)) for shape in shapes))
