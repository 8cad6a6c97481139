"""What a network answered for one item, against what was true: bars, a scale, or numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.bars import bar_gap
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import (
    LEFT,
    RIGHT,
    draw_text,
    frame,
    hairline,
    pen,
    smooth_unless_aligned,
    text_width,
)
from gui.theme import Theme
from model.layer import Loss

_TOKENS = {"prediction": "fwd", "score": "fwd", "target": "accent", "true side": "accent"}
NO_STEP = "No step has been taken yet: press Run or Step."


class Answer:
    """The upper part of a loss card; coordinates are px from the body's corner."""

    has_columns = True

    def __init__(self, layer: Loss, count: int) -> None:
        self.layer = layer
        self.count = count

    def columns(self, theme: Theme) -> measures.Columns:
        """The same as those of the layer that answers."""
        return measures.columns_for(self.count, theme)

    def height(self, theme: Theme) -> float:
        """px down to the line above J."""
        raise NotImplementedError

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """Paint it."""
        raise NotImplementedError

    def tip(self, pos: QPointF, context: FaceContext) -> str:
        """The number under `pos` in full."""
        raise NotImplementedError

    def neuron_at(self, x: float, theme: Theme) -> int | None:
        """The output whose column is at x."""
        return self.columns(theme).neuron_at(x)


def _numbers_of(context: FaceContext, key: str, count: int) -> NDArray[np.floating] | None:
    found: Any = None if context.view is None else context.view.extras.get(key)
    if found is None or np.size(found) != count:
        return None
    return np.asarray(found).reshape(-1)


def _label_of(context: FaceContext) -> int | None:
    """The true class, where the target is a class number."""
    target = None if context.view is None else context.view.extras.get("target")
    return int(target) if target is not None and np.ndim(target) == 0 else None


class Bars(Answer):
    """One bar an output: probabilities 0 to 1, or signed values around a zero line.

    The true class is outlined; a target value is a line across its column.
    """

    def __init__(self, layer: Loss, count: int, key: str) -> None:
        super().__init__(layer, count)
        self.key = key
        self.is_probability = key == "probability"

    def _trough(self, theme: Theme) -> QRectF:
        columns = self.columns(theme)
        top = measures.length(theme, "top")
        return QRectF(columns.left, top, columns.strip, measures.length(theme, "answer"))

    def height(self, theme: Theme) -> float:
        """Trough and digits."""
        under = "digits" if self.count <= measures.NUMBERED else "bottom"
        return self._trough(theme).bottom() + measures.length(theme, under) + 3 * theme.scale

    def _value_room(self, theme: Theme) -> float:
        """px kept free above the bars for the numbers themselves."""
        has_values = self.count <= measures.WITH_VALUE
        return theme.px("chip") * 1.4 if has_values else 2.0

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """Bars, true class, digits."""
        theme = context.theme
        trough = self._trough(theme)
        painter.fillRect(trough, theme.color("sunken"))
        symbol = symbols.shape("p hat" if self.is_probability else "h", theme.px("maths"))
        room = trough.left() - measures.length(theme, "stripe")
        x = measures.length(theme, "stripe") + (room - symbol.boundingRect().width()) / 2 - 2
        at = QPointF(x, trough.center().y() + 0.25 * theme.px("maths"))
        symbols.draw_symbol(painter, at, symbol, theme.color("fwd"))
        values = _numbers_of(context, self.key, self.count)
        zero = trough.bottom()
        if values is not None:
            zero = self._paint_bars(painter, context, values, trough)
        painter.setPen(pen(theme, "border2", hairline(theme)))
        painter.drawLine(QPointF(trough.left(), zero), QPointF(trough.right(), zero))
        if self.count <= measures.NUMBERED:
            self._paint_digits(painter, context, trough)

    def _paint_bars(
        self,
        painter: QPainter,
        context: FaceContext,
        values: NDArray[np.floating],
        trough: QRectF,
    ) -> float:
        """The y of the zero line."""
        theme = context.theme
        columns = self.columns(theme)
        targets = _numbers_of(context, "target", self.count)
        shown = self._shown(values)
        low, high = self._range(values, targets)
        tall = trough.height() - self._value_room(theme)
        zero = trough.bottom() + low / (high - low) * tall

        def y_of(value: float) -> float:
            return zero - min(max(value, low), high) / (high - low) * tall

        gap = bar_gap(columns, theme)
        bars = []
        for cell, value in enumerate(np.nan_to_num(values[shown]).tolist()):
            edge = y_of(value)
            left = trough.left() + cell * columns.cell + gap
            width = columns.cell - 2 * gap
            bars.append(QRectF(left, min(edge, zero), width, abs(edge - zero)))
        smooth_unless_aligned(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("fwd"))
        painter.drawRects(bars)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if targets is not None and targets.size > 1:
            painter.setPen(pen(theme, "accent", 2 * theme.scale))
            lines = []
            for bar, target in zip(bars, targets[shown].tolist(), strict=True):
                y = y_of(target)
                lines.append(QLineF(bar.left(), y, bar.right(), y))
            painter.drawLines(lines)
        self._paint_truth(painter, context, trough)
        if self.count <= measures.WITH_VALUE:
            for j in range(self.count):
                box = QRectF(trough.left() + j * columns.cell, 0, columns.cell, 0)
                box.setTop(trough.top() + 1)
                box.setHeight(theme.px("chip") * 1.35)
                text = numbers.short(float(values[j]))
                draw_text(painter, box, text, theme, "chip", "text")
        return zero

    def _paint_truth(self, painter: QPainter, context: FaceContext, trough: QRectF) -> None:
        label = _label_of(context)
        if label is None or not 0 <= label < self.count:
            return
        theme, columns = context.theme, self.columns(context.theme)
        line = 2.0 * theme.scale
        cell = label // columns.per_cell
        box = QRectF(trough.left() + cell * columns.cell, trough.top(), columns.cell, 0)
        box.setBottom(trough.bottom())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme, "accent", line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if columns.cell < 8:
            mark = QPointF(box.center().x(), box.top())
            half = 4 * theme.scale
            painter.setBrush(theme.color("accent"))
            painter.setPen(Qt.PenStyle.NoPen)
            corners = [mark, mark + QPointF(-half, -half), mark + QPointF(half, -half)]
            painter.drawPolygon(QPolygonF(corners).translated(0, half))
        else:
            painter.drawRoundedRect(box.adjusted(line / 2, line / 2, -line / 2, 0), 2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_digits(self, painter: QPainter, context: FaceContext, trough: QRectF) -> None:
        theme, cell = context.theme, self.columns(context.theme).cell
        label = _label_of(context)
        for j in range(self.count):
            box = QRectF(trough.left() + j * cell, trough.bottom() + 1, cell, 0)
            box.setHeight(measures.length(theme, "digits"))
            draw_text(painter, box, str(j), theme, "chip", "accent" if j == label else "text2")
            if j == label:  # a second sign beside the colour
                width = text_width(theme, "chip", str(j))
                y = box.center().y() + theme.px("chip") * 0.62
                painter.setPen(pen(theme, "accent", 1.5 * theme.scale))
                x = box.center().x() - width / 2
                painter.drawLine(QPointF(x, y), QPointF(x + width, y))

    def _range(
        self, values: NDArray[np.floating], targets: NDArray[np.floating] | None
    ) -> tuple[float, float]:
        if self.is_probability:
            return 0.0, 1.0
        parts = values if targets is None else np.concatenate([values, targets])
        finite = parts[np.isfinite(parts)].astype(np.float64)
        most = float(np.abs(finite).max()) if finite.size else 1.0
        most = most or 1.0
        return (-most if finite.size and finite.min() < 0 else 0.0), most

    def _shown(self, values: NDArray[np.floating]) -> list[int]:
        columns = measures.columns(self.count, False)
        if columns.per_cell == 1:
            return list(range(self.count))
        return [
            max(columns.neurons_of(cell), key=lambda j: abs(float(np.nan_to_num(values[j]))))
            for cell in range(columns.cells)
        ]

    def tip(self, pos: QPointF, context: FaceContext) -> str:
        """Probability or value of one output, and the truth."""
        theme = context.theme
        trough = self._trough(theme)
        cell = self.columns(theme).cell_at(pos.x())
        if cell is None or pos.y() < trough.top():
            return ""
        values = _numbers_of(context, self.key, self.count)
        if values is None:
            return NO_STEP
        j = self._shown(values)[cell]
        what, letter = ("class", "p̂") if self.is_probability else ("output", "h")
        name = letter + numbers.subscript(j)
        lines = [f"{name} = {numbers.full(values[j])}", f"{what} {j} of {self.count}"]
        lines[-1] += f", item {context.item + 1} of the batch"
        label, targets = _label_of(context), _numbers_of(context, "target", self.count)
        if label is not None:
            lines.append("the true class" if label == j else f"the true class is {label}")
        elif targets is not None:
            lines.append(f"target y{numbers.subscript(j)} = {numbers.full(targets[j])}")
        return "\n".join(lines)


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
        found = _numbers_of(context, "probability", 1)
        target = _numbers_of(context, "target", 1)
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
        found = _numbers_of(context, "probability", 1)
        target = _numbers_of(context, "target", 1)
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
        found = _numbers_of(context, "prediction", 1)
        target = _numbers_of(context, "target", 1)
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


def answer_for(layer: Loss, outputs: int) -> Answer:
    """The upper part for a loss of so many outputs.

    A loss whose outcome is not its input turns scores into probabilities and shows these.
    """
    if layer.is_classification and type(layer).outcome is not Loss.outcome:
        return ProbabilityScale(layer) if outputs == 1 else Bars(layer, outputs, "probability")
    return TwoNumbers(layer) if outputs == 1 else Bars(layer, outputs, "prediction")
