"""Curves of several racers: J against steps or samples, and the lengths of their steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gui import theme
from gui.labs.axes_figure import AxesFigure, padded
from gui.labs.racer_marks import paint_marker, racer_color, racer_pen
from gui.plots.axes import spread
from gui.plots.figure import LEFT
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.layer import Array

_DECADES = 9.0
"""So many decades below the highest value are shown at most."""
_MOST_POINTS = 500


@dataclass(frozen=True, eq=False)
class Run:
    """number: of the racer, for colour and marker. x, y: (k,); at: up to which point it is drawn
    in full, -1: all."""

    number: int
    name: str
    x: Array
    y: Array
    at: int = -1


class CurvesFigure(AxesFigure):
    """Each run up to where it stands, fainter what is still to come; markers and names at the
    ends."""

    def __init__(self, name: str, description: str, x_name: str = "step", y_name: str = "") -> None:
        super().__init__(name, description, x_name, y_name)
        self.x_is_whole = True
        self.wants_log = True
        self.has_labels = True
        self.runs: list[Run] = []
        self.level: tuple[float, str] | None = None
        self.cursor_at: float | None = None

    def show_runs(
        self,
        runs: list[Run],
        *,
        level: tuple[float, str] | None = None,
        cursor: float | None = None,
        x_last: float | None = None,
    ) -> None:
        """Draw these. level: a dotted height with its words. cursor: a dashed line at this x.
        x_last: where the axis ends."""
        self.runs, self.level, self.cursor_at = runs, level, cursor
        self._set_ranges(x_last)
        self.update()

    def _set_ranges(self, x_last: float | None) -> None:
        ends = [float(run.x[-1]) for run in self.runs if len(run.x)]
        self.x_range = (0.0, max(x_last or 0.0, *ends, 1.0) if ends else 1.0)
        values = np.concatenate([run.y for run in self.runs]) if self.runs else np.zeros(0)
        values = values[np.isfinite(values)]
        if self.level is not None and math.isfinite(self.level[0]):
            values = np.append(values, self.level[0])
        positive = values[values > 0]
        is_above = len(positive) and (values >= -1e-12 * abs(values).max(initial=0.0)).all()
        self.y_is_log = bool(self.wants_log and is_above and positive.max() > positive.min())
        if not self.y_is_log:
            starts = [float(run.y[0]) for run in self.runs if len(run.y)]
            self.y_range = padded(*_calm(values, starts)) if len(values) else (0.0, 1.0)
            return
        high = math.log10(positive.max())
        low = max(math.log10(positive.min()), high - _DECADES)
        room = max(0.05 * (high - low), 0.04)
        self.y_range = (10 ** (low - room), 10 ** (high + room))

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Room for the names first."""
        self.right_room = self._label_room(look)
        super().paint(painter, look)

    def _label_room(self, look: Theme) -> float:
        if not self.has_labels or not self.runs:
            return 18.0
        metrics = QFontMetricsF(look.font("strong"))
        widest = max(metrics.horizontalAdvance(run.name) for run in self.runs)
        return float(min(widest + 18, 0.34 * self.width()))

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        width = 3.4 if look.is_projector else 2.0
        level = self._drawn_level()
        if level is not None:
            painter.setPen(QPen(look.color("text2"), 1.4, Qt.PenStyle.DotLine))
            y = self.to_screen(0, self._held(level[0])).y()
            painter.drawLine(QPointF(self.area.left(), y), QPointF(self.area.right(), y))
        if self.cursor_at is not None:
            painter.setPen(QPen(look.color("text3"), 1.4, Qt.PenStyle.DashLine))
            x = self.to_screen(self.cursor_at, self.y_range[0]).x()
            painter.drawLine(QPointF(x, self.area.top()), QPointF(x, self.area.bottom()))
        for run in self.runs:
            self._paint_run(painter, look, run, width)

    def _drawn_level(self) -> tuple[float, str] | None:
        """None where it cannot be drawn: 0 has no place on a log axis."""
        level = self.level
        return None if level is not None and self.y_is_log and level[0] <= 0 else level

    def _paint_run(self, painter: QPainter, look: Theme, run: Run, width: float) -> None:
        x, y = thinned(run.x, self._held(run.y))
        split = len(run.x) - 1 if run.at < 0 else min(run.at, len(run.x) - 1)
        edge = float(run.x[split]) if len(run.x) else 0.0
        pen = racer_pen(look, run.number, width)
        done = x <= edge
        if not done.all():
            faint = QPen(racer_color(look, run.number), 1.0)
            painter.setOpacity(0.4)
            painter.setPen(faint)
            self.draw_line(painter, self.screen_points(x[~done], y[~done]))
            painter.setOpacity(1.0)
        painter.setPen(pen)
        self.draw_line(painter, self.screen_points(x[done], y[done]))

    def _held(self, values: Any) -> Any:
        """On a log axis 0 and less lie at its lower edge; far values a little outside."""
        return np.maximum(values, self.y_range[0]) if self.y_is_log else values

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        ends = self._ends()
        size = 6.0 * (1.5 if look.is_projector else 1.0)
        for run, place in ends:
            if self.area.adjusted(-2, -2, 2, 2).contains(place):
                paint_marker(painter, place, run.number, size, look)
        level = self._drawn_level()
        if level is not None and self.area.height() > 90 * look.scale:
            self._paint_level(painter, look, *level)
        if self.has_labels and ends:
            self._paint_names(painter, look, ends)

    def _ends(self) -> list[tuple[Run, QPointF]]:
        found = []
        for run in self.runs:
            if not len(run.x):
                continue
            at = len(run.x) - 1 if run.at < 0 else min(run.at, len(run.x) - 1)
            y = float(self._held(run.y[at]))
            if math.isfinite(y):
                found.append((run, self.to_screen(float(run.x[at]), y)))
        return found

    def _paint_level(self, painter: QPainter, look: Theme, value: float, words: str) -> None:
        painter.setFont(look.font("chip"))
        metrics = QFontMetricsF(painter.font())
        y = self.to_screen(0, self._held(value)).y()
        box = QRectF(
            self.area.left() + 6,
            y - metrics.height() - 3,
            metrics.horizontalAdvance(words) + 4,
            metrics.height(),
        )
        if box.top() < self.area.top():
            box.moveTop(y + 3)
        painter.fillRect(box, look.with_alpha("plotbg", 0.8))
        painter.setPen(look.color("text2"))
        painter.drawText(box, int(LEFT), words)

    def _paint_names(self, painter: QPainter, look: Theme, ends: list[tuple[Run, QPointF]]) -> None:
        painter.setFont(look.font("strong"))
        metrics = QFontMetricsF(painter.font())
        gap = metrics.height() * 0.94
        most = max(int(self.area.height() / gap), 1)
        if len(ends) > most:  # the lowest are the most interesting
            ends = sorted(ends, key=lambda pair: -pair[1].y())[:most]
        middles = spread(
            [min(max(p.y(), self.area.top()), self.area.bottom()) for _run, p in ends],
            gap,
            self.area.top() + gap / 2,
            max(self.area.bottom() - gap / 2, self.area.top() + gap / 2),
        )
        for (run, _place), middle in zip(ends, middles, strict=True):
            box = QRectF(self.area.right() + 8, middle - gap / 2, self.right_room - 10, gap)
            painter.setPen(racer_color(look, run.number))
            text = metrics.elidedText(run.name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, int(LEFT), text)

    # numbers

    def lines_at(self, place: QPointF) -> list[Line]:
        """The values of all racers at the step below the pointer."""
        if not self.area.contains(place) or self.empty_text:
            return []
        look = theme.current()
        x, _y = self.to_data(place)
        lines: list[Line] = []
        for run in self.runs:
            if len(run.x):
                k = int(np.abs(run.x - x).argmin())
                said = f"{run.name}: {short(run.y[k])} at {self.x_name} {run.x[k]:g}"
                lines.append((racer_color(look, run.number), said))
        return lines

    def rows(self) -> list[list[Any]]:
        """One row a point."""
        head: list[list[Any]] = [["racer", self.x_name, self.y_name or "value"]]
        return head + [
            [run.name, float(x), float(y)]
            for run in self.runs
            for x, y in zip(run.x, run.y, strict=True)
        ]


def thinned(x: Array, y: Array) -> tuple[Array, Array]:
    """No more points than a screen has room for; of each bunch its first, least and greatest."""
    n = len(x)
    if n <= _MOST_POINTS:
        return x, y
    stride = -(-n // (_MOST_POINTS // 3))
    keep: set[int] = {0, n - 1}
    for start in range(0, n, stride):
        bunch = y[start : start + stride]
        known = np.where(np.isfinite(bunch), bunch, 0)
        keep |= {start, start + int(known.argmin()), start + int(known.argmax())}
    at = np.array(sorted(keep))
    return x[at], y[at]


def _calm(values: Array, starts: list[float]) -> tuple[float, float]:
    """The range of a linear axis: one that runs away does not flatten all others; where they
    started is seen."""
    low, high = float(values.min()), float(values.max())
    middle = float(np.quantile(values, 0.9))
    reach = middle - low
    first = max((start for start in starts if math.isfinite(start)), default=low)
    return low, min(high, max(middle + 3 * reach, first)) if reach > 0 else high
