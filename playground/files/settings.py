"""Every setting of the Filters page: the values that it can have, and what sentences call it."""

from __future__ import annotations

MAX_FILTERS = 8
SIDES = (64, 128, 224, 256, 384, 512)

CHOICES: dict[str, tuple] = {
    "side": SIDES,
    "colour": ("sum", "each", "grey"),
    "stride": (1, 2, 3, 4),
    "padding": (0, "same", 1, 2, 3, 4, 5, 6),
    "padding_mode": ("zeros", "reflect", "replicate", "circular"),
    "dilation": (1, 2, 3, 4),
    "convolution": (False, True),
    "activation": ("none", "relu", "leaky_relu", "sigmoid", "tanh"),
    "pool": ("none", "max", "average", "sum"),
    "pool_size": (2, 3, 4),
    "pool_stride": (1, 2, 3, 4),
    "scale": ("robust", "map", "shared", "symmetric", "unit"),
    "colours": ("auto", "grey", "sequential", "diverging"),
    "view": ("maps", "watch", "numbers", "connections", "compare"),
    "rounds": (1, 2, 3, 4),
}
# What can be given another value beside its own, to see what difference it makes.
COMPARED = (
    "padding_mode", "padding", "stride", "dilation", "convolution", "activation",
    "pool", "pool_size", "pool_stride", "active",
)  # fmt: skip
# What a sentence calls a setting, where that is not its own name.
SETTING_NAMES = {
    "active": "chosen filter",
    "side": "working size",
    "colour": "colour mode",
    "padding_mode": "padding's filling",
    "convolution": "choice of convolution",
    "pool": "pooling",
    "pool_size": "pooling window",
    "pool_stride": "pooling stride",
    "scale": "brightness of maps",
    "colours": "colour table",
    "against": "comparison",
    "rounds": "number of rounds",
}
RANGES = {"active": (0, MAX_FILTERS - 1), "seed": (0, 2**31 - 1)}
