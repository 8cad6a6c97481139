"""A Jacobian as a heat map: delta at the left, labels around it, delta^T J below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.canvas.cards.paint import draw_fitting, draw_text, heat_image, text_width
from gui.plots.figure import Figure
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.layer import Array
from model.teaching.number_style import NumberStyle

_SIDE = 92.0
"""Width of delta and of the row labels, px at a desk."""
_GAP = 16.0
_TOP = 44.0
_LARGEST = 92.0
"""A cell is at most so wide, px at a desk."""
_LEAST = 34.0
"""A cell of few is at least so wide; what has no room is scrolled."""
_FEW = 24
"""Rows or columns that are shown apart."""
_LEGIBLE = 40.0
"""Cells of this width hold a number."""


@dataclass(frozen=True)
class Map:
    """matrix: (m, n); inputs: (n,), outputs: (m,); delta: (m,) or None, product: (n,) or None.

    rows, columns: the letters of outputs and inputs.
    """

    matrix: Array
    inputs: Array
    outputs: Array
    delta: Array | None
    product: Array | None
    rows: str = "h"
    columns: str = "h"


class JacobianFigure(Figure):
    """Wheel zooms; a click or the arrows choose a row and a column."""

    chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__("jacobian_figure", "The Jacobian as a heat map")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.style_of_numbers = NumberStyle(digits=3)
        self.zoom = 1.0
        self.row = self.column = 0
        self._map: Map | None = None
        self._images: dict[tuple[str, str], QImage] = {}
        self._room = QSize(600, 400)

    def show_map(self, shown: Map | None) -> None:
        """Show this; its strongest number is chosen."""
        self._map = shown
        self._images.clear()
        self.zoom = 1.0
        if shown is not None and shown.matrix.size:
            weight = shown.matrix if shown.delta is None else shown.matrix * shown.delta[:, None]
            place = int(np.argmax(np.abs(np.nan_to_num(weight))))
            row, column = np.unravel_index(place, shown.matrix.shape)
            self.choose(int(row), int(column))
        self._fit()

    def choose(self, row: int, column: int) -> None:
        """Look at this number."""
        if self._map is None:
            return
        m, n = self._map.matrix.shape
        self.row, self.column = min(max(row, 0), m - 1), min(max(column, 0), n - 1)
        self.chosen.emit(self.row, self.column)
        self.update()

    def set_room(self, room: QSize) -> None:
        """What can be seen of it at once."""
        self._room = room
        self._fit()

    # geometry

    @property
    def _scale(self) -> float:
        return theme.current().scale

    def _cell(self) -> tuple[float, float]:
        """Width and height of a cell, px."""
        if self._map is None:
            return 1.0, 1.0
        m, n = self._map.matrix.shape
        scale = self._scale
        left, top, bottom = self._margins()
        width = (self._room.width() - left - 24) / max(n, 1)
        height = (self._room.height() - top - bottom - 12) / max(m, 1)
        most = _LARGEST * scale
        width, height = min(width, most), min(height, 0.62 * most)
        if min(m, n) > _FEW:  # many cells: squares, as far as they fit
            width = height = max(min(width, height), 0.4)
        elif max(m, n) > _FEW:  # a few long rows or columns
            width, height = max(width, 0.4), max(min(height, _LARGEST * scale), 0.4)
        else:
            width, height = max(width, _LEAST * scale), max(height, 0.6 * _LEAST * scale)
        return width * self.zoom, height * self.zoom

    def _margins(self) -> tuple[float, float, float]:
        scale = self._scale
        is_heard = self._map is not None and self._map.delta is not None
        left = (2 if is_heard else 1) * (_SIDE + _GAP) * scale
        bottom = (_SIDE * 0.5 + 2 * _GAP) * scale if is_heard else 8.0
        return left, _TOP * scale, bottom

    def _fit(self) -> None:
        if self._map is not None:
            m, n = self._map.matrix.shape
            width, height = self._cell()
            left, top, bottom = self._margins()
            self.setFixedSize(
                max(self._room.width(), round(left + n * width + 24)),
                max(self._room.height(), round(top + m * height + bottom + 12)),
            )
        self.update()

    def box(self) -> QRectF:
        """The matrix, px."""
        if self._map is None:
            return QRectF()
        m, n = self._map.matrix.shape
        width, height = self._cell()
        left, top, _bottom = self._margins()
        return QRectF(left + self._indent(n * width), top, n * width, m * height)

    def _indent(self, width: float) -> float:
        """A matrix that is narrower than its room stands in the middle."""
        left, _top, _bottom = self._margins()
        return max(0.0, (self._room.width() - left - width - 24) / 2)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """(row, column) below a point."""
        box = self.box()
        if self._map is None or not box.contains(place):
            return None
        m, n = self._map.matrix.shape
        column = int((place.x() - box.left()) / box.width() * n)
        row = int((place.y() - box.top()) / box.height() * m)
        return min(row, m - 1), min(column, n - 1)

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """delta, labels, cells, product."""
        painter.fillRect(self.rect(), look.color("canvas"))
        shown = self._map
        if shown is None or not shown.matrix.size:
            return
        box = self.box()
        limit = float(np.abs(shown.matrix[np.isfinite(shown.matrix)]).max(initial=0.0)) or 1.0
        self._paint_grid(painter, look, box, "J", shown.matrix, limit)
        self._paint_labels(painter, look, box, shown)
        if shown.delta is not None:
            size = float(np.abs(shown.delta).max(initial=0.0)) or 1.0
            scale = self._scale
            side = QRectF(self._delta_left(box), box.top(), _SIDE * scale, box.height())
            self._paint_grid(painter, look, side, "δ", shown.delta[:, None], size)
            self._paint_name(painter, look, side, "δᵀ  upstream")
        if shown.product is not None:
            size = float(np.abs(shown.product).max(initial=0.0)) or 1.0
            below = self._product_box(box)
            self._paint_grid(painter, look, below, "δJ", shown.product[None], size)
            label = QRectF(0, self._product_box(box).top(), box.left() - 10, 0)
            label.setHeight(self._product_box(box).height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            draw_text(painter, label, "δᵀJ  downstream =", look, "strong", "bwd", flags)
        self._paint_choice(painter, look, box, shown)

    def _delta_left(self, box: QRectF) -> float:
        return box.left() - (2 * _SIDE + 1.5 * _GAP) * self._scale

    def _product_box(self, box: QRectF) -> QRectF:
        scale = self._scale
        height = 0.5 * _SIDE * scale
        return QRectF(box.left(), box.bottom() + 1.5 * _GAP * scale, box.width(), height)

    def _paint_name(self, painter: QPainter, look: Theme, box: QRectF, text: str) -> None:
        height = 20.0 * self._scale
        head = QRectF(box.left(), box.top() - height - 4, box.width(), height)
        draw_fitting(painter, head, text, look, "chip", "bwd")

    def _paint_grid(
        self, painter: QPainter, look: Theme, box: QRectF, name: str, values: Array, limit: float
    ) -> None:
        """Cells with numbers where there is room, colours alone where there is not."""
        m, n = values.shape
        width, height = box.width() / n, box.height() / m
        image = self._images.get((name, look.name))
        if image is None:
            image = heat_image(values, -limit, limit, look, "delta")
            self._images[name, look.name] = image
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(box, image)
        if min(width, height) >= 5:
            painter.setPen(QPen(look.color("canvas"), 1.5))
            for k in range(1, n):
                x = box.left() + k * width
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            for k in range(1, m):
                y = box.top() + k * height
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        if width >= _LEGIBLE * self._scale and height >= 16 * self._scale:
            self._paint_numbers(painter, look, box, values, limit)
        painter.setPen(QPen(look.color("border2"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _paint_numbers(
        self, painter: QPainter, look: Theme, box: QRectF, values: Array, limit: float
    ) -> None:
        m, n = values.shape
        width, height = box.width() / n, box.height() / m
        shown = self.visibleRegion().boundingRect()
        first = max(0, int((shown.left() - box.left()) / width))
        last = min(n, int((shown.right() - box.left()) / width) + 1)
        top = max(0, int((shown.top() - box.top()) / height))
        below = min(m, int((shown.bottom() - box.top()) / height) + 1)
        for row in range(top, below):
            for column in range(first, last):
                value = float(values[row, column])
                cell = QRectF(box.left() + column * width, box.top() + row * height, width, height)
                ink = _ink(look, value / limit)
                text = self.style_of_numbers.text(value)
                draw_fitting(painter, cell.adjusted(3, 0, -3, 0), text, look, "chip", ink)

    def _paint_labels(self, painter: QPainter, look: Theme, box: QRectF, shown: Map) -> None:
        """Letter and number of every output and input, as many as have room."""
        m, n = shown.matrix.shape
        scale = self._scale
        line = 17.0 * scale
        height = box.height() / m
        stride = max(1, int(np.ceil(line / height)))
        left = box.left() - (_SIDE + 4) * scale
        for row in range(0, m, stride):
            y = box.top() + (row + 0.5) * height
            label = QRectF(left, y - line / 2, _SIDE * scale, line)
            text = f"{shown.rows}{_sub(row + 1)} {self._text(shown.outputs, row)}"
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            draw_fitting(painter, label, text, look, "chip", "fwd", flags)
        width = box.width() / n
        widest = text_width(look, "chip", "h₀₀ −0.00000") * 0.8
        stride = max(1, int(np.ceil(widest / width)))
        for column in range(0, n, stride):
            x = box.left() + (column + 0.5) * width
            head = QRectF(x - widest / 2, box.top() - 2 * line - 4, widest, line)
            name = f"{shown.columns}{_sub(column + 1)}"
            draw_fitting(painter, head, name, look, "chip", "fwd")
            value = self._text(shown.inputs, column)
            draw_fitting(painter, head.translated(0, line), value, look, "chip", "text2")

    def _text(self, values: Array, place: int) -> str:
        return self.style_of_numbers.text(values[place]) if place < len(values) else ""

    def _paint_choice(self, painter: QPainter, look: Theme, box: QRectF, shown: Map) -> None:
        """A frame around the chosen column, its result below, and the row that meets it."""
        m, n = shown.matrix.shape
        width, height = box.width() / n, box.height() / m
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("text"), 3))
        column = QRectF(box.left() + self.column * width, box.top(), width, box.height())
        painter.drawRoundedRect(column.adjusted(-2, -2, 2, 2), 4, 4)
        if shown.product is not None:
            below = self._product_box(box)
            cell = QRectF(column.left(), below.top(), width, below.height())
            painter.drawRoundedRect(cell.adjusted(-2, -2, 2, 2), 4, 4)
            middle = column.center().x()
            painter.drawLine(QPointF(middle, box.bottom() + 4), QPointF(middle, below.top() - 4))
        painter.setPen(QPen(look.color("accent"), 2))
        cell = QRectF(column.left(), box.top() + self.row * height, width, height)
        painter.drawRect(cell.adjusted(1, 1, -1, -1))
        if shown.delta is not None:
            side = QRectF(self._delta_left(box), cell.top(), _SIDE * self._scale, height)
            painter.drawRect(side.adjusted(1, 1, -1, -1))

    # mouse and keys

    def lines_at(self, place: QPointF) -> list[Line]:
        """The number in full with its symbol."""
        found, shown = self.cell_at(place), self._map
        if found is None or shown is None:
            return []
        row, column = found
        value = float(shown.matrix[row, column])
        name = f"∂{shown.rows}{_sub(row + 1)}/∂{shown.columns}{_sub(column + 1)}"
        return [(None, f"{name} = {self.style_of_numbers.full(value)}")]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        found = self.cell_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.setFocus()
            self.choose(*found)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the choice; plus and minus zoom."""
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key in moves:
            down, right = moves[key]
            self.choose(self.row + down, self.column + right)
        elif event.text() in "+-" and event.text():
            self.set_zoom(self.zoom * (1.25 if event.text() == "+" else 0.8))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom."""
        self.set_zoom(self.zoom * 1.15 ** (event.angleDelta().y() / 120))
        event.accept()

    def set_zoom(self, zoom: float) -> None:
        """1: all of it is seen; larger ones show numbers."""
        if self._map is None:
            return
        width, _height = self._cell()
        most = max(1.0, 1.4 * _LEGIBLE * self._scale / max(width / self.zoom, 0.1))
        self.zoom = min(max(zoom, 1.0), most)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The scroll area decides."""
        return QWidget.minimumSizeHint(self)


def _ink(look: Theme, share: float) -> QColor:
    """Readable on the colour of a number: the maps are dark at both ends or in the middle."""
    strong = min(abs(share), 1.0) > 0.55
    return QColor(Qt.GlobalColor.white) if strong or look.is_dark else QColor(Qt.GlobalColor.black)


_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _sub(number: int) -> str:
    return str(number).translate(_DIGITS)
