"""What the decoder makes of a grid of codes: a map of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Slot
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.chart_axes import paint_axes
from gui.plots.chart_look import Frame, line_height, text_width
from gui.plots.figure import Figure
from gui.plots.node_chooser import NodeChooser
from gui.plots.numbers import exact, short
from gui.plots.panel import PlotPanel
from gui.plots.reading_box import Line
from gui.theme import Theme

if TYPE_CHECKING:
    from model.snapshot import LatentMap, Snapshot

_NONE = (
    "A latent map needs a network that makes its input pictures again out of a layer of 2 units,"
    " without a connection around that layer: see the examples of autoencoders."
)


class LatentPlot(PlotPanel):
    """The part of the network behind the code, run on a grid over it."""

    key: ClassVar[str] = "latent"
    title: ClassVar[str] = "Latent map"
    icon: ClassVar[str] = "view-grid-outline"
    wants: ClassVar[tuple[str, ...]] = ("latent",)

    def build(self) -> QWidget:
        """The map, and the choice of a node."""
        box = self.header.add_chooser("Whose output is varied", "latent_node")
        self.chooser = NodeChooser(box, self.document)
        self.chooser.chosen.connect(self._on_chosen)
        self._shown: LatentMap | None = None
        self.map = MapView()
        return self.map

    @Slot(str)
    def _on_chosen(self, node_id: str) -> None:
        self.controller.ask(code_node=node_id)

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """The map, or what it needs."""
        found = self.newest("latent", snapshot)
        if found is None:
            self._shown = None
            self.header.set_caption("")
            return _NONE
        if found is self._shown:
            return ""
        self._shown = found
        self.chooser.show_nodes(found.candidates, found.node_id)
        self.header.set_caption(f"{len(found.x)} × {len(found.y)} codes, test mode")
        self.map.show_map(found)
        return ""


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
        left = max(text_width(look, "chip", "−00.0"), 20) + 14
        foot, half = line_height(look, "chip") + 10, line_height(look, "chip") * 0.5
        high = max(self.height() - foot - half, 20.0)
        tiles = self._tiles()
        ratio = tiles.shape[1] * tiles.shape[3] / (tiles.shape[0] * tiles.shape[2])
        wide = max(min(self.width() - left - 14, high * ratio), 20.0)
        plot = QRectF(left, half + 2, wide, min(high, wide / ratio))
        edges = [(axis[1] - axis[0]) / 2 for axis in (found.x, found.y)]
        limits = (
            float(found.x[0] - edges[0]),
            float(found.x[-1] + edges[0]),
            float(found.y[0] - edges[1]),
            float(found.y[-1] + edges[1]),
        )
        return Frame((), {}, {}, plot, limits, x_label="")

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
