"""What an end-to-end test sees of the window: a JSON file, written while the program runs.

Only where the environment variable DELTABOARD_PROBE names a file. All places are pixels of the
screen: rectangles [x, y, width, height], points [x, y].
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QTreeWidgetItemIterator, QWidget

from gui.palette.layer_tree import TAG
from model.layer import tag_of

if TYPE_CHECKING:
    from gui.main_window import MainWindow

VARIABLE = "DELTABOARD_PROBE"
INTERVAL_MS = 200


class Probe(QObject):
    """Writes the file every INTERVAL_MS, whole or not at all."""

    def __init__(self, window: MainWindow, path: Path) -> None:
        super().__init__(window)
        self._window = window
        self._path = path
        self._count = 0
        self._first_loss: float | None = None
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.write)
        self._timer.start()
        window.controller.snapshot.connect(self._on_snapshot)
        window.controller.reset_done.connect(self._on_reset)

    @Slot(object)
    def _on_snapshot(self, snapshot: Any) -> None:
        if self._first_loss is None and snapshot.step > 0:
            self._first_loss = snapshot.loss

    @Slot()
    def _on_reset(self) -> None:
        self._first_loss = None

    @Slot()
    def write(self) -> None:
        """Write what is seen now."""
        self._count += 1
        text = json.dumps(self.seen())
        part = self._path.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(self._path)

    def seen(self) -> dict[str, Any]:
        """Everything a test may ask for."""
        window = self._window
        document = window.document
        focus = QApplication.focusWidget()
        dialog = QApplication.activeModalWidget()
        return {
            "count": self._count,
            "is_painted": window.is_painted,
            "window": _rect(window, window.rect()),
            "title": window.windowTitle(),
            "modified": document.is_modified,
            "path": str(document.path or ""),
            "theme": window.settings.theme_name,
            "is_presenting": window.is_presenting,
            "focus": _place_of(focus),
            "dialog": dialog.objectName() if dialog is not None else "",
            "message": {"text": window.message_bar.sentence(), "level": window.message_bar.level()},
            "bubble": window.view.overlays.bubble.text(),
            "status": window.status.text(),
            "undo": document.stack.undoText(),
            "walk": self._walk(),
            "widgets": _widgets(),
            "menu": _menu_entries(),
            "palette": self._palette(),
            "nodes": self._nodes(),
            "wires": [
                [wire.source, wire.source_port, wire.target, wire.target_port]
                for wire in document.graph.wires()
            ],
            "problems": [str(problem) for problem in document.inference.problems],
            "training": self._training(),
        }

    def _walk(self) -> dict[str, Any]:
        """Where the debugger stands; nothing where it is off."""
        moment = self._window.debugging.moment
        if moment is None:
            return {}
        last = moment.last
        return {
            "position": moment.position,
            "of": len(moment.operations),
            "phase": moment.phase,
            "last": last.title if last is not None else "",
            "kind": last.kind if last is not None else "",
        }

    def _palette(self) -> dict[str, list[float]]:
        """Every layer of the palette that can be grabbed without scrolling."""
        tree = self._window.palette_panel.layers.tree
        if not tree.isVisible():
            return {}
        found: dict[str, list[float]] = {}
        rows = QTreeWidgetItemIterator(tree)
        while (item := rows.value()) is not None:
            rect = tree.visualItemRect(item)
            if item.data(0, TAG) and tree.viewport().rect().contains(rect):
                found[item.data(0, TAG)] = _rect(tree.viewport(), rect)
            rows += 1
        return found

    def _nodes(self) -> dict[str, Any]:
        view = self._window.view
        place = view.viewport()
        found: dict[str, Any] = {}
        for key, node in self._window.document.graph.nodes.items():
            item = view.canvas.nodes[key]
            box = view.mapFromScene(QRectF(*item.rect())).boundingRect()
            found[key] = {
                "tag": tag_of(node.layer),
                "title": node.title,
                "rect": _rect(place, box),
                "selected": item.is_selected,
                "said": item.said(),
                "inputs": {},
                "outputs": {},
            }
            for slot in item.slots:
                ports = found[key]["inputs" if slot.is_input else "outputs"]
                ports[slot.port] = _point(place, view.mapFromScene(item.slot_point(slot)))
        return found

    def _training(self) -> dict[str, Any]:
        controller = self._window.controller
        latest = controller.latest
        return {
            "state": controller.state,
            "step": latest.step if latest is not None else 0,
            "epoch": latest.epoch if latest is not None else 0,
            "loss": latest.loss if latest is not None else None,
            "first_loss": self._first_loss,
        }


def watch(window: MainWindow) -> Probe | None:
    """Start a probe where the environment asks for one."""
    path = os.environ.get(VARIABLE, "")
    return Probe(window, Path(path)) if path else None


def _place_of(widget: QWidget | None) -> str:
    """The names from the outermost widget to this one: `main_window/palette/...`."""
    names: list[str] = []
    while widget is not None:
        if widget.objectName():
            names.append(widget.objectName())
        widget = widget.parentWidget()
    return "/".join(reversed(names))


def _widgets() -> dict[str, list[float]]:
    """Every visible widget that has a name of ours."""
    found: dict[str, list[float]] = {}
    for widget in QApplication.allWidgets():
        name = widget.objectName()
        if name and not name.startswith("qt_") and widget.isVisible():
            found[name] = _rect(widget, widget.rect())
    return found


def _menu_entries() -> dict[str, list[float]]:
    """The entries of the menu that is open, by their text."""
    menu = QApplication.activePopupWidget()
    if not isinstance(menu, QMenu):
        return {}
    actions: list[QAction] = [action for action in menu.actions() if action.text()]
    return {action.text(): _rect(menu, menu.actionGeometry(action)) for action in actions}


def _rect(widget: QWidget, rect: QRect) -> list[float]:
    corner = widget.mapToGlobal(rect.topLeft())
    return [corner.x(), corner.y(), rect.width(), rect.height()]


def _point(widget: QWidget, point: Any) -> list[float]:
    place = widget.mapToGlobal(QPointF(point))
    return [place.x(), place.y()]
