"""The face of a sequence: time from left to right, neurons downwards, delta of every step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.block_grid import Block, Kind, Under
from gui.canvas.cards.block_picture import Floats
from gui.canvas.cards.blocks import BlocksFace
from gui.canvas.cards.draws import KINDS, LETTERS
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.hints import Hints
from gui.canvas.cards.paint import LEFT, RIGHT, draw_text, frame, text_width
from gui.theme import Theme

_PER_NEURON = 6.0  # px of a neuron's row at a desk
_LEAST, _MOST = 30.0, 84.0
STEPS_KEY = "delta_by_step"


def tall(neurons: int) -> float:
    """Height of a picture of so many neurons at a desk, px."""
    return min(max(neurons * _PER_NEURON, _LEAST), _MOST)


class TimeFace(BlocksFace):
    """Pictures of T steps by n neurons for h and delta, and a bar for the size of delta a step.

    is_channel_first: the output is (n, T), as of a Conv1D.
    """

    def __init__(
        self,
        steps: int,
        neurons: int,
        kind: Kind,
        hints: Hints,
        *,
        is_channel_first: bool = False,
        extra: str = "",
        above: tuple[Block, ...] = (),
    ) -> None:
        self.steps, self.neurons, self.hints = steps, neurons, hints
        self._is_channel_first = is_channel_first
        found: list[tuple[str, str, Kind]] = [("h", "h", kind), ("delta", "delta", "delta")]
        if extra:
            found.insert(0, (extra, LETTERS[extra], KINDS[extra]))
        height = tall(neurons)
        wide = tuple(
            Block(key, letter, colours, 1, neurons, steps, 1, is_wide=True, height=height)
            for key, letter, colours in found
        )
        super().__init__((*above, *wide))

    def arranged(self, found: Floats, block: Block) -> Floats:
        """Time to the right."""
        if not block.is_wide:
            return super().arranged(found, block)
        if self._is_channel_first:
            return found.reshape(1, self.neurons, self.steps)
        return found.reshape(1, self.steps, self.neurons).transpose(0, 2, 1)

    # the foot: bars of delta, then the axis of time

    def foot_height(self, theme: Theme) -> float:
        """Bars, tokens or step numbers."""
        names = ("gap", "steps", "token", "bottom")
        return sum(measures.length(theme, name) for name in names)

    def _bars(self, theme: Theme) -> QRectF:
        top = self.foot_top(theme) + measures.length(theme, "gap")
        left = measures.length(theme, "left")
        return QRectF(left, top, self.room(theme), measures.length(theme, "steps"))

    def _axis(self, theme: Theme) -> QRectF:
        bars = self._bars(theme)
        return QRectF(bars.left(), bars.bottom(), bars.width(), measures.length(theme, "token"))

    def sizes(self, context: FaceContext) -> Floats | None:
        """(T,) root mean square of delta at each step."""
        view = context.view
        if view is None:
            return None
        told = view.extras.get(STEPS_KEY)
        if told is not None and np.size(told) == self.steps:
            return np.asarray(told)
        block = next(block for block in self.blocks if block.key == "delta")
        delta = self.values(view, block)
        return None if delta is None else np.sqrt(np.square(delta[0]).mean(axis=0))

    def tokens(self, context: FaceContext) -> list[str]:
        """What is written at each step of the item; [] where that is not known."""
        view, snapshot = context.view, context.snapshot
        found = None if view is None else view.extras.get("tokens")
        if found is None and snapshot is not None and self.hints.source:
            source = snapshot.nodes.get(self.hints.source)
            found = None if source is None else source.extras.get("x")
        names = self.hints.tokens
        if found is None or np.shape(found) != (self.steps,) or not names:
            return []
        return [readable(names[int(token)]) for token in found if int(token) < len(names)]

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Letters, troughs, and the ends of the time axis."""
        super().paint_still(painter, rect, context)
        theme = context.theme
        painter.save()
        painter.translate(rect.topLeft())
        bars = self._bars(theme)
        painter.fillRect(bars, theme.color("sunken"))
        px = theme.px("maths")
        path = symbols.shape("delta", px, below="t")
        at = QPointF(bars.left() - 5 - path.boundingRect().right(), bars.center().y() + 0.3 * px)
        symbols.draw_symbol(painter, at, path, theme.color("bwd"))
        if not self._has_token_room(theme) or not self.hints.tokens:
            axis = self._axis(theme)
            draw_text(painter, axis, "t = 1", theme, "chip", "text3", LEFT)
            draw_text(painter, axis, str(self.steps), theme, "chip", "text3", RIGHT)
        painter.restore()

    def _has_token_room(self, theme: Theme) -> bool:
        return self.room(theme) / self.steps >= text_width(theme, "chip", "m")

    def paint_foot(self, painter: QPainter, context: FaceContext) -> None:
        """A bar a step, the largest as high as the trough; the tokens below."""
        theme, bars = context.theme, self._bars(context.theme)
        sizes = self.sizes(context)
        if sizes is not None:
            top = float(np.nanmax(sizes, initial=0.0)) or 1.0
            cell = bars.width() / self.steps
            gap = min(1.0, cell / 6)
            rects = []
            for t, size in enumerate(np.nan_to_num(sizes / top).tolist()):
                height = size * (bars.height() - 2)
                left = bars.left() + t * cell + gap
                rects.append(QRectF(left, bars.bottom() - height, cell - 2 * gap, height))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bwd"))
            painter.drawRects(rects)
            self._paint_fading(painter, theme, bars, sizes)
        frame(painter, bars, theme, "border2" if sizes is not None else "border")
        if self._has_token_room(theme):
            axis = self._axis(theme)
            cell = axis.width() / self.steps
            for t, token in enumerate(self.tokens(context)):
                box = QRectF(axis.left() + t * cell, axis.top(), cell, axis.height())
                draw_text(painter, box, token, theme, "chip", "text2")

    def _paint_fading(self, painter: QPainter, theme: Theme, bars: QRectF, sizes: Floats) -> None:
        """How much of delta is left at the other end, where that is little; there it is written,
        above bars that leave room for it."""
        first, last = float(sizes[0]), float(sizes[-1])
        low, high = sorted((first, last))
        if not high > 2 * low or self.steps < 3:
            return
        end, share = ("first", low / high) if first < last else ("last", low / high)
        words = f"{end} step × {numbers.short(share, 2)}"
        row = bars.adjusted(4, 1, -4, 0)
        row.setHeight(theme.px("chip") * 1.4)
        width = text_width(theme, "chip", words) + 4
        left = row.left() - 2 if end == "first" else row.right() - width + 2
        cell = bars.width() / self.steps
        covered = slice(
            int((left - bars.left()) / cell), int((left + width - bars.left()) / cell) + 1
        )
        share = float(np.nanmax(sizes[covered], initial=0.0) / np.nanmax(sizes))
        if share * (bars.height() - 2) <= bars.bottom() - row.bottom():
            place = QRectF(left, row.top(), width, row.height())
            draw_text(painter, place, words, theme, "chip", "text2")

    # pointing

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """The neuron whose row lies under the pointer."""
        found = self.under(pos, rect, context.theme)
        return found.row if found is not None and found.block.is_wide else None

    def place_of(self, found: Under, context: FaceContext) -> tuple[str, str]:
        """Step and neuron."""
        step, neuron = found.column, found.row
        kind = "channel" if self._is_channel_first else "neuron"
        words = f"step {step + 1} of {self.steps}{self._token(step, context)}, {kind} {neuron}"
        first = (neuron, step) if self._is_channel_first else (step, neuron)
        return f"[{first[0]}, {first[1]}]", f"{words} of {self.neurons}"

    def _token(self, step: int, context: FaceContext) -> str:
        told = self.tokens(context)
        return f" (“{told[step]}”)" if step < len(told) else ""

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """A number of a picture, or the size of delta at a step."""
        local, bars = pos - rect.topLeft(), self._bars(context.theme)
        if not bars.united(self._axis(context.theme)).contains(local):
            return super().tip_at(pos, rect, context)
        step = int((local.x() - bars.left()) / bars.width() * self.steps)
        step = min(step, self.steps - 1)
        sizes = self.sizes(context)
        where = f"step {step + 1} of {self.steps}{self._token(step, context)}"
        if sizes is None:
            return f"{where}: no δ yet"
        return (
            f"|δₜ| = {numbers.full(sizes[step])}, root mean square over the neurons\n{where}\n"
            f"first step {numbers.short(float(sizes[0]))},"
            f" last step {numbers.short(float(sizes[-1]))}"
        )


def readable(token: str) -> str:
    """A token as it is shown: blanks must be seen."""
    return {" ": "␣", "\n": "↵"}.get(token, token)
