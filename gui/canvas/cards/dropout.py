"""The face of dropout: who speaks and who is off in this very step, dot by dot."""

from __future__ import annotations

import math
from collections.abc import Hashable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap

from gui.canvas.cards import measures, numbers
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import draw_text, frame, text_width
from gui.canvas.cards.signs import Sign
from gui.canvas.cards.strip_face import StripFace
from gui.theme import Theme, ink_on
from model.layers.dropout import Dropout

NO_MASK = "no mask outside training"
_CATEGORY = "regularise"
_AROUND = 40.0  # px of the pill's ends and of the gaps in a header


class _Lattice(NamedTuple):
    """Rows of dots. rows: dots of neighbours stand one below the other; pitch: row to row, px."""

    rows: int
    dot: float
    pitch: float

    @property
    def height(self) -> float:
        return self.rows * self.pitch


class _Dots(NamedTuple):
    """All dots on, all dots off. place: theme, pixels of the screen a px, place within a pixel;
    kept, dropped: (rows, columns) colours; owners: (rows, columns) neuron, count = none."""

    place: tuple[Theme, float, float, float]
    kept: NDArray[np.uint32]
    dropped: NDArray[np.uint32]
    owners: NDArray[np.intp]


def _lattice(columns: measures.Columns, theme: Theme) -> _Lattice:
    """As few rows (1 to 4) as leave the dots a readable size."""
    wanted = measures.length(theme, "dot")
    rows = min(max(math.ceil(wanted / 0.75 / columns.cell - 1e-9), 1), 4)
    dot = min(0.75 * rows * columns.cell, measures.length(theme, "dot_most"))
    return _Lattice(rows, dot, dot * 1.29)


@lru_cache(maxsize=96)
def _tile(theme: Theme, is_kept: bool, dot: float, scale: float) -> QPixmap:
    """One dot at the density of the screen: a disc, or a ring with a cross."""
    side = math.ceil((dot + 2) * scale)
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    middle = QPointF(side / scale / 2, side / scale / 2)
    if is_kept:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.category(_CATEGORY))
        painter.drawEllipse(middle, dot / 2, dot / 2)
    else:
        painter.setPen(QPen(theme.color("border2"), 0.11 * dot))
        painter.drawEllipse(middle, 0.45 * dot, 0.45 * dot)
        arm = 0.45 * dot * math.sqrt(0.5)
        painter.drawLine(middle - QPointF(arm, arm), middle + QPointF(arm, arm))
        painter.drawLine(middle + QPointF(arm, -arm), middle + QPointF(-arm, arm))
    painter.end()
    return tile


class DropoutFace(StripFace):
    """The mask of the item as a lattice, the dot of neuron j above column j, then the strips."""

    def __init__(self, count: int, layer: Dropout, sign: Sign = "inherited") -> None:
        super().__init__(count, sign)
        self._layer = layer
        self._centres: tuple[Theme, list[QPointF]] | None = None
        self._dots: _Dots | None = None

    def _is_narrow(self, theme: Theme) -> bool:
        """Whether title, pill and chips do not fit beside each other in the header."""
        return self.strips.columns(theme).card < 400 * (1.2 if theme.is_projector else 1.0)

    def _is_shared(self) -> bool:
        return measures.columns(self.strips.count, False).per_cell > 1

    def _head(self, theme: Theme) -> float:
        return measures.length(theme, "tile_row") if self._is_narrow(theme) else 0.0

    def _lattice_rect(self, theme: Theme) -> QRectF:
        """Where the dots stand, px from the body's corner."""
        columns = self.strips.columns(theme)
        if self._is_shared():
            height = 4 * measures.length(theme, "dot") * 1.29
        else:
            height = _lattice(columns, theme).height
        return QRectF(columns.left, self._head(theme) + 4 * theme.scale, columns.strip, height)

    def extra_height(self, theme: Theme) -> float:
        """The lattice and, on a narrow card, the row of p."""
        return self._lattice_rect(theme).bottom() + 5 * theme.scale

    def pill(self, context: FaceContext) -> str:
        """p, where the header has room for it."""
        return "" if self._is_narrow(context.theme) else self._p()

    def remark(self, context: FaceContext) -> str:
        """How many neurons speak for this item, where the header has room for it."""
        return "" if self._is_narrow(context.theme) else self._kept(context)

    def header_tip(self, context: FaceContext) -> str:
        """p in full, and how many of how many speak."""
        said = f"p = {numbers.full(self._layer.p)}"
        mask = self._mask(context)
        if mask is None:
            return said
        kept = int(np.count_nonzero(mask))
        return f"{said}; {kept} of {mask.size} kept for item {context.item + 1} of the batch"

    def header_wish(self, theme: Theme) -> float:
        """p, and as many kept as there are neurons."""
        if self._is_narrow(theme):
            return 0.0
        most = f"{self.strips.count} kept"
        words = text_width(theme, "chip", self._p()) + text_width(theme, "caption", most)
        return words + _AROUND

    def _p(self) -> str:
        return f"p = {numbers.plain(self._layer.p)}"

    def _kept(self, context: FaceContext) -> str:
        mask = self._mask(context)
        return "" if mask is None else f"{int(np.count_nonzero(mask))} kept"

    def _mask(self, context: FaceContext) -> NDArray[np.bool_] | None:
        mask = None if context.view is None else context.view.extras.get("mask")
        if mask is None or np.size(mask) != self.strips.count:
            return None
        return np.asarray(mask, dtype=bool).reshape(-1)

    # painting

    def still_key(self, context: FaceContext) -> Hashable:
        """That of the strips, and whether there is a mask."""
        has_mask = self._mask(context) is not None
        return super().still_key(context), has_mask, context.view is None

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """p on a narrow card, the empty lattice, what stays of the strips."""
        super().paint_still(painter, rect, context)
        painter.save()
        painter.translate(rect.topLeft())
        if self._is_narrow(context.theme):
            self._paint_p(painter, context.theme)
        if self._mask(context) is None:
            self._paint_empty(painter, self._lattice_rect(context.theme), context)
        painter.restore()

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Lattice and strips; bars of neurons that are off are faded: they stop here."""
        theme = context.theme
        mask, area = self._mask(context), self._lattice_rect(theme)
        self.strips.paint_live(painter, rect, self.extra_height(theme), context, mask)
        painter.save()
        painter.translate(rect.topLeft())
        if self._is_narrow(theme):
            self._paint_kept(painter, context)
        if mask is not None and self._is_shared():
            self._paint_shared(painter, area, mask, theme)
        elif mask is not None:
            self._paint_dots(painter, mask, theme)
        painter.restore()
        self.strips.paint_followed(painter, rect, area.top(), context)

    def _pill(self, theme: Theme) -> QRectF:
        """Of p on a narrow card."""
        height = theme.px("chip") * 1.6
        left = self.strips.columns(theme).left
        return QRectF(left, 0, text_width(theme, "chip", self._p()) + height * 0.8, height)

    def _paint_p(self, painter: QPainter, theme: Theme) -> None:
        pill = self._pill(theme)
        height = pill.height()
        color = theme.category(_CATEGORY)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        draw_text(painter, pill, self._p(), theme, "chip", ink_on(color))

    def _paint_kept(self, painter: QPainter, context: FaceContext) -> None:
        theme, pill = context.theme, self._pill(context.theme)
        kept = self._kept(context)
        room = pill.translated(pill.width() + 8 * theme.scale, 0)
        room.setWidth(text_width(theme, "caption", kept) + 2)
        draw_text(painter, room, kept, theme, "caption", "text2")

    def _paint_empty(self, painter: QPainter, area: QRectF, context: FaceContext) -> None:
        theme = context.theme
        painter.fillRect(area, theme.color("sunken"))
        room = QRectF(area)
        room.setWidth(self.strips.columns(theme).room)
        if context.view is not None and area.height() >= theme.px("caption"):
            draw_text(painter, room, NO_MASK, theme, "caption", "text3")

    def _paint_dots(self, painter: QPainter, mask: NDArray[np.bool_], theme: Theme) -> None:
        """Puts the lattice together from two pictures, all dots on and all dots off."""
        device = painter.deviceTransform()
        scale = round(max(device.m11(), 0.25), 4)
        area = self._lattice_rect(theme).adjusted(-theme.scale * 4, -1, theme.scale * 4, 2)
        start = device.map(area.topLeft())
        left, top = math.floor(start.x()), math.floor(start.y())
        place = (theme, scale, round(start.x() - left, 2), round(start.y() - top, 2))
        if self._dots is None or self._dots.place != place:
            self._dots = self._dot_pictures(place, area)
        dots = self._dots
        speaks = np.append(mask, False)[dots.owners]  # the last: no dot lies there
        pixels = np.where(speaks, dots.kept, dots.dropped)
        rows, columns = pixels.shape
        form = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(pixels.data, columns, rows, columns * 4, form)
        world = painter.worldTransform()
        density = painter.device().devicePixelRatioF()
        image.setDevicePixelRatio(density)
        painter.resetTransform()
        back = painter.deviceTransform().inverted()[0]
        painter.drawImage(back.map(QPointF(left, top)), image)
        painter.setWorldTransform(world)

    def _dot_pictures(self, place: tuple[Theme, float, float, float], area: QRectF) -> _Dots:
        """Both lattices in pixels of the screen, and which neuron owns each pixel."""
        theme, scale, right, down = place
        lattice = _lattice(self.strips.columns(theme), theme)
        columns = math.ceil(area.width() * scale + right) + 1
        rows = math.ceil(area.height() * scale + down) + 1
        owners = np.full((rows, columns), self.strips.count, np.intp)
        pictures = []
        for is_kept in (True, False):
            tile = _tile(theme, is_kept, lattice.dot, scale)
            image = QImage(columns, rows, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            for j, at in enumerate(self._corners(theme)):
                x = round((at.x() - area.left()) * scale + right)
                y = round((at.y() - area.top()) * scale + down)
                painter.drawPixmap(x, y, tile)
                owners[max(y, 0) : y + tile.height(), max(x, 0) : x + tile.width()] = j
            painter.end()
            found = np.frombuffer(image.constBits(), np.uint32).reshape(rows, columns)
            pictures.append(found.copy())
        return _Dots(place, pictures[0], pictures[1], owners)

    def _corners(self, theme: Theme) -> list[QPointF]:
        """The top left corner of every dot's tile."""
        if self._centres is None or self._centres[0] is not theme:
            columns, area = self.strips.columns(theme), self._lattice_rect(theme)
            lattice = _lattice(columns, theme)
            half = lattice.dot / 2 + 1
            corners = [
                QPointF(
                    columns.x_of(j) - half,
                    area.top() + (j % lattice.rows + 0.5) * lattice.pitch - half,
                )
                for j in range(self.strips.count)
            ]
            self._centres = (theme, corners)
        return self._centres[1]

    def _paint_shared(
        self, painter: QPainter, area: QRectF, mask: NDArray[np.bool_], theme: Theme
    ) -> None:
        """Too many neurons for dots: one small tile each, those of a column stacked over it."""
        columns = self.strips.columns(theme)
        code = np.full(columns.cells * columns.per_cell, theme.color("surface").rgba(), np.uint32)
        code[: mask.size] = np.where(
            mask, theme.category(_CATEGORY).rgba(), theme.color("sunken").rgba()
        )
        pixels = np.ascontiguousarray(code.reshape(columns.cells, columns.per_cell).T)
        image = QImage(
            pixels.data,
            columns.cells,
            columns.per_cell,
            columns.cells * 4,
            QImage.Format.Format_RGB32,
        )
        painter.drawImage(area, image)
        frame(painter, area, theme)

    # pointing

    def _neuron_in_lattice(self, pos: QPointF, rect: QRectF, theme: Theme) -> int | None:
        area = self._lattice_rect(theme).translated(rect.topLeft())
        slack = measures.length(theme, "dot")
        if not area.adjusted(-slack, 0, slack, 0).contains(pos):
            return None
        columns = self.strips.columns(theme)
        x, y = pos.x() - area.left(), pos.y() - area.top()
        if self._is_shared():
            cell = min(max(int(x / columns.cell), 0), columns.cells - 1)
            neuron = cell * columns.per_cell + int(y / area.height() * columns.per_cell)
        else:
            lattice = _lattice(columns, theme)
            row = min(int(y / lattice.pitch), lattice.rows - 1)
            neuron = row + lattice.rows * round((x / columns.cell - 0.5 - row) / lattice.rows)
        return neuron if 0 <= neuron < self.strips.count else None

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """The neuron of the dot or of the column."""
        found = self._neuron_in_lattice(pos, rect, context.theme)
        return super().neuron_at(pos, rect, context) if found is None else found

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """Whether the neuron speaks in this step; below, h and delta in full."""
        neuron = self._neuron_in_lattice(pos, rect, context.theme)
        if neuron is None:
            return super().tip_at(pos, rect, context)
        mask = self._mask(context)
        if mask is None:
            return "No mask: it is drawn anew in every training step."
        state = "kept" if mask[neuron] else "dropped"
        kept = int(np.count_nonzero(mask))
        return (
            f"m{numbers.subscript(neuron)} = {int(mask[neuron])}: {state} in this step\n"
            f"neuron {neuron} of {mask.size}, item {context.item + 1} of the batch\n"
            f"{kept} of {mask.size} kept; p = {numbers.full(self._layer.p)}"
        )
