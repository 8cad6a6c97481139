"""What every face can do: a face paints the body of one card and answers for its pixels."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import ClassVar, Literal

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from gui.theme import Theme
from model.layer import Spec
from model.snapshot import NodeView, Snapshot


@dataclass(frozen=True)
class FaceContext:
    """What a face needs to know of the moment.

    view: the node in the newest step; None before training has begun. item: position in the
    batch, from 0. neuron: the one that is followed, None for none. delta_scale: the size of delta
    that fills half a bar trough, one for the whole board. layer_index: the superscript of this
    card's output, h^(l). spec: the output of the node, None where it could not be worked out.
    absence: in a walk of the debugger, why there is no delta; "" where that is not known.
    """

    theme: Theme
    view: NodeView | None = None
    snapshot: Snapshot | None = None
    item: int = 0
    neuron: int | None = None
    delta_scale: float = 0.0
    layer_index: int = 0
    spec: Spec | None = None
    absence: str = ""


@dataclass(frozen=True)
class FaceAction:
    """What a press on a face asks for."""

    kind: Literal["previous_item", "next_item"]


class Face:
    """The body of a card with nothing in it; the other faces widen it.

    A card is its header, painted by the node item, and below it this body. `rect` is always the
    body in scene pixels: as wide as the whole card (the colour stripe included), of `size`.
    """

    header_share: ClassVar[float] = 1.0
    """Of the usual height of a header: the body may begin closer to the title."""

    def size(self, theme: Theme) -> QSizeF:
        """The body's size, px; the width is the card's."""
        return QSizeF(288.0 if theme.is_projector else 180.0, 0.0)

    def paint(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Paint the body. The painter's state is as before when this returns."""
        self.paint_still(painter, rect, context)
        self.paint_live(painter, rect, context)

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """What stays from step to step: it is painted once and kept as a picture."""

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """What each step changes, painted over the rest; it keeps off edges and ports."""

    def still_key(self, context: FaceContext) -> Hashable:
        """What `paint_still` looks at; while it is equal, the kept picture is good."""
        return None

    def forget(self) -> None:
        """Training begins anew: nothing that was learned from earlier numbers is kept."""

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """What lies under `pos`, the number in full with its symbol; "" where nothing does."""
        return ""

    def header_tip(self, context: FaceContext) -> str:
        """What pill and remark say, in full; "" where they say nothing."""
        return ""

    def said(self, context: FaceContext) -> str:
        """What the card shows, for people who listen; "" where it shows no single numbers."""
        return ""

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """The neuron painted at `pos`, from 0."""
        return None

    def neuron_x(self, neuron: int, theme: Theme) -> float | None:
        """The middle of a neuron's column, px from the card's left edge; None without columns."""
        return None

    def press(self, pos: QPointF, rect: QRectF, context: FaceContext) -> FaceAction | None:
        """What a click at `pos` asks for, None where it is no button."""
        return None

    @property
    def h_map(self) -> str:
        """The map on which the card shows h: "plain", "signed", or "" for none."""
        return ""

    @property
    def needs_legend(self) -> bool:
        """Whether it shows numbers as colours or bars."""
        return True

    def header_wish(self, theme: Theme) -> float:
        """px that pill and remark take in the header at most."""
        return 0.0

    def chip_note(self) -> str:
        """What the card's chip must add, such as `4 a cell` where neurons share one; else ""."""
        return ""

    def pill(self, context: FaceContext) -> str:
        """Text of a filled pill beside the title, such as `p = 0.5`; "" for none."""
        return ""

    def remark(self, context: FaceContext) -> str:
        """Plain text behind the pill, such as `71 kept`; "" for none."""
        return ""
