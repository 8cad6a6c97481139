"""The numbers of neurons beneath their columns, all drawn in one call."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QGlyphRun, QPainter, QRawFont

from gui.canvas.cards.paint import draw_text, metrics, text_width
from gui.theme import THEMES, Theme


def draw_digits(
    painter: QPainter, theme: Theme, row: QRectF, count: int, followed: int | None
) -> None:
    """0, 1, 2, ... in equal columns of a row; the followed neuron's number in the accent colour."""
    cell = row.width() / count
    if followed is not None and 0 <= followed < count:
        box = QRectF(row.left() + followed * cell, row.top(), cell, row.height())
        draw_text(painter, box, str(followed), theme, "chip", "accent")
    else:
        followed = None
    painter.setPen(theme.color("text2"))
    painter.drawGlyphRun(row.topLeft(), _run(theme.name, cell, row.height(), count, followed))


@lru_cache(maxsize=256)
def _run(name: str, cell: float, height: float, count: int, left_out: int | None) -> QGlyphRun:
    """The glyphs from the row's corner on; the number of one neuron may be left out."""
    theme = THEMES[name]
    font = QRawFont.fromFont(theme.font("chip"))
    box = metrics(theme, "chip")
    baseline = (height - box.height()) / 2 + box.ascent()
    glyphs: list[int] = []
    places: list[QPointF] = []
    for j in range(count):
        if j == left_out:
            continue
        x = j * cell + (cell - text_width(theme, "chip", str(j))) / 2
        for digit in str(j):
            glyphs += font.glyphIndexesForString(digit)
            places.append(QPointF(x, baseline))
            x += text_width(theme, "chip", digit)
    run = QGlyphRun()
    run.setRawFont(font)
    run.setGlyphIndexes(glyphs)
    run.setPositions(places)
    return run
