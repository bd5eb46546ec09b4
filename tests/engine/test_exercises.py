"""Exercises: the answer is the engine's, one number is hidden, and a seed gives all the same."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from playground.engine import ops
from playground.engine.errors import EngineError
from playground.engine.exercises import LEVELS, PER_LEVEL, TOPICS, exercise

NUMBERS = range(1, 31)
ROWS = {
    topic: [exercise(seed, number, (topic,)) for seed in range(10) for number in NUMBERS]
    for topic in TOPICS
}
ALL = [each for row in ROWS.values() for each in row]
POOLS = {"max": ops.max_pool2d, "average": ops.avg_pool2d, "sum": ops.sum_pool2d}


def values(matrix) -> np.ndarray:
    return np.array(matrix.values, np.float64)


def setting(task, pattern: str, default: int = 0) -> int:
    """A whole number out of what the exercise says about its settings."""
    found = [re.fullmatch(pattern, text) for text in task.settings]
    return next((int(m[1].replace("−", "-")) for m in found if m), default)


def computed(task) -> np.ndarray:
    """What comes out, by `ops` and from what is drawn alone."""
    x = values(task.picture)[None, None]
    if task.kernel is None:
        kind = task.settings[0].split()[0]
        window, stride = setting(task, r"(\d) × \d window"), setting(task, r"stride (\d)")
        return POOLS[kind](x, window, stride)[0, 0]
    weight, bias = values(task.kernel)[None, None], setting(task, r"bias (−?\d+)")
    made = ops.conv2d(x, weight, np.array([float(bias)]), stride=setting(task, r"stride (\d)", 1))
    return (ops.relu(made) if "then ReLU" in task.settings else made)[0, 0]


def numbers(text: str) -> list[float]:
    return [float(t.replace("−", "-")) for t in re.findall(r"−?\d+(?:\.\d+)?", text)]


def test_there_are_three_hundred_of_every_topic():
    assert {topic: len(row) for topic, row in ROWS.items()} == dict.fromkeys(TOPICS, 300)
    assert {each.level for each in ALL} == set(range(LEVELS))


@pytest.mark.parametrize("topic", [t for t in TOPICS if t != "size"])
def test_the_answer_and_all_that_is_drawn_of_the_map_equal_the_operators(topic):
    for each in ROWS[topic]:
        task = each.task
        expected = computed(task)
        assert expected.shape == task.result.shape
        assert expected[task.hidden] == task.answer
        shown = values(task.result)
        shown[task.hidden] = task.answer
        np.testing.assert_array_equal(shown, expected)


def test_the_answer_of_a_size_is_the_number_of_places_where_the_window_fits():
    for each in ROWS["size"]:
        task = each.task
        axis = 0 if "how many rows" in task.question else 1
        stride, reach = setting(task, r"stride (\d)"), task.window[axis][-1] + 1
        starts = range(0, task.picture.shape[axis] - reach + 1, stride)
        assert task.answer == len(starts) >= 1


@pytest.mark.parametrize("topic", [t for t in TOPICS if t != "size"])
def test_one_cell_is_hidden_and_it_is_the_one_in_question(topic):
    for each in ROWS[topic]:
        result = each.task.result
        hidden = [
            (r, c) for r, row in enumerate(result.values) for c, v in enumerate(row) if v is None
        ]
        assert hidden == [each.task.hidden]
        row, column = hidden[0]
        assert f"row {row + 1}, column {column + 1} of" in each.task.question


def test_the_size_in_question_is_not_drawn():
    for each in ROWS["size"]:
        assert each.task.hidden is None
        assert each.task.result.values == () and each.task.result.shape == (1, 1)


def test_every_answer_is_one_finite_number_of_two_decimals_at_most():
    for each in ALL:
        answer = each.task.answer
        assert type(answer) in (int, float) and np.isfinite(answer)
        assert round(answer, 2) == answer and abs(answer) < 1000


def test_the_lit_window_holds_what_the_working_multiplies():
    for each in ALL:
        task = each.task
        if not task.picture.values:
            continue
        lit = values(task.picture)[np.ix_(*task.window)]
        window, *more = task.working.tables
        np.testing.assert_array_equal(lit, values(window))
        if more:
            kernel, products = more
            np.testing.assert_array_equal(lit * values(kernel), values(products))
        if window.marked is not None:
            assert lit[window.marked] == lit.max() == task.answer


def test_the_working_ends_with_the_answer():
    for each in ALL:
        assert numbers(each.task.working.lines[-1])[-1] == each.task.answer


def test_what_a_size_reads_begins_at_the_corner_with_gaps_for_the_dilation():
    for each in ROWS["size"]:
        task = each.task
        gap = setting(task, r"dilation (\d)", 1)
        assert task.window[0] == tuple(gap * i for i in range(task.kernel.shape[0]))


def test_the_ring_holds_what_the_padding_mode_puts_there():
    modes = {"zeros": 0, "reflect": 0, "replicate": 0, "circular": 0}
    for each in ROWS["padding"]:
        picture = each.task.picture
        mode = each.task.settings[-1].split(", ")[1]
        modes[mode] += 1
        ring = picture.ring
        padded = values(picture)
        inside = padded[ring:-ring, ring:-ring][None, None]
        expected = ops.pad2d(inside, (ring,) * 4, mode)[0, 0]
        np.testing.assert_array_equal(padded, expected)
        assert picture.veiled == (each.level > 1)
    assert all(modes.values())


def test_padding_is_asked_only_where_it_is_weighed():
    for each in ROWS["padding"]:
        task = each.task
        inside = np.zeros(task.picture.shape)
        inside[(slice(task.picture.ring, -task.picture.ring),) * 2] = 1
        weighed = values(task.kernel)[inside[np.ix_(*task.window)] == 0]
        assert np.any(weighed)


def test_strided_cells_need_a_step_and_relu_cuts_about_half():
    assert all(each.task.hidden != (0, 0) for each in ROWS["stride"])
    zeros = sum(each.task.answer == 0 for each in ROWS["relu"])
    assert 90 < zeros < 210


def test_averages_are_of_four_cells():
    averages = [e.task for e in ROWS["pooling"] if e.task.settings[0] == "average pooling"]
    assert len(averages) > 30
    assert {task.settings[1] for task in averages} == {"2 × 2 window"}


def test_the_same_seed_and_number_are_the_same_exercise():
    for number in (1, 7, 40, 10**6):
        assert exercise(5, number) == exercise(5, number)
    assert exercise(5, 3) != exercise(6, 3)
    rows = {tuple(exercise(seed, n).task.question for n in range(1, 13)) for seed in range(20)}
    assert len(rows) == 20


def test_choosing_other_topics_changes_which_stands_where_and_nothing_else():
    for number in range(1, 40):
        each = exercise(8, number)
        assert exercise(8, number, (each.topic,)) == each


def test_every_round_has_every_topic_and_the_first_has_them_in_order():
    for topics in (tuple(TOPICS), ("relu", "size", "stride")):
        size = len(topics)
        rounds = [
            [exercise(4, before * size + i + 1, topics).topic for i in range(size)]
            for before in range(6)
        ]
        assert rounds[0] == list(topics)
        assert all(sorted(each) == sorted(topics) for each in rounds)
        assert len({tuple(each) for each in rounds}) > 1


def test_exercises_get_harder_with_their_number_up_to_the_last_level():
    levels = [exercise(1, number).level for number in range(1, 60)]
    assert levels == sorted(levels) and set(levels) == set(range(LEVELS))
    assert levels.index(1) == PER_LEVEL
    brightest = [
        max(values(e.task.picture).max() for e in ROWS["convolution"] if e.level == level)
        for level in range(LEVELS)
    ]
    assert brightest == sorted(set(brightest))


@pytest.mark.parametrize(
    ("seed", "number", "topics"),
    [(-1, 1, ("relu",)), (0, 0, ("relu",)), (0, 1, ()), (0, 1, ("relu", "cats"))],
)
def test_what_is_no_exercise_is_refused_with_a_sentence(seed, number, topics):
    with pytest.raises(EngineError, match=r"^[A-Z].*\.$"):
        exercise(seed, number, topics)


def test_an_exercise_cannot_be_changed():
    each = exercise(1, 1)
    with pytest.raises(AttributeError):
        each.task.answer = 3
    assert replace(each, number=2) != each
    assert isinstance(hash(each), int)
