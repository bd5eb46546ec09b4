"""The message that begins a run has the same theme whether it is read anew or remembered."""

from __future__ import annotations

from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig, NewSession
from streamlit.runtime import app_session

from playground.ui.theme import remember_theme, remembered

SECTIONS = ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light.sidebar")


def whole(populate) -> NewSession:
    """A message as the server fills it."""
    message = NewSession()
    theme = message.custom_theme
    parts = (theme, theme.light, theme.dark, theme.sidebar, theme.light.sidebar)
    for part, section in zip(parts, SECTIONS, strict=True):
        populate(part, section)
    return message


def test_a_remembered_theme_is_the_theme():
    config.get_config_options()
    read = app_session._populate_theme_msg
    again = remembered(read)
    assert whole(read) == whole(again) == whole(again)
    assert whole(again).custom_theme.light.primary_color


def test_the_options_are_read_once(monkeypatch):
    asked = []

    def populate(message, section="theme"):
        asked.append(section)
        message.primary_color = section

    monkeypatch.setattr(app_session, "_populate_theme_msg", populate)
    remember_theme()
    for _ in range(3):
        for section in SECTIONS:
            message = CustomThemeConfig()
            app_session._populate_theme_msg(message, section)
            assert message.primary_color == section
    assert asked == list(SECTIONS)
