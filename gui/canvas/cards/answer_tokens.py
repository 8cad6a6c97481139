"""Answers of a loss over sequences: token by token, with a tick or a cross."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers
from gui.canvas.cards.answer import Answer
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import draw_text
from gui.canvas.cards.time_face import readable
from gui.canvas.cards.token_cells import (
    cell_at,
    cells,
    height_of,
    paint_tokens,
    paint_verdicts,
    shown,
)
from gui.canvas.cards.why_not import NO_STEP
from gui.theme import Theme
from model.layer import Loss

ROWS = 3


class TokenAnswers(Answer):
    """Three rows a line: what was true, what was answered, and whether that is right."""

    has_columns = False

    def __init__(self, layer: Loss, steps: int, classes: int, tokens: tuple[str, ...]) -> None:
        super().__init__(layer, 1)
        self.steps, self.classes = steps, classes
        self._tokens = tokens
        self._ignored = int(getattr(layer, "ignore", -1))

    def _box(self, theme: Theme) -> QRectF:
        left, top = measures.length(theme, "left"), measures.length(theme, "top")
        return QRectF(left, top, measures.length(theme, "maps"), height_of(self.steps, theme, ROWS))

    def height(self, theme: Theme) -> float:
        """All lines, and a note where steps are left out."""
        note = measures.length(theme, "note") if shown(self.steps) < self.steps else 0.0
        return self._box(theme).bottom() + note + measures.length(theme, "gap")

    def width(self, theme: Theme) -> float:
        """px of the whole card."""
        return self._box(theme).right() + measures.length(theme, "right")

    def _name(self, number: int) -> str:
        named = 0 <= number < len(self._tokens)
        return readable(self._tokens[number]) if named else str(number)

    def _numbers(
        self, context: FaceContext
    ) -> tuple[NDArray[np.integer], NDArray[np.floating]] | None:
        """Targets (T,) and probabilities (T, K)."""
        extras = {} if context.view is None else context.view.extras
        target, share = extras.get("target"), extras.get("probability")
        if target is None or share is None:
            return None
        if np.shape(target) != (self.steps,) or np.shape(share) != (self.steps, self.classes):
            return None
        return np.asarray(target), np.asarray(share)

    def _is_asked(self, target: int) -> bool:
        return target != self._ignored and target >= 0

    def paint_still(self, painter: QPainter, theme: Theme) -> None:
        """The letters of the rows."""
        height = measures.length(theme, "token")
        edge = measures.length(theme, "stripe") + 2
        for row, letter in ((0, "y"), (1, "ŷ")):
            places = cells(self._box(theme), self.steps, theme, ROWS, row)
            box = QRectF(edge, places[0].top(), places[0].left() - edge - 3, height)
            draw_text(painter, box, letter, theme, "strong", "text2")
        if shown(self.steps) < self.steps:
            row_box = self._box(theme)
            row_box.setTop(row_box.bottom())
            row_box.setHeight(measures.length(theme, "note"))
            words = f"the first {shown(self.steps)} of {self.steps} steps"
            draw_text(painter, row_box, words, theme, "caption", "text3")

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """Tokens and verdicts of the item."""
        found = self._numbers(context)
        if found is None:
            return
        theme, box = context.theme, self._box(context.theme)
        target, share = found
        answered = share.argmax(axis=-1)
        count = shown(self.steps)
        asked = [self._is_asked(int(t)) for t in target[:count]]
        truth = [
            self._name(int(t)) if a else "·" for t, a in zip(target[:count], asked, strict=True)
        ]
        words = [
            self._name(int(t)) if a else "·" for t, a in zip(answered[:count], asked, strict=True)
        ]
        verdicts = [
            bool(t == y) if a else None
            for t, y, a in zip(answered[:count], target[:count], asked, strict=True)
        ]
        rows = [cells(box, self.steps, theme, ROWS, row) for row in range(ROWS)]
        paint_tokens(painter, rows[0], truth, theme, "text2")
        paint_tokens(painter, rows[1], words, theme, "text")
        paint_verdicts(painter, rows[2], verdicts, theme)

    def tip(self, pos: QPointF, context: FaceContext) -> str:
        """The likeliest answers at a step."""
        theme = context.theme
        places = [cells(self._box(theme), self.steps, theme, ROWS, row) for row in range(ROWS)]
        step = next((t for row in places if (t := cell_at(row, pos)) is not None), None)
        if step is None:
            return ""
        found = self._numbers(context)
        if found is None:
            return NO_STEP
        target, share = found
        lines = [f"step {step + 1} of {self.steps}"]
        if self._is_asked(int(target[step])):
            lines[0] += f": y = {self._name(int(target[step]))}"
        else:
            lines[0] += ": no answer is asked for"
        likeliest = np.argsort(-share[step], kind="stable")[:4].tolist()
        lines += [f"p̂({self._name(j)}) = {numbers.full(share[step, j])}" for j in likeliest]
        return "\n".join(lines)
