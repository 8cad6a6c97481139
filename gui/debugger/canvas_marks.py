"""What the canvas shows of a walk: numbers, marks on cards and wires, breakpoints."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.canvas.card_mark import NO_MARK, CardMark
from gui.canvas.view import CanvasView
from gui.canvas.walk_looks import Held
from gui.debugger.marking import absences, card_marks, wire_states
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession


class CanvasMarks(QObject):
    """Listens to the session and marks the canvas; takes all marks away when it closes."""

    def __init__(self, session: DebugSession, view: CanvasView) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._marks: dict[str, CardMark] = {}
        session.moved.connect(self.show_moment)
        session.described.connect(self.show_moment)
        session.looked.connect(self.show_moment)
        session.playing_changed.connect(self._on_playing_changed)
        session.closed.connect(self.clear)
        view.breakpoint_pressed.connect(session.toggle_breakpoint)

    @Slot(object)
    def show_moment(self, moment: Moment) -> None:
        """Numbers, marks and wires; only what has changed is painted."""
        held = Held(
            snapshot=moment.snapshot,
            wires=wire_states(moment),
            absences=absences(moment),
            delta_size=moment.delta_size,
        )
        self._view.canvas.live.hold(held)
        self._mark_cards(moment)

    def _mark_cards(self, moment: Moment) -> None:
        nodes = self._view.canvas.nodes
        titles = {key: item.node.title for key, item in nodes.items()}
        marks = card_marks(moment, titles, is_paused=not self._session.is_playing)
        for key, item in nodes.items():
            mark = marks.get(key, NO_MARK)
            if mark != item.mark:
                item.mark = mark
                item.update()

    @Slot(bool)
    def _on_playing_changed(self, _is_playing: bool) -> None:
        if self._session.moment is not None:
            self._mark_cards(self._session.moment)

    @Slot()
    def clear(self) -> None:
        """The canvas as the training has it."""
        canvas = self._view.canvas
        for item in canvas.nodes.values():
            item.mark, item.is_stop_hovered = NO_MARK, False
            item.update()
        canvas.live.release(self._session.controller.latest)
