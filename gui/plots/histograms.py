"""How the values and the gradients of a parameter are distributed, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSignalBlocker, Qt, Slot
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.chart_axes import paint_axes, upright_width
from gui.plots.chart_look import Frame, line_height, text_width
from gui.plots.figure import LEFT, Figure
from gui.plots.numbers import short
from gui.plots.panel import PlotPanel
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.snapshot import Histogram

if TYPE_CHECKING:
    from model.snapshot import Snapshot

_COUNT = "count"
_GAP = 18.0  # px between the two


class HistogramPlot(PlotPanel):
    """Values θ at the left, gradients ∂J/∂θ of the same step at the right."""

    key: ClassVar[str] = "histograms"
    title: ClassVar[str] = "Weights and gradients"
    short: ClassVar[str] = "Weights"
    icon: ClassVar[str] = "chart-bell-curve"
    wants: ClassVar[tuple[str, ...]] = ("histograms",)

    def build(self) -> QWidget:
        """The pair, and the choice of parameter in the header."""
        self.chooser = self.header.add_chooser(
            "Which parameter of which node", "histograms_parameter"
        )
        self.chooser.activated.connect(self._on_chosen)
        self.pair = HistogramPair()
        self._shown: object = None
        self._shown_key = ""
        return self.pair

    @Slot(int)
    def _on_chosen(self, _index: int) -> None:
        self.refresh()

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """The chosen parameter, or why there is none."""
        found = self.newest("histograms", snapshot)
        if found is None:
            return "The histograms appear with the next step."
        if not found:
            self.chooser.setVisible(False)
            return "This network has no parameters. Dense and BatchNorm layers have some."
        if found is not self._shown:
            self._fill_chooser(list(found))
        key = self.chooser.currentData()
        if found is self._shown and key == self._shown_key:
            return ""
        self._shown, self._shown_key = found, key
        self.pair.show_pair(key.rpartition(".")[2], *found[key])
        return ""

    def _fill_chooser(self, keys: list[str]) -> None:
        graph = self.document.graph
        names = []
        for key in keys:
            node_id, _, parameter = key.rpartition(".")
            title = graph.title_of(node_id) if node_id in graph else node_id
            names.append(f"{title}: {parameter}")
        box = self.chooser
        present = [(box.itemData(i), box.itemText(i)) for i in range(box.count())]
        if present != list(zip(keys, names, strict=True)):
            chosen = box.currentData()
            with QSignalBlocker(box):
                box.clear()
                for key, name in zip(keys, names, strict=True):
                    box.addItem(name, key)
                box.setCurrentIndex(keys.index(chosen) if chosen in keys else 0)
        box.setVisible(True)


class HistogramPair(Figure):
    """Two histograms with their own axes; the zero line is dashed, and exact zeros have a narrow
    bar of their own."""

    def __init__(self) -> None:
        super().__init__("histograms_pair", "Histograms of values and gradients")
        self._pair: tuple[Histogram, Histogram] | None = None
        self._name = ""

    def show_pair(self, name: str, values: Histogram, gradients: Histogram) -> None:
        """name: the parameter, such as W."""
        self._name, self._pair = name, (values, gradients)
        self.update()

    def _titles(self) -> tuple[str, str]:
        return self._name, f"∂J/∂{self._name}"

    def frames(self, look: Theme) -> list[tuple[Frame, Histogram]]:
        """Axes of both."""
        if self._pair is None:
            return []
        found = []
        width = (self.width() - _GAP - 20) / 2
        head = line_height(look, "strong") + self._lines(look) * line_height(look, "caption") + 4
        foot = line_height(look, "chip") + 10
        for number, histogram in enumerate(self._pair):
            counts = f"{int(max(histogram.counts.max(initial=1), 1))}"
            side = upright_width(_COUNT, look)
            left = 10 + number * (width + _GAP) + text_width(look, "chip", counts) + 10 + side
            right = 10 + number * (width + _GAP) + width
            plot = QRectF(left, head, max(right - left, 20), max(self.height() - head - foot, 12))
            low, high = float(histogram.edges[0]), float(histogram.edges[-1])
            low, high = min(low, 0.0), max(high, 0.0)
            room = (high - low) * 0.03 or 1.0
            top = float(histogram.counts.max(initial=1)) * 1.08
            limits = (low - room, high + room, 0.0, top)
            frame = Frame((), {}, {}, plot, limits, x_label="", most_ticks=4, y_label=_COUNT)
            found.append((frame, histogram))
        return found

    def _lines(self, look: Theme) -> int:
        """Rows that the figures take: one where there is room, two otherwise."""
        if self._pair is None:
            return 1
        room = (self.width() - _GAP - 20) / 2
        texts = [", ".join(figures(histogram)) for histogram in self._pair]
        return 1 if all(text_width(look, "caption", text) <= room for text in texts) else 2

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Figures, bars, axes, zero line."""
        for number, (frame, histogram) in enumerate(self.frames(look)):
            self._paint_head(painter, look, frame, number, histogram)
            self._paint_bars(painter, look, frame, number, histogram)
            paint_axes(painter, frame, look, has_grid=False)
            zero = frame.pixel(0.0, 0.0).x()
            pen = QPen(look.color("text2"), 1.4, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawLine(QLineF(zero, frame.plot.top(), zero, frame.plot.bottom()))

    def _paint_head(
        self, painter: QPainter, look: Theme, frame: Frame, number: int, histogram: Histogram
    ) -> None:
        width = (self.width() - _GAP - 20) / 2
        left, line = 10 + number * (width + _GAP), line_height(look, "strong")
        painter.setFont(look.font("strong"))
        painter.setPen(look.color("fwd" if number == 0 else "bwd"))
        painter.drawText(QRectF(left, 0, width, line), LEFT, self._titles()[number])
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text2"))
        parts = figures(histogram)
        rows = [", ".join(parts)] if self._lines(look) == 1 else [", ".join(parts[:2]), parts[2]]
        for row, text in enumerate(rows):
            step = line_height(look, "caption")
            shown = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(width) + 8
            )
            painter.drawText(QRectF(left, line + row * step, width + 10, step), LEFT, shown)

    def _paint_bars(
        self, painter: QPainter, look: Theme, frame: Frame, number: int, histogram: Histogram
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        color = look.color("fwd" if number == 0 else "bwd")
        for count, start, end in zip(
            histogram.counts.tolist(), histogram.edges[:-1], histogram.edges[1:], strict=True
        ):
            if count:
                a, b = frame.pixel(float(start), float(count)), frame.pixel(float(end), 0.0)
                wide = max(round(b.x()) - round(a.x()) - 1, 1)
                high = max(b.y() - a.y(), 1.0)
                painter.fillRect(QRectF(round(a.x()), b.y() - high, wide, high), color)
        if histogram.zeros:
            self._paint_zeros(painter, look, frame, histogram)
        painter.restore()

    def _paint_zeros(
        self, painter: QPainter, look: Theme, frame: Frame, histogram: Histogram
    ) -> None:
        """A narrow bar of their own for the values that are exactly 0, over the bin they are in."""
        top, foot = frame.pixel(0.0, float(histogram.zeros)), frame.pixel(0.0, 0.0)
        half = round(2.5 * look.scale)
        left, high = round(foot.x()) - half, max(foot.y() - top.y(), 1.0)
        box = QRectF(left, foot.y() - high, 2 * half, high)
        painter.fillRect(box.adjusted(-1, -1, 1, 0), look.color("plotbg"))
        painter.fillRect(box, look.color("text"))

    def rows(self) -> list[list[Any]]:
        """A row a bin."""
        found: list[list[Any]] = [["of", "from", "to", "count"]]
        for name, histogram in zip(self._titles(), self._pair or (), strict=False):
            edges = histogram.edges
            for low, high, count in zip(edges[:-1], edges[1:], histogram.counts, strict=True):
                found.append([name, low, high, count])
        return found

    def lines_at(self, place: QPointF) -> list[Line]:
        """The bin below the pointer, and all figures in full."""
        look = theme.current()
        for number, (frame, histogram) in enumerate(self.frames(look)):
            column = QRectF(frame.plot.left(), 0, frame.plot.width(), self.height())
            if not column.contains(place):
                continue
            name = self._titles()[number]
            left, right = frame.limits[:2]
            at = left + (place.x() - frame.plot.left()) / frame.plot.width() * (right - left)
            lines: list[Line] = [(None, f"{name}: {histogram.size} values")]
            index = int(np.searchsorted(histogram.edges, at, side="right")) - 1
            if 0 <= index < len(histogram.counts):
                low, high = (float(edge) for edge in histogram.edges[index : index + 2])
                count = int(histogram.counts[index])
                lines.append((None, f"{count} from {low!r} to {high!r}"))
            lines.append((None, f"mean = {histogram.mean!r}"))
            lines.append((None, f"standard deviation = {histogram.std!r}"))
            lines.append((None, f"exactly 0: {histogram.zeros} of {histogram.size}"))
            if histogram.gaps:
                lines.append((None, f"not finite: {histogram.gaps}"))
            return lines
        return []


def figures(histogram: Histogram) -> tuple[str, str, str]:
    """Mean, deviation and zeros in few words."""
    zeros = f"{histogram.zeros:,} of {histogram.size:,} exactly 0"
    if histogram.gaps:
        zeros += f", {histogram.gaps} not finite"
    return f"μ {short(histogram.mean)}", f"σ {short(histogram.std)}", zeros
