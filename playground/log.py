"""What the server writes down: one line of JSON an event, and nothing that anybody brought.

No names, no pictures, no addresses, no queries. A line has the time, the level, the event, and
numbers or words of our own. Lines of other packages are reduced to their fixed text, and errors
to their type and the places in the code. The level ``debug`` adds what errors and other packages
say in full, which may quote a file or an address: it is for a developer's own machine.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from playground.limits import LIMITS

ROOT = Path(__file__).parents[1]
MOST_PLACES = 30  # of an error, the innermost

_events = logging.getLogger("playground.events")
_events.addHandler(logging.NullHandler())  # where no server runs, nothing is written


def event(name: str, level: str = "info", **fields: float | str) -> None:
    """Write one event; ``fields`` are numbers, or words out of the code itself."""
    _events.log(logging.getLevelNamesMapping()[level.upper()], name, extra={"fields": fields})


def limit(name: str) -> None:
    """Write that somebody has come up against one of the server's settings."""
    event("limit", "warning", limit=name, most=getattr(LIMITS, name))


class JsonLines(logging.Formatter):
    """Any log record as one line of JSON, without what users brought.

    Parameters
    ----------
    in_full : bool
        Whether messages are written with what was filled in.
    """

    def __init__(self, in_full: bool = False) -> None:
        super().__init__()
        self._in_full = in_full

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == _events.name:
            line |= {"event": record.msg, **getattr(record, "fields", {})}
        else:
            said = record.getMessage() if self._in_full else str(record.msg)
            line |= {"event": "error" if record.exc_info else "log", "from": record.name}
            line["text"] = said if self._in_full else said.splitlines()[0][:200] if said else ""
        if record.exc_info and record.exc_info[1] is not None:
            line |= self._error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True, default=str)

    def _error(self, error: BaseException) -> dict[str, object]:
        places = traceback.extract_tb(error.__traceback__)[-MOST_PLACES:]
        found: dict[str, object] = {
            "error": type(error).__name__,
            "places": [f"{_place(each.filename)}:{each.lineno} {each.name}" for each in places],
        }
        return found | ({"says": str(error)} if self._in_full else {})


def _place(filename: str) -> str:
    """A file of ours below the project, one of a package below its last two folders."""
    path = Path(filename)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return path.relative_to(ROOT).as_posix()
    return "/".join(path.parts[-3:]).lstrip("/")


def begin(level: str = LIMITS.log, stream: TextIO | None = None) -> None:
    """Write everything that is logged in this process as JSON lines; call when all is imported.

    Packages that brought handlers of their own keep them, in our format. Warnings count as logged.
    """
    logging.captureWarnings(True)
    lines = JsonLines(in_full=level == "debug")
    root = logging.getLogger()
    if not any(isinstance(each.formatter, JsonLines) for each in root.handlers):
        root.addHandler(logging.StreamHandler(stream or sys.stderr))
    named = [logging.getLogger(name) for name in list(logging.Logger.manager.loggerDict)]
    for logger in [root, *named]:
        for handler in logger.handlers:
            handler.setFormatter(lines)
            handler.setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level.upper()]))
    _events.setLevel(level.upper())
    root.setLevel(logging.WARNING)
