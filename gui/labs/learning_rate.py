"""Learning rate finder: rho grows on a copy until the loss runs away; then one click takes it."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from gui.document import Message
from gui.inspector.pieces import caption, section
from gui.labs.learning_rate_figure import RangeFigure
from gui.labs.panel import LabPanel
from gui.widgets import NumberField
from gui.widgets.number_field import Bounds
from gui.widgets.wrapping_button import WrappingButton
from model import editing
from model.analysis.learning_rate_range import RangeTest, range_test
from model.analysis.twins import Moment, moment_of
from model.fields import fields_of
from model.trainer import Trainer

LOW, HIGH, STEPS = 1e-5, 10.0, 150
_NOTHING = "Run the test first, or click a rate in the picture"


class LearningRatePanel(LabPanel):
    """The range test on a copy of the open design's training."""

    title: ClassVar[str] = "Learning rate finder"
    help: ClassVar[str] = "ρ grows by the same factor in every step, on a copy of the training"
    forked = Signal(object)

    def build(self) -> None:
        self.test: RangeTest | None = None
        self.chosen: float | None = None
        self._present = 0.0
        """rho of the design when the test began."""
        self._fill_controls()
        self.figure = RangeFigure()
        self.stage.addWidget(self.figure, 1)
        self.forked.connect(self._on_forked, Qt.ConnectionType.QueuedConnection)
        for field in (self.low, self.high, self.steps):
            field.finished.connect(self.run)
        self.again.clicked.connect(self.run)
        self.use.clicked.connect(self.use_chosen)
        self.figure.pressed.connect(self._on_pressed)
        self.figure.dragged.connect(self._on_pressed)
        self.job.partial.connect(self._on_partial)
        self.job.done.connect(self._on_done)
        self.job.failed.connect(self._on_failed)
        self.document.opened.connect(self._on_opened)
        self._choose(None)

    def _fill_controls(self) -> None:
        bounds = Bounds(0.0, 1000.0, is_minimum_open=True)
        self.low = NumberField(
            "first learning rate", LOW, 1e-8, 1.0, symbol=r"\rho_0", is_log=True, bounds=bounds
        )
        self.high = NumberField(
            "last learning rate", HIGH, 1e-3, 1000.0, symbol=r"\rho_S", is_log=True, bounds=bounds
        )
        self.steps = NumberField(
            "steps of the test", STEPS, 20, 2000, symbol="S", is_integer=True, is_log=True
        )
        self.again = _button("Run the test again", "range_again")
        self.again.setToolTip("From where the training stands now; it stays there")
        self.use = _button("Use this ρ", "range_use", kind="primary")
        self.found = caption()
        self.found.setObjectName("range_found")
        self.reading = caption()
        self.reading.setObjectName("range_reading")
        self.controls.addWidget(section("Chosen"))
        self.controls.addWidget(self.found)
        self.controls.addWidget(self.use)
        self.controls.addWidget(section("Range test"))
        for field, name in ((self.low, "low"), (self.high, "high"), (self.steps, "steps")):
            field.setObjectName(f"range_{name}")
            self.controls.addWidget(field)
        self.controls.addWidget(self.again)
        self.controls.addWidget(section("Read from it"))
        self.controls.addWidget(self.reading)
        self.controls.addWidget(
            caption(
                "The steepest descent is a good start; the lowest point is too late, for there the"
                " loss is about to rise. Click in the picture to choose another. Smith 2017."
            )
        )

    # the test

    def begin(self) -> None:
        """Test at once."""
        self.run()

    @Slot()
    def run(self) -> None:
        """From where the training stands."""
        if self.isVisible() and self.controller.prepare():
            self.controller.lend(self._lent)

    def _lent(self, trainer: Trainer) -> None:
        self.forked.emit(moment_of(trainer))

    @Slot(object)
    def _on_forked(self, moment: Moment) -> None:
        if not self.isVisible():
            return
        self._present = float(moment.graph.training.optimizer.lr)
        self._choose(None)
        low, high = float(self.low.value()), float(self.high.value())
        self.job.start(range_test, moment, low, high, int(self.steps.value()))

    @Slot(object)
    def _on_partial(self, test: RangeTest) -> None:
        self.test = test
        self._show()

    @Slot(object)
    def _on_done(self, test: RangeTest) -> None:
        self.test = test
        self._choose(test.rate(test.steepest))
        self.say(_sentence(test))
        self.reading.setText(_readings(test, self._present))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.test = None
        self.reading.setText("")
        self._choose(None)
        self.figure.say(sentence)

    @Slot()
    def _on_opened(self) -> None:
        self.job.cancel()
        self.test = None
        self._choose(None)

    def _show(self) -> None:
        reach = (float(self.low.value()), float(self.high.value()))
        self.figure.show_test(self.test, reach, self.chosen, self._present)

    # the choice

    @Slot(float, float)
    def _on_pressed(self, rate: float, _loss: float) -> None:
        if self.test is not None and not self.job.is_running:
            low, high = float(self.low.value()), float(self.high.value())
            self._choose(min(max(rate, low), high))

    def _choose(self, rate: float | None) -> None:
        self.chosen = None if rate is None else float(f"{rate:.2g}")
        self.use.setEnabled(self.chosen is not None)
        if self.chosen is None:
            self.found.setText("None as yet.")
            self.use.setToolTip(_NOTHING)
        else:
            self.found.setText(f"ρ = {self.chosen:g}; the design has {self._present:g}.")
            self.use.setToolTip("Set it in the training settings; Ctrl+Z takes it back")
        self._show()

    @Slot()
    def use_chosen(self) -> None:
        """Into the training settings, as an edit."""
        if self.chosen is None:
            return
        names = {field.name for field in fields_of(type(self.document.graph.training.optimizer))}
        if "lr" not in names:
            return
        if self.document.attempt(editing.set_training, {"lr": self.chosen}):
            self.document.end_merge()
            self._present = self.chosen
            self._choose(self.chosen)
            text = f"The learning rate ρ is {self.chosen:g} now; Ctrl+Z takes it back."
            self.say(text)
            self.document.message.emit(Message("info", text))

    # export

    def figures(self) -> dict[str, QWidget]:
        return {"learning_rate_range_test": self.figure}

    def tables(self) -> dict[str, list[list[Any]]]:
        test = self.test
        if test is None:
            return {}
        rows = zip(test.rates.tolist(), test.losses.tolist(), test.smoothed.tolist(), strict=True)
        return {"range_test": [["learning_rate", "J", "smoothed"], *map(list, rows)]}


def _sentence(test: RangeTest) -> str:
    if test.steepest is None:
        return "The loss falls nowhere: try a wider range, or more steps."
    text = f"The loss falls fastest at ρ = {test.rates[test.steepest]:.2g}"
    if test.diverged is None:
        return f"{text}; it does not run away up to the last ρ."
    return f"{text}, and runs away by ρ = {test.rates[test.diverged]:.2g}."


def _readings(test: RangeTest, present: float) -> str:
    lines = []
    for name, place in (
        ("Steepest descent", test.steepest),
        ("Lowest loss", test.least),
        ("Runs away by", test.diverged),
    ):
        lines.append(f"{name}: " + ("–" if place is None else f"ρ = {test.rates[place]:.2g}"))
    lines.append(f"Present: ρ = {present:g}")
    return "\n".join(lines)


def _button(text: str, name: str, kind: str = "") -> QPushButton:
    found = WrappingButton(text)
    found.setObjectName(name)
    if kind:
        found.setProperty("kind", kind)
    return found
