"""What the plots of curves share: log switch, smoothing, step or epoch, export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QToolButton, QWidget

from gui.plots.chart import Chart
from gui.plots.chart_canvas import same
from gui.plots.chart_menu import ChartMenu
from gui.plots.panel import PlotPanel
from gui.plots.series import Curve, Floats
from gui.theme import Theme

if TYPE_CHECKING:
    from model.snapshot import Snapshot


class CurvePanel(PlotPanel):
    """A chart in a panel. A subclass says which curves a snapshot gives, or why none."""

    has_log: ClassVar[bool] = True
    starts_log: ClassVar[bool] = False
    no_curves: ClassVar[str] = "The first points appear after a few steps."

    def make_chart(self) -> Chart:
        """The chart; a subclass may set its limits."""
        return Chart(f"{self.key}_chart")

    def curves_of(self, snapshot: Snapshot) -> Sequence[Curve] | str:
        """The curves of a snapshot, or why there are none."""
        raise NotImplementedError

    def build(self) -> QWidget:
        """The chart, and its switches in the header."""
        self._epochs: list[tuple[float, float]] = []
        self.chart = self.make_chart()
        if self.has_log:
            self.log_pill = self._add_log_pill()
        self.chart.set_log(self.starts_log)
        self.add_switches()
        self._fit = self.header.add_button("fit-to-screen-outline", "Show everything again", "")
        self._fit.setObjectName(f"{self.key}_fit")
        self._fit.setVisible(False)
        self._fit.clicked.connect(self._on_fit)
        self.chart.view_changed.connect(self._fit.setVisible)
        self.menu = self.chart_menu = self.make_menu()
        return self.chart

    def make_menu(self) -> ChartMenu:
        """The menu; a subclass may have more in it."""
        return ChartMenu(self, self.chart)

    def export_source(self) -> Chart:
        """The chart alone."""
        return self.chart

    def add_switches(self) -> None:
        """More switches, between that of the axis and the menu."""

    def _add_log_pill(self) -> QToolButton:
        pill = self.header.add_pill(
            "log", "Logarithmic vertical axis", f"{self.key}_log", is_on=self.starts_log
        )
        pill.toggled.connect(self.chart.set_log)
        return pill

    @Slot()
    def _on_fit(self) -> None:
        self.chart.fit()

    def set_epochs(self, is_on: bool) -> None:
        """Whether the horizontal axis counts epochs instead of steps."""
        self.chart.set_x_axis(self._to_epochs if is_on else same, "epoch" if is_on else "step")

    def _to_epochs(self, steps: Floats) -> Floats:
        """Epochs of steps, from what the snapshots said: exact also where B has changed."""
        known = np.array([(0.0, 0.0), *self._epochs])
        return np.interp(steps, known[:, 0], known[:, 1])

    def note(self, snapshot: Snapshot) -> None:
        """Remember how far the epoch was; only corners of the step-to-epoch line are kept."""
        if snapshot.newest is not None:
            return  # of the past: what came later is known as well
        now = (float(snapshot.step), snapshot.epoch + snapshot.batch_index / snapshot.n_batches)
        if self._epochs and now[0] <= self._epochs[-1][0]:
            self._epochs = [pair for pair in self._epochs if pair[0] < now[0]]
        before = [(0.0, 0.0), *self._epochs]
        if len(before) > 2 and _is_straight(before[-2], before[-1], now):
            self._epochs[-1] = now
        else:
            self._epochs.append(now)

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """Draw the curves, or say why there are none."""
        found = self.curves_of(snapshot)
        self.chart.set_past(snapshot.step if snapshot.newest is not None else None)
        if isinstance(found, str):
            self.chart.set_curves(())
            return found
        self.chart.set_curves(found)
        return "" if any(len(curve.view.steps) for curve in found) else self.no_curves

    def clear(self) -> None:
        """No curves."""
        self._epochs = []
        self.chart.set_past(None)
        self.chart.set_curves(())
        self.chart.fit()

    def dress(self, look: Theme) -> None:
        """Put on a theme."""
        self.chart.dress(look)

    def set_running(self, is_running: bool) -> None:
        """A crowd of curves is drawn in a cheaper way while the training runs."""
        self.chart.set_running(is_running)


def has_dropout(document: Any) -> bool:
    """Whether the design turns neurons off while it trains; one that is not wired does not."""
    from model.layers.dropout import Dropout

    return any(
        isinstance(node.layer, Dropout) and node.layer.p > 0 and document.graph.wires_into(key)
        for key, node in document.graph.nodes.items()
    )


def _is_straight(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    bent = (b[1] - a[1]) * (c[0] - b[0]) - (c[1] - b[1]) * (b[0] - a[0])
    return abs(bent) <= 1e-9 * max(1.0, abs(c[0] * c[1]))
