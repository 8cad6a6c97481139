"""All parts of the debugger, made when it is first needed: its modules would delay the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.debugger.bar import DebugBar
from gui.debugger.canvas_marks import CanvasMarks
from gui.debugger.moment import Moment
from gui.debugger.rooms import DebugRooms
from gui.debugger.session import DebugSession

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class DebugDesk(QObject):
    """Puts the rooms of the debugger into the window, and the window back as it was."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.session = DebugSession(window.document, window.controller, self)
        self.bar = DebugBar(self.session, window.actions_by_name)
        self.bar.hide()
        window.add_to_centre(self.bar, 0)
        self.marks = CanvasMarks(self.session, window.view)
        self.rooms = DebugRooms(window, self.session)
        window.room.fitted.connect(self.marks.follower.come_near)
        self.session.opened.connect(self._on_opened)
        self.session.closed.connect(self._on_closed)
        self.session.moved.connect(self._light_lamp)

    @Slot()
    def _on_opened(self) -> None:
        window = self._window
        window.actions_by_name["debug"].setChecked(True)
        self.rooms.enter()
        self.bar.show()
        window.room.fit_soon()
        window.view.setFocus()

    @Slot()
    def _on_closed(self) -> None:
        window = self._window
        window.actions_by_name["debug"].setChecked(False)
        self.bar.hide()
        window.toolbar.lamps.light("")
        self.rooms.leave()
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
