"""Why two settings make no difference, or a difference that can be said in one sentence."""

from __future__ import annotations

from playground.engine.difference import Difference
from playground.engine.ops import resolve_padding
from playground.files.comparison import is_symmetric
from playground.files.experiment import Experiment
from playground.ui.screen import Screen

ORDINALS = {2: "second", 3: "third", 4: "fourth"}


def sentences(
    name: str, sides: list[Screen], stages: list[str], differences: list[list[Difference]]
) -> list[str]:
    """One sentence for each side beside the first: why nothing differs, or where something does.

    Parameters
    ----------
    name : str
        The setting that differs.
    sides : list of Screen
        The experiment, and the others.
    stages : list of str
        The stages that are compared.
    differences : list of list of Difference
        By stage, and then by side.
    """
    found = []
    for i, side in enumerate(sides[1:]):
        own = [each[i] for each in differences]
        a, b = sides[0].experiment, side.experiment
        if all(each.share == 0 for each in own):
            found.append(nothing_differs(name, a, b))
            continue
        same_at_first = name in ("stride", "padding") and own[0].share == 0
        kept = _kept(name, a, b) if same_at_first else ""
        shares = {
            stage: percent(each.share)
            for stage, each in zip(stages, own, strict=True)
            if each.share
        }
        letter = "BC"[i]
        differs = f"{letter} differs from A in {_listed(shares)}."
        found.append(f"{kept} After that, {differs}" if kept else differs)
    return found


def percent(share: float) -> str:
    """A share in per cent, which is 0 % and 100 % only when it is exactly that."""
    if share in (0, 1):
        return f"{share:.0%}".replace("%", " %")
    return f"{min(max(100 * share, 0.1), 99.9):.1f} %"


def nothing_differs(name: str, a: Experiment, b: Experiment) -> str:
    """Why these two experiments give the same maps."""
    size = a.kernel_size
    pads = resolve_padding(a.padding, size, a.stride, a.dilation)
    if name == "padding_mode" and not any(pads):
        return "There is no padding to fill, so both give the same map."
    if name == "convolution" and is_symmetric(a.filter.weight):
        return "This kernel is the same when it is turned by 180°, so both give the same map."
    if name == "dilation" and size == 1:
        return "A 1 × 1 kernel has no neighbours to move apart, so both give the same map."
    if name in ("pool_size", "pool_stride") and a.pool == "none":
        return "There is no pooling, so its window and stride change nothing."
    if name == "active" and (a.filter.weight, a.filter.bias) == (b.filter.weight, b.filter.bias):
        return "Both filters have the same weights and bias, so both give the same map."
    if {a.activation, b.activation} <= {"none", "relu", "leaky_relu"} and name == "activation":
        return "No value of the convolution is negative, so both give the same map."
    if not any(weight for row in a.filter.weight for weight in row) and name != "active":
        return "All weights of this kernel are 0, so both give the same map."
    kept = _kept(name, a, b)
    return kept or "On this picture, both give the same values wherever both have a cell."


def _kept(name: str, a: Experiment, b: Experiment) -> str:
    """How two maps can be of different sizes and yet have the same values."""
    low, high = sorted((str(getattr(a, name)), str(getattr(b, name))))
    if name == "padding":
        return "Padding adds cells around the map; those that both have are the same."
    if name not in ("stride", "pool_stride") or int(high) % int(low):
        return ""
    step = ORDINALS[int(high) // int(low)]
    what = "Stride" if name == "stride" else "Pooling stride"
    return (
        f"{what} {high} keeps every {step} cell of every {step} row of stride {low}, "
        "with the same values."
    )


def _listed(shares: dict[str, str]) -> str:
    parts = [f"{share} of the {stage}" for stage, share in shares.items()]
    parts[0] = parts[0].replace("of the", "of the cells of the", 1)
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
