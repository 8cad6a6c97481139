"""How one item of a data set is shown: what every kind of picture can do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures
from gui.canvas.cards.face import FaceContext
from gui.theme import Theme


@dataclass(frozen=True)
class Item:
    """One item. x: its numbers, None before there is one. label, value: the true class or number,
    None where the data set has none."""

    x: NDArray[np.floating] | None
    label: int | None = None
    value: float | None = None


class ItemView:
    """How an item looks. count: numbers it has; is_wide: needs the wider card; is_maps_wide: the
    one that is as wide as the cards of sequences."""

    is_wide = False
    is_maps_wide = False
    count = 0

    def height(self, theme: Theme) -> float:
        """px it takes."""
        return measures.length(theme, "picture")

    def paint_still(
        self, painter: QPainter, box: QRectF, context: FaceContext, has_item: bool
    ) -> None:
        """What all items share."""

    def paint(self, painter: QPainter, box: QRectF, context: FaceContext, item: Item) -> None:
        """Paint the item."""
        raise NotImplementedError

    def tip(self, pos: QPointF, box: QRectF, theme: Theme, x: NDArray[np.floating]) -> str:
        """The number under `pos` in full."""
        raise NotImplementedError

    def row_at(self, pos: QPointF, box: QRectF, theme: Theme) -> int | None:
        """The feature whose row lies under `pos`; None where features have no rows."""
        return None
