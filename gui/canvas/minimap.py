"""The whole design in small, with the part that the window shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QPixmap

from gui import theme
from gui.canvas.overlay import OverlayBox

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_PAD = 8.0
_SMALL = 60.0
"""No card is smaller, px; from so far that it would vanish it is drawn larger."""


class MiniMap(OverlayBox):
    """Cards in the colours of their categories, and a frame around what the window shows: drag it,
    or click beside it, to look elsewhere."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._picture: QPixmap | None = None
        self._key: object = None
        self._boxes: dict[str, list[QRectF]] = {}
        """The cards by their categories, until one of them changes."""
        self._held: tuple[QRectF, float, QPointF] | None = None
        self._grip = QPointF()
        self.setToolTip("Mini-map: click or drag to look elsewhere")
        self.setAccessibleName("Mini-map")
        view.canvas.geometry_changed.connect(self._on_geometry_changed)
        view.viewport_changed.connect(self.update)

    def _frame(self) -> tuple[QRectF, float, QPointF]:
        """Area shown (scene), scale, and its top left corner on the map."""
        if self._held is not None:
            return self._held
        content = self._view.canvas.content_rect()
        seen = self._view.visible_rect()
        around = content.united(seen) if not content.isEmpty() else seen
        width, height = self.width() - 2 * _PAD, self.height() - 2 * _PAD
        scale = min(width / max(around.width(), 1), height / max(around.height(), 1))
        left = (self.width() - around.width() * scale) / 2
        top = (self.height() - around.height() * scale) / 2
        return around, scale, QPointF(left, top)

    def width_for(self, height: int, most: int) -> int:
        """As wide as a map of the design needs that is so high, px."""
        content = self._view.canvas.content_rect()
        wanted = content.width() / max(content.height(), 1) * (height - 2 * _PAD) + 2 * _PAD
        return round(min(max(wanted, height), most))

    def _cards(self, around: QRectF, scale: float, corner: QPointF) -> QPixmap:
        """The cards as a picture, kept until one of them or the frame changes."""
        key = (around, scale, self.size(), theme.current().name)
        if self._picture is None or self._key != key:
            dpr = self.devicePixelRatioF()
            picture = QPixmap(round(self.width() * dpr), round(self.height() * dpr))
            picture.setDevicePixelRatio(dpr)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setOpacity(0.7)
            painter.translate(corner)
            painter.scale(scale, scale)
            painter.translate(-around.topLeft())
            self._paint_cards(painter, 1 / scale)
            painter.end()
            self._picture, self._key = picture, key
        return self._picture

    def _paint_cards(self, painter: QPainter, least: float) -> None:
        if not self._boxes:
            for item in self._view.canvas.nodes.values():
                box = QRectF(*item.rect())
                self._boxes.setdefault(item.node.layer.category, []).append(box)
        painter.setPen(Qt.PenStyle.NoPen)
        for category, boxes in self._boxes.items():
            if least > _SMALL:
                boxes = [
                    QRectF(b.x(), b.y(), max(b.width(), least), max(b.height(), least))
                    for b in boxes
                ]
            painter.setBrush(theme.current().category(category))
            painter.drawRects(boxes)

    def paint_inside(self, painter: QPainter) -> None:
        look = theme.current()
        around, scale, corner = self._frame()
        painter.drawPixmap(0, 0, self._cards(around, scale, corner))
        box = self._seen_box()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(look.color("accent"), 1.5))
        painter.setBrush(look.with_alpha("accent", 0.06))
        painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 3, 3)

    @Slot()
    def _on_geometry_changed(self) -> None:
        self._picture = None
        self._boxes.clear()
        self.update()

    def _seen_box(self) -> QRectF:
        """The part that the window shows, on the map."""
        around, scale, corner = self._frame()
        seen = self._view.visible_rect()
        at = corner + (seen.topLeft() - around.topLeft()) * scale
        return QRectF(at, seen.size() * scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """On the frame: hold it; beside it: the window looks there."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._view.glide.stop()
        box = self._seen_box()
        self._held = self._frame()  # while it is dragged, the map stands still
        at = event.position()
        self._grip = at - box.center() if box.contains(at) else QPointF()
        self._look_at(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._held is not None:
            self._look_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.update()

    def _look_at(self, at: QPointF) -> None:
        """Bring a point of the map into the middle of the window, but none far from all cards."""
        around, scale, corner = self._frame()
        goal = around.topLeft() + (at - self._grip - corner) / scale
        content = self._view.canvas.content_rect()
        x = min(max(goal.x(), content.left()), content.right())
        y = min(max(goal.y(), content.top()), content.bottom())
        self._view.centerOn(x, y)
        self._view.after_scroll()
        self._view.moved_by_hand.emit()
