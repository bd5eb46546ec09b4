"""A term of the playground, with what it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A term, two or three sentences about it, and the formula behind it, if there is one."""

    term: str
    text: str
    formula: str = ""

    def markdown(self) -> str:
        """The entry as Markdown, for the help of a control."""
        stop = "" if self.term.endswith("?") else "."
        return f"**{self.term}{stop}** {self.text}" + (
            f"\n\n`{self.formula}`" if self.formula else ""
        )
