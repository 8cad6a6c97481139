"""Where everything on the active card's box lies: as much as has room, and then smaller."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF

from gui.canvas import node_paint
from gui.debugger.step_face_content import StepContent, Tile, TileLine
from gui.debugger.views import math_paint
from gui.theme import Theme

PAD = 12.0
_SIGN = 24.0
_GAP = 6.0


@dataclass(frozen=True)
class Laid:
    """size: of the box at full size, px; scale: by which it is painted smaller. boxes: the tiles
    with their lines, px from the box's corner at full size. shown, words, slope: what has room."""

    size: QSizeF
    scale: float
    shown: tuple[TileLine, ...]
    words: tuple[str, ...]
    slope: str
    boxes: tuple[tuple[QRectF, Tile, TileLine], ...]


def lay(content: StepContent, look: Theme, most: QSizeF) -> Laid:
    """All of it, without sentences, or one line of tiles. most: px that the box may take."""
    notes = list(content.notes)
    if content.hidden:
        notes.append(f"and {content.hidden} more in the panel at the right")
    found = _laid(content, look, content.lines, tuple(notes), content.slope)
    for lines in (content.lines, content.lines[:1]):
        if found.size.height() <= most.height():
            break
        found = _laid(content, look, lines, (), "")
    size = found.size
    scale = min(1.0, most.width() / size.width(), most.height() / size.height())
    return Laid(size, scale, found.shown, found.words, found.slope, found.boxes)


def _laid(
    content: StepContent,
    look: Theme,
    lines: tuple[TileLine, ...],
    words: tuple[str, ...],
    slope: str,
) -> Laid:
    """At full size."""
    scale = 1.45 if look.is_projector else 1.0
    many = max((len(line.tiles) for line in lines), default=0)
    tile = QSizeF((104.0 if many <= 3 else 92.0) * scale, _tile_height(look, content))
    width = max(many * tile.width() + (many - 1) * _SIGN * scale, _least(look, content))
    top = PAD + head_height(look)
    boxes = []
    for line in lines:
        used = len(line.tiles) * tile.width() + (len(line.tiles) - 1) * _SIGN * scale
        x = PAD + (width - used) / 2
        for each in line.tiles:
            boxes.append((QRectF(x, top, tile.width(), tile.height()), each, line))
            x += tile.width() + _SIGN * scale
        top += tile.height() + _GAP + (row_height(look) if line.written else 0)
    bottom = top + len(words) * row_height(look) + PAD - 2
    if slope:
        bottom += slope_size(slope, look).height() + _GAP
    return Laid(QSizeF(width + 2 * PAD, bottom), 1.0, lines, words, slope, tuple(boxes))


def slope_size(slope: str, look: Theme) -> QSizeF:
    """Of the line that says how the local derivative comes about."""
    return math_paint.size_of(slope, look.px("maths"))


def row_height(look: Theme) -> float:
    """Of a sentence."""
    return look.px("caption") * 1.5


def head_height(look: Theme) -> float:
    """Of title and headline."""
    return look.px("card") * 1.9


def _tile_height(look: Theme, content: StepContent) -> float:
    """Two lines of tiles are lower, for the box must leave something of the canvas."""
    line = look.px("section") * 1.45 + look.px("maths") * 2.35 + 10
    is_single = all(
        tile.values is None or tile.values.size == 1
        for each in content.lines
        for tile in each.tiles
    )
    return line + look.px("hero") * (1.5 if is_single else 2.4)


def _least(look: Theme, content: StepContent) -> float:
    title = node_paint.text_width(look, "card", content.title)
    headline = node_paint.text_width(look, "section", content.headline)
    return min(title + headline + 18, 460 * look.scale)
