"""The menu of a chart: smoothing, horizontal axis, export."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLabel, QSlider, QVBoxLayout, QWidget, QWidgetAction

from gui.plots.export_menu import ExportMenu

if TYPE_CHECKING:
    from gui.plots.chart import Chart
    from gui.plots.curve_panel import CurvePanel

_WEIGHTS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)


class ChartMenu(ExportMenu):
    """The choices of one chart."""

    words: ClassVar[str] = "Smoothing, horizontal axis, export"

    def __init__(self, panel: CurvePanel, chart: Chart) -> None:
        self._curves, self._chart = panel, chart
        super().__init__(panel)

    def add_choices(self) -> None:
        """Smoothing and the horizontal axis."""
        key = self._curves.key
        self._add_slider(key)
        self.menu.addSeparator()
        self._axes = QActionGroup(self)
        for name, tip in (("step", "Count updates"), ("epoch", "Count passes over the data")):
            action = self.menu.addAction(f"Horizontal axis: {name}")
            action.setObjectName(f"{key}_axis_{name}")
            action.setToolTip(tip)
            action.setCheckable(True)
            action.setChecked(name == "step")
            action.setData(name)
            self._axes.addAction(action)
        self._axes.triggered.connect(self._on_axis)
        self.menu.addSeparator()

    def _add_slider(self, key: str) -> None:
        holder = QWidget()
        rows = QVBoxLayout(holder)
        rows.setContentsMargins(12, 6, 12, 6)
        self._caption = QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName(f"{key}_smoothing")
        self.slider.setAccessibleName("Smoothing")
        self.slider.setToolTip(
            "Exponential moving average over the points of the curve; the curve itself stays"
            " behind it, faint"
        )
        self.slider.setRange(0, len(_WEIGHTS) - 1)
        self.slider.setPageStep(2)
        self.slider.setMinimumWidth(180)
        rows.addWidget(self._caption)
        rows.addWidget(self.slider)
        action = QWidgetAction(self.menu)
        action.setDefaultWidget(holder)
        self.menu.addAction(action)
        self.slider.valueChanged.connect(self._on_smoothing)
        self._on_smoothing(0)

    def set_smoothing(self, weight: float) -> None:
        """Put the slider where this weight is. Raises: ValueError for one it does not have."""
        self.slider.setValue(_WEIGHTS.index(weight))

    @Slot(int)
    def _on_smoothing(self, index: int) -> None:
        weight = _WEIGHTS[index]
        self._caption.setText(f"Smoothing: {weight:g}" if weight else "Smoothing: off")
        self._chart.set_smoothing(weight)
        self._curves.refresh()

    @Slot(QAction)
    def _on_axis(self, action: QAction) -> None:
        self._curves.set_epochs(action.data() == "epoch")
