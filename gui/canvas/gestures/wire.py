"""Draw a wire from port to port, or take the end of a wire to another port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from gui import theme
from gui.canvas.gestures.base import Gesture, Modifiers
from gui.canvas.node_item import NodeItem
from gui.canvas.replacing import replacement
from gui.canvas.wire_text import carries_target
from model.design import Wire
from model.errors import DesignError
from model.repairs import insert_flatten
from model.wiring import check_wire

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_LEAST_PX = 5.0
_REACH = 18.0


class WireGesture(Gesture):
    """From a port, in either direction. Ports it may join are lit, all other cards are dimmed."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self,
        view: CanvasView,
        start: QPointF,
        node_id: str,
        port: str,
        *,
        from_output: bool,
        anchor: QPointF,
        replaces: Wire | None = None,
    ) -> None:
        super().__init__(view, start)
        self._node_id = node_id
        self._port = port
        self._from_output = from_output
        self._anchor = anchor
        self._replaces = replaces
        self._at = start
        self._is_drawing = False
        self._allowed: dict[tuple[str, str], Wire] = {}

    def _begin(self) -> None:
        """Find out once which ports may be joined."""
        self._is_drawing = True
        self.scene.wires.hidden = self._replaces
        self.scene.wires.update()
        graph, inference = self.document.graph, self.document.inference
        for key, node in graph.nodes.items():
            ports = node.layer.inputs if self._from_output else node.layer.outputs
            for port in ports:
                wire = self._wire_to(key, port.name)
                try:
                    check_wire(graph, inference, wire, replaces=self._replaces)
                except DesignError:
                    continue
                self._allowed[key, port.name] = wire
        lit: dict[str, set[tuple[str, bool]]] = {}
        for key, port in self._allowed:
            lit.setdefault(key, set()).add((port, self._from_output))
        for key, item in self.scene.nodes.items():
            item.lit = frozenset(lit.get(key, ()))
        self.scene.set_dimmed(self.scene.nodes.keys() - lit.keys() - {self._node_id})

    def _wire_to(self, key: str, port: str) -> Wire:
        if self._from_output:
            return Wire(self._node_id, self._port, key, port)
        order = self._replaces.order if self._replaces is not None else 0
        return Wire(key, port, self._node_id, self._port, order)

    def _goal(self, at: QPointF) -> tuple[NodeItem, str] | None:
        """The port at the pointer; anywhere on a card its first port that may be joined."""
        found = self.scene.port_at(at, _REACH)
        if found is not None and found[0].node_id != self._node_id:
            item, slot = found
            if slot.is_input == self._from_output:
                return item, slot.port
        item = self.scene.node_at(at)
        if item is None or item.node_id == self._node_id:
            return None
        layer = item.node.layer
        ports = [port.name for port in (layer.inputs if self._from_output else layer.outputs)]
        allowed = [port for port in ports if (item.node_id, port) in self._allowed]
        return (item, (allowed or ports)[0]) if ports else None

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        self._at = at
        if not self._is_drawing:
            step = at - self.start
            if max(abs(step.x()), abs(step.y())) * self.view.zoom < _LEAST_PX:
                return
            self._begin()
        self._mark(self._goal(at))
        self.view.viewport().update()

    def _mark(self, goal: tuple[NodeItem, str] | None) -> None:
        for item in self.scene.nodes.values():
            slot = None
            if goal is not None and item is goal[0] and (item.node_id, goal[1]) in self._allowed:
                slot = next(
                    (
                        s
                        for s in item.slots
                        if s.port == goal[1] and s.is_input == self._from_output and s.wire is None
                    ),
                    None,
                )
            if item.hovered != slot:
                item.hovered = slot
                item.update()

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        goal = self._goal(at)
        is_drawing = self._is_drawing
        self._end()
        if not is_drawing:
            if self._replaces is not None:
                self.scene.select((), {self._replaces})
            return
        if goal is not None:
            self._join(self._wire_to(goal[0].node_id, goal[1]), at)
        elif self.scene.node_at(at) is None:
            self._drop_on_empty(at)
        else:
            self._refuse_card(at)

    def _join(self, wire: Wire, at: QPointF) -> None:
        try:
            self.view.inserter.connect(wire, self._replaces)
        except DesignError as fault:
            self._refuse(fault, wire, at)

    def _refuse(self, fault: DesignError, wire: Wire, at: QPointF) -> None:
        """Say why, and offer a Flatten or the place of the other wire where that would help."""
        graph, inference = self.document.graph, self.document.inference
        spec = inference.outputs.get((wire.source, wire.source_port))
        taken = graph.wires_into(wire.target, wire.target_port)
        actions = []
        instead = replacement(graph, inference, wire, self._replaces)
        if instead is not None:
            actions.append(instead)
        is_new = self._replaces is None and not taken
        if "Flatten" in fault.hint and spec is not None and len(spec.shape) > 1 and is_new:
            actions.append(insert_flatten(graph, wire))
        self.document.report(fault, actions)
        self.view.show_bubble(str(fault), at)

    def _refuse_card(self, at: QPointF) -> None:
        item = self.scene.node_at(at)
        if item is None or item.node_id == self._node_id:
            return
        side = "input" if self._from_output else "output"
        title = self.document.graph.title_of(item.node_id)
        said = f"{title} has no {side} that this wire could join."
        fault = DesignError(said, node_id=item.node_id)
        self.document.report(fault)
        self.view.show_bubble(str(fault), at)

    def _drop_on_empty(self, at: QPointF) -> None:
        """A layer is chosen for the place; a wire that was taken off its port is removed."""
        if self._replaces is not None:
            self.view.remove_wires({self._replaces})
            return
        self.view.open_search_for_port(self._node_id, self._port, self._from_output, at)

    def cancel(self) -> None:
        self._end()

    def _end(self) -> None:
        self.scene.wires.hidden = None
        self.scene.wires.update()
        for item in self.scene.nodes.values():
            item.lit = frozenset()
            item.hovered = None
        self.scene.set_dimmed(())
        self._is_drawing = False
        self.view.viewport().update()

    def paint(self, painter: QPainter) -> None:
        if not self._is_drawing:
            return
        goal = self._goal(self._at)
        end, is_good = self._at, False
        if goal is not None:
            item, port = goal
            is_good = (item.node_id, port) in self._allowed
            slot = item.hovered
            if is_good and slot is not None:
                end = item.slot_point(slot)
        paint_rubber(
            painter,
            self._anchor,
            end,
            is_good=is_good,
            is_refused=goal is not None and not is_good,
            is_dotted=self._is_target(),
        )

    def _is_target(self) -> bool:
        wire = Wire(self._node_id, self._port, "", self._port if not self._from_output else "")
        spec = self.document.inference.outputs.get((self._node_id, self._port))
        return carries_target(wire, spec if self._from_output else None)


class RewireGesture(WireGesture):
    """Take one end of a wire to another port; let go on empty canvas, the wire is gone."""

    def __init__(self, view: CanvasView, start: QPointF, wire: Wire, *, moves_target: bool) -> None:
        route = view.canvas.wires.route_of(wire)
        fixed = route[0] if moves_target else route[-1]
        super().__init__(
            view,
            start,
            wire.source if moves_target else wire.target,
            wire.source_port if moves_target else wire.target_port,
            from_output=moves_target,
            anchor=QPointF(*fixed),
            replaces=wire,
        )


def paint_rubber(
    painter: QPainter,
    start: QPointF,
    end: QPointF,
    *,
    is_good: bool,
    is_refused: bool = False,
    is_dotted: bool = False,
) -> None:
    """The wire in the hand: blue, solid over a port that takes it, red over one that does not."""
    look = theme.current()
    pen = QPen(look.color("err" if is_refused else "accent"), 2.5 if not is_good else 3.5)
    if is_dotted and not is_good:
        pen.setStyle(Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(start)
    reach = max(abs(end.x() - start.x()), abs(end.y() - start.y())) / 2
    bend = (
        QPointF(reach, 0)
        if abs(end.x() - start.x()) > abs(end.y() - start.y())
        else QPointF(0, reach)
    )
    sign = 1 if end.x() + end.y() >= start.x() + start.y() else -1
    path.cubicTo(start + bend * sign, end - bend * sign, end)
    painter.drawPath(path)
    painter.setBrush(pen.color())
    painter.drawEllipse(end, 4, 4)
