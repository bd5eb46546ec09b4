"""The theme is put into a message once, and copied into every later one.

Each run of a page's script begins with a message that holds the whole theme, which Streamlit reads
from its options anew every time: a sixth of what the server does for an edit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from streamlit.runtime import app_session

Populate = Callable[..., None]


def remembered(populate: Populate) -> Populate:
    """``populate(message, section)``, which fills a message always alike, made to do so once."""
    made: dict[str, Any] = {}

    @wraps(populate)
    def copy(message: Any, section: str = "theme") -> None:
        if section not in made:
            fresh = type(message)()
            populate(fresh, section)
            made[section] = fresh
        if made[section].ByteSize():  # an empty one would count as there
            message.MergeFrom(made[section])

    return copy


def remember_theme() -> None:
    """Let Streamlit read its theme once; it cannot change while the server runs.

    Streamlit has no place for this, so its function is replaced; requirements.txt names the one
    version that this is tested with.
    """
    app_session._populate_theme_msg = remembered(app_session._populate_theme_msg)
