"""What a network's outputs stand for, as anybody writes it down: one label a line."""

from __future__ import annotations

from playground.files.descriptions import line
from playground.files.errors import BadFile

MAX_BYTES = 4 * 2**20
MAX_LABELS = 100_000


def labels_from(text: bytes | str, count: int) -> tuple[str, ...]:
    """Read labels, one a line, as plain text whatever stands in them.

    Parameters
    ----------
    text : bytes or str
        UTF-8, with or without a byte order mark.
    count : int
        How many outputs there are.

    Returns
    -------
    tuple of str
        One line of at most 80 visible characters for each; an empty line in between becomes the
        number of its output.

    Raises
    ------
    BadFile
        If it is no text, or has another number of lines.
    """
    if len(text) > MAX_BYTES:
        raise BadFile("This list of labels is larger than 4 MB, the most that is read.")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadFile("This file is no list of labels: it is not text in UTF-8.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if text.count("\n") >= MAX_LABELS:
        raise BadFile(f"This list has more than {MAX_LABELS:,} labels.")
    lines = [line(each) for each in text.split("\n")] if text.strip() else []
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) != count:
        raise BadFile(
            f"This list has {_labels(len(lines))}, and the network has {count:,} "
            f"output{'' if count == 1 else 's'}; write one label a line."
        )
    return tuple(each or f"output {number}" for number, each in enumerate(lines, 1))


def _labels(count: int) -> str:
    return f"{count:,} label{'' if count == 1 else 's'}"
