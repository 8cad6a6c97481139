"""What lies under and over the cards: the grid of dots, the line through neuron j, the focus."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QTransform

from gui import theme
from gui.canvas import node_paint
from gui.canvas.zooms import collapse_zoom

if TYPE_CHECKING:
    from gui.canvas.node_item import NodeItem
    from gui.canvas.view import CanvasView

_TILE_STEPS = 8
_tiles: dict[tuple[int, int], QPixmap] = {}


def paint_grid(painter: QPainter, rect: QRectF, zoom: float) -> None:
    """The canvas colour and a dot every 24 px; no dots from afar, nor on a projector."""
    look = theme.current()
    painter.fillRect(rect, look.color("canvas"))
    dot = look.color("griddot")
    if zoom < 0.6 or dot.alpha() == 0:
        return
    side = round(look.size("grid") * zoom * _TILE_STEPS)
    origin = painter.worldTransform().map(QPointF(0, 0))
    brush = QBrush(_tile(side, dot.rgba()))
    brush.setTransform(QTransform.fromTranslate(round(origin.x()), round(origin.y())))
    device = painter.worldTransform().mapRect(rect)
    painter.save()
    painter.resetTransform()
    painter.fillRect(device, brush)
    painter.restore()


def _tile(side: int, rgba: int) -> QPixmap:
    """A square of the grid in window pixels, several dots wide: rounding does not add up."""
    key = (side, rgba)
    if key not in _tiles:
        if len(_tiles) > 32:
            _tiles.clear()
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor.fromRgba(rgba))
        step = side / _TILE_STEPS
        for row in range(_TILE_STEPS):
            for column in range(_TILE_STEPS):
                spot = QPointF((column + 0.5) * step, (row + 0.5) * step)
                painter.drawEllipse(spot, 1.1, 1.1)
        painter.end()
        _tiles[key] = picture
    return _tiles[key]


def paint_hairline(painter: QPainter, view: CanvasView) -> None:
    """A dashed line through the same neuron of cards that stand in line and are equally wide."""
    canvas = view.canvas
    if canvas.neuron is None or view.zoom < collapse_zoom():
        return
    look = theme.current()
    columns = _columns(view)
    named = max(columns, key=len, default=None)
    for cards in columns:
        x = cards[0].face.neuron_x(canvas.neuron, look) if cards[0].face is not None else None
        if x is None:
            continue
        left = cards[0].pos().x() + x
        top = cards[0].rect().y
        pen = QPen(look.color("text2"), 1.2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        for above, below in itertools.pairwise(cards):
            painter.drawLine(QPointF(left, above.rect().bottom), QPointF(left, below.rect().y))
        if cards is named:
            _paint_pill(painter, look, QPointF(left, top - 6), f"neuron {canvas.neuron}")


def _columns(view: CanvasView) -> list[list[NodeItem]]:
    """Cards with neurons, grouped where they stand below one another and are equally wide."""
    groups: dict[tuple[int, int, int], list[NodeItem]] = {}
    for item in view.canvas.nodes.values():
        if item.face is None or view.canvas.neuron is None:
            continue
        x = item.face.neuron_x(view.canvas.neuron, theme.current())
        if x is not None:
            key = (round(item.pos().x() / 8), round(item.size[0]), round(x))
            groups.setdefault(key, []).append(item)
    return [sorted(found, key=lambda item: item.pos().y()) for found in groups.values()]


def _paint_pill(painter: QPainter, look: theme.Theme, at: QPointF, text: str) -> None:
    height = node_paint.metrics(look, "chip").height() + 6
    width = node_paint.text_width(look, "section", text) + 20
    box = QRectF(at.x() - width / 2, at.y() - height + 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("text"))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setFont(look.font("section"))
    painter.setPen(look.color("surface"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


def paint_focus(painter: QPainter, view: CanvasView) -> None:
    """A ring round the card that the keyboard would act on, and round an empty canvas."""
    canvas = view.canvas
    look = theme.current()
    pen = QPen(look.color("accent"), 2.0, Qt.PenStyle.DotLine)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if view.is_keyboard_used and canvas.current in (canvas.nodes.keys() | canvas.notes.keys()):
        box = QRectF(*canvas.rect_of(canvas.current)).adjusted(-5, -5, 5, 5)
        painter.drawRoundedRect(box, look.card_radius + 4, look.card_radius + 4)
    elif view.is_keyboard_used:
        painter.save()
        painter.resetTransform()
        painter.drawRect(QRectF(view.viewport().rect()).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.restore()
