"""The average over T sampled masks as T grows: it walks within ± σ/√T to the exact one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from gui import theme
from gui.labs.axes_figure import padded
from gui.labs.dropout_figures import MARKS
from gui.labs.race_curves import CurvesFigure, Run
from gui.labs.racer_marks import racer_color
from gui.plots.axes import Tick
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.dropout_committee import Committee
from model.layer import Array

_MOST_POINTS = 400


class AverageFigure(CurvesFigure):
    """Of one output. The band lies around the exact average, or around the mean of all samples
    where there are too many sub-networks to ask them all."""

    def __init__(self) -> None:
        super().__init__("dropout_average", "The average of T sampled sub-networks over T", "T", "")
        self.wants_log = False
        self.found: Committee | None = None
        self.output = 0
        self._band: tuple[Array, Array, Array] | None = None

    def show_average(self, found: Committee, output: int) -> None:
        """output: the number of the output whose predictions are averaged."""
        self.found, self.output = found, output
        total = len(found.samples)
        at = np.unique(np.geomspace(1, total, _MOST_POINTS).round().astype(int))
        x = np.log10(at)
        mean = found.running_mean[at - 1, output]
        low, high = found.band(output)
        self._band = (x, low[at - 1], high[at - 1])
        ends = np.array([0.0, max(float(x[-1]), 0.3)])
        runs = [Run(MARKS["mean"], "mean of T", x, mean)]
        runs.append(Run(MARKS["scaled"], "scaling", ends, np.full(2, found.scaled[output])))
        if found.exact is not None:
            runs.append(Run(MARKS["exact"], "exact", ends, np.full(2, found.exact[output])))
        self.show_runs(runs, x_last=float(ends[1]))
        self.x_range = (0.0, float(ends[1]))
        later = slice(min(1, total - 1), None)  # a single answer may lie anywhere
        every = np.concatenate([low[later], high[later], *(run.y for run in runs)])
        self.y_range = padded(float(every.min()), float(every.max()))

    def _ticks(self, metrics: QFontMetricsF) -> tuple[list[Tick], list[Tick]]:
        """1, 2, 5, 10, ...; powers of ten alone where there is little room."""
        _across, rows = super()._ticks(metrics)
        decades = range(math.ceil(self.x_range[1]) + 1)
        room = self.width() / max(self.x_range[1], 0.3)
        factors = (1, 2, 5) if room > 14 * metrics.height() else (1,)
        every = [factor * 10**k for k in decades for factor in factors]
        top = 10 ** self.x_range[1] * 1.001
        return [(math.log10(t), f"{t}") for t in every if t <= top], rows

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        """The band below the curves."""
        if self._band is not None:
            x, low, high = self._band
            outline = self.screen_points(x, high) + self.screen_points(x, low)[::-1]
            color = QColor(racer_color(look, MARKS["exact" if self._is_exact() else "mean"]))
            color.setAlphaF(0.18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF(outline))
            color.setAlphaF(0.7)
            painter.setPen(QPen(color, 1.0))
            for edge in (low, high):
                self.draw_line(painter, self.screen_points(x, edge))
        super().paint_data(painter, look)

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        """What the band is, at the upper edge."""
        super().paint_over(painter, look)
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text2"))
        words = "band: ± σ/√T around the exact one" if self._is_exact() else "band: ± σ/√T"
        metrics = QFontMetricsF(painter.font())
        cut = Qt.TextElideMode.ElideRight
        words = metrics.elidedText(words, cut, max(self.area.width() - 12, 0))
        width = metrics.horizontalAdvance(words)
        painter.drawText(
            QPointF(self.area.right() - width - 6, self.area.top() + metrics.ascent() + 3), words
        )

    def _is_exact(self) -> bool:
        return self.found is not None and self.found.exact is not None

    def lines_at(self, place: QPointF) -> list[Line]:
        """All three, and the standard error, at the T below the pointer."""
        if self.found is None or self._band is None or not self.area.contains(place):
            return []
        look, found, k = theme.current(), self.found, self.output
        total = len(found.samples)
        count = min(max(round(10 ** self.to_data(place)[0]), 1), total)
        error = found.spread[k] / math.sqrt(count)
        mean = found.running_mean[count - 1, k]
        lines: list[Line] = [(look.color("text"), f"T = {count:,}, σ/√T = {short(error)}")]
        lines.append((racer_color(look, MARKS["mean"]), f"mean of T: {mean:.6g}"))
        lines.append((racer_color(look, MARKS["scaled"]), f"weight scaling: {found.scaled[k]:.6g}"))
        if found.exact is not None:
            lines.append((racer_color(look, MARKS["exact"]), f"exact: {found.exact[k]:.6g}"))
        return lines

    def rows(self) -> list[list[Any]]:
        """One row a T, all of them."""
        found, k = self.found, self.output
        if found is None:
            return []
        low, high = found.band(k)
        exact = np.nan if found.exact is None else float(found.exact[k])
        count = len(found.samples)
        columns = [
            np.arange(1, count + 1),
            found.running_mean[:, k],
            low,
            high,
            np.full(count, exact),
            np.full(count, found.scaled[k]),
        ]
        head: list[list[Any]] = [
            ["T", "mean of T", "band low", "band high", "exact", "weight scaling"]
        ]
        rows: list[list[Any]] = np.column_stack(columns).tolist()
        return head + rows
