"""Parameters as nodes of their own: "we represent the parameters also as inputs". A picture only;
the design stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.canvas import node_paint
from gui.canvas.cards import symbols
from gui.canvas.parameter_places import Spot, place_parameters
from gui.canvas.zooms import collapse_zoom
from gui.theme import Theme
from model.layer import Spec
from model.teaching.parameters_as_nodes import ParameterNode, parameters_as_nodes

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene

_PAD = 9.0


class ParameterNodes(QObject):
    """Follows the scene while it is on; off, nothing is worked out."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self.is_on = False
        self.nodes: tuple[ParameterNode, ...] = ()
        self.spots: dict[str, Spot] = {}
        self._item = _Picture(self)
        scene.addItem(self._item)
        scene.geometry_changed.connect(self._on_changed)
        scene.document.inference_changed.connect(self._on_changed)
        theme.notifier().changed.connect(self._on_changed)

    def set_on(self, is_on: bool) -> None:
        """Draw them, or take them away."""
        self.is_on = is_on
        self._on_changed()

    @Slot()
    def _on_changed(self, *_args: object) -> None:
        scene = self._scene
        nodes: tuple[ParameterNode, ...] = ()
        if self.is_on:
            nodes = parameters_as_nodes(scene.document.graph, scene.document.inference)
        if not nodes and not self.nodes:
            return
        self.nodes = nodes
        cards = {key: scene.rect_of(key) for key in (*scene.nodes, *scene.notes)}
        sizes = {node.key: size_of(node, theme.current()) for node in nodes}
        routes = list(scene.geometry.routes.values())
        found = (scene.wires.label_of(wire) for wire in scene.geometry.routes)
        labels = [label.box for label in found if label is not None]
        self.spots = place_parameters(nodes, cards, routes, labels, sizes)
        self._item.refresh()

    def drawn_rect(self) -> QRectF:
        """Around all of them, in the scene."""
        box = QRectF()
        for spot in self.spots.values():
            box = box.united(QRectF(*spot.rect))
        return box

    def tip_at(self, at: QPointF) -> str:
        """What the parameter under a point of the scene is."""
        for node in self.nodes:
            spot = self.spots.get(node.key)
            if spot is not None and spot.rect.holds((at.x(), at.y())):
                return tip_of(node)
        return ""


def shape_text(node: ParameterNode) -> str:
    """`784 × 128`; `1` for a single number."""
    return " × ".join(map(str, node.shape)) or "1"


def tip_of(node: ParameterNode) -> str:
    """Name, shape and what flows along its wire."""
    count = f"{Spec(node.shape).size:,} number{'s' if node.size != 1 else ''}"
    lines = [f"{node.title}: {shape_text(node)} = {count}"]
    if node.tied_to:
        lines.append(f"No array of its own: it is that of {node.tied_to}, transposed.")
    letter = node.name if symbols.is_name(node.name) else "θ"
    lines.append(f"θ goes in along its wire, and ∂J/∂{letter} comes back.")
    return "\n".join(lines)


def size_of(node: ParameterNode, look: Theme) -> tuple[float, float, float]:
    """(narrow width, wide width, height), px."""
    letter = symbols.name_shape(node.name, look.px("maths")).boundingRect().width()
    narrow = max(letter + 2 * _PAD, 28.0 * look.scale)
    words = node_paint.text_width(look, "chip", shape_text(node))
    height = 26.0 * look.scale
    return narrow, narrow + words + 4 * look.scale, height


class _Picture(QGraphicsItem):
    """Paints all of them; it takes no mouse."""

    def __init__(self, owner: ParameterNodes) -> None:
        self._owner = owner
        self._bounds = QRectF()
        super().__init__()
        self.setZValue(0.4)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def refresh(self) -> None:
        """Other parameters, or other places."""
        self.prepareGeometryChange()
        self._bounds = QRectF()
        for spot in self._owner.spots.values():
            box = QRectF(*spot.rect).united(QRectF(QPointF(*spot.end), QPointF(*spot.start)))
            self._bounds = self._bounds.united(box.normalized().adjusted(-4, -4, 4, 4))
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if not self._owner.spots:
            return
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for node in self._owner.nodes:
            spot = self._owner.spots.get(node.key)
            if spot is None:
                continue
            _paint_arrow(painter, look, spot)
            _paint_box(painter, look, node, spot)
            if zoom >= collapse_zoom():
                _paint_words(painter, look, node, spot)


def _paint_arrow(painter: QPainter, look: Theme, spot: Spot) -> None:
    """From the parameter into its card."""
    start, end = QPointF(*spot.start), QPointF(*spot.end)
    painter.setPen(QPen(look.color("upd"), look.size("wire") * 0.7 * spot.scale))
    painter.drawLine(start, end)
    way = end - start
    length = max((way.x() ** 2 + way.y() ** 2) ** 0.5, 1.0)
    along = way / length * 8 * look.scale * max(spot.scale, 0.6)
    across = QPointF(-along.y(), along.x()) * 0.5
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("upd"))
    painter.drawPolygon(QPolygonF([end, end - along + across, end - along - across]))


def _paint_box(painter: QPainter, look: Theme, node: ParameterNode, spot: Spot) -> None:
    """A small round card; dashed where the array belongs to another one."""
    box = QRectF(*spot.rect)
    pen = QPen(look.color("upd"), 1.4 * look.scale * spot.scale)
    if node.tied_to:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(look.color("surface"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)


def _paint_words(painter: QPainter, look: Theme, node: ParameterNode, spot: Spot) -> None:
    """The symbol, and the shape where there is room."""
    painter.save()
    painter.translate(QPointF(spot.rect.x, spot.rect.y))
    painter.scale(spot.scale, spot.scale)
    box = QRectF(0, 0, spot.rect.width / spot.scale, spot.rect.height / spot.scale)
    px = look.px("maths")
    path = symbols.name_shape(node.name, px)
    narrow, _wide, _height = size_of(node, look)
    letter = path.boundingRect()
    left = box.left() + (narrow - letter.width()) / 2 - letter.left()
    base = box.center().y() + 0.3 * px
    symbols.draw_symbol(painter, QPointF(left, base), path, look.color("upd"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if spot.is_wide:
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text2"))
        room = box.adjusted(narrow - 4 * look.scale, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, int(flags), shape_text(node))
    painter.restore()
