"""A view that hands mouse, keyboard and drags from the palette to those who understand them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

from gui.canvas import pressing
from gui.canvas.gestures import Gesture, PanGesture
from gui.canvas.zoom_view import ZoomView

if TYPE_CHECKING:
    from gui.canvas.actions import CanvasActions
    from gui.canvas.dropping import Dropping
    from gui.canvas.edge_scroll import EdgeScroll
    from gui.canvas.editors import InlineEditors
    from gui.canvas.framing import Glide
    from gui.canvas.hovering import Hovering
    from gui.canvas.keyboard import Keyboard
    from gui.canvas.searching import Searching


class InputView(ZoomView):
    """One gesture at a time; what is pressed while nothing is in the hand begins one."""

    gesture: Gesture | None
    is_space_down: bool
    is_keyboard_used: bool
    actions_: CanvasActions
    dropping: Dropping
    edge_scroll: EdgeScroll
    editors: InlineEditors
    glide: Glide
    hovering: Hovering
    keyboard: Keyboard
    searching: Searching

    # gestures

    def begin(self, gesture: Gesture) -> None:
        """One gesture at a time: the one before is cancelled."""
        self.cancel_gesture()
        self.glide.stop()
        self.gesture = gesture
        self.viewport().setCursor(gesture.cursor)

    def cancel_gesture(self) -> bool:
        """Esc: put everything back. False where nothing was going on."""
        gesture, self.gesture = self.gesture, None
        if gesture is None:
            return False
        gesture.cancel()
        self._after_gesture()
        return True

    def _after_gesture(self) -> None:
        self.edge_scroll.stop()
        self.viewport().unsetCursor()
        self.viewport().update()

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.is_keyboard_used = False
        self.editors.close(keeps=True)
        self.hide_bubble()
        self.searching.popup.close_search()
        at = self.mapToScene(event.position().toPoint())
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (is_left and self.is_space_down):
            self.begin(PanGesture(self, at))
        elif is_left:
            pressing.press(self, at, event.modifiers())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        if self.gesture is not None:
            self.gesture.move(at, event.modifiers())
            self.edge_scroll.follow(event.position().toPoint(), event.modifiers())
        else:
            self.hovering.move(at)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.glide.stop()
        super().wheelEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.release(self.mapToScene(event.position().toPoint()), event.modifiers())
            self._after_gesture()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.cancel_gesture()
            pressing.double_press(self, self.mapToScene(event.position().toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:
        """Pinching zooms; tooltips come from cards, ports and wires."""
        if event.type() == QEvent.Type.NativeGesture:
            return self.pinch(event)
        if event.type() == QEvent.Type.ToolTip:
            return self.hovering.show_tip(event)
        if event.type() == QEvent.Type.Leave:
            self.hovering.leave()
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.actions_.context_menu(event.pos(), event.globalPos(), is_key=is_key)

    # drags from the palette

    def dragEnterEvent(self, event) -> None:
        self.dropping.enter(event)

    def dragMoveEvent(self, event) -> None:
        self.dropping.move(event)

    def dragLeaveEvent(self, event) -> None:
        self.dropping.leave()

    def dropEvent(self, event) -> None:
        self.dropping.drop(event)

    # the keyboard

    def event(self, event: QEvent) -> bool:
        """Tab opens the search; Shift+Tab and Ctrl+Tab leave the canvas."""
        if event.type() == QEvent.Type.ShortcutOverride and self.keyboard.claims(event):
            event.accept()
            return True
        is_tab = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        if is_tab and not event.modifiers():
            self.searching.at_pointer()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keyboard.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.is_space_down = False
            self.viewport().unsetCursor()
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.is_keyboard_used = True
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.is_space_down = False
        super().focusOutEvent(event)
        self.viewport().update()
