"""The window onto the canvas: what mouse, keyboard and drags from the palette do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from gui import theme
from gui.canvas import background, framing
from gui.canvas.actions import CanvasActions
from gui.canvas.dropping import Dropping
from gui.canvas.edge_scroll import EdgeScroll
from gui.canvas.editors import InlineEditors
from gui.canvas.framing import Frame, Glide, best_frame
from gui.canvas.gestures import Gesture
from gui.canvas.hovering import Hovering
from gui.canvas.input_view import InputView
from gui.canvas.inserting import Inserter
from gui.canvas.keyboard import Keyboard
from gui.canvas.live_faces import LiveFaces
from gui.canvas.overlays import Overlays
from gui.canvas.scene import CanvasScene
from gui.canvas.searching import Searching
from model import editing
from model.design import Wire


class CanvasView(InputView):
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
        self.add_wire_studies: Callable[[QMenu, Wire], None] = _add_nothing
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

    def come_near(self, frame: Frame) -> None:
        """In a short movement, and stay there: the design is no longer kept fitted."""
        self._fit_soon.stop()
        self.fitted = None
        self.glide.to(frame)

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


def _add_nothing(_menu: QMenu, _what: object) -> None:
    """Where there are no laboratories."""
