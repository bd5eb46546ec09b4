"""The programs to take away: NumPy's by running it, the others by their numbers and syntax."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.errors import EngineError
from playground.engine.kernels import KERNELS, SIZES, random_weights
from playground.engine.network import trace
from playground.files.experiment import CHOICES, Experiment, Filter, preset_filter
from playground.files.images import encode_png, from_bytes, to_grey
from playground.networks.filter_bank import filter_bank, filter_bank_params, scores
from playground.render.code import keras_code, numpy_code, pytorch_code

CODES = [numpy_code, pytorch_code, keras_code]
HOSTILE = [
    "\nimport os; os._exit(9)\n", '"""', "'''", "'); raise SystemExit('", '"); 1/0 #', "\\", "\\'",
    "\r1/0", "\u20281/0", "\x0c1/0", "\x851/0", "\x1c1/0", "{}", "{name!r}", "%s", "\ud800", "\x00",
    "\u202e evil", "", " ", "#", "'", "é×日本🙂",
]  # fmt: skip


def random_experiment(rng):
    """Draw an experiment, and a picture that fits it: uint8-exact, (channels, rows, columns)."""
    while True:
        chosen = {name: options[rng.integers(len(options))] for name, options in CHOICES.items()}
        size = SIZES[rng.integers(len(SIZES))]
        presets = [k for k, kernel in KERNELS.items() if len(kernel.weight) == size]
        filters = [
            preset_filter(presets[rng.integers(len(presets))])
            if presets and rng.random() < 0.5
            else Filter("made up", random_weights(size, rng), float(rng.integers(-9, 10)) / 7)
            for _ in range(int(rng.integers(1, 4)))
        ]
        temperature = [1.0, 0.5, float(rng.uniform(0.1, 10))][rng.integers(3)]
        experiment = Experiment(filters=tuple(filters), temperature=temperature, **chosen)
        shape = (int(rng.choice([1, 3])), *map(int, rng.integers(9, 34, 2)))
        picture = from_bytes(rng.integers(0, 256, shape, dtype=np.uint8))
        seen = to_grey(picture) if experiment.colour == "grey" else picture
        try:
            return experiment, picture, seen, computed(experiment, seen)
        except EngineError:
            continue


def computed(experiment, picture):
    """Send the picture through the engine: every stage as (filters, parts, rows, columns)."""
    x = picture[:, None] if experiment.colour == "each" else picture[None]
    network = filter_bank(
        x.shape[1:],
        len(experiment.filters),
        experiment.kernel_size,
        stride=experiment.stride,
        padding=experiment.padding,
        padding_mode=experiment.padding_mode,
        dilation=experiment.dilation,
        activation=experiment.activation,
        pool=experiment.pool,
        pool_size=experiment.pool_size,
        pool_stride=experiment.pool_stride,
    )
    params = filter_bank_params(
        [f.weight for f in experiment.filters],
        [f.bias for f in experiment.filters],
        x.shape[1],
        experiment.convolution,
    )
    stages = trace(network, params, x)
    names = {"convolution": "convolved", "activation": "activated", "pooling": "pooled"}
    maps = {names[n]: s.output.swapaxes(0, 1) for n, s in stages.items() if n in names}
    return {**maps, "scores": scores(stages)}


def close(actual, expected):
    size = max(1.0, float(np.abs(expected).max()))
    return np.allclose(actual, expected, rtol=1e-4, atol=1e-4 * size)


def test_the_numpy_program_computes_what_the_engine_computes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(60)
    used = set()
    for _ in range(60):
        experiment, picture, seen, expected = random_experiment(rng)
        (tmp_path / "picture.png").write_bytes(encode_png(picture))
        found = {}
        exec(compile(numpy_code(experiment, seen.shape), "snippet", "exec"), found)
        for name in ("convolved", "activated", "pooled"):
            assert (name in found) == (name in expected)
        for name, value in expected.items():
            actual = found[name]
            if name != "scores" and actual.ndim == 3:
                actual = actual[:, None]
            assert actual.shape == value.shape
            assert close(actual, value), (name, experiment)
        scaled = found["scores"] / experiment.temperature
        shares = np.exp(scaled - scaled.max())
        assert np.allclose(found["probabilities"], shares / shares.sum())
        printed = capsys.readouterr().out
        shape = tuple(found["convolved"].shape)
        assert f"convolved {shape}" in printed
        for filter_, score in zip(experiment.filters, found["scores"], strict=True):
            assert f"{filter_.name}: score {score:.4f}" in printed
        used |= {(name, getattr(experiment, name)) for name in CHOICES}
    computing = [n for n in CHOICES if n not in ("side", "scale", "colours")]
    assert {(name, option) for name in computing for option in CHOICES[name]} <= used


def literals(code, variable):
    """Read the numbers of an assignment like ``kernels = np.array([...])`` out of a program."""
    for node in ast.parse(code).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == variable:
            value = node.value
            return ast.literal_eval(value.args[0] if isinstance(value, ast.Call) else value)
    raise AssertionError(f"no {variable}")


@pytest.mark.parametrize("code", CODES)
def test_every_program_compiles_and_holds_the_kernels_exactly(code):
    rng = np.random.default_rng(61)
    for _ in range(60):
        experiment, _, seen, _ = random_experiment(rng)
        text = code(experiment, seen.shape)
        compile(text, "snippet", "exec")
        kernels = literals(text, "kernels")
        assert kernels == [[list(row) for row in f.weight] for f in experiment.filters]
        assert literals(text, "biases") == [f.bias for f in experiment.filters]
        assert literals(text, "names") == [f.name for f in experiment.filters]
        assert text.endswith("\n") and not re.search(r"[ \t]$", text, re.MULTILINE)
        assert max(map(len, text.splitlines())) < 180


@pytest.mark.parametrize("code", CODES)
def test_ordinary_programs_are_short_enough_for_a_slide(code):
    experiment = Experiment(filters=(preset_filter("sobel_x"), preset_filter("box_blur")))
    lines = code(experiment, (3, 171, 256)).splitlines()
    assert len(lines) <= 45 and max(map(len, lines)) <= 88


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_in_its_comment_and_its_string(code, name):
    plain = Experiment(filters=(Filter("plain", KERNELS["edge"].weight),) * 2)
    hostile = replace(plain, filters=(Filter(name, KERNELS["edge"].weight),) * 2)
    text = code(hostile, (3, 20, 20))
    text.encode("utf-8")
    tree, expected = (ast.parse(code(e, (3, 20, 20))) for e in (hostile, plain))
    assert len(text.splitlines()) == len(code(plain, (3, 20, 20)).splitlines())
    cleaned = literals(text, "names")
    for one, other in zip(tree.body, expected.body, strict=True):
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "names":
            continue
        assert ast.dump(one) == ast.dump(other)
    assert len(cleaned) == 2 and all(n.isprintable() for n in cleaned)


@pytest.mark.parametrize("code", CODES)
def test_fractions_are_written_exactly(code):
    text = code(Experiment(filters=(preset_filter("box_blur"),)), (1, 9, 9))
    assert text.count("0.1111111111111111") == 9


def test_a_picture_of_another_size_is_brought_to_the_working_size(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture = from_bytes(np.full((3, 40, 60), 200, np.uint8))
    (tmp_path / "picture.png").write_bytes(encode_png(picture))
    experiment = Experiment(filters=(preset_filter("identity"),), activation="none", pool="none")
    for channels, value in ((3, 600 / 255), (1, 200 / 255)):
        found = {}
        exec(numpy_code(experiment, (channels, 20, 30)), found)
        assert found["convolved"].shape == (1, 18, 28)
        assert np.allclose(found["convolved"], value)


def test_only_the_libraries_that_a_program_names_are_imported():
    allowed = {
        numpy_code: {"numpy", "scipy", "PIL"},
        pytorch_code: {"numpy", "torch", "PIL"},
        keras_code: {"numpy", "keras", "PIL"},
    }
    rng = np.random.default_rng(62)
    for _ in range(20):
        experiment, _, seen, _ = random_experiment(rng)
        for code, names in allowed.items():
            text = code(experiment, seen.shape)
            used = {
                (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Import | ast.ImportFrom)
            }
            assert {name.split(".")[0] for name in used} == names
            for line in text.splitlines():
                for name in re.findall(r"import (.+)", line):
                    for part in name.split(", "):
                        assert text.count(part.split(" as ")[-1]) > 1, part
