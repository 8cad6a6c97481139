"""A recurrent cell unrolled: time to the right, one box a step, h forwards and delta backwards."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui.canvas.cards.paint import (
    CENTRE,
    LEFT,
    RIGHT,
    draw_fitting,
    draw_text,
    frame,
    metrics,
    text_width,
)
from gui.debugger.views import math_paint
from gui.debugger.views.grid import Grid
from gui.debugger.views.term_canvas import Hit
from gui.debugger.views.term_words import words_of
from gui.theme import Theme
from model.teaching.number_style import NumberStyle
from model.teaching.pictures import TimeRow, Unrolled
from model.teaching.terms import is_lit, mark

_GAP = 22.0
"""Between two boxes: room for an arrow."""
_STRIP = 16.0
_LEAST = 0.82
"""Share of their size to which long numbers may shrink, for one step more."""
_TOKENS = {"h": "fwd", "gate": "text", "delta": "bwd"}


class UnrolledPicture:
    """A few steps around the chosen one, and one number over all steps below them."""

    def __init__(self, cell: Unrolled, choose: Callable[[int], None]) -> None:
        self._cell = cell
        self._choose = choose
        self.hits: list[Hit] = []
        self._steps: list[int] = []
        self._boxes: list[QRectF] = []
        self._rows: list[float] = []
        """Tops of the rows in a box."""
        self._rect = self._strip = QRectF()
        self._gutter = self._line = 0.0
        row = cell.rows[cell.overview]
        self._grid = Grid(row.values, "delta" if row.look == "delta" else "h")

    # places

    def arrange(self, rect: QRectF, style: NumberStyle, look: Theme) -> float:
        cell = self._cell
        self._line = metrics(look, "chip").height() * 1.5
        sizes = [math_paint.size_of(row.symbol, look.px("body")) for row in cell.rows]
        self._gutter = max(size.width() for size in sizes) + 12
        wide = self._column_width(style, look)
        room = rect.width() - self._gutter
        count = max(1, int((room + _GAP) // (wide + _GAP)))
        self._steps = _window(len(cell.times), cell.time, count, cell.is_forward)
        used = len(self._steps) * wide + (len(self._steps) - 1) * _GAP
        wide += min((room - used) / len(self._steps), 0.25 * wide) if room > used else 0.0
        caption = metrics(look, "caption").height()
        top = rect.y() + caption + 4 + 14
        self._rows = [top + 6 + k * self._line for k in range(len(cell.rows))]
        bottom = top + 12 + len(cell.rows) * self._line
        x = rect.x() + self._gutter
        self._boxes = [
            QRectF(x + k * (wide + _GAP), top, wide, bottom - top) for k in range(len(self._steps))
        ]
        strip_top = bottom + 14 + caption + 10
        self._strip = QRectF(x, strip_top, rect.right() - x - 2, _STRIP * min(look.scale, 1.35))
        height = self._strip.bottom() + caption + 6 - rect.y()
        self._rect = QRectF(rect.x(), rect.y(), rect.width(), height)
        self._find_hits(style)
        return height

    def _column_width(self, style: NumberStyle, look: Theme) -> float:
        texts = [style.text(float(value)) for row in self._cell.rows for value in row.values]
        longest = max(texts, key=len, default="0")
        return max(_LEAST * text_width(look, "chip", longest) + 12, 48 * min(look.scale, 1.35))

    def _find_hits(self, style: NumberStyle) -> None:
        cell = self._cell
        self.hits = []
        for box, step in zip(self._boxes, self._steps, strict=True):
            for row, top in zip(cell.rows, self._rows, strict=True):
                place = QRectF(box.x(), top, box.width(), self._line)
                value = style.full(float(row.values[step]))
                tip = f"{row.caption} at t = {cell.times[step]}: {value}"
                self.hits.append(Hit(place, row.terms, f"{tip}\n{words_of(row.terms)}"))
        row = cell.rows[cell.overview]
        said = f"{cell.cell}: {row.caption} over all {len(cell.times)} steps"
        choose = self._choose_step if cell.chooses else None
        if choose is not None:
            said += "\nClick: look at this step"
        strip = self._strip
        self.hits.append(Hit(strip, row.terms, said, self._grid, strip, (cell.time,), choose))

    def _choose_step(self, place: int) -> None:
        self._choose(self._cell.chooses[place])

    # painting

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        self._paint_head(painter, look)
        for row, top in zip(self._cell.rows, self._rows, strict=True):
            self._paint_symbol(painter, look, row, top, lit)
        for box, step in zip(self._boxes, self._steps, strict=True):
            self._paint_box(painter, look, box, step)
            for row, top in zip(self._cell.rows, self._rows, strict=True):
                place = QRectF(box.x(), top, box.width(), self._line)
                self._paint_number(painter, style, look, place, row, step, lit)
            self._paint_ends(painter, look, box, step)
        self._paint_time(painter, look)
        self._paint_strip(painter, style, look, lit)

    def _paint_head(self, painter: QPainter, look: Theme) -> None:
        cell = self._cell
        row = QRectF(
            self._rect.x(), self._rect.y(), self._gutter, metrics(look, "caption").height()
        )
        row.setRight(self._rect.right())
        draw_text(painter, row, cell.cell, look, "caption", "text3", LEFT)

    def _paint_symbol(
        self, painter: QPainter, look: Theme, row: TimeRow, top: float, lit: str
    ) -> None:
        px = look.px("body")
        size = math_paint.size_of(row.symbol, px)
        place = QPointF(self._rect.x() + 2, top + (self._line - size.height()) / 2)
        tex = mark(",".join(row.terms), row.symbol)
        token = _TOKENS[row.look]
        math_paint.paint(painter, place, tex, px, look, lit=lit, default=token)

    def _paint_box(self, painter: QPainter, look: Theme, box: QRectF, step: int) -> None:
        is_chosen = step == self._cell.time
        token = "fwd" if self._cell.is_forward else "bwd"
        pen = QPen(look.color(token if is_chosen else "border2"), 2.0 if is_chosen else 1.2)
        painter.setPen(pen)
        painter.setBrush(look.color(f"{token}bg" if is_chosen else "surface"))
        painter.drawRoundedRect(box, 6, 6)

    def _paint_number(
        self,
        painter: QPainter,
        style: NumberStyle,
        look: Theme,
        place: QRectF,
        row: TimeRow,
        step: int,
        lit: str,
    ) -> None:
        value = float(row.values[step])
        is_on = is_lit(lit, row.terms)
        inner = place.adjusted(4, 2, -4, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_on:
            painter.setBrush(look.color("highlight"))
            painter.drawRoundedRect(inner, 3, 3)
        elif row.look == "gate":
            painter.setBrush(look.with_alpha("fwd", 0.22))
            share = min(abs(value), 1.0)
            painter.drawRoundedRect(
                QRectF(inner.topLeft(), inner.size()).adjusted(
                    0, 0, -(1 - share) * inner.width(), 0
                ),
                3,
                3,
            )
        token = "hitext" if is_on else _TOKENS[row.look]
        draw_fitting(painter, inner, style.text(value), look, "chip", token, CENTRE)

    def _paint_ends(self, painter: QPainter, look: Theme, box: QRectF, step: int) -> None:
        """x comes in from below and h leaves above; delta the other way."""
        cell = self._cell
        middle = box.center().x()
        if not cell.is_linked:
            pass
        elif cell.is_forward:
            _arrow(
                painter,
                look,
                "fwd",
                QPointF(middle, box.bottom() + 13),
                QPointF(middle, box.bottom()),
            )
            if cell.chooses or step == len(cell.times) - 1:
                _arrow(
                    painter,
                    look,
                    "fwd",
                    QPointF(middle, box.top()),
                    QPointF(middle, box.top() - 13),
                )
        else:
            if self._row("above").values[step]:
                _arrow(
                    painter,
                    look,
                    "bwd",
                    QPointF(middle, box.top() - 13),
                    QPointF(middle, box.top()),
                )
            _arrow(
                painter,
                look,
                "bwd",
                QPointF(middle, box.bottom()),
                QPointF(middle, box.bottom() + 13),
            )
        caption = metrics(look, "caption").height()
        words = QRectF(box.x() - _GAP / 2, box.bottom() + 14, box.width() + _GAP, caption)
        token = "text" if step == cell.time else "text3"
        draw_fitting(painter, words, f"t = {cell.times[step]}", look, "caption", token, CENTRE)

    def _row(self, key: str) -> TimeRow:
        return next(row for row in self._cell.rows if row.key == key)

    def _paint_time(self, painter: QPainter, look: Theme) -> None:
        """What goes from step to step: h to the right, delta to the left."""
        cell = self._cell
        if not cell.is_linked:
            return
        key = "h" if cell.is_forward else "later"
        place = next(k for k, row in enumerate(cell.rows) if row.key == key)
        y = self._rows[place] + self._line / 2
        token = "fwd" if cell.is_forward else "bwd"
        pairs = zip(self._boxes, self._boxes[1:], self._steps, self._steps[1:], strict=False)
        for left, right, before, after in pairs:
            if after != before + 1:
                room = QRectF(left.right(), y - 10, right.left() - left.right(), 20)
                draw_text(painter, room, "…", look, "card", "text3", CENTRE)
                continue
            ends = (QPointF(left.right() + 2, y), QPointF(right.left() - 2, y))
            start, end = ends if cell.is_forward else ends[::-1]
            _arrow(painter, look, token, start, end)

    def _paint_strip(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        """One number over all steps; a frame around those that are shown above."""
        cell, strip = self._cell, self._strip
        row = cell.rows[cell.overview]
        px = look.px("body")
        size = math_paint.size_of(row.symbol, px)
        place = QPointF(self._rect.x() + 2, strip.center().y() - size.height() / 2)
        tex = mark(",".join(row.terms), row.symbol)
        math_paint.paint(painter, place, tex, px, look, lit=lit, default=_TOKENS[row.look])
        ink, edge = look.color("text"), look.color("text")
        self._grid.paint(painter, strip, style, look, (cell.time,), ink, edge)
        frame(painter, strip, look, "border2")
        caption = metrics(look, "caption").height()
        below = QRectF(strip.x(), strip.bottom() + 2, strip.width(), caption)
        first, last = cell.times[0], cell.times[-1]
        draw_text(painter, below, f"t = {first}", look, "caption", "text3", LEFT)
        draw_text(painter, below, f"t = {last}", look, "caption", "text3", RIGHT)


def _arrow(painter: QPainter, look: Theme, token: str, start: QPointF, end: QPointF) -> None:
    size = 4.5 * min(look.scale, 1.35)
    along = end - start
    length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1e-6)
    way = along / length
    across = QPointF(-way.y(), way.x())
    foot = end - way * size * 1.5
    painter.setPen(QPen(look.color(token), 2.0 * min(look.scale, 1.35)))
    painter.drawLine(start, foot)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color(token))
    painter.drawPolygon(QPolygonF([end, foot + across * size, foot - across * size]))


def _window(steps: int, at: int, count: int, is_forward: bool) -> list[int]:
    """Neighbours of the chosen step, and the first one where there is room."""
    if steps <= count:
        return list(range(steps))
    near = count - 1 if count >= 4 else count
    ahead = 1 if is_forward else 2
    start = max(0, min(at - near + ahead, steps - near))
    if not start <= at < start + near:
        start = at
    if start == 0:
        return list(range(count))
    found = list(range(start, min(start + near, steps)))
    return found if near == count else [0, *found]
