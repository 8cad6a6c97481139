"""A card on the canvas: the picture of one node. It holds no truth; the scene refills it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.canvas import card_mark, difference_mark, node_paint
from gui.canvas.card_mark import NO_MARK, CardMark
from gui.canvas.cards import Face, FaceContext
from gui.canvas.cards.hints import NO_HINTS, Hints
from gui.canvas.geometry import Rect, Slot
from gui.canvas.measuring import measure
from gui.canvas.zooms import FAR_BELOW, collapse_zoom
from model.design import Node
from model.layer import Source
from model.shapes import Inference

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene
    from model.analysis.twin_differences import NodeDifference

_ROOM = 16.0
PORT_REACH = 12.0


class NodeItem(QGraphicsItem):
    """Painted from what the scene puts into its public attributes."""

    def __init__(self, canvas: CanvasScene, node_id: str, node: Node) -> None:
        self.canvas = canvas
        self.node_id = node_id
        self.node = node
        self.slots: list[Slot] = []
        self.is_selected = False
        self.is_current = False
        self.phase = ""
        self.mark: CardMark = NO_MARK
        """What the debugger says of it."""
        self.is_stop_hovered = False
        """A click would set a breakpoint."""
        self.difference: NodeDifference | None = None
        """How far a twin run is away here."""
        self._failure = self._warning = self._known = ""
        self._is_known_blocking = False
        self.problem = ""
        self.is_blocking = False
        self.lit: frozenset[tuple[str, bool]] = frozenset()
        self.hovered: Slot | None = None
        self._chips: tuple[str, ...] = ()
        self._size = (0.0, 0.0)
        self._bounds = QRectF()
        self._header = 0.0
        self._fills = 0
        self.face: Face | None = None
        self._rect = Rect(0.0, 0.0, 0.0, 0.0)
        super().__init__()
        self.place(node.x, node.y)

    # the model's side

    def fill(self, node: Node, inference: Inference, hints: Hints = NO_HINTS) -> bool:
        """Take over the node's present state; True where the card's size has changed."""
        self.node = node
        found = measure(node, inference, self.node_id, hints)
        self.face, self._chips, self._header = found.face, found.chips, found.header
        self._fills += 1
        problems = inference.problems_of(self.node_id)
        self._known = "\n".join(str(problem) for problem in problems)
        self._is_known_blocking = any(problem.is_blocking for problem in problems)
        self._tell()
        is_resized = found.size != self._size
        self.prepareGeometryChange()
        room = _ROOM * (2 if theme.current().is_projector else 1)  # for shadow and port names
        self._bounds = QRectF(0, 0, *found.size).adjusted(-room, -room, room, room)
        if is_resized:
            self._size = found.size
            self._rect = Rect(self._rect.x, self._rect.y, *found.size)
        self.update()
        return is_resized

    def said(self) -> str:
        """The numbers on the card in words; "" where it shows no single ones."""
        return self.face.said(self.canvas.context_of(self.node_id)) if self.face else ""

    def set_failure(self, sentence: str) -> None:
        """The training has failed here; "": it has not."""
        if sentence != self._failure:
            self._failure = sentence
            self._fills += 1
            self._tell()
            self.update()

    def set_warning(self, sentence: str) -> None:
        """A tripwire of the training is up here; "": it is not."""
        if sentence != self._warning:
            self._warning = sentence
            self._fills += 1
            self._tell()
            self.update()

    def _tell(self) -> None:
        self.problem = self._failure or "\n".join(filter(None, (self._known, self._warning)))
        self.is_blocking = bool(self._failure) or self._is_known_blocking

    def place(self, x: float, y: float) -> None:
        """Lie with the top left corner at a point of the scene."""
        self._rect = Rect(x, y, *self._size)
        self.setPos(x, y)

    @property
    def size(self) -> tuple[float, float]:
        return self._size

    def rect(self) -> Rect:
        """In the scene."""
        return self._rect

    def body_rect(self) -> QRectF:
        """Where the face is painted, in the card's coordinates."""
        return QRectF(0, self._header, self._size[0], self._size[1] - self._header)

    def header_rect(self) -> QRectF:
        return QRectF(0, 0, self._size[0], self._header)

    def slot_at(self, point: QPointF, reach: float = PORT_REACH) -> Slot | None:
        """The port nearest to a point in the card's coordinates, within reach."""
        near = [(abs(s.x - point.x()) + abs(s.y - point.y()), i) for i, s in enumerate(self.slots)]
        distance, index = min(near, default=(reach + 1, -1))
        return self.slots[index] if distance <= 1.2 * reach else None

    def mark_tip_at(self, pos: QPointF) -> str:
        """What a mark of the debugger at a point of the card means; "" where there is none."""
        rect = QRectF(0, 0, *self._size)
        look, has_badge = theme.current(), bool(self.problem)
        end = self._title_end(look)
        return card_mark.tip_at(self.mark, look, rect, pos, title_end=end, has_badge=has_badge)

    def _title_end(self, look: theme.Theme) -> float:
        """px from the card's left edge."""
        return node_paint.title_left(look) + node_paint.text_width(look, "card", self.node.title)

    def slot_point(self, slot: Slot) -> QPointF:
        """In the scene."""
        return self.pos() + QPointF(slot.x, slot.y)

    # Qt's side

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if zoom < FAR_BELOW:
            return
        context = self.canvas.context_of(self.node_id) if zoom >= collapse_zoom() else None
        if self.canvas.is_dimmed(self.node_id):
            painter.setOpacity(0.45)
        dpr = widget.devicePixelRatioF() if widget is not None else 1.0
        pictures = self.canvas.pictures
        if widget is None or not pictures.paint(painter, self, context, dpr):
            self.paint_still(painter, context, zoom, dpr)
        if context is not None:
            self.paint_live(painter, context)

    def still_key(self, context: FaceContext | None) -> Hashable:
        """What `paint_still` looks at, but for the zoom."""
        outs = self.node.layer.outputs
        arrowed = [port.name for port in outs if (self.node_id, port.name) in self.canvas.arrowed]
        rising = [slot for slot in self.slots if self._goes_up(slot)] if len(outs) > 1 else []
        face = self.face.still_key(context) if context is not None and self.face else None
        border = self._border()
        return (
            self._fills,
            self.canvas.hides_shapes,
            theme.current().name,
            border.color().rgba(),
            border.widthF(),
            border.style(),
            self.is_selected,
            self.mark,
            self.is_stop_hovered,
            None if self.canvas.live.is_held else self.difference,
            theme.duration_ms("debugger"),
            tuple(self.slots),
            self.hovered,
            self.lit,
            arrowed,
            rising,
            context is not None,
            face,
        )

    def paint_still(
        self, painter: QPainter, context: FaceContext | None, zoom: float, dpr: float
    ) -> None:
        """Card, header, ports, badge and what stays of the face; context None: collapsed."""
        look = theme.current()
        layer = self.node.layer
        rect = QRectF(0, 0, *self._size)
        is_near = context is not None
        mark = self.mark
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        card_mark.paint_below(painter, look, rect, mark)
        node_paint.paint_body(
            painter,
            look,
            rect,
            layer.category,
            self._border(),
            has_shadow=is_near and not mark.is_pale,
            is_pale=mark.is_pale,
        )
        whole = painter.opacity()
        painter.setOpacity(whole * card_mark.opacity(mark, look))
        if context is None:
            node_paint.paint_collapsed(
                painter, look, rect, layer.icon, layer.category, self.node.title, zoom
            )
        else:
            node_paint.paint_header(
                painter,
                look,
                rect.width(),
                layer.icon,
                layer.category,
                self.node.title,
                self._free_chips(look, rect),
                dpr,
            )
            self._paint_still_face(painter, look, context)
        painter.setOpacity(whole)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._paint_ports(painter, is_near=is_near)
        if self.problem:
            spot = QPointF(rect.right() - 6, rect.top() + 2)
            node_paint.paint_badge(painter, look, spot, is_blocking=self.is_blocking)
        if mark.is_active and self.is_selected:
            card_mark.paint_ring(painter, look, rect)
        if mark is not NO_MARK:
            end = self._title_end(look) if is_near else rect.width()
            has_badge = bool(self.problem)
            card_mark.paint_above(painter, look, rect, mark, title_end=end, has_badge=has_badge)
        if self.is_stop_hovered and not mark.has_stop:
            card_mark.paint_stop(painter, look, is_set=False)
        if not self.canvas.live.is_held:
            difference_mark.paint(painter, look, rect, self, is_near=is_near)

    def _free_chips(self, look: theme.Theme, rect: QRectF) -> tuple[str, ...]:
        """Those that no mark in the header's only row covers."""
        is_one_row = self._header < look.size("compact_height")
        end = self._title_end(look)
        if is_one_row and card_mark.is_pill_inside(look, rect, self.mark, end):
            return ()
        if self.canvas.hides_shapes and self._chips:
            return ("?",)
        return self._chips

    def _paint_still_face(self, painter: QPainter, look: theme.Theme, context: FaceContext) -> None:
        if self.face is None:
            return
        pill = self.face.pill(context)
        box, _free = self._extras(look, pill)
        if box is not None:
            node_paint.paint_pill(painter, look, box, self.node.layer.category, pill)
        if self.body_rect().height() > 0:
            self.face.paint_still(painter, self.body_rect(), context)

    def paint_live(self, painter: QPainter, context: FaceContext) -> None:
        """What a step changes: the remark in the header, and the live part of the face."""
        if self.face is None:
            return
        whole = painter.opacity()
        painter.setOpacity(whole * card_mark.opacity(self.mark, theme.current()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        remark = self.face.remark(context)
        if remark:
            look = theme.current()
            _box, free = self._extras(look, self.face.pill(context))
            node_paint.paint_remark(painter, look, free, remark)
        if self.body_rect().height() > 0:
            self.face.paint_live(painter, self.body_rect(), context)
        painter.setOpacity(whole)

    def _extras(self, look: theme.Theme, pill: str) -> tuple[QRectF | None, QRectF]:
        return node_paint.extras(look, self._size[0], self.node.title, self._chips, pill)

    def live_parts(self) -> list[QRectF]:
        """Where `paint_live` paints: rectangles without a port or an edge of the card."""
        if self.face is None or self.body_rect().height() <= 0:
            return []
        look = theme.current()
        edge = look.size("port_radius") + 2
        parts = [self.body_rect().adjusted(edge, 0, -edge, -edge)]
        if self.face.header_wish(look):
            context = self.canvas.context_of(self.node_id)
            _box, free = self._extras(look, self.face.pill(context))
            if free.width() > 0:
                parts.append(free.adjusted(0, 6, 0, -2))
        return parts

    def _border(self) -> QPen:
        look = theme.current()
        if self.phase:
            return QPen(look.color(self.phase), 3.0)
        marked = card_mark.border(self.mark, look)
        if marked is not None and (self.mark.is_active or not self.is_selected):
            return marked
        if self.is_selected:
            is_dashed = self.mark.is_pale
            style = Qt.PenStyle.DashLine if is_dashed else Qt.PenStyle.SolidLine
            return QPen(look.color("accent"), look.size("selection"), style)
        if self.is_blocking and self.problem:
            return QPen(look.color("err"), 2.0)
        if self.is_current:
            return QPen(look.color("accent"), 1.5)
        return QPen(look.color("border"), look.size("card_border"))

    def _port_state(self, slot: Slot) -> str:
        if self.hovered is not None and self.hovered == slot:
            return "hover"
        return "lit" if (slot.port, slot.is_input) in self.lit else ""

    def _is_hidden(self, slot: Slot) -> bool:
        """In the backward phase the arrowhead stands where the output's circle would be."""
        return not slot.is_input and (self.node_id, slot.port) in self.canvas.arrowed

    def _is_named(self, slot: Slot) -> bool:
        layer = self.node.layer
        if slot.is_input:
            return len(layer.inputs) > 1 and bool(self._port_state(slot))
        return len(layer.outputs) > 1

    def _goes_up(self, slot: Slot) -> bool:
        return self._is_named(slot) and self.canvas.goes_up(self.node_id, slot)

    def _paint_ports(self, painter: QPainter, *, is_near: bool) -> None:
        look = theme.current()
        for slot in self.slots:
            state = self._port_state(slot)
            if not state and (not is_near or self._is_hidden(slot)):
                continue
            port = self.node.port(slot.port, is_input=slot.is_input)
            takes_labels = port is not None and (
                port.takes_labels or (isinstance(self.node.layer, Source) and port.name == "y")
            )
            node_paint.paint_port(
                painter,
                look,
                slot,
                takes_labels=takes_labels,
                state=state,
                label=slot.port if self._is_named(slot) else "",
                goes_up=self._goes_up(slot),
            )
