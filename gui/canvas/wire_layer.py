"""One item that paints all wires: four hundred items of their own would take five times as long."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping
from typing import NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF, QRegion
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.canvas.geometry import Point, Rect, united
from gui.canvas.labels import Label
from gui.canvas.obstacles import Route, box_of
from gui.canvas.zooms import FAR_BELOW, collapse_zoom
from model.design import Wire

_ROOM = 24.0
_NEAR = 18.0  # from a wire's middle to the corner of its arrowhead, the widest, and to spare
HIT_REACH = 8.0


class Look(NamedTuple):
    """How a wire is drawn now. arrow: "" | "forward" | "backward". is_lit: with light around."""

    token: str = "wire"
    width: float = 2.5
    is_dotted: bool = False
    arrow: str = ""
    is_lit: bool = False


class _Shape(NamedTuple):
    route: Route
    path: QPainterPath
    box: QRectF


class WireLayer(QGraphicsItem):
    """Routes, labels and looks are put in by the scene."""

    def __init__(self) -> None:
        self._shapes: dict[Wire, _Shape] = {}
        self._labels: dict[Wire, Label] = {}
        self._looks: dict[Wire, Look] = {}
        self._bounds = QRectF()
        self.selected: frozenset[Wire] = frozenset()
        self.hovered: Wire | None = None
        self.exposed: QRegion | None = None
        """What is to be painted now, more closely than Qt tells; None = all it tells."""
        self._boxes: dict[Wire, list[QRect]] = {}
        self._drawings: dict[Wire, tuple[Look, QPainterPath, QPolygonF | None]] = {}
        self.unlabelled: frozenset[Wire] = frozenset()
        """Wires beside which something else stands."""
        self.hidden: Wire | None = None
        """The wire whose end is being dragged elsewhere."""
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(-1)

    # filled by the scene

    def set_routes(self, routes: Mapping[Wire, Route], labels: Mapping[Wire, Label]) -> None:
        self.prepareGeometryChange()
        radius = theme.current().size("bend_radius")
        known = self._shapes
        self._shapes = {
            wire: known[wire]
            if wire in known and known[wire].route == route
            else _shape(route, radius)
            for wire, route in routes.items()
        }
        self._labels = dict(labels)
        self._drawings.clear()
        self._boxes.clear()
        bounds = QRectF()
        for shape in self._shapes.values():
            bounds |= shape.box
        around = united(label.box for label in labels.values())
        if around is not None:
            bounds |= QRectF(*around.grown(_ROOM))
        self._bounds = bounds
        self.update()

    @property
    def looks(self) -> Mapping[Wire, Look]:
        return self._looks

    def set_looks(self, looks: Mapping[Wire, Look]) -> None:
        if looks != self._looks:
            changed = {w for w, look in looks.items() if self._looks.get(w) != look}
            self._looks = dict(looks)
            for wire in changed:
                self.touch(wire)

    def touch(self, wire: Wire | None) -> None:
        """Repaint one wire: its straight pieces, not all that lies between them."""
        if wire in self._shapes:
            for box in self._pieces(wire):
                self.update(QRectF(box))

    def highlight(self, wire: Wire | None) -> None:
        """Light a wire into which something would be spliced."""
        for touched in (self.hovered, wire):
            self.touch(touched)
        self.hovered = wire

    # asked by gestures

    def wire_at(self, point: QPointF, reach: float = HIT_REACH) -> Wire | None:
        """The wire nearest to a point of the scene."""
        best, found = reach, None
        x, y = point.x(), point.y()
        for wire, shape in self._shapes.items():
            if wire != self.hidden and shape.box.contains(point):
                for a, b in zip(shape.route, shape.route[1:], strict=False):
                    away = _distance(box_of(a, b), x, y)
                    if away < best:
                        best, found = away, wire
        return found

    def labelled_at(self, point: QPointF) -> Wire | None:
        """The wire whose label covers a point of the scene."""
        boxes = ((wire, QRectF(*label.box)) for wire, label in self._labels.items())
        return next((w for w, box in boxes if w != self.hidden and box.contains(point)), None)

    def route_of(self, wire: Wire) -> Route:
        return self._shapes[wire].route if wire in self._shapes else ()

    def label_of(self, wire: Wire) -> Label | None:
        return self._labels.get(wire)

    def wires(self) -> Collection[Wire]:
        return self._shapes.keys()

    def drawn_rect(self) -> QRectF:
        """Around all wires and labels, without the room that is kept for painting."""
        room = _ROOM if not self._bounds.isEmpty() else 0.0
        return self._bounds.adjusted(room, room, -room, -room)

    def pieces(self) -> list[Rect]:
        """Of all wires the straight pieces, and the labels."""
        segments = (
            box_of(a, b)
            for shape in self._shapes.values()
            for a, b in itertools.pairwise(shape.route)
        )
        return [*segments, *(label.box for label in self._labels.values())]

    # Qt's side

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        exposed = option.exposedRect.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
        shown = [w for w, s in self._shapes.items() if s.box.intersects(exposed)]
        if self.exposed is not None:
            shown = [wire for wire in shown if self._is_exposed(wire, self.exposed)]
        if self.hidden in shown:
            shown.remove(self.hidden)
        if zoom < collapse_zoom():
            self._paint_plain(painter, shown, zoom)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wire in sorted(shown, key=self._is_marked):
            self._paint_wire(painter, wire)
        look = theme.current()
        painter.setFont(look.font("chip"))
        for wire in shown:
            label = self._labels.get(wire)
            if label is not None and not label.is_above and wire not in self.unlabelled:
                self.paint_label(painter, wire, label)

    def _is_exposed(self, wire: Wire, parts: QRegion) -> bool:
        """Whether a straight piece or the label of a wire lies near one of the parts."""
        return any(parts.intersects(piece) for piece in self._pieces(wire))

    def _pieces(self, wire: Wire) -> list[QRect]:
        """Boxes around the straight pieces and the label."""
        if wire not in self._boxes:
            route = self.route_of(wire)
            boxes = [box_of(a, b).grown(_NEAR) for a, b in itertools.pairwise(route)]
            label = self._labels.get(wire)
            if label is not None:
                boxes.append(label.box.grown(2))
            self._boxes[wire] = [QRectF(*box).toAlignedRect() for box in boxes]
        return self._boxes[wire]

    def _is_marked(self, wire: Wire) -> bool:
        return wire in self.selected or wire == self.hovered

    def _paint_plain(self, painter: QPainter, shown: list[Wire], zoom: float) -> None:
        """From afar: straight lines, one call a pen."""
        pens: dict[tuple[str, float, bool], list[QLineF]] = {}
        for wire in shown:
            token, width, is_dotted, *_ = self._marked_look(wire)
            wide = max(round(width * (1 if zoom < FAR_BELOW else 2)) / 2, 1.0)
            lines = pens.setdefault((token, wide, is_dotted and zoom > FAR_BELOW), [])
            route = self._shapes[wire].route
            lines += [QLineF(*a, *b) for a, b in itertools.pairwise(route)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for (token, width, is_dotted), lines in pens.items():
            pen = QPen(theme.current().color(token), width)
            if is_dotted:
                pen.setStyle(Qt.PenStyle.DotLine)
            if width * zoom <= 1.5:
                pen.setWidth(0)
            painter.setPen(pen)
            painter.drawLines(lines)

    def _marked_look(self, wire: Wire) -> Look:
        found = self._looks.get(wire, Look())
        if wire in self.selected:
            return found._replace(token="accent", width=max(found.width, 3.5))
        if wire == self.hovered:
            return found._replace(
                token="accent" if found.token == "wire" else found.token, width=found.width + 1
            )
        return found

    def _paint_wire(self, painter: QPainter, wire: Wire) -> None:
        found = self._marked_look(wire)
        color = theme.current().color(found.token)
        pen = QPen(color, found.width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if found.is_dotted:
            pen.setDashPattern([1.2, 1.6])
        path, head = self._drawing(wire, found)
        if found.is_lit:
            light = QPen(theme.current().color("highlight"), found.width + 9)
            light.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(light)
            painter.drawPath(self._shapes[wire].path)
        painter.setPen(pen)
        painter.drawPath(path)
        if head is None:
            return
        painter.setPen(QPen(theme.current().color("surface"), 1.0))
        painter.setBrush(color)
        painter.drawPolygon(head)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _drawing(self, wire: Wire, look: Look) -> tuple[QPainterPath, QPolygonF | None]:
        """Line and arrowhead, kept while the wire looks the same."""
        kept = self._drawings.get(wire)
        if kept is None or kept[0] != look:
            shape = self._shapes[wire]
            head, path = _head(shape.route, look), shape.path
            if head is not None:
                radius = theme.current().size("bend_radius")
                path = _shape(_shortened(shape.route, look), radius).path
            self._drawings[wire] = kept = (look, path, head)
        return kept[1], kept[2]

    def paint_label(self, painter: QPainter, wire: Wire, label: Label) -> None:
        """The text in the colour of its wire; the painter has the font."""
        look = theme.current()
        box = QRectF(*label.box)
        if label.has_ground:
            painter.fillRect(box, look.color("canvas"))
        token = self._marked_look(wire).token
        painter.setPen(look.color(token if token in ("err", "accent") else "text2"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), label.lines)


def _shape(route: Route, radius: float) -> _Shape:
    path = QPainterPath(QPointF(*route[0]))
    for before, at, after in zip(route, route[1:], route[2:], strict=False):
        room = min(radius, _length(before, at) / 2, _length(at, after) / 2)
        path.lineTo(QPointF(*_towards(at, before, room)))
        path.quadTo(QPointF(*at), QPointF(*_towards(at, after, room)))
    path.lineTo(QPointF(*route[-1]))
    return _Shape(route, path, path.boundingRect().adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM))


def _length(a: Point, b: Point) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


def _towards(a: Point, b: Point, distance: float) -> Point:
    length = _length(a, b) or 1.0
    return a[0] + (b[0] - a[0]) * distance / length, a[1] + (b[1] - a[1]) * distance / length


def _distance(box: Rect, x: float, y: float) -> float:
    return math.hypot(max(box.x - x, x - box.right, 0), max(box.y - y, y - box.bottom, 0))


def _tip(route: Route, look: Look) -> tuple[Point, Point] | None:
    """The end at which the arrow stands, and the point before it."""
    if not look.arrow or len(route) < 2:
        return None
    if look.arrow == "backward":
        return route[0], route[1]
    back = _towards(route[-1], route[-2], theme.current().size("port_radius") + 1)
    return back, route[-2]


def _head_length(look: Look, room: float) -> tuple[float, float]:
    """(half width, length) of the arrowhead; it never fills a short wire."""
    half = max(8.0, look.width / 2 + 5.5)
    return half, min(1.5 * half, room * 0.7)


def _head(route: Route, look: Look) -> QPolygonF | None:
    ends = _tip(route, look)
    if ends is None:
        return None
    tip, before = ends
    half, length = _head_length(look, _length(tip, before))
    base = _towards(tip, before, length)
    dx, dy = (base[1] - tip[1]) / (length or 1), (base[0] - tip[0]) / (length or 1)
    return QPolygonF(
        [
            QPointF(*tip),
            QPointF(base[0] + dx * half, base[1] - dy * half),
            QPointF(base[0] - dx * half, base[1] + dy * half),
        ]
    )


def _shortened(route: Route, look: Look) -> Route:
    """The route up to the base of its arrowhead."""
    ends = _tip(route, look)
    if ends is None:
        return route
    tip, before = ends
    length = _head_length(look, _length(tip, before))[1]
    base = _towards(tip, before, length - 1)
    return (base, *route[1:]) if look.arrow == "backward" else (*route[:-1], base)
