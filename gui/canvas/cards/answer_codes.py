"""The answer of a KL divergence: how the codes lie beside the standard normal cloud."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.answer import Answer
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import draw_text, hairline, pen
from gui.canvas.cards.why_not import NO_STEP
from gui.theme import Theme


class CodeSpread(Answer):
    """Mean and spread of each code, with a band of one deviation around 0 behind them."""

    def _trough(self, theme: Theme) -> QRectF:
        columns = self.columns(theme)
        top = measures.length(theme, "top")
        return QRectF(columns.left, top, columns.strip, measures.length(theme, "answer"))

    def height(self, theme: Theme) -> float:
        """Trough and one line of words."""
        return self._trough(theme).bottom() + measures.length(theme, "note")

    def paint_still(self, painter: QPainter, theme: Theme) -> None:
        """The band of the standard normal, one deviation around the line at 0, from −3 to 3."""
        trough = self._trough(theme)
        painter.fillRect(trough, theme.color("sunken"))
        band = QRectF(trough)
        band.setHeight(trough.height() / 3)
        band.moveCenter(trough.center())
        painter.fillRect(band, theme.color("plotgrid"))
        zero = trough.center().y()
        painter.setPen(pen(theme, "border2", hairline(theme)))
        painter.drawLine(QPointF(trough.left(), zero), QPointF(trough.right(), zero))
        symbol = symbols.shape("mu", theme.px("maths"))
        at = QPointF(measures.length(theme, "stripe") + 6, trough.center().y())
        symbols.draw_symbol(painter, at, symbol, theme.color("fwd"))
        row = QRectF(trough.left(), trough.bottom(), 0, measures.length(theme, "note"))
        row.setWidth(self.columns(theme).room)
        draw_text(painter, row, "bars: μ ± σ; band: 0 ± 1", theme, "caption", "text3")

    def _numbers(self, context: FaceContext) -> tuple[NDArray[np.floating], ...] | None:
        extras = {} if context.view is None else context.view.extras
        mean, spread = extras.get("prediction"), extras.get("log_variance")
        if mean is None or spread is None:
            return None
        if np.size(mean) != self.count or np.size(spread) != self.count:
            return None
        return np.asarray(mean).reshape(-1), np.exp(0.5 * np.asarray(spread).reshape(-1))

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """A bar from μ − σ to μ + σ, a line at μ, for each code."""
        found = self._numbers(context)
        if found is None:
            return
        theme, trough, columns = (
            context.theme,
            self._trough(context.theme),
            self.columns(context.theme),
        )
        unit = trough.height() / 6
        mean, spread = (np.nan_to_num(each) for each in found)
        bars, lines, cut = [], [], []
        thick = 2.0 * theme.scale
        gap = max(columns.cell * 0.2, (columns.cell - 24 * theme.scale) / 2)
        for cell in range(columns.cells):
            j = cell * columns.per_cell
            left, width = trough.left() + cell * columns.cell + gap, columns.cell - 2 * gap
            low, middle, high = (
                trough.center().y() - unit * min(max(float(v), -3.0), 3.0)
                for v in (mean[j] - spread[j], mean[j], mean[j] + spread[j])
            )
            bars.append(QRectF(left, high, width, max(low - high, 1.0)))
            if abs(float(mean[j])) <= 3.0:
                top = min(max(middle - thick / 2, trough.top()), trough.bottom() - thick)
                lines.append(QRectF(left - 2, top, width + 4, thick))
            else:  # beyond the trough: a notch at its edge, as on a bar of delta
                top = trough.top() if mean[j] > 0 else trough.bottom() - 2 * thick
                cut.append(QRectF(left, top, width, 2 * thick))
        for bar in bars:
            painter.fillRect(bar, theme.color("fwd"))
        for line in (*lines, *cut):
            painter.fillRect(line, theme.color("text"))

    def tip(self, pos: QPointF, context: FaceContext) -> str:
        """μ and σ of one code in full."""
        j, found = self.columns(context.theme).neuron_at(pos.x()), self._numbers(context)
        if j is None or j >= self.count:
            return ""
        if found is None:
            return NO_STEP
        mean, spread = found
        share = 0.5 * (spread[j] ** 2 + mean[j] ** 2 - 1 - 2 * np.log(spread[j]))
        return (
            f"μ{numbers.subscript(j)} = {numbers.full(mean[j])}\n"
            f"σ{numbers.subscript(j)} = {numbers.full(spread[j])}\n"
            f"its divergence from N(0, 1): {numbers.full(share)}\n"
            "The trough goes from −3 to 3; a code beyond it wears a notch at the edge"
        )
