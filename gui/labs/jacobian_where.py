"""Where a Jacobian belongs: the cards at both ends of the edge, and which structure it has."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QPolygonF

from gui import theme
from gui.canvas.cards.paint import draw_fitting, text_width
from gui.plots.figure import LEFT, RIGHT, Figure
from gui.theme import Theme, paint_icon

_CARD, _EDGE = 40.0, 46.0
_USUAL = 3
"""Cards: what enters, the node, what hears it."""


@dataclass(frozen=True)
class End:
    """A card of the picture. node_id "" for a parameter, which cannot be pressed."""

    node_id: str
    title: str
    shape: str
    icon: str
    category: str


class WhereFigure(Figure):
    """Below each other: what enters, the node, what hears it; delta comes up the edges."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__("jacobian_where", "The edge that the Jacobian belongs to")
        self._ends: tuple[End, ...] = ()
        self.setFixedHeight(self._height_for(_USUAL))  # so that nothing jumps when it is filled

    def show_ends(self, ends: tuple[End, ...]) -> None:
        """(source, node) or (source, node, listener)."""
        self._ends = ends
        self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription(" to ".join(end.title for end in ends))
        self.update()

    def sizeHint(self) -> QSize:
        """As many cards as there are."""
        return QSize(200, self._height_for(max(len(self._ends), 1)))

    @staticmethod
    def _height_for(count: int) -> int:
        return round((count * _CARD + (count - 1) * _EDGE + 4) * theme.current().scale)

    def _boxes(self) -> list[QRectF]:
        scale = theme.current().scale
        step = (_CARD + _EDGE) * scale
        return [
            QRectF(2, 2 + k * step, self.width() - 4, _CARD * scale) for k in range(len(self._ends))
        ]

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Edges first, then cards."""
        painter.fillRect(self.rect(), look.color("surface"))
        boxes = self._boxes()
        for k, (above, below) in enumerate(pairwise(boxes)):
            self._edge(painter, look, above, below, is_chosen=k == 0)
        for k, (end, box) in enumerate(zip(self._ends, boxes, strict=True)):
            self._card(painter, look, end, box, is_chosen=k == 1)

    def _edge(
        self, painter: QPainter, look: Theme, above: QRectF, below: QRectF, *, is_chosen: bool
    ) -> None:
        scale, x = look.scale, above.center().x() - 10
        top, bottom = above.bottom() + 2, below.top() - 2
        if is_chosen:
            glow = QRectF(x - 9 * scale, top, 18 * scale, bottom - top)
            painter.fillRect(glow, look.color("highlight"))
            beside = QRectF(x + 16 * scale, top, self.width() - x - 18 * scale, bottom - top)
            draw_fitting(painter, beside, "this edge", look, "strong", "text", LEFT)
        ink = look.color("bwd")
        painter.setPen(QPen(ink, 6 * scale, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(x, top + 9 * scale), QPointF(x, bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        wing = 8 * scale
        base = top + 11 * scale
        points = [QPointF(x, top), QPointF(x - wing, base), QPointF(x + wing, base)]
        painter.drawPolygon(QPolygonF(points))

    def _card(
        self, painter: QPainter, look: Theme, end: End, box: QRectF, *, is_chosen: bool
    ) -> None:
        scale = look.scale
        color = look.category(end.category)
        painter.setPen(
            QPen(look.color("accent" if is_chosen else "border2"), 2 if is_chosen else 1)
        )
        painter.setBrush(look.color("surface"))
        painter.drawRoundedRect(box, 8, 8)
        painter.fillRect(QRectF(box.left() + 1, box.top() + 5, 5 * scale, box.height() - 10), color)
        side = 18 * scale
        mark = QRectF(box.left() + 12 * scale, box.center().y() - side / 2, side, side)
        paint_icon(painter, end.icon, mark, color)
        inner = QRectF(mark.right() + 7 * scale, box.top(), 0, box.height())
        inner.setRight(box.right() - 8 * scale)
        wide = text_width(look, "strong", end.title) + 12 * scale
        if wide + text_width(look, "chip", end.shape) > inner.width():  # below each other
            half = inner.height() / 2 - 2
            above = QRectF(inner.left(), inner.top() + 2, inner.width(), half)
            draw_fitting(painter, above, end.title, look, "strong", "text", LEFT)
            below = above.translated(0, half)
            draw_fitting(painter, below, end.shape, look, "chip", "text2", LEFT)
            return
        draw_fitting(painter, inner, end.title, look, "strong", "text", LEFT)
        draw_fitting(painter, inner, end.shape, look, "chip", "text2", RIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A card other than the node's own is looked at instead."""
        for k, (end, box) in enumerate(zip(self._ends, self._boxes(), strict=True)):
            if k != 1 and end.node_id and box.contains(event.position()):
                self.pressed.emit(end.node_id)
                return
        super().mousePressEvent(event)


_TILES = (
    ("diagonal", "element-wise"),
    ("sparse", "conv, pooling"),
    ("block", "each step, heads"),
    ("full", "softmax, dense"),
)
_WORDS = {"triangular": "nothing looks ahead", "partial": "some zeros", "scalar": "one slope"}
_SHOWN_AS = {"identity": "diagonal", "scalar": "full", "triangular": "full", "partial": "full"}


def _pattern(structure: str) -> np.ndarray:
    """6 x 6 cells of the picture of a structure."""
    grid = np.zeros((6, 6), bool)
    if structure == "diagonal":
        np.fill_diagonal(grid, True)
    elif structure == "triangular":
        grid = np.tri(6, dtype=bool)
    elif structure == "sparse":
        for row in range(6):
            grid[row, [row, (2 * row + 1) % 6]] = True
    elif structure == "block":
        for corner in (0, 2, 4):
            grid[corner : corner + 2, corner : corner + 2] = True
    else:
        grid[:] = True
    return grid


class StructureTiles(Figure):
    """Four structures as little pictures; that of the matrix is lit."""

    def __init__(self) -> None:
        super().__init__("jacobian_structure", "Structures of Jacobians")
        self._structure = ""
        self.setFixedHeight(self.sizeHint().height())

    def show_structure(self, structure: str) -> None:
        """A key of `structure.MEANINGS`."""
        self._structure = structure
        self.setAccessibleDescription(structure)
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Two rows of two."""
        return QSize(200, round(2 * 92 * theme.current().scale))

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Pictures and words."""
        painter.fillRect(self.rect(), look.color("surface"))
        scale = look.scale
        lit = _SHOWN_AS.get(self._structure, self._structure)
        width, height = self.width() / 2, 92 * scale
        for k, (name, words) in enumerate(_TILES):
            at = QRectF(k % 2 * width, k // 2 * height, width, height)
            box = at.adjusted(2, 2, -4, -6)
            is_lit = name == lit
            painter.setPen(QPen(look.color("accent" if is_lit else "border"), 2 if is_lit else 1))
            painter.setBrush(look.color("accentbg" if is_lit else "surface"))
            painter.drawRoundedRect(box, 8, 8)
            drawn = self._structure if is_lit and self._structure == "triangular" else name
            self._picture(painter, look, box, drawn, is_lit=is_lit)
            said = self._structure if is_lit else name
            row = QRectF(box.left() + 4, box.top() + 44 * scale, box.width() - 8, 19 * scale)
            ink = "accenttext" if is_lit else "text"
            draw_fitting(painter, row, said, look, "strong", ink)
            below = row.translated(0, 18 * scale)
            under = _WORDS.get(self._structure, words) if is_lit else words
            draw_fitting(painter, below, under, look, "caption", "text2")

    def _picture(
        self, painter: QPainter, look: Theme, box: QRectF, name: str, *, is_lit: bool
    ) -> None:
        scale = look.scale
        side, gap = 5.2 * scale, 1.0 * scale
        left = box.center().x() - 3 * (side + gap)
        top = box.top() + 6 * scale
        for (row, column), is_on in np.ndenumerate(_pattern(name)):
            token = ("accent" if is_lit else "text3") if is_on else "border"
            cell = QRectF(left + column * (side + gap), top + row * (side + gap), side, side)
            painter.fillRect(cell, look.color(token))
