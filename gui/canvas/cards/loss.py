"""The face of a loss: what the network answered, what was true, and J."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.answer import Answer
from gui.canvas.cards.answer_bars import AnswerBars
from gui.canvas.cards.answer_codes import CodeSpread
from gui.canvas.cards.answer_numbers import ProbabilityScale, TwoNumbers
from gui.canvas.cards.answer_pictures import PictureAnswer
from gui.canvas.cards.answer_tokens import TokenAnswers
from gui.canvas.cards.face import Face, FaceContext
from gui.canvas.cards.hints import NO_HINTS, Hints
from gui.canvas.cards.paint import LEFT, RIGHT, draw_text, hairline, pen, text_width
from gui.theme import Theme
from model.layer import Loss, Spec
from model.layers.losses import BinaryCrossEntropy, SoftmaxCrossEntropy
from model.layers.sampling import KLDivergence
from model.layers.sequence_losses import SequenceCrossEntropy

LINE = 1.3


def answer_for(layer: Loss, prediction: Spec, hints: Hints = NO_HINTS) -> Answer:
    """The upper part for a loss of such predictions."""
    outputs, shape = max(prediction.size, 1), prediction.shape
    if isinstance(layer, SequenceCrossEntropy) and len(shape) == 2:
        return TokenAnswers(layer, *shape, hints.tokens)
    if isinstance(layer, KLDivergence):
        return CodeSpread(layer, outputs)
    if len(shape) in (2, 3) and not hints.is_sequence and min(shape[-2:]) > 1:
        return PictureAnswer(layer, shape)
    has_probability = isinstance(layer, BinaryCrossEntropy | SoftmaxCrossEntropy)
    if outputs == 1:
        return ProbabilityScale(layer) if has_probability else TwoNumbers(layer)
    key = "probability" if has_probability else "prediction"
    return AnswerBars(layer, outputs, key, hints.classes)


class LossFace(Face):
    """The answer for the item on top, J of the batch below."""

    def __init__(self, layer: Loss, prediction: Spec, hints: Hints = NO_HINTS) -> None:
        self._layer = layer
        self._answer: Answer = answer_for(layer, prediction, hints)

    def size(self, theme: Theme) -> QSizeF:
        """As wide as the card of the layer whose outputs are judged."""
        height = self._answer.height(theme) + measures.length(theme, "hero")
        return QSizeF(self._answer.width(theme), height)

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """What stays of the answer, the line and the letter J."""
        theme = context.theme
        top, width = self._answer.height(theme), rect.width()
        painter.save()
        painter.translate(rect.topLeft())
        self._answer.paint_still(painter, theme)
        painter.setPen(pen(theme, "border", hairline(theme)))
        painter.drawLine(QPointF(measures.length(theme, "stripe"), top), QPointF(width - 1, top))
        px = theme.px("hero")
        at = QPointF(measures.length(theme, "pad"), (top + rect.height()) / 2 + 0.33 * px)
        symbols.draw_symbol(painter, at, symbols.shape("J", px * 1.08), theme.category("loss"))
        painter.restore()

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """The answer and the loss."""
        painter.save()
        painter.translate(rect.topLeft())
        self._answer.paint(painter, context)
        self._paint_hero(painter, rect.width(), rect.height(), context)
        painter.restore()

    def _loss(self, context: FaceContext) -> Any:
        return None if context.view is None else context.view.extras.get("loss")

    def _paint_hero(
        self, painter: QPainter, width: float, height: float, context: FaceContext
    ) -> None:
        theme = context.theme
        top = self._answer.height(theme)
        middle = (top + height) / 2
        pad = measures.length(theme, "pad")
        px = theme.px("hero")
        letter = symbols.shape("J", px * 1.08)
        loss = self._loss(context)
        text = "= –" if loss is None else f"= {numbers.short(float(loss))}"
        left = pad + letter.boundingRect().right() + 0.4 * px
        box = QRectF(left, top, text_width(theme, "hero", text) + 1, height - top)
        draw_text(painter, box, text, theme, "hero", "text" if loss is not None else "text3", LEFT)
        lines = self._captions(context)
        row = theme.px("caption") * LINE
        y = middle - row * len(lines) / 2
        x = box.right() + 0.5 * theme.px("caption")
        for line in lines:
            room = QRectF(x, y, width - measures.length(theme, "right") - x, row)
            draw_text(painter, room, line, theme, "caption", "text2", RIGHT)
            y += row

    def _captions(self, context: FaceContext) -> list[str]:
        """What the number contains and what it leaves out."""
        is_sum = getattr(self._layer, "reduction", "mean") == "sum"
        lines = ["batch sum" if is_sum else "batch mean"]
        weight = float(getattr(self._layer, "weight", 1.0))
        if weight != 1.0:
            lines.append(f"× {numbers.plain(weight)} in J")
        told = None if context.view is None else context.view.extras.get("token_accuracy")
        if told is not None:
            lines.append(f"{told:.1%} of tokens right")
        if context.snapshot is not None and context.snapshot.penalty > 0:
            lines.append(f"+ penalty {numbers.short(context.snapshot.penalty, 2)}")
        return lines

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """The answer's numbers in full; over J, the loss and everything it is part of."""
        local = pos - rect.topLeft()
        if local.y() < self._answer.height(context.theme):
            return self._answer.tip(local, context)
        loss = self._loss(context)
        if loss is None:
            return "J: no step has been taken yet. Press Run or Step."
        lines = [f"J = {numbers.full(loss)}, {self._captions(context)[0]} of {self._layer.title}"]
        weight = float(getattr(self._layer, "weight", 1.0))
        if weight != 1.0:
            lines.append(f"It counts × {numbers.full(weight)} in the loss of the design")
        snapshot = context.snapshot
        if snapshot is not None:
            lines.append(f"step {snapshot.step}, {snapshot.batch} items in the batch")
            lines.append(
                f"design: data {numbers.full(snapshot.data_loss)}"
                f" + penalty {numbers.full(snapshot.penalty)} = {numbers.full(snapshot.loss)}"
            )
        return "\n".join(lines)

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """The output whose column lies under `pos`."""
        if not rect.contains(pos) or pos.y() - rect.top() > self._answer.height(context.theme):
            return None
        if not self._answer.has_columns:
            return None
        return self._answer.neuron_at(pos.x() - rect.left(), context.theme)

    def neuron_x(self, neuron: int, theme: Theme) -> float | None:
        """The middle of the output's column."""
        columns = self._answer.columns(theme)
        return columns.x_of(neuron) if self._answer.has_columns and neuron < columns.count else None

    def chip_note(self) -> str:
        """Says where outputs share columns."""
        if not self._answer.has_columns:
            return ""
        per_cell = measures.columns(self._answer.count, False).per_cell
        return "" if per_cell == 1 else f"{per_cell} a column"
