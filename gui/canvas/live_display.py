"""The running training, as the canvas shows it: values, phase, the neuron that is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Slot

from gui import theme
from gui.canvas.live import PHASE_TOKENS, DeltaScale, wave
from gui.canvas.walk_looks import Held
from model.snapshot import Snapshot

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene

_WIRES_MS = 200
"""Wires grow and shrink at most five times a second; they lead, numbers are on the cards."""


class LiveDisplay(QObject):
    """Listens to the controller (None: nothing is ever live) and repaints what has changed."""

    def __init__(self, scene: CanvasScene, controller: Any) -> None:
        super().__init__(scene)
        self._scene = scene
        self.snapshot: Snapshot | None = None
        self.neuron: int | None = None
        self.delta_scale = DeltaScale()
        self.phase = ""
        self._waved = ""
        self._was_idle = True
        self.held: Held | None = None
        """What a walk of the debugger shows in the place of the training."""
        self._wires_due = QTimer(self, singleShot=True, interval=_WIRES_MS)
        self._wires_due.timeout.connect(self._style_wires)
        if controller is not None:
            controller.snapshot.connect(self._on_snapshot)
            controller.reset_done.connect(self._on_reset)
            controller.phase_changed.connect(self._on_phase_changed)
            controller.neuron_changed.connect(self._on_neuron_changed)
            controller.item_changed.connect(self._on_item_changed)

    @property
    def is_held(self) -> bool:
        """Whether something else than the training decides what is shown."""
        return self.held is not None

    def hold(self, held: Held) -> None:
        """Show this, whatever the training says, until `release`; paint only what has changed."""
        before, self.held = self.held, held
        self.snapshot = held.snapshot
        has_scale_changed = held.delta_size != self.delta_scale.value
        self.delta_scale.value = held.delta_size
        if before is None:
            self._was_idle = False
            self._clear_phase()
        if before is None or has_scale_changed:
            self._scene.style_wires()
            self._scene.faces_changed.emit()
            self._scene.live_changed.emit()
            return
        if held.wires != before.wires:
            self._scene.style_wires()
        changed = _changed(before, held)
        if changed:
            self._scene.some_faces_changed.emit(changed)

    def absence(self, node_id: str) -> str:
        """In a walk, why a node shows no delta; else ""."""
        return self.held.absences.get(node_id, "") if self.held is not None else ""

    def _clear_phase(self) -> None:
        for item in self._scene.nodes.values():
            if item.phase:
                item.phase = ""
                item.update()

    def release(self, snapshot: Snapshot | None) -> None:
        """Show the training again, as it stands now."""
        self.held = None
        self.delta_scale.clear()
        self._was_idle = True  # wires at once
        if snapshot is None:
            self._on_reset()
        else:
            self._show(snapshot)

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if self.held is None:
            self._show(snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._scene.dry.hear(snapshot)
        self.delta_scale.take(snapshot, 95.0 if theme.current().is_projector else 97.5)
        if self._was_idle:
            self._was_idle = False
            self._scene.style_wires()
        elif not self._wires_due.isActive():
            self._wires_due.start()
        self._scene.faces_changed.emit()
        self._scene.live_changed.emit()

    @Slot()
    def _style_wires(self) -> None:
        self._scene.style_wires()

    @Slot()
    def _on_reset(self) -> None:
        if self.held is not None:
            return
        self.snapshot = None
        self._scene.dry.hear(None)
        self._was_idle = True
        self.delta_scale.clear()
        self._scene.style_wires()
        self._on_phase_changed("", 0.0)
        self._scene.faces_changed.emit()
        self._scene.live_changed.emit()

    @Slot(str, float)
    def _on_phase_changed(self, phase: str, progress: float) -> None:
        if self.held is not None:
            return
        lit = wave(self._scene.document.inference.order, phase, progress)
        changed = (
            {lit, self._waved}
            if phase not in ("update",) and self.phase != "update"
            else {*self._scene.nodes}
        )
        is_new = phase != self.phase
        self.phase, self._waved = phase, lit
        token = PHASE_TOKENS.get(phase, "")
        learns = self._scene.document.inference.parameters
        for key in changed & self._scene.nodes.keys():
            item = self._scene.nodes[key]
            is_lit = key == lit or (phase == "update" and bool(learns.get(key)))
            item.phase = token if is_lit else ""
            item.update()
        if is_new:
            self._scene.style_wires()
            self._scene.faces_changed.emit()

    @Slot(int)
    def _on_neuron_changed(self, neuron: int) -> None:
        self.neuron = neuron
        self._scene.update()

    @Slot(int)
    def _on_item_changed(self, _item: int) -> None:
        self._scene.faces_changed.emit()


def _changed(before: Held, now: Held) -> set[str]:
    """Cards that show something else; views are made anew where a number has changed."""
    old, new = before.snapshot.nodes, now.snapshot.nodes
    keys = {key for key, view in new.items() if view is not old.get(key)}
    keys |= {key for key, why in now.absences.items() if why != before.absences.get(key)}
    if before.snapshot.loss != now.snapshot.loss:
        keys |= now.snapshot.losses.keys() | before.snapshot.losses.keys()
    return keys
