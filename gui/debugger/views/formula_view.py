"""The formulas of an operation, and the same with its numbers put in; terms in their colours."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gui import theme
from gui.canvas.cards.paint import metrics, text_width
from gui.debugger.session import DebugSession
from gui.debugger.views import math_paint
from gui.debugger.views.pointing import Pointing
from gui.debugger.views.term_canvas import Hit, TermCanvas
from gui.debugger.views.term_words import words_of
from gui.theme import Theme

_GAP = 10.0
_CAPTION_GAP = 2.0
_CAPTIONS = 0.3
"""Share of the width that captions take at most."""
_LARGER = 1.12
"""Than formulas elsewhere."""


@dataclass(frozen=True)
class _Line:
    place: QPointF
    words: str
    words_rect: QRectF
    tex: str
    width: float


class FormulaView(TermCanvas):
    """Captions and formulas, broken into lines where they are long."""

    def __init__(self, session: DebugSession, pointing: Pointing) -> None:
        super().__init__(session, pointing, "Formula")
        self.setObjectName("formula_view")
        self._lines: list[_Line] = []

    def latex(self) -> str:
        """All formulas, a line each."""
        view = self.moment.view if self.moment is not None else None
        if view is None:
            return ""
        return "\n".join(tex for _, tex in (*view.formulas, *view.with_numbers))

    def arrange(self, width: float, look: Theme) -> float:
        self._lines = []
        view = self.moment.view if self.moment is not None else None
        if view is None:
            return 0.0
        px = look.px("maths") * _LARGER
        row = metrics(look, "caption").height()
        lines = [(words, self.numbered(tex)) for words, tex in (*view.marked, *view.marked_numbers)]
        widest = max((text_width(look, "caption", words) for words, _ in lines), default=0.0)
        column = min(widest + 12, _CAPTIONS * width)
        y = 2.0
        for words, tex in lines:
            y = self._put(words, tex, (y, width, min(column, width)), (px, row)) + _GAP
        return max(y - _GAP + 4, row)

    def _put(
        self, words: str, tex: str, at: tuple[float, float, float], sizes: tuple[float, float]
    ) -> float:
        """Formula beside its caption, or below it where one of them is long."""
        (y, width, column), (px, row) = at, sizes
        size = math_paint.size_of(tex, px)
        look = theme.current()
        is_beside = size.width() <= width - column - 4
        is_beside = is_beside and text_width(look, "caption", words) <= column
        if is_beside:
            height = max(size.height(), row)
            rect = QRectF(0, y, column, height)
            place = QPointF(column, y + (height - size.height()) / 2)
            room = width - column
            bottom = y + height
        else:
            rect = QRectF(0, y, width, row)
            place, room = QPointF(4, y + row + _CAPTION_GAP), width - 4
            bottom = place.y() + math_paint.size_of(tex, px, room).height()
        self._lines.append(_Line(place, words, rect, tex, room))
        for terms, where in math_paint.rooms(place, tex, px, room):
            self.hits.append(Hit(where, terms, words_of(terms)))
        return bottom

    def draw(self, painter: QPainter, look: Theme, lit: str) -> None:
        px = look.px("maths") * _LARGER
        for line in self._lines:
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text3"))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line.words_rect, int(flags), line.words)
            math_paint.paint(painter, line.place, line.tex, px, look, lit=lit, width=line.width)
