"""Losses of training, validation and test part over something: the base of the curves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gui import theme
from gui.labs.axes_figure import AxesFigure, padded
from gui.labs.label_placing import paint_note, place_label, tag_size
from gui.labs.racer_marks import paint_marker, racer_color, racer_pen
from gui.plots.axes import spread
from gui.plots.figure import LEFT
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.overfitting import PARTS
from model.layer import Array

_FAR = 100.0
"""Losses more than so many times above, or below, the least validation loss leave the frame."""


class PartsFigure(AxesFigure):
    """Losses of training, validation and test part over something; lines are named at their ends.

    x: (P,) places in data units, on a logarithmic axis where `x_is_log`; y is logarithmic. What
    runs away leaves the frame, so that the rest can be seen.
    """

    def __init__(self, name: str, description: str, x_name: str) -> None:
        super().__init__(name, description, x_name, "loss")
        self.is_pressable = True
        self.places: Array = np.zeros(0)
        self.lines: Array = np.zeros((3, 0))
        self.cursor: int | None = None

    def show_lines(self, places: Array, lines: Array, cursor: int | None) -> None:
        """lines: (3, P)."""
        self.places, self.lines, self.cursor = np.asarray(places, float), lines, cursor
        x = self._along_axis(self.places)
        if len(x):
            low, high = padded(float(x[0]), float(x[-1]), 0.03)
            self.x_range = (10**low, 10**high) if self.x_is_log else (low, high)
        self._set_height(lines)
        self.update()

    def _along_axis(self, x: Array) -> Array:
        """Decades where the axis is logarithmic."""
        return np.log10(np.maximum(x, 1e-12)) if self.x_is_log else x

    def _set_height(self, lines: Array) -> None:
        known = lines[np.isfinite(lines)]
        validation = lines[1][np.isfinite(lines[1])]
        self.y_is_log = bool(len(known) and (known >= 0).all() and (known > 0).any())
        if not self.y_is_log:
            low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)
            self.y_range = padded(float(low), float(high))
            return
        positive = known[known > 0]
        middle = float(validation[validation > 0].min(initial=np.inf))
        middle = middle if math.isfinite(middle) else float(positive.min())
        high = min(float(positive.max()), _FAR * middle)
        low = max(float(positive.min()), middle / _FAR)
        room = 10 ** (0.06 * max(math.log10(high / low), 0.1) + 0.02)
        self.y_range = (low / room, high * room)

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Room for the names first."""
        metrics = QFontMetricsF(look.font("strong"))
        self.right_room = max(metrics.horizontalAdvance(name) for name in PARTS) + 20
        super().paint(painter, look)

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        self._paint_cursor(painter, look)
        self.paint_bands(painter, look)
        for number, line in enumerate(self._held()):
            painter.setPen(racer_pen(look, number, 3.4 if look.is_projector else 2.2))
            painter.drawPath(self.curve(self.places, line))

    def _held(self) -> Array:
        """0 has no place on a log axis: it lies at the lower edge."""
        return np.maximum(self.lines, self.y_range[0]) if self.y_is_log else self.lines

    def paint_bands(self, painter: QPainter, look: Theme) -> None:
        """What lies below the lines."""

    def _paint_cursor(self, painter: QPainter, look: Theme) -> None:
        if self.cursor is None or self.cursor >= len(self.places):
            return
        x = self.to_screen(float(self.places[self.cursor]), self.y_range[1]).x()
        wide = 2.6 if look.is_projector else 1.8
        painter.setPen(QPen(look.color("accent"), wide, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, self.area.top()), QPointF(x, self.area.bottom()))

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        size = 6.5 if look.is_projector else 4.5
        if self.cursor is not None and self.cursor < len(self.places):
            for number in range(3):
                place = self.place_of(number, self.cursor)
                if place is not None and self.area.adjusted(-1, -1, 1, 1).contains(place):
                    paint_marker(painter, place, number, size, look)
        self._paint_names(painter, look)

    def place_of(self, number: int, k: int) -> QPointF | None:
        """px of a part's k-th loss; None where it is not known."""
        y = float(self._held()[number, k])
        return self.to_screen(float(self.places[k]), y) if math.isfinite(y) else None

    def _paint_names(self, painter: QPainter, look: Theme) -> None:
        painter.setFont(look.font("strong"))
        gap = QFontMetricsF(painter.font()).height()
        ends = []
        for number, line in enumerate(self.lines):
            known = np.flatnonzero(np.isfinite(line))
            if len(known):
                place = self.place_of(number, int(known[-1]))
                if place is not None:
                    ends.append((number, place.y()))
        heights = spread(
            [min(max(y, self.area.top()), self.area.bottom()) for _number, y in ends],
            gap,
            self.area.top() + gap / 2,
            self.area.bottom() - gap / 2,
        )
        for (number, _y), height in zip(ends, heights, strict=True):
            box = QRectF(self.area.right() + 8, height - gap / 2, self.right_room - 8, gap)
            painter.setPen(racer_color(look, number))
            painter.drawText(box, int(LEFT | Qt.TextFlag.TextDontClip), PARTS[number])

    def paint_notes(
        self, painter: QPainter, look: Theme, notes: list[tuple[str, QPointF, float]]
    ) -> None:
        """(words, anchor, direction that is liked best): off the lines and one another."""
        painter.setFont(look.font("chip"))
        x = self.places
        points = [each for line in self._held() for each in self.screen_points(x, line)]
        taken: list[QRectF] = []
        for words, anchor, turn in notes:
            size = tag_size(painter.font(), words, 3.0)
            box = place_label(anchor, size, taken, self.area, points=points, prefer=turn)
            taken.append(box)
            paint_note(painter, box, words, look)

    def paint_ring(self, painter: QPainter, look: Theme, place: QPointF) -> None:
        """Around the best."""
        radius = 11.0 if look.is_projector else 8.0
        painter.setPen(QPen(look.color("text"), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place, radius, radius)

    # numbers

    def number_at(self, x: float) -> int:
        """The place that is nearest to x on the axis."""
        away = self._along_axis(self.places) - self._along_axis(np.array(x, dtype=float))
        return int(np.abs(away).argmin())

    def lines_at(self, place: QPointF) -> list[Line]:
        """All losses at the place below the pointer."""
        if self.empty_text or not len(self.places) or not self.area.contains(place):
            return []
        look, k = theme.current(), self.number_at(self.to_data(place)[0])
        lines: list[Line] = [(look.color("accent"), f"{self.x_name} {self.places[k]:g}")]
        for number, name in enumerate(PARTS):
            if not np.isnan(self.lines[number, k]):
                said = f"{name} {short(self.lines[number, k])}"
                lines.append((racer_color(look, number), said))
        return lines

    def rows(self) -> list[list[Any]]:
        """One row a place."""
        head: list[Any] = [self.x_name, *PARTS]
        return [head, *np.column_stack([self.places, self.lines.T]).tolist()]
