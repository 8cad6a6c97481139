"""The best step of a training with early stopping, ringed on the validation curve."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.plots.chart import Chart
from gui.plots.chart_look import line_height, text_width
from gui.plots.figure import CENTRE

_GAP = 5.0


class LossChart(Chart):
    """A chart with one marked point: step and loss."""

    def __init__(self, name: str) -> None:
        self.best: tuple[int, float] | None = None
        super().__init__(name)

    def set_best(self, best: tuple[int, float] | None) -> None:
        """Mark this point, or none."""
        if best != self.best:
            self.best = best
            self.viewport().update()

    def best_place(self) -> QPointF | None:
        """px of the mark; None where it is not seen."""
        if self.best is None:
            return None
        step, loss = self.best
        frame = self._frame()
        if frame.is_log and loss <= 0:
            return None
        x = float(self._map(np.array([step], dtype=float))[0])
        place = frame.pixel(x, math.log10(loss) if frame.is_log else loss)
        return place if frame.plot.adjusted(-2, -2, 2, 2).contains(place) else None

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The mark lies over the curves."""
        super().drawForeground(painter, rect)
        place = self.best_place()
        if place is None or self.best is None:
            return
        look, plot = self.look, self._frame().plot
        radius = 6.5 * look.scale
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("text"), 2.0 * look.scale))
        painter.drawEllipse(place, radius, radius)
        words = f"best step {self.best[0]:,}"
        width = text_width(look, "chip", words) + 8
        height = line_height(look, "chip") + 2
        left = min(max(place.x() - width / 2, plot.left() + 2), plot.right() - width - 2)
        top = place.y() - radius - _GAP - height
        if top < plot.top():
            top = min(place.y() + radius + _GAP, plot.bottom() - height)
        box = QRectF(left, top, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.with_alpha("plotbg", 0.88))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text"))
        painter.drawText(box, int(CENTRE | Qt.TextFlag.TextDontClip), words)
        painter.restore()
