"""What the decoder makes of a grid of codes: a map of pictures."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.chart_axes import paint_axes
from gui.plots.chart_look import Frame
from gui.plots.code_panel import AXES, CodePanel
from gui.plots.figure import Figure
from gui.plots.numbers import exact, short
from gui.plots.planar import plane_frame
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.snapshot import LatentMap


class LatentPlot(CodePanel):
    """The part of the network behind the code, run on a grid over it."""

    key: ClassVar[str] = "latent"
    title: ClassVar[str] = "Latent map"
    icon: ClassVar[str] = "view-grid-outline"
    wants: ClassVar[tuple[str, ...]] = ("latent",)
    choice: ClassVar[str] = "Whose output is varied"
    why_none: ClassVar[str] = (
        "A latent map needs a network that makes its input pictures again out of a layer of 2"
        " units, without a connection around that layer: see the examples of autoencoders."
    )

    def picture_of_codes(self) -> QWidget:
        """The map."""
        self.map = MapView()
        return self.map

    def show_codes(self, found: LatentMap) -> str:
        """How many pictures the map has."""
        self.map.show_map(found)
        return f"pictures made of {len(found.x)} × {len(found.y)} codes, test mode"


class MapView(Figure):
    """All pictures as one, with the two numbers of the code as axes."""

    def __init__(self) -> None:
        super().__init__("latent_map", "Pictures made of a grid of codes")
        self._map: LatentMap | None = None

    def show_map(self, found: LatentMap) -> None:
        """Show another map."""
        self._map = found
        self.update()

    def _tiles(self) -> np.ndarray:
        """(g, g, H, W), of the first channel where there are several."""
        pictures = self._map.pictures if self._map is not None else np.zeros((1, 1, 1, 1))
        return pictures.reshape(*pictures.shape[:2], -1, *pictures.shape[-2:])[:, :, 0]

    def frame(self, look: Theme) -> Frame | None:
        """The axes; None without a map."""
        found = self._map
        if found is None:
            return None
        tiles = self._tiles()
        ratio = tiles.shape[1] * tiles.shape[3] / (tiles.shape[0] * tiles.shape[2])
        edges = [(axis[1] - axis[0]) / 2 for axis in (found.x, found.y)]
        limits = (
            float(found.x[0] - edges[0]),
            float(found.x[-1] + edges[0]),
            float(found.y[0] - edges[1]),
            float(found.y[-1] + edges[1]),
        )
        size = QSizeF(self.size())
        frame = plane_frame(size, limits, AXES, look, most_ratio=ratio)
        frame.plot.setHeight(min(frame.plot.height(), frame.plot.width() / ratio))
        return frame

    def paint(self, painter: QPainter, look: Theme) -> None:
        """One image, the second number of the code growing upwards."""
        frame = self.frame(look)
        if frame is None:
            return
        tiles = self._tiles()[::-1]
        rows, columns, height, width = tiles.shape
        values = np.nan_to_num(tiles.transpose(0, 2, 1, 3).reshape(rows * height, columns * width))
        low, high = min(float(values.min()), 0.0), float(values.max())
        levels = np.clip((values - low) / ((high - low) or 1.0) * 255, 0, 255).astype(np.uint8)
        rgb = np.ascontiguousarray(theme.ink_lut(look)[levels])
        size = (columns * width, rows * height)
        image = QImage(rgb.tobytes(), *size, 3 * size[0], QImage.Format.Format_RGB888)
        painter.drawImage(frame.plot, image)
        self._paint_gaps(painter, frame.plot, rows, columns, look)
        paint_axes(painter, frame, look, has_grid=False)

    def _paint_gaps(
        self, painter: QPainter, plot: QRectF, rows: int, columns: int, look: Theme
    ) -> None:
        """Thin lines, so that pictures can be told apart."""
        painter.setPen(QPen(look.color("plotgrid"), 1))
        for k in range(1, columns):
            x = plot.left() + k * plot.width() / columns
            painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))
        for k in range(1, rows):
            y = plot.top() + k * plot.height() / rows
            painter.drawLine(QLineF(plot.left(), y, plot.right(), y))

    def rows(self) -> list[list[Any]]:
        """A row a code: its two numbers, then the pixels of its picture row by row."""
        found = self._map
        if found is None:
            return []
        tiles = self._tiles()
        pixels = [f"pixel {j}" for j in range(tiles[0, 0].size)]
        return [
            [*AXES, *pixels],
            *(
                [x, y, *tiles[row, column].ravel()]
                for row, y in enumerate(found.y)
                for column, x in enumerate(found.x)
            ),
        ]

    def lines_at(self, place: QPointF) -> list[Line]:
        """The code below the pointer, and how bright its picture is."""
        look = theme.current()
        frame, found = self.frame(look), self._map
        if frame is None or found is None or not frame.plot.contains(place):
            return []
        tiles = self._tiles()
        column = int((place.x() - frame.plot.left()) / frame.plot.width() * tiles.shape[1])
        row = int((frame.plot.bottom() - place.y()) / frame.plot.height() * tiles.shape[0])
        column, row = min(column, tiles.shape[1] - 1), min(row, tiles.shape[0] - 1)
        tile = tiles[row, column]
        return [
            (None, f"code = ({exact(found.x[column])}, {exact(found.y[row])})"),
            (None, f"brightness from {short(tile.min())} to {short(tile.max())}"),
        ]
