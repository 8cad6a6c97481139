"""Gradient check: analytic against central difference, node by node, and over the step size h."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from gui import theme
from gui.debugger.checking import GradientChecker
from gui.debugger.session import DebugSession
from gui.debugger.step_size_figure import STEPS_AT_BEST, StepSizeFigure
from gui.plots.header import PlotHeader
from gui.theme import Theme
from model.analysis.gradient_check import GradientReport
from model.analysis.step_sizes import STEPS, StepCurve
from model.analysis.tolerance import GOOD


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
        self.figure = StepSizeFigure(self._text)
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
        wrong = [titles.title_of(key) for key, error in report.nodes.items() if not error < GOOD]
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
