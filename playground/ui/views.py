"""The views of the Filters page: ways to look at the same experiment, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.files.experiment import Experiment
from playground.ui import compare, compare_maps, connections, watch
from playground.ui.message import More

Then = Callable[[str], None]


@dataclass(frozen=True)
class View:
    """A way to look at the experiment.

    Attributes
    ----------
    label : str
        What the switch calls it.
    component : str
        The browser component that draws it, by its name in `playground.ui.components`.
    tip : str
        What to try, in Markdown.
    more : callable, optional
        What this view adds to the page's message.
    controls : callable, optional
        Draws the settings that only this view has, given the experiment, the shape of the batch,
        and what to call with the name of a setting that was changed.
    """

    label: str
    component: str
    tip: str
    more: More | None = None
    controls: Callable[[Experiment, tuple[int, ...], Then], None] | None = None


VIEWS: dict[str, View] = {
    "maps": View(
        "Maps",
        "pipeline",
        "**Try this:** pick another preset, or type a number into the kernel. "
        "Then point at a map to see how each value is made.",
    ),
    "watch": View(
        "Watch it happen",
        "player",
        "**Try this:** press the space bar and watch the kernel slide; "
        "the arrow keys go one step at a time.",
        more=watch.handed_out,
    ),
    "numbers": View(
        "Numbers",
        "numbers",
        "**Try this:** move the frame over the picture and read the matrix that it is.",
    ),
    "connections": View(
        "Connections",
        "connections",
        "**Try this:** point at one weight of the kernel and see every pixel that it multiplies; "
        "pick a cell of the last map and see what it can see.",
        more=connections.more,
        controls=connections.controls,
    ),
    "compare": View(
        "Compare",
        "compare",
        "**Try this:** give one setting another value and see where the maps differ.",
        more=compare_maps.more,
        controls=compare.controls,
    ),
}
