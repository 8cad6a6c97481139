"""A small box that floats above a chart and lists exact values, so that it hides no curve."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui import theme

Line = tuple[QColor | None, str]


class ReadingBox(QWidget):
    """Lines of text, each with a patch of colour or none. Takes neither mouse nor focus."""

    def __init__(self, parent: QWidget) -> None:
        kind = Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint
        super().__init__(parent, kind)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lines: list[Line] = []

    @property
    def text(self) -> str:
        """What it says, line by line."""
        return "\n".join(text for _color, text in self._lines)

    def show_lines(self, lines: list[Line], at: QPoint) -> None:
        """Stand above a point of the screen (or below it where there is no room)."""
        if not lines:
            self.hide()
            return
        if lines != self._lines:
            self._lines = lines
            self.update()
        self.resize(self.sizeHint())
        screen = QGuiApplication.screenAt(at) or self.screen()
        room = screen.availableGeometry()
        top = at.y() - self.height() - 6
        if top < room.top():
            top = at.y() + 24
        left = min(max(at.x() - self.width() // 2, room.left()), room.right() - self.width())
        self.move(left, top)
        if not self.isVisible():
            self.show()

    def sizeHint(self) -> QSize:
        """As large as the text, px."""
        metrics = QFontMetricsF(theme.current().font("caption"))
        width = max((metrics.horizontalAdvance(text) for _, text in self._lines), default=0.0)
        height = (metrics.height() + 2) * len(self._lines)
        return QSize(round(width + metrics.height() + 28), round(height + 14))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, patches and text."""
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("surface"))
        painter.setPen(look.color("border2"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setFont(look.font("caption"))
        metrics = QFontMetricsF(painter.font())
        line, patch = metrics.height() + 2, metrics.height() * 0.6
        for number, (color, text) in enumerate(self._lines):
            top = 7 + number * line
            if color is not None:
                painter.fillRect(QRectF(10, top + (line - patch) / 2, patch, patch), color)
            painter.setPen(look.color("text"))
            room = QRectF(10 + metrics.height(), top, self.width(), line)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
