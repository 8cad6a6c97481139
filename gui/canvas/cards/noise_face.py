"""The face of a layer that adds or multiplies noise to a vector: the draw of this step on top."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from gui.canvas.cards import measures, numbers
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.maps import EXTRAS
from gui.canvas.cards.paint import draw_text, frame, heat_image
from gui.canvas.cards.signs import Sign
from gui.canvas.cards.strip_face import StripFace
from gui.theme import Theme
from model.snapshot import NodeView

_WORDS = {"noise": "the noise that was added", "factor": "the factor that h was multiplied by"}


class NoiseFace(StripFace):
    """A strip of the draw above h and delta; a factor is shown by how far it is from 1."""

    def __init__(self, count: int, sign: Sign, key: str) -> None:
        super().__init__(count, sign)
        self._key = key
        self._drawn: tuple[NodeView, Theme, QImage] | None = None

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
        draw_text(painter, box, EXTRAS[self._key][0], theme, "strong", "text2")
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
        old = self._drawn
        if old is None or old[0] is not view or old[1] is not theme:
            away = draws - 1.0 if self._key == "factor" else draws
            cells = measures.columns(self.strips.count, False)
            if cells.per_cell > 1:
                away = np.maximum.reduceat(away, np.arange(0, len(away), cells.per_cell))
            reach = float(np.abs(away).max(initial=0.0)) or 1.0
            self._drawn = old = (
                view,
                theme,
                heat_image(away[None, :], -reach, reach, theme, "signed"),
            )
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(self._row(theme), old[2])
        frame(painter, self._row(theme), theme)
        painter.restore()

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """A draw, or what the strips say."""
        local, row = pos - rect.topLeft(), self._row(context.theme)
        if not row.top() <= local.y() <= row.bottom():
            return super().tip_at(pos, rect, context)
        neuron, draws = (
            self.strips.columns(context.theme).neuron_at(local.x()),
            self._draws(context),
        )
        if neuron is None:
            return ""
        if draws is None:
            return "Noise is drawn while training only: there is none in this picture."
        name = EXTRAS[self._key][0] + numbers.subscript(neuron)
        return f"{name} = {numbers.full(draws[neuron])}, {_WORDS[self._key]}"
