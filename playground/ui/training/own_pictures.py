"""The user's own pictures on the Train page: the classes are filled, and what is said of them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.datasets.own import Collection, cautions
from playground.engine.errors import EngineError
from playground.files.archives import read_class_archive, read_pictures, write_class_archive
from playground.files.errors import BadFile
from playground.limits import LIMITS
from playground.ui import components, state
from playground.ui.controls import PICTURE_TYPES
from playground.ui.quota import claim, in_turn
from playground.ui.training import memory
from playground.ui.training.own_message import collection_message

PANEL = "own_pictures"
ZIP_TYPES = ["application/zip", "application/x-zip-compressed"]
ZIP_BEGINS = b"PK"
SOURCES = {"files": "Files", "camera": "Camera"}
FEW_STEPS = 60  # in which hardly any network learns something
PRIVATE = (
    "Your pictures stay in this server’s memory while this tab is open. They are not written to "
    "disk, nobody else sees them, and a link to this page does not hold them: save them as a zip."
)
EMPTY = (
    "There are no pictures here yet: choose a class, and give it some. If a link brought you here: "
    "it holds the settings, not the pictures."
)


class _Own:
    def __init__(self) -> None:
        self.target = ""
        self.source = "files"
        self.files = 0  # taken so far: an uploader of a new name is empty, and frees its files
        self.notes: list[str] = []
        self.said = ""  # what was removed last
        self.sent: set[str] = set()  # keys of the pictures that the browser has
        self.learned = False  # whether there was a run when they were drawn last
        self.open = True


def _own() -> _Own:
    return state.memory_of("own_pictures", _Own)


def draw(learned: bool) -> None:
    """Draw the collection, what fills it, and what can be said of it.

    It folds up when there is a run to be looked at, which is ``learned``.
    """
    own = _own()
    own.open = own.open and (own.learned or not learned)
    own.learned = learned
    with st.expander("Your pictures", key=state.control(PANEL, own.open), on_change=_on_panel):
        if own.open:
            _contents()
        else:
            own.sent.clear()


def _on_panel() -> None:
    _own().open = bool(state.value_of(PANEL))


def _contents() -> None:
    own, pictures = _own(), memory.collection()
    st.text(_about(pictures))
    if own.notes:
        with st.container(key="own_notes"):
            st.text("\n".join(own.notes))
    message = collection_message(
        pictures,
        own.sent,
        _target(),
        own.said,
        state.next_version(),
        state.answered("collection"),
    )
    components.collection(key="collection", data=message, on_edit_change=_on_edit)
    _adding(pictures)


def _about(pictures: Collection) -> str:
    """What there is and what is missing, in sentences."""
    if not pictures.count:
        return EMPTY
    if problem := pictures.problem():
        return problem
    data = memory.data()
    sentences = cautions(data.dataset)
    setup, learned = memory.setup(), len(data.targets)
    steps = -(-learned // setup.batch_size) * setup.epochs
    if steps < FEW_STEPS:
        sentences.append(
            f"{learned} pictures to learn from in batches of {setup.batch_size} make {steps} steps "
            f"in {setup.epochs} epochs, which is little: choose a smaller batch or more epochs."
        )
    return "\n".join(sentences) or "Ready to be learned."


def _target() -> str:
    """The class that new pictures go to; nothing where there is no class."""
    own, classes = _own(), memory.collection().classes
    if own.target not in classes:
        own.target = next(iter(classes), "")
    return own.target


def _adding(pictures: Collection) -> None:
    own = _own()
    with st.container(key="own_adding", horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "Where new pictures come from",
            list(SOURCES),
            key=state.control("own_source", own.source),
            format_func=SOURCES.__getitem__,
            required=True,
            label_visibility="collapsed",
            on_change=_on_source,
        )
        # A class's name is somebody's text, and a label would read it as Markdown.
        st.text(f"for “{_target()}”" if _target() else "for a new class", width="content")
        st.space("stretch")
        st.download_button(
            "Save as zip",
            lambda: write_class_archive(pictures.classes),
            "pictures.zip",
            "application/zip",
            key="own_save",
            icon=":material/download:",
            help="A folder for each class; the zip can be opened here again",
            on_click="ignore",
            disabled=not pictures.count,
        )
    if own.source == "camera":
        key = f"own_camera_{own.files}"
        st.camera_input("Take a picture", key=key, on_change=_on_camera, args=(key,))
    else:
        key = f"own_files_{own.files}"
        st.file_uploader(
            "Pictures, as many as you like, or a zip with a folder for each class",
            type=[*PICTURE_TYPES, *ZIP_TYPES],
            accept_multiple_files=True,
            key=key,
            on_change=_on_files,
            args=(key,),
            max_upload_size=LIMITS.upload_mb,
        )
    st.caption(PRIVATE)


def _on_source() -> None:
    _own().source = state.value_of("own_source") or "files"


def _on_camera(key: str) -> None:
    file = state.value_of(key)
    if file is not None:
        in_turn(lambda: _take([("The picture", file.getvalue())]))


def _on_files(key: str) -> None:
    files = state.value_of(key)
    if files:
        with st.spinner("Reading the pictures …"):
            in_turn(lambda: _take([(file.name, file.getvalue()) for file in files]))


def _take(files: list[tuple[str, bytes]]) -> None:
    """Put pictures into the class that is chosen, and those of archives into theirs."""
    own, pictures = _own(), memory.collection()
    own.files += 1
    own.said, own.notes = "", []
    target = _target() or "Class 1"
    archives = [file for file in files if file[1].startswith(ZIP_BEGINS)]
    for _, data in archives[:1]:
        try:
            archive = read_class_archive(data, loose=target)
        except BadFile as error:
            own.notes.append(str(error))
        else:
            pictures, notes = pictures.without_empty_classes().merged(archive.classes)
            own.notes += archive.skipped + notes
    if len(archives) > 1:
        own.notes.append(f"Of {len(archives)} archives the first was opened: one at a time.")
    plain = [file for file in files if not file[1].startswith(ZIP_BEGINS)]
    if plain:
        found, notes = read_pictures(plain)
        pictures, more = pictures.merged({target: found})
        own.notes += notes + more
    if pictures.keys != memory.collection().keys:
        _keep(pictures)


def _keep(pictures: Collection) -> None:
    try:
        _sort(pictures)
    except EngineError as error:
        _own().notes.append(str(error))


def _sort(pictures: Collection) -> None:
    """Change the pictures, if this session may hold as many.

    Raises
    ------
    EngineError
        If it may not, or the server holds as many as it can.
    """
    claim("your training pictures", pictures.bytes)
    memory.sort(pictures)


def _on_edit() -> None:
    event = state.take_event("collection")
    if not isinstance(event, dict):
        return
    own = _own()
    own.notes = []
    if event.get("op") == "missing":
        own.sent.clear()
        return
    own.said = ""
    try:
        _edit(event)
    except EngineError as error:
        own.notes = [str(error)]
    except (KeyError, TypeError, ValueError):
        own.notes = ["That is no longer there."]


def _edit(event: dict[str, Any]) -> None:
    """Do what was asked for.

    Raises
    ------
    EngineError
        If it cannot be done, in a sentence.
    KeyError, TypeError, ValueError
        If there is no such class or picture.
    """
    own, pictures = _own(), memory.collection()
    op, name = event.get("op"), event.get("name")
    if op == "undo":
        memory.undo()
    elif op == "add":
        _sort(pictures.with_class(""))
        own.target = list(memory.collection().classes)[-1]
    elif not isinstance(name, str) or name not in pictures.classes:
        raise KeyError(name)
    elif op == "fill":
        own.target = name
    elif op == "drop":
        _sort(pictures.without_class(name))
        own.said = f"The class “{name}” was removed."
    elif op == "remove":
        place = pictures.keys[name].index(event.get("key"))
        _sort(pictures.without_picture(name, place))
        own.said = f"Picture {place + 1} of “{name}” was removed."
    elif op == "rename":
        changed = pictures.renamed(name, str(event["to"])[:200])
        place = list(pictures.classes).index(name)
        _sort(changed)
        if own.target == name:
            own.target = list(changed.classes)[place]
