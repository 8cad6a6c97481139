"""The loss J over time: training, validation, and the data term alone where there is a penalty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from gui.plots.best_mark import LossChart
from gui.plots.curve_panel import CurvePanel, has_dropout
from gui.plots.series import Curve
from gui.training.best_step import TIP, WayBack

if TYPE_CHECKING:
    from model.snapshot import Snapshot


class LossPlot(CurvePanel):
    """J of each step's mini-batch, and the loss of the validation part whenever it was measured."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "Loss"
    symbol: ClassVar[str] = "J"
    symbol_token: ClassVar[str] = "err"

    def make_chart(self) -> LossChart:
        """One that marks the best step."""
        self.best_chart = LossChart(f"{self.key}_chart")
        return self.best_chart

    def add_switches(self) -> None:
        """The way back to the best step, once there is one."""
        self.back_button = self.header.add_button("history", f"Go back to the best step: {TIP}", "")
        self.back_button.setObjectName("loss_best_step")
        self.back_button.setAccessibleName("Go back to the best step")
        self.back_button.setVisible(False)
        self._way_back = WayBack(self.document, self.controller, self)
        self.back_button.clicked.connect(self._way_back.go_back)

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """The curves, with the best step marked."""
        reason = super().show_snapshot(snapshot)
        self.best_chart.set_best(snapshot.best)
        self.back_button.setVisible(snapshot.best is not None)
        return reason

    def clear(self) -> None:
        """No curves, no mark."""
        super().clear()
        self.best_chart.set_best(None)
        self.back_button.setVisible(False)

    def curves_of(self, snapshot: Snapshot) -> Sequence[Curve] | str:
        """Training, validation, data term."""
        training = self.document.graph.training
        is_penalised = training.l1 > 0 or training.l2 > 0
        has_masks = has_dropout(self.document)
        curves = snapshot.curves
        found = []
        if "loss" in curves:
            name = "train" + (", dropout on" if has_masks else "")
            found.append(Curve("loss", curves["loss"], name, "train", "J").dressed(0))
        if "val_loss" in curves:
            name = "validation" + (", dropout off" if has_masks else "")
            curve = Curve("val_loss", curves["val_loss"], name, "validation", "J")
            found.append(curve.dressed(1, "dashed", "measurements", is_sparse=True))
        if is_penalised and "data_loss" in curves and len(curves["data_loss"].steps):
            name = "train, data term alone"
            curve = Curve("data_loss", curves["data_loss"], name, "data term", "J")
            found.append(curve.dressed(2, "thin"))
        if snapshot.left is not None:
            number, view = snapshot.left
            found.append(Curve("left", view, f"run {number}", f"run {number}", "J", style="ghost"))
        self.header.set_caption("data term + penalty" if is_penalised else "")
        return found or self.no_curves
