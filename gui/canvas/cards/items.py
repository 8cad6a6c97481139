"""One item of a data set as a picture, as a table of its features, or as a point."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from gui.canvas.cards import measures, numbers
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.item_view import Item, ItemView
from gui.canvas.cards.paint import LEFT, RIGHT, draw_text, frame, hairline, heat_image, pen
from gui.canvas.cards.pictures import fitted, pixel_at
from gui.canvas.cards.silent import words_of
from gui.theme import Theme

TABLE_ROWS = 5
REMEMBERED = 40


class ItemPicture(ItemView):
    """Ink on paper, or light on dark; each pixel is a crisp square."""

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.count = rows * columns
        self._drawn: tuple[object, Theme, QImage] | None = None

    def _square(self, box: QRectF) -> QRectF:
        square = QRectF(0, 0, box.height(), box.height())
        square.moveCenter(box.center())
        return square

    def paint(self, painter: QPainter, box: QRectF, context: FaceContext, item: Item) -> None:
        """The picture in a thin frame."""
        square = self._square(box)
        if item.x is None:
            painter.fillRect(square, context.theme.color("sunken"))
        else:
            image = self._image(item.x, context)
            painter.drawImage(fitted(square, self.rows, self.columns), image)
        frame(painter, square, context.theme, "border" if item.x is None else "border2")

    def _image(self, x: NDArray[np.floating], context: FaceContext) -> QImage:
        old = self._drawn
        if old is None or old[0] is not context.view or old[1] is not context.theme:
            values = x.reshape(self.rows, self.columns)
            low, high = min(float(np.nanmin(values)), 0.0), float(np.nanmax(values))
            image = heat_image(values, low, high, context.theme, "ink")
            self._drawn = old = (context.view, context.theme, image)
        return old[2]

    def tip(self, pos: QPointF, box: QRectF, theme: Theme, x: NDArray[np.floating]) -> str:
        """One pixel."""
        fit = fitted(self._square(box), self.rows, self.columns)
        pixel = pixel_at(pos, fit, self.rows, self.columns)
        if pixel is None:
            return ""
        row, column = pixel
        value = x.reshape(self.rows, self.columns)[row, column]
        where = f"row {row} of {self.rows}, column {column} of {self.columns}"
        return f"x[{row}, {column}] = {numbers.full(value)}\n{where}, raw brightness"


class ItemTable(ItemView):
    """The first features with their names and numbers."""

    is_wide = True

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.count = len(names)
        self.has_more = len(names) > TABLE_ROWS

    def _shown(self) -> int:
        return TABLE_ROWS - 1 if self.has_more else len(self.names)

    def height(self, theme: Theme) -> float:
        """A row a feature, and one that says how many more there are."""
        rows = TABLE_ROWS if self.has_more else len(self.names)
        return max(rows, 1) * measures.length(theme, "row")

    def paint(self, painter: QPainter, box: QRectF, context: FaceContext, item: Item) -> None:
        """The numbers, at the right."""
        theme = context.theme
        height = measures.length(theme, "row")
        flat = None if item.x is None else item.x.reshape(-1)
        row = QRectF(box.left(), box.top(), box.width(), height)
        for j in range(self._shown()):
            text = "–" if flat is None else numbers.plain(float(flat[j]))
            color = "text3" if flat is None else "text"
            draw_text(painter, row, text, theme, "mono", color, RIGHT)
            if words_of(context, j):
                self._strike(painter, theme, row)
            row.translate(0, height)

    def _strike(self, painter: QPainter, theme: Theme, row: QRectF) -> None:
        """A dotted line through a feature whose weights are all exactly 0."""
        painter.setPen(QPen(theme.color("text"), 1.5 * theme.scale, Qt.PenStyle.DotLine))
        middle = row.center().y()
        painter.drawLine(QPointF(row.left(), middle), QPointF(row.right(), middle))

    def paint_still(
        self, painter: QPainter, box: QRectF, context: FaceContext, has_item: bool
    ) -> None:
        """The names, at the left."""
        theme = context.theme
        height = measures.length(theme, "row")
        number_width = 8 * theme.px("mono") * 0.6
        row = QRectF(box.left(), box.top(), box.width(), height)
        for j in range(self._shown()):
            name = self.names[j].replace("_", " ")
            draw_text(
                painter, row.adjusted(0, 0, -number_width, 0), name, theme, "caption", "text2", LEFT
            )
            painter.setPen(pen(theme, "border" if not theme.is_projector else "plotgrid", 1.0))
            painter.drawLine(row.bottomLeft(), row.bottomRight())
            row.translate(0, height)
        if self.has_more:
            left = len(self.names) - self._shown()
            draw_text(painter, row, f"and {left} more", theme, "caption", "text3", LEFT)

    def tip(self, pos: QPointF, box: QRectF, theme: Theme, x: NDArray[np.floating]) -> str:
        """One feature, or all the others."""
        flat = x.reshape(-1)
        j = self.row_at(pos, box, theme)
        if j is not None:
            return (
                f"x{numbers.subscript(j)} = {numbers.full(flat[j])}\n{self.names[j]}, in raw units"
            )
        rest = range(self._shown(), min(self._shown() + 26, len(flat)))
        return "\n".join(f"{self.names[i]} = {numbers.full(flat[i])}" for i in rest)

    def row_at(self, pos: QPointF, box: QRectF, theme: Theme) -> int | None:
        """Of the features that are named."""
        j = int((pos.y() - box.top()) / measures.length(theme, "row"))
        return j if 0 <= j < self._shown() else None


class ItemPoint(ItemView):
    """Two inputs as a place in the plane, with the items shown before as small dots.

    A single input stands against the value to predict. The axes grow with what they have to hold.
    """

    def __init__(self, names: tuple[str, ...], target: str = "") -> None:
        self.names = (*names, target) if target and len(names) == 1 else names
        self.count = len(names)
        self._seen: deque[tuple[float, float, int]] = deque(maxlen=REMEMBERED)
        self._newest: object = None
        self._reach = 1.0

    def _name_row(self, theme: Theme) -> float:
        return round(theme.px("chip") * 1.5)

    def _square(self, box: QRectF, theme: Theme) -> QRectF:
        side = box.height() - self._name_row(theme)
        return QRectF(box.center().x() - side / 2, box.top(), side, side)

    def _remember(self, view: object, x: NDArray[np.floating], item: Item) -> None:
        if view is self._newest or not np.isfinite(x).all():
            return
        self._newest = view
        flat = x.reshape(-1)
        second = float(flat[1]) if flat.size > 1 else item.value or 0.0
        point = (float(flat[0]), second, item.label or 0)
        if not self._seen or self._seen[-1] != point:
            self._seen.append(point)
        most = max(abs(point[0]), abs(point[1]))
        while most > self._reach:
            self._reach *= 1.5 if self._reach < 4 else 2.0

    def paint(self, painter: QPainter, box: QRectF, context: FaceContext, item: Item) -> None:
        """Earlier items, and this item ringed."""
        theme, square = context.theme, self._square(box, context.theme)
        if item.x is None:
            return
        self._remember(context.view, item.x, item)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_seen(painter, square, theme)
        if self._seen:
            first, second, kind = self._seen[-1]
            at = self._place(first, second, square)
            painter.setPen(pen(theme, "text", 1.6 * theme.scale))
            painter.setBrush(theme.series(kind))
            painter.drawEllipse(at, 5 * theme.scale, 5 * theme.scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def paint_still(
        self, painter: QPainter, box: QRectF, context: FaceContext, has_item: bool
    ) -> None:
        """Axes through zero, and their names."""
        theme, square = context.theme, self._square(box, context.theme)
        painter.fillRect(square, theme.color("sunken"))
        frame(painter, square, theme, "border2" if has_item else "border")
        painter.setPen(pen(theme, "border2", hairline(theme)))
        middle = square.center()
        painter.drawLine(QPointF(square.left(), middle.y()), QPointF(square.right(), middle.y()))
        if len(self.names) > 1:
            line = QPointF(middle.x(), square.top()), QPointF(middle.x(), square.bottom())
            painter.drawLine(*line)
        self._paint_names(painter, box, theme)

    def _paint_seen(self, painter: QPainter, square: QRectF, theme: Theme) -> None:
        size = 2.2 * theme.scale
        for kind in {point[2] for point in self._seen}:
            places = [self._place(a, b, square) for a, b, k in self._seen if k == kind]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.series(kind))
            if kind % 2:  # shape tells classes apart as well as colour
                for at in places:
                    corners = [
                        at + QPointF(0, -1.3 * size),
                        at + QPointF(1.3 * size, size),
                        at + QPointF(-1.3 * size, size),
                    ]
                    painter.drawPolygon(QPolygonF(corners))
            else:
                for at in places:
                    painter.drawEllipse(at, size, size)

    def _place(self, first: float, second: float, square: QRectF) -> QPointF:
        half = square.width() / 2 - 8
        middle = square.center()
        return QPointF(
            middle.x() + first / self._reach * half, middle.y() - second / self._reach * half
        )

    def _paint_names(self, painter: QPainter, box: QRectF, theme: Theme) -> None:
        """Below the plane, where no point can lie: which input goes right, which goes up."""
        row = self._name_row(theme)
        marks = [f"{arrow} {name}" for arrow, name in zip("→↑", self.names, strict=False)]
        width = box.width() / len(marks)
        for j, words in enumerate(marks):
            room = QRectF(box.left() + j * width, box.bottom() - row, width, row)
            draw_text(painter, room, words, theme, "chip", "text3")

    def tip(self, pos: QPointF, box: QRectF, theme: Theme, x: NDArray[np.floating]) -> str:
        """The coordinates."""
        flat = x.reshape(-1)
        told = [
            f"{name} = {numbers.full(flat[j])}" for j, name in enumerate(self.names[: self.count])
        ]
        told.append(f"in raw units; the frame reaches to ±{numbers.short(self._reach)}")
        told.append(f"Small dots: the items shown before, {REMEMBERED} at most")
        return "\n".join(told)
