"""A stranger's network takes a picture, whatever order its file wants the numbers in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.layers import Conv2d, Divide, Flatten, Linear, Softmax, Transpose
from playground.engine.network import Network, Node, forward, init_params
from playground.files import uploaded
from playground.files.errors import BadFile
from playground.files.onnx.about import About, about
from playground.files.preparation import PREPARATIONS
from playground.files.uploaded import guess, layouts, numbers_of, pictured, resized
from tests.files.onnx_files import model


def network(shape, *nodes: Node) -> Network:
    return Network("x", shape, nodes or (Node("flatten", Flatten()), Node("fc", Linear(4))))


def outputs(net: Network, x: np.ndarray) -> np.ndarray:
    return forward(net, init_params(net, np.random.default_rng(0)), x[None])[0]


@pytest.mark.parametrize(
    ("shape", "layout", "picture"),
    [
        ((3, 4, 5), "first", (3, 4, 5)),
        ((4, 5, 3), "last", (3, 4, 5)),
        ((4, 5), "plane", (1, 4, 5)),
        ((16,), "flat", (1, 4, 4)),
        ((48,), "flat", (3, 4, 4)),
    ],
)
def test_the_numbers_come_as_the_file_wants_them(shape, layout, picture):
    assert layouts(shape)[0] == layout
    plain = network(shape, Node("flatten", Flatten()))
    x = np.arange(np.prod(picture), dtype=np.float32).reshape(picture)
    adapted = pictured(plain, layout)
    assert adapted.input_shape == picture
    wanted = x.transpose(1, 2, 0) if layout == "last" else x
    assert (outputs(adapted, x) == wanted.ravel()).all()


def test_a_first_layer_that_brings_the_channels_to_the_front_falls_away():
    keras = network(
        (6, 6, 3), Node("t", Transpose((3, 1, 2))), Node("conv", Conv2d(2)), Node("f", Flatten())
    )
    adapted = pictured(keras, "last")
    assert [node.name for node in adapted.nodes] == ["conv", "f"]
    x = np.random.default_rng(0).random((3, 6, 6), np.float32)
    rng = np.random.default_rng(1)
    params = init_params(keras, rng)
    before = forward(keras, params, x.transpose(1, 2, 0)[None])
    assert (forward(adapted, params, x[None]) == before).all()


@pytest.mark.parametrize("shape", [(2, 5, 7), (5, 6, 4), (17,), (1, 2, 3, 4), (2000, 2000)])
def test_what_is_no_picture_is_refused_in_a_sentence(shape):
    with pytest.raises(BadFile):
        pictured(network(shape), next(iter(layouts(shape)), ""))


def test_two_layouts_are_offered_where_both_can_be():
    assert layouts((3, 7, 3)) == ["first", "last"]


def test_a_network_takes_another_size_if_its_layers_do():
    free = network((3, 8, 8), Node("conv", Conv2d(2)), Node("softmax", Softmax()))
    params = init_params(free, np.random.default_rng(0))
    assert resized(free, params, 9, 12).input_shape == (3, 9, 12)
    with pytest.raises(BadFile, match="cannot take 1 × 1"):
        resized(free, params, 1, 1)
    wide = network((3, 8, 8), Node("conv", Conv2d(4000, padding="same")))
    params = init_params(wide, np.random.default_rng(0))
    with pytest.raises(BadFile, match="cost too much on 1024"):
        resized(wide, params, 1024, 1024)
    fixed = network((3, 8, 8))
    with pytest.raises(BadFile, match="weights of “fc” are made for another size"):
        resized(fixed, init_params(fixed, np.random.default_rng(0)), 9, 8)


def guessed(shape, producer="", properties=None, *nodes: Node, value=None) -> str:
    net = network(shape, *nodes)
    params = init_params(net, np.random.default_rng(0))
    if value is not None:
        params[net.nodes[0].name]["value"][...] = value
    return numbers_of(guess(net, params, About(producer, properties or {}))[0])


def test_what_is_done_to_a_picture_is_guessed_from_the_file_its_layers_and_its_maker():
    assert guessed((3, 8, 8)) == "unit"
    assert guessed((3, 8, 8), "x", {"Image.NominalPixelRange": "NominalRange_0_255"}) == "bytes"
    assert guessed((3, 224, 224), "pytorch") == "imagenet"
    assert guessed((3, 8, 8), "onnx-caffe2") == "caffe"
    assert guessed((3, 8, 8), "tf2onnx") == "signed"
    assert guessed((1, 28, 28), "pytorch") == "mnist"
    first, rest = Node("scale", Divide((1,))), Node("f", Flatten())
    assert guessed((3, 8, 8), "pytorch", None, first, rest, value=255) == "bytes"
    assert guessed((3, 8, 8), "x", None, first, rest, value=0.5) == "unit"


def test_imagenets_numbers_at_imagenets_size_are_those_of_the_shipped_network():
    net = network((3, 224, 224))
    found, why = guess(net, {}, About("pytorch"))
    assert found == PREPARATIONS["efficientnet_lite0"] and "PyTorch" in why


def test_blue_comes_first_where_the_file_says_so():
    said = About("pytorch", {"Image.BitmapPixelFormat": "Bgr8"})
    found, why = guess(network((3, 224, 224)), {}, said)
    assert found.order == "bgr" and found.mean == (0.406, 0.456, 0.485) and "blue" in why


def test_any_number_of_channels_has_the_numbers_for_it():
    for key, numbers in uploaded.NUMBERS.items():
        grey = guess(network((1, 8, 8)), {}, About())[0]
        assert uploaded.with_numbers(grey, numbers).channels == 1, key
        odd = replace(grey, mean=(0.123,))
        assert numbers_of(odd) == ""


def test_the_maker_and_the_metadata_are_read_from_the_file():
    import onnx
    from onnx import helper

    made = model([helper.make_node("Relu", ["x"], ["y"])])
    made.producer_name = "somebody"
    onnx.helper.set_model_props(made, {"Image.BitmapPixelFormat": "Bgr8", "<b>": "y" * 500})
    found = about(made.SerializeToString())
    assert found.producer == "somebody"
    assert found.properties == {"Image.BitmapPixelFormat": "Bgr8", "<b>": "y" * 80}
