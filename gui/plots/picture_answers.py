"""Pictures, each with a tick or a cross and its likeliest classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from gui import theme
from gui.plots.answers import Answer, table_of
from gui.plots.chart_look import line_height, text_width
from gui.plots.figure import LEFT, Figure
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.layer import Array

_MOST_BARS = 3
_LARGEST = 150.0  # px; a digit of 28 x 28 gains nothing beyond


class PictureAnswers(Figure):
    """As many items as there is room for, in columns and rows."""

    def __init__(self) -> None:
        super().__init__("predictions_pictures", "Sample pictures with the network's answers")
        self._answers: list[Answer] = []

    def show_answers(self, answers: list[Answer]) -> None:
        """Show these items."""
        self._answers = answers
        self.update()

    def cells(self, look: Theme) -> list[tuple[Answer, QRectF]]:
        """Items and their places."""
        if not self._answers:
            return []
        n, most = len(self._answers), max(1, int((self.width() - 8) / (74 * look.scale)))
        counts = range(1, min(n, most) + 1)
        fitting = [c for c in counts if -(-n // c) * self._cell_height(c, look) <= self.height()]
        columns = fitting[0] if fitting else min(n, most)
        width = min((self.width() - 8) / columns, (_LARGEST + 10) * look.scale)
        rows = max(1, min(int(self.height() / self._cell_height(columns, look)), -(-n // columns)))
        height = self.height() / rows
        return [
            (answer, QRectF(8 + i % columns * width, i // columns * height, width - 10, height - 4))
            for i, answer in enumerate(self._answers[: columns * rows])
        ]

    def _cell_height(self, columns: int, look: Theme) -> float:
        """Picture, verdict, bars; px."""
        side = min((self.width() - 8) / columns - 10, _LARGEST * look.scale)
        bars = _MOST_BARS * (line_height(look, "chip") + 3)
        return side + line_height(look, "strong") + bars + 12

    def paint(self, painter: QPainter, look: Theme) -> None:
        """All items."""
        for answer, cell in self.cells(look):
            verdict = line_height(look, "strong") + 2
            bar = line_height(look, "chip") + 3
            bars = min(_MOST_BARS, len(answer.names))
            side = min(cell.width(), cell.height() - verdict - bars * bar - 3)
            while side < 28 * look.scale and bars > 0:
                bars -= 1
                side = min(cell.width(), cell.height() - verdict - bars * bar - 3)
            box = QRectF(cell.left(), cell.top() + 1, side, side)
            self._paint_picture(painter, box, answer, look)
            row = QRectF(cell.left(), box.bottom() + 2, cell.width(), verdict)
            self._paint_verdict(painter, row, answer, look)
            for number, (name, score) in enumerate(answer.ranked()[:bars]):
                line = QRectF(cell.left(), row.bottom() + number * bar, cell.width(), bar)
                self._paint_bar(painter, line, name, score, answer, look)

    def _paint_picture(self, painter: QPainter, box: QRectF, answer: Answer, look: Theme) -> None:
        picture = grey(answer.picture)
        rgb = np.ascontiguousarray(theme.ink_lut(look)[picture])
        rows, columns = picture.shape
        image = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, rows > 16)
        inner = box.adjusted(2, 2, -2, -2)
        painter.drawImage(inner, image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color(_verdict_token(answer)), 2 * min(look.scale, 1.5)))
        painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _paint_verdict(self, painter: QPainter, row: QRectF, answer: Answer, look: Theme) -> None:
        color = look.color(_verdict_token(answer))
        side = line_height(look, "strong") * 0.85
        x = row.left()
        if answer.is_right is not None:
            icon = "check-bold" if answer.is_right else "close-thick"
            area = QRectF(x, row.center().y() - side / 2, side, side)
            theme.paint_icon(painter, icon, area, color)
            x += side + 4
        painter.setFont(look.font("strong"))
        painter.setPen(color if answer.is_right is False else look.color("text"))
        text = answer.answered
        if answer.is_right is False:
            text += f"≠{answer.true}"
        room = row.right() + 6 - x
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room) + 1)
        painter.drawText(QRectF(x, row.top(), room, row.height()), LEFT, shown)

    def _paint_bar(
        self, painter: QPainter, line: QRectF, name: str, score: float, answer: Answer, look: Theme
    ) -> None:
        """Name, and a bar from 0 to 1."""
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text2"))
        widest = max(text_width(look, "chip", other) for other in answer.names)
        room = min(widest + 4, line.width() * 0.5)
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(line.left(), line.top(), room, line.height()), LEFT, shown)
        high = line_height(look, "chip") * 0.68
        trough = QRectF(
            line.left() + room + 2, line.center().y() - high / 2, line.width() - room - 2, high
        )
        painter.fillRect(trough, look.color("sunken"))
        share = min(max(score, 0.0), 1.0) if np.isfinite(score) else 0.0
        is_answer = name == answer.answered
        color = look.color(_verdict_token(answer) if is_answer else "wire")
        bar = QRectF(trough.topLeft(), trough.size())
        bar.setWidth(max(share * trough.width(), 1.0 if share > 0 else 0.0))
        painter.fillRect(bar, color)

    def rows(self) -> list[list[Any]]:
        """A row an item."""
        return table_of(self._answers)

    def lines_at(self, place: QPointF) -> list[Line]:
        """All outputs of the item below the pointer."""
        for answer, cell in self.cells(theme.current()):
            if cell.contains(place):
                return [(None, text) for text in answer.lines()]
        return []


def _verdict_token(answer: Answer) -> str:
    return {True: "ok", False: "err", None: "border2"}[answer.is_right]


def grey(picture: Array) -> Array:
    """Any picture, (H, W), (1, H, W) or (C, H, W), as brightness 0 to 255, (H, W)."""
    values = np.asarray(picture, dtype=np.float64)
    while values.ndim > 2:
        values = values.mean(axis=0 if values.shape[0] <= 4 else -1)
    low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
    levels = (values - low) / ((high - low) or 1.0) * 255
    return levels.round().astype(np.uint8)
