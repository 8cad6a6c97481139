"""The menu of a chart: smoothing, horizontal axis, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from gui import theme
from gui.plots import export
from gui.widgets.file_dialog import FileDialog

if TYPE_CHECKING:
    from gui.plots.chart import Chart
    from gui.plots.curve_panel import CurvePanel

_WEIGHTS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)


class ChartMenu(QObject):
    """A button with the choices of one chart; `button` goes into the header."""

    folder: ClassVar[Path | None] = None
    """Where the last chart, any of them, was exported to."""

    def __init__(self, panel: CurvePanel, chart: Chart) -> None:
        super().__init__(panel)
        self._panel, self._chart = panel, chart
        key = panel.key
        self.menu = QMenu(panel)
        self.menu.setToolTipsVisible(True)
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
        for kind, text in export.KINDS.items():
            action = self.menu.addAction(theme.icon("content-save-outline"), text)
            action.setObjectName(f"{key}_export_{kind}")
            action.setData(kind)
            action.triggered.connect(self._on_export)
        self.button = QToolButton()
        self.button.setObjectName(f"{key}_menu")
        self.button.setIcon(theme.icon("dots-vertical"))
        self.button.setToolTip("Smoothing, horizontal axis, export")
        self.button.setAccessibleName(f"{panel.title}: smoothing, horizontal axis, export")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setMenu(self.menu)

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
        self._panel.refresh()

    @Slot(QAction)
    def _on_axis(self, action: QAction) -> None:
        self._panel.set_epochs(action.data() == "epoch")

    @Slot()
    def _on_export(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.ask_and_export(action.data())

    def ask_and_export(self, kind: str) -> None:
        """Ask for a file and write it; a fault becomes a message of the window."""
        title = f"Export {self._panel.title}"
        folder = ChartMenu.folder or Path.home()
        dialog = FileDialog(self._panel, title, folder, kind.upper(), kind, is_saving=True)
        chosen = dialog.ask(f"{self._panel.key}.{kind}")
        if chosen is not None:
            ChartMenu.folder = chosen.parent
            export.export_or_report(self._chart, kind, chosen, self._panel.document)
