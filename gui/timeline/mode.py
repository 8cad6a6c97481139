"""The actions of the time machine, its menu and its strip, and when they can be used."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from gui.actions import set_tip
from gui.timeline import words
from gui.timeline.strip import TimeStrip
from model.recording import RecordingView

if TYPE_CHECKING:
    from gui.main_window import MainWindow

BUDGETS = (64, 256, 1024)
"""MiB that a recording may take."""


class TimeMode(QObject):
    """Connects the actions, the menu `menu` and the strip with the window's `TimeTravel`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._time = window.controller.time
        self._has_been_used = False
        self._is_asked = False
        """The strip is wanted in this lecture."""
        self.menu = QMenu("T&ime machine", window)
        self.menu.setObjectName("menu_time")
        self.menu.setToolTipsVisible(True)
        self.branches = QMenu("&Branches", window)
        self.branches.setObjectName("menu_time_branches")
        self.branches.setToolTipsVisible(True)
        self.strip = TimeStrip(self._time, window.actions_by_name, self.branches)
        self.strip.hide()
        window.put_below_canvas(self.strip)
        self._connect()
        self._fill_menu()
        self._recall_settings()
        self._on_changed(self._time.view)

    def _connect(self) -> None:
        actions, time = self._window.actions_by_name, self._time
        actions["time_back"].triggered.connect(time.back_one)
        actions["time_on"].triggered.connect(time.on_one)
        actions["time_now"].triggered.connect(time.to_now)
        actions["time_continue"].triggered.connect(time.continue_here)
        actions["time_go"].triggered.connect(self._on_go)
        actions["time_strip"].toggled.connect(self._on_strip_toggled)
        actions["time_record"].toggled.connect(self._on_record_toggled)
        actions["present"].toggled.connect(self._on_presenting)
        time.changed.connect(self._on_changed)
        time.replaying.connect(self._on_replaying)
        self._window.controller.state_changed.connect(self._on_state_changed)
        self._window.document.opened.connect(self._on_opened)
        self._window.stage.installEventFilter(self)

    def _fill_menu(self) -> None:
        actions = self._window.actions_by_name
        for name in ("time_back", "time_on", "time_go", "time_now", "time_continue"):
            self.menu.addAction(actions[name])
        self.menu.addMenu(self.branches)
        self.menu.addSeparator()
        self.menu.addAction(actions["time_strip"])
        self.menu.addAction(actions["time_record"])
        room = self.menu.addMenu("&Memory")
        room.setObjectName("menu_time_memory")
        room.setToolTipsVisible(True)
        self._budgets = QActionGroup(self)
        for mib in BUDGETS:
            action = room.addAction(f"{mib:,} MiB")
            action.setObjectName(f"time_budget_{mib}")
            action.setCheckable(True)
            action.setToolTip(f"A recording may take so much memory: {mib:,} MiB")
            action.triggered.connect(partial(self._on_budget, mib))
            self._budgets.addAction(action)

    def _recall_settings(self) -> None:
        actions, settings = self._window.actions_by_name, self._window.settings
        known = settings.number("time/budget_mib", 256)
        self._mib = known if known in BUDGETS else 256
        for action in self._budgets.actions():
            action.setChecked(action.objectName() == f"time_budget_{self._mib}")
        actions["time_strip"].setChecked(settings.flag("time/strip", True))
        actions["time_record"].setChecked(settings.flag("time/record", True))
        self._tell_worker()

    def _tell_worker(self) -> None:
        is_on = self._window.actions_by_name["time_record"].isChecked()
        if (is_on, self._mib * words.MIB) != (self._time.is_on, self._time.budget):
            self._time.set_recording(is_on, self._mib * words.MIB)

    # what the person does

    @Slot()
    def _on_go(self) -> None:
        if self.strip.isHidden():
            self._window.actions_by_name["time_strip"].setChecked(True)
            self._is_asked = True
            self._place()
        self.strip.field.setFocus()
        self.strip.field.selectAll()

    @Slot(bool)
    def _on_strip_toggled(self, is_on: bool) -> None:
        self._window.settings.set_flag("time/strip", is_on)
        self._place()

    @Slot(bool)
    def _on_record_toggled(self, is_on: bool) -> None:
        self._window.settings.set_flag("time/record", is_on)
        self._tell_worker()

    def _on_budget(self, mib: int, _checked: bool = False) -> None:
        self._mib = mib
        self._window.settings.set_number("time/budget_mib", mib)
        self._tell_worker()

    def _on_branch(self, number: int, _checked: bool = False) -> None:
        self._time.switch(number)

    # what has happened

    @Slot()
    def _on_opened(self) -> None:
        self._has_been_used = False
        self._place()

    @Slot(str)
    def _on_state_changed(self, _state: str) -> None:
        self._refresh(self._time.view)

    @Slot(object)
    def _on_changed(self, view: RecordingView) -> None:
        self._has_been_used |= view.newest > view.first
        self._place()
        self._fill_branches(view)
        self._refresh(view)

    @Slot(float)
    def _on_replaying(self, share: float) -> None:
        """A long way back can be given up."""
        action = self._window.actions_by_name["time_now"]
        if share > 0:
            action.setEnabled(True)
            set_tip(action, "Give up computing the step again, and show the newest")
        elif share < 0:
            self._refresh(self._time.view)

    def _fill_branches(self, view: RecordingView) -> None:
        self.branches.clear()
        self.branches.setEnabled(len(view.lines) > 1)
        for line in view.lines:
            action = self.branches.addAction(words.line_name(line, view))
            action.setObjectName(f"time_run_{line.number}")
            action.setCheckable(True)
            action.setChecked(line.number == view.current)
            action.setToolTip(f"Go to step {line.last:,}, the end of run {line.number}")
            action.triggered.connect(partial(self._on_branch, line.number))

    def _refresh(self, view: RecordingView) -> None:
        actions = self._window.actions_by_name
        why = words.why_not(view)
        shown = view.newest if view.at is None else view.at
        not_past = "" if view.at is not None else "This is the newest step already."
        reasons = {
            "time_back": why or ("" if shown > view.first else "This is the first step."),
            "time_on": why or not_past,
            "time_go": why,
            "time_now": why or not_past,
            "time_continue": why or ("" if view.at is not None else "Go to a past step first."),
        }
        for name, reason in reasons.items():
            actions[name].setEnabled(not reason)
            set_tip(actions[name], reason or actions.tip(name))
        if words.differs(view):
            tip = f"{actions.tip('time_continue')}\n{words.differs(view)}"
            set_tip(actions["time_continue"], tip)
        self._tell_of_run(view)

    def _tell_of_run(self, view: RecordingView) -> None:
        """Run and Step go on from what is shown."""
        if self._window.controller.is_running:
            return
        actions = self._window.actions_by_name
        for name in ("run", "step_batch", "step_epoch"):
            tip = actions.tip(name)
            if view.at is not None:
                tip += f"\nFrom step {view.at:,} on, as a branch: the newer steps stay in a run"
                tip += " of their own"
            set_tip(actions[name], tip)
        self._window.toolbar.run_button.setToolTip(actions["run"].toolTip())
        self._window.toolbar.step_button.setToolTip(actions["step_batch"].toolTip())

    # its place

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Where a laboratory takes the place of the canvas, the strip goes too."""
        if event.type() in (QEvent.Type.HideToParent, QEvent.Type.ShowToParent):
            self._place()
        return super().eventFilter(watched, event)

    @Slot(bool)
    def _on_presenting(self, _is_on: bool) -> None:
        self._is_asked = False
        self._place()

    def _place(self) -> None:
        """In a lecture cards need the room, until somebody goes back in time."""
        is_on = self._window.actions_by_name["time_strip"].isChecked()
        is_there = not self._window.stage.isHidden()
        is_past = self._time.view.at is not None
        is_worth_it = is_past or self._is_asked or not self._window.is_presenting
        self.strip.setVisible(is_on and is_there and self._has_been_used and is_worth_it)
