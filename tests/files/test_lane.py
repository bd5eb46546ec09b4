"""Large files are opened one at a time, behind everything else."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from playground.files import BadFile, decoding
from playground.files.images import load_image
from playground.files.lane import NICE, in_lane
from tests.files.samples import SAMPLES, encode

LARGE = encode("PNG", Image.new("1", (1200, 1000)))


def test_what_is_returned_or_raised_comes_back():
    assert in_lane(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        in_lane(divmod, 7, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities on Linux only")
def test_the_lane_has_a_lower_priority_than_the_server():
    own = os.getpriority(os.PRIO_PROCESS, 0)
    there = in_lane(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert there == min(max(NICE, own), 19)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own


def test_large_pictures_are_decoded_one_at_a_time_and_small_ones_beside_them(monkeypatch):
    decode, inside, most = decoding._pixels_of, [], []
    small_is_done = threading.Event()

    def slow(image, *rest):
        if image.width > 1000:
            inside.append(image)
            most.append(len(inside))
            assert small_is_done.wait(20)
            inside.pop()
        return decode(image, *rest)

    monkeypatch.setattr(decoding, "_pixels_of", slow)
    with ThreadPoolExecutor(3) as pool:
        large = [pool.submit(load_image, LARGE, 8) for _ in range(3)]
        load_image(SAMPLES["PNG"])
        small_is_done.set()
        assert all(each.result().shape == (1, 7, 8) for each in large)
    assert most == [1, 1, 1]


def test_a_large_picture_that_is_damaged_is_refused_as_others_are():
    with pytest.raises(BadFile, match="damaged"):
        load_image(LARGE[:-40])
