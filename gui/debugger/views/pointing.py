"""Which term is pointed at: with the mouse, with the keyboard, or held by the switch."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.debugger.session import DebugSession


class Pointing(QObject):
    """A term that is held stays lit while nothing else is pointed at."""

    held_changed = Signal(str)

    def __init__(self, session: DebugSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.held = ""

    def point_at(self, term: str) -> None:
        """While the mouse is there; "" = at nothing."""
        self._session.light(term or self.held)

    def hold(self, term: str) -> None:
        """Until another is held; "" = none."""
        self.held = term
        self._session.light(term)
        self.held_changed.emit(term)
