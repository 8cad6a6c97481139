"""Answers of several outputs against what was true, as bars."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.answer import Answer, label_of, numbers_of
from gui.canvas.cards.bars import bar_gap
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import (
    draw_text,
    hairline,
    pen,
    smooth_unless_aligned,
    text_width,
)
from gui.canvas.cards.strips import that_fits
from gui.canvas.cards.why_not import NO_STEP
from gui.theme import Theme
from model.layer import Loss


class AnswerBars(Answer):
    """One bar an output: probabilities 0 to 1, or signed values around a zero line.

    The true class is outlined; a target value is a line across its column.
    """

    def __init__(self, layer: Loss, count: int, key: str, classes: tuple[str, ...] = ()) -> None:
        super().__init__(layer, count)
        self.classes = classes
        self.key = key
        self.is_probability = key == "probability"

    def _trough(self, theme: Theme) -> QRectF:
        columns = self.columns(theme)
        top = measures.length(theme, "top")
        return QRectF(columns.left, top, columns.strip, measures.length(theme, "answer"))

    def height(self, theme: Theme) -> float:
        """Trough and digits."""
        under = "digits" if self._has_names else "bottom"
        return self._trough(theme).bottom() + measures.length(theme, under) + 3 * theme.scale

    def _value_room(self, theme: Theme) -> float:
        """px kept free above the bars for the numbers themselves."""
        has_values = self.count <= measures.WITH_VALUE
        return theme.px("chip") * 1.4 if has_values else 2.0

    def paint_still(self, painter: QPainter, theme: Theme) -> None:
        """Trough, letter, and the names of the outputs."""
        trough = self._trough(theme)
        painter.fillRect(trough, theme.color("sunken"))
        symbol = symbols.shape("p hat" if self.is_probability else "h", theme.px("maths"))
        room = trough.left() - measures.length(theme, "stripe")
        x = measures.length(theme, "stripe") + (room - symbol.boundingRect().width()) / 2 - 2
        at = QPointF(x, trough.center().y() + 0.25 * theme.px("maths"))
        symbols.draw_symbol(painter, at, symbol, theme.color("fwd"))
        for j in range(self.count if self._has_names else 0):
            self._paint_name(painter, theme, j, is_true=False)

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """Bars and the true class."""
        theme = context.theme
        trough = self._trough(theme)
        values = numbers_of(context, self.key, self.count)
        zero = trough.bottom()
        if values is not None:
            zero = self._paint_bars(painter, context, values, trough)
        painter.setPen(pen(theme, "border2", hairline(theme)))
        painter.drawLine(QPointF(trough.left(), zero), QPointF(trough.right(), zero))
        label = label_of(context)
        if label is not None and 0 <= label < self.count and self._has_names:
            self._paint_name(painter, theme, label, is_true=True)

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
        targets = numbers_of(context, "target", self.count)
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
                text = that_fits(float(values[j]), theme, columns.cell - 8)
                draw_text(painter, box, text, theme, "chip", "text")
        return zero

    def _paint_truth(self, painter: QPainter, context: FaceContext, trough: QRectF) -> None:
        label = label_of(context)
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

    def _paint_name(self, painter: QPainter, theme: Theme, j: int, *, is_true: bool) -> None:
        """Below the trough; that of the true class again, over the plain one."""
        trough, cell = self._trough(theme), self.columns(theme).cell
        box = QRectF(trough.left() + j * cell, trough.bottom() + 1, cell, 0)
        box.setHeight(measures.length(theme, "digits"))
        name, role = self._names(theme)[j]
        if not is_true:
            draw_text(painter, box, name, theme, role, "text2")
            return
        painter.fillRect(box.adjusted(0, 1, 0, 0), theme.color("surface"))
        draw_text(painter, box, name, theme, role, "accent")
        width = text_width(theme, role, name)  # a line is a second sign beside the colour
        y = box.center().y() + theme.px(role) * 0.62
        painter.setPen(pen(theme, "accent", 1.5 * theme.scale))
        x = box.center().x() - width / 2
        painter.drawLine(QPointF(x, y), QPointF(x + width, y))

    @property
    def _has_names(self) -> bool:
        return self.count <= measures.NUMBERED

    def _names(self, theme: Theme) -> list[tuple[str, str]]:
        """(name, font role) of each output: classes where all of them fit, else numbers."""
        room = self.columns(theme).cell - 4
        if len(self.classes) == self.count and all(
            text_width(theme, "caption", name) <= room for name in self.classes
        ):
            return [(name, "caption") for name in self.classes]
        return [(str(j), "chip") for j in range(self.count)]

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
        values = numbers_of(context, self.key, self.count)
        if values is None:
            return NO_STEP
        j = self._shown(values)[cell]
        what, letter = ("class", "p̂") if self.is_probability else ("output", "h")
        name = letter + numbers.subscript(j)
        lines = [f"{name} = {numbers.full(values[j])}", f"{what} {j} of {self.count}"]
        lines[-1] += f", item {context.item + 1} of the batch"
        label, targets = label_of(context), numbers_of(context, "target", self.count)
        if label is not None:
            lines.append("the true class" if label == j else f"the true class is {label}")
        elif targets is not None:
            lines.append(f"target y{numbers.subscript(j)} = {numbers.full(targets[j])}")
        return "\n".join(lines)
