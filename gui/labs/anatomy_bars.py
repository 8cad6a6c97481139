"""One update of several optimisers as stacked bars: what each piece of the rule adds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.formula_painter import SET_PX, setter
from gui.labs.axes_figure import signed
from gui.labs.racer_marks import paint_marker, racer_color
from gui.plots.axes import linear_ticks
from gui.plots.figure import CENTRE, LEFT, Figure
from gui.plots.reading_box import Line
from gui.theme import Theme

STYLES: dict[str, tuple[str, Qt.BrushStyle]] = {
    "gradient": ("bwd", Qt.BrushStyle.SolidPattern),
    "memory": ("fwd", Qt.BrushStyle.BDiagPattern),
    "scaling": ("upd", Qt.BrushStyle.Dense5Pattern),
    "bias correction": ("accent", Qt.BrushStyle.DiagCrossPattern),
    "decay": ("text2", Qt.BrushStyle.HorPattern),
}
"""Colour token and pattern of each addend; the final step is an outline."""
WORDS = {
    "gradient": "gradient",
    "memory": "velocity",
    "scaling": "second moment",
    "bias correction": "bias correction",
    "decay": "decay",
}


_ROW = 15
"""px at a desk of one bar, at least."""
_FINAL = 1.35
"""Rows that the final step takes."""
_ABOVE = 0.7
"""Rows that words above the first bar take."""
_NAME = 3.4
"""Rows that name and formula take."""
_GAP = 10
"""px between the bars of two racers."""
_FAR = 3.0
"""Bars that go further than so many of the longest final steps are cut."""


@dataclass(frozen=True)
class Update:
    """number, name: of the racer; formula: LaTeX of its step. addends: by name, in order; step:
    their sum; full: the gradient's addend had all samples been used, None where they were."""

    number: int
    name: str
    formula: str
    addends: dict[str, float]
    step: float
    full: float | None = None


class BarsFigure(Figure):
    """A group of bars a racer, each starting where the one above it ends; a line marks 0."""

    def __init__(self, name: str = "anatomy_bars") -> None:
        super().__init__(name, "What each piece of the rule adds to the step")
        self.updates: list[Update] = []
        self.empty_text = "No step has been taken yet"
        self.is_common = True
        """One scale for all racers; otherwise each group has its own."""
        self._rows: list[tuple[QRectF, Update, str, float]] = []
        setter().advanced.connect(self.update)

    def show_updates(self, updates: list[Update], reason: str = "") -> None:
        """Draw these. reason: why there are none."""
        self.updates = updates
        rows = sum(_rows_of(update) for update in updates)
        scale = theme.current().scale
        self.setMinimumHeight(round((60 + _ROW * rows) * scale + _GAP * len(updates)))
        self.empty_text = "" if updates else reason or "No step has been taken yet"
        self.update()

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Legend, groups, axis."""
        self._rows = []
        if self.empty_text:
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text3"))
            room = QRectF(self.rect()).adjusted(16, 8, -16, -8)
            painter.drawText(room, int(CENTRE | Qt.TextFlag.TextWordWrap), self.empty_text)
            return
        top = self._paint_legend(painter, look)
        chip = QFontMetricsF(look.font("chip")).height()
        foot = chip + 8 if self.is_common else 4
        left = self._names_width(look)
        plot = QRectF(left, top, self.width() - left - 14, self.height() - top - foot)
        if plot.width() < 40 or plot.height() < 20:
            return
        common = _span(self.updates, plot, look)
        if self.is_common:
            self._paint_axis(painter, look, common)
        rows = sum(_rows_of(update) for update in self.updates)
        each = (plot.height() - _GAP * len(self.updates)) / rows
        at = plot.top()
        for k, update in enumerate(self.updates):
            box = QRectF(0, at, self.width(), each * _rows_of(update) + _GAP)
            at = box.bottom()
            own = common if self.is_common else _span([update], plot, look)
            self._paint_group(painter, look, update, box, own)
            if k:
                painter.setPen(QPen(look.color("border"), 1))
                painter.drawLine(box.topLeft(), box.topRight())

    def _paint_legend(self, painter: QPainter, look: Theme) -> float:
        """In as many lines as it needs; returns its height."""
        painter.setFont(look.font("caption"))
        metrics = QFontMetricsF(painter.font())
        there = {name for update in self.updates for name in update.addends}
        entries = [(name, WORDS[name]) for name in STYLES if name in there]
        entries.append(("", "final step"))
        x, y, line = 10.0, 4.0, metrics.height() + 4
        patch = line * 1.25
        for name, words in entries:
            width = patch + 6 + metrics.horizontalAdvance(words) + 16
            if x + width > self.width() and x > 10:
                x, y = 10.0, y + line
            box = QRectF(x, y + 3, patch, line - 7)
            if name:
                self._fill(painter, look, box, name)
            else:
                painter.setPen(QPen(look.color("text"), 2))
                painter.setBrush(look.color("plotbg"))
                painter.drawRoundedRect(box, 3, 3)
            painter.setPen(look.color("text2"))
            place = QRectF(x + patch + 6, y, width, line)
            painter.drawText(place, int(LEFT), words)
            x += width
        return y + line + 6

    def _fill(self, painter: QPainter, look: Theme, box: QRectF, name: str) -> None:
        token, pattern = STYLES[name]
        color = look.color(token)
        painter.setPen(Qt.PenStyle.NoPen)
        if pattern != Qt.BrushStyle.SolidPattern:
            soft = QColor(color)
            soft.setAlphaF(0.28)
            painter.fillRect(box, soft)
        painter.setBrush(QBrush(color, pattern))
        painter.drawRect(box)
        if pattern != Qt.BrushStyle.SolidPattern:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, 1.2))
            painter.drawRect(box)

    def _names_width(self, look: Theme) -> float:
        metrics = QFontMetricsF(look.font("strong"))
        widest = max(metrics.horizontalAdvance(update.name) for update in self.updates)
        return float(min(max(widest + 38 * look.scale, 96 * look.scale), 0.44 * self.width()))

    def _paint_axis(self, painter: QPainter, look: Theme, scale: Scale) -> None:
        painter.setFont(look.font("chip"))
        metrics = QFontMetricsF(painter.font())
        plot = scale.plot
        count = max(2, int(plot.width() / (metrics.horizontalAdvance("−0.000") + 26)))
        for value, text in linear_ticks(scale.low, scale.high, count):
            x = scale.x(value)
            painter.setPen(QPen(look.color("plotgrid"), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(look.color("text3"))
            half = metrics.horizontalAdvance(text) / 2 + 2
            left = min(max(x - half, plot.left() - 20), self.width() - 2 * half)
            box = QRectF(left, plot.bottom() + 4, 2 * half, metrics.height())
            painter.drawText(box, int(CENTRE), text)

    def _paint_group(
        self, painter: QPainter, look: Theme, update: Update, box: QRectF, scale: Scale
    ) -> None:
        plot = scale.plot
        self._paint_name(painter, look, update, QRectF(0, box.top(), plot.left(), box.height()))
        bars = [(name, value) for name, value in update.addends.items() if name in STYLES]
        above = _ABOVE if update.full is not None else 0.0
        rows = len(bars) + _FINAL + above
        height = min((box.height() - _GAP) / rows, 22 * look.scale)
        y = box.top() + (box.height() - height * rows) / 2 + above * height
        first, total = y, 0.0
        for name, value in bars:
            start, end = scale.x(total), scale.x(total + value)
            bar = QRectF(min(start, end), y + height * 0.1, abs(end - start), height * 0.8)
            self._fill(painter, look, bar.adjusted(0, 0, max(0.0, 1.5 - bar.width()), 0), name)
            if scale.is_cut(total) or scale.is_cut(total + value):
                self._paint_cut(painter, look, bar, plot)
            self._rows.append((QRectF(plot.left(), y, plot.width(), height), update, name, value))
            total += value
            painter.setPen(QPen(look.color("text3"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(end, y + height * 0.9), QPointF(end, y + height * 1.15))
            y += height
        self._paint_final(painter, look, update, QRectF(0, y, self.width(), height * 1.2), scale)
        zero = scale.x(0.0)
        painter.setPen(QPen(look.color("text"), 2 * (1.4 if look.is_projector else 1)))
        painter.drawLine(QPointF(zero, box.top()), QPointF(zero, box.bottom()))
        if update.full is not None and not scale.is_cut(update.full):
            self._paint_full(painter, look, scale, update.full, QRectF(0, first, 0, height))

    def _paint_cut(self, painter: QPainter, look: Theme, bar: QRectF, plot: QRectF) -> None:
        """A break across a bar that goes on outside."""
        is_left = bar.left() < plot.left() + 2
        x = plot.left() + 10 if is_left else plot.right() - 10
        painter.setPen(QPen(look.color("plotbg"), 4))
        for shift in (-4.0, 4.0):
            painter.drawLine(
                QPointF(x + shift - 3, bar.bottom() + 1), QPointF(x + shift + 3, bar.top() - 1)
            )

    def _paint_full(
        self, painter: QPainter, look: Theme, scale: Scale, value: float, row: QRectF
    ) -> None:
        """Where the gradient of all samples would have led; the words go off the line at 0."""
        x = scale.x(value)
        painter.setPen(QPen(look.color("text"), 3))
        painter.drawLine(QPointF(x, row.top() - 1), QPointF(x, row.bottom()))
        painter.setFont(look.font("chip"))
        words = "all samples"
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(words) + 6
        has_left, has_right = x - width > scale.plot.left(), x + width + 8 < self.width()
        is_left = has_left and (value < 0 or not has_right)
        left = x - width - 3 if is_left else x + 5
        place = QRectF(left, row.top() + 2 - metrics.height(), width, metrics.height())
        painter.fillRect(place, look.with_alpha("surface", 0.86))
        painter.setPen(look.color("text2"))
        painter.drawText(place, int(LEFT | Qt.TextFlag.TextDontClip), words)

    def _paint_final(
        self, painter: QPainter, look: Theme, update: Update, row: QRectF, scale: Scale
    ) -> None:
        zero, end = scale.x(0.0), scale.x(update.step)
        bar = QRectF(min(zero, end), row.top() + 2, abs(end - zero), row.height() - 4)
        color = racer_color(look, update.number)
        painter.setPen(QPen(color, 2.4))
        painter.setBrush(look.color("plotbg"))
        painter.drawRoundedRect(bar.adjusted(0, 0, max(0.0, 2 - bar.width()), 0), 3, 3)
        painter.setFont(look.font("mono"))
        text = signed(update.step)
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 10
        painter.setPen(color)
        place = QRectF(bar)
        is_low = bar.height() < QFontMetricsF(painter.font()).height() - 2
        if bar.width() <= width or is_low:
            has_left = bar.left() - width > scale.plot.left()
            is_left = has_left and (update.step < 0 or bar.right() + width > self.width())
            place = QRectF(bar.left() - width if is_left else bar.right() + 4, bar.top(), width, 0)
            place.setHeight(bar.height())
        painter.drawText(place, int(CENTRE | Qt.TextFlag.TextDontClip), text)
        self._rows.append((row, update, "final step", update.step))

    def _paint_name(self, painter: QPainter, look: Theme, update: Update, box: QRectF) -> None:
        size = 6.5 * look.scale
        middle = box.center().y()
        metrics = QFontMetricsF(look.font("strong"))
        found = setter().renderer(update.formula, look.color("text2")) if update.formula else None
        has_formula = found is not None and box.height() > 2.6 * metrics.height()
        up = metrics.height() * 0.55 if has_formula else 0.0
        paint_marker(painter, QPointF(8 + size, middle - up), update.number, size, look, edge="")
        painter.setFont(look.font("strong"))
        painter.setPen(look.color("text"))
        left = 8 + 2 * size + 8
        width = box.width() - left - 4
        place = QRectF(left, middle - up - metrics.height() / 2, width, metrics.height())
        text = metrics.elidedText(update.name, Qt.TextElideMode.ElideRight, width)
        painter.drawText(place, int(LEFT), text)
        if has_formula and found is not None:
            box_size = found.viewBoxF().size()
            share = min(
                look.px("caption") / SET_PX,
                (box.width() - 14) / box_size.width(),
                metrics.height() * 1.6 / box_size.height(),
            )
            found.render(
                painter,
                QRectF(10, middle + 2, box_size.width() * share, box_size.height() * share),
            )

    # numbers

    def lines_at(self, place: QPointF) -> list[Line]:
        """The number of the bar below the pointer."""
        for row, update, name, value in self._rows:
            if row.top() <= place.y() <= row.bottom():
                return [(None, f"{update.name}, {WORDS.get(name, name)}: {signed(value)}")]
        return []

    def rows(self) -> list[list[Any]]:
        """One row a racer."""
        names = list(STYLES)
        head: list[list[Any]] = [["racer", *names, "final_step"]]
        return head + [
            [update.name, *(update.addends.get(name) for name in names), update.step]
            for update in self.updates
        ]


@dataclass(frozen=True)
class Scale:
    """From a change of the parameter to px: low to high across the plot."""

    plot: QRectF
    low: float
    high: float

    def x(self, value: float) -> float:
        """px; what lies outside is held at the edge."""
        held = min(max(value, self.low), self.high) if math.isfinite(value) else 0.0
        return self.plot.left() + (held - self.low) / (self.high - self.low) * self.plot.width()

    def is_cut(self, value: float) -> bool:
        """It lies outside."""
        return not self.low <= value <= self.high


def _rows_of(update: Update) -> float:
    """The height of its bars and words, in rows."""
    bars = sum(name in STYLES for name in update.addends)
    return max(bars + _FINAL + (_ABOVE if update.full is not None else 0.0), _NAME)


def _span(updates: list[Update], plot: QRectF, look: Theme) -> Scale:
    """From the lowest to the highest that any bar reaches, 0 among them, with room for numbers;
    bars that go much further than the final steps are cut."""
    places = [0.0]
    for update in updates:
        totals = np.cumsum(list(update.addends.values())).tolist()
        places += [*totals, update.step]
        if update.full is not None:
            places.append(update.full)
    places = [place for place in places if math.isfinite(place)]
    low, high = min(places), max(places)
    longest = max((abs(update.step) for update in updates if math.isfinite(update.step)), default=0)
    if longest > 0:
        low, high = max(low, -_FAR * longest), min(high, _FAR * longest)
    if high - low <= 0:
        low, high = -1.0, 1.0
    words = QFontMetricsF(look.font("mono")).horizontalAdvance("+0.000") + 14
    room = words / max(plot.width() - 2 * words, words) * (high - low)
    return Scale(plot, low - room, high + room)
