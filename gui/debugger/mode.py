"""The form of the window while debugging: bar over the canvas, views at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.actions import set_tip
from gui.debugger.bar import DebugBar
from gui.debugger.canvas_marks import CanvasMarks
from gui.debugger.moment import Moment
from gui.debugger.rooms import DebugRooms
from gui.debugger.session import DebugSession

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class DebugMode(QObject):
    """Puts the rooms of the debugger into the window, and the window back as it was."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.session = DebugSession(window.document, window.controller, self)
        self.bar = DebugBar(self.session, window.actions_by_name)
        self.bar.hide()
        self.marks = CanvasMarks(self.session, window.view)
        self.rooms = DebugRooms(window, self.session)
        self._connect()

    def _connect(self) -> None:
        session, actions = self.session, self._window.actions_by_name
        actions["debug"].triggered.connect(session.toggle)
        actions["debug_step"].triggered.connect(self._on_step)
        actions["debug_back"].triggered.connect(session.back)
        actions["debug_restart"].triggered.connect(session.restart)
        actions["debug_to_phase_end"].triggered.connect(session.run_to_phase_end)
        actions["debug_to_node"].triggered.connect(self._on_run_to_node)
        actions["debug_breakpoint"].triggered.connect(self._on_breakpoint)
        actions["debug_play"].triggered.connect(session.toggle_playing)
        session.opened.connect(self._on_opened)
        session.closed.connect(self._on_closed)
        session.playing_changed.connect(actions["debug_play"].setChecked)
        self._window.view.debug_actions = (actions["debug_breakpoint"], actions["debug_to_node"])
        self._window.view.selection_changed.connect(self._refresh)
        session.moved.connect(self._refresh)
        session.moved.connect(self._light_lamp)
        self._refresh()

    # the window's form

    @Slot()
    def _on_opened(self) -> None:
        window = self._window
        window.actions_by_name["debug"].setChecked(True)
        self.rooms.enter()
        self.bar.show()
        self._refresh()
        window.room.fit_soon()
        window.view.setFocus()

    @Slot()
    def _on_closed(self) -> None:
        window = self._window
        window.actions_by_name["debug"].setChecked(False)
        self.bar.hide()
        window.toolbar.lamps.light("")
        self.rooms.leave()
        self._refresh()
        window.room.fit_soon()

    def shut_down(self) -> None:
        """End every thread: before the window goes."""
        self.session.close()
        self.rooms.shut_down()

    @Slot(object)
    def _light_lamp(self, moment: Moment) -> None:
        """The phase of what was done last, or comes first."""
        phase = moment.last.phase if moment.last is not None else moment.phase
        self._window.toolbar.lamps.light(phase)

    # what the actions do, and when they can

    @property
    def _chosen(self) -> str:
        """The one selected node that takes part, "" for none."""
        moment = self.session.moment
        chosen = self._window.scene.selected_ids()
        is_known = moment is not None and len(chosen) == 1 and chosen[0] in moment.numbers
        return chosen[0] if is_known else ""

    @Slot()
    def _on_step(self) -> None:
        """The first press begins."""
        if self.session.is_open:
            self.session.step()
        else:
            self.session.open()

    @Slot()
    def _on_run_to_node(self) -> None:
        self.session.run_to(self._chosen)

    @Slot()
    def _on_breakpoint(self) -> None:
        self.session.toggle_breakpoint(self._chosen)

    @Slot()
    def _refresh(self, _what: object = None) -> None:
        actions, session = self._window.actions_by_name, self.session
        moment, is_open = session.moment, session.is_open
        at = moment.position if moment is not None else 0
        reasons = {
            "debug_back": "" if at else "The walk is at its start.",
            "debug_restart": "" if at else "The walk is at its start.",
            "debug_to_phase_end": ""
            if moment is not None and not moment.is_at_end
            else "The step is done; the next operation begins another.",
            "debug_to_node": "" if self._chosen else "Select one card that takes part.",
            "debug_breakpoint": "" if self._chosen else "Select one card that takes part.",
            "debug_play": ""
            if moment is not None and not moment.is_at_end
            else "The step is done.",
        }
        for name, reason in reasons.items():
            why = reason if is_open else "Begin debugging first (F9)."
            actions[name].setEnabled(not why)
            set_tip(actions[name], why or actions.tip(name))
