"""Painting laid-out formulas: terms in their colours, the lit one on its ground."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform

from gui.debugger.views.math_box import Box, Terms
from gui.debugger.views.math_set import UnknownLatexError, layout
from gui.formulas import formula_pixmap
from gui.theme import Theme
from model.teaching.terms import is_lit, plain

_TOKENS = {
    "upstream": "bwd",
    "downstream": "bwd",
    "arriving": "bwd",
    "gradient": "bwd",
    "input": "fwd",
    "out": "fwd",
    "part": "upd",
}
"""Colours of terms; local and parameters are written as text."""


def token_of(terms: Terms, default: str = "text") -> str:
    """The colour token of a part with these terms; what is local is never coloured."""
    if "local" in terms:
        return default
    for term in terms:
        found = _TOKENS.get(term.partition(":")[0])
        if found:
            return found
    return default


def box_of(tex: str, width: float = 1e9) -> Box | None:
    """The layout; None where the text has to be set by ziamath."""
    try:
        return layout(tex, width)
    except UnknownLatexError:
        return None


def size_of(tex: str, px: float, width: float = 1e9) -> QSizeF:
    """Of the formula in px; width: px at which it is broken into lines."""
    box = box_of(tex, width / px)
    if box is None:
        return formula_pixmap(plain(tex), px, QColor(0, 0, 0), 1.0).deviceIndependentSize()
    return QSizeF(box.width * px, (box.up + box.down) * px)


def rooms(place: QPointF, tex: str, px: float, width: float = 1e9) -> list[tuple[Terms, QRectF]]:
    """Where the marked parts of a formula are that is painted at a place."""
    box = box_of(tex, width / px)
    if box is None:
        return []
    return [(mark.terms, _room(mark.rect, place, box, px)) for mark in box.marks]


def _room(rect: QRectF, place: QPointF, box: Box, px: float) -> QRectF:
    pad = 0.12 * px
    left, top = place.x() + rect.x() * px, place.y() + (box.up + rect.y()) * px
    return QRectF(left - pad, top - pad, rect.width() * px + 2 * pad, rect.height() * px + 2 * pad)


def paint(
    painter: QPainter,
    place: QPointF,
    tex: str,
    px: float,
    theme: Theme,
    *,
    lit: str = "",
    width: float = 1e9,
    default: str = "text",
) -> None:
    """The formula with its top left corner at a place. default: token of what is no term."""
    box = box_of(tex, width / px)
    if box is None:
        ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
        picture = formula_pixmap(plain(tex), px, theme.color(default), ratio)
        painter.drawPixmap(place, picture)
        return
    base = QPointF(place.x(), place.y() + box.up * px)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("highlight"))
    for mark in box.marks:
        if is_lit(lit, mark.terms):
            painter.drawRoundedRect(_room(mark.rect, place, box, px), 3, 3)
    before = painter.transform()
    shown = ""
    for ink in box.inks:
        token = "hitext" if is_lit(lit, ink.terms) else token_of(ink.terms, default)
        if token != shown:
            painter.setBrush(theme.color(token))
            shown = token
        scale = ink.scale * px
        x, y = base.x() + ink.x * px, base.y() + ink.y * px
        turn = QTransform(scale, 0, 0, scale * ink.stretch, x, y)
        painter.setTransform(turn * before)
        painter.drawPath(ink.path)
    painter.restore()
