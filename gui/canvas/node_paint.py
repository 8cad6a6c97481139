"""How a card looks, apart from its face: shadow, border, stripe, header, chips, badge and ports."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from gui import theme
from gui.canvas.geometry import Side, Slot
from gui.theme import Theme
from gui.widgets.title_label import LEAST_SHARE, fitted

SHADOW_ROOM = 9.0
_LEFT = 9.0  # from the stripe to the icon
_CHIP_PAD = 8.0
_LEAST_WORD_SHARE = 0.62  # of the size of a title seen from afar: a smaller word is cut in two


@lru_cache(maxsize=256)
def _shadow(width: int, height: int, opacity: float, radius: float) -> QPixmap:
    """A soft shadow around a card of this size, 2 px down."""
    room = SHADOW_ROOM
    picture = QPixmap(round(width + 2 * room), round(height + 2 * room))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromRgbF(0.04, 0.07, 0.14, opacity / 4.5))
    for grow in (0.5, 1.8, 3.4, 5.5):
        box = QRectF(room, room + 2, width, height).adjusted(-grow, -grow, grow, grow)
        painter.drawRoundedRect(box, radius + grow, radius + grow)
    painter.end()
    return picture


@lru_cache(maxsize=8)
def metrics(look: Theme, role: str) -> QFontMetricsF:
    return QFontMetricsF(look.font(role))


@lru_cache(maxsize=4096)
def text_width(look: Theme, role: str, text: str) -> float:
    return metrics(look, role).horizontalAdvance(text)


@lru_cache(maxsize=4096)
def elided(look: Theme, role: str, text: str, width: int) -> str:
    return metrics(look, role).elidedText(text, Qt.TextElideMode.ElideRight, width)


def label_size(lines: str) -> tuple[float, float]:
    """Width and height that a wire's text takes with a margin, px."""
    look, rows = theme.current(), lines.split("\n")
    width = max(text_width(look, "chip", row) for row in rows)
    pad = 10 if len(rows) == 1 else 6
    return width + pad, len(rows) * metrics(look, "chip").height() + 2


def chip_width(look: Theme, text: str) -> float:
    return text_width(look, "chip", text) + 2 * _CHIP_PAD


def title_left(look: Theme) -> float:
    return look.size("stripe") + _LEFT + look.size("icon") + 8


def header_rows(look: Theme, width: float, title: str, chips: tuple[str, ...]) -> int:
    """2 where title and chips do not fit into one row."""
    if not chips:
        return 1
    needed = title_left(look) + text_width(look, "card", title) + 10
    needed += sum(chip_width(look, chip) + 6 for chip in chips)
    return 1 if needed + 4 <= width else 2


def header_height(look: Theme, rows: int) -> float:
    return look.size("card_header") if rows == 1 else look.size("compact_height")


def paint_body(
    painter: QPainter,
    look: Theme,
    rect: QRectF,
    category: str,
    border: QPen,
    *,
    has_shadow: bool,
    is_pale: bool = False,
) -> None:
    """Shadow, card, stripe and border. is_pale: its turn is still to come."""
    radius = look.card_radius
    if has_shadow and look.shadow_opacity:
        room = SHADOW_ROOM
        picture = _shadow(round(rect.width()), round(rect.height()), look.shadow_opacity, radius)
        painter.drawPixmap(QPointF(rect.x() - room, rect.y() - room), picture)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("canvas" if is_pale else "surface"))
    painter.drawRoundedRect(rect, radius, radius)
    stripe = QColor(look.category(category))
    stripe.setAlphaF(0.5 if is_pale else 1.0)
    painter.fillPath(_stripe(rect.height(), look.size("stripe"), radius), stripe)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(border)
    inset = border.widthF() / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


@lru_cache(maxsize=256)
def _stripe(height: float, width: float, radius: float) -> QPainterPath:
    """The left edge of a rounded card, as wide as the stripe."""
    card = QPainterPath()
    card.addRoundedRect(QRectF(0, 0, 4 * radius + width, height), radius, radius)
    edge = QPainterPath()
    edge.addRect(QRectF(0, 0, width, height))
    return card.intersected(edge)


def paint_header(
    painter: QPainter,
    look: Theme,
    width: float,
    icon: str,
    category: str,
    title: str,
    chips: tuple[str, ...],
    dpr: float,
) -> None:
    """Icon, title and chips, in one row or two."""
    rows = header_rows(look, width, title, chips)
    row = look.size("card_header")
    side = look.size("icon")
    left = look.size("stripe") + _LEFT
    box = QRectF(left, (row - side) / 2, side, side)
    picture = theme.pixmap(icon, round(side), look.category(category), dpr)
    painter.drawPixmap(box.topLeft(), picture)
    start = title_left(look)
    chips_width = sum(chip_width(look, chip) + 6 for chip in chips)
    room = width - start - 10 - (chips_width if rows == 1 else 0)
    painter.setFont(look.font("card"))
    painter.setPen(look.color("text"))
    name = elided(look, "card", title, int(room) + 1)
    painter.drawText(QRectF(start, 0, room + 4, row), int(Qt.AlignmentFlag.AlignVCenter), name)
    if rows == 1:
        _paint_chips(painter, look, width - chips_width - 4, row / 2, chips)
    else:
        height = look.size("compact_height")
        _paint_chips(painter, look, left, row + (height - row) / 2 - 4, chips)


def extras(
    look: Theme, width: float, title: str, chips: tuple[str, ...], pill: str
) -> tuple[QRectF | None, QRectF]:
    """Behind the title: where the pill stands, if there is room, and what is free behind it."""
    row = look.size("card_header")
    left = title_left(look) + text_width(look, "card", title) + 14
    is_one_row = header_rows(look, width, title, chips) == 1
    right = width - 8 - (sum(chip_width(look, c) + 6 for c in chips) if is_one_row else 0)
    box = None
    if pill and left + chip_width(look, pill) + 4 <= right:
        height = metrics(look, "chip").height() + 5
        box = QRectF(left, (row - height) / 2, chip_width(look, pill) + 4, height)
        left = box.right() + 8
    return box, QRectF(left, 0, max(right - left, 0.0), row)


def paint_pill(painter: QPainter, look: Theme, box: QRectF, category: str, pill: str) -> None:
    """Text on the colour of the category."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.category(category))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setFont(look.font("chip"))
    painter.setPen(look.color("surface"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), pill)


def paint_remark(painter: QPainter, look: Theme, free: QRectF, remark: str) -> None:
    """Plain text, where it has room."""
    if text_width(look, "caption", remark) <= free.width():
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text2"))
        painter.drawText(free, int(Qt.AlignmentFlag.AlignVCenter), remark)


def _paint_chips(
    painter: QPainter, look: Theme, left: float, middle: float, chips: tuple[str, ...]
) -> None:
    height = metrics(look, "chip").height() + 5
    painter.setFont(look.font("chip"))
    for chip in chips:
        box = QRectF(left, middle - height / 2, chip_width(look, chip), height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("sunken"))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(look.color("text2"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), chip)
        left += box.width() + 6


def paint_collapsed(
    painter: QPainter, look: Theme, rect: QRectF, icon: str, category: str, title: str, zoom: float
) -> None:
    """Icon and title, as large as the small card allows, for a view from afar."""
    height = min(look.px("card") / zoom, rect.height() * 0.5)
    side = min(height * 1.3, rect.width() * 0.3)
    left = look.size("stripe") + min(12.0, rect.width() * 0.04)
    theme.paint_icon(
        painter,
        icon,
        QRectF(left, rect.center().y() - side / 2, side, side),
        look.category(category),
    )
    start = left + side + 8
    share = height / look.px("card")
    room = (rect.width() - start - 8) / share
    painter.save()
    painter.translate(start, 0)
    painter.scale(share, share)
    painter.setPen(look.color("text"))
    box = QRectF(0, 0, max(room, 1), rect.height() / share)
    font, words = _folded(look, title, int(room), int(box.height()))
    painter.setFont(font)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), words)
    painter.restore()


@lru_cache(maxsize=4096)
def _folded(look: Theme, title: str, width: int, height: int) -> tuple[QFont, str]:
    """A title in as many lines as a box has room for, px; the last one ends in … where it must."""
    widest = max(
        (text_width(look, "card", word) for word in title.replace("-", "- ").split()), default=0.0
    )
    share = min(width / max(widest, 1.0), LEAST_SHARE)
    font, lines = fitted(title, look.font("card"), width, max(share, _LEAST_WORD_SHARE))
    measure = QFontMetricsF(font)
    most = max(int(height / measure.lineSpacing()), 1)
    if len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines[most - 1 :] = [measure.elidedText(rest, Qt.TextElideMode.ElideRight, width)]
    return font, "\n".join(lines)


def paint_badge(painter: QPainter, look: Theme, centre: QPointF, *, is_blocking: bool) -> None:
    """An exclamation mark in a disc."""
    radius = 10.0 * look.scale
    painter.setPen(QPen(look.color("surface"), 2))
    painter.setBrush(look.color("err" if is_blocking else "warn"))
    painter.drawEllipse(centre, radius, radius)
    painter.setFont(look.font("strong"))
    painter.setPen(look.color("onphase"))
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "!")


def paint_port(
    painter: QPainter,
    look: Theme,
    slot: Slot,
    *,
    takes_labels: bool,
    state: str,
    label: str,
    goes_up: bool,
) -> None:
    """A circle, or a square for labels. state: "", "hover", "lit" (a wire may end here)."""
    radius = look.size("port_radius")
    centre = QPointF(slot.x, slot.y)
    if state == "lit":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.with_alpha("accent", 0.25))
        painter.drawEllipse(centre, radius + 7, radius + 7)
    is_lit = state in ("lit", "hover")
    painter.setPen(QPen(look.color("accent" if is_lit else "wire"), 2.0 if radius < 7 else 2.5))
    painter.setBrush(look.color("accent" if state == "hover" else "surface"))
    if takes_labels:
        box = QRectF(
            centre.x() - radius + 0.5, centre.y() - radius + 0.5, 2 * radius - 1, 2 * radius - 1
        )
        painter.drawRoundedRect(box, 2, 2)
    else:
        grow = 1.5 if is_lit else 0.0
        painter.drawEllipse(centre, radius + grow, radius + grow)
    if label:
        _paint_port_label(painter, look, slot, label, is_strong=is_lit, goes_up=goes_up)


def _paint_port_label(
    painter: QPainter, look: Theme, slot: Slot, label: str, *, is_strong: bool, goes_up: bool
) -> None:
    painter.setFont(look.font("chip"))
    painter.setPen(look.color("accenttext" if is_strong else "text2"))
    width = text_width(look, "chip", label)
    away = look.size("port_radius") + 4
    if slot.side is Side.LEFT:
        spot = QPointF(slot.x - away - width, slot.y - away)
    elif slot.side is Side.RIGHT:
        drop = metrics(look, "chip").ascent() + 5
        spot = QPointF(slot.x + away - 3, slot.y + (drop if goes_up else -away))
    elif slot.side is Side.TOP:
        spot = QPointF(slot.x - away - width - 2, slot.y - 4)
    else:
        spot = QPointF(slot.x - away - width - 2, slot.y + metrics(look, "chip").ascent() + 3)
    painter.drawText(spot, label)
