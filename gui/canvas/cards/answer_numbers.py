"""An answer of one output against what was true: a scale of probability, or two numbers."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.answer import Answer, numbers_of
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import (
    LEFT,
    RIGHT,
    draw_text,
    frame,
    pen,
)
from gui.canvas.cards.why_not import NO_STEP
from gui.theme import Theme
from model.layer import Loss

_TOKENS = {"prediction": "fwd", "score": "fwd", "target": "accent", "true side": "accent"}


class ProbabilityScale(Answer):
    """One probability from 0 to 1, with a mark where the truth lies."""

    has_columns = False

    def __init__(self, layer: Loss) -> None:
        super().__init__(layer, 1)

    def _track(self, theme: Theme) -> QRectF:
        columns = self.columns(theme)
        top = 14 * theme.scale
        return QRectF(columns.left, top, columns.room, measures.length(theme, "h_strip"))

    def height(self, theme: Theme) -> float:
        """Scale, its ends, and the numbers."""
        return self._track(theme).bottom() + 2 * measures.length(theme, "row") + 6 * theme.scale

    def neuron_at(self, x: float, theme: Theme) -> int | None:
        """There is one output."""
        return 0

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """Scale with its ends 0 and 1, and the numbers below."""
        theme = context.theme
        track = self._track(theme)
        painter.fillRect(track, theme.color("sunken"))
        found = numbers_of(context, "probability", 1)
        target = numbers_of(context, "target", 1)
        symbol = symbols.shape("p hat", theme.px("maths"))
        x = (measures.length(theme, "stripe") + track.left() - symbol.boundingRect().width()) / 2
        at = QPointF(x, track.center().y() + 0.25 * theme.px("maths"))
        symbols.draw_symbol(painter, at, symbol, theme.color("fwd"))
        if found is not None and np.isfinite(found[0]):
            filled = QRectF(track)
            filled.setWidth(track.width() * float(found[0]))
            painter.fillRect(filled, theme.color("fwd"))
        frame(painter, track, theme, "border2")
        row = measures.length(theme, "row")
        ends = QRectF(track.left(), track.bottom() + 2, track.width(), row)
        draw_text(painter, ends, "0", theme, "chip", "text3", LEFT)
        draw_text(painter, ends, "1", theme, "chip", "text3", RIGHT)
        if target is not None:
            self._paint_target(painter, track, float(target[0]), theme)
        line = ends.translated(0, row)
        text = "–" if found is None else numbers.short(float(found[0]))
        draw_text(painter, line, f"p̂ = {text}", theme, "mono", "text", LEFT)
        if target is not None:
            text = f"y = {numbers.plain(float(target[0]))}"
            draw_text(painter, line, text, theme, "mono", "accent", RIGHT)

    def _paint_target(self, painter: QPainter, track: QRectF, target: float, theme: Theme) -> None:
        x = track.left() + track.width() * min(max(target, 0.0), 1.0)
        half = 5 * theme.scale
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        tip = QPointF(x, track.top() + 1)
        corners = [tip, tip + QPointF(-half, -1.6 * half), tip + QPointF(half, -1.6 * half)]
        painter.drawPolygon(QPolygonF(corners))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(theme, "accent", 2 * theme.scale))
        painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom()))

    def tip(self, pos: QPointF, context: FaceContext) -> str:
        """Probability and target in full."""
        found = numbers_of(context, "probability", 1)
        target = numbers_of(context, "target", 1)
        if found is None:
            return NO_STEP
        text = f"p̂ = {numbers.full(found[0])}, item {context.item + 1} of the batch"
        return text if target is None else f"{text}\ntarget y = {numbers.full(target[0])}"


class TwoNumbers(Answer):
    """One predicted number beside the true one, and their difference."""

    has_columns = False

    def __init__(self, layer: Loss) -> None:
        super().__init__(layer, 1)

    def height(self, theme: Theme) -> float:
        """Three rows."""
        return 3 * measures.length(theme, "row") + 8 * theme.scale

    def neuron_at(self, x: float, theme: Theme) -> int | None:
        """There is one output."""
        return 0

    def _rows(self, context: FaceContext) -> list[tuple[str, float | None, str]]:
        """Captions, numbers, and the numbers in full."""
        found = numbers_of(context, "prediction", 1)
        target = numbers_of(context, "target", 1)
        h = None if found is None else float(found[0])
        y = None if target is None else float(target[0])
        if self.layer.is_classification:
            return self._sides(h, y)
        rows = [
            ("prediction", h, "" if found is None else f"h = {numbers.full(found[0])}"),
            ("target", y, "" if target is None else f"y = {numbers.full(target[0])}"),
        ]
        both = None if h is None or y is None else h - y
        rows.append(("difference", both, "" if both is None else f"h − y = {numbers.full(both)}"))
        return rows

    def _sides(self, h: float | None, label: float | None) -> list[tuple[str, float | None, str]]:
        """A score judged by its sign: labels 0 and 1 stand for the sides -1 and +1."""
        side = None if label is None else 2.0 * label - 1.0
        margin = None if h is None or side is None else h * side
        return [
            ("score", h, "" if h is None else f"h = {numbers.full(np.float32(h))}"),
            ("true side", side, "" if side is None else f"y = {numbers.full(side, True)}"),
            ("margin", margin, "" if margin is None else f"y h = {numbers.full(margin)}"),
        ]

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """Caption left, number right."""
        theme = context.theme
        row = measures.length(theme, "row")
        columns = self.columns(theme)
        left = measures.length(theme, "pad")
        box = QRectF(left, 2 * theme.scale, columns.left + columns.room - left, row)
        for caption, value, _ in self._rows(context):
            draw_text(painter, box, caption, theme, "caption", "text2", LEFT)
            text = "–" if value is None else numbers.plain(value)
            if caption in ("difference", "true side") and value is not None and value > 0:
                text = f"+{text}"
            color = _TOKENS.get(caption, "text")
            draw_text(painter, box, text, theme, "mono", color, RIGHT)
            box.translate(0, row)

    def tip(self, pos: QPointF, context: FaceContext) -> str:
        """All three in full."""
        told = [line for _, _, line in self._rows(context) if line]
        if not told:
            return NO_STEP
        return "\n".join([*told, f"item {context.item + 1} of the batch, as the loss sees it"])
