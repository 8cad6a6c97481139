"""A training that failed at a node: the card says so until something is changed or run again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from gui.document import Message

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene


class RunFaults(QObject):
    """Listens to the controller's state and to what is told of a failure."""

    def __init__(self, scene: CanvasScene, controller: Any) -> None:
        super().__init__(scene)
        self._scene = scene
        self._has_failed = False
        self._node_id = ""
        if controller is not None:
            controller.state_changed.connect(self._on_state_changed)
            scene.document.message.connect(self._on_message)
            scene.document.inference_changed.connect(self._on_inference_changed)

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        self._has_failed = state == "failed"
        if not self._has_failed:
            self._mark("", "")

    @Slot(object)
    def _on_message(self, message: Message) -> None:
        """The state comes first, then the reason."""
        if self._has_failed and message.kind == "error" and message.node_id:
            self._has_failed = False
            self._mark(message.node_id, message.text)

    @Slot(object)
    def _on_inference_changed(self, _inference: object) -> None:
        self._mark("", "")

    def _mark(self, node_id: str, sentence: str) -> None:
        for key, text in ((self._node_id, ""), (node_id, sentence)):
            item = self._scene.nodes.get(key)
            if item is not None:
                item.set_failure(text)
        self._node_id = node_id
