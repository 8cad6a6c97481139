"""The formula of a Function on top of its card, over whatever shows its numbers."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures
from gui.canvas.cards.face import Face, FaceAction, FaceContext
from gui.canvas.cards.scalar_text import ScalarText
from gui.formula_painter import paint_formula, setter
from gui.theme import Theme


class FormulaRow:
    """One line at the top of a card's body; nothing where the node has no formula."""

    def __init__(self, text: ScalarText) -> None:
        self._text = text

    def height(self, theme: Theme) -> float:
        """px; 0 without a formula."""
        return measures.length(theme, "formula") if self._text.tex else 0.0

    def is_set(self, theme: Theme) -> bool:
        """Whether the formula can be painted typeset now; otherwise it is asked for."""
        return not self._text.tex or setter().is_set(self._text.tex, theme.color("text"))

    def paint(self, painter: QPainter, theme: Theme, width: float = 0.0) -> None:
        """At the top of the body; width: of the card, by default that of a scalar card."""
        if not self._text.tex:
            return
        left, right = measures.length(theme, "stripe") + 5, measures.length(theme, "right")
        room = (width or measures.length(theme, "scalar")) - left - right
        box = QRectF(left, 0, room, self.height(theme))
        px = theme.px("display")
        paint_formula(painter, box, self._text.tex, self._text.source, theme, px, "text")


class FormulaOver(Face):
    """A formula over the face of a larger vector, a picture, or maps."""

    def __init__(self, text: ScalarText, below: Face) -> None:
        self.text = text
        self.below = below
        self._row = FormulaRow(text)

    def _rest(self, rect: QRectF, theme: Theme) -> QRectF:
        return rect.adjusted(0, self._row.height(theme), 0, 0)

    def size(self, theme: Theme) -> QSizeF:
        """That of the other face, with room for the formula."""
        size = self.below.size(theme)
        return QSizeF(size.width(), size.height() + self._row.height(theme))

    def still_key(self, context: FaceContext) -> Hashable:
        """That of the other face, and whether the formula has been set."""
        return self.below.still_key(context), self._row.is_set(context.theme)

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """The formula, and what stays of the rest."""
        painter.save()
        painter.translate(rect.topLeft())
        self._row.paint(painter, context.theme, rect.width())
        painter.restore()
        self.below.paint_still(painter, self._rest(rect, context.theme), context)

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """What the other face shows."""
        self.below.paint_live(painter, self._rest(rect, context.theme), context)

    def forget(self) -> None:
        """Training begins anew."""
        self.below.forget()

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """How the formula is changed; below it, the number under the pointer."""
        rest = self._rest(rect, context.theme)
        if pos.y() < rest.top():
            return self.text.explanation
        return self.below.tip_at(pos, rest, context)

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """The neuron of the other face."""
        return self.below.neuron_at(pos, self._rest(rect, context.theme), context)

    def neuron_x(self, neuron: int, theme: Theme) -> float | None:
        """The column of the other face."""
        return self.below.neuron_x(neuron, theme)

    def press(self, pos: QPointF, rect: QRectF, context: FaceContext) -> FaceAction | None:
        """The buttons of the other face."""
        return self.below.press(pos, self._rest(rect, context.theme), context)

    @property
    def h_map(self) -> str:
        return self.below.h_map

    def chip_note(self) -> str:
        """What the other face wants to say."""
        return self.below.chip_note()

    def said(self, _context: FaceContext) -> str:
        """The formula."""
        return self.text.source
