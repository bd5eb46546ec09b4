"""The Network page with one thing more: a button, and a word in a fragment that it redraws."""

from __future__ import annotations

from benchmarks.apps import one_word
from playground.pages import network
from playground.ui import shell

shell.begin()
network.draw()
one_word.draw()
