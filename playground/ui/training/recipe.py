"""From what the user chose to what a run needs: the network, its starting weights, the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from playground.datasets import Dataset
from playground.datasets.augment import Augmentation, augment
from playground.engine.errors import EngineError
from playground.engine.evaluation import Pictures
from playground.engine.layers import Linear, Params
from playground.engine.network import Network, init_params
from playground.engine.optimisers import OPTIMISERS, SCHEDULES, Schedule, Steps
from playground.engine.training import Settings
from playground.files.setup import Setup
from playground.networks.filter_bank import filter_bank_params
from playground.networks.lenet import lenet5
from playground.networks.small import small_network
from playground.ui.training.footprint import memory_needed
from playground.ui.training.job import Job, Look

FIRST = "conv1"  # in every network of this page
STEPS_DOWN = 3  # times that the schedule "steps" lowers the learning rate, by FACTOR each
FACTOR = 0.3
MAX_MEGABYTES = 40  # of memory for a run, beside its data


@dataclass(frozen=True, eq=False)
class Ready:
    """A dataset in its two parts, made once and read by every run.

    Attributes
    ----------
    dataset : Dataset
    images, held_out_images : Pictures
        Bytes, of which a run converts a batch at a time.
    targets, held_out_targets : ndarray of int64, shape (n,)
    """

    dataset: Dataset
    images: Pictures
    targets: np.ndarray
    held_out_images: Pictures
    held_out_targets: np.ndarray


def ready(dataset: Dataset) -> Ready:
    """Divide a dataset for training; the arrays are read-only."""
    targets, held_out_targets = (
        dataset.targets[rows] for rows in (dataset.train_rows, dataset.held_out_rows)
    )
    for array in (targets, held_out_targets):
        array.setflags(write=False)
    return Ready(dataset, dataset.train_split, targets, dataset.held_out_split, held_out_targets)


def network_for(setup: Setup, dataset: Dataset) -> Network:
    """The network of a set-up, for the pictures and classes of a dataset.

    Raises
    ------
    EngineError
        When the layers do not fit the pictures, or there are no own filters to begin with.
    """
    if setup.network == "lenet5":
        return _lenet(dataset)
    filters, size = setup.filters, setup.kernel_size
    if setup.network == "mine":
        if not setup.own:
            raise EngineError("There are no filters of your own here: make some on Filters first.")
        filters, size = len(setup.own), len(setup.own[0].weight)
    return small_network(
        dataset.shape,
        dataset.labels,
        blocks=setup.blocks,
        filters=filters,
        kernel_size=size,
        pool=setup.pool,
        hidden=setup.hidden,
        dropout=setup.dropout if setup.hidden else 0.0,
    )


def _lenet(dataset: Dataset) -> Network:
    """LeNet-5 with as many outputs as there are classes."""
    network = lenet5()
    if (network.input_shape, network.labels) == (dataset.shape, dataset.labels):
        return network
    *nodes, last, softmax = network.nodes
    nodes += [replace(last, layer=Linear(len(dataset.labels))), softmax]
    return replace(network, input_shape=dataset.shape, labels=dataset.labels, nodes=tuple(nodes))


def start_params(setup: Setup, network: Network) -> dict[str, Params]:
    """The weights that a run of this set-up begins with."""
    params = init_params(network, np.random.default_rng([setup.seed, 0]))
    if setup.network == "mine":
        weights = [each.weight for each in setup.own]
        biases = [each.bias for each in setup.own]
        own = filter_bank_params(weights, biases, network.input_shape[0])
        params[FIRST] = own["convolution"]
    return params


def is_frozen(setup: Setup) -> bool:
    """Whether the first layer keeps the user's filters."""
    return setup.network == "mine" and not setup.free


def settings_of(setup: Setup) -> Settings:
    """The engine's settings of a set-up."""
    return Settings(
        loss=setup.loss,
        optimiser=OPTIMISERS[setup.optimiser](weight_decay=setup.weight_decay),
        learning_rate=setup.learning_rate,
        schedule=_schedule(setup),
        batch_size=setup.batch_size,
        epochs=setup.epochs,
        frozen=(FIRST,) if is_frozen(setup) else (),
    )


def _schedule(setup: Setup) -> Schedule:
    if setup.schedule == "steps":
        return Steps(max(1, -(-setup.epochs // (STEPS_DOWN + 1))), FACTOR)
    return SCHEDULES[setup.schedule]()


def augmentation(dataset: Dataset) -> Callable[[np.ndarray, np.random.Generator], np.ndarray]:
    """How the pictures of a dataset are changed a little, every time that they are learned from."""
    changes = Augmentation(shift=dataset.shape[1] / 14, rotation=10.0)
    return lambda batch, rng: augment(batch, rng, changes)


def job_of(setup: Setup, data: Ready) -> Job:
    """What a run of this set-up is made from.

    Parameters
    ----------
    setup : Setup
    data : Ready

    Raises
    ------
    EngineError
        When the set-up does not fit the data.
    """
    network = network_for(setup, data.dataset)
    _check_memory(network, setup.batch_size)
    return Job(
        network=network,
        params=start_params(setup, network),
        images=data.images,
        targets=data.targets,
        held_out_images=data.held_out_images,
        held_out_targets=data.held_out_targets,
        settings=settings_of(setup),
        seed=setup.seed,
        augment=augmentation(data.dataset) if setup.augment else None,
        filmed=FIRST,
        setup=setup.of_run(),
    )


def _check_memory(network: Network, batch_size: int) -> None:
    """Refuse a run that would cost the server too much: many sessions share it."""
    needed = memory_needed(network, batch_size)
    if needed > MAX_MEGABYTES:
        raise EngineError(
            f"To train, this network needs {needed:.0f} MB, and a run may take {MAX_MEGABYTES}: "
            "choose fewer filters or hidden units, or a smaller batch."
        )


def let_go(job: Job, look: Look) -> Job:
    """The run that goes on where one with frozen filters stands, and lets them learn, too."""
    setup = replace(job.setup, free=True)
    return replace(
        job,
        params=look.params,
        settings=settings_of(setup),
        setup=setup,
        before=look.exam.result.accuracy if look.exam else None,
    )
