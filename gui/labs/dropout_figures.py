"""Pictures of the Dropout laboratory: bars against a curve, a cloud, answers of a committee."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from gui import theme
from gui.inspector.pieces import Number, section
from gui.labs.axes_figure import AxesFigure, padded
from gui.labs.racer_marks import paint_marker, racer_color
from gui.plots.axes import Tick
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.dropout_committee import Committee
from model.layer import Array

_MOST_DOTS = 400


class BarsFigure(AxesFigure):
    """Bars, and what was expected as a line with dots."""

    def __init__(self, name: str, description: str, x_name: str = "", y_name: str = "") -> None:
        super().__init__(name, description, x_name, y_name)
        self.middles: Array = np.zeros(0)
        self.bars: Array = np.zeros(0)
        self.expected: Array | None = None
        self.width_of_bar = 1.0
        self.mark: tuple[float, str] | None = None

    def show_bars(
        self,
        x: Array,
        bars: Array,
        expected: Array | None = None,
        *,
        mark: tuple[float, str] | None = None,
        x_range: tuple[float, float] | None = None,
        y_range: tuple[float, float] | None = None,
    ) -> None:
        """x: (k,) middles, evenly spaced; bars, expected: (k,). mark: a dashed line, with words."""
        self.middles, self.bars, self.expected, self.mark = x, bars, expected, mark
        self.width_of_bar = float(x[1] - x[0]) if len(x) > 1 else 1.0
        top = max(float(bars.max(initial=0)), 0 if expected is None else float(expected.max()))
        half = self.width_of_bar / 2
        self.x_range = x_range or (float(x[0]) - half, float(x[-1]) + half)
        self.y_range = y_range or (0.0, (1.12 if mark is None else 1.3) * top or 1.0)
        self.update()

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        half = 0.44 * self.width_of_bar
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.with_alpha("accent", 0.55))
        for x, height in zip(self.middles.tolist(), self.bars.tolist(), strict=True):
            corner, foot = self.to_screen(x - half, height), self.to_screen(x + half, 0)
            painter.drawRect(QRectF(corner, foot))
        if self.mark is not None:
            painter.setPen(QPen(look.color("text2"), 1.6, Qt.PenStyle.DashLine))
            top, foot = (self.to_screen(self.mark[0], y) for y in (self.y_range[1], 0.0))
            painter.drawLine(QLineF(top, foot))
        if self.expected is not None:
            painter.setPen(QPen(look.color("bwd"), 3 if look.is_projector else 1.8))
            points = self.screen_points(self.middles, self.expected)
            self.draw_line(painter, points)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("bwd"))
            if len(points) <= 40:
                for point in points:
                    painter.drawEllipse(point, 3.2, 3.2)

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        if self.mark is None:
            return
        painter.setFont(look.font("chip"))
        metrics = QFontMetricsF(painter.font())
        words = self.mark[1]
        width = metrics.horizontalAdvance(words) + 4
        at = self.to_screen(self.mark[0], self.y_range[1])
        box = QRectF(at.x() + 5, self.area.top() + 2, width, metrics.height())
        if box.right() > self.area.right():
            box.moveRight(max(at.x() - 5, self.area.left() + width))
        painter.fillRect(box, look.color("plotbg"))
        painter.setPen(look.color("text2"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)

    def lines_at(self, place: QPointF) -> list[Line]:
        """The bar below the pointer."""
        if not self.area.contains(place) or not len(self.middles) or self.empty_text:
            return []
        k = int(np.abs(self.middles - self.to_data(place)[0]).argmin())
        look = theme.current()
        found: list[Line] = [
            (look.color("accent"), f"{short(self.middles[k])}: {short(self.bars[k])}")
        ]
        if self.expected is not None:
            found.append((look.color("bwd"), f"expected {short(self.expected[k])}"))
        return found

    def rows(self) -> list[list[Any]]:
        """One row a bar."""
        head: list[list[Any]] = [[self.x_name or "x", "found", "expected"]]
        wanted = np.full(len(self.middles), np.nan) if self.expected is None else self.expected
        rows: list[list[Any]] = np.column_stack([self.middles, self.bars, wanted]).tolist()
        return head + rows


class CloudFigure(AxesFigure):
    """Items as dots over two features, told apart by class: colour and marker. `chosen` stands out;
    hollow dots with lines to the others are where these were before."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, description)
        self.points: Array = np.zeros((0, 2))
        self.classes: Array | None = None
        self.before: Array | None = None
        self.chosen = -1

    def show_cloud(
        self,
        points: Array,
        classes: Array | None,
        names: tuple[str, str],
        *,
        before: Array | None = None,
        chosen: int = -1,
        ranges: tuple[tuple[float, float], tuple[float, float]] | None = None,
    ) -> None:
        """points: (m, 2); classes: (m,) whole numbers."""
        self.points, self.classes, self.before = points, classes, before
        self.x_name, self.y_name = names
        self.chosen = chosen
        self.x_range, self.y_range = ranges or ranges_of(points)
        self.update()

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        painter.setPen(QPen(look.color("axis"), 1, Qt.PenStyle.DotLine))
        zero = self.to_screen(0, 0)
        painter.drawLine(QLineF(zero.x(), self.area.top(), zero.x(), self.area.bottom()))
        painter.drawLine(QLineF(self.area.left(), zero.y(), self.area.right(), zero.y()))
        size = 4.6 if look.is_projector else 3.4
        numbers = np.zeros(len(self.points)) if self.classes is None else self.classes
        if self.before is not None:
            painter.setPen(QPen(look.with_alpha("text3", 0.35), 1))
            ends = zip(self.before.tolist(), self.points.tolist(), strict=True)
            painter.drawLines([QLineF(self.to_screen(*a), self.to_screen(*b)) for a, b in ends])
            painter.setBrush(look.color("plotbg"))
            painter.setPen(QPen(look.color("text3"), 1))
            for place in self.screen_points(self.before[:, 0], self.before[:, 1]):
                painter.drawEllipse(place, 0.7 * size, 0.7 * size)
        painter.setOpacity(0.8)
        for (x, y), number in zip(self.points.tolist(), numbers.tolist(), strict=True):
            paint_marker(painter, self.to_screen(x, y), int(number), size, look)
        painter.setOpacity(1.0)
        if 0 <= self.chosen < len(self.points):
            place = self.to_screen(*self.points[self.chosen].tolist())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("text"), 2.4))
            painter.drawEllipse(place, 2.6 * size, 2.6 * size)

    def rows(self) -> list[list[Any]]:
        """One row a dot."""
        names: list[Any] = [self.x_name, self.y_name, "class"]
        classes = np.zeros(len(self.points)) if self.classes is None else self.classes
        return [names, *np.column_stack([self.points, classes]).tolist()]


def ranges_of(*clouds: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    """Axes with room for all of these (m, 2)."""
    points = np.concatenate([cloud for cloud in clouds if len(cloud)])
    low, high = points.min(axis=0), points.max(axis=0)
    return padded(float(low[0]), float(high[0])), padded(float(low[1]), float(high[1]))


MARKS = {"scaled": 1, "mean": 0, "exact": 3}
"""Markers of the three predictions."""


class AnswersFigure(AxesFigure):
    """Answers of the sampled sub-networks as dots, and three predictions over each output."""

    def __init__(self) -> None:
        super().__init__("dropout_answers", "What sub-networks and their averages answer")
        self.found: Committee | None = None
        self.names: tuple[str, ...] = ()
        self.right: int | None = None

    def show_answers(self, found: Committee, names: tuple[str, ...], right: int | None) -> None:
        """names: of the outputs; right: the output that ought to be the largest."""
        self.found, self.right = found, right
        count = len(found.scaled)
        self.names = names if len(names) == count else tuple(str(k + 1) for k in range(count))
        if count == 1 and len(names) == 2:
            self.names = (f"chance of {names[1]}",)
        self.x_range = (-0.6, count - 0.4)
        every = np.concatenate([found.samples.ravel(), found.scaled])
        is_share = every.min() >= 0 and every.max() <= 1
        self.y_range = (-0.04, 1.04) if is_share else padded(float(every.min()), float(every.max()))
        self.update()

    def _ticks(self, metrics: QFontMetricsF) -> tuple[list[Tick], list[Tick]]:
        across, rows = super()._ticks(metrics)
        if not self.names:
            return across, rows
        room = self.width() / (len(self.names) + 0.4) - 10
        cut = Qt.TextElideMode.ElideRight
        return [(k, metrics.elidedText(n, cut, room)) for k, n in enumerate(self.names)], rows

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        found = self.found
        if found is None:
            return
        if self.right is not None:
            left, right = self.to_screen(self.right - 0.5, 0), self.to_screen(self.right + 0.5, 0)
            band = QRectF(left.x(), self.area.top(), right.x() - left.x(), self.area.height())
            painter.fillRect(band, look.color("okbg"))
        samples = found.samples[:_MOST_DOTS]
        sway = 0.36 * (((np.arange(len(samples)) * 0.6180339887) % 1) - 0.5) - 0.22
        for k in range(len(found.scaled)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.with_alpha("text3", 0.4))
            for place in self.screen_points(k + sway, samples[:, k]):
                painter.drawEllipse(place, 2.2, 2.2)
            self._paint_predictions(painter, look, found, k)

    def _paint_predictions(self, painter: QPainter, look: Theme, found: Committee, k: int) -> None:
        size = 7.5 if look.is_projector else 5.5
        mean, spread = float(found.mean[k]), float(found.spread[k])
        painter.setPen(QPen(racer_color(look, MARKS["mean"]), 2.4))
        ends = [self.to_screen(k + 0.12, mean + sign * spread) for sign in (-1, 1)]
        painter.drawLine(QLineF(*ends))
        for end in ends:
            painter.drawLine(QLineF(end - QPointF(4, 0), end + QPointF(4, 0)))
        values = {"mean": (0.12, mean), "scaled": (0.26, float(found.scaled[k]))}
        if found.exact is not None:
            values["exact"] = (0.4, float(found.exact[k]))
        for key, (shift, value) in values.items():
            paint_marker(painter, self.to_screen(k + shift, value), MARKS[key], size, look)

    def lines_at(self, place: QPointF) -> list[Line]:
        """The three numbers of the output below the pointer."""
        if self.found is None or not self.area.contains(place) or self.empty_text:
            return []
        look, found = theme.current(), self.found
        k = min(max(round(self.to_data(place)[0]), 0), len(found.scaled) - 1)
        lines: list[Line] = [(look.color("text"), self.names[k])]
        for key, words, value in (
            ("scaled", "weight scaling", found.scaled[k]),
            ("mean", f"mean of {len(found.samples)} samples", found.mean[k]),
            ("exact", "exact average", None if found.exact is None else found.exact[k]),
        ):
            if value is not None:
                lines.append((racer_color(look, MARKS[key]), f"{words}: {value:.6g}"))
        return [*lines, (look.color("text2"), f"spread: {found.spread[k]:.4g}")]


class Mark(QWidget):
    """The marker of one of several things, beside its name."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.setFixedSize(18, 18)
        theme.notifier().changed.connect(self._on_theme)

    def _on_theme(self, _look: object) -> None:
        self.update()

    def paintEvent(self, _event: object) -> None:
        """The marker alone."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_marker(painter, QPointF(9, 9), self._number, 6, theme.current(), "surface")
        painter.end()


class MarkedNumbers(QWidget):
    """Rows of marker, name and number."""

    def __init__(self, rows: list[tuple[str, str, int, str]]) -> None:
        """rows: (key, words, marker number or -1, tooltip)."""
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        self.numbers: dict[str, Number] = {}
        for row, (key, words, mark, tip) in enumerate(rows):
            if mark >= 0:
                grid.addWidget(Mark(mark), row, 0, Qt.AlignmentFlag.AlignTop)
            label = QLabel(words)
            label.setProperty("role", "caption")
            label.setWordWrap(True)
            label.setToolTip(tip)
            value = Number("–", tip, is_right=True)
            value.setObjectName(f"marked_{key}")
            self.numbers[key] = value
            grid.addWidget(label, row, 1)
            grid.addWidget(value, row, 2)

    def show_number(self, key: str, text: str) -> None:
        """Put a number into its row."""
        self.numbers[key].setText(text)


def whole_field(name: str, tip: str) -> QSpinBox:
    """A whole number from 1, whose most is told later by `set_most`."""
    field = QSpinBox()
    field.setObjectName(name)
    field.setAccessibleName(tip)
    field.setToolTip(tip)
    field.setRange(1, 1)
    field.lineEdit().setTextMargins(8, 0, 0, 0)
    return field


def set_most(field: QSpinBox, most: int) -> None:
    """Up to this number, without telling anybody."""
    with QSignalBlocker(field):
        field.setRange(1, max(most, 1))
        field.setSuffix(f" of {most}")


def titled(text: str, widget: QWidget, tip: str = "") -> QWidget:
    """A picture below a small heading."""
    page = QWidget()
    page.setProperty("kind", "panel")
    column = QVBoxLayout(page)
    column.setContentsMargins(12, 8, 8, 4)
    column.setSpacing(2)
    label = section(text)
    label.setToolTip(tip)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    column.addWidget(label)
    column.addWidget(widget, 1)
    return page
