"""The gradients that all optimisers are fed, and the parts of one update in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Slot
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gui.inspector.pieces import Number
from gui.labs.axes_figure import AxesFigure, padded, signed
from gui.labs.soft_formula import SoftFormula
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.racing_fed import Feed
from model.teaching.anatomy import SYMBOLS, Parts
from model.teaching.number_style import NumberStyle

_NUMBERS = NumberStyle(digits=6)


class StemsFigure(AxesFigure):
    """One stem a step, the present one larger; a press chooses a step."""

    def __init__(self) -> None:
        super().__init__("anatomy_gradients", "The gradient that everybody is fed", "step", "g")
        self.is_pressable = True
        self.x_is_whole = True
        self.empty_text = "No gradients yet"
        self.given: Feed | None = None
        self.position = 0

    def show_feed(self, given: Feed | None, reason: str = "") -> None:
        """Other gradients."""
        self.given = given
        self.empty_text = reason if given is None else ""
        if given is not None:
            values = np.append(given.gradients, 0.0)
            values = values[np.isfinite(values)]
            self.x_range = (0.3, len(given.gradients) + 0.7)
            self.y_range = padded(float(values.min()), float(values.max()), 0.1)
        self.update()

    def stand(self, position: int) -> None:
        """At this update, from 1."""
        self.position = position
        self.update()

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        if self.given is None:
            return
        wide = 1.6 if look.is_projector else 1.0
        zero = self.to_screen(0, 0).y()
        painter.setPen(QPen(look.color("text3"), 1))
        painter.drawLine(QPointF(self.area.left(), zero), QPointF(self.area.right(), zero))
        width = self.area.width() / max(len(self.given.gradients), 1)
        for t, gradient in enumerate(self.given.gradients.tolist(), start=1):
            place = self.to_screen(t, gradient)
            is_here = t == self.position
            if is_here:
                band = QRectF(place.x() - width / 2, self.area.top(), width, self.area.height())
                painter.fillRect(band, look.color("highlight"))
            color = look.color("bwd") if t <= self.position else look.with_alpha("bwd", 0.4)
            painter.setPen(QPen(color, min(max(width * 0.45, 1.5), 5) * (1.2 if is_here else 1)))
            painter.drawLine(QPointF(place.x(), zero), place)
            painter.setBrush(color)
            radius = min(max(width * 0.32, 1.8), 4.5) * wide * (1.4 if is_here else 1)
            painter.drawEllipse(place, radius, radius)

    def lines_at(self, place: QPointF) -> list[Line]:
        """The gradient of the step below the pointer."""
        if self.given is None or not self.area.contains(place):
            return []
        t = min(max(round(self.to_data(place)[0]), 1), len(self.given.gradients))
        return [(None, f"step {t}: g = {signed(float(self.given.gradients[t - 1]))}")]

    def rows(self) -> list[list[Any]]:
        """The gradients."""
        if self.given is None:
            return []
        pairs = enumerate(self.given.gradients.tolist(), start=1)
        return [["step", "gradient"], *([t, value] for t, value in pairs)]


class PartsTable(QWidget):
    """Every part of one optimiser's update with its letter, in the order in which they arise."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 12, 8)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(2, 1)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._rows: list[tuple[SoftFormula, Number]] = []

    @Slot()
    def show_parts(self, parts: Parts | None) -> None:
        """Of one parameter; None: nothing."""
        pairs = [] if parts is None else [(name, value) for name, value in parts.items()]
        while len(self._rows) < len(pairs):
            formula, number = SoftFormula(), Number(is_right=True)
            row = len(self._rows)
            self._grid.addWidget(formula, row, 0)
            self._grid.addWidget(number, row, 1)
            self._rows.append((formula, number))
        for k, (formula, number) in enumerate(self._rows):
            is_there = k < len(pairs)
            formula.setVisible(is_there)
            number.setVisible(is_there)
            if is_there:
                name, value = pairs[k]
                formula.set_tex(SYMBOLS.get(name, rf"\mathrm{{{name}}}"))
                formula.setToolTip(name)
                number.setText(_NUMBERS.text(float(np.ravel(value)[0])))
                number.setToolTip(f"{name} = {short(float(np.ravel(value)[0]))}")
