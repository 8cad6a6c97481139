"""The menu of what lies under the pointer: a card, a note, a wire, or the empty canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from gui import theme
from model.design import Wire

if TYPE_CHECKING:
    from gui.canvas.actions import CanvasActions
    from gui.canvas.view import CanvasView


def menu_at(view: CanvasView, actions: CanvasActions, at: QPoint, *, is_key: bool) -> QMenu:
    """The menu for a point of the window; what is there is selected first."""
    place = view.mapToScene(at)
    canvas = view.canvas
    menu = QMenu(view)
    menu.setToolTipsVisible(True)
    node, note, wire = canvas.node_at(place), canvas.note_at(place), None
    if not is_key:
        wire = None if node or note else canvas.wires.wire_at(place)
        key = node.node_id if node else note.note_id if note else ""
        if key and key not in canvas.selection:
            canvas.select({key})
        elif wire is not None:
            canvas.select((), {wire})
    if wire is not None:
        _fill_wire_menu(menu, view, actions, wire, at)
    elif canvas.selection:
        if canvas.live.is_held:
            for action in view.debug_actions:
                menu.addAction(action)
            menu.addSeparator()
        _fill(menu, actions, "rename edit_notation wire - cut copy duplicate delete")
        menu.addSeparator()
        for action in view.card_actions:
            menu.addAction(action)
        menu.addSeparator()
        if len(canvas.selection) == 1:
            view.add_studies(menu, *canvas.selection)
        arrange = menu.addMenu("Arrange")
        arrange.setToolTipsVisible(True)
        for action in actions.for_menu()["arrange"]:
            arrange.addSeparator() if action is None else arrange.addAction(action)
    else:
        _fill(menu, actions, "add_layer add_note paste")
        for action in view.new_actions:
            menu.addAction(action)
        _fill(menu, actions, "- select_all layout - fit zoom_100 minimap parameters")
    return menu


def _fill(menu: QMenu, actions: CanvasActions, names: str) -> None:
    for name in names.split():
        menu.addSeparator() if name == "-" else menu.addAction(actions[name])


def _fill_wire_menu(
    menu: QMenu, view: CanvasView, actions: CanvasActions, wire: Wire, at: QPoint
) -> None:
    insert = menu.addAction(theme.icon("plus"), "Insert a layer…")
    insert.setToolTip("Choose a layer that is put into this wire")
    insert.triggered.connect(lambda: view.searching.for_wire(wire, at))
    view.add_wire_studies(menu, wire)
    menu.addAction(actions["delete"])
