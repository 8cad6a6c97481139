"""Sequences of tokens with the network's answers: what went in, what was wanted, what came out."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui import theme
from gui.plots.chart_look import line_height, text_width
from gui.plots.figure import LEFT, Figure
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.snapshot import Predictions

_NAMES = ("input x", "wanted y", "answer ŷ")


class TokenRows(Figure):
    """Sequences of tokens: a line each for what went in, what was wanted and what was answered."""

    def __init__(self) -> None:
        super().__init__("predictions_tokens", "Sequences with the network's answers")
        self._found: Predictions | None = None

    def show_predictions(self, found: Predictions) -> None:
        """Show these items."""
        self._found = found
        self.update()

    def _lines(self, item: int) -> list[tuple[str, str, list[bool | None]]]:
        """(name, text, verdict of each token) of an item."""
        found = self._found
        if found is None or found.answers is None:
            return []
        target, answer = found.targets[item], found.answers[item]
        asked = (target >= 0).tolist()
        right = [
            bool(a == t) if ask else None for a, t, ask in zip(answer, target, asked, strict=True)
        ]
        silent: list[bool | None] = [None] * len(asked)
        shown = [int(a) if ask else -1 for a, ask in zip(answer, asked, strict=True)]
        return [
            (_NAMES[0], self._text(found.inputs[item].tolist()), silent),
            (_NAMES[1], self._text(target.tolist()), silent),
            (_NAMES[2], self._text(shown), right),
        ]

    def _text(self, numbers: list[int]) -> str:
        tokens = self._found.tokens if self._found is not None else ()
        visible = {" ": "␣", "\n": "↵"}
        names = [tokens[n] if 0 <= n < len(tokens) else "·" for n in numbers]
        return "".join(visible.get(name, name) for name in names)

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Items from top to bottom; wrong tokens are underlined."""
        if self._found is None:
            return
        line = line_height(look, "mono") + 1
        pitch = text_width(look, "mono", "0")
        top = 6.0
        for item in range(len(self._found.inputs)):
            if top + 3 * line > self.height():
                break
            for name, text, verdicts in self._lines(item):
                self._paint_line(painter, look, QPointF(10, top), name, text, verdicts, pitch)
                top += line
            top += line * 0.5

    def _paint_line(
        self,
        painter: QPainter,
        look: Theme,
        at: QPointF,
        name: str,
        text: str,
        verdicts: list[bool | None],
        pitch: float,
    ) -> None:
        line = line_height(look, "mono")
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text2"))
        wide = max(text_width(look, "caption", word) for word in _NAMES)
        painter.drawText(QRectF(at.x(), at.y(), wide, line), LEFT, name)
        painter.setFont(look.font("mono"))
        left = at.x() + wide + 1.5 * pitch
        for place, (letter, is_right) in enumerate(zip(text, verdicts, strict=True)):
            box = QRectF(left + place * pitch, at.y(), pitch, line)
            if box.right() > self.width() - 4:
                break
            token = {True: "ok", False: "err", None: "text"}[is_right]
            painter.setPen(look.color(token))
            painter.drawText(box.adjusted(-2, 0, 2, 0), int(Qt.AlignmentFlag.AlignCenter), letter)
            if is_right is False:
                painter.setPen(QPen(look.color("err"), 1.5 * min(look.scale, 1.4)))
                painter.drawLine(
                    box.bottomLeft() + QPointF(1, -1), box.bottomRight() + QPointF(-1, -1)
                )

    def rows(self) -> list[list[Any]]:
        """A row an item; of the verdicts 1 = right, 0 = wrong, – = not asked for."""
        found: list[list[Any]] = [["item", *_NAMES, "right"]]
        for item in range(len(self._found.inputs) if self._found is not None else 0):
            lines = self._lines(item)
            if lines:
                marks = {True: "1", False: "0", None: "–"}
                verdict = "".join(marks[is_right] for is_right in lines[2][2])
                found.append([item, *(text for _, text, _ in lines), verdict])
        return found

    def lines_at(self, place: QPointF) -> list[Line]:
        """The whole item below the pointer."""
        if self._found is None:
            return []
        line = line_height(theme.current(), "mono") + 1
        item = int((place.y() - 6) / (3.5 * line))
        if not 0 <= item < len(self._found.inputs):
            return []
        rows = self._lines(item)
        verdicts = [v for v in rows[2][2] if v is not None] if rows else []
        told = [f"{name} = {text}" for name, text, _ in rows]
        return [(None, text) for text in [*told, f"{sum(verdicts)} of {len(verdicts)} right"]]
