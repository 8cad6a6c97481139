"""RMS of the error term δ at each node over time, like the strip of a seismograph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QWidget

from gui.plots.chart import Chart
from gui.plots.curve_panel import CurvePanel
from gui.plots.series import Curve

if TYPE_CHECKING:
    from model.snapshot import Snapshot

_COLORS = 5
_START_SMOOTHING = 0.8


class DeltaPlot(CurvePanel):
    """One curve a node, on a log axis; nodes whose δ vanishes sink to the bottom."""

    key: ClassVar[str] = "delta"
    title: ClassVar[str] = "seismograph"
    symbol: ClassVar[str] = "δ"
    symbol_token: ClassVar[str] = "bwd"
    is_symbol_first: ClassVar[bool] = True
    starts_log: ClassVar[bool] = True
    no_curves: ClassVar[str] = "The first δ appears after the first backward pass."

    def make_chart(self) -> Chart:
        """Symbols at the ends of the curves stand in for a legend."""
        return Chart("delta_chart", ends="symbol", has_legend=False)

    def build(self) -> QWidget:
        """A little smoothing to begin with; the header says so."""
        picture = super().build()
        self.menu.set_smoothing(_START_SMOOTHING)
        return picture

    def curves_of(self, snapshot: Snapshot) -> Sequence[Curve] | str:
        """In the order in which data flows."""
        order = self.document.inference.order
        nodes = self.document.graph.nodes
        known = [key for key in order if f"delta:{key}" in snapshot.curves and key in nodes]
        found = []
        for number, key in enumerate(known):
            view, title = snapshot.curves[f"delta:{key}"], nodes[key].title
            style = "dashed" if number >= _COLORS else "solid"
            index = str(order.index(key) + 1)
            curve = Curve(f"delta:{key}", view, f"RMS of δ at {title}", title, "δ", index)
            found.append(curve.dressed(number % _COLORS, style, "snapshots"))
        smoothing = self.chart.smoothing
        self.header.set_caption("RMS per node" + (", smoothed" if smoothing else ""))
        return found or self.no_curves
