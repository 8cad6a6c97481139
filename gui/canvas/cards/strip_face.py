"""The face of a layer whose output is a vector."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures
from gui.canvas.cards.face import Face, FaceContext
from gui.canvas.cards.signs import Sign
from gui.canvas.cards.strips import Strips
from gui.theme import Theme


class StripFace(Face):
    """A vector output: h strip and delta bars."""

    def __init__(self, count: int, sign: Sign) -> None:
        self.strips = Strips(count, sign)

    @property
    def h_map(self) -> str:
        return "signed" if self.strips.sign.is_signed else "plain"

    def forget(self) -> None:
        """Whether there are negative numbers is found out anew."""
        self.strips.forget()

    def extra_height(self, theme: Theme) -> float:
        """px above the strips that a face of more takes."""
        return 0.0

    def size(self, theme: Theme) -> QSizeF:
        """As wide as its neurons ask for."""
        height = self.extra_height(theme) + self.strips.height(theme)
        return QSizeF(self.strips.columns(theme).card, height)

    def still_key(self, context: FaceContext) -> Hashable:
        """That of the strips."""
        return self.strips.still_key(context)

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """The strips' letters and numbers."""
        self.strips.paint_still(painter, rect, self.extra_height(context.theme), context)

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Both strips and the line of the followed neuron."""
        top = self.extra_height(context.theme)
        self.strips.paint_live(painter, rect, top, context)
        self.strips.paint_followed(painter, rect, top, context)

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """h or delta of one neuron, every digit."""
        return self.strips.tip(pos, rect, self.extra_height(context.theme), context)

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """The neuron whose column lies under `pos`; of a shared column the first."""
        if not rect.contains(pos) or pos.y() < rect.top() + self.extra_height(context.theme):
            return None
        return self.strips.columns(context.theme).neuron_at(pos.x() - rect.left())

    def neuron_x(self, neuron: int, theme: Theme) -> float | None:
        """The middle of the neuron's column."""
        return self.strips.columns(theme).x_of(neuron) if neuron < self.strips.count else None

    def chip_note(self) -> str:
        """Says where neurons share columns."""
        per_cell = measures.columns(self.strips.count, False).per_cell
        return "" if per_cell == 1 else f"{per_cell} a column"
