"""A layer or block on its way to the canvas: the drag and the small card below the pointer."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QMimeData, QPoint, QRectF, Qt
from PySide6.QtGui import QDrag, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.palette.entries import entry_of
from gui.palette.mime import BLOCK, LAYER_MIME
from model.blocks import BLOCKS


class Face(NamedTuple):
    """What the small card shows."""

    title: str
    icon: str
    category: str


def face_of(tag: str) -> Face:
    """Title, icon and category of a layer, or of a block where `block:` stands in front.

    Raises:
        KeyError: there is no such layer or block.
    """
    if tag.startswith(BLOCK):
        block = BLOCKS[tag.removeprefix(BLOCK)]
        return Face(block.title, block.icon, block.category)
    entry = entry_of(tag)
    return Face(entry.title, entry.icon, entry.category)


def make_drag(source: QWidget, tag: str) -> QDrag:
    """A drag that carries the tag of a layer or block; the caller executes it.

    Raises:
        KeyError: there is no such layer or block.
    """
    picture = card_pixmap(tag, source.devicePixelRatioF())
    mime = QMimeData()
    mime.setData(LAYER_MIME, tag.encode())
    mime.setText(face_of(tag).title)
    drag = QDrag(source)
    drag.setMimeData(mime)
    drag.setPixmap(picture)
    drag.setHotSpot(QPoint(round(picture.deviceIndependentSize().width() / 2), 12))
    return drag


def card_pixmap(tag: str, dpr: float = 1.0) -> QPixmap:
    """A card as it will lie on the canvas, in small: stripe, icon and title.

    Raises:
        KeyError: there is no such layer or block.
    """
    face = face_of(tag)
    look = theme.current()
    font, icon, gap = look.font("card"), look.size("icon"), 10.0
    stripe = look.size("stripe")
    width = stripe + 3 * gap + icon + QFontMetricsF(font).horizontalAdvance(face.title)
    height = look.size("control") + 4
    picture = QPixmap(round((width + 2) * dpr), round((height + 2) * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QRectF(1, 1, width, height)
    color = look.category(face.category)
    painter.setPen(QPen(look.color("accent"), look.size("card_border") + 0.5))
    painter.setBrush(look.color("surface"))
    painter.drawRoundedRect(frame, look.card_radius, look.card_radius)
    painter.fillRect(QRectF(1, look.card_radius, stripe, height - 2 * look.card_radius + 2), color)
    place = QRectF(stripe + gap, (height - icon) / 2 + 1, icon, icon)
    theme.paint_icon(painter, face.icon, place, color)
    painter.setFont(font)
    painter.setPen(look.color("text"))
    rest = frame.adjusted(stripe + 2 * gap + icon - 1, 0, 0, 0)
    painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter), face.title)
    painter.end()
    return picture
