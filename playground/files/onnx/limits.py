"""How large a network of a stranger may be, and what is said when it is larger."""

from __future__ import annotations

from math import prod

from playground.engine.layers import Layer, Params, Shape
from playground.engine.network import Network
from playground.files.errors import BadFile

MAX_BYTES = 300 * 1024 * 1024
MAX_NODES = 5000
MAX_FIELDS = (
    400_000  # pieces of the file's text, each of which costs a hundred bytes once it is read
)
MAX_VARINT_BYTES = 8 * 1024 * 1024  # whole numbers, each of which is read on its own
MAX_DEPTH = 16
MAX_AXES = 8
MAX_SIDE = 2**16  # of a picture, a kernel, a stride
MAX_BORDER = 4096  # numbers put around an array, on one side
MAX_NUMBERS = 16_000_000  # in one array that is computed, padding included
MAX_ALL_NUMBERS = 250_000_000  # in all of them together
MAX_CONSTANT = 2**27  # numbers in one array of weights; the largest of VGG has 102,760,448
MAX_PARAMETERS = 300_000_000
MAX_FOLDED = 16_000_000  # numbers that are computed while the file is read
MAX_MULTIPLY_ADDS = 100_000_000_000
MAX_LABELS, MAX_LABEL = 100_000, 80

TOO_LARGE = "This network is too large for the playground: {}."


class UnknownOperator(BadFile):
    """An operator that the playground does not know, or not with these settings.

    Attributes
    ----------
    operator : str
        Its name, as plain text.
    network : Network
        Everything up to there, which can be run and shown; it may have no node at all.
    params : dict of str to Params
    """

    def __init__(
        self, sentence: str, operator: str, network: Network, params: dict[str, Params]
    ) -> None:
        super().__init__(sentence)
        self.operator, self.network, self.params = operator, network, params


def check_constant(shape: Shape) -> None:
    """Raise BadFile for weights of more axes or numbers than there may be."""
    if len(shape) > MAX_AXES or prod(shape) > MAX_CONSTANT:
        raise BadFile(TOO_LARGE.format("one array of its weights has too many numbers"))


class Budget:
    """What all layers, and all that is folded, cost so far; raises BadFile at the limit."""

    def __init__(self) -> None:
        self.numbers = self.parameters = self.multiply_adds = self.folded = 0

    def fold(self, shape: Shape) -> None:
        """Count an array that is to be computed while the file is read."""
        check_constant(shape)
        self.folded += prod(shape)
        if self.folded > MAX_FOLDED:
            raise BadFile(TOO_LARGE.format("its constants would take too much memory"))

    def surround(self, shape: Shape, sides: tuple[int, ...]) -> None:
        """Check a border, two numbers an axis from the last axis back, before there is one."""
        if any(not 0 <= side <= MAX_BORDER for side in sides):
            raise BadFile(
                f"This network pads with more than {MAX_BORDER:,} numbers, or fewer than 0."
            )
        grown = list(shape)
        for i, side in enumerate(sides):
            grown[len(shape) - len(sides) // 2 + i // 2] += side
        self.check_array(tuple(grown))

    def check_array(self, shape: Shape) -> None:
        """Raise BadFile for an array that is too large to be computed."""
        if len(shape) > MAX_AXES or prod(shape) > MAX_NUMBERS:
            raise BadFile(
                TOO_LARGE.format(f"one of its maps has more than {MAX_NUMBERS:,} numbers")
            )

    def add(self, layer: Layer, inputs: list[Shape], output: Shape) -> None:
        """Count a layer, whose output has this shape."""
        self.check_array(output)
        if min(output, default=1) < 1:
            raise BadFile("A step of this network has no output at all.")
        self.numbers += prod(output)
        self.parameters += layer.parameter_count(*inputs)
        self.multiply_adds += layer.multiply_adds(*inputs)
        if self.numbers > MAX_ALL_NUMBERS:
            raise BadFile(TOO_LARGE.format("all its maps together take more than a gigabyte"))
        if self.parameters > MAX_PARAMETERS:
            raise BadFile(TOO_LARGE.format(f"it has more than {MAX_PARAMETERS:,} weights"))
        if self.multiply_adds > MAX_MULTIPLY_ADDS:
            raise BadFile(TOO_LARGE.format("one picture would take minutes"))
