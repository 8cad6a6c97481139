"""Where the active card's box lies in the window: beside its card, off the cards around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSizeF

Side = Literal["right", "left", "below", "above", "over"]
_ORDER: tuple[Side, ...] = ("right", "left", "below", "above", "over")
GAP = 16.0
"""Between box and card: the beak lies there."""
_KEEP = 0.04
"""Share of the box that may be hidden before it changes sides from one step to the next."""


class Spot(NamedTuple):
    """box: in pixels of the window. side: of the card on which it lies."""

    box: QRectF
    side: Side


class Obstacle(NamedTuple):
    """weight: how bad it is to hide a part, by the share of the box that lies on it. whole: how bad
    it is to hide it wholly, by the share of it that is hidden."""

    box: QRectF
    weight: float
    whole: float = 0.0


def best_spot(
    size: QSizeF,
    card: QRectF,
    window: QRectF,
    obstacles: Sequence[Obstacle],
    before: Side | None = None,
) -> Spot:
    """The place that hides least, wholly inside the window where it fits there. before: the side of
    the last step, which is kept where it is about as good."""
    area = max(size.width() * size.height(), 1.0)
    scored = []
    active = Obstacle(card, 1.0, 1.0)
    for rank, spot in enumerate(_candidates(size, card, window)):
        hidden = sum(_cost(spot.box, each, area) for each in (active, *obstacles))
        if spot.side == before:
            hidden -= _KEEP
        scored.append((round(hidden, 3), rank, spot))
    return min(scored, key=lambda each: each[:2])[2]


def _cost(box: QRectF, obstacle: Obstacle, area: float) -> float:
    common = _area(box & obstacle.box)
    if not common:
        return 0.0
    return obstacle.weight * common / area + obstacle.whole * common / _area(obstacle.box)


def _candidates(size: QSizeF, card: QRectF, window: QRectF) -> Iterable[Spot]:
    middle = card.center()
    width, height = size.width(), size.height()
    for side in _ORDER:
        if side in ("right", "left"):
            x = card.right() + GAP if side == "right" else card.left() - GAP - width
            for y in (middle.y() - height / 2, card.top(), card.bottom() - height):
                yield Spot(_inside(QRectF(x, y, width, height), window), side)
        elif side in ("below", "above"):
            y = card.bottom() + GAP if side == "below" else card.top() - GAP - height
            for x in (middle.x() - width / 2, card.left(), card.right() - width):
                yield Spot(_inside(QRectF(x, y, width, height), window), side)
        else:
            box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
            yield Spot(_inside(box, window), side)


def _inside(box: QRectF, window: QRectF) -> QRectF:
    x = min(max(box.x(), window.left()), max(window.right() - box.width(), window.left()))
    y = min(max(box.y(), window.top()), max(window.bottom() - box.height(), window.top()))
    return QRectF(x, y, box.width(), box.height())


def _area(box: QRectF) -> float:
    return box.width() * box.height() if box.width() > 0 and box.height() > 0 else 0.0


def beak(box: QRectF, card: QRectF, half: float) -> list[QPointF]:
    """Tip and feet of the triangle from the box to its card; none where they overlap or the card
    is not beside the box."""
    if box.intersects(card):
        return []
    if card.right() <= box.left() or card.left() >= box.right():
        low, high = max(box.top(), card.top()), min(box.bottom(), card.bottom())
        if low > high:
            return []
        y = min(max((low + high) / 2, box.top() + 2 * half), box.bottom() - 2 * half)
        is_left = card.right() <= box.left()
        foot = box.left() + 1 if is_left else box.right() - 1
        near = (max(card.right(), box.left() - GAP), min(card.left(), box.right() + GAP))
        tip = near[0] if is_left else near[1]
        return [QPointF(tip, y), QPointF(foot, y - half), QPointF(foot, y + half)]
    low, high = max(box.left(), card.left()), min(box.right(), card.right())
    x = min(max((low + high) / 2, box.left() + 2 * half), box.right() - 2 * half)
    is_above = card.bottom() <= box.top()
    foot = box.top() + 1 if is_above else box.bottom() - 1
    tip = max(card.bottom(), box.top() - GAP) if is_above else min(card.top(), box.bottom() + GAP)
    return [QPointF(x, tip), QPointF(x - half, foot), QPointF(x + half, foot)]
