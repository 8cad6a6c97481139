"""The learning rate over the steps, where a schedule changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from gui.plots.curve_panel import CurvePanel
from gui.plots.series import Curve

if TYPE_CHECKING:
    from model.snapshot import Snapshot


class RhoPlot(CurvePanel):
    """ρ of each step, schedule and warm-up included."""

    key: ClassVar[str] = "rho"
    title: ClassVar[str] = "Learning rate"
    symbol: ClassVar[str] = "ρ"
    icon: ClassVar[str] = "speedometer"
    no_curves: ClassVar[str] = (
        "ρ is the same in every step. Choose a schedule or a warm-up in the inspector while nothing"
        " is selected, and its curve appears here."
    )

    def curves_of(self, snapshot: Snapshot) -> Sequence[Curve] | str:
        """One curve."""
        found = snapshot.curves.get("lr")
        if found is None:
            self.header.set_caption("")
            return self.no_curves
        schedule = self.document.graph.training.schedule
        self.header.set_caption(type(schedule).title)
        return [Curve("lr", found, "learning rate", "ρ", "ρ").dressed(0)]
