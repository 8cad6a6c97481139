"""All cards in one go, for a view from so far that nothing in them could be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.canvas import difference_mark
from gui.canvas.zooms import FAR_BELOW

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene


class FarView(QGraphicsItem):
    """Rectangles in the colours of the categories: one call a colour instead of one a card."""

    def __init__(self, canvas: CanvasScene) -> None:
        self._canvas = canvas
        self._bounds = QRectF()
        super().__init__()
        self.setZValue(-0.5)

    def set_bounds(self, rect: QRectF) -> None:
        self.prepareGeometryChange()
        self._bounds = rect.adjusted(-8, -8, 8, 8)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if zoom >= FAR_BELOW:
            return
        look = theme.current()
        fills: dict[tuple[str, bool], list[QRectF]] = {}
        marked = []
        for key, item in self._canvas.nodes.items():
            rect = QRectF(*item.rect())
            color = "err" if item.problem and item.is_blocking else item.node.layer.category
            fills.setdefault((color, item.mark.is_pale), []).append(rect)
            if item.is_selected or key == self._canvas.current:
                marked.append(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for (color, is_pale), rects in fills.items():
            fill = QColor(look.color("err") if color == "err" else look.category(color))
            fill.setAlphaF(0.4 if is_pale else 1.0)
            painter.setBrush(fill)
            painter.drawRects(rects)
        for item in self._canvas.nodes.values():
            difference_mark.paint(painter, look, QRectF(*item.rect()), item, is_near=False)
        self._paint_walk(painter, look)
        pen = QPen(look.color("accent"), 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(marked)

    def _paint_walk(self, painter: QPainter, look: theme.Theme) -> None:
        """Of a walk of the debugger: the active card, the next one, and breakpoints."""
        for item in self._canvas.nodes.values():
            mark, rect = item.mark, QRectF(*item.rect())
            if mark.state in ("active", "next"):
                style = Qt.PenStyle.SolidLine if mark.is_active else Qt.PenStyle.DashLine
                pen = QPen(look.color(mark.token), 4 if mark.is_active else 2, style)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(rect)
            if mark.has_stop:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.color("breakpoint"))
                painter.drawEllipse(rect.topLeft(), 24, 24)
