"""The heat map of a sweep over exactly two fields: the figure of every pair of values."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QPen

from gui.labs.sweep_figure import SettingsFigure
from gui.labs.sweep_scale import FigureScale, ValueScale, figure_text
from gui.plots.figure import CENTRE, LEFT, RIGHT
from gui.theme import Theme, ink_on
from model.sweep.result import Row

_NEAR = 14.0
"""px within which a disc is meant."""
_TWO_FIELDS = "A heat map needs exactly two fields that vary."


class HeatFigure(SettingsFigure):
    """Of a grid a cell a pair, of random draws a disc a pair; a press chooses the setting."""

    def __init__(self) -> None:
        super().__init__("sweep_heat_map", "Heat map of a figure over two fields")
        self.empty_text = _TWO_FIELDS
        self._across = self._up = ValueScale([])
        self._area = QRectF()

    def show_rows(
        self,
        rows: list[Row],
        labels: list[tuple[str, str]],
        scales: list[ValueScale],
        scale: FigureScale,
    ) -> None:
        """labels: (place, words) of the two axes, the first across; scales: of each. scale: of the
        figure."""
        self.rows_shown, self.labels, self.scale = rows, labels, scale
        self.empty_text = "" if len(labels) == 2 else _TWO_FIELDS
        if not rows:
            self.empty_text = self.empty_text or "No run has ended as yet."
        if not self.empty_text:
            self._across, self._up = scales
        self.update()

    @property
    def is_grid(self) -> bool:
        """Cells instead of discs."""
        return self._across.is_even and self._up.is_even

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Cells or discs within their axes."""
        if self.empty_text:
            self.paint_reason(painter, look, self.empty_text)
            return
        metrics = QFontMetricsF(look.font("chip"))
        self._area = self._place_area(look, metrics)
        if self._area.width() < 30 or self._area.height() < 30:
            return
        self._paint_axes(painter, look, metrics)
        font = self._cell_font(look) if self.is_grid else None
        for row in self.rows_shown:
            if self.is_grid:
                self._paint_cell(painter, look, row, font)
            else:
                self._paint_disc(painter, look, row)
        for row in self.rows_shown:
            if row.key in (self.selected, self.hovered):
                self._paint_frame(painter, look, row)

    def _place_area(self, look: Theme, metrics: QFontMetricsF) -> QRectF:
        texts = [text for _share, text in self._up.marks(20)]
        left = max((metrics.horizontalAdvance(text) for text in texts), default=20.0) + 16
        words = QFontMetricsF(look.font("caption")).height()
        return QRectF(self.rect()).adjusted(
            max(left, 40.0), words + 14, -16, -metrics.height() - words - 18
        )

    def _paint_axes(self, painter: QPainter, look: Theme, metrics: QFontMetricsF) -> None:
        area, height = self._area, metrics.height()
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text2"))
        wide = max(
            (metrics.horizontalAdvance(text) for _s, text in self._across.marks(99)), default=1
        )
        for share, text in self._across.marks(max(1, int(area.width() / (wide + 10)))):
            at = self._spot(share, 0.0).x()
            box = QRectF(at - wide / 2 - 4, area.bottom() + 5, wide + 8, height)
            painter.drawText(box, int(CENTRE | Qt.TextFlag.TextDontClip), text)
        for share, text in self._up.marks(max(1, int(area.height() / (1.4 * height)))):
            at = self._spot(0.0, share).y()
            box = QRectF(0, at - height / 2, area.left() - 8, height)
            painter.drawText(box, int(RIGHT), text)
        if self.is_grid:  # what is still to come
            painter.fillRect(area.adjusted(1, 1, -1, -1), look.color("sunken"))
        else:
            painter.setPen(QPen(look.color("axis"), 1))
            painter.drawLine(area.bottomLeft(), area.bottomRight())
            painter.drawLine(area.bottomLeft(), area.topLeft())
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text"))
        words = QFontMetricsF(look.font("caption"))
        for index, top, align in ((0, self.height() - words.height() - 4, RIGHT), (1, 4.0, LEFT)):
            room = self.width() - 24.0
            text = words.elidedText(self.labels[index][1], Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(8, top, room, words.height() + 2), int(align), text)

    def _spot(self, across: float, up: float) -> QPointF:
        """px of a pair of shares: the middle of a cell, or a point between the axes."""
        area = self._area
        inset_x, inset_y = 14.0, 14.0
        if self.is_grid:
            inset_x = area.width() / len(self._across.values) / 2
            inset_y = area.height() / len(self._up.values) / 2
        x = area.left() + inset_x + across * (area.width() - 2 * inset_x)
        return QPointF(x, area.bottom() - inset_y - up * (area.height() - 2 * inset_y))

    def spot(self, row: Row) -> QPointF:
        """px of a setting."""
        (first, _words), (second, _more) = self.labels
        across = self._across.share(row.setting[first])
        return self._spot(across, self._up.share(row.setting[second]))

    def _cell(self, row: Row) -> QRectF:
        spot = self.spot(row)
        width = self._area.width() / len(self._across.values)
        height = self._area.height() / len(self._up.values)
        return QRectF(spot.x() - width / 2, spot.y() - height / 2, width, height).adjusted(
            1, 1, -1, -1
        )

    def _cell_font(self, look: Theme) -> QFont | None:
        """The larger one in which the figures of all cells have room; None: there is none."""
        room = self._cell(self.rows_shown[0])
        texts = [self._cell_text(row) for row in self.rows_shown]
        for font in (look.font("strong"), look.font("chip")):
            metrics = QFontMetricsF(font)
            widest = max(metrics.horizontalAdvance(text) for text in texts)
            if widest + 4 < room.width() and metrics.height() < room.height():
                return font
        return None

    def _cell_text(self, row: Row) -> str:
        mean = self.scale.spread(row).mean
        return figure_text(self.scale.name, mean) if math.isfinite(mean) else "✗"

    def _paint_cell(self, painter: QPainter, look: Theme, row: Row, font: QFont | None) -> None:
        box = self._cell(row)
        ground = self.scale.color(self.scale.spread(row).mean, look)
        painter.fillRect(box, ground)
        if font is not None:
            painter.setFont(font)
            painter.setPen(ink_on(ground))
            painter.drawText(box, int(CENTRE), self._cell_text(row))

    def _paint_disc(self, painter: QPainter, look: Theme, row: Row) -> None:
        radius = 9.0 if look.is_projector else 7.0
        painter.setPen(QPen(look.color("plotbg"), 1.4))
        painter.setBrush(self.scale.color(self.scale.spread(row).mean, look))
        painter.drawEllipse(self.spot(row), radius, radius)

    def _paint_frame(self, painter: QPainter, look: Theme, row: Row) -> None:
        is_selected = row.key == self.selected
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for token, width in (("plotbg", 5.0), ("accent" if is_selected else "text", 3.0)):
            painter.setPen(QPen(look.color(token), width))
            if self.is_grid:
                painter.drawRect(self._cell(row).adjusted(1, 1, -1, -1))
            else:
                painter.drawEllipse(self.spot(row), 11, 11)

    # the mouse

    def row_at(self, place: QPointF) -> Row | None:
        """The setting whose cell or disc is there."""
        if self.empty_text:
            return None
        if self.is_grid:
            found = (row for row in self.rows_shown if self._cell(row).contains(place))
            return next(found, None)
        near = [(self._far(place, row), row) for row in self.rows_shown]
        distance, row = min(near, key=lambda pair: pair[0])
        return row if distance < _NEAR else None

    def _far(self, place: QPointF, row: Row) -> float:
        spot = self.spot(row)
        return math.hypot(place.x() - spot.x(), place.y() - spot.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a setting."""
        row = self.row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self.chosen.emit(row.key)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Frame what is below the pointer."""
        row = self.row_at(event.position())
        self.hover(row)
        super().mouseMoveEvent(event)

    def rows(self) -> list[list[Any]]:
        """The two values and the figure of every cell."""
        if self.empty_text:
            return []
        first, second = (place for place, _words in self.labels)
        found: list[list[Any]] = [[first, second, self.scale.name]]
        for row in self.rows_shown:
            mean = self.scale.spread(row).mean
            found.append([row.setting[first], row.setting[second], mean])
        return found
