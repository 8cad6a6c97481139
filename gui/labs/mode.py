"""A laboratory takes the place of the canvas; the window comes back as it was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui import theme
from gui.canvas.wire_text import carries_target
from gui.document import Message
from gui.labs.catalogue import LABS
from gui.labs.spec import LabSpec
from model.design import Wire
from model.files import examples_folder
from model.layer import Layer

if TYPE_CHECKING:
    from gui.labs.panel import LabPanel
    from gui.main_window import MainWindow

_WARM_MS = 1500
"""Between two laboratories whose modules are imported before anybody asks for them."""


def fill_lab_menu(menu: QMenu, labs: LabMode) -> None:
    """One entry a laboratory, and those that study a design once more with an example."""
    for action in labs.actions.values():
        menu.addAction(action)
    menu.addSeparator()
    shown = menu.addMenu("With an &example")
    shown.setToolTipsVisible(True)
    for action in labs.with_examples:
        shown.addAction(action)


class LabMode(QObject):
    """Opens laboratories from the menu and from the node they concern; one at a time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.panels: dict[str, LabPanel] = {}
        self.current = ""
        """The key of the laboratory that is open, "" for none."""
        self._hidden: list[QWidget] = []
        self._plots: list[str] = []
        self.actions = {spec.key: self._action(spec) for spec in LABS}
        self.with_examples = [self._example_action(spec) for spec in LABS if spec.example]
        self._cold = list(LABS)
        """Those whose modules have not been imported yet."""
        self._warming = QTimer(self, interval=_WARM_MS)
        self._warming.timeout.connect(self._warm_one)
        self._warming.start()
        window.document.opened.connect(self.close)
        window.view.add_studies = self.add_to_menu
        window.view.add_wire_studies = self.add_to_wire_menu

    def _action(self, spec: LabSpec) -> QAction:
        action = QAction(theme.icon(spec.icon), spec.title, self)
        action.setObjectName(f"lab_{spec.key}")
        action.setToolTip(spec.help)
        action.triggered.connect(partial(self._on_chosen, spec.key, ""))
        return action

    def _example_action(self, spec: LabSpec) -> QAction:
        action = QAction(theme.icon(spec.icon), spec.title, self)
        action.setObjectName(f"lab_{spec.key}_example")
        action.setToolTip(f"{spec.help}\nOpens the example {spec.example} first.")
        action.triggered.connect(partial(self._on_example_chosen, spec))
        return action

    def _on_example_chosen(self, spec: LabSpec, _checked: bool = False) -> None:
        if self._open_example(spec):
            self.open(spec.key)

    def _open_example(self, spec: LabSpec) -> bool:
        """Whether the design of the example is on the canvas now."""
        return self._window.file_actions.open(examples_folder() / f"{spec.example}.json")

    @Slot()
    def _warm_one(self) -> None:
        """Import the next laboratory while nothing runs: its first opening takes half the time."""
        if self._window.controller.is_running or self.current:
            return
        if self._cold:
            self._cold.pop(0).factory.load()
        else:
            self._warming.stop()

    def _on_chosen(self, key: str, node_id: str, _checked: bool = False) -> None:
        self.open(key, node_id)

    def add_to_menu(self, menu: QMenu, node_id: str) -> None:
        """A menu of its own, with one entry for each laboratory that concerns the node."""
        if node_id not in self._window.document.graph:
            return
        found = self.of_layer(self._window.document.graph.node(node_id).layer)
        if not found:
            return
        labs = menu.addMenu("Laboratories")
        labs.setObjectName("laboratories")
        labs.setToolTipsVisible(True)
        for spec in found:
            action = labs.addAction(theme.icon(spec.icon), spec.title)
            action.setObjectName(f"study_{spec.key}")
            action.setToolTip(spec.help)
            action.triggered.connect(partial(self._on_chosen, spec.key, node_id))

    def add_to_wire_menu(self, menu: QMenu, wire: Wire) -> None:
        """The Jacobian along a wire that carries numbers, not labels or targets."""
        document = self._window.document
        spec = document.inference.wires.get(wire)
        if spec is None or carries_target(wire, spec):
            return
        action = menu.addAction(theme.icon("matrix"), "Jacobian along this wire")
        action.setObjectName("study_wire")
        action.setToolTip("What a small change of each number on this wire does to each output")
        action.triggered.connect(partial(self._on_wire_chosen, wire))

    def _on_wire_chosen(self, wire: Wire, _checked: bool = False) -> None:
        self.open("jacobian", wire.target, wire)

    def of_layer(self, layer: Layer) -> list[LabSpec]:
        """The laboratories that concern a node of this kind."""
        return [spec for spec in LABS if spec.concerns(layer)]

    def open(self, key: str, node_id: str = "", wire: Wire | None = None) -> None:
        """Show a laboratory in the place of the canvas; an empty one gets its example first."""
        spec = next(spec for spec in LABS if spec.key == key)
        if spec.needs_design and not self._window.document.graph.nodes:
            self._open_example(spec)
        problem = next((p for p in self._window.document.inference.problems if p.is_blocking), None)
        if spec.needs_design and problem is not None:
            text = f"{spec.title} needs a design that can run. {problem}"
            said = Message("error", text, problem.repairs, problem.node_id)
            self._window.document.message.emit(said)
            return
        self.close()
        self._window.controller.pause()
        self._window.debugging.close()
        panel = self._panel(spec)
        panel.node_id, panel.wire = node_id, wire
        self._make_room()
        self.current = key
        panel.show()
        self._window.set_escape_leaves(True)
        panel.begin()
        panel.setFocus()

    def _panel(self, spec: LabSpec) -> LabPanel:
        if spec.key not in self.panels:
            panel = spec.factory(self._window.document, self._window.controller)
            panel.leave_wanted.connect(self.close)
            panel.canvas = self._window.view
            self._window.add_to_centre(panel, 2)
            self.panels[spec.key] = panel
        return self.panels[spec.key]

    def _make_room(self) -> None:
        window = self._window
        self._plots = window.docks.hide_all()
        parts = (window.palette_dock, window.inspector_dock, window.stage, window.docks.row)
        self._hidden = [part for part in parts if not part.isHidden()]
        for part in self._hidden:
            part.hide()

    @Slot()
    def close(self) -> None:
        """Back to the canvas; a study that runs is cancelled."""
        if not self.current:
            return
        window = self._window
        self.panels[self.current].hide()
        self.current = ""
        window.set_escape_leaves(window.is_presenting)
        for part in self._hidden:
            part.show()
        window.docks.show_only(self._plots)
        window.view.setFocus()

    def shut_down(self) -> None:
        """End every thread: before the window goes."""
        for panel in self.panels.values():
            panel.finish()
