"""One picture on its way through the network while it learns: its maps, and what comes out."""

from __future__ import annotations

import streamlit as st

from playground.datasets.strokes import SIDE, picture_of_strokes
from playground.engine.errors import EngineError
from playground.ui import components, state
from playground.ui.training.job import Job, Look
from playground.ui.use.answer import answer
from playground.ui.use.memory import memory
from playground.ui.use.pictures import Chosen, another, is_inverted
from playground.ui.use.subject import Subject, fitted
from playground.ui.words import WORDS

SOURCES = {"held_out": "Held out", "draw": "My drawing", "upload": "My picture"}


def subject_of(job: Job, look: Look) -> Subject:
    """The network of a run as it is at a moment, with held-out pictures that fit it."""
    return Subject(
        job.network, look.params, look.step > 0, job.held_out_images, job.held_out_targets
    )


def draw(job: Job, look: Look) -> None:
    """Draw the picture's maps and the outputs, and what another picture is chosen with."""
    subject = subject_of(job, look)
    try:
        picture, seen, truth = _choose(subject)
        message = answer(
            subject,
            picture,
            seen,
            truth,
            state.next_version(),
            brief=True,
            aloud=look.status != "running",
        )
    except EngineError as error:
        st.text(str(error))
    else:
        components.stages(key="watched", data=message)


def _choose(subject: Subject) -> Chosen:
    """The picture, what to say of it, and its class if that is known."""
    remembered = memory()
    possible = ["held_out"]
    if remembered.strokes and subject.network.input_shape == (1, SIDE, SIDE):
        possible.append("draw")
    if remembered.upload is not None:
        possible.append("upload")
    chosen = remembered.watched if remembered.watched in possible else "held_out"
    count = len(subject.images)
    with st.container(key="watched_top", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("One picture on its way", width="content", help=WORDS["watched"].markdown())
        if len(possible) > 1:
            st.segmented_control(
                "Which picture",
                possible,
                key=state.control("watched_source", chosen),
                format_func=SOURCES.__getitem__,
                required=True,
                label_visibility="collapsed",
                on_change=_on_source,
            )
        if chosen == "held_out":
            st.button(
                "Another one",
                key="watched_another",
                icon=":material/shuffle:",
                on_click=another,
                args=(count,),
            )
    if chosen == "draw":
        return picture_of_strokes(remembered.strokes), "Your drawing", None
    if chosen == "upload":
        shape = subject.network.input_shape
        return fitted(remembered.upload, shape, is_inverted(subject)), "Your picture", None
    place = remembered.place % count
    truth = int(subject.targets[place])
    seen = f"Held-out picture {place + 1:,}: {subject.label(truth)}"
    return subject.images[place], seen, truth


def _on_source() -> None:
    memory().watched = state.value_of("watched_source") or "held_out"
