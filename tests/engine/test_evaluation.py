"""Evaluation: what it counts, in batches of any size, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.evaluation import evaluate
from playground.engine.layers import Flatten, Linear, Softmax
from playground.engine.losses import LOSSES
from playground.engine.network import Network, Node

# Each class is one pixel: the largest pixel is the network's answer.
NETWORK = Network(
    "largest pixel",
    (1, 1, 3),
    (Node("flat", Flatten()), Node("logits", Linear(3)), Node("softmax", Softmax())),
)
PARAMS = {"logits": {"weight": np.eye(3, dtype=np.float32)}}
IMAGES = np.eye(3, dtype=np.float32)[[0, 1, 2, 2, 1, 0, 0]].reshape(7, 1, 1, 3)
CLASSES = np.array([0, 1, 2, 0, 0, 0, 1])


def test_the_confusion_counts_classes_in_rows_and_answers_in_columns():
    found = evaluate(NETWORK, PARAMS, IMAGES, CLASSES)
    assert found.confusion.tolist() == [[2, 1, 1], [1, 1, 0], [0, 0, 1]]
    assert found.accuracy == pytest.approx(4 / 7)
    assert found.outputs.shape == (7, 3) and np.allclose(found.outputs.sum(axis=1), 1)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_are_those_of_the_pictures_one_by_one_in_batches_of_any_size(loss):
    found = evaluate(NETWORK, PARAMS, IMAGES, CLASSES, loss)
    assert found.loss == pytest.approx(found.losses.mean())
    for size in (1, 2, 7, 100):
        again = evaluate(NETWORK, PARAMS, IMAGES, CLASSES, loss, batch_size=size)
        np.testing.assert_allclose(again.losses, found.losses, rtol=1e-6)
        assert np.array_equal(again.confusion, found.confusion)
    right = np.e / (np.e + 2)
    first = -np.log(right) if loss == "cross_entropy" else ((1 - right) ** 2 * 1.5) / 2
    assert found.losses[0] == pytest.approx(first, rel=1e-5)
    assert found.losses[3:5].min() > found.losses[:3].max()


def test_shares_count_as_the_class_with_the_largest():
    shares = np.full((7, 3), 0.1)
    shares[np.arange(7), CLASSES] = 0.8
    found = evaluate(NETWORK, PARAMS, IMAGES, shares)
    assert found.accuracy == evaluate(NETWORK, PARAMS, IMAGES, CLASSES).accuracy


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (dict(images=IMAGES[:, :, :, :2]), r"takes pictures of shape \(1, 1, 3\)"),
        (dict(targets=CLASSES[:3]), "7 pictures, but 3 targets"),
        (dict(targets=CLASSES + 2), "no class 4"),
        (dict(loss="hinge"), "loss must be one of"),
        (dict(batch_size=0), "batch size must be at least 1"),
        (dict(network=Network("n", (1, 1, 3), NETWORK.nodes[:-1]), loss="total_error"), "softmax"),
        (dict(network=Network("n", (1, 1, 3), ())), "no layers"),
    ],
)
def test_arguments_that_do_not_fit_are_one_sentence(changes, sentence):
    arguments = dict(network=NETWORK, params=PARAMS, images=IMAGES, targets=CLASSES) | changes
    with pytest.raises(EngineError, match=sentence):
        evaluate(**arguments)
