"""Tokens in cells of one width, in lines: what a sequence says, and what was made of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures
from gui.canvas.cards.paint import draw_text, hairline, pen
from gui.theme import Theme

PER_LINE = 20
MOST_LINES = 3


def lines_for(count: int) -> int:
    """Lines that so many tokens take; what is more is left out."""
    return min(-(-count // PER_LINE), MOST_LINES)


def shown(count: int) -> int:
    """Tokens that are painted."""
    return min(count, PER_LINE * MOST_LINES)


def cells(box: QRectF, count: int, theme: Theme, rows: int = 1, row: int = 0) -> list[QRectF]:
    """Places of the tokens in `box`; rows: of one line, of which these stand in `row`."""
    height = measures.length(theme, "token")
    width = box.width() / min(count, PER_LINE)
    line = rows * height + 4 * theme.scale
    found = []
    for t in range(shown(count)):
        down, across = divmod(t, PER_LINE)
        top = box.top() + down * line + row * height
        found.append(QRectF(box.left() + across * width, top, width, height))
    return found


def height_of(count: int, theme: Theme, rows: int = 1) -> float:
    """px of all lines."""
    return lines_for(count) * (rows * measures.length(theme, "token") + 4 * theme.scale)


def paint_tokens(
    painter: QPainter, places: Sequence[QRectF], tokens: Sequence[str], theme: Theme, color: str
) -> None:
    """A token a cell."""
    for box, token in zip(places, tokens, strict=False):
        draw_text(painter, box, token, theme, "chip", color)


def paint_verdicts(
    painter: QPainter, places: Sequence[QRectF], verdicts: Sequence[bool | None], theme: Theme
) -> None:
    """Under each cell a tick or a cross; nothing where no answer was asked for."""
    ticks, crosses = [], []
    arm = 0.16 * places[0].height() if places else 0.0
    for box, is_right in zip(places, verdicts, strict=False):
        x, y = box.center().x(), box.center().y()
        if is_right is True:
            ticks += [QLineF(x - 1.3 * arm, y, x - 0.3 * arm, y + arm)]
            ticks += [QLineF(x - 0.3 * arm, y + arm, x + 1.5 * arm, y - 1.3 * arm)]
        elif is_right is False:
            ticks_arm = 1.1 * arm
            crosses += [QLineF(x - ticks_arm, y - ticks_arm, x + ticks_arm, y + ticks_arm)]
            crosses += [QLineF(x - ticks_arm, y + ticks_arm, x + ticks_arm, y - ticks_arm)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for lines, token in ((ticks, "ok"), (crosses, "err")):
        if lines:
            painter.setPen(pen(theme, token, 1.5 * hairline(theme)))
            painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def cell_at(places: Sequence[QRectF], pos: QPointF) -> int | None:
    """The token under `pos`."""
    return next((t for t, box in enumerate(places) if box.contains(pos)), None)
