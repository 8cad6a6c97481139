"""Drawing an expression, naming a goal, unfolding and folding, from the menus of the window."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.actions import Actions
from gui.canvas import CanvasScene, CanvasView
from gui.document import Document
from gui.teaching.actions import TeachingActions
from gui.teaching.expression_dialog import EXAMPLE, Expression
from gui.teaching.laying_out import spread
from gui.training.controller import TrainingController
from model import editing
from model.design import Wire
from model.layers.activations import Tanh
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.scalar import Function, Goal, Variable
from model.layers.source import DataSource


class Desk:
    """A canvas with training and the actions."""

    def __init__(self) -> None:
        self.document = Document()
        self.controller = TrainingController(self.document)
        self.scene = CanvasScene(self.document, self.controller)
        self.view = CanvasView(self.scene)
        self.view.resize(1200, 800)
        self.actions = Actions(self.view)
        self.teaching = TeachingActions(self.view, self.actions, self.view, self.controller)

    def select(self, *keys: str) -> None:
        self.view.select(keys)
        self.teaching.refresh()

    def ids(self, kind: type) -> list[str]:
        return [key for key, node in self.document.graph.nodes.items() if type(node.layer) is kind]


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    theme.apply(qapp, "light")
    theme.set_reduced_motion(True)
    found = Desk()
    qtbot.addWidget(found.view)
    found.view.show()
    yield found
    found.controller.shutdown()
    theme.set_reduced_motion(False)


def test_an_expression_is_drawn_from_left_to_right_as_one_step(desk: Desk) -> None:
    assert desk.teaching.draw(Expression(EXAMPLE))
    graph = desk.document.graph
    lefts = [graph.node(key).x for key in graph.order()]
    assert lefts == sorted(lefts)
    assert len(set(lefts)) == len(graph) == 5
    assert desk.document.inference.can_run
    assert desk.document.stack.undoText() == "New from expression"
    desk.document.stack.undo()
    assert len(graph) == 0


def test_a_second_expression_lies_beside_the_first(desk: Desk) -> None:
    desk.teaching.draw(Expression(EXAMPLE))
    desk.teaching.draw(Expression("W @ v + b", {"v": "1, 2"}))
    rects = desk.scene.design_rects()
    keys = list(rects)
    assert len(keys) == 9
    assert not any(rects[a].meets(rects[b]) for i, a in enumerate(keys) for b in keys[i + 1 :])


def test_columns_are_as_wide_as_their_cards() -> None:
    places = {"a": (0.0, 0.0), "b": (0.0, 200.0), "c": (300.0, 100.0)}
    found = spread(places, {"a": (100.0, 50.0), "b": (120.0, 70.0), "c": (90.0, 40.0)})
    assert found == {"a": (0.0, 0.0), "b": (0.0, 80.0), "c": (192.0, 55.0)}


def test_a_number_is_made_the_goal_and_others_say_why_not(desk: Desk) -> None:
    desk.teaching.draw(Expression("log(2*w + 3)", wants_goal=False))
    last = desk.ids(Function)[-1]
    action = desk.actions["make_goal"]
    assert not action.isEnabled()
    assert "Select one layer first" in action.toolTip()
    desk.select(last)
    assert action.isEnabled()
    action.trigger()
    (goal,) = desk.ids(Goal)
    assert desk.document.graph.wires_into(goal)[0].source == last
    desk.select(last)
    assert "is the goal J already" in action.toolTip()
    desk.document.stack.undo()
    assert not desk.ids(Goal)


def test_a_layer_that_cannot_be_unfolded_says_why(desk: Desk) -> None:
    desk.document.attempt(editing.add_node, Tanh(), 0, 0)
    desk.select("tanh_1")
    assert not desk.actions["unfold"].isEnabled()
    assert "cannot be unfolded" in desk.actions["unfold"].toolTip()
    assert "no part of an unfolded layer" in desk.actions["fold"].toolTip()


def test_cards_of_numbers_become_small_and_large_again(desk: Desk) -> None:
    desk.teaching.draw(Expression(EXAMPLE))
    keys = desk.ids(Function)
    desk.select(*keys)
    large = desk.scene.nodes[keys[0]].size
    desk.actions["card_size"].trigger()
    QApplication.processEvents()
    assert desk.scene.nodes[keys[0]].size < large
    assert desk.document.stack.undoText() == "Small cards"
    desk.actions["card_size"].trigger()
    QApplication.processEvents()
    assert desk.scene.nodes[keys[0]].size == large
    desk.select(*desk.ids(Goal))
    assert not desk.actions["card_size"].isEnabled()
    assert "Variables or Functions" in desk.actions["card_size"].toolTip()


def line_net(desk: Desk) -> None:
    """x -> Dense 1 -> squared error, of the generated plane."""
    for layer in (DataSource(dataset="plane", size=64), Dense(units=1), MeanSquaredError()):
        desk.document.attempt(editing.add_node, layer, 0.0, 0.0)
    for wire in (
        Wire("data_1", "x", "dense_1", "h"),
        Wire("dense_1", "h", "mse_1", "prediction"),
        Wire("data_1", "y", "mse_1", "target"),
    ):
        desk.document.attempt(editing.add_wire, wire)
    assert desk.document.inference.can_run, desk.document.inference.problems


def trained(qtbot: QtBot, desk: Desk, steps: int) -> None:
    QApplication.processEvents()
    desk.controller.step_batches(steps)
    qtbot.waitUntil(lambda: desk.controller.state == "paused", timeout=20_000)
    qtbot.waitUntil(lambda: desk.controller.latest is not None, timeout=20_000)
    qtbot.waitUntil(lambda: desk.controller.latest.step == steps, timeout=20_000)


def weights(desk: Desk, key: str, found: dict) -> None:
    desk.teaching._present.fetch(key, found.update)


def test_a_trained_layer_is_unfolded_with_its_present_weights_and_folded_back(
    qtbot: QtBot, desk: Desk
) -> None:
    line_net(desk)
    trained(qtbot, desk, 40)
    found: dict = {}
    weights(desk, "dense_1", found)
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    W = found["dense_1"]["W"]
    before = desk.controller.latest.nodes["dense_1"].out
    desk.select("dense_1")
    desk.actions["unfold"].trigger()
    qtbot.waitUntil(lambda: bool(desk.ids(Variable)), timeout=20_000)
    typed = {
        desk.document.graph.node(key).name: desk.document.graph.node(key).layer.value
        for key in desk.ids(Variable)
    }
    for i in range(len(W)):
        assert np.float32(typed[f"W_{i}0"]) == W[i, 0]
    assert desk.document.stack.undoText().startswith("Unfold")
    QApplication.processEvents()
    desk.select(desk.ids(Variable)[0])
    assert desk.actions["fold"].isEnabled()
    desk.actions["fold"].trigger()
    assert desk.ids(Dense)
    (key,) = desk.ids(Dense)
    assert np.array_equal(np.float32(desk.document.graph.node(key).weights["W"]), W)
    desk.document.stack.undo()
    desk.document.stack.undo()
    assert "dense_1" in desk.document.graph
    assert before.shape == (1,)


def test_before_any_step_a_layer_is_unfolded_with_its_first_weights(desk: Desk) -> None:
    line_net(desk)
    desk.select("dense_1")
    desk.actions["unfold"].trigger()
    assert desk.ids(Variable)
