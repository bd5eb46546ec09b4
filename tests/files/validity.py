"""What an experiment must be to be valid, checked apart from the code that makes it."""

from __future__ import annotations

from playground.engine.kernels import KERNELS, SIZES
from playground.files.experiment import CHOICES, MAX_FILTERS, RANGES, UPLOAD
from playground.files.gallery import GALLERY
from playground.files.values import MAX_WEIGHT, clean_name


def problems(experiment):
    """List what makes an experiment invalid; the page relies on none of it happening."""
    found = []
    for name, options in CHOICES.items():
        value = getattr(experiment, name)
        if not any(value == option and type(value) is type(option) for option in options):
            found.append(f"{name} = {value!r}")
    for name, (low, high) in RANGES.items():
        value = getattr(experiment, name)
        if type(value) is not int or not low <= value <= high:
            found.append(f"{name} = {value!r}")
    if experiment.picture not in GALLERY and not UPLOAD.fullmatch(experiment.picture):
        found.append("picture")
    if type(experiment.temperature) is not float or not 0.01 <= experiment.temperature <= 100:
        found.append("temperature")
    if not 1 <= len(experiment.filters) <= MAX_FILTERS:
        found.append("number of filters")
    if experiment.active >= len(experiment.filters):
        found.append("active")
    for filter_ in experiment.filters:
        size = len(filter_.weight)
        values = [v for row in filter_.weight for v in row]
        if size not in SIZES or size != experiment.kernel_size or len(values) != size * size:
            found.append("size")
        for value in (*values, filter_.bias):
            if type(value) is not float or not abs(value) <= MAX_WEIGHT or str(value) == "-0.0":
                found.append(f"value {value!r}")
        if clean_name(filter_.name) != filter_.name or not filter_.name.isprintable():
            found.append("name")
        if filter_.preset and filter_.preset not in KERNELS:
            found.append("preset")
    return found
