"""The answer of a loss over pictures: what was made, what was wanted, and the difference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from gui.canvas.cards import measures, numbers
from gui.canvas.cards.answer import Answer
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import draw_text, frame, heat_image, pen
from gui.canvas.cards.pictures import fitted, pixel_at
from gui.canvas.cards.why_not import NO_STEP
from gui.sign_marks import sign_mark
from gui.theme import Theme
from model.layer import Loss
from model.snapshot import NodeView

_NAMES = ("made", "wanted", "difference")
Floats = NDArray[np.floating]


class PictureAnswer(Answer):
    """Three pictures side by side, of the first channel where there are several."""

    has_columns = False

    def __init__(self, layer: Loss, shape: tuple[int, ...]) -> None:
        super().__init__(layer, 1)
        self._shape = shape
        self._rows, self._columns = shape[-2:]
        self._drawn: tuple[NodeView, Theme, list[QImage], list[QLineF]] | None = None

    def _boxes(self, theme: Theme) -> list[QRectF]:
        pad, gap = measures.length(theme, "pad"), 8.0 * theme.scale
        side = (self.width(theme) - 2 * pad - 2 * gap) / 3
        top = measures.length(theme, "top")
        return [QRectF(pad + k * (side + gap), top, side, side) for k in range(3)]

    def width(self, theme: Theme) -> float:
        """px of the whole card."""
        lengths = (measures.length(theme, name) for name in ("left", "maps", "right"))
        return sum(lengths)

    def height(self, theme: Theme) -> float:
        """Pictures and their names."""
        return self._boxes(theme)[0].bottom() + measures.length(theme, "note") + 4 * theme.scale

    def _pictures(self, context: FaceContext) -> list[Floats] | None:
        extras = {} if context.view is None else context.view.extras
        made = extras.get("probability", extras.get("prediction"))
        wanted = extras.get("target")
        if made is None or wanted is None:
            return None
        if np.shape(made) != self._shape or np.shape(wanted) != self._shape:
            return None
        shape = (-1, self._rows, self._columns)
        first, second = (np.asarray(each).reshape(shape)[0] for each in (made, wanted))
        return [first, second, first - second]

    def paint_still(self, painter: QPainter, theme: Theme) -> None:
        """Frames and names."""
        for box, name in zip(self._boxes(theme), _NAMES, strict=True):
            painter.fillRect(box, theme.color("sunken"))
            row = QRectF(box.left(), box.bottom(), box.width(), measures.length(theme, "note"))
            draw_text(painter, row, name, theme, "caption", "text2")

    def paint(self, painter: QPainter, context: FaceContext) -> None:
        """The pictures; made and wanted on one scale of ink, the difference around zero."""
        theme, found = context.theme, self._pictures(context)
        if found is None or context.view is None:
            return
        old = self._drawn
        if old is None or old[0] is not context.view or old[1] is not theme:
            low = min(0.0, float(np.nan_to_num(found[1]).min()))
            high = float(np.nan_to_num(found[1]).max()) or 1.0
            reach = float(np.abs(np.nan_to_num(found[2])).max()) or 1.0
            images = [heat_image(each, low, high, theme, "ink") for each in found[:2]]
            images.append(heat_image(found[2], -reach, reach, theme, "signed"))
            last = fitted(self._boxes(theme)[2], self._rows, self._columns)
            marks = sign_mark(found[2], last, theme.scale)
            self._drawn = old = (context.view, theme, images, marks)
        for box, image in zip(self._boxes(theme), old[2], strict=True):
            painter.drawImage(fitted(box, self._rows, self._columns), image)
            frame(painter, box, theme)
        painter.setPen(pen(theme, "text", 1.4 * theme.scale))
        painter.drawLines(old[3])

    def tip(self, pos: QPointF, context: FaceContext) -> str:
        """One pixel of all three."""
        for box in self._boxes(context.theme):
            pixel = pixel_at(pos, fitted(box, self._rows, self._columns), self._rows, self._columns)
            if pixel is None:
                continue
            found = self._pictures(context)
            if found is None:
                return NO_STEP
            told = [
                f"{name} = {numbers.full(each[pixel], is_signed=name == 'difference')}"
                for name, each in zip(_NAMES, found, strict=True)
            ]
            told.append(f"row {pixel[0]}, column {pixel[1]}, as the loss sees them")
            told.append("difference = made − wanted; + or − marks where it is largest")
            return "\n".join(told)
        return ""
