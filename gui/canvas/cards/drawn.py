"""What a snapshot looks like on a card is worked out once and painted often: for which moment."""

from __future__ import annotations

from dataclasses import dataclass

from gui.canvas.cards.face import FaceContext
from gui.theme import Theme
from model.snapshot import NodeView


@dataclass
class Drawn:
    """Base of what a face keeps from one painting to the next."""

    view: NodeView
    delta_scale: float
    theme: Theme

    def is_of(self, context: FaceContext) -> bool:
        """Whether nothing it was made of has changed."""
        return (
            self.view is context.view
            and self.theme is context.theme
            and self.delta_scale == context.delta_scale
        )
