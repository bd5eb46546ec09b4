"""One lane for what takes long and much memory: one at a time, behind everything else.

A class may open its large pictures all at once. They wait for each other here, in a thread of lower
priority than those that answer edits; what it runs is compiled code that lets other threads go on.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")
NICE = 5  # of -20 to 19, which is the last to be served


def in_lane(do: Callable[Given, Made], *args: Given.args, **kwargs: Given.kwargs) -> Made:
    """Call a function in the lane, and wait for what it returns or raises."""
    return _LANE.submit(do, *args, **kwargs).result()


def _step_back() -> None:
    # Linux has priorities of threads; elsewhere the lane has that of the server.
    with contextlib.suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


_LANE = ThreadPoolExecutor(1, thread_name_prefix="large files", initializer=_step_back)
