"""Figures of the famous systems: computed from their networks, or published with a source."""

from __future__ import annotations

from functools import cache

from playground.engine.network import summary
from playground.networks import NETWORKS
from playground.networks.history import HISTORY, TEN, System, TopFive, weight_layers
from playground.render.systems import Point

TITLES = {
    "lenet5": "LeNet-5",
    "alexnet": "AlexNet",
    "zfnet": "ZF Net",
    "googlenet": "GoogLeNet",
    "vgg16": "VGG-16",
    "vgg19": "VGG-19",
    "resnet18": "ResNet-18",
    "resnet34": "ResNet-34",
    "resnet50": "ResNet-50",
    "densenet121": "DenseNet-121",
}


@cache
def cost(key: str) -> tuple[int, int, int]:
    """Layers with weights, parameters and multiply-adds of a network."""
    network = NETWORKS[key]()
    rows = summary(network)
    return (
        weight_layers(network),
        sum(row.parameters for row in rows),
        sum(row.multiply_adds for row in rows),
    )


def of_system(system: System) -> dict[str, list[str]]:
    """Depth, parameters and multiply-adds of each network of a system, as a table."""
    keys = sorted(system.keys, key=lambda key: cost(key)[0])
    return {"": ["Layers with weights", "Parameters", "Multiply-adds"]} | {
        TITLES[key]: [f"{number:,}" for number in cost(key)] for key in keys
    }


def errors_of(system: System) -> list[str]:
    """What is published about how often a system is wrong, with its source."""
    return [_sentence(error) for error in system.errors] or [
        "It reads digits; it was never measured on ImageNet."
    ]


def _sentence(error: TopFive) -> str:
    who = TITLES[error.key] if error.key else f"{error.networks} networks together"
    return (
        f"Top-5 error of {who}, {error.views}, {error.pictures} pictures of ImageNet 2012: "
        f"{error.percent} % ({error.source})."
    )


def comparable() -> list[tuple[System, TopFive]]:
    """The errors that can be compared: of one network, ten crops, validation pictures."""
    return [
        (system, error)
        for system in HISTORY
        for error in system.errors
        if error.key and error.views == TEN and error.pictures == "validation"
    ]


def points(chosen: str) -> list[Point]:
    """What the chart shows; ``chosen`` is the first key of the system that is looked at."""
    found = []
    for system, error in comparable():
        _, parameters, adds = cost(error.key)
        own = system.keys[0] == chosen
        found.append(Point(TITLES[error.key], adds, error.percent, parameters, own))
    return found


def table() -> dict[str, list[str]]:
    """Every network of the history, a row each."""
    errors = {error.key: error for _, error in comparable()}
    rows = [(system, key) for system in HISTORY for key in system.keys]
    costs = [cost(key) for _, key in rows]
    return {
        "Network": [TITLES[key] for _, key in rows],
        "Year": [str(system.year) for system, _ in rows],
        "Layers with weights": [str(depth) for depth, _, _ in costs],
        "Parameters": [f"{parameters:,}" for _, parameters, _ in costs],
        "Multiply-adds": [f"{adds:,}" for _, _, adds in costs],
        f"Top-5 error, {TEN}": [
            f"{errors[key].percent} %" if key in errors else "" for _, key in rows
        ],
        "Source of the error": [errors[key].source if key in errors else "" for _, key in rows],
    }
