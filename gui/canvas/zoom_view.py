"""A view that zooms to the pointer and is pushed about by wheel, touchpad and pinch."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

LEAST_ZOOM, MOST_ZOOM = 0.05, 4.0
_STEP = 1.2


class ZoomView(QGraphicsView):
    """Without scroll bars; all movement goes through `set_zoom` and `pan_by`."""

    viewport_changed = Signal()
    """Zoom or the part that is shown."""
    moved_by_hand = Signal()
    """The person has chosen what is shown: nothing moves it away soon."""

    def __init__(self, scene: QGraphicsScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)

    @property
    def zoom(self) -> float:
        """1.0 = one scene pixel a window pixel."""
        return self.transform().m11()

    def set_zoom(self, zoom: float, anchor: QPoint | None = None) -> None:
        """Zoom; the point of the window under `anchor` (else its middle) stays where it is."""
        zoom = min(max(zoom, LEAST_ZOOM), MOST_ZOOM)
        spot = anchor if anchor is not None else self.viewport().rect().center()
        before = self.mapToScene(spot)
        factor = zoom / self.zoom
        self.scale(factor, factor)
        self.pan_by(self.mapFromScene(before) - spot)

    def pan_by(self, step: QPoint) -> None:
        """Move the window over the scene by window pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + step.x())
        down.setValue(down.value() + step.y())
        self.after_scroll()

    def after_scroll(self) -> None:
        """Tell everyone that another part of the scene is shown."""
        self.viewport_changed.emit()

    def pointer_or_centre(self) -> QPoint:
        """Where the pointer is over the canvas, else the middle."""
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        frame = self.viewport().rect()
        return at if frame.contains(at) and self.underMouse() else frame.center()

    def visible_rect(self) -> QRectF:
        """What the window shows, in the scene."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    @Slot()
    def zoom_in(self) -> None:
        self.set_zoom(self.zoom * _STEP)
        self.moved_by_hand.emit()

    @Slot()
    def zoom_out(self) -> None:
        self.set_zoom(self.zoom / _STEP)
        self.moved_by_hand.emit()

    @Slot()
    def zoom_to_100(self) -> None:
        self.set_zoom(1.0)
        self.moved_by_hand.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms to the pointer; two fingers on a touchpad push the canvas about."""
        is_pad = event.phase() != Qt.ScrollPhase.NoScrollPhase and not event.pixelDelta().isNull()
        if is_pad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan_by(-event.pixelDelta())
        else:
            turn = event.angleDelta().y() or event.angleDelta().x()
            self.set_zoom(self.zoom * 1.0015**turn, event.position().toPoint())
        self.moved_by_hand.emit()
        event.accept()

    def pinch(self, event: QEvent) -> bool:
        """Two fingers drawn apart; False for any other gesture."""
        if not isinstance(event, QNativeGestureEvent):
            return False
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.set_zoom(self.zoom * (1 + event.value()), event.position().toPoint())
            self.moved_by_hand.emit()
            return True
        return False
