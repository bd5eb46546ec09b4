"""What comes from a page that is being left neither breaks the next one nor takes its address."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def draw() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from playground.ui import address

    def count(name):
        st.session_state[name] = st.session_state.get(name, 0) + 1

    def leave():
        """Let this run be one for another page, as if its request had come with the click."""
        get_script_run_ctx().pages_manager.set_current_page_script_hash("another")

    def write():
        leave()
        st.session_state["written"] = address.write({"of": "the page that is left"}, "page")

    @st.fragment(key="part")
    def part():
        count("parts")

    def redraw_left():
        leave()
        address.redraw(["part"])

    count("pages")
    address.open_page("page")
    part()
    st.button("part", on_click=address.redraw, args=(["part"],))
    st.button("gone", on_click=address.redraw, args=(["part", "no part"],))
    st.button("left", on_click=redraw_left)
    st.button("write", on_click=write)
    st.button("own", on_click=address.write, args=({"of": "this page"}, "page"))
    st.button("other", on_click=address.write, args=({"of": "another page"}, "other"))


def after(button: str) -> AppTest:
    at = AppTest.from_function(draw).run()
    next(each for each in at.button if each.label == button).click().run()
    assert not at.exception
    return at


def drawn(at: AppTest) -> tuple[int, int]:
    """How many times the whole page was drawn, and its part."""
    return at.session_state["pages"], at.session_state["parts"]


def test_a_part_is_drawn_alone():
    assert drawn(after("part")) == (1, 2)


def test_the_whole_page_is_drawn_when_a_part_is_not_there():
    assert drawn(after("gone")) == (2, 2)


def test_the_whole_next_page_is_drawn_when_the_request_for_it_came_along():
    assert drawn(after("left")) == (2, 2)


def test_a_page_writes_its_own_address_alone():
    assert after("own").query_params["of"] == "this page"
    assert "of" not in after("other").query_params


def test_a_page_that_is_left_writes_no_address():
    at = after("write")
    assert at.session_state["written"] is False
    assert "of" not in at.query_params
