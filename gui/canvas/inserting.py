"""New cards: dropped, spliced into a wire, or hung onto a port; each is one undo step."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from gui.canvas import fitting, placing
from gui.canvas.geometry import Point, Rect
from gui.canvas.layout import GAP
from gui.canvas.measuring import measure
from gui.canvas.pushing import free_offset
from gui.canvas.scene import CanvasScene
from model import editing
from model.design import Edit, Node, Wire
from model.errors import DesignError
from model.layer import Layer, Loss, Parameter, Source, Spec
from model.layers.source import DataSource
from model.shapes import Inference
from model.wiring import check_wire


class Inserter:
    """Builds the edits and hands them to the document. Points come in scene pixels; sizes and
    places in here are pixels of the design."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._document = scene.document
        self.is_snapping = True

    def drop(self, layer: Layer, at: QPointF, wire: Wire | None) -> DesignError | None:
        """A layer is let go with its middle at a point, perhaps on a wire. The reason is given
        back where it could not be spliced in; it lies on the canvas all the same."""
        fault = None
        if wire is not None:
            fault = fitting.why_not_on(self._document.inference, layer, wire)
            if fault is None:
                self.splice(layer, wire)
                return None
        x, y = self._around(at, self._size(layer, None))
        self._document.attempt(editing.add_node, layer, x, y)
        return fault

    def splice(self, layer: Layer, wire: Wire) -> None:
        """Put a new card into a wire; the cards behind it make room."""
        size = self._size(layer, self._document.inference.wires.get(wire))
        place, moved = placing.between(self._cards(), wire.source, wire.target, size)
        graph = self._document.graph
        edit = editing.splice(graph, layer, *place, wire)
        self._document.apply(joined(edit, editing.move(graph, moved)))

    def after(self, layer: Layer, node_id: str, port: str, at: QPointF | None = None) -> bool:
        """A new card behind an output port. False where it does not fit there."""
        graph, inference = self._document.graph, self._document.inference
        spec = inference.outputs.get((node_id, port))
        entry = fitting.entry_port(layer, spec)
        fault = fitting.why_not_after(layer, spec)
        if fault is not None or entry is None:
            if fault is not None:
                self._document.report(fault.at(node_id))
            return False
        width, height = self._size(layer, spec)
        rects = self._scene.design_rects()
        if at is None:
            above = rects[node_id]
            wish = Rect(above.centre[0] - width / 2, above.bottom + GAP, width, height)
            x, y = placing.free_spot(rects, wish)
        else:
            x, y = self._around(at, (width, 32.0))
        edit = editing.add_node(graph, layer, x, y)
        wires = [Wire(node_id, port, edit.created[0], entry.name)]
        if isinstance(layer, Loss) and entry.name == "prediction":
            wires += self._labels_for(edit.created[0], node_id)
        changes = (*edit.changes, *(editing.added(wire) for wire in wires))
        return self._document.apply(edit._replace(changes=changes))

    def _labels_for(self, loss_id: str, node_id: str) -> list[Wire]:
        """A loss is wired to the labels as well, where only one data set can be meant."""
        graph = self._document.graph
        above = {node_id, *graph.ancestors(node_id)}
        found = [key for key in above if isinstance(graph.node(key).layer, DataSource)]
        return [Wire(found[0], "y", loss_id, "target")] if len(found) == 1 else []

    def before(self, layer: Layer, node_id: str, port: str, at: QPointF) -> bool:
        """A new card in front of an input port. False where it does not fit there."""
        graph, inference = self._document.graph, self._document.inference
        fault = fitting.why_not_before(graph, inference, layer, node_id, port)
        if fault is not None:
            self._document.report(fault.at(node_id))
            return False
        x, y = self._around(at, self._size(layer, None))
        edit = editing.add_node(graph, layer, x, y)
        taken = graph.wires_into(node_id, port)
        order = taken[-1].order + 1 if taken else 0
        wire = Wire(edit.created[0], fitting.exit_port(layer, port), node_id, port, order)
        changes = (*edit.changes, editing.added(wire))
        return self._document.apply(edit._replace(changes=changes))

    def beside_selection(self, layer: Layer, at: QPointF) -> None:
        """A card chosen by keyboard: wired behind the selected node where it fits, spliced in
        where that node has one wire already, else laid down free at the point."""
        graph, inference = self._document.graph, self._document.inference
        chosen = [key for key in self._scene.selected_ids() if key in graph]
        if len(chosen) == 1 and not isinstance(layer, Source):
            for port in graph.node(chosen[0]).layer.outputs:
                spec = inference.outputs.get((chosen[0], port.name))
                if fitting.why_not_after(layer, spec) is None:
                    self._behind(layer, chosen[0], port.name)
                    return
        width, height = self._size(layer, None)
        x, y = self._around(at, (width, height))
        spot = placing.free_spot(self._scene.design_rects(), Rect(x, y, width, height))
        self._document.attempt(editing.add_node, layer, *spot)

    def _behind(self, layer: Layer, node_id: str, port: str) -> None:
        """Into the one wire of a port, or at its end."""
        leaving = self._document.graph.wires_from(node_id, port)
        if len(leaving) == 1 and self.why_not_splice(layer, leaving[0]) is None:
            self.splice(layer, leaving[0])
        else:
            self.after(layer, node_id, port)

    def splice_existing(self, node_id: str, wire: Wire) -> bool:
        """A card without wires is let go on a wire."""
        graph = self._document.graph
        layer = graph.node(node_id).layer
        if fitting.why_not_on(self._document.inference, layer, wire) is not None:
            return False
        rects = self._cards()
        rect = rects.pop(node_id)
        size = self._size(layer, self._document.inference.wires.get(wire))
        size = (max(size[0], rect.width), max(size[1], rect.height))
        place, moved = placing.between(rects, wire.source, wire.target, size)
        moves = editing.move(graph, {**moved, node_id: place})
        edit = editing.splice_existing(graph, node_id, wire)
        return self._document.apply(joined(edit, moves))

    def can_splice_existing(self, node_id: str, wire: Wire) -> bool:
        graph = self._document.graph
        is_loose = not graph.wires_into(node_id) and not graph.wires_from(node_id)
        layer = graph.node(node_id).layer
        return is_loose and fitting.why_not_on(self._document.inference, layer, wire) is None

    def connect(self, wire: Wire, replaces: Wire | None = None) -> None:
        """Raises: DesignError where the wire may not be drawn."""
        graph = self._document.graph
        check_wire(graph, self._document.inference, wire, replaces=replaces)
        if replaces is None:
            self._document.apply(editing.add_wire(graph, wire))
        elif wire != replaces:
            self._document.apply(editing.rewire(graph, replaces, wire))

    def why_not_splice(self, layer: Layer, wire: Wire) -> DesignError | None:
        """The reason why a new layer may not enter a wire; None where it may."""
        return fitting.why_not_on(self._document.inference, layer, wire)

    def size_of(self, layer: Layer) -> tuple[float, float]:
        """The size of a new card without wires, in the scene."""
        return self._scene.to_scene(*self._size(layer, None))

    def free_corner(self, size: tuple[float, float], at: QPointF) -> Point:
        """Where a new card of this size (scene) comes to lie that is let go with its middle at a
        point: there, or beside what lies there (scene)."""
        x, y = self._around(at, self._scene.to_design(*size))
        rect = Rect(x, y, *self._scene.to_design(*size))
        dx, dy = free_offset(list(self._scene.design_rects().values()), [rect])
        return self._scene.to_scene(x + dx, y + dy)

    def _cards(self) -> dict[str, Rect]:
        rects = self._scene.design_rects()
        return {key: rects[key] for key in self._scene.nodes}

    def _around(self, at: QPointF, size: tuple[float, float]) -> Point:
        """The corner of a box whose middle lies at a point of the scene."""
        x, y = self._scene.to_design(at.x(), at.y())
        return placing.snapped(x - size[0] / 2, y - size[1] / 2, self.is_snapping)

    def _size(self, layer: Layer, spec: Spec | None) -> tuple[float, float]:
        """The size that the card will have behind an array of this kind."""
        size = measure(Node(layer=layer), _foreseen(layer, spec), "new").size
        return self._scene.to_design(*size)


def _foreseen(layer: Layer, spec: Spec | None) -> Inference:
    """What inference would say of a new node "new" behind an array of this kind."""
    parameters: dict[str, Parameter] = {}
    outputs: dict[tuple[str, str], Spec] = {}
    try:
        if isinstance(layer, Source):
            outputs = {("new", name): found for name, found in layer.out_specs().items()}
        elif isinstance(layer, Loss):
            outputs = {("new", ""): Spec(())}
        elif spec is not None and len(layer.inputs) == 1 and not layer.inputs[0].is_variadic:
            outputs = {("new", "h"): layer.out_spec(spec)}
            parameters = layer.parameters(spec)
    except DesignError:
        return Inference()
    first = next(iter(outputs.values()), None)
    return Inference(
        inputs={"new": (spec,)} if spec is not None else {},
        outputs=outputs,
        first_outputs={"new": first} if first is not None else {},
        parameters={"new": parameters},
    )


def joined(first: Edit, second: Edit) -> Edit:
    """Two edits as one step under the first one's text."""
    return first._replace(changes=(*first.changes, *second.changes))
