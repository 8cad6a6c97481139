"""The left side of the regression: points, J, and the descent."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.inspector.pieces import caption, section
from gui.widgets import NumberField, Segmented, ToggleField
from gui.widgets.number_field import Bounds
from model.analysis.objective import Reduction, RegressionObjective
from model.analysis.racing import Racer
from model.layer import Array
from model.optimizers import SGD

RATE = 0.004
_MOST = 400


class RegressionControls(QWidget):
    """Fields that the panel listens to."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.again = QPushButton("As at first")
        self.again.setToolTip("The points that were there when the laboratory was opened")
        self.fresh = QPushButton("New ones")
        self.fresh.setToolTip("Draw other points around the same line")
        self.own = QPushButton("This design's data")
        self.own.setObjectName("regression_own")
        self.own.setToolTip("Training items of the open design, where x and y are one number each")
        self.refusal = caption()
        self.refusal.setObjectName("regression_refusal")
        self.refusal.hide()
        self.reduction = Segmented([("sum", "RSS"), ("mean", "RSS / N")], "sum", "J is")
        self.reduction.setObjectName("regression_reduction")
        self.rate = NumberField(
            "learning rate", RATE, 1e-4, 1.0, symbol=r"\rho", is_log=True, bounds=Bounds(0.0, 100.0)
        )
        self.rate.setObjectName("regression_rate")
        self.bound = caption()
        self.bound.setObjectName("regression_bound")
        self.toggles = [
            ToggleField("GD: all points in every step", True),
            ToggleField("SGD: a batch in every step", True),
        ]
        for number, toggle in enumerate(self.toggles):
            toggle.setObjectName(f"regression_toggle_{number}")
        self.batch = NumberField(
            "batch size of SGD", 4, 1, count, symbol="B", is_integer=True, bounds=Bounds(1, _MOST)
        )
        self.batch.setObjectName("regression_batch")
        self._arrange()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addWidget(self.fresh)
        column.addWidget(section("Points"))
        column.addWidget(caption("Drag one; click to add one; right click takes one away."))
        column.addLayout(row)
        for part in (
            self.own,
            self.refusal,
            section("J is"),
            self.reduction,
            section("Descent"),
            self.rate,
            self.bound,
            *self.toggles,
            self.batch,
            caption("Click or drag on the map to choose another start."),
        ):
            column.addWidget(part)

    @property
    def kind(self) -> Reduction:
        """What J is."""
        return "mean" if self.reduction.value() == "mean" else "sum"

    def racers(self) -> tuple[Racer, ...]:
        """GD is 0, SGD is 1; GD where both are switched off."""
        rule = SGD(lr=self.rate.value())
        sizes = (0, int(self.batch.value()))
        found = [
            Racer(k, rule, size)
            for k, (toggle, size) in enumerate(zip(self.toggles, sizes, strict=True))
            if toggle.value()
        ]
        return tuple(found) or (Racer(0, rule),)

    def refuse(self, reason: str) -> None:
        """Why the design's data are not taken; "" where they are."""
        self.refusal.setText(reason)
        self.refusal.setVisible(bool(reason))

    def show_bound(self, objective: RegressionObjective, place: Array) -> None:
        """Above which ρ gradient descent runs away, and whether that is the case."""
        bound, rate = objective.largest_rate, self.rate.value()
        is_above = rate > bound
        self.bound.setText(
            f"ρ is above {bound:.3g}: GD diverges."
            if is_above
            else f"GD diverges above ρ = {bound:.3g}."
        )
        values = np.linalg.eigvalsh(objective.hessian(place))
        self.bound.setToolTip(
            f"2 / λ, where λ = {values[-1]:.4g} is the largest second derivative of J in any"
            f" direction. Condition number: {values[-1] / max(values[0], 1e-300):.3g}"
        )
        role = "error" if is_above else "caption"
        if self.bound.property("role") != role:
            self.bound.setProperty("role", role)
            self.bound.style().unpolish(self.bound)
            self.bound.style().polish(self.bound)
