"""Run, pause, stop, step, reset and speed, and when each of them can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from gui import theme
from gui.actions import Actions, set_tip
from gui.speed_slider import SpeedSlider
from gui.training.best_step import TIP, WHY_NOT, WayBack

if TYPE_CHECKING:
    from model.snapshot import Snapshot

_NUDGE = 10


class TrainActions(QObject):
    """Connects the actions of the Train menu with a `TrainingController`."""

    def __init__(self, actions: Actions, controller: Any) -> None:
        super().__init__(actions)
        self._actions = actions
        self._controller = controller
        self.slider: SpeedSlider | None = None
        actions["run"].triggered.connect(controller.toggle)
        actions["stop"].triggered.connect(controller.stop)
        actions["step_batch"].triggered.connect(controller.step_batch)
        actions["step_epoch"].triggered.connect(controller.step_epoch)
        actions["reset"].triggered.connect(controller.reset)
        actions["reset_new_seed"].triggered.connect(controller.reset_with_new_seed)
        actions["slower"].triggered.connect(self._slower)
        actions["faster"].triggered.connect(self._faster)
        actions["full_speed"].triggered.connect(self._full_speed)
        self._way_back = WayBack(controller.document, controller, self)
        actions["best_step"].triggered.connect(self._way_back.go_back)
        self._show_best(has_best=False)
        controller.snapshot.connect(self._on_snapshot)
        controller.reset_done.connect(self._on_reset)
        controller.state_changed.connect(self._on_state_changed)
        self._on_state_changed(controller.state)

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        run, stop = self._actions["run"], self._actions["stop"]
        is_running = state == "running"
        run.setText("&Pause" if is_running else "&Run")
        run.setIcon(theme.icon("pause" if is_running else "play"))
        set_tip(run, "Pause after this step" if is_running else "Train until you pause")
        stop.setEnabled(state in ("running", "paused"))
        if stop.isEnabled():
            set_tip(stop, "End the training; the test part is evaluated")
        else:
            set_tip(stop, "There is no training to stop")

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        has_best = snapshot.best is not None
        if has_best != self._actions["best_step"].isEnabled():
            self._show_best(has_best=has_best)

    @Slot()
    def _on_reset(self) -> None:
        self._show_best(has_best=False)

    def _show_best(self, *, has_best: bool) -> None:
        action = self._actions["best_step"]
        action.setEnabled(has_best)
        set_tip(action, TIP if has_best else WHY_NOT)

    @Slot()
    def _slower(self) -> None:
        if self.slider is not None:
            self.slider.nudge(-_NUDGE)

    @Slot()
    def _faster(self) -> None:
        if self.slider is not None:
            self.slider.nudge(_NUDGE)

    @Slot()
    def _full_speed(self) -> None:
        self._controller.set_speed(None)
