"""How far a twin is away, on a card: a strip of cells for h, delta and theta on its lower edge."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui import theme
from gui.canvas.node_paint import metrics, text_width
from gui.theme import Theme
from model.layer import Loss

if TYPE_CHECKING:
    from gui.canvas.node_item import NodeItem

LEVELS = ("0", "< 1 %", "< 10 %", "< 100 %", "more")
"""Steps of the colours: the very same, and up to so much of the canvas' own length."""
_SHARES, _PROJECTED = (0.0, 0.16, 0.36, 0.68, 1.0), (0.0, 0.16, 0.36, 0.78, 1.0)
"""Of the full colour; words on each step have a contrast of 4.5 at least."""
_BOUNDS = (0.01, 0.1, 1.0)
_BESIDE, _PORT_ROOM = 14.0, 12.0
"""px from the card's left edge, and kept free before a port."""


class Cell(NamedTuple):
    """letter, token: of the quantity; words: what it is. value: the relative difference."""

    letter: str
    token: str
    words: str
    value: float


QUANTITIES = (("h", "fwd"), ("δ", "bwd"), ("θ", "upd"))


def cells(item: NodeItem) -> list[Cell]:
    """Those quantities that both have; none while a walk of the debugger has the canvas."""
    found = item.difference
    if found is None or item.canvas.live.is_held:
        return []
    is_loss = isinstance(item.node.layer, Loss)
    first = ("J", "the loss") if is_loss else ("h", "what it gives")
    every = (
        (first[0], "fwd", first[1], found.h),
        ("δ", "bwd", "what arrives at its output", found.delta),
        ("θ", "upd", "its parameters", found.theta),
    )
    return [Cell(letter, token, words, v) for letter, token, words, v in every if v is not None]


def level_of(value: float) -> int:
    """The number of its step in `LEVELS`."""
    if value == 0:
        return 0
    if not math.isfinite(value):
        return len(LEVELS) - 1
    return 1 + sum(value >= bound for bound in _BOUNDS)


def shade(look: Theme, token: str, level: int) -> QColor:
    """Of a step: from the colour of the cards to that of the quantity."""
    ground, full = look.color("surface"), look.color(token)
    share = (_PROJECTED if look.is_projector else _SHARES)[level]
    pairs = (
        (ground.red(), full.red()),
        (ground.green(), full.green()),
        (ground.blue(), full.blue()),
    )
    return QColor(*(round(a + share * (b - a)) for a, b in pairs))


def percent(value: float) -> str:
    """Such as "0", "0.34 %", "12 %", "12×", "∞"."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞"
    if value == 0:
        return "0"
    if value >= 9.995:
        return f"{value:.0f}×" if value < 1e4 else f"{value:.0e}×"
    if value < 1e-4:
        return f"{100 * value:.0e} %"
    return f"{100 * value:.2g} %" if value < 0.995 else f"{100 * value:.0f} %"


def _boxes(look: Theme, rect: QRectF, item: NodeItem, *, is_near: bool) -> list[QRectF]:
    """Where the cells stand: with numbers where there is room for them, else letters alone; seen
    from afar a band along the edge."""
    found = cells(item)
    if not is_near and found:
        width = (rect.width() - 2) / len(found)
        height = min(0.3 * rect.height(), 1.3 * look.px("chip"))
        top = rect.bottom() - height - 1
        return [QRectF(rect.left() + 1 + k * width, top, width, height) for k in range(len(found))]
    widths = [_width(look, _text(cell, is_full=True)) for cell in found]
    if sum(widths) > _free(rect, item):
        widths = [_width(look, _text(cell, is_full=False)) for cell in found]
    height = metrics(look, "chip").height() + 2
    left, places = rect.left() + _BESIDE, []
    for width in widths:
        places.append(QRectF(left, rect.bottom() - height * 0.5, width, height))
        left += width
    return places


def _free(rect: QRectF, item: NodeItem) -> float:
    """px from where the strip begins to the first port on the lower edge."""
    below = [slot.x for slot in item.slots if slot.y >= rect.bottom() - 1]
    return min(below, default=rect.right()) - _PORT_ROOM - _BESIDE


def _text(cell: Cell, *, is_full: bool) -> str:
    return f"{cell.letter} {percent(cell.value)}" if is_full else cell.letter


def _width(look: Theme, text: str) -> float:
    return text_width(look, "chip", text) + 0.9 * look.px("chip")


def paint(painter: QPainter, look: Theme, rect: QRectF, item: NodeItem, *, is_near: bool) -> None:
    """The strip of a card, where there is one."""
    found = cells(item)
    if not found:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(look.font("chip"))
    for cell, box in zip(found, _boxes(look, rect, item, is_near=is_near), strict=True):
        color = shade(look, cell.token, level_of(cell.value))
        painter.fillRect(box, color)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color(cell.token), 2 if look.is_projector else 1))
        painter.drawRect(box)
        if not is_near:
            continue
        is_full = box.width() >= _width(look, _text(cell, is_full=True)) - 0.5
        painter.setPen(theme.ink_on(color))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), _text(cell, is_full=is_full))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def is_at(item: NodeItem, pos: QPointF) -> bool:
    """Whether a point of the card lies on its strip."""
    places = _boxes(theme.current(), QRectF(0, 0, *item.size), item, is_near=True)
    return any(box.contains(pos) for box in places)


def sentences(item: NodeItem) -> list[str]:
    """Every number in full, for a tooltip."""
    return [f"Twin, {c.letter} ({c.words}): {_exact(c.value)} away" for c in cells(item)]


def _exact(value: float) -> str:
    if value == 0:
        return "0, not a bit"
    if math.isinf(value):
        return "∞ times (the canvas has zeros only)"
    return "not a number" if math.isnan(value) else f"{100 * value:.6g} %"
