"""The canvas' menu entries and shortcuts; a disabled one says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from gui import theme
from gui.canvas import context_menu
from gui.canvas.arrange_actions import ArrangeActions
from gui.canvas.editors import notation_of
from gui.canvas.geometry import Rect
from gui.canvas.placing import free_spot, snapped
from model import clipboard, editing
from model.design import Note
from model.errors import DesignError

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_NOTE = Note()
_NO_PIECE = "Select layers or notes first."
_NO_TWO = "Select at least two layers or notes."
_NO_THREE = "Select at least three layers or notes."


class CanvasActions(QObject):
    """`for_menu()` gives the entries by menu; they work while the canvas has the keyboard."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._by_name: dict[str, QAction] = {}
        self._tips: dict[str, str] = {}
        self._make_edit()
        self.arrange = ArrangeActions(view, self._add)
        self._make_view()
        view.canvas.selection_changed.connect(self._refresh)
        view.canvas.geometry_changed.connect(self._refresh)
        self._refresh()

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def for_menu(self) -> dict[str, list[QAction | None]]:
        """QActions by menu: "edit", "arrange", "view"; None is a line between them."""
        return {
            name: [None if key == "-" else self[key] for key in keys.split()]
            for name, keys in {
                "edit": "cut copy paste duplicate delete - select_all rename edit_notation -"
                " add_layer add_note wire",
                "arrange": "layout - align_left align_centre align_right - align_top align_middle"
                " align_bottom - distribute_horizontally distribute_vertically - snap",
                "view": "zoom_in zoom_out zoom_100 fit - minimap parameters",
            }.items()
        }

    def _add(
        self, name: str, text: str, icon: str, keys: str, do: Callable[[], object], tip: str
    ) -> QAction:
        action = QAction(text, self._view)
        action.setObjectName(f"canvas_{name}")
        if icon and theme.has_icon(icon):
            action.setIcon(theme.icon(icon))
        if keys:
            action.setShortcuts([QKeySequence(key) for key in keys.split()])
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(do)
        action.setToolTip(tip)
        self._view.addAction(action)
        self._by_name[name] = action
        self._tips[name] = tip
        return action

    def _make_edit(self) -> None:
        view = self._view
        add = self._add
        add("cut", "Cu&t", "content-cut", "Ctrl+X", self.cut, "Cut to the clipboard")
        add("copy", "&Copy", "content-copy", "Ctrl+C", self.copy, "Copy to the clipboard as text")
        add("paste", "&Paste", "content-paste", "Ctrl+V", self.paste, "Paste from the clipboard")
        add(
            "duplicate",
            "&Duplicate",
            "content-duplicate",
            "Ctrl+D",
            self.duplicate,
            "Copy the selection beside itself, with the wires inside it",
        )
        add(
            "delete",
            "&Remove",
            "delete-outline",
            "Del Backspace",
            self.delete,
            "Remove the selection; wires through it are joined again",
        )
        add(
            "select_all",
            "Select &all",
            "select-all",
            "Ctrl+A",
            self.select_all,
            "Select all layers and notes",
        )
        add("rename", "Re&name", "pencil-outline", "F2", self.rename, "Rename the layer")
        add(
            "edit_notation",
            "Edit formula or &value",
            "function-variant",
            "",
            self.edit_notation,
            "Type on the card (Enter, or double-click the formula)",
        )
        add(
            "add_layer",
            "Add a &layer…",
            "plus",
            "/",
            view.searching.at_pointer,
            "Search all layers (Tab or /)",
        )
        add(
            "add_note",
            "Add a n&ote",
            "note-plus-outline",
            "N",
            self.add_note,
            "Write a note on the canvas",
        )
        add(
            "wire",
            "&Wire from here",
            "vector-line",
            "W",
            view.keyboard.begin_wiring,
            "Wire the selected layer by keyboard: arrows choose, Enter wires",
        )

    def _make_view(self) -> None:
        view = self._view
        self._add("zoom_in", "Zoom &in", "plus", "+ = Ctrl++ Ctrl+=", view.zoom_in, "Zoom in")
        self._add("zoom_out", "Zoom &out", "minus", "- Ctrl+-", view.zoom_out, "Zoom out")
        self._add("zoom_100", "Zoom to &100 %", "", "Ctrl+0", view.zoom_to_100, "Zoom to 100 %")
        self._add("fit", "&Fit", "fit-to-screen-outline", "F", view.fit_smoothly, "Show everything")
        action = self._add(
            "minimap", "&Mini-map", "", "M", lambda: None, "Show or hide the mini-map"
        )
        action.setCheckable(True)
        action.setChecked(view.overlays.zoom_bar.map.isChecked())
        action.toggled.connect(view.set_minimap_visible)
        view.overlays.zoom_bar.map.toggled.connect(action.setChecked)
        shown = self._add(
            "parameters",
            "Show parameters &θ as nodes",
            "",
            "",
            lambda: None,
            "Draw every layer's W, b, … as inputs that feed it; the design stays as it is",
        )
        shown.setCheckable(True)
        shown.toggled.connect(view.canvas.parameters.set_on)
        view.overlays.zoom_bar.follow(shown)

    # what is possible now

    @Slot()
    def _refresh(self, _ids: object = None) -> None:
        canvas = self._view.canvas
        pieces = len(canvas.selection)
        nodes = [key for key in canvas.selection if key in canvas.nodes]
        wires = len(canvas.wires.selected)
        self._allow(("cut", "copy", "duplicate"), pieces > 0, _NO_PIECE)
        self._allow(("delete",), pieces + wires > 0, "Select layers, notes or wires first.")
        self._allow(("rename",), len(nodes) == 1, "Select one layer first.")
        is_typed = len(nodes) == 1 and notation_of(canvas.nodes[nodes[0]].node.layer) is not None
        self._allow(("edit_notation",), is_typed, "Select one Variable or Function first.")
        has_output = len(nodes) == 1 and bool(canvas.nodes[nodes[0]].node.layer.outputs)
        self._allow(("wire",), has_output, "Select one layer with an output first.")
        self._allow(self.arrange.of_two, pieces > 1, _NO_TWO)
        self._allow(self.arrange.of_three, pieces > 2, _NO_THREE)
        self._allow(
            ("layout", "select_all"), bool(canvas.nodes or canvas.notes), "The canvas is empty."
        )

    def _allow(self, names: object, is_allowed: bool, reason: str) -> None:
        for name in names:
            self[name].setEnabled(is_allowed)
            self[name].setToolTip(self._tips[name] if is_allowed else reason)

    # what they do

    def _parts(self) -> tuple[list[str], list[str]]:
        """The selected (nodes, notes)."""
        canvas = self._view.canvas
        ids = canvas.selected_ids()
        return [k for k in ids if k in canvas.nodes], [k for k in ids if k in canvas.notes]

    @Slot()
    def delete(self) -> None:
        nodes, notes = self._parts()
        document, wires = self._view.canvas.document, self._view.canvas.wires.selected
        if nodes or notes:
            document.attempt(editing.remove, nodes, notes, wires)
        elif wires:
            document.attempt(editing.remove_wires, wires)

    @Slot()
    def copy(self) -> None:
        text = clipboard.to_text(self._view.canvas.document.graph, self._view.selected_ids())
        QGuiApplication.clipboard().setText(text)

    @Slot()
    def cut(self) -> None:
        self.copy()
        nodes, notes = self._parts()
        document = self._view.canvas.document
        edit = editing.remove(document.graph, nodes, notes)
        document.apply(edit._replace(text=edit.text.replace("Remove", "Cut", 1)))

    @Slot()
    def paste(self) -> None:
        """At the pointer; on an empty canvas everything pasted is brought into view."""
        view = self._view
        document = view.canvas.document
        is_first = not (view.canvas.nodes or view.canvas.notes)
        try:
            piece = clipboard.from_text(QGuiApplication.clipboard().text())
        except DesignError as fault:
            document.report(fault)
            return
        at = view.mapToScene(view.pointer_or_centre())
        x, y = snapped(*view.canvas.to_design(at.x(), at.y()))
        if document.attempt(clipboard.paste, piece, x, y):
            view.fit() if is_first else view.ensure_visible(*view.selected_ids())

    @Slot()
    def duplicate(self) -> None:
        view = self._view
        if view.canvas.document.attempt(clipboard.duplicate, view.selected_ids(), 40.0):
            view.ensure_visible(*view.selected_ids())

    @Slot()
    def select_all(self) -> None:
        canvas = self._view.canvas
        canvas.select((*canvas.nodes, *canvas.notes))

    @Slot()
    def rename(self) -> None:
        nodes, _notes = self._parts()
        self._view.editors.rename(nodes[0])

    @Slot()
    def edit_notation(self) -> None:
        """Type the formula or value of the selected card."""
        nodes, _notes = self._parts()
        self._view.editors.edit_notation(nodes[0])

    @Slot()
    def add_note(self) -> None:
        self.add_note_at(self._view.mapToScene(self._view.pointer_or_centre()))

    def add_note_at(self, at: QPointF) -> None:
        """A new note, open for typing."""
        view = self._view
        wish = Rect(*snapped(*view.canvas.to_design(at.x(), at.y())), _NOTE.width, _NOTE.height)
        x, y = free_spot(view.canvas.design_rects(), wish)
        if view.canvas.document.attempt(editing.add_note, "Note", x, y):
            key = view.selected_ids()[0]
            view.ensure_visible(key)
            view.editors.edit_note(key)

    # context menus

    def context_menu(self, at: QPoint, spot: QPoint, *, is_key: bool) -> None:
        """The menu of what lies under the pointer, or of the selection."""
        menu = self.menu_at(at, is_key=is_key)
        menu.exec(spot)
        menu.deleteLater()

    def menu_at(self, at: QPoint, *, is_key: bool = False) -> QMenu:
        """The menu for a point of the window; what is there is selected first."""
        return context_menu.menu_at(self._view, self, at, is_key=is_key)
