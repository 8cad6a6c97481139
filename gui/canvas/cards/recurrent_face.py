"""The face of a recurrent layer that passes on its last state: how the state came about."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from gui.canvas.cards.block_grid import Block
from gui.canvas.cards.block_picture import Floats
from gui.canvas.cards.blocks import BlocksFace
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.hints import Hints
from gui.canvas.cards.strips import Strips
from gui.canvas.cards.time_face import STEPS_KEY, TimeFace, tall
from gui.theme import Theme


class LastStateFace(TimeFace):
    """The states of all steps and the size of delta at each; below them h and delta of the output.

    Of a layer that reads in both directions the states are those of the forward one.
    """

    def __init__(self, steps: int, units: int, outputs: int, hints: Hints) -> None:
        super().__init__(steps, units, "signed", hints)
        block = Block(
            "states", "hₜ", "signed", 1, units, steps, 1, is_wide=True, height=tall(units)
        )
        BlocksFace.__init__(self, (block,))
        self.strips = Strips(outputs, "signed")

    def room(self, theme: Theme) -> float:
        """Not less than the strips below have."""
        return max(super().room(theme), self.strips.columns(theme).room)

    def sizes(self, context: FaceContext) -> Floats | None:
        """As the layer tells them."""
        view = context.view
        return None if view is None else view.extras.get(STEPS_KEY)

    def size(self, theme: Theme) -> QSizeF:
        """Wide enough for both."""
        above = super().size(theme)
        return QSizeF(above.width(), above.height() + self.strips.height(theme))

    @property
    def h_map(self) -> str:
        """That of the strip."""
        return "signed"

    def still_key(self, context: FaceContext) -> Hashable:
        """Both parts."""
        return super().still_key(context), self.strips.still_key(context)

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Both parts."""
        super().paint_still(painter, rect, context)
        self.strips.paint_still(painter, rect, self._top(context.theme), context)

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Both parts."""
        super().paint_live(painter, rect, context)
        top = self._top(context.theme)
        self.strips.paint_live(painter, rect, top, context)
        if context.neuron is not None:
            self.strips.paint_followed(painter, rect, top, context)

    def _top(self, theme: Theme) -> float:
        return self.foot_top(theme) + self.foot_height(theme)

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """Of the part under the pointer."""
        if pos.y() - rect.top() < self._top(context.theme):
            return super().tip_at(pos, rect, context)
        return self.strips.tip(pos, rect, self._top(context.theme), context)

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """A row of the states, or a column of the strips."""
        if pos.y() - rect.top() < self._top(context.theme):
            return super().neuron_at(pos, rect, context)
        columns = self.strips.columns(context.theme)
        return columns.neuron_at(pos.x() - rect.left()) if rect.contains(pos) else None

    def neuron_x(self, neuron: int, theme: Theme) -> float | None:
        """The middle of the neuron's column."""
        return self.strips.columns(theme).x_of(neuron) if neuron < self.strips.count else None
