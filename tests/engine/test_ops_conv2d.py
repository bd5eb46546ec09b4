"""Convolution against SciPy's definition, published values, and input that cannot work."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

from playground.engine import correlate as paths
from playground.engine import ops, tiles
from playground.engine.errors import EngineError

TOLERANCE = {"float32": dict(rtol=1e-4, atol=1e-4), "float64": dict(rtol=1e-11, atol=1e-11)}
NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def reference(x, weight, bias, stride, pads, dilation, groups, mode):
    """Convolve with scipy.signal.correlate2d, in float64 and one plane at a time."""
    x, weight = x.astype(np.float64), weight.astype(np.float64)
    x = np.pad(x, ((0, 0), (0, 0), pads[:2], pads[2:]), mode=NUMPY_MODES[mode])
    filters, depth, kh, kw = weight.shape
    spread = np.zeros((filters, depth, (kh - 1) * dilation[0] + 1, (kw - 1) * dilation[1] + 1))
    spread[:, :, :: dilation[0], :: dilation[1]] = weight
    images = []
    for image in x:
        maps = []
        for k in range(filters):
            first = k // (filters // groups) * depth
            planes = image[first : first + depth]
            pairs = zip(planes, spread[k], strict=True)
            total = sum(correlate2d(plane, kernel, mode="valid") for plane, kernel in pairs)
            maps.append(total[:: stride[0], :: stride[1]] + (0 if bias is None else bias[k]))
        images.append(maps)
    return np.array(images)


@st.composite
def convolutions(draw):
    """Draw arrays and settings of a convolution that fits."""
    small = st.integers(1, 3)
    groups, depth, each = draw(small), draw(small), draw(small)
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    dilation = draw(st.tuples(small, small))
    stride = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    mode = draw(st.sampled_from(ops.PADDING_MODES))
    span = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    image = [draw(st.integers(s, s + 8)) for s in span]
    most = [min(4, size - 1) for size in image]
    pads = tuple(draw(st.integers(0, most[axis])) for axis in (0, 0, 1, 1))
    dtype = draw(st.sampled_from(["float32", "float64"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = rng.standard_normal((draw(small), groups * depth, *image)).astype(dtype)
    weight = rng.standard_normal((groups * each, depth, *kernel)).astype(dtype)
    bias = rng.standard_normal(groups * each).astype(dtype) if draw(st.booleans()) else None
    return x, weight, bias, stride, pads, dilation, groups, mode


@settings(max_examples=300, deadline=None)
@given(convolutions())
def test_conv2d_agrees_with_scipy(case):
    x, weight, bias, stride, pads, dilation, groups, mode = case
    out = ops.conv2d(
        x, weight, bias,
        stride=stride, padding=pads, dilation=dilation, groups=groups, padding_mode=mode,
    )  # fmt: skip
    assert out.dtype == x.dtype
    assert out.flags.c_contiguous
    np.testing.assert_allclose(out, reference(*case), **TOLERANCE[str(x.dtype)])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "planes, size, kernel, dilation",
    [
        (1, (5, 5), (3, 3), (1, 1)),
        (3, (9, 7), (2, 5), (2, 1)),
        (2, (150, 130), (3, 3), (1, 2)),  # a plane of several pieces
        (1, (3, 10_050), (2, 3), (1, 1)),  # a row longer than a piece
    ],
)
def test_shift_and_add_agrees_with_scipy(planes, size, kernel, dilation, dtype):
    rng = np.random.default_rng(1)
    x = rng.standard_normal((2, planes, *size)).astype(dtype)
    weight = rng.standard_normal((planes, 1, *kernel)).astype(dtype)
    expected = reference(x, weight, None, (1, 1), (0, 0, 0, 0), dilation, planes, "zeros")
    out = paths.shift_and_add(x, weight, dilation)
    np.testing.assert_allclose(out, expected, **TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("dilation", [(1, 2), (2, 1)])
@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
@pytest.mark.parametrize(
    "multiply_adds, few, copy_bytes, cache_bytes",
    [
        (10**9, 1, 1, 10**9),  # everything at once
        (1_500, 1, 1, 10**9),  # some windows at a time
        (36, 1, 1, 20_000),  # one window at a time, some rows at a time
        (1, 10**9, 40_000, 1),  # big work, some rows at a time
        (1, 10**9, 1, 1),  # big work, never less than a row
    ],
)
def test_matrix_product_agrees_with_scipy_in_pieces_of_any_shape(
    multiply_adds, few, copy_bytes, cache_bytes, dilation, stride, groups, dtype, monkeypatch
):
    monkeypatch.setattr(tiles, "GEMM_UNTHREADED", multiply_adds)
    monkeypatch.setattr(tiles, "FEW_WINDOWS", few)
    monkeypatch.setattr(tiles, "COPY_BYTES", copy_bytes)
    for name in ("CACHE_BYTES", "BATCH_CACHE_BYTES"):
        monkeypatch.setattr(tiles, name, cache_bytes)
    monkeypatch.setattr(tiles, "FEW_PICTURES", 3 * (dtype == "float32"))
    monkeypatch.setattr(paths, "FEW_PICTURES", 3 * (dtype == "float32"))
    rng = np.random.default_rng(2)
    x = rng.standard_normal((2, 2 * groups, 14, 15)).astype(dtype)
    weight = rng.standard_normal((3 * groups, 2, 3, 2)).astype(dtype)
    expected = reference(x, weight, None, stride, (0, 0, 0, 0), dilation, groups, "zeros")
    out = paths.matrix_product(x, weight, stride, dilation, groups)
    np.testing.assert_allclose(out, expected, **TOLERANCE[dtype])


def test_each_kind_of_work_takes_its_path(monkeypatch):
    taken = []
    for name in ("shift_and_add", "matrix_product"):
        path = getattr(paths, name)
        monkeypatch.setattr(paths, name, lambda *args, n=name, p=path: taken.append(n) or p(*args))
    plane, kernel = np.ones((1, 1, 64, 64)), np.ones((1, 1, 3, 3))
    ops.conv2d(plane, kernel)
    ops.conv2d(plane, kernel, stride=2)
    ops.conv2d(plane, np.ones((2, 1, 3, 3)))
    ops.conv2d(np.ones((1, 1, 5, 5)), kernel)
    assert taken == ["shift_and_add", "matrix_product", "matrix_product", "matrix_product"]


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("size", [9, 80])
def test_zero_times_nan_or_infinity_is_nan_in_any_size(value, size):
    x = np.ones((1, 1, size, size))
    x[0, 0, 4, 4] = value
    sobel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]).reshape(1, 1, 3, 3)
    out = ops.conv2d(x, sobel)[0, 0]
    assert np.isnan(out[2:5, 3]).all()
    assert not np.isfinite(out[2:5, 2:5]).any()
    assert np.isfinite(out[:2]).all() and np.isfinite(out[5:]).all()


def test_the_article_example_gives_its_published_map():
    rows = ["11100", "01110", "00111", "00110", "01100"]
    x = np.array([[int(pixel) for pixel in row] for row in rows]).reshape(1, 1, 5, 5)
    kernel = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]]).reshape(1, 1, 3, 3)
    out = ops.conv2d(x, kernel)
    assert out.dtype == np.float32
    assert out[0, 0].tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


@pytest.mark.parametrize(
    "size, kernel, stride, padding, expected",
    [
        (4, 3, 1, 0, 2), (5, 4, 1, 2, 6), (5, 3, 1, 1, 5), (5, 3, 1, 2, 7),
        (5, 3, 2, 0, 2), (5, 3, 2, 1, 3), (6, 3, 2, 1, 3),
    ],
)  # fmt: skip
def test_sizes_are_those_of_dumoulin_and_visin(size, kernel, stride, padding, expected):
    assert ops.output_size(size, kernel, stride, padding, padding, 1) == expected
    x, weight = np.ones((1, 1, size, size)), np.ones((1, 1, kernel, kernel))
    out = ops.conv2d(x, weight, stride=stride, padding=padding)
    assert out.shape == (1, 1, expected, expected)


def test_the_cs231n_assignment_2_case_gives_its_published_values():
    x = np.linspace(-0.1, 0.5, 96).reshape(2, 3, 4, 4)
    weight = np.linspace(-0.2, 0.3, 144).reshape(3, 3, 4, 4)
    out = ops.conv2d(x, weight, np.linspace(-0.1, 0.2, 3), stride=2, padding=1)
    assert out.shape == (2, 3, 2, 2)
    published = [-0.08759809, -0.10987781, -0.18387192, -0.2109216]
    np.testing.assert_allclose(out.ravel()[:4], published, atol=5e-9)


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 5), (4, 4)])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("mode", ops.PADDING_MODES)
def test_same_padding_keeps_the_size(kernel, dilation, mode):
    x = np.random.default_rng(3).standard_normal((1, 1, 9, 11))
    weight = np.ones((1, 1, *kernel))
    out = ops.conv2d(x, weight, padding="same", dilation=dilation, padding_mode=mode)
    assert out.shape == x.shape


def test_the_odd_pixel_of_same_padding_goes_to_the_bottom_and_right():
    assert ops.resolve_padding("same", (2, 4), 1, 1) == (0, 1, 1, 2)


@pytest.mark.parametrize(
    "padding, expected",
    [
        (2, (2, 2, 2, 2)), ((1, 3), (1, 1, 3, 3)), ((1, 2, 3, 4), (1, 2, 3, 4)),
        ([0, np.int64(1)], (0, 0, 1, 1)), ("valid", (0, 0, 0, 0)), ("same", (1, 1, 1, 1)),
    ],
)  # fmt: skip
def test_padding_is_resolved_to_top_bottom_left_right(padding, expected):
    assert ops.resolve_padding(padding, 3, 1, 1) == expected


@pytest.mark.parametrize("mode", ops.PADDING_MODES)
def test_pad2d_agrees_with_numpy(mode):
    x = np.random.default_rng(4).standard_normal((2, 3, 5, 6)).astype(np.float32)
    for pads in [(0, 0, 0, 0), (1, 0, 0, 2), (4, 3, 2, 5), (0, 4, 5, 0)]:
        expected = np.pad(x, ((0, 0), (0, 0), pads[:2], pads[2:]), mode=NUMPY_MODES[mode])
        np.testing.assert_array_equal(ops.pad2d(x, pads, mode), expected)


def test_circular_padding_may_be_as_large_as_the_image():
    x = np.arange(6.0).reshape(1, 1, 2, 3)
    expected = np.pad(x, ((0, 0), (0, 0), (2, 2), (3, 3)), mode="wrap")
    np.testing.assert_array_equal(ops.pad2d(x, (2, 2, 3, 3), "circular"), expected)


@pytest.mark.parametrize("size", [8, 80])
def test_inputs_are_not_changed_and_need_not_be_contiguous(size):
    rng = np.random.default_rng(5)
    base = rng.standard_normal((size, size, 2, 2))
    x, weight = base.transpose(3, 2, 1, 0)[:, :, ::-1], rng.standard_normal((3, 3, 1, 2)).T
    kept = x.copy(), weight.copy()
    for array in (base, x, weight):
        array.flags.writeable = False
    out = ops.conv2d(x, weight, groups=2)
    np.testing.assert_array_equal(x, kept[0])
    np.testing.assert_array_equal(weight, kept[1])
    expected = reference(*kept, None, (1, 1), (0, 0, 0, 0), (1, 1), 2, "zeros")
    np.testing.assert_allclose(out, expected, **TOLERANCE["float64"])
    assert not np.shares_memory(ops.conv2d(x, np.ones((2, 1, 1, 1)), groups=2), x)


@pytest.mark.parametrize("wide", ["x", "weight", "bias"])
def test_one_float64_array_makes_the_result_float64(wide):
    arrays = {"x": np.ones((1, 1, 3, 3)), "weight": np.ones((1, 1, 2, 2)), "bias": np.ones(1)}
    narrow = {n: a if n == wide else a.astype(np.float32) for n, a in arrays.items()}
    assert ops.conv2d(**narrow).dtype == np.float64


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float16])
def test_other_numbers_are_computed_as_float32(dtype):
    out = ops.conv2d(np.ones((1, 1, 3, 3), dtype), np.ones((1, 1, 3, 3), dtype))
    assert out.dtype == np.float32 and out.item() == 9


X, W = np.ones((1, 4, 5, 5)), np.ones((2, 4, 3, 3))
BAD_CALLS = [
    ((X, np.ones((1, 4, 7, 7))), {}, "7 x 7 kernel does not fit a 5 x 5 image; add padding"),
    ((X, W), dict(dilation=3), "spread to 7 x 7 by its dilation, does not fit"),
    ((X, np.ones((1, 4, 9, 9))), dict(padding=1), "a 7 x 7 image, padding included"),
    ((X, np.ones((2, 3, 3, 3))), {}, "expect 3 channels, but the input has 4"),
    ((X, np.ones((2, 3, 3, 3))), dict(groups=2), "expect 6 channels, but the input has 4"),
    ((X, W), dict(groups=3), "4 channels and 2 filters cannot both be split into 3"),
    ((X, np.ones((3, 2, 3, 3))), dict(groups=2), "cannot both be split into 2"),
    ((X, W), dict(groups=0), "number of groups must be at least 1"),
    ((X, W, np.ones(3)), {}, "bias must be 2 numbers"),
    ((X, W, np.ones((2, 1))), {}, "bias must be 2 numbers"),
    ((X[0], W), {}, "input must have four axes"),
    ((X, W[0]), {}, "weight must have four axes"),
    ((5, W), {}, "a single number"),
    ((X[:0], W), {}, "input is empty"),
    ((X, W[:, :, :0]), {}, "weight is empty"),
    ((X, W, []), {}, "bias is empty"),
    ((X * 1j, W), {}, "real numbers"),
    ((X.astype(object), W), {}, "real numbers"),
    (([[1], [2, 3]], W), {}, "rows differ in length"),
    (("picture", W), {}, "real numbers"),
    ((None, W), {}, "real numbers"),
    ((X, W), dict(stride=0), "stride must be at least 1, not 0"),
    ((X, W), dict(stride=(1, -2)), "stride must be at least 1, not -2"),
    ((X, W), dict(stride=1.0), "stride must be a whole number, not 1.0"),
    ((X, W), dict(stride=True), "stride must be a whole number"),
    ((X, W), dict(stride=float("nan")), "stride must be a whole number"),
    ((X, W), dict(stride="2"), "stride must be a whole number"),
    ((X, W), dict(stride=None), "stride must be a whole number"),
    ((X, W), dict(stride=(1, 1, 1)), "one number or two"),
    ((X, W), dict(dilation=0), "dilation must be at least 1"),
    ((X, W), dict(dilation=(1.5, 1)), "dilation must be a whole number"),
    ((X, W), dict(padding=-1), "padding must be at least 0"),
    ((X, W), dict(padding=0.5), "padding must be a whole number"),
    ((X, W), dict(padding=(1, 2, 3)), "padding must be one number, two or four"),
    ((X, W), dict(padding=(0, 0, 0, -1)), "padding must be at least 0"),
    ((X, W), dict(padding="full"), '"valid" or "same"'),
    ((X, W), dict(padding="same", stride=2), "a stride of 2 cannot do"),
    ((X, W), dict(padding_mode="mirror"), "zeros, reflect, replicate, circular"),
    ((X, W), dict(padding_mode=["zeros"]), "zeros, reflect, replicate, circular"),
    ((X, W), dict(padding=5, padding_mode="reflect"), "asks for 5 and the image has 5 rows"),
    ((X, W), dict(padding=(0, 6), padding_mode="circular"), "6 and the image has 5 columns"),
]


@pytest.mark.parametrize("args, kwargs, sentence", BAD_CALLS)
def test_conv2d_refuses_what_cannot_work_in_one_sentence(args, kwargs, sentence):
    with pytest.raises(EngineError) as caught:
        ops.conv2d(*args, **kwargs)
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
