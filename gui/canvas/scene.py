"""The scene mirrors the document's graph through its events; items are rebuilt from the model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRectF, Signal, Slot

from gui import theme
from gui.canvas import node_paint
from gui.canvas.card_facts import facts_of
from gui.canvas.card_pictures import CardPictures
from gui.canvas.cards import FaceContext
from gui.canvas.cards.hints import NO_HINTS, hints_of
from gui.canvas.dry_values import DryValues
from gui.canvas.far_view import FarView
from gui.canvas.geometry import Rect, united
from gui.canvas.geometry import Slot as PortSlot
from gui.canvas.labels_above import LabelsAbove
from gui.canvas.live import wire_looks
from gui.canvas.live_display import LiveDisplay
from gui.canvas.node_item import NodeItem
from gui.canvas.note_item import NoteItem
from gui.canvas.parameter_nodes import ParameterNodes
from gui.canvas.room import RoomMaker
from gui.canvas.run_faults import RunFaults
from gui.canvas.run_warnings import RunWarnings
from gui.canvas.selecting import Selectable
from gui.canvas.walk_looks import walk_looks
from gui.canvas.wire_geometry import WireGeometry
from gui.canvas.wire_layer import WireLayer
from gui.canvas.wire_text import label_of
from gui.document import Document
from gui.formula_painter import setter
from model.design import Node, Wire
from model.shapes import Inference
from model.snapshot import Snapshot

if TYPE_CHECKING:
    from model.analysis.twin_differences import NodeDifference

_MARGIN = 4000.0
_MOST_PIECED = 150


class CanvasScene(Selectable):
    """Cards, wires and notes of the open design. It never changes the graph.

    controller: the training controller, or None where nothing runs (then nothing is live).
    """

    geometry_changed = Signal()
    """Cards came, went, moved or changed their size."""
    faces_changed = Signal()
    """Cards have other numbers to show: views repaint the live parts."""
    some_faces_changed = Signal(object)
    """Only these cards (set of ids) have other numbers to show."""
    live_changed = Signal()
    """A new snapshot, or none any more: the scale of delta may have changed."""

    def __init__(
        self, document: Document, controller: Any = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.controller = controller
        self.pictures = CardPictures()
        self.arrowed: frozenset[tuple[str, str]] = frozenset()
        """(node id, port) of the outputs at which an arrowhead stands."""
        self._content: QRectF | None = None
        self.hides_shapes = False
        """Shapes on cards and wires are a question mark: the student is asked for them."""
        self.dimmed: frozenset[str] = frozenset()
        self._dirty: set[str] = set()
        self._new_wires: set[Wire] = set()
        self._seen: dict[str, tuple[object, ...]] = {}
        self._layer_index: dict[str, int] = {}
        self._shown: Inference | None = None
        self._is_stale = True
        self.wires = WireLayer()
        self._labels_above = LabelsAbove(self.wires)
        self.geometry = WireGeometry(document.graph)
        self._far = FarView(self)
        self.addItem(self.wires)
        self.addItem(self._far)
        self.addItem(self._labels_above)
        if controller is not None:
            controller.reset_done.connect(self._on_reset)  # before the displays look at the faces
        self.dry = DryValues(self)
        self.live = LiveDisplay(self, controller)
        self._run_faults = RunFaults(self, controller)
        self._run_warnings = RunWarnings(self, controller)
        self.parameters = ParameterNodes(self)
        self._listen()
        self._dirty.update(document.graph.nodes, document.graph.notes)
        self._on_changed()
        document.make_room = RoomMaker(self)

    def _listen(self) -> None:
        graph = self.document.graph
        graph.node_added.connect(self._dirty.add)
        graph.node_removed.connect(self._dirty.add)
        graph.node_changed.connect(self._on_node_changed)
        graph.note_added.connect(self._dirty.add)
        graph.note_removed.connect(self._dirty.add)
        graph.note_changed.connect(self._dirty.add)
        graph.wire_added.connect(self._new_wires.add)
        graph.changed.connect(self._on_changed)
        self.document.inference_changed.connect(self._on_inference_changed)
        theme.notifier().changed.connect(self._on_theme_changed)
        setter().advanced.connect(self._on_formulas_set)

    # the graph's events

    def _on_node_changed(self, node_id: str, _old: Node, _new: Node) -> None:
        self._dirty.add(node_id)

    def _on_changed(self) -> None:
        """After all changes of one edit: make, refill and drop items, then route the wires."""
        inference = self.document.inference
        if self.dry.refresh():
            self.faces_changed.emit()
        for key in self._dirty:
            self._sync_node(key, inference)
            self._sync_note(key)
        self._refill(inference)
        self._lay_wires(self._new_wires, renewed=self._dirty)
        self._dirty.clear()
        self._new_wires.clear()
        self.prune_selection()

    def _sync_node(self, key: str, inference: Inference) -> None:
        item = self.nodes.get(key)
        if key not in self.document.graph:
            if item is not None:
                self.removeItem(self.nodes.pop(key))
                self._seen.pop(key, None)
                self.pictures.forget(key)
            return
        node = self.document.graph.node(key)
        if item is None:
            self.nodes[key] = NodeItem(self, key, node)
            self.nodes[key].place(*self.to_scene(node.x, node.y))
            self.addItem(self.nodes[key])
        else:
            item.node = node
            item.place(*self.to_scene(node.x, node.y))

    def _sync_note(self, key: str) -> None:
        note = self.document.graph.notes.get(key)
        item = self.notes.get(key)
        if note is None:
            if item is not None:
                self.removeItem(self.notes.pop(key))
        elif item is None:
            self.notes[key] = NoteItem(key, note)
            self.notes[key].fill(note, self.spread)
            self.addItem(self.notes[key])
        else:
            item.fill(note, self.spread)

    def _refill(self, inference: Inference, *, is_forced: bool = False) -> None:
        """Tell the cards whose facts have changed, and those that are new."""
        self._shown = inference
        self._layer_index = {key: index + 1 for index, key in enumerate(inference.order)}
        hints = hints_of(self.document.graph)
        for key, item in self.nodes.items():
            hint = hints.get(key, NO_HINTS)
            facts = facts_of(key, item.node, inference, hint)
            if is_forced or facts != self._seen.get(key):
                self._seen[key] = facts
                item.fill(item.node, inference, hint)

    def facts_shown(self, key: str) -> tuple[object, ...] | None:
        """What the card of a node shows of the model now, `facts_of`; None for a new node."""
        return self._seen.get(key)

    @Slot(object)
    def _on_inference_changed(self, inference: Inference) -> None:
        if inference is not self._shown:
            self._refill(inference)
            self._lay_wires(())

    def _lay_wires(
        self,
        changed: Collection[Wire],
        dragged: Collection[str] = (),
        renewed: Collection[str] = (),
    ) -> None:
        rects = {key: item.rect() for key, item in (*self.nodes.items(), *self.notes.items())}
        is_moved = rects != self.geometry.rects
        if is_moved:
            self._content = None
        if is_moved or not dragged:
            for key in self.geometry.update(rects, changed, dragged=dragged, renewed=renewed):
                self.nodes[key].slots = self.geometry.slots[key]
                self.nodes[key].update()
            self._label_wires(is_drag=bool(dragged))
        self._is_stale |= is_moved
        if dragged:
            return
        self.style_wires()
        if self._is_stale or self._dirty:
            self._is_stale = False
            self._fit_scene_rect()
            self.geometry_changed.emit()

    def _label_wires(self, *, is_drag: bool) -> None:
        """Labels stand still on the wires that do not move in a drag."""
        found = self.document.inference.wires
        texts = {
            wire: "?" if self.hides_shapes else label_of(wire, found.get(wire))
            for wire in self.geometry.routes
        }
        if is_drag and len(texts) > 60:
            labels = {w: label for w in texts if (label := self.wires.label_of(w)) is not None}
        else:
            labels = self.geometry.labels(texts, node_paint.label_size)
        self.wires.set_routes(self.geometry.routes, labels)
        self._labels_above.set_labels(labels)

    def style_wires(self) -> None:
        """Width and colour of the wires now; outputs make room for arrowheads."""
        routes, inference, look = self.geometry.routes, self.document.inference, theme.current()
        held = self.live.held
        if held is not None:
            looks = walk_looks(routes, inference, held.wires, look)
        else:
            before = self.wires.looks
            looks = wire_looks(routes, inference, self.snapshot, self.live.phase, look, before)
        self.wires.set_looks(looks)
        ends = ((w.source, w.source_port) for w, x in looks.items() if x.arrow == "backward")
        arrowed = frozenset(ends)
        if arrowed != self.arrowed:
            for key, _port in arrowed ^ self.arrowed:
                if key in self.nodes:
                    self.nodes[key].update()
            self.arrowed = arrowed

    def _fit_scene_rect(self) -> None:
        around = self.content_rect()
        self.setSceneRect(around.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
        self._far.set_bounds(around)

    def content_rect(self) -> QRectF:
        """As `Places` has it, kept until something has moved."""
        if self._content is None:
            self._content = super().content_rect()
        return QRectF(self._content)

    def drawn_rect(self, *, with_notes: bool = True) -> QRectF:
        """Around everything that is painted: cards, notes, wires and their labels."""
        keys = (*self.nodes, *self.notes) if with_notes else self.nodes
        box = united(self.rect_of(key) for key in keys)
        cards = QRectF(*box) if box is not None else QRectF()
        return cards.united(self.wires.drawn_rect()).united(self.parameters.drawn_rect())

    def drawn_pieces(self, *, with_notes: bool = True) -> list[Rect]:
        """What should not lie under anything: cards, notes, pieces of wires and their labels; of
        large designs cards and notes alone."""
        keys = (*self.nodes, *self.notes) if with_notes else self.nodes
        found = [self.rect_of(key) for key in keys]
        return found + self.wires.pieces() if len(found) <= _MOST_PIECED else found

    # asked by the view and the gestures

    def is_dimmed(self, node_id: str) -> bool:
        return node_id in self.dimmed

    def set_dimmed(self, keys: Iterable[str]) -> None:
        self.dimmed = frozenset(keys)
        for item in self.nodes.values():
            item.update()

    def goes_up(self, node_id: str, slot: PortSlot) -> bool:
        """Whether a wire bends upwards right behind an output, where its name would stand."""
        y = self.rect_of(node_id).y + slot.y
        leaving = self.document.graph.wires_from(node_id, slot.port)
        routes = (self.geometry.routes.get(wire, ()) for wire in leaving)
        return any(len(route) > 2 and route[2][1] < y - 1 for route in routes)

    def context_of(self, node_id: str) -> FaceContext:
        """What a card's face needs to know now."""
        snapshot = self.snapshot
        return FaceContext(
            theme=theme.current(),
            view=self.dry.view(node_id, snapshot.nodes.get(node_id) if snapshot else None),
            snapshot=snapshot,
            item=snapshot.item if snapshot is not None else self._wanted_item(),
            neuron=self.neuron,
            delta_scale=self.live.delta_scale.value,
            layer_index=self.layer_index(node_id),
            spec=self._shown.out(node_id) if self._shown is not None else None,
            absence=self.live.absence(node_id),
        )

    def layer_index(self, node_id: str) -> int:
        """The l of h^(l) for the output of a node; 0 where it takes no part."""
        return self._layer_index.get(node_id, 0)

    def _wanted_item(self) -> int:
        return self.controller.request.item if self.controller is not None else 0

    def set_shapes_hidden(self, is_hidden: bool) -> None:
        """Show shapes, or question marks in their place."""
        if is_hidden != self.hides_shapes:
            self.hides_shapes = is_hidden
            self._label_wires(is_drag=False)
            for item in self.nodes.values():
                item.update()

    def set_differences(self, found: Mapping[str, NodeDifference]) -> None:
        """Paint on the cards how far a twin run is away; nothing: as without."""
        for key, item in self.nodes.items():
            difference = found.get(key)
            if difference != item.difference:
                item.difference = difference
                item.update()

    # a drag shows where things would come to lie; the graph learns of it at its end

    def preview(self, places: dict[str, tuple[float, float]]) -> None:
        """Show nodes and notes at other places without moving them in the design."""
        for key, (x, y) in places.items():
            item = self.nodes.get(key) or self.notes.get(key)
            if item is not None:
                item.place(x, y)
        self._lay_wires((), places.keys())

    def end_preview(self) -> None:
        """Show everything where the design has it."""
        for key, item in self.nodes.items():
            node = self.document.graph.node(key)
            item.place(*self.to_scene(node.x, node.y))
        for key, note in self.document.graph.notes.items():
            self.notes[key].fill(note, self.spread)
        self._lay_wires(())

    # live values

    @property
    def snapshot(self) -> Snapshot | None:
        """The step that is shown; None before training and after a reset."""
        return self.live.snapshot

    @property
    def neuron(self) -> int | None:
        """The neuron that is followed through the cards."""
        return self.live.neuron

    @Slot()
    def _on_reset(self) -> None:
        for item in self.nodes.values():
            if item.face is not None:
                item.face.forget()

    @Slot()
    def _on_formulas_set(self) -> None:
        """Cards that had to show a formula as typed can now show it typeset."""
        self.update()

    @Slot(object)
    def _on_theme_changed(self, _theme: object) -> None:
        """Cards get other sizes, and more room where they are larger."""
        self._refill(self.document.inference, is_forced=True)
        self.geometry.clear()
        self.end_preview()
        self.update()
