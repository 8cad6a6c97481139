"""A picture that is painted as a whole, and reads out the value below the pointer."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.export import csv_text
from gui.plots.reading_box import Line, ReadingBox
from gui.theme import Theme


class Figure(QWidget):
    """Base of the plots that are not curves over steps."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(description)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.reading = ReadingBox(self)
        self._density = 0.0
        self.subject = ""  # what is shown, in the words of the plot's head
        theme.notifier().changed.connect(self._on_theme_changed)

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self.update()

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Paint the picture."""
        raise NotImplementedError

    @property
    def density(self) -> float:
        """Pixels a px: of the screen, or of the file that is made."""
        return self._density or self.devicePixelRatioF()

    def picture_size(self) -> QSize:
        """px of what is on the screen."""
        return self.size()

    def draw(self, painter: QPainter, density: float) -> None:
        """The same picture in a file."""
        look = theme.current()
        self._density = density
        painter.fillRect(self.rect(), look.color("plotbg"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, look)
        self._density = 0.0

    def text(self, _kind: str) -> str:
        """All numbers of the picture as CSV."""
        about = ": ".join(part for part in (self.accessibleName(), self.subject) if part)
        return csv_text(about, self.rows())

    def rows(self) -> list[list[Any]]:
        """The numbers of the picture as a table, its head first."""
        return []

    def lines_at(self, place: QPointF) -> list[Line]:
        """What to say about a point of the picture; nothing where there is nothing."""
        return []

    def text_at(self, place: QPointF) -> str:
        """What is said about a point of the picture, line by line."""
        return "\n".join(text for _color, text in self.lines_at(place))

    def paint_reason(self, painter: QPainter, look: Theme, words: str) -> None:
        """In the middle, why there is nothing to see."""
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text3"))
        room = QRectF(self.rect()).adjusted(24, 12, -24, -12)
        painter.drawText(room, int(CENTRE | Qt.TextFlag.TextWordWrap), words)

    def minimumSizeHint(self) -> QSize:
        """A picture can be small."""
        return QSize(120, 60)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, then picture."""
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("plotbg"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, look)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out."""
        at = self.mapToGlobal(event.position() - QPointF(0, 8)).toPoint()
        self.reading.show_lines(self.lines_at(event.position()), at)

    def leaveEvent(self, event: QEvent) -> None:
        """Be quiet."""
        super().leaveEvent(event)
        self.reading.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """Be quiet."""
        super().hideEvent(event)
        self.reading.hide()


CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
