"""What goes wrong between a page and its server, injected into a running one over its own protocol.

The server's disk is full all the while, and it has no folder for temporary files.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.load import web
from benchmarks.load.answers import edit_of
from benchmarks.load.client import Client, Lost
from benchmarks.load.tally import Tally
from benchmarks.load.visitor import Visitor, some_picture
from playground.ui.shell import CAME_BACK

TRAIN = "epochs=80"
PICTURE_FOUND = b'"missing": ""'


async def arrive(server, number: int = 0) -> Visitor:
    visitor = Visitor(server.url, number, Tally())
    await visitor.open()
    return visitor


async def goes_on(visitor: Visitor) -> None:
    """The page edits as before, and all that it ever showed was the engine's."""
    await visitor.edit()
    await visitor.close()
    assert (visitor.tally.wrong, visitor.tally.lost) == ([], [])


def test_a_large_upload_needs_no_disk(server, play):
    async def story():
        visitor = await arrive(server)
        large = some_picture(1, side=850)
        assert len(large) > 2 * 2**20  # what Starlette would spool
        await visitor.upload(large)
        await goes_on(visitor)

    play(story())


def test_a_connection_cut_in_the_middle_of_an_edit_loses_nothing(server, play):
    async def story():
        visitor = await arrive(server)
        await visitor.edit()
        visitor.turn += 1
        client, before = visitor.client, visitor.client.query
        await client.trigger("kernel", edit_of(visitor.number, visitor.turn))
        await client.until(lambda: client.query != before)  # the first that the run sends
        await client.cut()
        await visitor.come_back()  # which checks that the maps are those of the edit
        assert visitor.client.toasts == []
        await goes_on(visitor)

    play(story())


def _editor(client: Client) -> dict:
    return json.loads(client.components["kernel"].data)[0]


def test_the_end_of_a_gesture_draws_the_kernel_editor_alone(server, play):
    async def story():
        visitor = await arrive(server)
        await visitor.edit()
        client, pipeline = visitor.client, visitor.client.components["pipeline"]
        seq = await client.trigger("kernel", {"op": "rest"})
        # The run of the edit ends a moment after its answer, so it is not runs that are counted.
        await client.until(lambda: _editor(client)["answered"] == seq)
        assert client.components["pipeline"] is pipeline and _editor(client)["filters"][0]["edited"]
        await goes_on(visitor)

    play(story())


def test_an_upload_that_breaks_off_leaves_the_page_as_it_is(server, play):
    async def story():
        visitor = await arrive(server)
        await visitor.edit()
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        connection.putrequest("PUT", f"/_stcore/upload_file/{visitor.client.session}/of-nothing")
        connection.putheader("Content-Type", "multipart/form-data; boundary=edge")
        connection.putheader("X-Xsrftoken", visitor.cookies[web.COOKIE])
        connection.putheader("Cookie", web.cookie_header(visitor.cookies)["Cookie"])
        connection.putheader("Content-Length", "1000000")
        connection.endheaders()
        connection.send(b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n')
        connection.close()
        await goes_on(visitor)

    play(story())


@pytest.mark.parametrize("frame", [b"\xff\xff\xff\xff", "text"], ids=["no message", "text"])
def test_a_frame_that_is_no_message_ends_its_connection_and_no_session(server, play, frame):
    async def story():
        visitor, other = await arrive(server), await arrive(server, 1)
        await visitor.edit()
        await visitor.client._socket.send(frame)
        with pytest.raises(Lost):
            await visitor.client.until(lambda: False, 10)
        await visitor.come_back()
        await goes_on(visitor)
        await goes_on(other)

    play(story())


GARBAGE = ["not json", "[]", "[[1]]", '{"event": 3}', "[" * 5000, '[{"event": "edit", "value": 7}]',
           '[{"event": "edit", "value": {"op": {}, "seq": {}}}]', "null"]  # fmt: skip


def test_garbage_in_place_of_a_components_message_changes_nothing(server, play):
    async def story():
        visitor, other = await arrive(server), await arrive(server, 1)
        await visitor.edit()
        for component in ("kernel", "pipeline", "gallery"):
            shown = visitor.client.components[component]
            name = f"$$STREAMLIT_INTERNAL_KEY_{shown.widget}__events"
            for text in GARBAGE:
                await visitor.client._ask(
                    shown.fragment, WidgetState(id=name, json_trigger_value=text)
                )
        await goes_on(visitor)
        await goes_on(other)

    play(story())


def test_a_message_of_a_view_that_is_gone_changes_nothing(server, play):
    async def story():
        visitor = await arrive(server)
        await visitor.edit()
        client = visitor.client
        maps = client.components["pipeline"]
        view = next(each for each in client.widgets if each.endswith("-view"))
        client.widgets[view].string_array_value.data[:] = ["Watch it happen"]
        toolbar = client.buttons["Undo"][1]
        await client._ask(toolbar, None)
        await client.until(lambda: "player" in client.components)
        await client.trigger("pipeline", {"op": "select", "filter": 1})
        await client.trigger("pipeline", {"op": "nothing"})
        client.widgets[view].string_array_value.data[:] = ["Maps"]
        await client._ask(toolbar, None)
        await client.until(lambda: client.components["pipeline"].when > maps.when)
        assert client.errors == []
        await visitor.close()

    play(story())


def test_a_fragment_that_is_not_there_is_not_drawn(server, play):
    async def story():
        visitor = await arrive(server)
        await visitor.client._ask("0123456789abcdef0123456789abcdef", None)
        await goes_on(visitor)

    play(story())


def test_a_picture_that_the_browser_did_not_keep_is_replaced_and_the_rest_stays(server, play):
    async def story():
        key = "upload-" + "0" * 32
        for garbage in ("", "no picture", 7, "AAAA"):
            async with Client(server.url, "", f"v=1&picture={key}&f0=sobel_x") as client:
                await client.load()
                assert f'"missing": "{key}"'.encode() in client.components["gallery"].data
                await client.trigger("gallery", {"op": "restore", "png": garbage})
                await client.until(
                    lambda c=client: b'"missing": ""' in c.components["gallery"].data
                )
                await client.until(lambda c=client: c.texts)
                assert "the cat stands in" in " ".join(client.texts)
                assert b"Sobel x" in client.components["pipeline"].data

    play(story())


def token(client: Client) -> str:
    return json.loads(client.components["tab"].data)[0]


async def training(server) -> Client:
    client = Client(server.url, "train", TRAIN)
    await client.__aenter__()
    await client.load()
    await client.click("Start")
    await client.until(lambda: "Pause" in client.buttons and token(client))
    return client


async def found_again(server, kept: object) -> Client:
    """The page loaded anew, in a tab that has kept this of its run."""
    client = Client(server.url, "train", TRAIN)
    await client.__aenter__()
    await client.load()
    before = client.runs
    await client.trigger("tab", {"op": "restore", "token": kept})
    await client.until(lambda: client.runs > before)
    return client


def test_a_reload_while_it_trains_finds_the_run_and_so_does_a_second_tab(server, play):
    async def story():
        first = await training(server)
        kept = token(first)
        await first.cut()
        again, second = await found_again(server, kept), await found_again(server, kept)
        assert token(again) == token(second) == kept
        assert "Pause" in again.buttons and "Pause" in second.buttons
        await again.close()
        pause = second.buttons["Pause"]
        second.buttons.clear()
        second.buttons["Pause"] = pause
        await second.click("Pause")
        # "Start" if it is paused before its first step.
        await second.until(lambda: {"Continue", "Start"} & second.buttons.keys())
        await second.close()

    play(story())


@pytest.mark.parametrize("kept", ["x" * 30, "x" * 10**6, 7, [], {"a": 1}, None])
def test_a_tab_that_kept_garbage_of_its_run_gets_a_page_without_one(server, play, kept):
    async def story():
        client = await found_again(server, kept)
        assert "Start" in client.buttons and client.errors == [] and token(client) == ""
        await client.close()

    play(story())


def test_the_servers_end_stops_training_closes_pages_and_the_next_one_has_them_back(server, play):
    # The last test: it ends the server twice, once as asked and once without a word.
    async def leave_behind() -> tuple[Visitor, Client]:
        visitor = await arrive(server)
        await visitor.upload(some_picture(2))
        await visitor.edit()
        return visitor, await training(server)

    async def story():
        visitor, trainer = await leave_behind()
        began = len(server.lines)
        code = await asyncio.to_thread(server.end, signal.SIGTERM)
        for client in (visitor.client, trainer):
            with suppress(Lost):
                await client.until(lambda: False, 10)
            assert "received 1012" in client.gone, client.gone  # service restart
        said = " ".join(server.lines[began:])
        assert code in (0, -signal.SIGTERM)  # uvicorn ends, then raises the signal again
        assert '"event": "stop"' in said and "Traceback" not in said
        await asyncio.to_thread(server.start)
        await visitor.come_back()  # which checks that the maps are those of before
        assert visitor.client.toasts == [CAME_BACK]
        assert await asyncio.to_thread(server.end, signal.SIGKILL) == -signal.SIGKILL
        await asyncio.to_thread(server.start)
        await visitor.come_back()
        assert visitor.client.toasts == [CAME_BACK]
        await goes_on(visitor)

    play(story())
