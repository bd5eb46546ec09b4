"""The run as it goes: its buttons, how far it is, and its curves."""

from __future__ import annotations

import streamlit as st

from playground.ui import components, state
from playground.ui.training import memory
from playground.ui.training.controls import differences
from playground.ui.training.curves_message import curves_message
from playground.ui.training.figures import of_held_out, of_training
from playground.ui.training.job import Look
from playground.ui.training.recipe import is_frozen, let_go
from playground.ui.training.run import ENDED, Run
from playground.ui.words import WORDS

PACES = {0.0: "full speed", 10.0: "10 steps a second", 2.0: "2 a second", 0.5: "1 in 2 seconds"}
STATUS = {
    "ready": "Ready",
    "running": "Training",
    "paused": "Paused",
    "finished": "Finished",
    "stopped": "Stopped",
}


def buttons(run: Run | None) -> None:
    """Start, pause, one step, the pace, and from the beginning."""
    status = run.status if run else "ready"
    with st.container(key="run_buttons", horizontal=True, vertical_alignment="bottom", gap="small"):
        if status == "running":
            st.button("Pause", key="pause", icon=":material/pause:", on_click=_on_pause)
        else:
            st.button(
                "Start" if status == "ready" else "Continue",
                key="start",
                icon=":material/play_arrow:",
                on_click=_on_start,
                disabled=status in ENDED,
            )
        st.button(
            "One step",
            key="one_step",
            icon=":material/skip_next:",
            help="Learn from exactly one batch, then pause",
            on_click=_on_one_step,
            disabled=status in ENDED,
        )
        st.button(
            "Reset",
            key="reset",
            icon=":material/restart_alt:",
            help="Back to the starting weights, with the settings that stand here now",
            on_click=_on_reset,
            disabled=run is None,
        )
        st.selectbox(
            "Pace",
            list(PACES),
            key="pace",
            format_func=PACES.__getitem__,
            filter_mode=None,
            label_visibility="collapsed",
            on_change=_on_pace,
            width=190,
        )


def _on_start() -> None:
    run = memory.run() or memory.begin()
    if run:
        run.set_pace(_pace())
        run.start()


def _on_pause() -> None:
    run = memory.run()
    if run:
        run.pause()


def _on_one_step() -> None:
    run = memory.run() or memory.begin()
    if run:
        run.set_pace(None)
        run.one_step()


def _on_reset() -> None:
    memory.begin()


def _pace() -> float | None:
    return state.value_of("pace") or None


def _on_pace() -> None:
    run = memory.run()
    if run:
        run.set_pace(_pace())


def position(run: Run | None, look: Look | None) -> None:
    """How far the run is, how fast it goes, and what is to be said about it."""
    if run is None or look is None:
        st.progress(0.0, "Nothing has been learned yet: press *Start*.")
        return
    settings, total = run.job.settings, run.job.total_steps
    parts = [
        f"**{STATUS[look.status]}**",
        f"epoch {max(look.epoch, 1)} of {settings.epochs}",
        f"step {look.step:,} of {total:,}",
    ]
    if look.status == "running" and look.speed:
        parts.append(f"{look.speed:,.0f} pictures a second")
        parts.append(f"{duration(look.seconds_left)} left")
    st.progress(look.step / total, ", ".join(parts))
    if look.sentence:
        st.error(look.sentence, icon=":material/error:")
    changed = differences(memory.setup().of_run(), run.job.setup)
    if changed:
        st.info(
            f"The run below was made with other settings ({', '.join(changed)}). "
            "*Reset* starts with those that stand here now.",
            icon=":material/info:",
        )


def figures(look: Look) -> None:
    """Loss and accuracy as they are now, of the batches and of the held-out pictures."""
    rows = {
        "Training": (of_training(look), "accuracy"),
        "Held out": (of_held_out(look), "overfitting"),
    }
    unknown = "not measured" if look.status == "stopped" else "not measured yet"
    with st.container(key="figures", horizontal=True):
        for name, (figure, word) in rows.items():
            st.metric(
                f"{name}: accuracy",
                f"{figure.accuracy:.1%}" if figure else "–",
                figure.below(look) if figure else unknown,
                delta_arrow="off",
                delta_color="off",
                help=WORDS[word].markdown(),
            )


def own_filters(run: Run, look: Look) -> None:
    """How well the user's own filters do, and how much it adds to let them learn."""
    setup, before = run.job.setup, run.job.before
    if setup.network != "mine" or look.exam is None or not look.exam.step:
        return
    reached = look.exam.result.accuracy
    if is_frozen(setup):
        with st.container(
            key="own_filters", horizontal=True, vertical_alignment="center", gap="small"
        ):
            rest = look.status != "running" and look.exam.step == look.step
            st.markdown(
                f"**Made by hand:** with your {len(setup.own)} filters as they are, "
                f"{reached:.1%} of the held-out pictures are right.",
                width="content",
            )
            st.button(
                "Let the filters go",
                key="let_go",
                icon=":material/lock_open:",
                help="Go on from here, with the filters learning, too",
                on_click=_on_let_go,
                disabled=not rest,
            )
    elif before is not None:
        st.markdown(
            f"**Made by hand:** {before:.1%} of the held-out pictures. **Learned:** {reached:.1%} "
            f"after {look.exam.step:,} more steps with the filters free, "
            f"{_difference(before, reached)}."
        )


def _difference(before: float, after: float) -> str:
    points = 100 * (after - before)
    if abs(points) < 0.05:
        return "which is the same"
    return f"{abs(points):.1f} percentage points {'more' if points > 0 else 'less'}"


def _on_let_go() -> None:
    run = memory.run()
    if run and is_frozen(run.job.setup):
        freed = memory.begin(let_go(run.job, run.look()))
        if freed:
            freed.set_pace(_pace())
            freed.start()
        st.rerun()  # the whole page: its buttons and its settings are others now


def duration(seconds: float | None) -> str:
    """A time as one says it: seconds below a minute and a half, then minutes."""
    if seconds is None:
        return "some time"
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"


def chart(run: Run, look: Look) -> None:
    """The curves of loss and accuracy.

    Streamlit builds a Plotly chart anew for every new point, which flickers and forgets what the
    mouse points at. So a drawing of our own, which moves its lines, stands in while it goes on.
    """
    if look.status == "running":
        data = curves_message(run.job, look, state.next_version())
        components.training(key="curves_live", data=data)
        return
    # Plotly takes a while to import, and most visitors of the playground never train.
    from playground.render.learning import learning_curves

    st.plotly_chart(
        learning_curves(
            look.curve,
            look.held_out,
            run.job.total_steps,
            kept=look.step if look.status == "stopped" else None,
        ),
        key="curves",
        width="stretch",
        config={"displayModeBar": False},
        alt="Loss and accuracy over the steps, for training and held-out pictures",
    )
