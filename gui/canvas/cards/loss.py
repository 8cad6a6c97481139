"""The face of a loss: what the network answered, what was true, and J."""

from __future__ import annotations

import math

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
from model.layers.scalar import Goal
from model.layers.sequence_losses import SequenceCrossEntropy
from model.snapshot import Snapshot

LINE = 1.3


def answer_for(layer: Loss, prediction: Spec, hints: Hints = NO_HINTS) -> Answer:
    """The upper part for a loss of such predictions."""
    outputs, shape = max(prediction.size, 1), prediction.shape
    if isinstance(layer, Goal):
        return NoAnswer(layer, 1)
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


class NoAnswer(Answer):
    """A goal has nothing but J itself."""

    has_columns = False

    def width(self, theme: Theme) -> float:
        """As wide as the cards that it is computed from."""
        return measures.length(theme, "scalar")

    def height(self, theme: Theme) -> float:
        """Nothing stands above J."""
        return 0.0

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """Nothing."""

    def tip(self, pos: QPointF, context: FaceContext) -> str:
        """Nothing."""
        return ""


def _part(key: str, number: int, snapshot: Snapshot) -> str:
    return f"J{numbers.subscript(number)} = {numbers.full(snapshot.losses[key])}, of {key}"


def _draw_captions(painter: QPainter, room: QRectF, lines: list[str], theme: Theme) -> None:
    """At the right, one below the other; smaller where they would not fit, never cut."""
    row = theme.px("caption") * LINE
    if not lines:
        return
    wide = max(text_width(theme, "caption", line) for line in lines) + 2
    share = min(1.0, room.width() / wide, room.height() / (row * len(lines)))
    painter.save()
    painter.translate(room.right(), room.center().y() - share * row * len(lines) / 2)
    painter.scale(share, share)
    for index, line in enumerate(lines):
        box = QRectF(-wide, index * row, wide, row)
        draw_text(painter, box, line, theme, "caption", "text2", RIGHT)
    painter.restore()


class LossFace(Face):
    """The answer for the item on top, J of the batch below."""

    def __init__(self, layer: Loss, prediction: Spec, hints: Hints = NO_HINTS) -> None:
        self._layer = layer
        self._answer: Answer = answer_for(layer, prediction, hints)

    def size(self, theme: Theme) -> QSizeF:
        """As wide as the card of the layer whose outputs are judged."""
        height = self._answer.height(theme) + measures.length(theme, "hero")
        return QSizeF(self._answer.width(theme), height)

    @property
    def needs_legend(self) -> bool:
        """A goal is one number, written out."""
        return not isinstance(self._layer, Goal)

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """What stays of the answer, the line and the letter J."""
        theme = context.theme
        top, width = self._answer.height(theme), rect.width()
        painter.save()
        painter.translate(rect.topLeft())
        self._answer.paint_still(painter, theme)
        if top:
            painter.setPen(pen(theme, "border", hairline(theme)))
            stripe = measures.length(theme, "stripe")
            painter.drawLine(QPointF(stripe, top), QPointF(width - 1, top))
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

    def _loss(self, context: FaceContext) -> float | None:
        """The unweighted loss of this card."""
        told = None if context.view is None else context.view.extras.get("loss")
        return None if told is None else float(told)

    def _number(self, context: FaceContext) -> int:
        """Which of several losses this card is, from 1; 0: it is the only one."""
        shot = context.snapshot
        keys = list(shot.losses) if shot is not None else []
        if shot is None or len(keys) < 2:
            return 0
        mine = (n for n, key in enumerate(keys, 1) if shot.nodes.get(key) is context.view)
        return next(mine, 0)

    def _hero(self, context: FaceContext) -> float | None:
        """J of the design where this is its only loss, else the loss of this card."""
        loss, shot = self._loss(context), context.snapshot
        if loss is None or shot is None or self._number(context) or math.isnan(shot.loss):
            return loss  # before the first step of a design its J is not known
        is_preview = isinstance(self._layer, Goal) and not shot.losses
        return loss if is_preview else shot.loss

    def _paint_hero(
        self, painter: QPainter, width: float, height: float, context: FaceContext
    ) -> None:
        theme = context.theme
        top = self._answer.height(theme)
        pad = measures.length(theme, "pad")
        px = theme.px("hero")
        letter = symbols.shape("J", px * 1.08)
        hero, number = self._hero(context), self._number(context)
        index = numbers.subscript(number) if number else ""
        text = f"{index} = –" if hero is None else f"{index} = {self._written(hero)}"
        left = pad + letter.boundingRect().right() + (0.0 if index else 0.4 * px)
        text = text if index else text.strip()
        box = QRectF(left, top, text_width(theme, "hero", text) + 1, height - top)
        draw_text(painter, box, text, theme, "hero", "text" if hero is not None else "text3", LEFT)
        left = box.right() + 0.5 * theme.px("caption")
        room = QRectF(left, top + 2, width - measures.length(theme, "right") - left, height - top)
        _draw_captions(painter, room.adjusted(0, 0, 0, -4), self._captions(context), theme)

    def _written(self, value: float) -> str:
        """A goal is as exact as the card of the number that it is."""
        is_goal = isinstance(self._layer, Goal)
        return numbers.plain(value, 4) if is_goal else numbers.short(value)

    def said(self, context: FaceContext) -> str:
        """J in full."""
        hero = self._hero(context)
        return "J: –" if hero is None else f"J = {numbers.full(hero)}"

    def _captions(self, context: FaceContext) -> list[str]:
        """What the number is the sum of, or what it is a part of."""
        shot, loss = context.snapshot, self._loss(context)
        weight = float(getattr(self._layer, "weight", 1.0))
        has_penalty = shot is not None and shot.penalty > 0
        number = self._number(context)
        mean = self._mean
        if loss is not None and not number and (has_penalty or weight != 1.0):
            mean = f"{mean} {numbers.short(loss)}"
        is_alone = isinstance(self._layer, Goal) and (shot is None or shot.batch == 1)
        lines = [] if is_alone else [mean]
        if weight != 1.0:
            lines.append(f"× {numbers.plain(weight)}" + (" in J" if number else ""))
        told = None if context.view is None else context.view.extras.get("token_accuracy")
        if told is not None:
            lines.append(f"{told:.1%} of tokens right")
        if shot is not None and number:
            lines.append(f"of J = {numbers.short(shot.loss)}")
        elif shot is not None and has_penalty:
            lines.append(f"+ penalty {numbers.short(shot.penalty, 2)}")
        return lines

    @property
    def _mean(self) -> str:
        is_sum = getattr(self._layer, "reduction", "mean") == "sum"
        return "batch sum" if is_sum else "batch mean"

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """The answer's numbers in full; over J, the loss and everything it is part of."""
        local = pos - rect.topLeft()
        if local.y() < self._answer.height(context.theme):
            return self._answer.tip(local, context)
        loss, shot = self._loss(context), context.snapshot
        if loss is None:
            why = "" if context.view is None else str(context.view.extras.get("why", ""))
            return f"J: {why or 'no step has been taken yet. Press Run or Step.'}"
        weight = float(getattr(self._layer, "weight", 1.0))
        number = self._number(context)
        name = f"J{numbers.subscript(number)}" if number else "data term"
        lines = [f"{name} = {numbers.full(loss)}, {self._mean} of {self._layer.title}"]
        if weight != 1.0:
            lines.append(f"It counts × {numbers.full(weight)} in J")
        if shot is None:
            return "\n".join(lines)
        if number:
            lines += [_part(key, n, shot) for n, key in enumerate(shot.losses, 1) if n != number]
        whole = "of all losses, weighted" if number else "of the data"
        total = f"J = {numbers.full(shot.loss)} = {numbers.full(shot.data_loss)} ({whole})"
        if shot.penalty:
            total += f" + {numbers.full(shot.penalty)} (penalty)"
        lines += [total, f"step {shot.step}, {shot.batch} items in the batch"]
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
