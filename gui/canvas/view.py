"""The window onto the canvas: what mouse, keyboard and drags from the palette do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from gui import theme
from gui.canvas import background, framing, pressing
from gui.canvas.actions import CanvasActions
from gui.canvas.dropping import Dropping
from gui.canvas.edge_scroll import EdgeScroll
from gui.canvas.editors import InlineEditors
from gui.canvas.framing import Frame, Glide, best_frame
from gui.canvas.gestures import Gesture, PanGesture
from gui.canvas.hovering import Hovering
from gui.canvas.inserting import Inserter
from gui.canvas.keyboard import Keyboard
from gui.canvas.live_faces import LiveFaces
from gui.canvas.overlays import Overlays
from gui.canvas.scene import CanvasScene
from gui.canvas.searching import Searching
from gui.canvas.zoom_view import ZoomView
from model import editing
from model.design import Wire


class CanvasView(ZoomView):
    """Shows a `CanvasScene` and turns gestures into edits of its document.

    For the window: `selection_changed`, `select(ids)`, `centre_on(id)`, `fit()`,
    `actions_for_menu()`, `insert_layer(tag)` (from the palette by double click),
    `example_requested`.
    """

    selection_changed = Signal(object)
    """Ids (tuple) of the selected nodes and notes."""
    example_requested = Signal()
    """The empty canvas' button."""
    breakpoint_pressed = Signal(str)
    """The corner of a card (its id) was clicked while debugging."""

    def __init__(self, scene: CanvasScene, parent: QWidget | None = None) -> None:
        self.canvas = scene
        self.gesture: Gesture | None = None
        self.debug_actions: tuple[QAction, ...] = ()
        """What the menu of a card offers while debugging."""
        self.add_studies: Callable[[QMenu, str], None] = _add_nothing
        """Puts the laboratories that concern a node into its menu."""
        self.card_actions: tuple[QAction, ...] = ()
        """What the menu of a card offers for computation graphs."""
        self.new_actions: tuple[QAction, ...] = ()
        """What the menu of the empty canvas offers to begin with."""
        self.is_snapping = True
        self.is_space_down = False
        self.is_keyboard_used = False
        self.fitted: Frame | None = None
        """What the window showed when it was fitted last."""
        super().__init__(scene, parent)
        self._fit_soon = QTimer(self, singleShot=True, interval=0)
        self._fit_soon.timeout.connect(self.fit)
        self._setup()
        self.inserter = Inserter(scene)
        self.searching = Searching(self)
        self.editors = InlineEditors(self)
        self.live_faces = LiveFaces(self)
        self.glide = Glide(self)
        self.edge_scroll = EdgeScroll(self)
        self.overlays = Overlays(self)
        self.hovering = Hovering(self)
        self.keyboard = Keyboard(self)
        self.dropping = Dropping(self)
        self.actions_ = CanvasActions(self)
        scene.selection_changed.connect(self._on_selection_changed)
        scene.document.created.connect(self._on_created)
        scene.document.opened.connect(self._on_opened)
        scene.document.stack.indexChanged.connect(self._on_history_moved)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _setup(self) -> None:
        self.setObjectName("canvas_view")
        self.setAccessibleName("Canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 160)

    # for the window

    def select(self, ids: Iterable[str]) -> None:
        """Select exactly these nodes and notes."""
        self.canvas.select(ids)

    def selected_ids(self) -> tuple[str, ...]:
        return self.canvas.selected_ids()

    def selected_wires(self) -> frozenset[Wire]:
        return self.canvas.wires.selected

    def centre_on(self, key: str) -> None:
        """Show a node or note in the middle and select it; unknown ids are passed over."""
        if key in self.canvas.nodes or key in self.canvas.notes:
            if self.zoom < 0.6:
                self.set_zoom(1.0)
            self.centerOn(QPointF(*self.canvas.rect_of(key).centre))
            self.canvas.select({key})
            self.after_scroll()

    def actions_for_menu(self) -> dict[str, list]:
        """QActions by menu, None for a line between them: "edit", "arrange", "view"."""
        return self.actions_.for_menu()

    def insert_layer(self, tag: str) -> None:
        """A layer chosen without a place: beside the selected card, wired where that fits."""
        self.searching.insert(tag)

    # zoom and place

    @Slot()
    def fit(self) -> None:
        """Show the whole design, at most at 100 %, and if possible not behind the legend.

        On a projector a design that would be too small to read begins with its first card.
        """
        self.fitted = frame = best_frame(self)
        if frame is None:
            self.set_zoom(1.0)
        else:
            self.glide.stop()
            self.show_frame(frame)
        self.overlays.place_guest()

    def keep_fitted(self) -> None:
        """The room has changed: a design that was fitted, and has not been moved since, is fitted
        anew."""
        is_still = not self.glide.is_on and self.gesture is None
        if is_still and self.fitted is not None and framing.is_shown(self, self.fitted):
            self._fit_soon.start()

    @Slot()
    def fit_smoothly(self) -> None:
        """As `fit`, in a short movement; a second time shows everything, however small."""
        framing.fit_smoothly(self)

    def show_frame(self, frame: Frame) -> None:
        """At once."""
        if frame.is_legend_beside is not None:
            self.overlays.put_legend(beside=frame.is_legend_beside)
        self.set_zoom(frame.zoom)
        self.pan_by(self.mapFromScene(frame.scene) - frame.window)

    @Slot(bool)
    def set_minimap_visible(self, is_visible: bool) -> None:
        self.overlays.set_minimap_visible(is_visible)

    def ensure_visible(self, *keys: str) -> None:
        """Push the canvas on until these nodes and notes are in view, as far as they fit, and under
        no box."""
        framing.ensure_visible(self, keys)

    # used by gestures

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

    def wire_under_card(self, key: str) -> Wire | None:
        """The wire that a card's middle lies on."""
        return self.canvas.wires.wire_at(QPointF(*self.canvas.rect_of(key).centre), 24.0)

    def remove_wires(self, wires: Iterable[Wire]) -> None:
        self.canvas.document.attempt(editing.remove_wires, tuple(wires))

    def show_bubble(
        self, text: str, at: QPointF, *, is_fault: bool = True, is_lasting: bool = False
    ) -> None:
        """A sentence beside a point of the scene."""
        spot = self.mapFromScene(at)
        self.overlays.bubble.show_at(text, spot, is_fault=is_fault, is_lasting=is_lasting)

    def hide_bubble(self) -> None:
        self.overlays.bubble.hide()

    def open_search_for_port(self, key: str, port: str, from_output: bool, at: QPointF) -> None:
        self.searching.for_port(key, port, from_output, at)

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

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.live_faces.paint(event):
            return
        self.canvas.wires.exposed = self.live_faces.parts_beside(event.region())
        super().paintEvent(event)
        self.canvas.wires.exposed = None

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        background.paint_grid(painter, rect, self.zoom)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        background.paint_hairline(painter, self)
        if self.gesture is not None:
            self.gesture.paint(painter)
        if self.hasFocus():
            background.paint_focus(painter, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.overlays.place()
        self.keep_fitted()
        self.after_scroll()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self.hasFocus() or self.canvas.neuron is not None:
            self.viewport().update()

    # what others report

    @Slot(object)
    def _on_selection_changed(self, ids: tuple[str, ...]) -> None:
        self.setAccessibleDescription(self.canvas.description())
        self.selection_changed.emit(ids)

    @Slot(object)
    def _on_created(self, ids: tuple[str, ...]) -> None:
        self.canvas.select(ids)

    @Slot(int)
    def _on_history_moved(self, _index: int) -> None:
        """An undo while something is dragged: the drag no longer stands on anything."""
        if self.gesture is not None:
            self.cancel_gesture()

    @Slot()
    def _on_opened(self) -> None:
        self.cancel_gesture()
        self.canvas.select(())
        self.fit()

    @Slot(object)
    def _on_theme_changed(self, _theme: object = None) -> None:
        self.overlays.place()
        self.viewport().update()


def _add_nothing(_menu: QMenu, _node_id: str) -> None:
    """Where there are no laboratories."""
