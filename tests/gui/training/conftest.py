"""A document with a small design, its controller, and words for waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.document import Document, Message
from gui.training.controller import TrainingController
from model import editing
from model.graph import NetworkGraph
from model.snapshot import Snapshot
from model.trainer import Trainer
from tests.model.samples import xor_net


@dataclass
class Desk:
    """What a person at the window would see and press."""

    document: Document
    controller: TrainingController
    qtbot: QtBot
    snapshots: list[Snapshot] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    resets: list[int] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def open(self, graph: NetworkGraph) -> None:
        self.document.load(graph.design(), None)
        self.until(lambda: bool(self.snapshots) and self.snapshots[-1].step == 0)

    def until(self, claim: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(claim, timeout=5000)

    def until_state(self, state: str) -> None:
        self.until(lambda: self.controller.state == state)

    def until_step(self, at_least: int) -> None:
        self.until(lambda: bool(self.snapshots) and self.snapshots[-1].step >= at_least)

    def quiet(self) -> Trainer:
        """The trainer after all that was asked for has been done and shown."""
        done: list[bool] = []
        self.controller._worker._running.commands.put(lambda: done.append(True))
        self.until(lambda: bool(done))
        self.until(
            lambda: (
                self.controller._worker.news.empty()
                and self.controller._worker.showing.snapshots.is_empty
            )
        )
        return self.trainer

    @property
    def trainer(self) -> Trainer:
        found = self.controller._worker._running.trainer
        assert found is not None
        return found

    def edit(self, make: Any, *args: Any) -> None:
        """As a panel would: an undoable edit, heard of in the next turn of the event loop."""
        assert self.document.attempt(make, *args)
        QApplication.processEvents()

    def set_field(self, key: str, **values: Any) -> None:
        self.edit(editing.set_fields, key, values)

    def set_training(self, **values: Any) -> None:
        self.edit(editing.set_training, values)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    document = Document()
    controller = TrainingController(document)
    found = Desk(document, controller, qtbot)
    controller.snapshot.connect(found.snapshots.append)
    controller.state_changed.connect(found.states.append)
    controller.restarted.connect(found.sentences.append)
    controller.fault_raised.connect(found.faults.append)
    document.message.connect(found.messages.append)

    def on_reset() -> None:
        found.resets.append(len(found.snapshots))

    controller.reset_done.connect(on_reset)
    found.open(xor_net())
    for seen in (found.states, found.messages, found.resets):
        seen.clear()
    yield found
    assert controller.shutdown()
    assert found.faults == []


def trained(graph: NetworkGraph, steps: int) -> bytes:
    """theta after so many steps without a window."""
    trainer = Trainer(graph)
    for _ in range(steps):
        trainer.step()
    return trainer.plan.theta.tobytes()
