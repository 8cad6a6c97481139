"""How the coefficients are distributed at one lambda; those that are exactly 0 stand apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from gui import theme
from gui.labs.axes_figure import AxesFigure
from gui.labs.label_placing import paint_note, place_label, tag_size
from gui.labs.racer_marks import paint_marker
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.penalty_path import PenaltyPath
from model.layer import Array

BINS = 25
"""An odd number, so that 0 is in the middle of one."""


class HistogramFigure(AxesFigure):
    """Bars of the coefficients that are not 0, and one, narrow and full, of those that are."""

    def __init__(self) -> None:
        super().__init__("penalty_histogram", "Histogram of the coefficients", r"\beta_j", "count")
        self.empty_text = "The path is being worked out"
        self.right_room = 20.0
        self.edges: Array = np.linspace(-1.0, 1.0, BINS + 1)
        self.counts: Array = np.zeros(BINS, dtype=np.int64)
        self.zeros = 0
        self._path: PenaltyPath | None = None

    def show_path(self, path: PenaltyPath, at: int) -> None:
        """at: the number of the present lambda. The axis holds all lambdas of the path."""
        if path is not self._path:
            self._path = path
            reach = max(float(np.abs(path.betas).max()), 1e-9) * 1.04
            self.edges = np.linspace(-reach, reach, BINS + 1)
            self.x_range = (-reach, reach)
        self.empty_text = ""
        beta = path.betas[at]
        self.counts = np.histogram(beta[beta != 0], self.edges)[0]
        self.zeros = int(np.count_nonzero(beta == 0))
        self.y_range = (0.0, 1.25 * max(int(self.counts.max()), self.zeros, 1))
        self.update()

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        painter.setPen(QPen(look.color("axis"), 1.0))
        zero = self.to_screen(0.0, 0.0).x()
        painter.drawLine(QPointF(zero, self.area.top()), QPointF(zero, self.area.bottom()))
        painter.setPen(QPen(look.color("plotbg"), 1.0))
        painter.setBrush(look.series(0))
        for low, high, count in self._bars():
            if count:
                box = QRectF(self.to_screen(low, count), self.to_screen(high, 0.0))
                painter.drawRect(box)
        if self.zeros:
            painter.setBrush(look.series(2))
            painter.drawRect(self._zero_box(look))

    def _bars(self) -> list[tuple[float, float, int]]:
        edges = self.edges.tolist()
        return list(zip(edges[:-1], edges[1:], self.counts.tolist(), strict=True))

    def _zero_box(self, look: Theme) -> QRectF:
        """A narrow bar at 0, over the bin of small coefficients."""
        top, foot = self.to_screen(0.0, self.zeros), self.to_screen(0.0, 0.0)
        half = 5.0 if look.is_projector else 3.5
        return QRectF(top.x() - half, top.y(), 2 * half, foot.y() - top.y())

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        if not self.zeros:
            return
        painter.setFont(look.font("chip"))
        anchor = self.to_screen(0.0, self.zeros)
        paint_marker(painter, anchor, 2, 6.5 if look.is_projector else 4.5, look)
        words = f"{self.zeros} exactly 0"
        size = tag_size(painter.font(), words, 3.0)
        tops = [
            self.to_screen((low + high) / 2, count) for low, high, count in self._bars() if count
        ]
        box = place_label(anchor, size, [], self.area, points=tops, prefer=0.0)
        paint_note(painter, box, words, look)

    def lines_at(self, place: QPointF) -> list[Line]:
        """The bar below the pointer, and the zeros."""
        if self.empty_text or not self.area.contains(place):
            return []
        look = theme.current()
        k = int(np.searchsorted(self.edges, self.to_data(place)[0], side="right")) - 1
        k = min(max(k, 0), BINS - 1)
        low, high = self.edges[k], self.edges[k + 1]
        said = f"{self.counts[k]} from {short(low)} to {short(high)}, not 0"
        return [(look.series(0), said), (look.series(2), f"{self.zeros} exactly 0")]

    def rows(self) -> list[list[Any]]:
        """One row a bin, and one for the exact zeros."""
        found: list[list[Any]] = [["from", "to", "count"]]
        found += [[low, high, count] for low, high, count in self._bars()]
        return [*found, [0.0, 0.0, self.zeros]]
