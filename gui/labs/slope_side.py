"""The step in numbers: the rule with its values, what the tangent promises, and what comes."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.inspector.pieces import Number, caption, section
from gui.labs.axes_figure import signed
from gui.labs.pieces import head_row, scrolled
from gui.labs.race_curves import CurvesFigure, Run
from gui.labs.soft_formula import SoftFormula
from gui.labs.stacked import Stacked
from gui.widgets import ElidedLabel
from model.analysis.descent_slope import SlopeStudy
from model.teaching.number_style import NumberStyle

_LEVELS = {
    "right": "ok",
    "too small": "accent",
    "too large": "error",
    "diverging": "error",
    "at rest": "",
}
_NUMBERS = NumberStyle(digits=4)
_MARKS = {"right": "✓ ", "diverging": "✗ "}


class SlopeSide(Stacked):
    """Formulas and numbers above, J against the steps below."""

    def __init__(self) -> None:
        super().__init__()
        title = ElidedLabel("The step in numbers", role="card")
        self.add_picture("Numbers", head_row(title), self._numbers(), 5)
        self.curve = CurvesFigure("slope_losses", "J against the steps", "step", "J")
        self.curve.has_labels = False
        self.curve.setMinimumHeight(120)
        title = ElidedLabel("J after each step", role="card")
        self.add_picture("Losses", head_row(title), self.curve, 3)

    def _numbers(self) -> QWidget:
        page = QWidget()
        page.setProperty("kind", "panel")
        rows = QVBoxLayout(page)
        rows.setContentsMargins(14, 4, 12, 8)
        rows.setSpacing(6)
        rows.addWidget(section("The learning rate"))
        self.verdict = QLabel()
        self.verdict.setObjectName("slope_verdict")
        self.verdict.setProperty("kind", "chip")
        self.verdict.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        rows.addWidget(self.verdict)
        self.reason = caption()
        self.reason.setObjectName("slope_reason")
        rows.addWidget(self.reason)
        self.bound = caption()
        self.bound.setObjectName("slope_bound")
        rows.addWidget(self.bound)
        rows.addSpacing(8)
        rows.addWidget(section("The next step"))
        rows.addWidget(SoftFormula(r"\theta_{t+1} = \theta_t - \rho \, J'(\theta_t)"))
        self.sum = Number()
        self.sum.setObjectName("slope_sum")
        self.sum.setWordWrap(True)
        rows.addWidget(self.sum)
        rows.addSpacing(8)
        rows.addLayout(self._facts())
        rows.addStretch(1)
        return scrolled(page)

    def _facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._values: dict[str, Number] = {}
        for row, (key, words, tip) in enumerate(
            (
                ("slope", "slope J′(θ)", "Growth of J a unit of θ, along the tangent"),
                ("second", "bend J″(θ)", "Growth of the slope a unit of θ"),
                ("promise", "the tangent promises", "−ρ J′(θ)²: the change of J along the tangent"),
                ("truth", "J really changes by", "J at the end of the step less J here"),
            )
        ):
            label = caption(words)
            label.setToolTip(tip)
            value = Number(is_right=True)
            value.setObjectName(f"slope_{key}")
            value.setToolTip(tip)
            self._values[key] = value
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1)
        return grid

    def show_study(self, study: SlopeStudy, position: int) -> None:
        """The numbers of this step."""
        k = min(position, study.path.steps)
        theta, slope = float(study.path.thetas[k, 0]), float(study.slopes[k])
        ahead = float(study.ahead[k])
        negative = f"({_NUMBERS.text(slope)})" if slope < 0 else _NUMBERS.text(slope)
        parts = f"{_NUMBERS.text(theta)} − {_NUMBERS.text(study.rate)} · {negative}"
        self.sum.setText(f"{_NUMBERS.text(ahead)} = {parts}")
        self._values["slope"].setText(signed(slope))
        self._values["second"].setText(signed(float(study.seconds[k])))
        self._values["promise"].setText(signed(float(study.promises[k])))
        truth = float(study.ahead_losses[k]) - float(study.path.losses[k])
        self._values["truth"].setText(signed(truth))
        self._show_verdict(study)
        steps = np.arange(study.path.steps + 1, dtype=float)
        self.curve.show_runs([Run(0, "J", steps, study.path.losses, k)], cursor=float(k))

    def _show_verdict(self, study: SlopeStudy) -> None:
        found = study.verdict
        self.verdict.setText(f"{_MARKS.get(found.kind, '')}ρ = {study.rate:.4g}: {found.kind}")
        level = _LEVELS[found.kind]
        if self.verdict.property("level") != level:
            self.verdict.setProperty("level", level)
            theme.repolish(self.verdict)
        self.reason.setText(found.words)
        self.bound.setText(_bound_words(study))
        self.bound.setVisible(bool(self.bound.text()))


def _bound_words(study: SlopeStudy) -> str:
    """The bound 2 / J'' where it is known."""
    found = study.verdict
    if math.isnan(found.bound):
        return "No bound is known for this function: its bend differs from place to place."
    where = "everywhere" if found.is_everywhere else "at this minimum"
    return (
        f"J″ = {found.second:.4g} {where}: steps run away above ρ = 2/J″ = {found.bound:.4g},"
        f" and ρ = 1/J″ = {found.bound / 2:.4g} arrives at once"
        + ("." if found.is_everywhere else ", once it is near.")
    )
