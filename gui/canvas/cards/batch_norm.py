"""The faces of batch norm: one feature before and after, above what every layer shows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gui.canvas.cards.blocks import BlocksFace
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.hints import Hints
from gui.canvas.cards.maps import MapsFace
from gui.canvas.cards.paint import pen
from gui.canvas.cards.shift import Shift
from gui.canvas.cards.strip_face import StripFace
from gui.canvas.cards.time_face import TimeFace
from gui.theme import Theme


class BatchNormFace(StripFace):
    """Of a vector: the followed neuron over the batch, then the strips."""

    def __init__(self, count: int) -> None:
        super().__init__(count, "signed")
        self._shift = Shift("neuron")

    def _room(self, theme: Theme) -> float:
        return self.strips.columns(theme).room

    def extra_height(self, theme: Theme) -> float:
        """The histograms."""
        return self._shift.height(self._room(theme), theme)

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """What stays of both parts."""
        super().paint_still(painter, rect, context)
        painter.save()
        painter.translate(rect.topLeft())
        self._shift.paint_still(painter, self._room(context.theme), context.theme)
        painter.restore()

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Both parts."""
        super().paint_live(painter, rect, context)
        painter.save()
        painter.translate(rect.topLeft())
        self._shift.paint_live(painter, self._room(context.theme), context)
        painter.restore()

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """Mean and deviation in full above, h and delta in full below."""
        at = pos - rect.topLeft()
        said = ""
        if at.y() < self.extra_height(context.theme):
            said = self._shift.tip(at, self._room(context.theme), context)
        return said or super().tip_at(pos, rect, context)


class _ChannelsFace(BlocksFace):
    """Of channels: the followed channel over the batch and all places, then the pictures."""

    _shift: Shift

    def head_height(self, theme: Theme) -> float:
        """The histograms."""
        return self._shift.height(self.room(theme), theme)

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """What stays of both parts."""
        super().paint_still(painter, rect, context)
        painter.save()
        painter.translate(rect.topLeft())
        self._shift.paint_still(painter, self.room(context.theme), context.theme)
        painter.restore()

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Both parts."""
        super().paint_live(painter, rect, context)
        painter.save()
        painter.translate(rect.topLeft())
        self._shift.paint_live(painter, self.room(context.theme), context)
        if context.view is not None and "neuron" in context.view.extras:
            self._paint_followed_channel(painter, int(context.view.extras["neuron"]), context)
        painter.restore()

    def _paint_followed_channel(
        self, painter: QPainter, channel: int, context: FaceContext
    ) -> None:
        """Which of the pictures the histograms speak of."""

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """Mean and deviation in full above, one number of a picture below."""
        at = pos - rect.topLeft()
        said = ""
        if at.y() < self.head_height(context.theme):
            said = self._shift.tip(at, self.room(context.theme), context)
        return said or super().tip_at(pos, rect, context)


class BatchNormMapsFace(_ChannelsFace, MapsFace):
    """Channels of rows and columns: a map each."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self._shift = Shift("channel")
        super().__init__(shape, "signed")

    def _paint_followed_channel(
        self, painter: QPainter, channel: int, context: FaceContext
    ) -> None:
        theme = context.theme
        painter.setPen(pen(theme, "accent", 2.0 * min(theme.scale, 1.4)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for grid in self.grids(theme):
            if channel < len(grid.boxes):
                painter.drawRect(grid.boxes[channel])


class BatchNormTimeFace(_ChannelsFace, TimeFace):
    """Channels of a line: a row each."""

    def __init__(self, steps: int, channels: int, hints: Hints) -> None:
        self._shift = Shift("channel")
        super().__init__(steps, channels, "signed", hints, is_channel_first=True)
