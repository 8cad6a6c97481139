"""A line in which a formula is typed: monospaced, with a red wave under what cannot be read."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLineEdit, QWidget

from gui import theme

LONGEST = 20_000
"""Characters that are kept of what is pasted; a formula may have 500."""
_STEP, _HEIGHT = 2.5, 2.0  # px of the wave


class FormulaLine(QLineEdit):
    """`set_fault(start, end)` marks a place of the text."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._fault: tuple[int, int] | None = None
        self.setProperty("mono", True)
        self.setMaxLength(LONGEST)
        self.setDragEnabled(True)

    def fault(self) -> tuple[int, int] | None:
        """The marked place."""
        return self._fault

    def set_fault(self, start: int, end: int, *, is_faulty: bool = True) -> None:
        """Mark a place; an empty one means the whole text. `is_faulty` False takes the mark away.

        A place behind the end stands for what is missing there.
        """
        if not is_faulty:
            self._fault = None
        else:
            self._fault = (start, end) if end > start else (0, max(len(self.text()), 1))
        if bool(self.property("invalid")) != is_faulty:
            self.setProperty("invalid", is_faulty)
            theme.repolish(self)
        self.update()

    def _x_of(self, place: int) -> float:
        """px of the left edge of a character, scrolling included."""
        metrics = QFontMetricsF(self.font())
        text = self.text()
        at_cursor = metrics.horizontalAdvance(text[: self.cursorPosition()])
        shift = metrics.horizontalAdvance(text[:place]) - at_cursor
        beyond = max(0, place - len(text)) * metrics.averageCharWidth()
        return self.cursorRect().center().x() + shift + beyond

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line, and the wave."""
        super().paintEvent(event)
        if self._fault is None:
            return
        start, end = self._fault
        left, right = self._x_of(start), self._x_of(end)
        inner = self.rect().adjusted(3, 0, -3, 0)
        left, right = max(left, inner.left()), min(max(right, left + 6), inner.right())
        if right <= left:
            return
        base = self.cursorRect().bottom() - 1.0
        points = []
        count = int((right - left) / _STEP) + 1
        for number in range(count + 1):
            lift = _HEIGHT if number % 2 else 0.0
            points.append(QPointF(min(left + number * _STEP, right), base - lift))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.current().color("err"), 1.4 * theme.current().scale)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
        painter.end()
