"""The sum behind one number of delta^T J, term by term."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from gui import theme
from gui.canvas.cards.paint import draw_fitting
from gui.plots.figure import Figure
from gui.theme import Theme
from model.layer import Array
from model.teaching.number_style import NumberStyle

MOST_TERMS = 12
_ROOMY = 230
_SHORT = NumberStyle(digits=2)


class TermTable(Figure):
    """delta_i × J_ij = product, line by line, and the sum."""

    def __init__(self) -> None:
        super().__init__("jacobian_terms", "The sum of the chosen column, term by term")
        self.style_of_numbers = NumberStyle(digits=4)
        self._delta: Array | None = None
        self._column: Array = np.zeros(0)
        self._row = 0

    def show_terms(self, delta: Array | None, column: Array, row: int) -> None:
        """Show this sum."""
        self._delta, self._column, self._row = delta, column, row
        self.setMinimumHeight(self.sizeHint().height())
        self.setMaximumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def _shown(self) -> tuple[list[int], int]:
        """Places of the terms that are written out, in order, and how many are not."""
        count = len(self._column)
        if count <= MOST_TERMS:
            return list(range(count)), 0
        weight = np.abs(self._column if self._delta is None else self._column * self._delta)
        strongest = np.argsort(-np.nan_to_num(weight))[:MOST_TERMS]
        places = sorted({*strongest.tolist(), self._row})[: MOST_TERMS + 1]
        return places, count - len(places)

    def _line(self) -> float:
        return 25.0 * theme.current().scale

    def sizeHint(self) -> QSize:
        """All lines and the total."""
        places, rest = self._shown()
        lines = len(places) + (1 if rest else 0) + 1.5
        return QSize(260, round(lines * self._line()))

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Right-aligned columns, so that signs and points stand below each other."""
        if not len(self._column):
            return
        places, rest = self._shown()
        line = self._line()
        width = float(self.width())
        is_narrow = width < _ROOMY * look.scale
        text = (_SHORT if is_narrow else self.style_of_numbers).text
        total = 0.0 if self._delta is None else float(self._delta @ self._column)
        for at, place in enumerate(places):
            row = QRectF(0, at * line, width, line)
            is_lit = place == self._row
            if is_lit:
                painter.fillRect(row, look.color("highlight"))
            ink = "hitext" if is_lit else "text2"
            slope = float(self._column[place])
            if self._delta is None:
                self._cells(painter, look, row, ink, (f"row {place + 1}", "=", text(slope)))
                continue
            delta = float(self._delta[place])
            sign = "+" if at else ""
            parts = (f"{sign} {text(delta)}", "×", text(slope), "=", text(delta * slope))
            self._cells(painter, look, row, ink, parts)
        y = len(places) * line
        if rest:
            row = QRectF(0, y, width, line)
            draw_fitting(painter, row, f"and {rest:,} smaller terms", look, "caption", "text3")
            y += line
        if self._delta is not None:
            painter.setPen(look.color("border2"))
            painter.drawLine(0, round(y) + 3, round(width), round(y) + 3)
            row = QRectF(0, y + 4, width, 1.3 * line)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            draw_fitting(painter, row, f"= {text(total)}", look, "strong", "bwd", flags)

    def _cells(
        self, painter: QPainter, look: Theme, row: QRectF, ink: str, parts: tuple[str, ...]
    ) -> None:
        shares = (0.3, 0.08, 0.28, 0.08, 0.26) if len(parts) == 5 else (0.3, 0.1, 0.4)
        x = row.left()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for share, part in zip(shares, parts, strict=True):
            box = QRectF(x, row.top(), share * row.width(), row.height())
            centred = part in ("×", "=")
            flags = Qt.AlignmentFlag.AlignCenter if centred else right
            draw_fitting(painter, box.adjusted(2, 0, -2, 0), part, look, "chip", ink, flags)
            x += box.width()
