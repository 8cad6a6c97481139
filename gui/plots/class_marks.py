"""Classes by colour and shape, so that either alone is enough; and what each mark stands for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui.plots.chart_look import line_height, text_width
from gui.plots.figure import LEFT
from gui.theme import Theme

_MOST_SHARE = 0.28  # of the picture's width that the names may take


def paint_mark(painter: QPainter, place: QPointF, kind: int, radius: float, look: Theme) -> None:
    """A point of a class."""
    painter.setPen(QPen(look.color("plotbg"), 1.2))
    painter.setBrush(look.series(kind))
    shape = kind % 4
    r = radius * 1.15
    x, y = place.x(), place.y()
    if shape == 0:
        painter.drawEllipse(place, radius, radius)
    elif shape == 1:
        painter.drawRect(QRectF(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8))
    else:
        corners = [(0, -r * 1.2), (r * 1.1, r * 0.8), (-r * 1.1, r * 0.8)]
        if shape == 3:
            corners = [(0, -r * 1.25), (r * 1.25, 0), (0, r * 1.25), (-r * 1.25, 0)]
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))


def legend_width(names: Sequence[str], width: float, look: Theme) -> float:
    """px that the names take of a picture of this width; 0 without names."""
    if not names:
        return 0.0
    widest = max(text_width(look, "caption", name) for name in names)
    return min(widest, width * _MOST_SHARE) + 26 * look.scale


def paint_legend(painter: QPainter, names: Sequence[str], room: QRectF, look: Theme) -> None:
    """Mark and name, one below the other; the last line says how many have no room."""
    line = line_height(look, "caption") + 3
    most = max(int(room.height() / line), 1)
    is_cut = len(names) > most
    shown = names[: most - 1] if is_cut else names
    painter.setFont(look.font("caption"))
    start = room.left() + 8 + 6 * look.scale
    for number, name in enumerate([*shown, f"{len(names) - most + 1} more"] if is_cut else shown):
        middle = room.top() + (number + 0.5) * line
        if number < len(shown):
            mark = QPointF(room.left() + 5, middle)
            paint_mark(painter, mark, number, 4 * look.scale, look)
        box = QRectF(start, middle - line / 2, room.right() - start - 2, line)
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.setPen(look.color("text2" if number < len(shown) else "text3"))
        painter.drawText(box, LEFT, text)
