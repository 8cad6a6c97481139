"""What the canvas shows of a walk: values on the cards, pending and active ones, breakpoints."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.canvas.live import PHASE_TOKENS
from gui.canvas.view import CanvasView
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession


class CanvasMarks(QObject):
    """Listens to the session and marks the cards; takes all marks away when it closes."""

    def __init__(self, session: DebugSession, view: CanvasView) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        session.moved.connect(self.show_moment)
        session.closed.connect(self.clear)

    @Slot(object)
    def show_moment(self, moment: Moment) -> None:
        """Cards of operations that are done, to come, and now."""
        canvas = self._view.canvas
        canvas.live.hold(moment.snapshot)
        last = moment.last
        phase = last.phase if last is not None else moment.phase
        done = {info.node_id for info in moment.operations[: moment.position]}
        seen = {info.node_id for info in moment.operations}
        if phase != "forward":
            done = {
                info.node_id
                for info in moment.operations[: moment.position]
                if info.phase != "forward"
            }
        for key, item in canvas.nodes.items():
            is_active = last is not None and key == last.node_id
            marks = (
                PHASE_TOKENS[phase] if is_active else "",
                key in seen and key not in done,
                key in moment.breakpoints,
            )
            if marks != (item.phase, item.is_pending, item.has_breakpoint):
                item.phase, item.is_pending, item.has_breakpoint = marks
                item.update()

    @Slot()
    def clear(self) -> None:
        """The canvas as the training has it."""
        canvas = self._view.canvas
        for item in canvas.nodes.values():
            item.phase, item.is_pending, item.has_breakpoint = "", False, False
            item.update()
        canvas.live.release(self._session.controller.latest)
