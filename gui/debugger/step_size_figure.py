"""The U-shaped curve: how far a difference is from the derivative, over its step size h."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui import theme
from gui.labs.axes_figure import AxesFigure
from gui.plots.figure import RIGHT
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.step_sizes import STEPS, StepCurve

STEPS_AT_BEST = min(range(len(STEPS)), key=lambda k: abs(math.log10(STEPS[k]) + 5))
"""The step near 1e-5, where central differences are at their best."""
_TINY = 1e-17
"""An error of exactly 0 is drawn here."""
_EMPTY = "Error against step size: switch the check on."


class StepSizeFigure(AxesFigure):
    """Relative error against step size, both logarithmic: rounding at the left, the bend of J at
    the right."""

    def __init__(self, text: Callable[[float], str]) -> None:
        super().__init__(
            "check_curve", "Relative error of differences against the step size h", "h"
        )
        self.x_is_log = self.y_is_log = True
        self.x_range = (1e-12, 1.0)
        self.y_range = (1e-12, 1.0)
        self.empty_text = _EMPTY
        self._text = text
        self._curve: StepCurve | None = None
        self._place = STEPS_AT_BEST

    def show_curve(self, curve: StepCurve | None) -> None:
        """Draw this; None: say why there is nothing."""
        self._curve = curve
        self.empty_text = _EMPTY if curve is None else ""
        if curve is not None:
            self.y_range = _limits(curve)
        self.update()

    def mark(self, place: int) -> None:
        """Stand at this step."""
        self._place = place
        self.update()

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        """Both curves, and the chosen step."""
        curve = self._curve
        if curve is None:
            return
        for values, token, style in (
            (curve.forward, "text3", Qt.PenStyle.DashLine),
            (curve.central, "fwd", Qt.PenStyle.SolidLine),
        ):
            painter.setPen(QPen(look.color(token), 2.0, style))
            self.draw_line(painter, self.screen_points(curve.steps, np.maximum(values, _TINY)))
        error = curve.central[self._place]
        if math.isfinite(error):
            spot = self.to_screen(curve.steps[self._place], max(error, _TINY))
            painter.setPen(QPen(look.color("border2"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(
                QPointF(spot.x(), self.area.top()), QPointF(spot.x(), self.area.bottom())
            )
            painter.setPen(QPen(look.color("surface"), 2))
            painter.setBrush(look.color("bwd"))
            painter.drawEllipse(spot, 6, 6)

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        """Which line is which."""
        painter.setPen(look.color("text2"))
        top = QRectF(0, 0, self.area.right(), self.area.top())
        painter.drawText(top, int(RIGHT), "— central  - - forward")

    def lines_at(self, place: QPointF) -> list[Line]:
        """Both errors at the step below the pointer."""
        curve = self._curve
        if curve is None or not self.area.contains(place):
            return []
        k = int(np.argmin(np.abs(np.log(np.asarray(curve.steps) / self.to_data(place)[0]))))
        look = theme.current()
        return [
            (None, f"h = {curve.steps[k]:.1e}"),
            (look.color("fwd"), f"central {self._text(curve.central[k])}"),
            (look.color("text3"), f"forward {self._text(curve.forward[k])}"),
        ]


def _limits(curve: StepCurve) -> tuple[float, float]:
    """Whole decades around all errors."""
    both = np.concatenate([curve.central, curve.forward])
    known = np.log10(np.maximum(both[np.isfinite(both)], _TINY))
    if not known.size:
        return 1e-12, 1.0
    low, high = math.floor(float(known.min())), math.ceil(float(known.max()) + 1e-9)
    return 10.0**low, 10.0 ** max(high, low + 1)
