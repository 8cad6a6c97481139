"""The codes of many items: the output of a narrow node as a cloud of points."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.chart_axes import paint_axes
from gui.plots.chart_look import Frame, line_height, text_width
from gui.plots.figure import LEFT, Figure
from gui.plots.node_chooser import NodeChooser
from gui.plots.numbers import exact
from gui.plots.panel import PlotPanel
from gui.plots.plane import paint_mark
from gui.plots.reading_box import Line
from gui.theme import Theme

if TYPE_CHECKING:
    from model.snapshot import Codes, Snapshot

_REACH = 8.0  # px from a point within which the pointer means it
_MARGIN = 0.06
_NONE = (
    "Codes are the output of a layer with two numbers or more, such as a Dense layer of 2 units."
    " This design has none."
)


class CodePlot(PlotPanel):
    """The first two numbers of a node's output over the validation part."""

    key: ClassVar[str] = "codes"
    title: ClassVar[str] = "Codes"
    icon: ClassVar[str] = "scatter-plot"
    wants: ClassVar[tuple[str, ...]] = ("codes",)

    def build(self) -> QWidget:
        """The cloud, and the choice of a node."""
        box = self.header.add_chooser("Whose output is shown", "codes_node")
        self.chooser = NodeChooser(box, self.document)
        self.chooser.chosen.connect(self._on_chosen)
        self._shown: Codes | None = None
        self.cloud = CloudView()
        return self.cloud

    @Slot(str)
    def _on_chosen(self, node_id: str) -> None:
        self.controller.ask(code_node=node_id)

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """The cloud, or why there is none."""
        found = self.newest("codes", snapshot)
        if found is None:
            self._shown = None
            self.header.set_caption("")
            return _NONE
        if found is self._shown:
            return ""
        self._shown = found
        self.chooser.show_nodes(found.candidates, found.node_id)
        more = f", first 2 of {found.width} numbers" if found.width > 2 else ""
        self.header.set_caption(f"{len(found.points)} {found.part} items{more}")
        self.cloud.show_codes(found)
        return ""


class CloudView(Figure):
    """Points with axes; classes by colour and shape, and their names in the middle of each."""

    def __init__(self) -> None:
        super().__init__("codes_cloud", "The codes of the items as points")
        self._codes: Codes | None = None

    def show_codes(self, codes: Codes) -> None:
        """Show other codes."""
        self._codes = codes
        self.update()

    def frame(self, look: Theme) -> Frame | None:
        """The axes; None without codes."""
        codes = self._codes
        if codes is None or not len(codes.points):
            return None
        left = max(text_width(look, "chip", "−00.0"), 20) + 14
        foot, half = line_height(look, "chip") + 10, line_height(look, "chip") * 0.5
        width = self.width() - left - self._legend_width(look) - 14
        plot = QRectF(left, half + 2, width, self.height() - foot - half)
        plot.setSize(plot.size().expandedTo(QRectF(0, 0, 20, 20).size()))
        points = codes.points[np.isfinite(codes.points).all(axis=1)]
        if not len(points):
            return Frame((), {}, {}, plot, (-1.0, 1.0, -1.0, 1.0), x_label="")
        low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
        gap = np.maximum((high - low) * _MARGIN, 1e-6)
        low, high = low - gap, high + gap
        limits = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
        return Frame((), {}, {}, plot, limits, x_label="")

    def _legend_width(self, look: Theme) -> float:
        names = self._codes.classes if self._codes else ()
        if not names:
            return 0.0
        widest = max(text_width(look, "caption", name) for name in names)
        return min(widest, self.width() * 0.28) + 26 * look.scale

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Axes, points, names."""
        frame, codes = self.frame(look), self._codes
        if frame is None or codes is None:
            return
        paint_axes(painter, frame, look, has_grid=False)
        labels = np.zeros(len(codes.points), int) if codes.labels is None else codes.labels
        radius = (2.6 if len(labels) > 200 else 3.4) * min(look.scale, 1.4)
        for (x, y), label in zip(codes.points.tolist(), labels.tolist(), strict=True):
            if np.isfinite(x) and np.isfinite(y):
                paint_mark(painter, frame.pixel(x, y), int(label), radius, look)
        self._paint_names(painter, frame, codes, look)
        self._paint_legend(painter, frame, codes, look)

    def _paint_names(self, painter: QPainter, frame: Frame, codes: Codes, look: Theme) -> None:
        """The name of each class in the middle of its points, with a halo."""
        if codes.labels is None:
            return
        font = look.font("strong")
        for number, name in enumerate(codes.classes):
            own = codes.points[codes.labels == number]
            own = own[np.isfinite(own).all(axis=1)]
            if not len(own):
                continue
            middle = frame.pixel(*(float(v) for v in np.median(own, axis=0)))
            path = QPainterPath()
            width = text_width(look, "strong", name)
            path.addText(
                middle + QPointF(-width / 2, line_height(look, "strong") * 0.3), font, name
            )
            painter.strokePath(path, QPen(look.color("plotbg"), 3.5 * min(look.scale, 1.4)))
            painter.fillPath(path, look.color("text"))

    def _paint_legend(self, painter: QPainter, frame: Frame, codes: Codes, look: Theme) -> None:
        left, line = frame.plot.right() + 12, line_height(look, "caption") + 3
        painter.setFont(look.font("caption"))
        for number, name in enumerate(codes.classes):
            middle = frame.plot.top() + (number + 0.5) * line
            if middle + line / 2 > self.height():
                break
            paint_mark(painter, QPointF(left + 5, middle), number, 4 * look.scale, look)
            start = left + 8 + 6 * look.scale
            room = self.width() - start - 2
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room))
            painter.setPen(look.color("text2"))
            painter.drawText(QRectF(start, middle - line / 2, room, line), LEFT, shown)

    def lines_at(self, place: QPointF) -> list[Line]:
        """The item below the pointer."""
        look = theme.current()
        frame, codes = self.frame(look), self._codes
        if frame is None or codes is None or not frame.plot.contains(place):
            return []
        left, right, bottom, top = frame.limits
        x = frame.plot.left() + (codes.points[:, 0] - left) / (right - left) * frame.plot.width()
        y = frame.plot.bottom() - (codes.points[:, 1] - bottom) / (top - bottom) * (
            frame.plot.height()
        )
        gaps = np.nan_to_num(np.hypot(x - place.x(), y - place.y()), nan=np.inf)
        index = int(np.argmin(gaps))
        if gaps[index] > _REACH * look.scale:
            return []
        first, second = codes.points[index]
        lines: list[Line] = [(None, f"code = ({exact(first)}, {exact(second)})")]
        if codes.labels is not None:
            label = int(codes.labels[index])
            lines.append((look.series(label), f"y = {codes.classes[label]}"))
        return [*lines, (None, f"{codes.part} item {index}, step {codes.at_step}, test mode")]
