"""One seed, one result: what a training learns is the same whoever looks on, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gui.training.controller import TrainingController
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.optimizers import Adam
from model.trainer import Trainer
from tests.gui.training.conftest import Desk
from tests.model.samples import busy_net, chain

EPOCHS = 30


def busy() -> NetworkGraph:
    """Batch norm, dropout and shuffled batches, the last of them smaller."""
    return busy_net(epochs=EPOCHS)


def adaptive() -> NetworkGraph:
    return chain(
        DataSource(dataset="moons", size=60),
        Dense(units=7),
        Dropout(p=0.2, scaling="inverted"),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        optimizer=Adam(lr=0.01),
        batch_size=7,
        epochs=EPOCHS,
        seed=11,
    )


def alone(graph: NetworkGraph) -> bytes:
    """theta after the epochs of the design, without a window."""
    trainer = Trainer(graph)
    while trainer.epoch < EPOCHS:
        trainer.step()
    return trainer.plan.theta.tobytes()


def unseen(controller: TrainingController, desk: Desk) -> None:
    controller.snapshot.disconnect(desk.snapshots.append)
    controller.run()


def with_all_displays(controller: TrainingController, desk: Desk) -> None:
    for want in ("histograms", "boundary", "predictions"):
        controller.want(want, desk, True)
    controller.run()
    for item in range(6):
        controller.show_item(item % 5)
        controller.show_neuron(item)
        desk.qtbot.wait(5)


def with_pauses(controller: TrainingController, desk: Desk) -> None:
    """A few steps, the rest of an epoch, a slow run, pauses; each where it happens to be."""
    controller.step_batches(3)
    desk.until_step(3)
    desk.quiet()
    controller.step_epoch()
    desk.until_state("paused")
    desk.quiet()
    controller.set_speed(100.0)
    for _ in range(3):
        controller.run()
        desk.until_state("running")
        desk.qtbot.wait(40)
        controller.pause()
        desk.until_state("paused")
    controller.set_speed(None)
    left = EPOCHS * desk.quiet().n_batches - desk.quiet().step_count
    assert left > 0
    controller.step_batches(left)


@pytest.mark.parametrize("design", [busy, adaptive])
@pytest.mark.parametrize("watch", [unseen, with_all_displays, with_pauses])
def test_a_seed_gives_the_same_bytes_alone_and_in_the_window(
    desk: Desk,
    watch: Callable[[TrainingController, Desk], None],
    design: Callable[[], NetworkGraph],
):
    desk.open(design())
    watch(desk.controller, desk)
    desk.until(lambda: desk.trainer.epoch >= EPOCHS and desk.controller.state != "running")
    found = desk.trainer
    assert found.epoch == EPOCHS
    assert found.plan.theta.tobytes() == alone(design())
