"""The face of a layer that adds or multiplies noise to a vector: the draw of this step on top."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from gui.canvas.cards import measures, numbers
from gui.canvas.cards.draws import LETTERS, MIDDLES
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import draw_text, frame, heat_image, strip_image
from gui.canvas.cards.signs import Sign
from gui.canvas.cards.strip_face import StripFace
from gui.canvas.cards.strip_picture import largest
from gui.canvas.cards.strips import that_fits
from gui.theme import Theme, ink_on
from model.snapshot import NodeView

_WORDS = {"noise": "the noise that was added", "factor": "the factor that h was multiplied by"}


@dataclass
class _Drawn:
    """The draw as colours. reach: of the colours from the middle; which: the neuron a column."""

    view: NodeView
    theme: Theme
    image: QImage
    reach: float
    which: np.ndarray


class NoiseFace(StripFace):
    """A strip of the draw above h and delta; a factor is shown by how far it is from 1."""

    def __init__(self, count: int, sign: Sign, key: str) -> None:
        super().__init__(count, sign)
        self._key = key
        self._middle = MIDDLES[key]
        self._drawn: _Drawn | None = None

    def _row(self, theme: Theme) -> QRectF:
        columns = self.strips.columns(theme)
        top = measures.length(theme, "top")
        return QRectF(columns.left, top, columns.strip, measures.length(theme, "h_strip"))

    def extra_height(self, theme: Theme) -> float:
        """The strip of the draw."""
        return self._row(theme).bottom()

    def _draws(self, context: FaceContext) -> np.ndarray | None:
        found = None if context.view is None else context.view.extras.get(self._key)
        if found is None or np.size(found) != self.strips.count:
            return None
        return np.asarray(found).reshape(-1)

    def still_key(self, context: FaceContext) -> Hashable:
        """Whether there is a draw as well."""
        return super().still_key(context), self._draws(context) is None

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Letter and trough."""
        super().paint_still(painter, rect, context)
        theme, row = context.theme, self._row(context.theme)
        painter.save()
        painter.translate(rect.topLeft())
        edge = measures.length(theme, "stripe") + 2
        box = QRectF(edge, row.top(), row.left() - edge - 3, row.height())
        draw_text(painter, box, LETTERS[self._key], theme, "strong", "text2")
        painter.fillRect(row, theme.color("sunken"))
        if self._draws(context) is None and context.view is not None:
            row.setWidth(self.strips.columns(theme).room)
            draw_text(painter, row, "no noise outside training", theme, "caption", "text3")
        painter.restore()

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """The draw, then the strips."""
        super().paint_live(painter, rect, context)
        draws, view, theme = self._draws(context), context.view, context.theme
        if draws is None or view is None:
            return
        drawn = self._drawn_of(draws, view, theme)
        row = self._row(theme)
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(row, drawn.image)
        frame(painter, row, theme)
        if self.strips.has_values:
            self._paint_values(painter, draws, drawn, row)
        painter.restore()

    def _drawn_of(self, draws: np.ndarray, view: NodeView, theme: Theme) -> _Drawn:
        old = self._drawn
        if old is None or old.view is not view or old.theme is not theme:
            away = draws - self._middle
            which = largest(away)
            reach = float(np.abs(np.nan_to_num(away)).max(initial=0.0)) or 1.0
            shown, colours = away[which], (-reach, reach, theme, "signed")
            if self.strips.has_values:  # the numbers stand in the columns, sign and all
                image = heat_image(shown[None, :], *colours)
            else:
                image = strip_image(shown, *colours)
            self._drawn = old = _Drawn(view, theme, image, reach, which)
        return old

    def _paint_values(
        self, painter: QPainter, draws: np.ndarray, drawn: _Drawn, row: QRectF
    ) -> None:
        """With so few neurons there is room for the numbers themselves."""
        cell = self.strips.columns(drawn.theme).cell
        for j, draw in enumerate(draws.tolist()):
            box = QRectF(row.left() + j * cell, row.top(), cell, row.height())
            text = that_fits(draw, drawn.theme, cell - 8)
            ink = ink_on(drawn.image.pixelColor(j, 0))
            draw_text(painter, box, text, drawn.theme, "chip", ink)

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """A draw, or what the strips say."""
        local, row = pos - rect.topLeft(), self._row(context.theme)
        if not row.top() <= local.y() <= row.bottom():
            return super().tip_at(pos, rect, context)
        cell, draws = self.strips.columns(context.theme).cell_at(local.x()), self._draws(context)
        if cell is None:
            return ""
        if draws is None or context.view is None:
            return "Noise is drawn while training only: there is none in this picture."
        drawn = self._drawn_of(draws, context.view, context.theme)
        j = int(drawn.which[cell])
        low, high = (numbers.short(self._middle + side * drawn.reach) for side in (-1, 1))
        return (
            f"{LETTERS[self._key]}{numbers.subscript(j)} = {numbers.full(draws[j])},"
            f" {_WORDS[self._key]}\n{self.strips.place(j)}, item {context.item + 1} of the batch\n"
            f"Colours from {low} to {high}; above {self._middle:g} they stand up, below they hang"
        )
