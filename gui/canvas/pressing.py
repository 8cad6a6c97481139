"""Which gesture a press of the left button begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from gui.canvas.geometry import Slot
from gui.canvas.gestures import (
    BandGesture,
    MoveGesture,
    ResizeNote,
    RewireGesture,
    WireGesture,
)
from gui.canvas.node_item import NodeItem
from gui.canvas.zooms import collapse_zoom
from model.design import Wire

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

Modifiers = Qt.KeyboardModifier


def press(view: CanvasView, at: QPointF, modifiers: Modifiers) -> None:
    """Ports before cards, cards before wires, wires before notes, and else a rubber band."""
    scene = view.canvas
    if _press_stop(view, at):
        return
    found = scene.port_at(at) if view.zoom >= 0.28 else None
    if found is not None:
        _press_port(view, at, *found)
        return
    node = scene.node_at(at)
    if node is not None:
        if not _press_face(view, node, at):
            _press_card(view, node.node_id, at, modifiers)
        return
    wire = scene.wires.wire_at(at)
    if wire is not None:
        _press_wire(view, wire, at, modifiers)
        return
    note = scene.note_at(at)
    if note is None:
        view.begin(BandGesture(view, at, modifiers))
    elif note.is_grip(at):
        scene.select({note.note_id})
        view.begin(ResizeNote(view, at, note.note_id))
    else:
        _press_card(view, note.note_id, at, modifiers)


def _press_stop(view: CanvasView, at: QPointF) -> bool:
    """While debugging: the corner where a breakpoint stands."""
    found = view.canvas.stop_at(at) if view.canvas.live.is_held and view.zoom >= 0.28 else None
    if found is None:
        return False
    view.breakpoint_pressed.emit(found.node_id)
    return True


def _press_port(view: CanvasView, at: QPointF, item: NodeItem, slot: Slot) -> None:
    """A free port starts a wire; a taken input gives up the end of its wire."""
    if slot.wire is not None:
        view.begin(RewireGesture(view, at, slot.wire, moves_target=True))
        return
    anchor = item.slot_point(slot)
    view.begin(
        WireGesture(view, at, item.node_id, slot.port, from_output=not slot.is_input, anchor=anchor)
    )


def _press_face(view: CanvasView, item: NodeItem, at: QPointF) -> bool:
    """Buttons inside a card, such as the arrows of the data card."""
    controller = view.canvas.controller
    if item.face is None or controller is None or view.zoom < collapse_zoom():
        return False
    context = view.canvas.context_of(item.node_id)
    action = item.face.press(at - item.pos(), item.body_rect(), context)
    if action is None:
        return False
    step = 1 if action.kind == "next_item" else -1
    count = context.snapshot.batch if context.snapshot is not None else 0
    goal = controller.request.item + step
    controller.show_item(goal % count if count else max(goal, 0))
    return True


def _press_card(view: CanvasView, key: str, at: QPointF, modifiers: Modifiers) -> None:
    """Select and be ready to move; Shift toggles."""
    scene = view.canvas
    if modifiers & Modifiers.ShiftModifier:
        scene.select(scene.selection ^ {key}, scene.wires.selected)
        return
    was_selected = key in scene.selection
    if not was_selected:
        scene.select({key})
    view.begin(MoveGesture(view, at, key, selects_lead=was_selected))


def _press_wire(view: CanvasView, wire: Wire, at: QPointF, modifiers: Modifiers) -> None:
    """Select; a drag takes the nearer end to another port."""
    scene = view.canvas
    if modifiers & Modifiers.ShiftModifier:
        scene.select(scene.selection, scene.wires.selected ^ {wire})
        return
    scene.select((), {wire})
    route = scene.wires.route_of(wire)

    def away(point: tuple[float, float]) -> float:
        return abs(point[0] - at.x()) + abs(point[1] - at.y())

    moves_target = away(route[-1]) <= away(route[0])
    view.begin(RewireGesture(view, at, wire, moves_target=moves_target))


def double_press(view: CanvasView, at: QPointF) -> None:
    """A card is renamed, or its formula edited below; a note is edited; on empty canvas the search
    opens."""
    scene = view.canvas
    if _press_stop(view, at):
        return
    node, note = scene.node_at(at), scene.note_at(at)
    if node is not None and view.zoom >= 0.28:
        if _press_face(view, node, at):
            return
        if node.header_rect().contains(at - node.pos()):
            view.editors.rename(node.node_id)
        else:
            view.editors.edit_notation(node.node_id)
    elif node is None and scene.wires.wire_at(at) is None:
        if note is not None:
            view.editors.edit_note(note.note_id)
        else:
            scene.select(())
            view.searching.at(view.mapFromScene(at))
