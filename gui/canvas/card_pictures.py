"""Keeps what stays of each card as a picture in the window's own pixels, to be copied 1:1."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

if TYPE_CHECKING:
    from gui.canvas.cards import FaceContext
    from gui.canvas.node_item import NodeItem

MOST_BYTES = 64 * 2**20
_PHASES = 64
"""Places within a pixel that are told apart."""


_Key = tuple[float, float, tuple[int, int], Hashable]
"""Zoom, density of the screen, place within a pixel, and what is shown."""


class CardPicture(NamedTuple):
    """pixels: with the density of the screen."""

    key: _Key
    pixels: QPixmap

    @property
    def bytes(self) -> int:
        return self.pixels.width() * self.pixels.height() * 4


class CardPictures:
    """One picture a card, made when a card is painted twice alike; the oldest make room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, CardPicture] = OrderedDict()
        self._last: dict[str, _Key] = {}
        self._bytes = 0

    def forget(self, node_id: str) -> None:
        self._last.pop(node_id, None)
        found = self._kept.pop(node_id, None)
        if found is not None:
            self._bytes -= found.bytes

    def picture(
        self,
        item: NodeItem,
        context: FaceContext | None,
        world: QTransform,
        dpr: float,
        *,
        is_wanted: bool = False,
    ) -> tuple[CardPicture, QPoint] | None:
        """Of the card as it stands under a transform, and where its corner lies on the screen;
        None while the card changes from paint to paint.

        is_wanted: make it in any case.
        """
        corner, phase = _corner(item, world, dpr)
        key = (world.m11(), dpr, phase, item.still_key(context))
        found = self._kept.get(item.node_id)
        if found is not None and found.key == key:
            self._kept.move_to_end(item.node_id)
            return found, corner
        last = self._last.get(item.node_id)
        # in a walk of the debugger a card changes its marks, and then stays so for long
        is_at_rest = item.canvas.live.is_held and last is not None and last[:3] == key[:3]
        if not is_wanted and not is_at_rest and last != key:
            self._last[item.node_id] = key
            return None
        self.forget(item.node_id)
        made = CardPicture(key, _painted(item, context, world, dpr, corner))
        self._last[item.node_id] = key
        self._kept[item.node_id] = made
        self._bytes += made.bytes
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            _oldest, gone = self._kept.popitem(last=False)
            self._bytes -= gone.bytes
        return made, corner

    def paint(
        self, painter: QPainter, item: NodeItem, context: FaceContext | None, dpr: float
    ) -> bool:
        """Paint the still part of a card; False where there is no picture of it."""
        world = painter.worldTransform()
        found = self.picture(item, context, world, dpr)
        if found is None:
            return False
        made, corner = found
        painter.resetTransform()
        painter.drawPixmap(QPointF(corner) / dpr, made.pixels)
        painter.setWorldTransform(world)
        return True

    def copy(
        self,
        painter: QPainter,
        item: NodeItem,
        context: FaceContext | None,
        world: QTransform,
        box: QRect,
    ) -> None:
        """Copy a part that the card covers wholly; box and painter: pixels of the window."""
        dpr = painter.device().devicePixelRatioF()
        found = self.picture(item, context, world, dpr, is_wanted=True)
        if found is None:
            return
        made, corner = found
        part = QRectF(box.x() * dpr - corner.x(), box.y() * dpr - corner.y(), 0, 0)
        part.setSize(QRectF(box).size() * dpr)
        painter.drawPixmap(QRectF(box), made.pixels, part)


def _corner(item: NodeItem, world: QTransform, dpr: float) -> tuple[QPoint, tuple[int, int]]:
    """The picture's corner in pixels of the screen, and where the card lies within a pixel."""
    room = item.boundingRect().topLeft()
    zoom = world.m11()
    x, y = (world.dx() + room.x() * zoom) * dpr, (world.dy() + room.y() * zoom) * dpr
    left, top = math.floor(x + 1e-6), math.floor(y + 1e-6)
    return QPoint(left, top), (round((x - left) * _PHASES), round((y - top) * _PHASES))


def _painted(
    item: NodeItem, context: FaceContext | None, world: QTransform, dpr: float, corner: QPoint
) -> QPixmap:
    size = item.boundingRect().size() * world.m11() * dpr
    pixels = QPixmap(math.ceil(size.width()) + 1, math.ceil(size.height()) + 1)
    pixels.setDevicePixelRatio(dpr)
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    away = QTransform.fromTranslate(-corner.x() / dpr, -corner.y() / dpr)
    painter.setWorldTransform(world * away)
    item.paint_still(painter, context, world.m11(), dpr)
    painter.end()
    return pixels
