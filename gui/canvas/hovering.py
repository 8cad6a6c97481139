"""What the pointer lies on: ports grow, wires light up, a strip shows its neuron, tips explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from gui.canvas import difference_mark
from gui.canvas.cards.why_not import NO_STEP, NOT_COMPUTED
from gui.canvas.geometry import Slot
from gui.canvas.node_item import NodeItem
from gui.canvas.wire_text import label_of
from gui.canvas.zooms import collapse_zoom
from model.design import Wire
from model.layer import help_line
from model.layers.scalar import Variable

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Hovering(QObject):
    """Kept up to date by the view's mouse movements while no gesture is on."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._scene = view.canvas
        self._item: NodeItem | None = None
        self._stop: NodeItem | None = None

    def move(self, at: QPointF) -> None:
        """The pointer lies here (scene)."""
        is_near = self._view.zoom >= 0.28
        stop = self._scene.stop_at(at) if self._scene.live.is_held and is_near else None
        self._set_stop(stop)
        found = self._scene.port_at(at) if is_near and stop is None else None
        self._set_port(*(found if found is not None else (None, None)))
        node = self._scene.node_at(at)
        wire = None if found or node else self._scene.wires.wire_at(at)
        if wire != self._scene.wires.hovered:
            self._view.canvas.wires.highlight(wire)
        self._set_cursor(found is not None, node is not None, wire is not None, at)
        if stop is not None:
            self._view.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        if node is not None and found is None:
            self._follow_neuron(node, at)

    def leave(self) -> None:
        """The pointer has left the canvas."""
        self._set_port(None, None)
        self._set_stop(None)
        if self._view.gesture is None:
            self._view.canvas.wires.highlight(None)

    def _set_port(self, item: NodeItem | None, slot: Slot | None) -> None:
        for touched, hovered in ((self._item, None), (item, slot)):
            if touched is not None and touched.hovered != hovered:
                touched.hovered = hovered
                touched.update()
        self._item = item

    def _set_stop(self, item: NodeItem | None) -> None:
        """A faint dot where a click would set a breakpoint."""
        for touched, is_hovered in ((self._stop, False), (item, True)):
            if touched is not None and touched.is_stop_hovered != is_hovered:
                touched.is_stop_hovered = is_hovered
                touched.update()
        self._stop = item

    def _set_cursor(self, is_port: bool, is_node: bool, is_wire: bool, at: QPointF) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._view.is_space_down:
            shape = Qt.CursorShape.OpenHandCursor
        elif is_port:
            shape = Qt.CursorShape.CrossCursor
        elif is_wire:
            shape = Qt.CursorShape.PointingHandCursor
        elif not is_node:
            note = self._scene.note_at(at)
            if note is not None and note.is_grip(at):
                shape = Qt.CursorShape.SizeFDiagCursor
        if self._view.viewport().cursor().shape() != shape:
            self._view.viewport().setCursor(shape)

    def _follow_neuron(self, item: NodeItem, at: QPointF) -> None:
        controller = self._scene.controller
        if controller is None or item.face is None or self._view.zoom < collapse_zoom():
            return
        context = self._scene.context_of(item.node_id)
        neuron = item.face.neuron_at(at - item.pos(), item.body_rect(), context)
        if neuron is not None and neuron != self._scene.neuron:
            controller.show_neuron(neuron)

    def show_tip(self, event: QHelpEvent) -> bool:
        """The tooltip of what lies under the pointer."""
        at = self._view.mapToScene(event.pos())
        text = self.tip_at(at)
        if text:
            QToolTip.showText(event.globalPos(), text, self._view.viewport())
        else:
            QToolTip.hideText()
        return True

    def tip_at(self, at: QPointF) -> str:
        """In words: mark of the debugger, port, problem, number on the face, layer, or wire."""
        if self._scene.live.is_held:
            said = self._mark_tip(at)
            if said:
                return said
        found = self._scene.port_at(at) if self._view.zoom >= 0.28 else None
        if found is not None:
            return self._port_tip(*found)
        said = self._difference_tip(at)
        if said:
            return said
        said = self._scene.parameters.tip_at(at)
        if said:
            return said
        item = self._scene.node_at(at)
        if item is not None:
            return self._card_tip(item, at)
        wire = self._scene.wires.wire_at(at) or self._scene.wires.labelled_at(at)
        return self._wire_tip(wire) if wire is not None else ""

    def _mark_tip(self, at: QPointF) -> str:
        """Marks stand on the edges of cards, partly beside them."""
        around = QRectF(at.x() - 16, at.y() - 16, 32, 32)
        for item in self._scene.items(around):
            if isinstance(item, NodeItem):
                said = item.mark_tip_at(at - item.pos())
                if said:
                    return said
        return ""

    def _difference_tip(self, at: QPointF) -> str:
        """How far a twin run is away, on the strip of a card."""
        around = QRectF(at.x() - 16, at.y() - 16, 32, 32)
        for item in self._scene.items(around):
            if isinstance(item, NodeItem) and difference_mark.is_at(item, at - item.pos()):
                return "\n".join([item.node.title, *difference_mark.sentences(item)])
        return ""

    def _port_tip(self, item: NodeItem, slot: Slot) -> str:
        port = item.node.port(slot.port, is_input=slot.is_input)
        kind = "Input" if slot.is_input else "Output"
        said = f"{kind} {slot.port} of {self._scene.document.graph.title_of(item.node_id)}"
        if port is not None and port.description:
            said += f": {port.description}"
        spec = self._scene.document.inference.outputs.get((item.node_id, slot.port))
        spec = None if self._scene.hides_shapes else spec
        if not slot.is_input and spec is not None:
            said += f" ({spec})"
        return f"{said}\nDrag to draw a wire."

    def _card_tip(self, item: NodeItem, at: QPointF) -> str:
        of_header = ""
        if item.face is not None and self._view.zoom >= collapse_zoom():
            context = self._scene.context_of(item.node_id)
            of_header = item.face.header_tip(context)
            said = item.face.tip_at(at - item.pos(), item.body_rect(), context)
            if said:
                is_held = self._scene.live.is_held
                return said.replace(NO_STEP, NOT_COMPUTED) if is_held else said
        inference = self._scene.document.inference
        count = inference.n_parameters(item.node_id)
        spec = inference.out(item.node_id)
        lines = [self._scene.document.graph.title_of(item.node_id)]
        if item.problem:
            lines.append(item.problem)
        else:
            lines.append(help_line(type(item.node.layer)))
            if spec is not None and not self._scene.hides_shapes:
                lines.append(
                    f"Output {spec}. {f'{count:,} parameters' if count else 'No parameters'}."
                )
            lines += [of_header] if of_header else []
        lines += difference_mark.sentences(item)
        return "\n".join(lines)

    def _shape_of(self, wire: Wire) -> str:
        """ "" while the student is asked for shapes."""
        if self._scene.hides_shapes:
            return ""
        return label_of(wire, self._scene.document.inference.wires.get(wire))

    def _wire_tip(self, wire: Wire) -> str:
        document = self._scene.document
        source, target = (document.graph.title_of(key) for key in (wire.source, wire.target))
        lines = [f"{source} to {target}", self._shape_of(wire)]
        lines += [str(p) for p in document.inference.problems if wire in p.wires]
        snapshot = self._scene.snapshot
        if snapshot is not None and wire in snapshot.wires:
            lines.append(f"RMS of δ on this wire: {snapshot.wires[wire]:.6g}")
        if snapshot is not None and wire in snapshot.vanished:
            lines.append(f"All weights of {self._weights_of(wire)} are exactly 0: nothing passes.")
        return "\n".join(line for line in lines if line)

    def _weights_of(self, wire: Wire) -> str:
        """The card whose weights a wire meets: the weight itself, or the layer it enters."""
        graph = self._scene.document.graph
        is_weight = isinstance(graph.node(wire.source).layer, Variable)
        return graph.title_of(wire.source if is_weight else wire.target)
