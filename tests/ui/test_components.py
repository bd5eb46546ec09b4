"""Our browser components: their files, the script that they share, and the messages to them."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from playground.ui.components import FOLDER, NAMES, library_script, pack
from tests.experiments import Unpacked


@pytest.mark.parametrize("name", NAMES)
def test_every_component_has_its_three_files(name):
    for suffix in ("html", "css", "js"):
        assert (FOLDER / name / f"component.{suffix}").read_text("utf-8").strip()


def test_every_folder_is_a_component_or_the_library():
    assert {folder.name for folder in FOLDER.iterdir()} == {*NAMES, "library"}


def test_the_library_defines_the_function_of_every_component_and_hands_it_out():
    script = library_script()
    for name in NAMES:
        assert len(re.findall(rf"^function {name}\(component\)", script, re.M)) == 1
    handed = re.search(r"globalThis\.cnnPlayground = \{ (.*?) \};", script)[1]
    assert handed.split(", ") == list(NAMES)


def test_the_files_share_one_scope_and_no_name_is_declared_twice():
    declared = re.findall(
        r"^(?:const|let|var|class|(?:async )?function\*?) (\w+)", library_script(), re.M
    )
    assert len(declared) > 50
    assert [name for name, times in Counter(declared).items() if times > 1] == []


def test_no_script_makes_elements_from_html():
    pattern = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert re.findall(pattern, library_script()) == []


@given(
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=8), max_size=4),
    st.lists(
        arrays(np.uint8, array_shapes(max_dims=3, max_side=5))
        | arrays(np.float32, array_shapes(max_dims=2, max_side=5), elements=st.floats(width=32)),
        max_size=5,
    ),
)
def test_a_message_unpacks_to_what_was_packed(header, content):
    message = Unpacked(pack(header, content))
    assert {**header, "offsets": message.header["offsets"]} == message.header
    for number, array in enumerate(content):
        found = message.array(number, array.shape, array.dtype)
        assert found.tobytes() == array.tobytes()


def test_arrays_that_are_not_contiguous_are_packed_in_their_order():
    array = np.arange(24, dtype=np.uint8).reshape(4, 6).T[::2]
    assert (Unpacked(pack({}, [array])).array(0, array.shape) == array).all()


def test_a_number_that_json_has_not_cannot_be_sent():
    with pytest.raises(ValueError):
        pack({"value": float("nan")}, [])
