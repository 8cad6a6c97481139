"""Paints a Jacobian: cells, labels, delta, product, the bar of colours."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from gui.canvas.cards.paint import draw_fitting, draw_text, heat_image, text_width
from gui.formula_painter import paint_formula
from gui.labs.jacobian_map import GAP, LINE, SIDE, Geometry
from gui.maths_line import centred, maths_line
from gui.theme import Theme
from gui.theme.themes import ink_on
from model.layer import Array
from model.teaching.number_style import NumberStyle

_CELL_OF_GRID = 5.0
"""From this width on cells are parted by lines, px."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class JacobianPainter:
    """One picture. seen: the part of it that is on the screen; choice: (row, column)."""

    def __init__(
        self,
        painter: QPainter,
        look: Theme,
        place: Geometry,
        seen: QRectF,
        style: NumberStyle,
        images: dict[tuple[str, str], QImage],
    ) -> None:
        self._painter, self._look, self._place = painter, look, place
        self._seen, self._style, self._images = seen, style, images
        self._map = place.map

    def paint(self, choice: tuple[int, int]) -> None:
        """Everything, the choice on top."""
        shown, place = self._map, self._place
        finite = shown.matrix[np.isfinite(shown.matrix)]
        limit = float(np.abs(finite).max(initial=0.0)) or 1.0
        self._grid(place.box, "J", shown.matrix, limit)
        if place.has_symbols:
            self._symbols()
        elif place.has_numbers:
            self._numbers(place.box, "J", shown.matrix)
        self._bar(limit)
        if shown.delta is not None:
            self._delta(shown.delta)
        if shown.product is not None:
            self._product(shown.product)
        self._choice(*choice)
        self._row_labels()
        self._column_labels()
        if shown.delta is not None:
            self._delta_head()

    # cells

    def _grid(self, box: QRectF, name: str, values: Array, limit: float) -> None:
        m, n = values.shape
        width, height = box.width() / n, box.height() / m
        key = (name, self._look.name)
        if key not in self._images:
            self._images[key] = heat_image(values, -limit, limit, self._look, "delta")
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(box, self._images[key])
        if min(width, height) >= _CELL_OF_GRID:
            painter.setPen(QPen(self._look.color("canvas"), 1.5))
            for x in _lines(box.left(), width, n, self._seen.left(), self._seen.right()):
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            for y in _lines(box.top(), height, m, self._seen.top(), self._seen.bottom()):
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(QPen(self._look.color("border2"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _ink(self, name: str, row: int, column: int) -> QColor:
        """Readable on the colour of a cell."""
        return ink_on(QColor(self._images[name, self._look.name].pixel(column, row)))

    def _numbers(self, box: QRectF, name: str, values: Array) -> None:
        """A number in every cell that is seen."""
        m, n = values.shape
        width, height = box.width() / n, box.height() / m
        for row in range(m) if name != "J" else self._place.rows_within(self._seen):
            if m > 1 and not self._is_seen(box.top() + row * height, height):
                continue
            columns = range(n) if name == "δ" else self._place.columns_within(self._seen)
            for column in columns:
                cell = QRectF(box.left() + column * width, box.top() + row * height, width, height)
                text = self._style.text(float(values[row, column]))
                inner = cell.adjusted(3, 0, -3, 0)
                draw_fitting(
                    self._painter, inner, text, self._look, "chip", self._ink(name, row, column)
                )

    def _is_seen(self, top: float, height: float) -> bool:
        return top < self._seen.bottom() and top + height > self._seen.top()

    def _symbols(self) -> None:
        """Each entry in letters, its number below."""
        symbols, place = self._map.symbols, self._place
        if symbols is None:
            return
        px = self._look.px("maths")
        for row in place.rows_within(self._seen):
            for column in place.columns_within(self._seen):
                cell = place.cell_box(row, column).adjusted(4, 3, -4, -3)
                tex, ink = symbols.cell(row, column), self._ink("J", row, column)
                value = float(self._map.matrix[row, column])
                if tex in ("0", "1"):
                    self._maths(tex, cell.center(), cell.width(), px, ink)
                    continue
                half = cell.height() / 2
                above = QRectF(cell.left(), cell.top(), cell.width(), half)
                if not self._maths(tex, above.center(), cell.width(), px, ink):
                    token = "text" if ink.lightnessF() < 0.5 else "surface"
                    paint_formula(self._painter, above, tex, tex, self._look, px, token)
                below = above.translated(0, half)
                draw_fitting(self._painter, below, self._style.text(value), self._look, "chip", ink)

    def _maths(self, tex: str, middle: QPointF, room: float, px: float, ink: QColor) -> bool:
        path = maths_line(tex, px)
        if path is None:
            return False
        self._painter.fillPath(centred(path, middle, room), ink)
        return True

    # around the matrix

    def _row_labels(self) -> None:
        """Letter and number of every output, as many as have room; below each other where they
        have it. They stay in sight when the matrix is scrolled."""
        shown, place, look = self._map, self._place, self._look
        scale, height = place.scale, place.cell[1]
        line = LINE * scale
        stride = max(1, int(np.ceil(line / height)))
        edge = max(place.box.left(), self._seen.left() + SIDE * scale)
        if edge > place.box.left():
            strip = QRectF(self._seen.left(), place.box.top(), SIDE * scale, place.box.height())
            self._painter.fillRect(strip, look.color("canvas"))
        right = edge - 8 * scale
        for row in place.rows_within(self._seen):
            if row % stride:
                continue
            middle = place.box.top() + (row + 0.5) * height
            box = QRectF(right - SIDE * scale, middle - line / 2, SIDE * scale, line)
            value = self._text(shown.outputs, row)
            is_stacked = height >= 2.3 * line
            name = maths_line(shown.row_tex(row), look.px("maths"))
            end = QPointF(right, middle - (0.55 * line if is_stacked else 0))
            if not is_stacked:
                used = text_width(look, "chip", value) + 8 * scale if value else 0.0
                draw_fitting(self._painter, box, value, look, "chip", "text2", RIGHT)
                end.setX(right - min(used, 0.75 * SIDE * scale))
            else:
                below = box.translated(0, 0.55 * line)
                draw_fitting(self._painter, below, value, look, "chip", "text2", RIGHT)
            self._letter(name, end, is_right=True)

    def _column_labels(self) -> None:
        shown, place, look = self._map, self._place, self._look
        scale, width = place.scale, place.cell[0]
        line = LINE * scale
        widest = max(text_width(look, "chip", "−0.00000") * 0.85, 40 * scale)
        if width >= 40 * scale:  # figures a little smaller rather than left out
            widest = min(widest, width - 4)
        stride = max(1, int(np.ceil(widest / width)))
        high = 2 * line + 6 * scale
        edge = max(place.box.top(), self._seen.top() + high)
        if edge > place.box.top():
            strip = QRectF(self._seen.left(), self._seen.top(), self._seen.width(), high)
            self._painter.fillRect(strip, look.color("canvas"))
        stuck = self._seen.left() + SIDE * scale
        for column in place.columns_within(self._seen):
            x = place.box.left() + (column + 0.5) * width
            if column % stride or (x < stuck and stuck > place.box.left()):
                continue
            head = QRectF(x - widest / 2, edge - high, widest, line)
            name = maths_line(shown.column_tex(column), look.px("maths"))
            self._letter(name, head.center(), is_right=False)
            value = self._text(shown.inputs, column)
            below = head.translated(0, line)
            draw_fitting(self._painter, below, value, look, "chip", "text2")

    def _letter(self, path: QPainterPath | None, at: QPointF, *, is_right: bool) -> None:
        if path is None:
            return
        box = path.boundingRect()
        x = at.x() - (box.width() / 2 if is_right else 0)
        ink = self._look.color("fwd")
        self._painter.fillPath(centred(path, QPointF(x, at.y()), SIDE * self._place.scale), ink)

    def _text(self, values: Array, place: int) -> str:
        return self._style.text(values[place]) if place < len(values) else ""

    def _bar(self, limit: float) -> None:
        """The colours with their figures: largest, 0, smallest."""
        box = self._place.bar_box(self._seen)
        if box.isEmpty():
            return
        look, scale, painter = self._look, self._place.scale, self._painter
        key = ("bar", look.name)
        if key not in self._images:
            self._images[key] = heat_image(np.linspace(1, -1, 128)[:, None], -1, 1, look, "delta")
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(box, self._images[key])
        line = LINE * scale
        room = self._place.right - 44 * scale
        for share, text in ((0.0, f"+{limit:.2g}"), (0.5, "0"), (1.0, f"−{limit:.2g}")):
            y = box.top() + share * (box.height() - line)
            row = QRectF(box.right() + 7 * scale, y, room, line)
            if share != 0.5:
                mark = QRectF(row.left(), row.center().y() - 3 * scale, 8 * scale, 6 * scale)
                self._triangle(mark, is_up=share == 0.0)
                row.setLeft(row.left() + 12 * scale)
            draw_fitting(painter, row, text, look, "chip", "text2", LEFT)

    def _triangle(self, box: QRectF, *, is_up: bool) -> None:
        base, tip = (box.bottom(), box.top()) if is_up else (box.top(), box.bottom())
        points = [
            QPointF(box.left(), base),
            QPointF(box.right(), base),
            QPointF(box.center().x(), tip),
        ]
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._look.color("pos" if is_up else "neg"))
        self._painter.drawPolygon(QPolygonF(points))

    def _delta(self, delta: Array) -> None:
        """What arrives, each number beside the row that it multiplies."""
        place, look = self._place, self._look
        box, scale = place.delta_box(), place.scale
        self._grid(box, "δ", delta[:, None], float(np.abs(delta).max(initial=0.0)) or 1.0)
        if place.cell[1] >= 16 * scale:
            self._numbers(box, "δ", delta[:, None])
        line = LINE * scale
        times = QRectF(box.right(), box.bottom() + 2 * scale, 2 * GAP * scale, line)
        draw_text(self._painter, times, "×", look, "strong", "text")

    def _delta_head(self) -> None:
        """The letter above delta; it stays in sight."""
        place, look = self._place, self._look
        box, scale = place.delta_box(), place.scale
        line = LINE * scale
        edge = max(place.box.top(), self._seen.top() + 2 * line + 6 * scale)
        head = QRectF(box.left(), edge - 2 * line - 6 * scale, box.width(), line)
        letter = maths_line(r"\delta^T", look.px("maths") * 1.15)
        if letter is not None:
            path = centred(letter, head.center(), head.width())
            self._painter.fillPath(path, look.color("bwd"))
        below = head.translated(0, line)
        draw_fitting(self._painter, below, "upstream", look, "chip", "text2")

    def _product(self, product: Array) -> None:
        """What goes down, below the columns."""
        place, look = self._place, self._look
        box = place.product_box()
        self._grid(box, "δJ", product[None], float(np.abs(product).max(initial=0.0)) or 1.0)
        if place.cell[0] >= 0.8 * SIDE * place.scale * 0.5:
            self._numbers(box, "δJ", product[None])
        line = LINE * place.scale
        right = box.left() - 10 * place.scale
        above = QRectF(right - 2 * SIDE * place.scale, box.center().y() - line, 0, line)
        above.setRight(right)
        letter = maths_line(r"\delta^T J =", look.px("maths") * 1.15)
        if letter is not None:
            width = letter.boundingRect().width()
            middle = QPointF(right - width / 2, above.center().y())
            self._painter.fillPath(centred(letter, middle, above.width()), look.color("bwd"))
        below = above.translated(0, line)
        draw_text(self._painter, below, "downstream", look, "chip", "text2", RIGHT)

    def _choice(self, row: int, column: int) -> None:
        """A frame around the chosen column, an arrow to its result, and the row that meets it."""
        place, painter, look = self._place, self._painter, self._look
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("text"), 3))
        cell = place.cell_box(row, column)
        whole = QRectF(cell.left(), place.box.top(), cell.width(), place.box.height())
        painter.drawRoundedRect(whole.adjusted(-2, -2, 2, 2), 4, 4)
        if self._map.product is not None:
            below = place.product_box()
            result = QRectF(cell.left(), below.top(), cell.width(), below.height())
            painter.drawRoundedRect(result.adjusted(-2, -2, 2, 2), 4, 4)
            self._arrow(whole.center().x(), place.box.bottom() + 3, below.top() - 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("accent"), 2))
        painter.drawRect(cell.adjusted(1, 1, -1, -1))
        if self._map.delta is not None:
            side = place.delta_box()
            painter.drawRect(
                QRectF(side.left(), cell.top(), side.width(), cell.height()).adjusted(1, 1, -1, -1)
            )

    def _arrow(self, x: float, top: float, bottom: float) -> None:
        wing = 5.0 * self._place.scale
        painter, ink = self._painter, self._look.color("text")
        painter.setPen(QPen(ink, 2))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom - wing))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        tip = QPointF(x, bottom)
        wings = [tip, tip + QPointF(-wing, -1.4 * wing), tip + QPointF(wing, -1.4 * wing)]
        painter.drawPolygon(QPolygonF(wings))


def _lines(start: float, step: float, count: int, first: float, last: float) -> list[float]:
    """Where cells meet, as far as it is seen."""
    low = max(1, int((first - start) / step))
    high = min(count, int((last - start) / step) + 2)
    return [start + k * step for k in range(low, high)]
