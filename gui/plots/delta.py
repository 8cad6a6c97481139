"""RMS of the error term δ at each node over time, like the strip of a seismograph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.plots.chart import Chart
from gui.plots.chart_names import in_series
from gui.plots.curve_list import CurveList
from gui.plots.curve_panel import CurvePanel
from gui.plots.series import Curve
from gui.theme import Theme

if TYPE_CHECKING:
    from model.snapshot import Snapshot

_START_SMOOTHING = 0.8
_MOST_SHARE = 0.4  # of the width that the list of nodes may take
_LEAST_CHART = 300  # px at a desk beside which the list shows itself


class DeltaPlot(CurvePanel):
    """One curve a node, on a log axis; nodes whose δ vanishes sink to the bottom.

    Where there are more nodes than labels have room, a list of all of them stands beside the chart
    if the plot is wide enough, or when it is asked for.
    """

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
        """A little smoothing to begin with; the header says so. Chart and list of nodes."""
        chart = super().build()
        self.list = CurveList(self.chart, "delta_list")
        self.list.setVisible(False)
        self._wish: bool | None = None  # whether the list is asked for; None: nobody has said
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(chart, 1)
        row.addWidget(self.list)
        later = Qt.ConnectionType.QueuedConnection  # a chart in its resizeEvent is not moved
        self.chart.named_changed.connect(self._place_list, later)
        self.chart_menu.set_smoothing(_START_SMOOTHING)
        return holder

    def add_switches(self) -> None:
        """Whether the list of nodes is shown."""
        self.list_switch = self.header.add_button(
            "format-list-bulleted", "List of all nodes: the chosen one stands out", "delta_nodes"
        )
        self.list_switch.setCheckable(True)
        self.list_switch.clicked.connect(self._on_wish)

    @Slot(bool)
    def _on_wish(self, is_on: bool) -> None:
        self._wish = is_on
        self._place_list()

    @Slot()
    def _place_list(self) -> None:
        width = min(self.list.sizeHint().width(), int(self.width() * _MOST_SHARE))
        has_room = self.width() - width >= _LEAST_CHART * self.chart.look.scale
        is_on = self.chart.is_crowded and has_room if self._wish is None else self._wish
        self.list.setFixedWidth(width)
        self.list.setVisible(is_on)
        self.list_switch.setChecked(is_on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room for the list."""
        super().resizeEvent(event)
        self._place_list()

    def dress(self, look: Theme) -> None:
        """Put on a theme; rows are wider in some."""
        super().dress(look)
        self._place_list()

    def minimumSizeHint(self) -> QSize:
        """The list takes what the chart leaves."""
        return QSize(120, 60)

    def curves_of(self, snapshot: Snapshot) -> Sequence[Curve] | str:
        """In the order in which data flows."""
        order = self.document.inference.order
        nodes = self.document.graph.nodes
        known = [key for key in order if f"delta:{key}" in snapshot.curves and key in nodes]
        found = []
        for key in known:
            view, title = snapshot.curves[f"delta:{key}"], nodes[key].title
            index = str(order.index(key) + 1)
            curve = Curve(f"delta:{key}", view, f"RMS of δ at {title}", title, "δ", index)
            found.append(curve.dressed(0, "solid", "snapshots"))
        smoothing = self.chart.smoothing
        self.header.set_caption("RMS per node" + (", smoothed" if smoothing else ""))
        return in_series(found) or self.no_curves
