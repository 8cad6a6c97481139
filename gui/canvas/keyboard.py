"""Keys on the canvas that are no menu entries: arrows, Esc, Enter, space, /."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from gui.canvas.gestures import KeyboardWire
from gui.canvas.gestures.keyboard_wire import ARROWS
from gui.canvas.navigation import neighbour
from gui.canvas.placing import GRID
from model import editing
from model.errors import DesignError

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

Key = Qt.Key
_DIRECTIONS = {
    Key.Key_Left: (-1.0, 0.0),
    Key.Key_Right: (1.0, 0.0),
    Key.Key_Up: (0.0, -1.0),
    Key.Key_Down: (0.0, 1.0),
}
_PAUSE_MS = 1500  # nudges with shorter pauses are one undo step
_ENTER = (Key.Key_Return, Key.Key_Enter)


class Keyboard(QObject):
    """`press` is False where a key means nothing to the canvas."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(view.canvas.document.end_merge)

    def claims(self, event: QEvent) -> bool:
        """Keys that must not become the window's shortcuts while a gesture or wiring is on."""
        return isinstance(event, QKeyEvent) and (
            (self._view.gesture is not None and event.key() in (Key.Key_Escape, *_ENTER))
            or event.key() == Key.Key_Space
        )

    def press(self, event: QKeyEvent) -> bool:
        key, view = event.key(), self._view
        if isinstance(view.gesture, KeyboardWire) and self._press_wiring(key):
            return True
        if key == Key.Key_Escape:
            return self._leave()
        if key == Key.Key_Space:
            if not event.isAutoRepeat() and view.gesture is None:
                view.is_space_down = True
                view.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return True
        if key == Key.Key_Slash or (key == Key.Key_Tab and not event.modifiers()):
            view.searching.at_pointer()
            return True
        if key in _DIRECTIONS:
            view.is_keyboard_used = True
            return self._arrow(Key(key), event.modifiers())
        if key in _ENTER:
            return self._enter()
        return False

    def _leave(self) -> bool:
        view = self._view
        if view.cancel_gesture():
            return True
        if not view.overlays.bubble.isHidden():
            view.hide_bubble()
            return True
        if view.canvas.selection or view.canvas.wires.selected:
            view.canvas.select(())
            return True
        return False

    def _arrow(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        direction = _DIRECTIONS[key]
        if modifiers & Qt.KeyboardModifier.AltModifier:
            return self._nudge(direction)
        return self._walk(direction, is_adding=bool(modifiers & Qt.KeyboardModifier.ShiftModifier))

    def _nudge(self, direction: tuple[float, float]) -> bool:
        canvas = self._view.canvas
        places = {}
        for key in canvas.selected_ids():
            x, y = canvas.to_design(canvas.rect_of(key).x, canvas.rect_of(key).y)
            places[key] = (x + direction[0] * GRID, y + direction[1] * GRID)
        if not places:
            return True
        ids = ",".join(canvas.selected_ids())
        canvas.document.attempt(editing.move, places, merge_key=f"nudge {ids}")
        self._pause.start()
        return True

    def _walk(self, direction: tuple[float, float], *, is_adding: bool) -> bool:
        """Go to the next card; the first arrow selects the first card."""
        canvas = self._view.canvas
        rects = {key: item.rect() for key, item in canvas.nodes.items()}
        if not rects:
            return True
        if canvas.current in rects:
            goal = neighbour(canvas.document.graph, rects, canvas.current, direction)
        else:
            order = canvas.document.inference.order
            goal = order[0] if order else next(iter(rects))
        if goal is not None:
            chosen = canvas.selection | {goal} if is_adding else {goal}
            canvas.select(chosen, current=goal)
            self._view.ensure_visible(goal)
        return True

    def _enter(self) -> bool:
        """Edit the note, or the formula or value of the card."""
        canvas = self._view.canvas
        if canvas.current in canvas.nodes and canvas.current in canvas.selection:
            return self._view.editors.edit_notation(canvas.current)
        if canvas.current in canvas.notes and canvas.current in canvas.selection:
            self._view.editors.edit_note(canvas.current)
            return True
        return False

    def begin_wiring(self) -> None:
        """W: wire from the selected card."""
        view = self._view
        chosen = [key for key in view.selected_ids() if key in view.canvas.nodes]
        gesture = KeyboardWire(view, chosen[0])
        if gesture.choices:
            view.is_keyboard_used = True
            view.begin(gesture)
            gesture.show()
            return
        title = view.canvas.document.graph.title_of(chosen[0])
        fault = DesignError(
            f"There is no free input that {title} could be wired to.",
            node_id=chosen[0],
            hint="Add a layer first (Tab).",
        )
        view.canvas.document.report(fault)
        view.show_bubble(str(fault), gesture.start)

    def _press_wiring(self, key: int) -> bool:
        view = self._view
        gesture = view.gesture
        if not isinstance(gesture, KeyboardWire):
            return False
        if Qt.Key(key) in ARROWS:
            gesture.step(ARROWS[Qt.Key(key)])
            return True
        if key in _ENTER:
            view.gesture = None
            gesture.accept()
            view.viewport().unsetCursor()
            return True
        return False
