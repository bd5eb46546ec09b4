"""Networks, a file a family. `NETWORKS` has those that stand on their own, by their key."""

from __future__ import annotations

from collections.abc import Callable

from playground.engine.network import Network
from playground.networks.lenet import lenet5

NETWORKS: dict[str, Callable[[], Network]] = {
    "lenet5": lenet5,
}
