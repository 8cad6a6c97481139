"""What lies over the canvas: a box of the theme, for the legend, the mini-map and the zoom bar."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from gui import theme
from gui.canvas import node_paint

WIDTH = 256


class OverlayBox(QFrame):
    """A rounded box that paints itself in the colours of a card."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(type(self).__name__.lower())
        theme.notifier().changed.connect(self._on_theme_changed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_box(painter, QRectF(self.rect()), "surface", "border")
        self.paint_inside(painter)
        painter.end()

    def paint_inside(self, painter: QPainter) -> None:
        """What stands in the box."""

    def dress(self) -> None:
        """Put on the present theme."""

    @Slot(object)
    def _on_theme_changed(self, _theme: object) -> None:
        # never overridden: PySide does not let go of an overridden slot that the base connected
        self.dress()
        self.update()


def paint_box(painter: QPainter, rect: QRectF, fill: str, line: str) -> None:
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = look.size("card_border")
    painter.setPen(QPen(look.color(line), width))
    painter.setBrush(look.color(fill))
    inset = width / 2
    radius = look.card_radius
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


class Bubble(QWidget):
    """A sentence at the pointer; it goes away by itself."""

    _MOST = 380
    _SHOWN_MS = 6000

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas_bubble")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = ""
        self._is_fault = True
        self._timer = QTimer(self, singleShot=True, interval=self._SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def text(self) -> str:
        """What is shown; "" = nothing."""
        return self._text if not self.isHidden() else ""

    def show_at(self, text: str, at: QPoint, *, is_fault: bool, is_lasting: bool) -> None:
        """Show a sentence near a point of the parent, wholly inside of it."""
        self._text, self._is_fault = text, is_fault
        self.setAccessibleName(text)
        frame = self.parentWidget().rect()
        most = min(self._MOST * theme.current().scale, frame.width() - 16.0)
        metrics = node_paint.metrics(theme.current(), "body")
        box = metrics.boundingRect(QRectF(0, 0, most - 24, 1000), self._flags(), text)
        self.resize(round(box.width()) + 28, round(box.height()) + 18)
        x = min(max(at.x() + 14, 8), max(frame.width() - self.width() - 8, 8))
        y = at.y() + 18
        if y + self.height() > frame.height() - 8:
            y = max(at.y() - self.height() - 14, 8)
        self.move(x, y)
        self.show()
        self.raise_()
        self.update()
        if is_lasting:
            self._timer.stop()
        else:
            self._timer.start()

    @staticmethod
    def _flags() -> int:
        return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(
            Qt.TextFlag.TextWordWrap
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._is_fault:
            paint_box(painter, rect, "errbg", "err")
        else:
            paint_box(painter, rect, "accentbg", "accent")
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text"))
        painter.drawText(rect.adjusted(14, 4, -10, -4), self._flags(), self._text)
        painter.end()


def paint_triangle(painter: QPainter, box: QRectF, *, is_up: bool) -> None:
    """A small triangle: the sign of delta without colour."""
    top, bottom = (box.top(), box.bottom()) if is_up else (box.bottom(), box.top())
    painter.drawPolygon(
        [QPointF(box.center().x(), top), QPointF(box.right(), bottom), QPointF(box.left(), bottom)]
    )
