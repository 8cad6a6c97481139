"""The face of a number in a computation graph: its formula, h and delta, each number large."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.face import Face, FaceContext
from gui.canvas.cards.formula_over import FormulaRow
from gui.canvas.cards.paint import LEFT, RIGHT, draw_fitting, draw_text, hairline, pen, text_width
from gui.canvas.cards.scalar_text import ScalarText, numbers_up, power_of
from gui.canvas.cards.why_not import why_no_delta
from gui.theme import Theme

DIGITS = 4
SMALL_DIGITS = 3


class ScalarFace(Face):
    """One number an item. A Function shows its formula on top, a Variable below what it is."""

    def __init__(self, text: ScalarText) -> None:
        self.text = text
        self._formula = FormulaRow(text)

    def size(self, theme: Theme) -> QSizeF:
        """Formula, letters, numbers, and for a variable a line of its state."""
        rows = ["label", "number", "bottom"]
        rows += ["formula"] if self.text.tex else ["top"]
        rows += ["state"] if self.text.state else []
        height = sum(measures.length(theme, row) for row in rows)
        return QSizeF(measures.length(theme, "scalar"), height)

    @property
    def needs_legend(self) -> bool:
        """All numbers are written out."""
        return False

    def still_key(self, context: FaceContext) -> Hashable:
        """The number of the letters, and whether the formula has been set."""
        return context.layer_index, self._formula.is_set(context.theme)

    # places, px from the body's corner

    def _inner(self, theme: Theme) -> QRectF:
        left, right = measures.length(theme, "stripe") + 5, measures.length(theme, "right")
        width = measures.length(theme, "scalar") - left - right
        return QRectF(left, 0, width, self.size(theme).height())

    def _top(self, theme: Theme) -> float:
        return measures.length(theme, "formula" if self.text.tex else "top")

    def _half(self, theme: Theme, place: int) -> QRectF:
        """The column of h (0) or delta (1): letter and number."""
        inner = self._inner(theme)
        height = measures.length(theme, "label") + measures.length(theme, "number")
        half = inner.width() / 2
        return QRectF(inner.left() + place * half, self._top(theme), half, height)

    def _state_row(self, theme: Theme) -> QRectF:
        inner = self._inner(theme)
        top = self._half(theme, 0).bottom()
        return QRectF(inner.left() + 4, top, inner.width() - 8, measures.length(theme, "state"))

    # painting

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """The formula, the letters, and what a variable is."""
        theme = context.theme
        painter.save()
        painter.translate(rect.topLeft())
        self._formula.paint(painter, theme)
        painter.setPen(pen(theme, "border", hairline(theme)))
        half = self._half(theme, 1)
        painter.drawLine(half.topLeft() + QPointF(0, 4), half.bottomLeft() - QPointF(0, 4))
        self._paint_letters(painter, self._half(theme, 0), "h", "fwd", context)
        self._paint_letters(painter, half, "delta", "bwd", context)
        if self.text.state:
            row = self._state_row(theme)
            draw_text(painter, row, self.text.state, theme, "caption", "text2", LEFT)
        painter.restore()

    def _paint_letters(
        self, painter: QPainter, half: QRectF, symbol: str, token: str, context: FaceContext
    ) -> None:
        """h with its number and `= x` behind it; delta with its number."""
        theme = context.theme
        px = theme.px("maths")
        path = symbols.shape(symbol, px, above=power_of(context))
        name = self.text.name if symbol == "h" and symbols.is_name(self.text.name) else ""
        end = path.boundingRect().right()
        equals = symbols.line_shape(" = ", px) if name else None
        parts = [(path, 0.0)]
        if equals is not None:
            parts += [(equals, end), (symbols.name_shape(name, px), end + 1.15 * px)]
            end += 1.15 * px + parts[2][0].boundingRect().right()
        base = half.top() + measures.length(theme, "label") - 0.22 * px
        share = min(1.0, (half.width() - 8) / end)
        painter.save()
        painter.translate(half.center().x() - share * end / 2, base)
        painter.scale(share, share)
        for part, x in parts:
            symbols.draw_symbol(painter, QPointF(x, 0), part, theme.color(token))
        painter.restore()

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Both numbers; below those of a variable, what the update has made of it."""
        theme = context.theme
        painter.save()
        painter.translate(rect.topLeft())
        if self._paint_fault(painter, context):
            painter.restore()
            return
        for place, (values, token) in enumerate(
            ((self._values(context, "h"), "fwd"), (self._values(context, "delta"), "bwd"))
        ):
            half = self._half(theme, place)
            box = half.adjusted(4, measures.length(theme, "label"), -4, 0)
            text = "–" if values is None else numbers.plain(values, DIGITS)
            color = token if values is not None else "text3"
            draw_fitting(painter, box, text, theme, "hero", color)
        following = self._following(context)
        if following is not None:
            row = self._state_row(theme)
            used = text_width(theme, "caption", self.text.state) + 8
            text = f"→ {numbers.plain(following, DIGITS)}"
            draw_fitting(painter, row.adjusted(used, 0, 0, 0), text, theme, "mono", "upd", RIGHT)
        painter.restore()

    def _paint_fault(self, painter: QPainter, context: FaceContext) -> bool:
        """In place of both numbers: what cannot be computed, with the value."""
        theme, view = context.theme, context.view
        value = None if view is None else view.extras.get("refused")
        if value is None:
            return False
        first, second = self._half(theme, 0), self._half(theme, 1)
        room = QRectF(first.left(), first.top() + measures.length(theme, "label"), 0, 0)
        room.setRight(second.right())
        room.setHeight(measures.length(theme, "number"))
        said = f"not defined at {numbers.plain(value, DIGITS)}"
        box = room.adjusted(4, 1, -4, -1)
        painter.fillRect(box, theme.color("errbg"))
        draw_fitting(painter, box.adjusted(4, 0, -4, 0), said, theme, "strong", "err")
        return True

    # numbers

    def _values(self, context: FaceContext, name: str) -> float | None:
        """h or delta of the item; None where the step has none, or is of another design."""
        view = context.view
        found = None if view is None else view.out if name == "h" else view.delta
        return None if found is None or np.size(found) != 1 else float(np.reshape(found, ()))

    def _following(self, context: FaceContext) -> float | None:
        """The value after the update, where a variable has been moved by it."""
        view = context.view
        theta = None if view is None else view.extras.get("theta")
        if theta is None or np.size(theta) != 1:
            return None
        value = float(np.reshape(theta, ()))
        return value if value != self._values(context, "h") else None

    def said(self, context: FaceContext) -> str:
        """The card in words: `x = 2*w + 3: h⁽²⁾ = 5.0, δ⁽²⁾ = 1.28`."""
        up = numbers_up(context)
        parts = []
        for name, symbol in (("h", "h"), ("delta", "δ")):
            value = self._values(context, name)
            parts += [] if value is None else [f"{symbol}{up} = {numbers.full(value)}"]
        following = self._following(context)
        parts += [] if following is None else [f"θ = {numbers.full(following)}"]
        return f"{self.text.source}: {', '.join(parts) or '–'}"

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """The number in full with its letter, and how it came about."""
        theme = context.theme
        at = pos - rect.topLeft()
        if self._half(theme, 0).contains(at):
            return self._tip_of_h(context)
        if self._half(theme, 1).contains(at):
            return self._tip_of_delta(context)
        following = self._following(context)
        if following is not None and self._state_row(theme).contains(at):
            step = context.snapshot.step if context.snapshot is not None else 0
            name = self.text.name or "θ"
            return f"{name} = {numbers.full(following)} after the update of step {step}"
        if at.y() < self._top(theme):
            return self.text.explanation
        return ""

    def _tip_of_h(self, context: FaceContext) -> str:
        up, value = numbers_up(context), self._values(context, "h")
        if value is None:
            return f"h{up}: {self.text.why_empty(context)}"
        name = f"{self.text.name} = " if self.text.name else ""
        lines = [f"h{up} = {name}{numbers.full(value)}"]
        found = {} if context.view is None else context.view.extras.get("inputs", {})
        given = [
            f"{port} = {numbers.full(float(np.reshape(values, ())))}"
            for port, values in found.items()
            if np.size(values) == 1
        ]
        if given:
            lines.append(f"= {self.text.formula} with {', '.join(given)}")
        return "\n".join(lines)

    def _tip_of_delta(self, context: FaceContext) -> str:
        up, value = numbers_up(context), self._values(context, "delta")
        if self._values(context, "h") is None or context.snapshot is None:
            return f"δ{up}: {self.text.why_empty(context)}"
        if value is None:
            return f"δ{up}: {why_no_delta(context)}"
        by = self.text.name or f"h{up}"
        return f"δ{up} = ∂J/∂{by} = {numbers.full(value)}"


class SmallScalarFace(ScalarFace):
    """The small form, where a layer has been unfolded into many: h and delta side by side."""

    header_share: ClassVar[float] = 0.8

    def size(self, theme: Theme) -> QSizeF:
        """One line of numbers."""
        width = measures.length(theme, "small_scalar")
        return QSizeF(width, measures.length(theme, "small_numbers"))

    def still_key(self, context: FaceContext) -> Hashable:
        """Nothing changes it."""
        return None

    def _top(self, theme: Theme) -> float:
        return 0.0

    def _half(self, theme: Theme, place: int) -> QRectF:
        left = measures.length(theme, "stripe")
        half = (measures.length(theme, "small_scalar") - left) / 2
        height = measures.length(theme, "small_numbers")
        return QRectF(left + place * half, 0, half, height)

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """A line above the numbers, and one between them."""
        theme = context.theme
        half = self._half(theme, 1).translated(rect.topLeft())
        painter.setPen(pen(theme, "border", hairline(theme)))
        painter.drawLine(half.topLeft() + QPointF(0, 2), half.bottomLeft() - QPointF(0, 6))

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """h in its colour, delta in its own."""
        theme = context.theme
        for place, (name, token) in enumerate((("h", "fwd"), ("delta", "bwd"))):
            value = self._values(context, name)
            box = self._half(theme, place).translated(rect.topLeft()).adjusted(3, -3, -3, -3)
            text = "–" if value is None else numbers.plain(value, SMALL_DIGITS)
            color = token if value is not None else "text3"
            draw_fitting(painter, box, text, theme, "chip", color)
