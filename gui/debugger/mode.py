"""The actions of the debugger, and when they can be used; its parts are made at the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.actions import set_tip

if TYPE_CHECKING:
    from gui.debugger.desk import DebugDesk
    from gui.debugger.moment import Moment
    from gui.debugger.rooms import DebugRooms
    from gui.debugger.session import DebugSession
    from gui.main_window import MainWindow


class DebugMode(QObject):
    """Connects the actions of the Debug menu with a desk that is made when first asked for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk: DebugDesk | None = None
        actions = window.actions_by_name
        actions["debug"].triggered.connect(self._on_toggled)
        actions["debug_step"].triggered.connect(self._on_step)
        actions["debug_back"].triggered.connect(self._on_back)
        actions["debug_restart"].triggered.connect(self._on_restart)
        actions["debug_to_phase_end"].triggered.connect(self._on_phase_end)
        actions["debug_to_node"].triggered.connect(self._on_run_to_node)
        actions["debug_breakpoint"].triggered.connect(self._on_breakpoint)
        actions["debug_play"].triggered.connect(self._on_play)
        window.view.debug_actions = (actions["debug_breakpoint"], actions["debug_to_node"])
        window.view.selection_changed.connect(self._refresh)
        self._refresh()

    @property
    def desk(self) -> DebugDesk:
        """Session, bar, marks and rooms."""
        if self._desk is None:
            from gui.debugger.desk import DebugDesk

            self._desk = DebugDesk(self._window)
            session = self._desk.session
            session.opened.connect(self._refresh)
            session.closed.connect(self._refresh)
            session.moved.connect(self._refresh)
            session.player.changed.connect(self._window.actions_by_name["debug_play"].setChecked)
        return self._desk

    @property
    def session(self) -> DebugSession:
        return self.desk.session

    @property
    def rooms(self) -> DebugRooms:
        return self.desk.rooms

    @property
    def moment(self) -> Moment | None:
        """Where the walk stands; None where none is open."""
        return None if self._desk is None else self._desk.session.moment

    @property
    def is_open(self) -> bool:
        return self._desk is not None and self._desk.session.is_open

    def close(self) -> None:
        """Leave the walk, if there is one."""
        if self._desk is not None:
            self._desk.session.close()

    def shut_down(self) -> None:
        """End every thread: before the window goes."""
        if self._desk is not None:
            self._desk.shut_down()

    # what the actions do, and when they can

    @property
    def _chosen(self) -> str:
        """The one selected node that takes part, "" for none."""
        moment = self.moment
        chosen = self._window.scene.selected_ids()
        is_known = moment is not None and len(chosen) == 1 and chosen[0] in moment.numbers
        return chosen[0] if is_known else ""

    @Slot()
    def _on_toggled(self) -> None:
        self.session.toggle()
        self._window.actions_by_name["debug"].setChecked(self.is_open)

    @Slot()
    def _on_back(self) -> None:
        self.session.back()

    @Slot()
    def _on_restart(self) -> None:
        self.session.restart()

    @Slot()
    def _on_phase_end(self) -> None:
        self.session.run_to_phase_end()

    @Slot()
    def _on_play(self) -> None:
        if self.is_open:
            self.session.player.toggle()

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
        actions, moment, is_open = self._window.actions_by_name, self.moment, self.is_open
        at = moment.position if moment is not None else 0
        stuck = moment.impossible if moment is not None else None
        why_not = "" if stuck is None else str(stuck.error(self.session.style))
        reasons = {
            "debug_back": "" if at or stuck else "The walk is at its start.",
            "debug_restart": "" if at else "The walk is at its start.",
            "debug_to_phase_end": why_not
            if moment is not None and not moment.is_at_end
            else "The step is done; the next operation begins another.",
            "debug_to_node": "" if self._chosen else "Select one card that takes part.",
            "debug_breakpoint": "" if self._chosen else "Select one card that takes part.",
            "debug_play": why_not
            if moment is not None and not moment.is_at_end
            else "The step is done.",
        }
        for name, reason in reasons.items():
            why = reason if is_open else "Begin debugging first (F9)."
            actions[name].setEnabled(not why)
            set_tip(actions[name], why or actions.tip(name))
