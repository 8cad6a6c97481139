"""The strip itself: one frame a step, one dot a neuron, and captions above and below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui import theme
from gui.plots.chart_look import line_height, text_width
from gui.plots.figure import CENTRE, Figure
from gui.plots.reading_box import Line
from gui.plots.stencil import Stencil
from gui.theme import Theme

_LEAST_FRAMES = 5
_MOST_KEPT = 64  # pictures


@dataclass(frozen=True, eq=False)
class MaskFrame:
    """step, and mask (n,): True = the neuron speaks."""

    step: int
    mask: NDArray[np.bool_]


@dataclass(frozen=True)
class _Place:
    """Where a frame stands, and its lattice: columns, rows, px from dot to dot."""

    frame: MaskFrame
    box: QRectF
    columns: int
    rows: int
    pitch: float
    origin: QPointF


class FilmStrip(Figure):
    """The newest frame stands at the right, framed in yellow."""

    def __init__(self) -> None:
        super().__init__("masks_strip", "Dropout masks of the last steps")
        self._frames: tuple[MaskFrame, ...] = ()
        self._mean, self._seen, self._p = 0.0, 0, 0.0
        self._pictures: dict[MaskFrame, QPixmap] = {}
        self._stencil_key: object = None
        self._band_key: object = None
        self._band = QPixmap()

    def show_film(self, frames: tuple[MaskFrame, ...], mean: float, seen: int, p: float) -> None:
        """Frames from old to new; mean share of kept neurons over the `seen` steps; p of now."""
        self._frames, self._mean, self._seen, self._p = frames, mean, seen, p
        self.setAccessibleDescription(self.caption())
        self.update()

    def caption(self) -> str:
        """What stands below the strip."""
        size = len(self._frames[-1].mask) if self._frames else 0
        return f"kept of {size}. Mean so far {self._mean:.3f}, expected {1 - self._p:.3g}"

    # geometry

    def _strip(self, look: Theme) -> QRectF:
        line = line_height(look, "chip")
        below = line_height(look, "caption") + line + 6
        top = line + 4
        return QRectF(8, top, self.width() - 16, max(self.height() - top - below - 2, 20))

    def places(self, look: Theme) -> list[_Place]:
        """The frames that there is room for, five at least, as squarely as their masks need."""
        if not self._frames:
            return []
        strip, size = self._strip(look), len(self._frames[-1].mask)
        rim, gap = self._rim(look), 5.0
        height = max(strip.height() - 2 * rim, 8)
        count = max(_LEAST_FRAMES, int((strip.width() - gap) / (min(height * 0.62, 120) + gap)))
        width = (strip.width() - gap) / count - gap
        columns, rows, pitch = lattice(size, round(width - 6, 3), round(height - 6, 3))
        found = []
        shown = self._frames[-count:]
        for number, frame in enumerate(shown):
            left = strip.left() + gap + number * (width + gap)
            box = QRectF(left, strip.top() + rim, width, height)
            origin = box.center() - QPointF(columns * pitch / 2, rows * pitch / 2)
            found.append(_Place(frame, box, columns, rows, pitch, origin))
        return found

    def _rim(self, look: Theme) -> float:
        return 9.0 * min(look.scale, 1.35)

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Strip, frames, captions."""
        strip, places = self._strip(look), self.places(look)
        if not places:
            return
        painter.drawPixmap(0, 0, self._film(strip, look))
        line = line_height(look, "chip")
        painter.setFont(look.font("chip"))
        for number, place in enumerate(places):
            is_newest = number == len(places) - 1
            self._paint_frame(painter, place, look, is_newest)
            painter.setPen(look.color("text" if is_newest else "text3"))
            above = QRectF(place.box.left() - 4, 1, place.box.width() + 8, line)
            below = QRectF(above.left(), strip.bottom() + 2, above.width(), line)
            step = str(place.frame.step)
            if text_width(look, "chip", step) <= above.width() or is_newest:
                painter.drawText(above, CENTRE | Qt.TextFlag.TextDontClip, step)
            painter.drawText(below, CENTRE, str(int(place.frame.mask.sum())))
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text2"))
        room = QRectF(8, strip.bottom() + line + 3, self.width() - 16, line_height(look, "caption"))
        text = self.caption()
        if text_width(look, "caption", text) > room.width():
            text = f"kept {self._mean:.3f}, expected {1 - self._p:.3g}"
        painter.drawText(room, CENTRE, text)

    def _film(self, strip: QRectF, look: Theme) -> QPixmap:
        """The band without frames: painted once per size and theme."""
        dpr = self.density
        key = (self.size(), strip, look.name, dpr)
        if key != self._band_key:
            picture = QPixmap(self.size() * dpr)
            picture.setDevicePixelRatio(dpr)
            picture.fill(look.color("plotbg"))
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_film(painter, strip, look)
            painter.end()
            self._band_key, self._band = key, picture
        return self._band

    def _paint_film(self, painter: QPainter, strip: QRectF, look: Theme) -> None:
        """The dark band with its holes."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#05080d") if look.is_dark else look.color("text"))
        painter.drawRoundedRect(strip, 3, 3)
        painter.setBrush(look.color("wire"))
        hole = self._rim(look) * 0.4
        step = hole * 4
        for number in range(int(strip.width() / step)):
            x = strip.left() + step * (number + 0.3)
            for y in (strip.top() + hole * 0.7, strip.bottom() - hole * 1.7):
                painter.drawRoundedRect(QRectF(x, y, hole * 2, hole), 1, 1)

    def _paint_frame(self, painter: QPainter, place: _Place, look: Theme, is_newest: bool) -> None:
        painter.drawPixmap(place.box.topLeft(), self._picture(place, look))
        if is_newest:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor("#ffd23f"), 3))
            painter.drawRoundedRect(place.box.adjusted(-1, -1, 1, 1), 2, 2)

    def _picture(self, place: _Place, look: Theme) -> QPixmap:
        """A frame is painted once; afterwards it only moves to the left."""
        dpr = self.density
        size = QSize(round(place.box.width() * dpr), round(place.box.height() * dpr))
        lattice_key = (len(place.frame.mask), place.columns, place.pitch, size, dpr, look.name)
        if lattice_key != self._stencil_key:
            corner = place.origin - place.box.topLeft()
            shape = (len(place.frame.mask), place.columns, place.pitch)
            self._stencil = Stencil(*shape, corner, size, dpr, look)
            self._stencil_key = lattice_key
            self._pictures.clear()
        known = self._pictures.get(place.frame)
        if known is None:
            if len(self._pictures) > _MOST_KEPT:
                self._pictures.clear()
            known = self._pictures[place.frame] = self._stencil.picture(place.frame.mask)
        return known

    def rows(self) -> list[list[Any]]:
        """A row a step: 1 = the neuron was kept."""
        count = len(self._frames[-1].mask) if self._frames else 0
        head = ["step", *(f"neuron {j}" for j in range(count))]
        return [head, *([f.step, *f.mask.astype(int).tolist()] for f in self._frames)]

    def lines_at(self, place: QPointF) -> list[Line]:
        """The neuron below the pointer, or what the captions mean."""
        look = theme.current()
        for found in self.places(look):
            if not found.box.contains(place):
                continue
            mask = found.frame.mask
            offset = (place - found.origin) / found.pitch
            column, row = int(offset.x() // 1), int(offset.y() // 1)
            neuron = row * found.columns + column
            kept = f"step {found.frame.step}: {int(mask.sum())} of {len(mask)} kept"
            if 0 <= column < found.columns and 0 <= neuron < len(mask):
                state = "kept, m = 1" if mask[neuron] else "turned off, m = 0"
                return [(None, kept), (None, f"neuron {neuron}: {state}")]
            return [(None, kept)]
        return [
            (None, "These are the steps shown; steps between them were not kept."),
            (
                None,
                f"Mean of {self._seen} steps seen: {self._mean!r}, expected 1 − p ="
                f" {1 - self._p!r}",
            ),
        ]


@lru_cache(maxsize=64)
def lattice(size: int, width: float, height: float) -> tuple[int, int, float]:
    """Columns, rows and the pitch (px) that fill a box; full rows where that costs little."""
    best = even = (1, size, 0.0)
    for columns in range(1, size + 1):
        rows = -(-size // columns)
        pitch = min(width / columns, height / rows)
        best = max(best, (columns, rows, pitch), key=lambda found: found[2])
        if columns * rows == size:
            even = max(even, (columns, rows, pitch), key=lambda found: found[2])
        if width / columns < 0.8 * best[2]:
            break
    return even if even[2] >= 0.85 * best[2] else best
