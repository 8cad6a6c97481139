"""The numbers on the wires of a walk: h in the colour of the forward phase, delta in the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.canvas import node_paint
from gui.canvas.cards import symbols
from gui.canvas.geometry import Rect, united
from gui.canvas.zooms import collapse_zoom
from gui.debugger.value_places import Place, Sizes
from gui.theme import Theme
from model.graph import Wire

_ROOM = 2.0
_GAP = 5.0
"""Between letter and number on one line."""


class Values(NamedTuple):
    """layer: the l of h^(l) and delta^(l); h, delta: as written, "" where there is none yet."""

    layer: int
    h: str
    delta: str

    @classmethod
    def of(
        cls, layer: int, h: float, delta: float, write: Callable[[float], str], *, is_rms: bool
    ) -> Values:
        """Numbers as text; NaN stands for none. is_rms: they are those of a whole batch."""
        texts = ("" if math.isnan(each) else write(each) for each in (h, delta))
        return cls(layer, *(f"{_RMS}{text}" if text and is_rms else text for text in texts))


_RMS = "RMS "


def sizes_for(look: Theme, digits: int, *, is_rms: bool) -> Sizes:
    """Room for a number of so many digits with sign and point; a longer one is set smaller."""
    usual = (_RMS if is_rms else "−") + "." + "0" * digits
    px = look.px("maths")
    return Sizes(
        number=node_paint.text_width(look, "mono", usual),
        letter=px * 1.75,
        number_height=node_paint.metrics(look, "mono").height(),
        letter_height=px * 1.25,
    )


class WireValues(QGraphicsItem):
    """One item for all wires; repaints the boxes whose text has changed."""

    def __init__(self) -> None:
        self._places: dict[Wire, Place] = {}
        self._values: dict[Wire, Values] = {}
        self._bounds = QRectF()
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(0.5)

    @property
    def values(self) -> Mapping[Wire, Values]:
        """What is written now."""
        return self._values

    @property
    def places(self) -> Mapping[Wire, Place]:
        return self._places

    def set_places(self, places: dict[Wire, Place]) -> None:
        """Cards or wires lie elsewhere."""
        if places == self._places:
            return
        self.prepareGeometryChange()
        self._places = places
        around = united(box for place in places.values() for box in (place.h, place.delta))
        self._bounds = QRectF(*around.grown(_ROOM)) if around is not None else QRectF()
        self.update()

    def set_values(self, values: dict[Wire, Values]) -> None:
        """The numbers of another moment."""
        before, self._values = self._values, values
        for wire, place in self._places.items():
            old, new = before.get(wire), values.get(wire)
            if old == new:
                continue
            if old is None or new is None or old[:2] != new[:2]:
                self.update(QRectF(*place.h.grown(_ROOM)))
            if old is None or new is None or old.delta != new.delta or old.layer != new.layer:
                self.update(QRectF(*place.delta.grown(_ROOM)))

    # Qt's side

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if zoom < collapse_zoom():
            return
        exposed = option.exposedRect
        seen = Rect(exposed.x(), exposed.y(), exposed.width(), exposed.height())
        look = theme.current()
        for wire, place in self._places.items():
            values = self._values.get(wire)
            if values is None:
                continue
            if values.h and place.h.meets(seen):
                _Written(look, "h", values.layer, values.h).paint(painter, place)
            if values.delta and place.delta.meets(seen):
                _Written(look, "delta", values.layer, values.delta).paint(painter, place)


class _Written:
    """A letter and a number, set at a place."""

    def __init__(self, look: Theme, name: str, index: int, text: str) -> None:
        self._look, self._text, self._is_h = look, text, name == "h"
        self._color = look.color("fwd" if self._is_h else "bwd")
        self._letter = symbols.shape(name, look.px("maths"), above=f"({index})")
        self._width = node_paint.text_width(look, "mono", text) + 2
        self._height = node_paint.metrics(look, "mono").height()

    def paint(self, painter: QPainter, place: Place) -> None:
        """Never wider than the place: what is too long is set smaller."""
        box = QRectF(*(place.h if self._is_h else place.delta))
        shape = self._letter.boundingRect()
        needed = max(self._width, shape.width())
        needed = needed if place.is_stacked else self._width + shape.right() + _GAP
        scale = min(place.scale, box.width() / needed)
        painter.save()
        painter.translate(box.center())
        painter.scale(scale, scale)
        painter.setFont(self._look.font("mono"))
        if place.is_stacked:
            self._paint_stacked(painter, box.height() / scale)
        else:
            self._paint_line(painter, box.width() / scale)
        painter.restore()

    def _paint_stacked(self, painter: QPainter, height: float) -> None:
        """The number next to the wire, the letter behind it."""
        top = height / 2 - self._height if self._is_h else -height / 2
        row = QRectF(-self._width / 2, top, self._width, self._height)
        shape, px = self._letter.boundingRect(), self._look.px("maths")
        base = row.top() - 0.2 * px if self._is_h else row.bottom() + 0.95 * px
        self._draw(painter, QPointF(-shape.center().x(), base), row)

    def _paint_line(self, painter: QPainter, room: float) -> None:
        """Letter and number on one line, towards the wire."""
        start = self._letter.boundingRect().right() + _GAP
        left = room / 2 - start - self._width if self._is_h else -room / 2
        row = QRectF(left + start, -self._height / 2, self._width, self._height)
        self._draw(painter, QPointF(left, 0.32 * self._look.px("maths")), row)

    def _draw(self, painter: QPainter, base: QPointF, row: QRectF) -> None:
        symbols.draw_symbol(painter, base, self._letter, self._color)
        painter.setPen(self._color)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(row, int(flags), self._text)
