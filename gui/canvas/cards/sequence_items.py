"""One item of a data set of sequences: its tokens in cells, or its values as a curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPolygonF

from gui.canvas.cards import measures, numbers
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.item_view import Item, ItemView
from gui.canvas.cards.paint import LEFT, draw_text, frame, hairline, pen
from gui.canvas.cards.time_face import readable
from gui.canvas.cards.token_cells import cell_at, cells, height_of, paint_tokens, shown
from gui.theme import Theme

_EDGE = 18.0  # px at the left for the letters x and y


class ItemTokens(ItemView):
    """x in cells; below each line of it y, where every step asks for an answer."""

    is_maps_wide = True

    def __init__(self, steps: int, tokens: tuple[str, ...], *, has_targets: bool) -> None:
        self.count = steps
        self._tokens = tokens
        self._rows = 2 if has_targets else 1

    def _inner(self, box: QRectF, theme: Theme) -> QRectF:
        return box.adjusted(_EDGE * theme.scale, 0, 0, 0)

    def height(self, theme: Theme) -> float:
        """All lines, and a note where steps are left out."""
        note = measures.length(theme, "note") if shown(self.count) < self.count else 0.0
        return height_of(self.count, theme, self._rows) + note

    def _name(self, number: int) -> str:
        if number < 0:
            return "·"
        return readable(self._tokens[number]) if number < len(self._tokens) else str(number)

    def paint_still(
        self, painter: QPainter, box: QRectF, context: FaceContext, has_item: bool
    ) -> None:
        """The letters of the rows."""
        theme = context.theme
        for row, letter in enumerate("xy"[: self._rows]):
            first = cells(self._inner(box, theme), self.count, theme, self._rows, row)[0]
            place = QRectF(box.left(), first.top(), _EDGE * theme.scale, first.height())
            draw_text(painter, place, letter, theme, "strong", "text2", LEFT)
        if shown(self.count) < self.count:
            words = f"the first {shown(self.count)} of {self.count} steps"
            note = QRectF(box)
            note.setTop(box.bottom() - measures.length(theme, "note"))
            draw_text(painter, note, words, theme, "caption", "text3", LEFT)

    def paint(self, painter: QPainter, box: QRectF, context: FaceContext, item: Item) -> None:
        """The tokens of the item."""
        theme = context.theme
        y = None if context.view is None else context.view.extras.get("y")
        for row, found in enumerate((item.x, y)[: self._rows]):
            if found is None or np.shape(found) != (self.count,):
                continue
            places = cells(self._inner(box, theme), self.count, theme, self._rows, row)
            words = [self._name(int(token)) for token in found[: len(places)]]
            if row == 0:
                for place in places:
                    painter.fillRect(place.adjusted(0.5, 0.5, -0.5, -0.5), theme.color("sunken"))
            paint_tokens(painter, places, words, theme, "text" if row == 0 else "accent")

    def tip(self, pos: QPointF, box: QRectF, theme: Theme, x: NDArray[np.floating]) -> str:
        """One token and its number."""
        inner = self._inner(box, theme)
        at = cell_at(cells(inner, self.count, theme, self._rows, 0), pos)
        if at is None:
            return ""
        token = int(x[at])
        return f"x[{at}] = {token}, “{self._name(token)}”\nstep {at + 1} of {self.count}"


class ItemSeries(ItemView):
    """Values over the steps as a curve; the value to predict as a ring behind the last one."""

    is_maps_wide = True

    def __init__(self, steps: int, width: int) -> None:
        self._steps, self._width = steps, width
        self.count = steps * width

    def _frame(self, box: QRectF, theme: Theme) -> QRectF:
        return box.adjusted(0, 0, 0, -measures.length(theme, "token"))

    def height(self, theme: Theme) -> float:
        """The curve and its axis."""
        return measures.length(theme, "small_picture") + measures.length(theme, "token")

    def paint_still(
        self, painter: QPainter, box: QRectF, context: FaceContext, has_item: bool
    ) -> None:
        """Ground and axis."""
        theme, area = context.theme, self._frame(box, context.theme)
        painter.fillRect(area, theme.color("sunken"))
        row = QRectF(box.left(), area.bottom(), box.width(), measures.length(theme, "token"))
        draw_text(painter, row, f"t = 1 to {self._steps}", theme, "chip", "text3", LEFT)

    def paint(self, painter: QPainter, box: QRectF, context: FaceContext, item: Item) -> None:
        """A line a feature."""
        theme, area = context.theme, self._frame(box, context.theme)
        if item.x is not None:
            self._paint_lines(painter, area.adjusted(6, 6, -6, -6), theme, item.x, item.value)
        frame(painter, area, theme, "border" if item.x is None else "border2")

    def _paint_lines(
        self,
        painter: QPainter,
        area: QRectF,
        theme: Theme,
        x: NDArray[np.floating],
        value: float | None,
    ) -> None:
        values = np.nan_to_num(np.asarray(x, np.float64).reshape(self._steps, self._width))
        seen = values if value is None else np.append(values.ravel(), value)
        low, high = float(seen.min()), float(seen.max())

        def place(step: int, number: float) -> QPointF:
            across = step / max(self._steps, 1)
            up = (number - low) / ((high - low) or 1.0)
            return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for feature in range(min(self._width, 8)):
            painter.setPen(pen(theme, "fwd" if feature == 0 else "text3", 1.6 * theme.scale))
            line = [place(t, float(v)) for t, v in enumerate(values[:, feature])]
            painter.drawPolyline(QPolygonF(line))
        if value is not None:
            painter.setPen(pen(theme, "accent", 2 * hairline(theme)))
            painter.drawEllipse(place(self._steps, value), 3.5 * theme.scale, 3.5 * theme.scale)
        painter.restore()

    def tip(self, pos: QPointF, box: QRectF, theme: Theme, x: NDArray[np.floating]) -> str:
        """The value at the step under the pointer."""
        area = self._frame(box, theme)
        if not area.contains(pos):
            return ""
        share = (pos.x() - area.left() - 6) / max(area.width() - 12, 1)
        step = min(max(round(share * self._steps), 0), self._steps - 1)
        values = np.asarray(x).reshape(self._steps, self._width)[step]
        told = ", ".join(numbers.full(number) for number in values[:8])
        return f"x[{step}] = {told}\nstep {step + 1} of {self._steps}, in raw units"
