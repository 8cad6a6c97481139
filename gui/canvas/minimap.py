"""The whole design in small, with the part that the window shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from gui import theme
from gui.canvas.overlay import OverlayBox

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_PAD = 8.0


class MiniMap(OverlayBox):
    """Cards in the colours of their categories; click or drag to look elsewhere."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.setToolTip("Mini-map: click or drag to look elsewhere")
        self.setAccessibleName("Mini-map")
        view.canvas.geometry_changed.connect(self.update)
        view.viewport_changed.connect(self.update)

    def _frame(self) -> tuple[QRectF, float, QPointF]:
        """Area shown (scene), scale, and its top left corner on the map."""
        content = self._view.canvas.content_rect()
        seen = self._view.visible_rect()
        around = content.united(seen) if not content.isEmpty() else seen
        width, height = self.width() - 2 * _PAD, self.height() - 2 * _PAD
        scale = min(width / max(around.width(), 1), height / max(around.height(), 1))
        left = (self.width() - around.width() * scale) / 2
        top = (self.height() - around.height() * scale) / 2
        return around, scale, QPointF(left, top)

    def paint_inside(self, painter: QPainter) -> None:
        look = theme.current()
        around, scale, corner = self._frame()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        fills: dict[str, list[QRectF]] = {}
        for item in self._view.canvas.nodes.values():
            rect = item.rect()
            box = QRectF(
                corner.x() + (rect.x - around.x()) * scale,
                corner.y() + (rect.y - around.y()) * scale,
                max(rect.width * scale, 2),
                max(rect.height * scale, 2),
            )
            fills.setdefault(item.node.layer.category, []).append(box)
        painter.setOpacity(0.7)
        for category, boxes in fills.items():
            painter.setBrush(look.category(category))
            painter.drawRects(boxes)
        painter.setOpacity(1.0)
        seen = self._view.visible_rect()
        box = QRectF(
            corner.x() + (seen.x() - around.x()) * scale,
            corner.y() + (seen.y() - around.y()) * scale,
            seen.width() * scale,
            seen.height() * scale,
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(look.color("accent"), 1.5))
        painter.setBrush(look.with_alpha("accent", 0.06))
        painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 3, 3)

    def _look_at(self, event: QMouseEvent) -> None:
        around, scale, corner = self._frame()
        at = event.position()
        self._view.centerOn(
            around.x() + (at.x() - corner.x()) / scale, around.y() + (at.y() - corner.y()) / scale
        )
        self._view.after_scroll()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._look_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event)
