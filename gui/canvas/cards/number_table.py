"""The face of a small vector or matrix in a computation graph: all its numbers, in brackets."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.face import Face, FaceContext
from gui.canvas.cards.formula_over import FormulaRow
from gui.canvas.cards.paint import CENTRE, LEFT, RIGHT, draw_fitting, draw_text, pen, text_width
from gui.canvas.cards.scalar_text import ScalarText, numbers_up, power_of
from gui.canvas.cards.why_not import why_no_delta
from gui.theme import Theme
from model.layer import Shape

MOST = 4
"""Rows and columns that have room."""
_PARTS = (("h", "h", "fwd"), ("delta", "δ", "bwd"))


def fits(shape: Shape) -> bool:
    """Whether an output of this shape is shown as a table."""
    return len(shape) in (1, 2) and max(shape) <= MOST


class TableFace(Face):
    """h in rows and columns, delta below it."""

    def __init__(self, text: ScalarText, shape: Shape) -> None:
        self.text = text
        self._shape = shape
        self._rows, self._columns = shape if len(shape) == 2 else (1, shape[0])
        self._formula = FormulaRow(text)

    def size(self, theme: Theme) -> QSizeF:
        """Formula and two tables, and for a variable a line of its state."""
        height = self._top(theme) + 2 * self._table(theme) + measures.length(theme, "gap")
        height += measures.length(theme, "state" if self.text.state else "bottom")
        return QSizeF(self._width(theme), height)

    def _width(self, theme: Theme) -> float:
        """A few columns have room on a scalar card; more make it wider."""
        cells = self._columns * measures.length(theme, "table_cell")
        return max(measures.length(theme, "scalar"), self._left(theme) + cells + _right(theme))

    @property
    def needs_legend(self) -> bool:
        """All numbers are written out."""
        return False

    def still_key(self, context: FaceContext) -> Hashable:
        """The number of the letters, and whether the formula has been set."""
        return context.layer_index, self._formula.is_set(context.theme)

    def _top(self, theme: Theme) -> float:
        return self._formula.height(theme) or measures.length(theme, "top") + 2

    def _table(self, theme: Theme) -> float:
        return self._rows * measures.length(theme, "row")

    def _box(self, theme: Theme, place: int) -> QRectF:
        """Between the brackets of h (0) or delta (1), px from the body's corner."""
        left, height = self._left(theme), self._table(theme)
        width = self._width(theme) - left - _right(theme)
        top = self._top(theme) + place * (height + measures.length(theme, "gap"))
        return QRectF(left, top, width, height)

    @staticmethod
    def _left(theme: Theme) -> float:
        return measures.length(theme, "left") + 8 * theme.scale

    # painting

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Formula, letters and brackets."""
        theme = context.theme
        painter.save()
        painter.translate(rect.topLeft())
        self._formula.paint(painter, theme, rect.width())
        for place, (name, _letter, token) in enumerate(_PARTS):
            box = self._box(theme, place)
            px = theme.px("maths")
            path = symbols.shape(name, px, above=power_of(context))
            x = box.left() - 10 * theme.scale - path.boundingRect().right()
            at = QPointF(x, box.center().y() + 0.3 * px)
            symbols.draw_symbol(painter, at, path, theme.color(token))
            _paint_brackets(painter, box, theme, token)
        if self.text.state:
            row = self._state_row(theme)
            draw_text(painter, row, self.text.state, theme, "caption", "text2", LEFT)
        painter.restore()

    def _state_row(self, theme: Theme) -> QRectF:
        box = self._box(theme, 1)
        left = measures.length(theme, "stripe") + 9
        height = measures.length(theme, "state")
        return QRectF(left, box.bottom(), self._width(theme) - left, height)

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """The numbers, of a variable those that the update has made of it; in the place of a
        missing delta, why it is missing."""
        theme = context.theme
        painter.save()
        painter.translate(rect.topLeft())
        h = self._values(context, "h")
        following = self._following(context)
        if following is not None:
            row = self._state_row(theme)
            used = text_width(theme, "caption", self.text.state) + 8
            draw_fitting(
                painter, row.adjusted(used, 0, -6, 0), "updated", theme, "caption", "upd", RIGHT
            )
        for place, (name, _letter, token) in enumerate(_PARTS):
            values, box = self._values(context, name), self._box(theme, place)
            if name == "h" and following is not None:
                self._paint_numbers(painter, box, following, theme, "upd")
            elif values is not None:
                self._paint_numbers(painter, box, values, theme, token)
            elif name == "delta" and h is not None and context.snapshot is not None:
                said = why_no_delta(context)
                draw_fitting(painter, box, said, theme, "caption", "text3", CENTRE)
            else:
                draw_text(painter, box, "–", theme, "mono", "text3", CENTRE)
        painter.restore()

    def _paint_numbers(
        self, painter: QPainter, box: QRectF, values: NDArray[np.floating], theme: Theme, token: str
    ) -> None:
        """All in one size, that of the longest."""
        digits = 4 if self._columns < 3 else 3
        texts = [numbers.plain(float(value), digits) for value in values.reshape(-1)]
        wide, tall = box.width() / self._columns, box.height() / self._rows
        longest = max(text_width(theme, "mono", text) for text in texts) + 6
        share = min(1.0, wide / longest)
        painter.save()
        painter.translate(box.topLeft())
        painter.scale(share, share)
        for place, text in enumerate(texts):
            row, column = divmod(place, self._columns)
            cell = QRectF(column * wide, row * tall, wide, tall)
            room = QRectF(cell.topLeft() / share, cell.size() / share)
            draw_text(painter, room, text, theme, "mono", token, CENTRE)
        painter.restore()

    # numbers

    def _values(self, context: FaceContext, name: str) -> NDArray[np.floating] | None:
        view = context.view
        found = None if view is None else view.out if name == "h" else view.delta
        if found is None or np.size(found) != self._rows * self._columns:
            return None
        return np.asarray(found).reshape(self._rows, self._columns)

    def _following(self, context: FaceContext) -> NDArray[np.floating] | None:
        """The values after the update, where a variable has been moved by it."""
        theta = None if context.view is None else context.view.extras.get("theta")
        h = self._values(context, "h")
        if h is None or theta is None or np.size(theta) != h.size:
            return None
        found = np.asarray(theta).reshape(h.shape)
        return None if np.array_equal(found, h) else found

    def said(self, context: FaceContext) -> str:
        """All numbers in words."""
        up = numbers_up(context)
        parts = []
        for name, letter, _token in _PARTS:
            values = self._values(context, name)
            if values is not None:
                listed = "; ".join(", ".join(map(numbers.full, row)) for row in values)
                parts.append(f"{letter}{up} = ({listed})")
        following = self._following(context)
        if following is not None:
            listed = "; ".join(", ".join(map(numbers.full, row)) for row in following)
            parts.append(f"θ = ({listed}) after the update")
        return f"{self.text.source}: {', '.join(parts) or '–'}"

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """One number in full with its letter and place."""
        theme = context.theme
        at = pos - rect.topLeft()
        up = numbers_up(context)
        for place, (name, letter, _token) in enumerate(_PARTS):
            box = self._box(theme, place)
            if not box.contains(at):
                continue
            values = self._values(context, name)
            if values is None:
                missing = self._values(context, "h") is None or context.snapshot is None
                why = self.text.why_empty(context) if missing else why_no_delta(context)
                return f"{letter}{up}: {why}"
            row = min(int((at.y() - box.top()) / box.height() * self._rows), self._rows - 1)
            column = min(
                int((at.x() - box.left()) / box.width() * self._columns), self._columns - 1
            )
            index = f"{row}{column}" if len(self._shape) == 2 else str(column)
            below = numbers.subscript(int(index))
            said = f"{letter}{up}{below} = {numbers.full(values[row, column])}"
            following = self._following(context) if name == "h" else None
            if following is None:
                return said
            new = numbers.full(following[row, column])
            return f"θ{below} = {new} after the update\n{said} before"
        return self.text.explanation if at.y() < self._top(theme) else ""


def _right(theme: Theme) -> float:
    return measures.length(theme, "right") + 6


def _paint_brackets(painter: QPainter, box: QRectF, theme: Theme, token: str) -> None:
    """Square brackets left and right of a table."""
    reach, drop = 5 * theme.scale, 2.0
    painter.setPen(pen(theme, token, 1.4 * theme.scale))
    for x, inward in ((box.left() - 3, reach), (box.right() + 3, -reach)):
        top, bottom = box.top() + drop, box.bottom() - drop
        corners = [
            QPointF(x + inward, top),
            QPointF(x, top),
            QPointF(x, bottom),
            QPointF(x + inward, bottom),
        ]
        painter.drawPolyline(corners)
