"""Everything on the Filters page that the user chose, as one value: for links, files and undo."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from playground.engine.kernels import resize
from playground.files.comparison import read_against, ready_made, split_against
from playground.files.errors import BadFile
from playground.files.filters import (
    Filter,
    filter_text,
    parse_object,
    parse_text,
    preset_filter,
)
from playground.files.gallery import GALLERY
from playground.files.settings import (
    CHOICES,
    COMPARED,
    MAX_FILTERS,
    RANGES,
    SETTING_NAMES,
    SIDES,
)
from playground.files.values import (
    MAX_NAME,
    MAX_WEIGHT,
    clean_name,
    number,
    one_of,
    square,
    whole_within,
)

__all__ = [
    "CHOICES", "COMPARED", "MAX_FILTERS", "MAX_JSON", "MAX_NAME", "MAX_WEIGHT", "RANGES",
    "SETTING_NAMES", "SIDES", "UPLOAD", "Experiment", "Filter", "clean_name", "compared",
    "from_json", "from_query", "number", "preset_filter", "square", "to_json", "to_query",
    "with_setting",
]  # fmt: skip

VERSION = 1
MAX_JSON = 64 * 1024
UPLOAD = re.compile(r"upload-[0-9a-f]{32}")


@dataclass(frozen=True)
class Experiment:
    """The picture, the filters and every setting of the Filters page.

    Attributes
    ----------
    picture : str
        A key of the gallery, or ``upload-`` and the first 32 digits of the file's SHA-256.
    side : int
        Working size: the picture's longer side in pixels, at most.
    colour : str
        ``sum``: each filter spans the channels, as in a network; ``each``: every channel on its
        own, as in a photo editor; ``grey``.
    filters : tuple of Filter
        One to eight, all of one size, as in one layer.
    active : int
        Which filter is shown large.
    padding : int or str
        Cells on every side, or ``"same"``.
    convolution : bool
        Flip the kernels: convolution as mathematicians mean it.
    temperature : float
        Divides the scores before the softmax.
    scale, colours : str
        How values become brightness, and which colour map.
    seed : int
        What the next random kernel is made from.
    view : str
        How the page shows it: results, process, numbers, connections, comparison.
    against : str
        What is compared: a setting and the other values it is given, as ``"pool:average,sum"``.
    rounds : int
        How often the layer is stacked to follow a cell back to the picture.
    """

    picture: str = "cat"
    side: int = 256
    colour: str = "sum"
    filters: tuple[Filter, ...] = tuple(
        preset_filter(key) for key in ("edge", "sobel_x", "sharpen", "gaussian_blur")
    )
    active: int = 0
    stride: int = 1
    padding: int | str = 0
    padding_mode: str = "zeros"
    dilation: int = 1
    convolution: bool = False
    activation: str = "relu"
    pool: str = "max"
    pool_size: int = 2
    pool_stride: int = 2
    temperature: float = 1.0
    scale: str = "robust"
    colours: str = "auto"
    seed: int = 0
    view: str = "maps"
    against: str = "pool:average"
    rounds: int = 2

    @property
    def kernel_size(self) -> int:
        """Rows, and columns, of every kernel."""
        return len(self.filters[0].weight)

    @property
    def filter(self) -> Filter:
        """The filter that is shown large."""
        return self.filters[self.active]


def to_query(experiment: Experiment) -> dict[str, str]:
    """The experiment as the query of a link: what differs from the start, and the filters."""
    query = {"v": str(VERSION)}
    start = Experiment()
    for field in fields(Experiment):
        value = getattr(experiment, field.name)
        if field.name != "filters" and value != getattr(start, field.name):
            query[field.name] = str(int(value)) if isinstance(value, bool) else str(value)
    if experiment.filters != start.filters:
        for i, filter_ in enumerate(experiment.filters):
            query[f"f{i}"] = filter_text(filter_)
    return query


def from_query(query: Mapping[str, str]) -> tuple[Experiment, list[str]]:
    """The experiment of a link, and one sentence for everything in it that could not be used."""
    raw = {name: query[name] for name in _SCALARS if name in query}
    keys = [f"f{i}" for i in range(MAX_FILTERS + 1) if f"f{i}" in query]
    return _build(raw, [parse_text(query[key]) for key in keys], query.get("v", ""), "link")


def is_link(query: Mapping[str, str]) -> bool:
    """Whether this may be the query of an experiment, and not that of another page."""
    return all(name in _SCALARS or re.fullmatch(r"v|f\d{1,2}", name) for name in query)


def to_json(experiment: Experiment) -> str:
    """The experiment as a file to keep."""
    return json.dumps({"cnn_playground": VERSION, **asdict(experiment)}, indent=1)


def from_json(data: bytes) -> tuple[Experiment, list[str]]:
    """The experiment of a file, and one sentence for everything in it that could not be used.

    Raises
    ------
    BadFile
        If the file is not an experiment at all.
    """
    if len(data) > MAX_JSON:
        raise BadFile("This file is too large for an experiment (64 KB at most).")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadFile("This file is not an experiment: it is not valid JSON.") from error
    if not isinstance(content, dict) or "cnn_playground" not in content:
        raise BadFile("This file is JSON, but not an experiment saved by the playground.")
    filters = content.get("filters", [])
    parsed = [parse_object(f) for f in filters] if isinstance(filters, list) else [None]
    return _build(content, parsed, content["cnn_playground"], "file")


def with_setting(experiment: Experiment, name: str, value: Any) -> Experiment:
    """The experiment with one setting changed, read as strictly as one from a link.

    The name ``"pair"`` sets a ready-made comparison, with all settings that it needs.

    Raises
    ------
    ValueError
        If there is no such setting, or the value is not one that it can have.
    """
    if name == "pair":
        return ready_made(experiment, value)
    if not isinstance(name, str) or name not in _SCALARS:
        raise ValueError("no such setting")
    try:
        changed = replace(experiment, **{name: _SCALARS[name](value)})
    except (TypeError, OverflowError) as error:
        raise ValueError("not a value") from error
    if changed.active >= len(changed.filters):
        raise ValueError("no such filter")
    return changed


def _picture(value: Any) -> str:
    if isinstance(value, str) and (value in GALLERY or UPLOAD.fullmatch(value)):
        return value
    raise ValueError("unknown")


def _temperature(value: Any) -> float:
    result = number(value, limit=100)
    if result < 0.01:
        raise ValueError("out of range")
    return result


def _against(value: Any) -> str:
    return read_against(value, _SCALARS)


def compared(experiment: Experiment) -> tuple[str, list[Any]]:
    """The setting that is compared, and the other values that it is given."""
    name, values = split_against(experiment.against)
    return name, [_SCALARS[name](value) for value in values]


# One row a setting: how it is read from outside, whether it came in a link or in a file.
_SCALARS = {
    "picture": _picture,
    **{name: one_of(choices) for name, choices in CHOICES.items()},
    **{name: whole_within(*limits) for name, limits in RANGES.items()},
    "temperature": _temperature,
    "against": _against,
}


def _build(raw: Mapping, filters: list, version: Any, where: str) -> tuple[Experiment, list[str]]:
    notes = []
    if version not in ("", VERSION, str(VERSION)):
        notes.append(f"This {where} is from another version of the playground.")
    values: dict[str, Any] = {}
    for name, parse in _SCALARS.items():
        if name in raw:
            try:
                values[name] = parse(raw[name])
            except (ValueError, TypeError, OverflowError):
                label = SETTING_NAMES.get(name, name)
                notes.append(f"The {label} in this {where} is not one the playground knows.")
    usable = [f for f in filters if f is not None]
    if len(usable) < len(filters):
        notes.append(f"{len(filters) - len(usable)} of the filters in this {where} cannot be read.")
    if usable:
        if len(usable) > MAX_FILTERS:
            notes.append(f"A {where} may have {MAX_FILTERS} filters; the rest was left out.")
        usable = usable[:MAX_FILTERS]
        # The filters of one layer have one size: the smaller ones stand in the middle of zeros.
        size = max(len(f.weight) for f in usable)
        values["filters"] = tuple(replace(f, weight=resize(f.weight, size)) for f in usable)
    experiment = Experiment(**values)
    if experiment.active >= len(experiment.filters):
        experiment = replace(experiment, active=0)
    return experiment, notes
