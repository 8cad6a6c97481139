"""Gradient check: analytic against central difference, node by node, and over the step size h."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from gui import theme
from gui.debugger.checking import GradientChecker
from gui.debugger.session import DebugSession
from gui.plots.axes import log_ticks
from gui.plots.figure import Figure
from gui.plots.header import PlotHeader
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.gradient_check import GradientReport
from model.analysis.step_sizes import STEPS, StepCurve
from model.analysis.tolerance import GOOD

_DECADES = (-12.0, 0.0)
_TINY = 1e-17
"""An error of exactly 0 is drawn here."""
_PX_PER_TICK = 56


class CheckPanel(QWidget):
    """Switch, verdict, choice of a parameter, the U-shaped curve and its slider."""

    def __init__(self, session: DebugSession, checker: GradientChecker) -> None:
        super().__init__()
        self.setObjectName("check_panel")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session, self._checker = session, checker
        self._curve: StepCurve | None = None
        self.header = PlotHeader("")
        self.switch = self.header.add_pill(
            "on", "Compare every gradient with central differences", "check_switch"
        )
        self.switch.toggled.connect(checker.switch)
        self.chooser = QComboBox()
        self.chooser.setObjectName("check_parameter")
        self.chooser.setAccessibleName("Parameter whose steepest number is looked at")
        self.chooser.setToolTip("The curve is that of its steepest number")
        self.chooser.currentIndexChanged.connect(self._on_chosen)
        self.reading = QLabel()
        self.reading.setObjectName("check_reading")
        self.reading.setWordWrap(True)
        self.reading.setTextFormat(Qt.TextFormat.PlainText)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("check_step")
        self.slider.setAccessibleName("Step size h of the difference")
        self.slider.setToolTip("Step size h of the difference")
        self.slider.setRange(0, len(STEPS) - 1)
        self.slider.setValue(STEPS_AT_BEST)
        self.slider.valueChanged.connect(self._on_step_changed)
        self.figure = StepFigure(self._text)
        self._arrange()
        checker.reported.connect(self._on_reported)
        checker.curve_changed.connect(self._on_curve_changed)
        checker.running_changed.connect(self._on_running_changed)
        session.counted.connect(self._fill_chooser)
        session.style_changed.connect(self._on_style_changed)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())
        self._on_reported(None)

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.chooser)
        left.addWidget(self.reading)
        left.addStretch(1)
        left.addWidget(self.slider)
        right = QWidget()
        right.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        body = QHBoxLayout()
        body.setContentsMargins(14, 4, 14, 8)
        body.setSpacing(12)
        body.addWidget(right, 2)
        body.addWidget(self.figure, 3)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addLayout(body, 1)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.reading.setFont(look.font("chip"))

    # what is chosen

    @Slot(object)
    def _fill_chooser(self, _counted: object = None) -> None:
        """All parameters of the design, by node."""
        document = self._session.document
        found = document.inference
        wanted = [
            (key, name, f"{document.graph.title_of(key)}: {name}")
            for key in found.order
            for name in found.parameters.get(key, {})
        ]
        shown = [self.chooser.itemData(k) for k in range(self.chooser.count())]
        if shown == [(key, name) for key, name, _text in wanted]:
            return
        self.chooser.blockSignals(True)
        self.chooser.clear()
        for key, name, text in wanted:
            self.chooser.addItem(text, (key, name))
        self.chooser.blockSignals(False)
        self._on_chosen()

    @Slot()
    def _on_chosen(self, _index: int = 0) -> None:
        chosen = self.chooser.currentData()
        if chosen is not None:
            self._checker.show_curve(chosen[0], chosen[1], None)

    # what has been found

    @Slot(object)
    def _on_reported(self, report: GradientReport | None) -> None:
        if report is None:
            said = "Switch it on to compare every gradient of this step with differences"
            self._say("Not checked yet" if self._checker.is_on else said)
            return
        titles = self._session.document.graph
        wrong = [titles.node(key).title for key, error in report.nodes.items() if not error < GOOD]
        worst = self._text(report.worst)
        if wrong:
            self._say(f"✗ Wrong at {', '.join(wrong)}: relative error up to {worst}")
        else:
            self._say(f"✓ All {report.checked:,} compared are right: error at most {worst}")

    def _say(self, verdict: str) -> None:
        self.header.set_caption(verdict)

    @Slot(bool)
    def _on_running_changed(self, is_running: bool) -> None:
        if is_running:
            self._say("Checking …")

    @Slot(object)
    def _on_curve_changed(self, curve: StepCurve | None) -> None:
        self._curve = curve
        self.figure.show_curve(curve)
        self._on_step_changed(self.slider.value())

    @Slot(int)
    def _on_step_changed(self, place: int) -> None:
        self.figure.mark(place)
        curve = self._curve
        if curve is None:
            self.reading.setText("")
            return
        index = "" if not curve.index else str([k + 1 for k in curve.index])
        lines = [
            f"{curve.parameter + index:<8} = {self._text(curve.value)}",
            f"h        = {curve.steps[place]:.1e}",
            f"analytic = {self._text(curve.analytic)}",
            f"numeric  = {self._text(curve.estimates[place])}",
            f"error    = {curve.central[place]:.1e}",
        ]
        self.reading.setText("\n".join(lines))

    @Slot(object)
    def _on_style_changed(self, _style: object) -> None:
        self._on_step_changed(self.slider.value())

    def _text(self, value: float) -> str:
        return self._session.style.text(value)


STEPS_AT_BEST = min(range(len(STEPS)), key=lambda k: abs(math.log10(STEPS[k]) + 5))
"""The step near 1e-5, where central differences are at their best."""


class StepFigure(Figure):
    """Relative error against step size, both logarithmic: rounding at the left, the bend of J at
    the right."""

    def __init__(self, text: Callable[[float], str]) -> None:
        super().__init__("check_curve", "Relative error of differences against the step size h")
        self._text = text
        self._curve: StepCurve | None = None
        self._place = STEPS_AT_BEST

    def show_curve(self, curve: StepCurve | None) -> None:
        """Draw this; None: say why there is nothing."""
        self._curve = curve
        self.update()

    def mark(self, place: int) -> None:
        """Stand at this step."""
        self._place = place
        self.update()

    def _area(self, look: Theme) -> QRectF:
        height = QFontMetricsF(look.font("chip")).height()
        wide = QFontMetricsF(look.font("chip")).horizontalAdvance("10⁻¹⁶") + 10
        return QRectF(self.rect()).adjusted(wide, height + 2, -8, -height - 6)

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Axes, both curves, and the chosen step."""
        curve = self._curve
        if curve is None:
            painter.setPen(look.color("text3"))
            painter.setFont(look.font("body"))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            room = QRectF(self.rect()).adjusted(8, 0, -8, 0)
            painter.drawText(room, flags, "Error against step size: switch the check on.")
            return
        area = self._area(look)
        low, high = self._limits(curve)
        self._paint_axes(painter, look, area, low, high)
        for values, token, style in (
            (curve.forward, "text3", Qt.PenStyle.DashLine),
            (curve.central, "fwd", Qt.PenStyle.SolidLine),
        ):
            painter.setPen(QPen(look.color(token), 2.0, style))
            points = [
                self._spot(area, low, high, x, y)
                for x, y in zip(curve.steps, values, strict=True)
                if math.isfinite(y)
            ]
            painter.drawPolyline(points)
        y = curve.central[self._place]
        if math.isfinite(y):
            spot = self._spot(area, low, high, curve.steps[self._place], y)
            painter.setPen(QPen(look.color("border2"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(spot.x(), area.top()), QPointF(spot.x(), area.bottom()))
            painter.setPen(QPen(look.color("surface"), 2))
            painter.setBrush(look.color("bwd"))
            painter.drawEllipse(spot, 6, 6)

    def _limits(self, curve: StepCurve) -> tuple[float, float]:
        both = np.concatenate([curve.central, curve.forward])
        known = np.log10(np.maximum(both[np.isfinite(both)], _TINY))
        if not known.size:
            return -12.0, 0.0
        return math.floor(float(known.min())), math.ceil(float(known.max()) + 1e-9)

    def _spot(self, area: QRectF, low: float, high: float, x: float, y: float) -> QPointF:
        first, last = _DECADES
        across = (math.log10(x) - first) / (last - first)
        up = (math.log10(max(y, _TINY)) - low) / max(high - low, 1e-9)
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def _paint_axes(
        self, painter: QPainter, look: Theme, area: QRectF, low: float, high: float
    ) -> None:
        painter.setFont(look.font("chip"))
        height = QFontMetricsF(look.font("chip")).height()
        columns = max(2, int(area.width() / _PX_PER_TICK))
        for decade, text in log_ticks(*_DECADES, columns):
            x = self._spot(area, low, high, 10**decade, 10**low).x()
            painter.setPen(look.color("plotgrid"))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(look.color("axis"))
            box = QRectF(x - 40, area.bottom() + 3, 80, height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        rows = max(2, int(area.height() / (2 * height)))
        for decade, text in log_ticks(low, high, rows):
            y = self._spot(area, low, high, 1.0, 10**decade).y()
            painter.setPen(look.color("plotgrid"))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(look.color("axis"))
            box = QRectF(0, y - height / 2, area.left() - 5, height)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, int(flags), text)
        painter.setPen(look.color("text2"))
        top = QRectF(0, 0, self.width() - 8, height)
        metrics = QFontMetricsF(look.font("chip"))
        name, legend = "error over h", "— central  - - forward"
        needed = metrics.horizontalAdvance(name + legend) + 16
        if needed <= top.width():
            painter.drawText(top, int(Qt.AlignmentFlag.AlignLeft), name)
        painter.drawText(top, int(Qt.AlignmentFlag.AlignRight), legend)

    def lines_at(self, place: QPointF) -> list[Line]:
        """Both errors at the step below the pointer."""
        curve, area = self._curve, self._area(theme.current())
        if curve is None or not area.contains(place):
            return []
        first, last = _DECADES
        decade = first + (place.x() - area.left()) / area.width() * (last - first)
        k = int(np.argmin(np.abs(np.log10(curve.steps) - decade)))
        look = theme.current()
        return [
            (None, f"h = {curve.steps[k]:.1e}"),
            (look.color("fwd"), f"central {self._text(curve.central[k])}"),
            (look.color("text3"), f"forward {self._text(curve.forward[k])}"),
        ]
