"""What the debugger marks on a card: whose turn it is, where a run stops, what is read."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui import theme
from gui.canvas.node_paint import metrics, text_width
from gui.theme import Theme
from model.analysis.tolerance import GOOD

_GLOW = 13.0
STOP_REACH = 11.0
"""px from the corner within which a click means the breakpoint."""


class CardMark(NamedTuple):
    """state: "" (no part in this phase), "pending", "next", "active" or "done". token: the colour
    of the phase. pill, icon: what stands on the upper edge. has_stop: a breakpoint. read: which
    operation reads its stored output, "" for none. note: what stands on the lower edge. check: the
    relative error that the gradient check has found, None where it has not looked."""

    state: str = ""
    token: str = ""
    pill: str = ""
    icon: str = ""
    has_stop: bool = False
    read: str = ""
    note: str = ""
    check: float | None = None

    @property
    def is_wrong(self) -> bool:
        """The gradient check has found a wrong gradient."""
        return self.check is not None and not self.check < GOOD

    @property
    def is_pale(self) -> bool:
        return self.state in ("pending", "next")

    @property
    def is_active(self) -> bool:
        return self.state == "active"


NO_MARK = CardMark()


def opacity(mark: CardMark, look: Theme) -> float:
    """Of header and face."""
    if not mark.is_pale:
        return 1.0
    return 0.72 if look.is_projector else 0.58


def border(mark: CardMark, look: Theme) -> QPen | None:
    """None: as without a mark."""
    scale = 1.6 if look.is_projector else 1.0
    if mark.is_active:
        return QPen(look.color(mark.token), (3.0 if _glows(look) else 4.0) * scale)
    if mark.state == "next":
        return QPen(look.color(mark.token), 2.0 * scale, Qt.PenStyle.DashLine)
    if mark.state == "pending":
        return QPen(look.color("border2"), 1.5 * scale, Qt.PenStyle.DashLine)
    if mark.state == "done":
        return QPen(look.color(mark.token), 1.5 * scale)
    return None


def _glows(look: Theme) -> bool:
    """On a projector, and with reduced motion, a thicker border stands for the glow."""
    return not look.is_projector and theme.duration_ms("debugger") > 0


# painting


def paint_below(painter: QPainter, look: Theme, rect: QRectF, mark: CardMark) -> None:
    """What lies under the card: the glow of the active one."""
    if mark.is_active and _glows(look):
        size = (round(rect.width()), round(rect.height()))
        picture = _glow(*size, look.color(mark.token).rgb(), look.card_radius)
        painter.drawPixmap(QPointF(rect.x() - _GLOW, rect.y() - _GLOW), picture)


@lru_cache(maxsize=64)
def _glow(width: int, height: int, rgb: int, radius: float) -> QPixmap:
    picture = QPixmap(round(width + 2 * _GLOW), round(height + 2 * _GLOW))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    color = QColor(rgb)
    color.setAlphaF(0.055)
    painter.setBrush(color)
    for grow in (2.0, 3.5, 5.0, 6.5, 8.0, 10.0, 12.0):
        box = QRectF(_GLOW, _GLOW, width, height).adjusted(-grow, -grow, grow, grow)
        painter.drawRoundedRect(box, radius + grow, radius + grow)
    painter.end()
    return picture


def paint_above(
    painter: QPainter,
    look: Theme,
    rect: QRectF,
    mark: CardMark,
    *,
    title_end: float,
    has_badge: bool,
) -> None:
    """Pill, tick, tape, note and breakpoint, on the edges of the card. title_end: px from the left
    edge, of the title in the header."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if mark.pill:
        _paint_pill(painter, look, pill_box(look, rect, mark, title_end), mark)
    if mark.state == "done":
        _paint_tick(painter, look, tick_box(look, rect, has_badge=has_badge))
    if mark.read:
        _paint_tape(painter, look, tape_box(look, rect))
    if mark.note:
        _paint_note(painter, look, note_box(look, rect, mark), mark.note)
    if mark.check is not None:
        _paint_shield(painter, look, shield_box(look, rect), mark)
    if mark.has_stop:
        paint_stop(painter, look, is_set=True)


def _paint_shield(painter: QPainter, look: Theme, box: QRectF, mark: CardMark) -> None:
    """Green with a tick, or red with a cross: what the gradient check has found."""
    icon, token = ("shield-alert", "err") if mark.is_wrong else ("shield-check", "ok")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("surface"))
    painter.drawEllipse(box.adjusted(-2, -2, 2, 2))
    theme.paint_icon(painter, icon, box, look.color(token))


def paint_ring(painter: QPainter, look: Theme, rect: QRectF) -> None:
    """Around the active card: it is selected too."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.color("accent"), look.size("selection")))
    radius = look.card_radius + 4
    painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), radius, radius)


def _paint_pill(painter: QPainter, look: Theme, box: QRectF, mark: CardMark) -> None:
    """Filled on the active card, outlined on the next."""
    color = look.color(mark.token)
    is_filled = mark.is_active
    painter.setPen(QPen(look.color("surface") if is_filled else color, 1.5))
    painter.setBrush(color if is_filled else look.color("surface"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    ink = look.color("onphase") if is_filled else color
    left = box.left() + box.height() * 0.4
    if mark.icon:
        side = look.px("section") * 0.95
        spot = QRectF(left, box.center().y() - side / 2, side, side)
        theme.paint_icon(painter, mark.icon, spot, ink)
        left = spot.right() + 4
    painter.setFont(look.font("section"))
    painter.setPen(ink)
    room = QRectF(left, box.top(), box.right() - left, box.height())
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), mark.pill)


def _paint_tick(painter: QPainter, look: Theme, box: QRectF) -> None:
    painter.setPen(QPen(look.color("surface"), 1.5))
    painter.setBrush(look.color("ok"))
    painter.drawEllipse(box)
    inset = box.width() * 0.22
    shape = box.adjusted(inset, inset, -inset, -inset)
    theme.paint_icon(painter, "check-bold", shape, look.color("surface"))


def _paint_tape(painter: QPainter, look: Theme, box: QRectF) -> None:
    """A lit piece of tape: the stored numbers of this card are read now."""
    painter.setPen(QPen(look.color("hitext"), 1.2))
    painter.setBrush(look.color("highlight"))
    painter.drawRoundedRect(box, 4, 4)
    shape = box.adjusted(3, 1.5, -3, -1.5)
    theme.paint_icon(painter, "filmstrip", shape, look.color("hitext"))


def _paint_note(painter: QPainter, look: Theme, box: QRectF, note: str) -> None:
    painter.setPen(QPen(look.color("border2"), 1))
    painter.setBrush(look.color("surface"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setFont(look.font("chip"))
    painter.setPen(look.color("text2"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), note)


def paint_stop(painter: QPainter, look: Theme, *, is_set: bool) -> None:
    """The red dot of a breakpoint; faint where a click would set one."""
    radius = look.size("breakpoint_radius") * 0.85
    painter.setPen(QPen(look.color("surface"), 2))
    painter.setBrush(look.color("breakpoint") if is_set else look.with_alpha("breakpoint", 0.35))
    painter.drawEllipse(stop_spot(), radius, radius)


# places, in the coordinates of the card


def stop_spot() -> QPointF:
    """The middle of the breakpoint, from the card's upper left corner."""
    return QPointF(2, 2)


def pill_box(look: Theme, rect: QRectF, mark: CardMark, title_end: float) -> QRectF:
    """In the header at the right, over the chips; where the title needs the room, across the upper
    edge, right of the breakpoint."""
    height = metrics(look, "section").height() + 4
    width = text_width(look, "section", mark.pill) + height * 0.85
    width += look.px("section") + 3 if mark.icon else 0
    right = rect.right() - 7
    if right - width >= rect.left() + title_end + 6:
        middle = rect.top() + look.size("card_header") / 2
        return QRectF(right - width, middle - height / 2, width, height)
    left = rect.left() + 6 + look.size("breakpoint_radius")
    return QRectF(left, rect.top() - height * 0.62, width, height)


def is_pill_inside(look: Theme, rect: QRectF, mark: CardMark, title_end: float) -> bool:
    """Whether there is a pill in the header, where the chips are else."""
    return bool(mark.pill) and pill_box(look, rect, mark, title_end).top() > rect.top()


def tick_box(look: Theme, rect: QRectF, *, has_badge: bool) -> QRectF:
    """On the upper right corner, left of a badge."""
    side = 17.0 * (1.5 if look.is_projector else 1.0)
    middle = rect.right() - 4 - (1.5 * side if has_badge else 0)
    return QRectF(middle - side / 2, rect.top() + 2 - side / 2, side, side)


def tape_box(look: Theme, rect: QRectF) -> QRectF:
    """Across the lower edge, at the right."""
    scale = 1.5 if look.is_projector else 1.0
    width, height = 28.0 * scale, 18.0 * scale
    return QRectF(rect.right() - 12 - width, rect.bottom() - height * 0.35, width, height)


def note_box(look: Theme, rect: QRectF, mark: CardMark) -> QRectF:
    """Across the lower edge, at the left."""
    height = metrics(look, "chip").height() + 2
    width = text_width(look, "chip", mark.note) + height
    return QRectF(rect.left() + 14, rect.bottom() - height * 0.45, width, height)


def shield_box(look: Theme, rect: QRectF) -> QRectF:
    """On the lower left corner."""
    side = 20.0 * (1.5 if look.is_projector else 1.0)
    return QRectF(rect.left() - side * 0.4, rect.bottom() - side * 0.6, side, side)


def tip_at(
    mark: CardMark,
    look: Theme,
    rect: QRectF,
    pos: QPointF,
    *,
    title_end: float,
    has_badge: bool,
) -> str:
    """What a mark under the pointer means; "" where there is none."""
    if is_stop_at(pos):
        if mark.has_stop:
            return "Breakpoint: a run stops after each operation of this card. Click: no more."
        return "Click: stop after each operation of this card (F8)."
    if mark.read and tape_box(look, rect).contains(pos):
        return mark.read
    if mark.check is not None and shield_box(look, rect).contains(pos):
        found = "wrong" if mark.is_wrong else "right"
        return (
            f"Gradient check: {found}. Back-propagation and central differences differ by "
            f"{mark.check:.1e} of the largest number."
        )
    if mark.note and note_box(look, rect, mark).contains(pos):
        return "The whole batch is looked at; the card shows one of its items."
    if mark.state == "done" and tick_box(look, rect, has_badge=has_badge).contains(pos):
        return "All its operations of this phase are done."
    if mark.state == "next" and pill_box(look, rect, mark, title_end).contains(pos):
        return "The next operation is one of this card (F10)."
    return ""


def is_stop_at(pos: QPointF) -> bool:
    """Whether a point of the card means its breakpoint."""
    away = pos - stop_spot()
    return away.x() ** 2 + away.y() ** 2 <= STOP_REACH**2
