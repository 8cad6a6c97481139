"""Paints the active card's box: frame and beak, head, tiles with signs, sentences."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui import theme
from gui.canvas import node_paint
from gui.canvas.cards.paint import CENTRE, LEFT, draw_fitting, text_width
from gui.debugger.number_text import NumberStyle
from gui.debugger.step_face_content import StepContent, Tile, TileLine
from gui.debugger.step_face_layout import PAD, Laid, head_height, row_height, slope_size
from gui.debugger.step_face_tiles import Role, paint_tile
from gui.debugger.views import math_paint
from gui.theme import Theme
from model.teaching.terms import is_lit


def paint_frame(
    painter: QPainter, look: Theme, token: str, box: QRectF, beak: list[QPointF]
) -> None:
    """Glow, beak and border, in px of the window."""
    color, radius = look.color(token), look.card_radius
    painter.setPen(Qt.PenStyle.NoPen)
    if not look.is_projector and theme.duration_ms("debugger"):
        painter.setBrush(look.with_alpha(token, 0.075))
        for grow in (2.5, 5.5, 9.5):
            around = box.adjusted(-grow, -grow, grow, grow)
            painter.drawRoundedRect(around, radius + grow, radius + grow)
    if beak:
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF(beak))
    painter.setPen(QPen(color, 3.0 * (1.4 if look.is_projector else 1.0)))
    painter.setBrush(look.color("surface"))
    painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), radius, radius)


@dataclass(frozen=True)
class StepFacePainter:
    """What stands in the box, px from its corner at full size. term: the one that is lit."""

    content: StepContent
    laid: Laid
    look: Theme
    style: NumberStyle
    term: str

    def paint(self, painter: QPainter) -> None:
        """All of it."""
        self._paint_head(painter)
        self._paint_lines(painter)

    @property
    def _right(self) -> float:
        return self.laid.size.width() - PAD

    def _paint_head(self, painter: QPainter) -> None:
        look, content = self.look, self.content
        row = QRectF(PAD, PAD - 4, self._right - PAD, head_height(look) - 4)
        wide = node_paint.text_width(look, "section", content.headline) + 2
        title = row.adjusted(0, 0, -wide - 12, 0)
        draw_fitting(painter, title, content.title, look, "card", "text", LEFT)
        painter.setFont(look.font("section"))
        painter.setPen(look.color(content.token))
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(row, flags, content.headline)

    def _paint_lines(self, painter: QPainter) -> None:
        look, place = self.look, 0
        bottom = PAD + head_height(look)
        for line in self.laid.shown:
            boxes = self.laid.boxes[place : place + len(line.tiles)]
            place += len(line.tiles)
            self._paint_line(painter, line, [box for box, _, _ in boxes])
            bottom = boxes[0][0].bottom() + 3
            if line.written:
                row = QRectF(PAD, bottom, self._right - PAD, row_height(look))
                fits = [t for t in line.written if text_width(look, "caption", t) <= row.width()]
                text = fits[0] if fits else line.written[-1]
                draw_fitting(painter, row, text, look, "caption", "text", CENTRE)
                bottom = row.bottom()
            bottom += 3
        if self.laid.slope:
            bottom = self._paint_slope(painter, bottom)
        for text in self.laid.words:
            row = QRectF(PAD, bottom, self._right - PAD, row_height(look))
            draw_fitting(painter, row, text, look, "caption", "text2", CENTRE)
            bottom = row.bottom()

    def _paint_slope(self, painter: QPainter, top: float) -> float:
        """Returns where the row ends."""
        look, px = self.look, self.look.px("maths")
        size = slope_size(self.laid.slope, look)
        width = self._right - PAD
        share = min(1.0, width / size.width())
        painter.save()
        painter.translate(PAD + (width - share * size.width()) / 2, top + 1)
        painter.scale(share, share)
        math_paint.paint(painter, QPointF(0, 0), self.laid.slope, px, look, lit=self.term)
        painter.restore()
        return top + size.height() + 6

    def _paint_line(self, painter: QPainter, line: TileLine, boxes: list[QRectF]) -> None:
        look, content = self.look, self.content
        index = (content.here, line.below)
        for k, (box, tile) in enumerate(zip(boxes, line.tiles, strict=True)):
            role = self._role(tile, is_last=k == len(boxes) - 1)
            paint_tile(painter, box, tile, role, content.token, look, self.style, index)
        pairs = itertools.pairwise(boxes)
        for sign, (box, following) in zip(line.signs, pairs, strict=True):
            gap = QRectF(box.right(), box.top(), following.left() - box.right(), box.height())
            draw_fitting(painter, gap.adjusted(1, 0, -1, 0), sign, look, "hero", "text", CENTRE)

    def _role(self, tile: Tile, *, is_last: bool) -> Role:
        """What is pointed at is lit; else the local derivative is."""
        if is_lit(self.term, tile.terms):
            return "lit"
        if is_last:
            return "filled"
        if "local" in tile.terms:
            return "plain" if self.term else "lit"
        return "light"
