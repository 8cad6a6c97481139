"""The overfitting laboratory follows its sliders, and takes the best step back to the canvas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from gui.labs.overfitting import OverfittingPanel
from gui.labs.overfitting_form import WAVE
from gui.main_window import MainWindow
from gui.plots.figure import Figure
from model import editing
from model.analysis.overfitting import item_counts
from model.analysis.overfitting_network import Network
from model.analysis.overfitting_polynomial import Wave
from model.analysis.progress import Progress
from model.layer import Array
from model.layers.dense import Dense
from model.trainer import Trainer
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel


class Overfitting:
    """The laboratory in a window, and words for what a person does there."""

    def __init__(self, qtbot: QtBot, window: MainWindow, node_id: str = "") -> None:
        self.qtbot, self.window = qtbot, window
        self.panel = open_panel(window, OverfittingPanel, "overfitting", node_id)
        self.settle()

    def settle(self) -> None:
        panel = self.panel
        wanted = {"size", "items"}
        self.qtbot.waitUntil(
            lambda: (
                not panel.job.is_running and panel.run is not None and set(panel.curves) == wanted
            ),
            timeout=20_000,
        )

    def set(self, name: str, value: float) -> None:
        self.panel.form.set_number(name, value)
        self.panel.form.field(name).edited.emit(value)
        self.settle()

    def on_training_thread(self, look: Callable[[Trainer], object]) -> object:
        found: list[object] = []
        self.window.controller.lend(lambda trainer: found.append(look(trainer)))
        self.qtbot.waitUntil(lambda: bool(found), timeout=5000)
        return found[0]


def draw(figure: Figure) -> None:
    """As into a file: behind a tab it is not painted."""
    figure.resize(600, 400)
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    figure.draw(painter, 1.0)
    painter.end()


@pytest.fixture
def wave(qtbot: QtBot, open_example: OpenExample) -> Overfitting:
    return Overfitting(qtbot, open_example("xor"))


@pytest.fixture
def network(qtbot: QtBot, open_example: OpenExample) -> Overfitting:
    found = Overfitting(qtbot, open_example("xor"), "dense_1")
    found.set("seeds", 1)
    found.set("steps", 60)
    return found


def test_it_begins_with_a_polynomial_that_overfits(wave: Overfitting):
    panel = wave.panel
    assert isinstance(panel.ground, Wave)
    assert panel.run is not None
    assert (panel.run.size, panel.run.items) == (9, 12)
    assert "this overfits" in panel._said.full_text()
    assert panel.pictures.over_size.curves is not None
    assert panel.pictures.over_size.best_words == "best: degree 3"
    assert panel.pictures.fit.truth is not None
    assert panel.form.numbers.numbers["parameters"].text() == "10"


def test_steps_items_and_losses_stand_at_their_places(wave: Overfitting):
    panel = wave.panel
    for figure, least, most in (
        (panel.pictures.over_steps, 1, 1e6),
        (panel.pictures.over_items, 4, 100),
    ):
        draw(figure)
        first, last = (figure.to_screen(x, 1.0).x() for x in (least, most))
        assert figure.area.left() < first < figure.area.left() + 0.1 * figure.area.width()
        assert figure.area.right() > last > figure.area.right() - 0.1 * figure.area.width()
        middle = figure.to_screen((least * most) ** 0.5, 1.0).x()  # a logarithmic axis
        assert middle == pytest.approx((first + last) / 2)
        assert figure.number_at(most * 1.01) == len(figure.places) - 1
    assert panel.run is not None
    draw(panel.pictures.over_steps)
    place = panel.pictures.over_steps.place_of(1, panel.run.stop.best)
    assert place is not None
    step, loss = panel.pictures.over_steps.to_data(place)
    assert step == pytest.approx(panel.run.steps[panel.run.stop.best])
    assert loss == pytest.approx(panel.run.validation[panel.run.stop.best])


def test_numbers_are_those_of_the_shown_step(wave: Overfitting):
    panel = wave.panel
    assert panel.run is not None
    text = panel.form.numbers.numbers["validation"].text()
    losses = Wave().judge(Progress(), 9, 12, 0)
    assert float(text) == pytest.approx(losses[1], rel=0.01)
    panel.go_back()
    assert panel.transport is not None
    assert panel.transport.position == panel.run.stop.best
    least = panel.run.validation[panel.run.stop.best]
    assert float(panel.form.numbers.numbers["validation"].text()) == pytest.approx(least, rel=0.01)
    assert panel.pictures.fit.is_best


def test_sliders_move_the_fit_and_both_curves(wave: Overfitting):
    panel = wave.panel
    wave.set("size", 3)
    wave.set("items", 40)
    assert panel.run is not None
    assert (panel.run.size, panel.run.items) == (3, 40)
    assert panel.pictures.over_size.cursor == 3
    found = panel.curves["items"]
    assert panel.pictures.over_items.cursor == found.places.tolist().index(40)
    assert "has not risen" in panel._said.full_text()
    panel.pictures.over_size.pressed.emit(8.2, 0.0)
    wave.settle()
    assert panel.form.number("size") == 8
    assert panel.run.size == 8


def test_after_going_back_another_fit_is_shown_at_its_best_step_too(wave: Overfitting):
    panel = wave.panel
    panel.go_back()
    wave.set("size", 11)
    assert panel.run is not None
    assert panel.transport is not None
    assert panel.transport.position == panel.run.stop.best != panel.transport.last


def test_patience_marks_where_it_ends(wave: Overfitting):
    panel = wave.panel
    panel.form.patience.set_value(3)
    panel.form.patience.edited.emit(3)
    wave.settle()
    assert panel.run is not None
    assert panel.run.stop.stopped == panel.run.stop.best + 3


def test_from_a_node_its_units_are_the_size(network: Overfitting):
    panel = network.panel
    assert panel.form.key() == ("design", "dense_1")
    assert isinstance(panel.ground, Network)
    assert panel.run is not None
    assert panel.run.items == 480
    assert panel.pictures.picture.currentWidget() is panel.pictures.plane
    counts = item_counts(480, 4, 8)
    assert panel.curves["items"].places.tolist() == list(counts)
    assert np.isfinite(panel.curves["size"].losses).all()
    assert network.window.controller.latest is not None
    assert network.window.controller.latest.step == 0


def theta(trainer: Trainer, names: list[str]) -> list[Array]:
    return [trainer.plan.parameter(*name.split(".")).copy() for name in names]


def test_the_best_step_goes_to_the_canvas_exactly(network: Overfitting):
    panel = network.panel
    panel.go_back()
    run = panel.run
    assert run is not None
    assert run.best_state is not None
    assert network.on_training_thread(lambda trainer: trainer.step_count) == int(
        run.steps[run.stop.best]
    )
    names = ["dense_1.W", "dense_1.b", "dense_2.W"]
    found = network.on_training_thread(partial(theta, names=names))
    for name, values in zip(names, found, strict=True):  # type: ignore[call-overload]
        np.testing.assert_array_equal(values, run.best_state.arrays[name])
    network.window.document.stack.undo()
    network.qtbot.waitUntil(
        lambda: network.on_training_thread(lambda trainer: trainer.step_count) == 0
    )


def test_another_size_on_fewer_items_becomes_an_edit(network: Overfitting):
    network.set("size", 3)
    network.set("items", 20)
    panel, document = network.panel, network.window.document
    panel.go_back()
    layer = document.graph.node("dense_1").layer
    assert isinstance(layer, Dense)
    assert layer.units == 3
    assert document.stack.undoText() == "Go back to the best step"
    run = panel.run
    assert run is not None
    assert run.best_state is not None
    found = network.on_training_thread(partial(theta, names=["dense_1.W"]))
    np.testing.assert_array_equal(found[0], run.best_state.arrays["dense_1.W"])  # type: ignore[index]
    assert network.on_training_thread(lambda trainer: len(trainer.order)) == 480
    document.stack.undo()
    assert document.graph.node("dense_1").layer == Dense(units=8)


def test_coming_back_goes_on_as_it_was_left_or_with_the_design_as_it_is_now(network: Overfitting):
    panel, window = network.panel, network.window
    network.set("items", 30)
    panel.leave_wanted.emit()
    window.labs.open("overfitting")
    network.settle()
    assert panel.form.number("items") == 30
    panel.leave_wanted.emit()
    assert window.document.attempt(editing.set_fields, "dense_1", {"units": 5})
    window.labs.open("overfitting")
    network.qtbot.waitUntil(lambda: panel.form.number("size") == 5, timeout=5000)
    network.settle()
    assert panel.run is not None
    assert (panel.run.size, panel.run.items) == (5, 480)


def test_a_design_without_validation_part_is_told_why_not(qtbot: QtBot, open_example: OpenExample):
    window = open_example("sin_x_squared")
    found = Overfitting(qtbot, window)
    qtbot.waitUntil(lambda: "data set" in found.panel.form.why.text(), timeout=5000)
    assert found.panel.form.key() == WAVE
    assert found.panel.form.what.count() == 1


def test_pictures_and_numbers_are_exported(wave: Overfitting):
    tables = wave.panel.tables()
    assert set(tables) == {"losses_over_steps", "losses_over_size", "learning_curve"}
    assert tables["losses_over_steps"][0] == ["step", "training", "validation", "test"]
    assert len(tables["losses_over_size"]) == 18
    assert set(wave.panel.figures()) == {"fit", *tables}
