"""Every layer of the registry: its settings, the shapes it promises, and its parameters."""

from __future__ import annotations

import dataclasses
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine import layers, ops
from playground.engine.errors import EngineError
from playground.engine.layer import INITIALISERS, glorot_uniform, he_normal
from playground.engine.layers import LAYERS, Conv2d, Linear
from tests.engine.registry import accepted, make


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_the_registry_holds_every_layer_of_the_module():
    public = {
        thing
        for name, thing in vars(layers).items()
        if isinstance(thing, type) and issubclass(thing, layers.Layer) and name[0] != "_"
    }
    assert public - {layers.Layer} == set(LAYERS)
    assert len(set(LAYERS)) == len(LAYERS)


@pytest.mark.parametrize("layer_type", LAYERS)
def test_layers_are_frozen_and_equal_ones_are_interchangeable(layer_type):
    layer = make(layer_type)
    assert layer == make(layer_type) and hash(layer) == hash(make(layer_type))
    for field in dataclasses.fields(layer):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(layer, field.name, 2)
    assert not any(isinstance(v, np.ndarray) for v in vars(layer).values())


@pytest.mark.parametrize("layer_type", LAYERS)
def test_output_shape_is_the_shape_that_forward_gives(layer_type, rng):
    layer = make(layer_type)
    shapes = accepted(layer)
    assert len(shapes) >= 3
    for shape in shapes:
        params = layer.init(shape, rng=rng)
        for dtype in (np.float32, np.float64):
            x = rng.standard_normal((2, *shape)).astype(dtype)
            before = x.copy()
            params = {name: p.astype(dtype) for name, p in params.items()}
            output = layer.forward(params, x)
            assert output.shape == (2, *layer.output_shape(shape))
            assert output.dtype == dtype
            assert np.array_equal(x, before)


@pytest.mark.parametrize("layer_type", LAYERS)
def test_parameter_count_is_the_size_of_the_arrays_that_init_makes(layer_type, rng):
    layer = make(layer_type)
    for shape in accepted(layer):
        arrays = layer.init(shape, rng=rng)
        learned = [a for name, a in arrays.items() if name not in layer.STATISTICS]
        assert layer.parameter_count(shape) == sum(a.size for a in learned)
        assert all(a.dtype == np.float32 for a in arrays.values())


@pytest.mark.parametrize("layer_type", LAYERS)
def test_init_repeats_with_the_same_seed_and_differs_with_another(layer_type):
    layer = make(layer_type)
    shape = accepted(layer)[0]
    first, again, other = (layer.init(shape, rng=np.random.default_rng(s)) for s in (1, 1, 2))
    assert first.keys() == again.keys()
    assert all(np.array_equal(first[k], again[k]) for k in first)
    assert all(not np.array_equal(first[k], other[k]) for k in first if first[k].std() > 0)


@pytest.mark.parametrize("layer_type", LAYERS)
def test_multiply_adds_are_one_for_each_weight_and_place(layer_type):
    layer = make(layer_type)
    for shape in accepted(layer):
        if layer_type is Conv2d:
            filters, rows, columns = layer.output_shape(shape)
            expected = shape[0] * 9 * filters * rows * columns
        else:
            expected = 5 * shape[0] if layer_type is Linear else 0
        assert layer.multiply_adds(shape) == expected


@pytest.mark.parametrize("layer_type", [t for t in LAYERS if hasattr(t, "bias")])
def test_without_bias_there_is_none(layer_type, rng):
    layer = make(layer_type, bias=False)
    shape = accepted(layer)[-1]
    params = layer.init(shape, rng=rng)
    assert params.keys() == {"weight"}
    assert layer.parameter_count(shape) == params["weight"].size
    x = np.zeros((1, *shape), np.float32)
    assert not layer.forward(params, x).any()


SETTINGS = {
    "filters": st.integers(1, 6),
    "units": st.integers(1, 6),
    "kernel_size": st.integers(1, 4) | st.tuples(st.integers(1, 4), st.integers(1, 4)),
    "stride": st.integers(1, 3) | st.tuples(st.integers(1, 3), st.integers(1, 3)),
    "padding": st.integers(0, 3)
    | st.tuples(st.integers(0, 3), st.integers(0, 3))
    | st.tuples(*[st.integers(0, 3)] * 4)
    | st.sampled_from(["same", "valid"]),
    "padding_mode": st.sampled_from([*ops.PADDING_MODES, "mirror"]),
    "dilation": st.integers(1, 3) | st.tuples(st.integers(1, 3), st.integers(1, 3)),
    "groups": st.integers(0, 3),
    "bias": st.booleans(),
    "ceil_mode": st.booleans(),
    "count_include_pad": st.booleans(),
    "negative_slope": st.floats(-1, 1),
    "rate": st.floats(0, 0.9),
    "axis": st.integers(1, 4),
    "gamma": st.floats(-2, 2),
    "low": st.none() | st.floats(-2, 2),
    "high": st.none() | st.floats(-2, 2),
    "slopes": st.none() | st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
    "constant": st.none() | st.tuples(st.integers(1, 3), st.integers(1, 3)),
    "constant_first": st.booleans(),
    "shape": st.lists(st.integers(-1, 9), max_size=4).map(tuple),
    "axes": st.lists(st.integers(1, 4), max_size=4).map(tuple),
    "keepdims": st.booleans(),
    "before": st.tuples(*[st.integers(0, 3)] * 3),
    "after": st.tuples(*[st.integers(0, 3)] * 3),
    "value": st.floats(-2, 2),
    "eps": st.floats(-0.5, 1),
    "size": st.integers(0, 6),
    "alpha": st.floats(-0.1, 2),
    "beta": st.floats(0, 2),
    "k": st.floats(0.1, 2),
}


@st.composite
def layer_and_shape(draw):
    layer_type = draw(st.sampled_from(LAYERS))
    chosen = {f.name: draw(SETTINGS[f.name]) for f in dataclasses.fields(layer_type)}
    return layer_type(**chosen), draw(st.tuples(*[st.integers(1, 9)] * 3))


@settings(max_examples=400, deadline=None)
@given(layer_and_shape())
def test_a_layer_promises_a_shape_exactly_when_it_can_keep_it(case):
    layer, shape = case
    x = np.ones((1, *shape), np.float32)
    try:
        promised = layer.output_shape(shape)
    except EngineError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
        if layers.Linear is type(layer):
            return  # a matrix product would take the rows one by one
        filters, groups = getattr(layer, "filters", 1), max(1, getattr(layer, "groups", 1))
        kernel = ops.pair(getattr(layer, "kernel_size", 1))
        if shape[0] % groups:
            return  # there is no weight to try it with
        params = {"weight": np.ones((filters, shape[0] // groups, *kernel), np.float32)}
        if type(layer) is layers.BatchNorm2d:
            params = layers.BatchNorm2d().init(shape, rng=np.random.default_rng(0))
        with pytest.raises(EngineError):
            layer.forward(params, x)
    else:
        params = layer.init(shape, rng=np.random.default_rng(0))
        assert layer.forward(params, x).shape == (1, *promised)
        learned = [a for name, a in params.items() if name not in layer.STATISTICS]
        assert layer.parameter_count(shape) == sum(a.size for a in learned)


@pytest.mark.parametrize(
    ("layer", "shape", "sentence"),
    [
        (Conv2d(4, 7), (3, 5, 5), "7 x 7 kernel does not fit a 5 x 5 image"),
        (Conv2d(4, groups=2), (3, 5, 5), "3 channels and 4 filters"),
        (Conv2d(4, padding=5, padding_mode="reflect"), (1, 5, 9), "asks for 5 .* has 5 rows"),
        (Conv2d(4, padding=5, padding_mode="reflect"), (1, 9, 5), "asks for 5 .* has 5 columns"),
        (Conv2d(4, padding=6, padding_mode="circular"), (1, 9, 5), "asks for 6 .* has 5 columns"),
        (Conv2d(4, padding="same", stride=2), (1, 5, 5), "stride of 2"),
        (Conv2d(4), (12,), "convolution layer needs maps"),
        (layers.MaxPool2d(3), (1, 2, 2), "3 x 3 window does not fit a 2 x 2 image"),
        (layers.AvgPool2d(2, padding=2), (1, 8, 8), "smaller than its window"),
        (layers.SumPool2d(), (12,), "pooling layer needs maps"),
        (layers.GlobalAvgPool2d(), (12,), "global average pooling layer needs maps"),
        (layers.GlobalMaxPool2d(), (12,), "global max pooling layer needs maps"),
        (layers.Softmax(2), (12,), "has 1 axes, counted from 1, so none is number 2"),
        (layers.Reshape((5, -1)), (2, 3), "2 x 3 numbers cannot be laid out as 5 x -1"),
        (layers.Transpose((1, 1)), (2, 3), "each of which must stand once"),
        (layers.Pad((1,), (1,)), (2, 3), "has 2 axes, and the padding is given for 1 and 1"),
        (layers.Pad((0, 3), (0, 0), "reflect"), (2, 3), "Reflect padding of 3 needs more than"),
        (layers.Mean((3,)), (2, 3), "cannot be averaged along"),
        (layers.Multiply((4,)), (2, 3), "2 x 3 and 4 cannot be brought to one shape"),
        (layers.PReLU((4, 1)), (2, 3), "Slopes of shape 4 x 1 do not fit"),
        (Linear(4), (1, 5, 5), "put a Flatten before it"),
    ],
)
def test_a_shape_that_does_not_fit_is_one_sentence_with_the_numbers(layer, shape, sentence):
    with pytest.raises(EngineError, match=sentence):
        layer.output_shape(shape)


def test_he_weights_have_variance_two_over_fan_in(rng):
    weight = he_normal(rng, (64, 32, 3, 3), fan_in=288)
    assert weight.dtype == np.float32
    assert abs(weight.var() / (2 / 288) - 1) < 0.05
    assert abs(weight.mean()) < 0.01


def test_glorot_weights_are_even_with_variance_two_over_fan_in_and_out(rng):
    weight = glorot_uniform(rng, (64, 32, 3, 3), fan_in=288, fan_out=576)
    assert weight.dtype == np.float32
    assert abs(weight.var() / (2 / 864) - 1) < 0.05
    assert abs(np.abs(weight).max() / (6 / 864) ** 0.5 - 1) < 0.01


def test_each_layer_tells_its_fans_to_the_initialiser(rng):
    seen = []

    def draw(rng, shape, fan_in, fan_out):
        seen.append((shape, fan_in, fan_out))
        return np.zeros(shape, np.float32)

    Conv2d(6, (3, 5), groups=2).init((4, 9, 9), rng=rng, draw=draw)
    Linear(7).init((12,), rng=rng, draw=draw)
    assert seen == [((6, 2, 3, 5), 30, 45), ((7, 12), 12, 7)]
    assert set(INITIALISERS) == {"he", "glorot"}


def test_he_initialisation_keeps_the_signal_alive_through_twenty_layers(rng):
    # Its purpose, He et al. 2015, section 2.2: the second moment neither dies out nor explodes.
    x = rng.standard_normal((4, 256)).astype(np.float32)
    for _ in range(20):
        layer = Linear(256)
        x = ops.relu(layer.forward(layer.init((256,), rng=rng), x))
    assert 0.1 < float((x**2).mean()) < 10


def test_flatten_reads_channels_then_rows_then_columns():
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    assert layers.Flatten().forward({}, x).tolist() == [list(range(24))]
    assert layers.Flatten().output_shape((2, 3, 4)) == (prod((2, 3, 4)),)


def test_softmax_works_over_channels_or_features(rng):
    for shape in ((2, 5), (2, 5, 3, 3)):
        out = layers.Softmax().forward({}, rng.standard_normal(shape))
        assert np.allclose(out.sum(axis=1), 1)
