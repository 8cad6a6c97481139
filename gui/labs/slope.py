"""Slope and step: one parameter, the curve of J, the tangent, and where the next step leads."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gui.labs.axes_figure import AxesFigure
from gui.labs.panel import LabPanel
from gui.theme import Theme
from gui.widgets import NumberField, TextField
from model.analysis.descent import Path, descend
from model.analysis.objective import FormulaObjective
from model.errors import DesignError
from model.optimizers import SGD

_BOX = (-4.0, 4.0)


class SlopePanel(LabPanel):
    """J(θ) typed by hand, the slope at a point, and gradient descent step by step."""

    title: ClassVar[str] = "Slope and step"
    help: ClassVar[str] = "Move slightly against the slope to go slightly downhill"

    def build(self) -> None:
        self.formula = TextField("J of θ", "theta**2", is_code=True)
        self.rate = NumberField("learning rate", 0.1, 0.001, 2.0, symbol=r"\rho", is_log=True)
        self.start = NumberField("start", 3.0, *_BOX, symbol=r"\theta_0")
        for field in (self.formula, self.rate, self.start):
            field.edited.connect(self._on_changed)
            self.controls.addWidget(field)
        row = QHBoxLayout()
        self.step_button = QPushButton("Step")
        self.step_button.clicked.connect(self.step)
        self.reset_button = QPushButton("Back to the start")
        self.reset_button.clicked.connect(self.reset)
        row.addWidget(self.step_button)
        row.addWidget(self.reset_button)
        self.controls.addLayout(row)
        self.figure = SlopeFigure()
        self.figure.pressed.connect(self._on_pressed)
        self.stage.addWidget(self.figure, 1)
        self.objective: FormulaObjective | None = None
        self.path: Path | None = None
        self.steps = 0

    def begin(self) -> None:
        self.reset()

    def figures(self) -> dict[str, QWidget]:
        return {"slope": self.figure}

    def tables(self) -> dict[str, list[list[Any]]]:
        if self.path is None:
            return {}
        rows = enumerate(zip(self.path.thetas[:, 0], self.path.losses, strict=True))
        return {"descent": [["step", "theta", "J"], *([k, *pair] for k, pair in rows)]}

    @Slot()
    def step(self) -> None:
        """One more step down."""
        self.steps += 1
        self._descend()

    @Slot()
    def reset(self) -> None:
        """Stand at the start."""
        self.steps = 0
        self._descend()

    @Slot()
    def _on_changed(self, _value: object = None) -> None:
        self._descend()

    @Slot(float, float)
    def _on_pressed(self, x: float, _y: float) -> None:
        self.start.set_value(min(max(x, _BOX[0]), _BOX[1]))
        self.reset()

    def _descend(self) -> None:
        try:
            self.objective = FormulaObjective(self.formula.value(), ("theta",), [_BOX])
        except DesignError as fault:
            self.say(str(fault))
            return
        rule = SGD(lr=self.rate.value())
        self.path = descend(self.objective, rule, np.array([self.start.value()]), self.steps)
        at = float(self.path.thetas[-1, 0])
        slope = float(self.objective.gradient(np.array([at]))[0])
        ahead = at - self.rate.value() * slope
        self.figure.show_path(self.objective, self.path, slope)
        word = "left" if slope > 0 else "right"
        self.say(
            f"Slope {slope:+.4g}: a step of −ρ·slope = {-self.rate.value() * slope:+.4g} "
            f"to the {word}, from {at:.4g} to {ahead:.4g}"
        )


class SlopeFigure(AxesFigure):
    """The curve, the path so far, and the tangent at its end."""

    def __init__(self) -> None:
        super().__init__("slope_figure", "J over θ with the tangent and the steps", "θ", "J")
        self.is_pressable = True
        self._objective: FormulaObjective | None = None
        self._path: Path | None = None
        self._slope = 0.0

    def show_path(self, objective: FormulaObjective, path: Path, slope: float) -> None:
        """Draw this."""
        self._objective, self._path, self._slope = objective, path, slope
        x = np.linspace(*_BOX, 200)
        values = objective.value(x[:, None])
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        room = 0.06 * (high - low) or 1.0
        self.x_range, self.y_range = _BOX, (low - room, high + room)
        self.update()

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        if self._objective is None or self._path is None:
            return
        x = np.linspace(*_BOX, 400)
        painter.setPen(QPen(look.color("fwd"), 2.5))
        painter.drawPath(self.curve(x, self._objective.value(x[:, None])))
        thetas, losses = self._path.thetas[:, 0], self._path.losses
        painter.setPen(QPen(look.color("upd"), 1.5))
        painter.drawPath(self.curve(thetas, losses))
        at, height = float(thetas[-1]), float(losses[-1])
        tangent = height + self._slope * (x - at)
        painter.setPen(QPen(look.color("text2"), 1.5, Qt.PenStyle.DashLine))
        painter.drawPath(self.curve(x, tangent))
        painter.setPen(QPen(look.color("surface"), 2))
        painter.setBrush(look.color("upd"))
        for theta, loss in zip(thetas.tolist(), losses.tolist(), strict=True):
            painter.drawEllipse(self.to_screen(theta, loss), 5, 5)
        painter.setBrush(look.color("bwd"))
        painter.drawEllipse(QPointF(self.to_screen(at, height)), 7, 7)
