"""Rows of a table: what was true, what was answered, and how sure the network was."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gui import theme
from gui.plots.answers import Answer, table_of
from gui.plots.chart_look import line_height, text_width
from gui.plots.figure import LEFT, RIGHT, Figure
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme


class TableAnswers(Figure):
    """One line an item: tick or cross, true, answered, and a bar of the output or the error."""

    def __init__(self) -> None:
        super().__init__("predictions_table", "Sample items with the network's answers")
        self._answers: list[Answer] = []

    def show_answers(self, answers: list[Answer]) -> None:
        """Show these items."""
        self._answers = answers
        self.update()

    def _line(self, look: Theme) -> float:
        return line_height(look, "body") + 4

    def _columns(self, look: Theme) -> tuple[float, float, float, float]:
        """Where true, answered and the bar begin, and where the bar ends; px."""
        texts = [answer.true for answer in self._answers] + ["true"]
        others = [answer.answered for answer in self._answers] + ["answered"]
        mark = line_height(look, "body") + 8
        room = self.width() - mark - 28
        first = min(max(text_width(look, "body", text) for text in texts), room * 0.3)
        second = min(max(text_width(look, "body", text) for text in others), room * 0.3)
        start = 8 + mark
        return start, start + first + 16, start + first + second + 32, self.width() - 12.0

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Heads, then as many items as there is room for."""
        if not self._answers:
            return
        line, columns = self._line(look), self._columns(look)
        has_values = self._answers[0].is_right is None
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text3"))
        heads = ("true", "answered", "off by" if has_values else "output for the answer")
        for text, start, end in zip(heads, columns, (*columns[1:],), strict=False):
            box = QRectF(start, 0, end - start - 4, line)
            shown = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(box.width()) + 3
            )
            painter.drawText(box, LEFT, shown)
        for number, answer in enumerate(self._answers):
            top = line * (number + 1)
            if top + line > self.height():
                break
            self._paint_row(painter, answer, top, look)

    def _paint_row(self, painter: QPainter, answer: Answer, top: float, look: Theme) -> None:
        line, (true, answered, bar, end) = self._line(look), self._columns(look)
        side = line_height(look, "body") * 0.85
        if answer.is_right is not None:
            icon = "check-bold" if answer.is_right else "close-thick"
            token = "ok" if answer.is_right else "err"
            area = QRectF(8, top + (line - side) / 2, side, side)
            theme.paint_icon(painter, icon, area, look.color(token))
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text"))
        metrics = painter.fontMetrics()
        for text, start, stop in ((answer.true, true, answered), (answer.answered, answered, bar)):
            room = stop - start - 8
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room) + 1)
            painter.drawText(QRectF(start, top, room, line), LEFT, shown)
        self._paint_bar(painter, answer, QRectF(bar, top, end - bar, line), look)

    def _paint_bar(self, painter: QPainter, answer: Answer, room: QRectF, look: Theme) -> None:
        """Output of the answered class from 0 to 1; or the error, from the middle."""
        is_valued = answer.is_right is None
        number = self._error(answer) if is_valued else answer.ranked()[0][1]
        painter.setFont(look.font("chip"))
        width = text_width(look, "chip", "−0.0e−5") + 4
        painter.setPen(look.color("text2"))
        painter.drawText(
            QRectF(room.right() - width, room.top(), width, room.height()), RIGHT, short(number)
        )
        high = room.height() * 0.5
        trough = QRectF(room.left(), room.center().y() - high / 2, room.width() - width - 6, high)
        if trough.width() < 10:
            return
        painter.fillRect(trough, look.color("sunken"))
        if not np.isfinite(number):
            return
        if not is_valued:
            share = min(max(number, 0.0), 1.0)
            token = "ok" if answer.is_right else "err"
            filled = QRectF(trough.left(), trough.top(), share * trough.width(), high)
            painter.fillRect(filled, look.color(token))
            return
        errors = [abs(self._error(other)) for other in self._answers]
        most = max((error for error in errors if np.isfinite(error)), default=1.0) or 1.0
        middle, reach = trough.center().x(), number / most * trough.width() / 2
        filled = QRectF(min(middle, middle + reach), trough.top(), abs(reach), high)
        painter.fillRect(filled, look.color("pos" if number > 0 else "neg"))
        painter.fillRect(QRectF(middle - 0.5, trough.top() - 2, 1, high + 4), look.color("axis"))

    @staticmethod
    def _error(answer: Answer) -> float:
        """Answer minus truth, of the first value."""
        return float(answer.scores[0] - answer.truth[0])

    def rows(self) -> list[list[Any]]:
        """A row an item."""
        return table_of(self._answers)

    def lines_at(self, place: QPointF) -> list[Line]:
        """All of the item below the pointer."""
        index = int(place.y() // self._line(theme.current())) - 1
        if not 0 <= index < len(self._answers):
            return []
        return [(None, text) for text in self._answers[index].lines()]
