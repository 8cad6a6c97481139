"""Badges of the cards where a tripwire of the training is up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene


class RunWarnings(QObject):
    """Marks the cards that `controller.troubles` speaks of, and takes the marks away again."""

    def __init__(self, scene: CanvasScene, controller: Any) -> None:
        super().__init__(scene)
        self._scene = scene
        self._marks: dict[str, str] = {}
        self._troubles = getattr(controller, "troubles", None)
        if self._troubles is not None:
            self._troubles.changed.connect(self._on_changed)

    @Slot()
    def _on_changed(self) -> None:
        marks = self._troubles.marks()
        for key in self._marks.keys() | marks.keys():
            item = self._scene.nodes.get(key)
            if item is not None:
                item.set_warning(marks.get(key, ""))
        self._marks = marks
