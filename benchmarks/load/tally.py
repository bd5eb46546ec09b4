"""What many visitors saw."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Tally:
    """Counted together for all visitors of a crowd.

    Attributes
    ----------
    edits : list of (float, float)
        When an edit was answered (seconds of the clock) and how many seconds that took.
    opened : list of float
        Seconds until a page was there.
    returned : list of float
        Seconds until a page that had lost its server was there again.
    lost, wrong : list of str
        Edits without an answer; answers that are not the engine's.
    """

    edits: list[tuple[float, float]] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    returned: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def milliseconds(self, percent: float) -> float:
        """A percentile of the time that edits took."""
        return 1e3 * float(np.percentile([took for _, took in self.edits], percent))
