"""The points, the lines of the racers, and what each point misses them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPen

from gui.labs.axes_figure import AxesFigure, padded
from gui.labs.racer_marks import racer_pen
from gui.plots.figure import LEFT
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.layer import Array

_REACH = 13.0
"""px within which a press means a point."""
FEWEST, MOST = 3, 400


@dataclass(frozen=True, eq=False)
class Fit:
    """A racer's line: number, name, beta (2,)."""

    number: int
    name: str
    beta: Array


class DataFigure(AxesFigure):
    """Drag a point; press where none is to add one; the right button takes one away."""

    points_changed = Signal()
    points_settled = Signal()
    """The mouse button is up again."""
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__("regression_data", "The points and the lines of the racers", "x", "y")
        self.is_pressable = True
        self.x: Array = np.zeros(0)
        self.y: Array = np.zeros(0)
        self.fits: list[Fit] = []
        self.chosen = 0
        """Number of the racer whose residuals are drawn."""
        self.batch: Array | None = None
        self.best: Array | None = None
        self.has_legend = True
        self._held = -1
        self._below = -1

    def set_points(self, x: Array, y: Array) -> None:
        """Other points; the axes fit them."""
        self.x, self.y = np.array(x, dtype=float), np.array(y, dtype=float)
        self._held = self._below = -1
        self.fit_axes()

    def fit_axes(self) -> None:
        """Room around the points."""
        self.x_range = padded(min(0.0, float(self.x.min())), float(self.x.max()), 0.08)
        self.y_range = padded(min(0.0, float(self.y.min())), float(self.y.max()), 0.22)
        self.update()

    def show_fits(
        self, fits: list[Fit], chosen: int, batch: Array | None, best: Array | None
    ) -> None:
        """batch: the points of the chosen racer's next step, None: all. best: the line of least
        squares."""
        self.fits, self.chosen, self.batch, self.best = fits, chosen, batch, best
        self.update()

    # painting

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        wide = 1.6 if look.is_projector else 1.0
        if self.best is not None:
            painter.setPen(QPen(look.color("text3"), 1.6 * wide, Qt.PenStyle.DotLine))
            self._draw_fit(painter, self.best)
        fit = next((fit for fit in self.fits if fit.number == self.chosen), None)
        if fit is not None and np.isfinite(fit.beta).all():
            self._paint_residuals(painter, look, fit, wide)
        for each in self.fits:
            if np.isfinite(each.beta).all():
                painter.setPen(racer_pen(look, each.number, 2.6 * wide))
                self._draw_fit(painter, each.beta)
        self._paint_points(painter, look, wide)

    def _draw_fit(self, painter: QPainter, beta: Array) -> None:
        ends = [self.to_screen(x, float(beta[0] + beta[1] * x)) for x in self.x_range]
        painter.drawLine(*ends)

    def _paint_residuals(self, painter: QPainter, look: Theme, fit: Fit, wide: float) -> None:
        painter.setPen(QPen(look.with_alpha("bwd", 0.75), 1.6 * wide))
        used = range(len(self.x)) if self.batch is None else self.batch.tolist()
        for k in used:
            if k < len(self.x):
                x, y = float(self.x[k]), float(self.y[k])
                on_line = self.to_screen(x, float(fit.beta[0] + fit.beta[1] * x))
                painter.drawLine(self.to_screen(x, y), on_line)

    def _paint_points(self, painter: QPainter, look: Theme, wide: float) -> None:
        used = set(range(len(self.x))) if self.batch is None else set(self.batch.tolist())
        for k, (x, y) in enumerate(zip(self.x.tolist(), self.y.tolist(), strict=True)):
            is_large = k in (self._held, self._below)
            is_used = k in used
            painter.setPen(QPen(look.color("plotbg" if is_used else "text3"), 1.4))
            painter.setBrush(look.color("text2" if is_used else "plotbg"))
            radius = (7.0 if is_large else 5.0) * wide
            painter.drawEllipse(self.to_screen(x, y), radius, radius)

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        if not self.has_legend:
            return
        painter.setFont(look.font("caption"))
        line = QFontMetricsF(painter.font()).height() + 3
        wide = 1.6 if look.is_projector else 1.0
        rows = [(racer_pen(look, fit.number, 2.6 * wide), _said(fit)) for fit in self.fits]
        if self.best is not None:
            pen = QPen(look.color("text3"), 1.6 * wide, Qt.PenStyle.DotLine)
            rows.append((pen, f"least squares: {_line(self.best)}"))
        top = self.area.top() + 8
        sample = 24 * wide
        for pen, text in rows:
            width = QFontMetricsF(painter.font()).horizontalAdvance(text) + sample + 10
            box = self.area.adjusted(8, 0, 0, 0)
            box.setTop(top)
            box.setHeight(line)
            box.setWidth(min(width, self.area.width() - 12))
            painter.fillRect(box, look.with_alpha("plotbg", 0.85))
            painter.setPen(pen)
            middle = box.center().y()
            painter.drawLine(QPointF(box.left() + 2, middle), QPointF(box.left() + sample, middle))
            painter.setPen(look.color("text"))
            painter.drawText(box.adjusted(sample + 7, 0, 0, 0), int(LEFT), text)
            top += line

    # the mouse

    def _nearest(self, place: QPointF) -> int:
        """The point below the pointer; -1 = none."""
        best, least = -1, _REACH
        for k, (x, y) in enumerate(zip(self.x.tolist(), self.y.tolist(), strict=True)):
            gap = self.to_screen(x, y) - place
            far = (gap.x() ** 2 + gap.y() ** 2) ** 0.5
            if far < least:
                best, least = k, far
        return best

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a point, or make one, or take one away."""
        place = event.position()
        found = self._nearest(place)
        if event.button() == Qt.MouseButton.RightButton:
            if found >= 0:
                self.remove(found)
            return
        if event.button() != Qt.MouseButton.LeftButton or not self.area.contains(place):
            event.ignore()
            return
        self._held = found if found >= 0 else self.add(*self._rounded(place))
        self.reading.hide()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the point; otherwise show which one would be taken hold of."""
        if self._held >= 0 and event.buttons() & Qt.MouseButton.LeftButton:
            room = self.area
            place = QPointF(
                min(max(event.position().x(), room.left()), room.right()),
                min(max(event.position().y(), room.top()), room.bottom()),
            )
            self.x[self._held], self.y[self._held] = self._rounded(place)
            self.points_changed.emit()
            self.update()
            return
        below = self._nearest(event.position())
        if below != self._below:
            self._below = below
            hand = Qt.CursorShape.OpenHandCursor if below >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(hand)
            self.update()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._held >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._held = -1
            self.update()
            self.points_settled.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is below the pointer."""
        super().leaveEvent(event)
        self._below = -1
        self.update()

    def _rounded(self, place: QPointF) -> tuple[float, float]:
        x, y = self.to_data(place)
        return round(x, 3), round(y, 3)

    def add(self, x: float, y: float) -> int:
        """Another point; returns its number."""
        if len(self.x) >= MOST:
            self.refused.emit(f"{MOST} points are the most that can be drawn here.")
            return -1
        self.x, self.y = np.append(self.x, x), np.append(self.y, y)
        self.points_changed.emit()
        return len(self.x) - 1

    def remove(self, number: int) -> None:
        """Take a point away; three stay."""
        if len(self.x) <= FEWEST:
            self.refused.emit(f"{FEWEST} points are the fewest for a line with an error.")
            return
        self.x, self.y = np.delete(self.x, number), np.delete(self.y, number)
        self._below = -1
        self.points_changed.emit()
        self.points_settled.emit()

    # numbers

    def lines_at(self, place: QPointF) -> list[Line]:
        """The point below the pointer, and by how much each line misses it."""
        k = self._nearest(place)
        if k < 0:
            return []
        x, y = float(self.x[k]), float(self.y[k])
        found: list[Line] = [(None, f"x = {short(x)}, y = {short(y)}")]
        for fit in self.fits:
            miss = y - float(fit.beta[0] + fit.beta[1] * x)
            found.append((None, f"y − ŷ of {fit.name} = {short(miss)}"))
        return found

    def rows(self) -> list[list[Any]]:
        """The points."""
        pairs = zip(self.x.tolist(), self.y.tolist(), strict=True)
        return [["x", "y"], *([x, y] for x, y in pairs)]


def _line(beta: Array) -> str:
    sign = "−" if beta[1] < 0 else "+"
    return f"ŷ = {short(beta[0])} {sign} {short(abs(float(beta[1])))} x"


def _said(fit: Fit) -> str:
    return f"{fit.name}: {_line(fit.beta)}"
