"""Which part of the design the window shows at first, and how it gets there."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEasingCurve, QObject, QPoint, QPointF, QRectF, QVariantAnimation, Slot

from gui import theme
from gui.canvas.free_frame import largest, least_shift
from gui.canvas.geometry import Point, Rect, united

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

READABLE_PX, READABLE_WIDTH = 16.0, 1024
"""Least height of a chip's text in a window of this width on a projector; smaller, nobody in the
last row can read it. In a wider window it is no less, in a narrower one it is the same share."""
NARROWEST = 800
"""The narrowest picture that a projector throws, px."""
COMFORTABLE = 0.62
"""Zoom under which the design is rather shown without its notes."""
_EDGE = 40
"""px that stay free around what is brought into view."""
_WORTH_MOVING = 1.05
"""So much larger the design must become for the legend to leave its place, or notes to go."""
_MOST_GLIDING = 60
"""Cards; more of them jump, for their wires would take too long to lay at every picture."""


class Frame(NamedTuple):
    """A point of the scene that lies at a point of the window. is_legend_beside: where the legend
    leaves it room; None: it may stay."""

    zoom: float
    scene: QPointF
    window: QPoint
    is_legend_beside: bool | None = None


def least_zoom(width: float) -> float:
    """In a window of this width, under which a design is rather shown in part: only a projector
    asks for it."""
    look = theme.current()
    if not look.is_projector:
        return 0.0
    share = min(max(width, NARROWEST) / READABLE_WIDTH, 1.0)
    return READABLE_PX * share / look.px("chip")


def best_frame(view: CanvasView) -> Frame | None:
    """All of the design; where that is too small to read, all but its notes; else its start."""
    canvas, least = view.canvas, least_zoom(view.window().width())
    everything = whole_frame(view)
    if everything is None or everything.zoom >= max(COMFORTABLE, least):
        return everything
    if not canvas.nodes:
        return everything
    cards = _free_frame(view, with_notes=False)
    if everything.zoom >= least and cards.zoom <= everything.zoom * _WORTH_MOVING:
        return everything
    return cards if cards.zoom >= least else _start(view, least)


_ABOVE = 160.0
"""Parameters that stand at most so far above the first card are shown with it, px of the scene."""


def whole_frame(view: CanvasView) -> Frame | None:
    """All of the design, however small; None where there is nothing."""
    if view.canvas.drawn_rect().isEmpty():
        return None
    return _free_frame(view, with_notes=True)


def _free_frame(view: CanvasView, *, with_notes: bool) -> Frame:
    """As large as can be, with nothing under a box that lies over the canvas."""
    margin = round(theme.current().size("canvas_margin"))
    room = view.viewport().rect().adjusted(margin, margin, -margin, -margin)
    content = Rect(*view.canvas.drawn_rect(with_notes=with_notes).getRect())
    pieces = view.canvas.drawn_pieces(with_notes=with_notes)
    found = {
        side: largest(content, pieces, Rect(*room.getRect()), boxes)
        for side, boxes in view.overlays.arrangements().items()
    }
    is_beside = True in found and found[True].zoom > found[False].zoom * _WORTH_MOVING
    zoom, (x, y) = found[is_beside]
    spot = room.center()
    at = QPointF((spot.x() - x) / zoom, (spot.y() - y) / zoom)
    return Frame(zoom, at, spot, is_beside)


def ensure_visible(view: CanvasView, keys: Collection[str]) -> None:
    """The shortest way to see these nodes and notes whole."""
    box = united(view.canvas.rect_of(key) for key in keys)
    if box is None:
        return
    shown = Rect(*view.mapFromScene(QRectF(*box)).boundingRect().getRect())
    room = Rect(*view.viewport().rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE).getRect())
    boxes = view.overlays.arrangements()[view.overlays.is_legend_beside]
    x, y = least_shift(shown, room, boxes)
    if x or y:
        view.pan_by(QPoint(round(-x), round(-y)))


def cut_notes(view: CanvasView, frame: Frame) -> int:
    """How many notes would lie partly in the window, partly outside of it."""
    room = QRectF(view.viewport().rect())
    count = 0
    for key in view.canvas.notes:
        note = QRectF(*view.canvas.rect_of(key))
        corner = QPointF(frame.window) + (note.topLeft() - frame.scene) * frame.zoom
        shown = QRectF(corner, note.size() * frame.zoom)
        count += shown.intersects(room) and not room.contains(shown)
    return count


def _start(view: CanvasView, zoom: float) -> Frame:
    """The first card in the corner; what fits across the window is centred."""
    canvas, whole = view.canvas, view.canvas.drawn_rect()
    order = canvas.document.inference.order or tuple(canvas.nodes)
    first = canvas.rect_of(order[0]) if order else None
    corner = QPointF(first.x, first.y) if first is not None else whole.topLeft()
    around = canvas.parameters.drawn_rect()
    if corner.y() - _ABOVE < around.top() < corner.y():
        corner.setY(around.top())
    margin = round(theme.current().size("canvas_margin"))
    spot = QPoint(margin, margin)
    room = view.viewport().rect()
    if whole.width() * zoom <= room.width() - 2 * margin:
        corner.setX(whole.center().x())
        spot.setX(room.center().x())
    if whole.height() * zoom <= room.height() - 2 * margin:
        corner.setY(whole.center().y())
        spot.setY(room.center().y())
    return Frame(zoom, corner, spot)


def fit_smoothly(view: CanvasView) -> None:
    """Glide to the best frame; where it is shown already, to everything."""
    frame, whole = best_frame(view), whole_frame(view)
    if frame is None or whole is None:
        view.set_zoom(1.0)
        return
    goal = whole if is_shown(view, frame) else frame
    view.fitted = goal
    view.glide.to(goal)


def is_shown(view: CanvasView, frame: Frame) -> bool:
    """Whether the window shows just this."""
    away = (view.mapFromScene(frame.scene) - frame.window).manhattanLength()
    return abs(view.zoom - frame.zoom) < 1e-6 and away <= 2


class Glide(QObject):
    """Short movements of the window over the scene, and of cards to new places."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._from: Frame | None = None
        self._to: Frame | None = None
        self._cards: dict[str, tuple[Point, Point]] = {}
        self._move = QVariantAnimation(self)
        self._move.setStartValue(0.0)
        self._move.setEndValue(1.0)
        self._move.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._move.valueChanged.connect(self._on_value)
        self._move.finished.connect(self._on_finished)
        view.canvas.document.stack.indexChanged.connect(self._on_history_moved)

    @property
    def is_on(self) -> bool:
        return self._move.state() == QVariantAnimation.State.Running

    def to(self, frame: Frame, before: dict[str, Point] | None = None) -> None:
        """Move the window there. before: where cards lay that now lie elsewhere (scene)."""
        self.stop()
        view, length = self._view, theme.duration_ms("layout")
        if not length or not view.isVisible():
            view.show_frame(frame)
            return
        here = view.mapToScene(frame.window)
        self._from, self._to = Frame(view.zoom, here, frame.window), frame
        rects = {key: view.canvas.rect_of(key) for key in before or {}}
        moved = {
            key: (start, (rects[key].x, rects[key].y)) for key, start in (before or {}).items()
        }
        self._cards = moved if len(moved) <= _MOST_GLIDING else {}
        self._move.setDuration(length)
        self._move.start()

    def stop(self) -> None:
        """Whatever moves is at its goal now."""
        if self.is_on:
            self._move.stop()
            self._on_value(1.0)
            self._on_finished()

    @Slot(object)
    def _on_value(self, share: float) -> None:
        start, goal = self._from, self._to
        if start is None or goal is None:
            return
        zoom = start.zoom * (goal.zoom / start.zoom) ** share
        # the fixed point of both frames: pixels of the screen, not of the scene, go evenly
        weight = share if start.zoom == goal.zoom else _weight(start.zoom, goal.zoom, zoom)
        at = start.scene + (goal.scene - start.scene) * weight
        self._view.show_frame(Frame(zoom, at, goal.window, goal.is_legend_beside))
        if self._cards:
            self._view.canvas.preview(
                {
                    key: (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
                    for key, (a, b) in self._cards.items()
                }
            )

    @Slot()
    def _on_finished(self) -> None:
        if self._cards:
            self._cards = {}
            self._view.canvas.end_preview()
        self._from = self._to = None

    @Slot(int)
    def _on_history_moved(self, _index: int) -> None:
        self._cards = {}
        self.stop()


def _weight(start: float, goal: float, now: float) -> float:
    """How far the middle has come while the zoom goes from start to goal, 0 to 1."""
    return (1 / start - 1 / now) / (1 / start - 1 / goal)


def places_of(view: CanvasView) -> dict[str, Point]:
    """Where all cards and notes lie now (scene)."""
    canvas = view.canvas
    rects = {key: canvas.rect_of(key) for key in (*canvas.nodes, *canvas.notes)}
    return {key: (rect.x, rect.y) for key, rect in rects.items()}
