"""Parallel coordinates: one line a setting, through all its values to its figure."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPen, QPolygonF

from gui.labs.sweep_axes import BAR, paint_bar, paint_brush, paint_mark, paint_titles
from gui.labs.sweep_figure import SettingsFigure
from gui.labs.sweep_scale import FigureScale, ValueScale
from gui.theme import Theme
from model.layer import Array
from model.sweep.result import Row, figure_words

_NEAR = 9.0
"""px within which a line or an axis is meant."""
_FAINT = 0.16
_MANY = 250
"""Lines above which each is thin and has stairs: smooth ones would take too long."""


class LinesFigure(SettingsFigure):
    """A press on a line chooses its setting; a drag along an axis keeps only what passes there."""

    brushed = Signal()
    """`kept` has changed."""

    def __init__(self) -> None:
        super().__init__("sweep_lines", "Parallel coordinates of all settings and their figure")
        self._scales: list[ValueScale] = []
        self._brushes: dict[int, tuple[float, float]] = {}
        self._drag: tuple[int, float] | None = None
        self._area = QRectF()
        self._below = 10.0
        self._table: dict[str, list[float]] = {}
        """Shares of each setting on every axis; the last is the figure's, NaN where all failed."""
        self._screen: Array = np.zeros((0, 0, 2))
        self.setCursor(Qt.CursorShape.CrossCursor)

    def show_rows(
        self,
        rows: list[Row],
        labels: list[tuple[str, str]],
        scales: list[ValueScale],
        scale: FigureScale,
    ) -> None:
        """labels: (place, words) of the axes; scales: of each. scale: of the figure. Brushes stay
        while the axes are the same."""
        if labels != self.labels:
            self._brushes.clear()
        self.rows_shown, self.labels, self.scale = rows, labels, scale
        self._scales = scales
        self._table = {row.key: self._worked_out(row) for row in rows}
        self.empty_text = "" if rows else "No run has ended as yet."
        self.subject = figure_words(scale.name) if scale.name else ""
        self.update()

    def kept(self) -> set[str]:
        """The keys of the settings that pass all brushes."""
        return {row.key for row in self.rows_shown if self._passes(row)}

    @property
    def has_brush(self) -> bool:
        return bool(self._brushes)

    def clear_brushes(self) -> None:
        """Keep everything."""
        self._brushes.clear()
        self.update()
        self.brushed.emit()

    def _passes(self, row: Row) -> bool:
        shares = self._table[row.key]
        return all(
            low <= shares[k] <= high if math.isfinite(shares[k]) else False
            for k, (low, high) in self._brushes.items()
        )

    def _worked_out(self, row: Row) -> list[float]:
        found = [
            scale.share(row.setting[place])
            for scale, (place, _words) in zip(self._scales, self.labels, strict=True)
        ]
        mean = self.scale.spread(row).mean
        return [*found, self.scale.share(mean) if math.isfinite(mean) else math.nan]

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Lines below, axes above."""
        if self.empty_text:
            self.paint_reason(painter, look, self.empty_text)
            return
        metrics = QFontMetricsF(look.font("chip"))
        texts = [text for _share, text in self._scales[0].marks(99)] if self._scales else []
        side = max((metrics.horizontalAdvance(text) for text in texts), default=20.0) + 22
        right = self._figure_room(metrics)
        top = metrics.height() + 20
        self._below = 0.9 * metrics.height()
        self._area = QRectF(self.rect()).adjusted(side, top, -right, -1.6 * metrics.height() - 4)
        if self._area.width() < 40 or self._area.height() < 40:
            return
        self._screen = np.array(
            [[(p.x(), p.y()) for p in self.points(row)] for row in self.rows_shown]
        )
        is_smooth = len(self.rows_shown) <= _MANY
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
        kept = self.kept()
        rows = sorted(self.rows_shown, key=self._depth)
        for row in rows:
            if row.key not in (self.selected, self.hovered):
                self._paint_row(painter, look, row, is_kept=row.key in kept)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in rows:
            if row.key in (self.selected, self.hovered):
                self._paint_row(painter, look, row, is_kept=True, is_above=True)
        axes = range(len(self.labels) + 1)
        for k in axes:
            self._paint_axis(painter, look, metrics, k)
        words = [*(words for _place, words in self.labels), self.subject]
        paint_titles(painter, look, words, [self._x(k) for k in axes], self.width())

    def _figure_room(self, metrics: QFontMetricsF) -> float:
        texts = ["failed", *(text for _share, text in self.scale.marks(6))]
        return max((metrics.horizontalAdvance(text) for text in texts), default=20.0) + BAR + 22

    def _depth(self, row: Row) -> float:
        """The best are painted last."""
        mean = self.scale.spread(row).mean
        if not math.isfinite(mean):
            return -math.inf
        return mean if self.scale.is_high_best else -mean

    def _x(self, axis: int) -> float:
        count = len(self.labels)
        return self._area.left() + self._area.width() * (axis / count if count else 1.0)

    def _y(self, share: float) -> float:
        if math.isnan(share):  # every run has failed: below all numbers
            return self._area.bottom() + self._below
        return self._area.bottom() - share * self._area.height()

    def points(self, row: Row) -> list[QPointF]:
        """px of a setting on every axis."""
        return [QPointF(self._x(k), self._y(share)) for k, share in enumerate(self._table[row.key])]

    def _paint_row(
        self,
        painter: QPainter,
        look: Theme,
        row: Row,
        *,
        is_kept: bool,
        is_above: bool = False,
    ) -> None:
        spread = self.scale.spread(row)
        color = self.scale.color(spread.mean, look)
        points = self.points(row)
        wide = 3.0 if look.is_projector else 2.0
        wide = wide if is_above or len(self.rows_shown) <= _MANY else 1.0
        if is_above:
            halo = "accent" if row.key == self.selected else "text"
            for token, more in (("plotbg", 9.0), (halo, 5.0)):
                painter.setPen(QPen(look.color(token), wide + more))
                painter.drawPolyline(QPolygonF(points))
        if not is_kept:
            color.setAlphaF(_FAINT)
        dash = Qt.PenStyle.DashLine if row.fault else Qt.PenStyle.SolidLine
        painter.setPen(QPen(color, wide + (1.5 if is_above else 0), dash))
        painter.drawPolyline(QPolygonF(points))
        if is_above and spread.count > 1 and spread.deviation > 0:
            x = points[-1].x()
            ends = [self._y(self.scale.share(spread.mean + k * spread.deviation)) for k in (-1, 1)]
            painter.setPen(QPen(look.color("text"), wide + 1))
            painter.drawLine(QPointF(x - 5, ends[0]), QPointF(x - 5, ends[1]))
            for y in ends:
                painter.drawLine(QPointF(x - 9, y), QPointF(x - 1, y))

    def _paint_axis(
        self, painter: QPainter, look: Theme, metrics: QFontMetricsF, axis: int
    ) -> None:
        is_last = axis == len(self.labels)
        x, area = self._x(axis), self._area
        if is_last:
            paint_bar(painter, look, area, self.scale)
        else:
            painter.setPen(QPen(look.color("axis"), 1.4))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if axis in self._brushes:
            low, high = self._brushes[axis]
            paint_brush(painter, look, x, self._y(high), self._y(low))
        painter.setFont(look.font("chip"))
        rows = max(2, int(area.height() / (1.7 * metrics.height())))
        scale: ValueScale | FigureScale = self.scale if is_last else self._scales[axis]
        for share, text in scale.marks(rows):
            at = QPointF(x, self._y(share))
            paint_mark(painter, look, at, text, is_figure=is_last)
        if is_last and any(self._is_failed(row) for row in self.rows_shown):
            at = QPointF(x, self._y(math.nan))
            paint_mark(painter, look, at, "failed", is_figure=True)

    def _is_failed(self, row: Row) -> bool:
        return not math.isfinite(self.scale.spread(row).mean)

    # the mouse

    def _axis_at(self, place: QPointF) -> int | None:
        if not self._area.top() - 8 <= place.y() <= self._area.bottom() + 8:
            return None
        for k in range(len(self.labels) + 1):
            reach = BAR if k == len(self.labels) else _NEAR
            if -_NEAR <= place.x() - self._x(k) <= reach:
                return k
        return None

    def row_at(self, place: QPointF) -> Row | None:
        """The setting whose line is near."""
        if len(self._screen) != len(self.rows_shown) or not len(self._screen):
            return None
        best, distance = _nearest(place, self._screen)
        return self.rows_shown[best] if distance < _NEAR else None

    def _share_at(self, place: QPointF) -> float:
        return (self._area.bottom() - place.y()) / max(self._area.height(), 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A brush begins, or a line is chosen."""
        if event.button() != Qt.MouseButton.LeftButton or self.empty_text:
            super().mousePressEvent(event)
            return
        self.reading.hide()
        axis = self._axis_at(event.position())
        if axis is not None:
            self._drag = (axis, self._share_at(event.position()))
            return
        row = self.row_at(event.position())
        if row is not None:
            self.chosen.emit(row.key)
        elif self._brushes:
            self.clear_brushes()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The brush follows; without one the line below the pointer stands out."""
        if self._drag is not None:
            axis, start = self._drag
            now = self._share_at(event.position())
            self._brushes[axis] = (min(start, now), max(start, now))
            self.update()
            return
        row = None if self.empty_text else self.row_at(event.position())
        self.hover(row)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The brush stays; a press that was no drag takes it away."""
        if self._drag is None:
            super().mouseReleaseEvent(event)
            return
        axis, start = self._drag
        self._drag = None
        moved = abs(self._share_at(event.position()) - start) * self._area.height()
        if moved < 4:
            self._brushes.pop(axis, None)
            row = self.row_at(event.position())
            if row is not None:
                self.chosen.emit(row.key)
        self.update()
        self.brushed.emit()

    def rows(self) -> list[list[Any]]:
        """Setting and figure of every line."""
        head: list[Any] = [place for place, _words in self.labels]
        found = [[*head, self.scale.name, "standard_deviation", "runs"]]
        for row in self.rows_shown:
            spread = self.scale.spread(row)
            values = [row.setting[place] for place, _words in self.labels]
            found.append([*values, spread.mean, spread.deviation, spread.count])
        return found


def _nearest(place: QPointF, lines: Array) -> tuple[int, float]:
    """Which of the lines (R, A, 2) px passes nearest, and how far away, px."""
    start, way = lines[:, :-1], np.diff(lines, axis=1)
    here = np.array([place.x(), place.y()])
    along = ((here - start) * way).sum(axis=2) / np.maximum((way**2).sum(axis=2), 1e-9)
    near = start + along.clip(0, 1)[..., None] * way
    far = np.sqrt(((here - near) ** 2).sum(axis=2)).min(axis=1)
    best = int(far.argmin())
    return best, float(far[best])
