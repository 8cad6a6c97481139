"""What the upper part of a loss card can do, and the numbers it is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures
from gui.canvas.cards.face import FaceContext
from gui.theme import Theme
from model.layer import Loss


class Answer:
    """The upper part of a loss card; coordinates are px from the body's corner."""

    has_columns = True

    def __init__(self, layer: Loss, count: int) -> None:
        self.layer = layer
        self.count = count

    def columns(self, theme: Theme) -> measures.Columns:
        """The same as those of the layer that answers."""
        return measures.columns_for(self.count, theme)

    def width(self, theme: Theme) -> float:
        """px of the whole card."""
        return self.columns(theme).card

    def height(self, theme: Theme) -> float:
        """px down to the line above J."""
        raise NotImplementedError

    def paint_still(self, painter: QPainter, theme: Theme) -> None:
        """What stays from step to step."""

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """Paint what the step has changed, over the rest."""
        raise NotImplementedError

    def tip(self, pos: QPointF, context: FaceContext) -> str:
        """The number under `pos` in full."""
        raise NotImplementedError

    def neuron_at(self, x: float, theme: Theme) -> int | None:
        """The output whose column is at x."""
        return self.columns(theme).neuron_at(x)


def numbers_of(context: FaceContext, key: str, count: int) -> NDArray[np.floating] | None:
    """So many numbers of the snapshot; None where they are not there."""
    found: Any = None if context.view is None else context.view.extras.get(key)
    if found is None or np.size(found) != count:
        return None
    return np.asarray(found).reshape(-1)


def label_of(context: FaceContext) -> int | None:
    """The true class, where the target is a class number."""
    target = None if context.view is None else context.view.extras.get("target")
    return int(target) if target is not None and np.ndim(target) == 0 else None
