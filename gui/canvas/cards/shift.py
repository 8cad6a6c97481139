"""The upper part of a batch norm's card: one feature before and after, its mean and deviation."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.bells import Bell, bells_of, paint_bell
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import LEFT, RIGHT, draw_arrow, draw_text, text_width
from gui.theme import Theme
from model.snapshot import NodeView

_GAP = 6.0  # px at a scale of 1
_ARROW = 20.0  # px of the shortest arrow
_ROW = 1.45  # heights of a caption that a row of text takes


class Shift:
    """Two histograms with an arrow between them, in a strip of the card that begins at its top.

    feature: what one of them is called, "neuron" or "channel".
    """

    def __init__(self, feature: str) -> None:
        self._feature = feature
        self._drawn: tuple[NodeView, tuple[Bell, Bell] | None] | None = None

    def _is_narrow(self, room: float, theme: Theme) -> bool:
        """Whether both captions and an arrow have no room between the histograms."""
        words = sum(text_width(theme, "caption", word) for word in ("before", "after"))
        return room < 2 * self._wide(theme) + words + (_ARROW + 4 * _GAP) * theme.scale

    def _wide(self, theme: Theme) -> float:
        """Width of a trough where there is room, px."""
        return measures.length(theme, "widest") * (0.3 if theme.is_projector else 1 / 3)

    def _boxes(self, room: float, theme: Theme) -> tuple[QRectF, QRectF]:
        """The troughs before and after, px from the body's corner. room: px across."""
        is_narrow = self._is_narrow(room, theme)
        width = float(round(room * 0.42)) if is_narrow else self._wide(theme)
        left, top = measures.length(theme, "left"), 5 * theme.scale
        height = measures.length(theme, "histogram")
        right = left + room - width
        return QRectF(left, top, width, height), QRectF(right, top, width, height)

    def height(self, room: float, theme: Theme) -> float:
        """px of the histograms and, below them, of two rows of text where they are narrow."""
        bottom = self._boxes(room, theme)[0].bottom() + _GAP * theme.scale
        is_narrow = self._is_narrow(room, theme)
        return bottom + (2 * theme.px("caption") * _ROW if is_narrow else 0.0)

    def _bells(self, view: NodeView | None) -> tuple[Bell, Bell] | None:
        if view is None:
            return None
        if self._drawn is None or self._drawn[0] is not view:
            self._drawn = (view, bells_of(view))
        return self._drawn[1]

    # painting: the painter stands at the body's corner

    def paint_still(self, painter: QPainter, room: float, theme: Theme) -> None:
        """Troughs, captions and the arrow."""
        for box in self._boxes(room, theme):
            painter.fillRect(box, theme.color("sunken"))
        self._paint_captions(painter, room, theme)

    def paint_live(self, painter: QPainter, room: float, context: FaceContext) -> None:
        """Histograms, mean and deviation."""
        theme, view, bells = context.theme, context.view, self._bells(context.view)
        if bells is not None:
            tokens = ("fwd", "category")
            for box, bell, token in zip(self._boxes(room, theme), bells, tokens, strict=True):
                paint_bell(painter, box, bell, theme, token)
        if view is None or "mean" not in view.extras:
            return
        told = zip(("mu", "sigma"), ("mean", "std"), self._places(room, theme), strict=True)
        for name, key, place in told:
            number = (int(view.extras["neuron"]), float(view.extras[key]))
            self._paint_number(painter, place, name, *number, theme)

    def _places(self, room: float, theme: Theme) -> tuple[QRectF, QRectF]:
        """Where mean and deviation stand: between wide histograms, below narrow ones."""
        left, right = self._boxes(room, theme)
        if self._is_narrow(room, theme):
            row = theme.px("caption") * _ROW
            half = (right.right() - left.left()) / 2
            first = QRectF(left.left(), left.bottom() + 2 + row, half, row)
            return first, first.translated(half, 0)
        gap, row = _GAP * theme.scale, left.height() / 3
        wide = right.left() - left.right() - 2 * gap
        first = QRectF(left.right() + gap, left.top() + row, wide, row)
        return first, first.translated(0, row)

    def _paint_captions(self, painter: QPainter, room: float, theme: Theme) -> None:
        """Captions and arrow: between wide histograms, below narrow ones."""
        left, right = self._boxes(room, theme)
        gap = _GAP * theme.scale
        if self._is_narrow(room, theme):
            row = theme.px("caption") * _ROW
            for box, word in ((left, "before"), (right, "after")):
                place = QRectF(box.left(), box.bottom() + 2, box.width(), row)
                draw_text(painter, place, word, theme, "caption")
            middle = left.center().y()
            start, end = left.right() + gap, right.left() - gap
        else:
            row = left.height() / 3
            box = QRectF(left.right() + gap, left.top(), right.left() - left.right() - 2 * gap, row)
            draw_text(painter, box, "before", theme, "caption", "text2", LEFT)
            draw_text(painter, box, "after", theme, "caption", "text2", RIGHT)
            middle = box.center().y() + 1
            start = box.left() + text_width(theme, "caption", "before") + gap
            end = box.right() - text_width(theme, "caption", "after") - gap
        draw_arrow(painter, QPointF(start, middle), QPointF(end, middle), theme, "text2")

    def _paint_number(
        self, painter: QPainter, place: QRectF, name: str, feature: int, value: float, theme: Theme
    ) -> None:
        letter = symbols.shape(name, theme.px("maths"), below=str(feature))
        text = f"= {numbers.short(value)}"
        space = 0.35 * theme.px("chip")
        wide = letter.boundingRect().right() + space + text_width(theme, "chip", text)
        x = place.left() + max(0.0, (place.width() - wide) / 2)
        base = place.center().y() + 0.26 * theme.px("maths")
        symbols.draw_symbol(painter, QPointF(x, base), letter, theme.color("text"))
        x += letter.boundingRect().right() + space
        box = QRectF(x, place.top(), place.right() - x + space, place.height())
        draw_text(painter, box, text, theme, "chip", "text", LEFT)

    # pointing

    def tip(self, at: QPointF, room: float, context: FaceContext) -> str:
        """Mean and deviation in full; on a histogram what it counts. at: px from the corner."""
        bells, view = self._bells(context.view), context.view
        if bells is None or view is None:
            return ""
        feature, name = int(view.extras["neuron"]), self._feature
        boxes = self._boxes(room, context.theme)
        for box, bell, when in zip(boxes, bells, ("before", "after"), strict=True):
            if box.contains(at):
                return (
                    f"{name} {feature} {when} batch norm, {self._counted(bell)}\n"
                    f"mean {numbers.full(bell.mean)}, standard deviation {numbers.full(bell.std)}\n"
                    f"axis from {numbers.short(bell.low)} to {numbers.short(bell.high)}"
                )
        below = numbers.subscript(feature)
        over = "the batch" if name == "neuron" else "the batch and all places"
        mean, std = (numbers.full(view.extras[key]) for key in ("mean", "std"))
        return (
            f"μ{below} = {mean}, mean of {name} {feature} over {over}\n"
            f"σ{below} = {std}, its standard deviation (1/m)"
        )

    def _counted(self, bell: Bell) -> str:
        if self._feature == "neuron":
            return f"{bell.values.size} items of the batch"
        return f"{bell.values.size} numbers: all places of all items of the batch"
