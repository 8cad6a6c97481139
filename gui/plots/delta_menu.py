"""The menu of the seismograph: start again with other first values, and curves for contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction

from gui.plots.chart_menu import ChartMenu
from model.first_values import CHOICES, present_choice

if TYPE_CHECKING:
    from gui.plots.delta import DeltaPlot

_WAITS = "There is nothing to keep yet: press Run."
_NONE_KEPT = "No curves are kept."


class DeltaMenu(ChartMenu):
    """What a chart has, and the switch of initialisation."""

    words: ClassVar[str] = "First values of the weights, contrast, smoothing, export"

    def add_choices(self) -> None:
        """The first values on top."""
        # the seismograph makes this menu for itself; the base knows any panel of curves
        self._delta: DeltaPlot = self._curves  # type: ignore[assignment]
        values = self.menu.addMenu("Start again with first values")
        values.setObjectName("delta_first_values")
        values.setToolTipsVisible(True)
        self.choices: list[QAction] = []
        for choice in CHOICES:
            action = values.addAction(choice.title)
            action.setObjectName(f"delta_first_{choice.key}")
            action.setToolTip(f"{choice.tip}\nSame seed; one step to undo.")
            action.setCheckable(True)
            action.setData(choice.key)
            action.triggered.connect(self._on_first_values)
            self.choices.append(action)
        self.keep = self.menu.addAction("Keep these curves for contrast")
        self.keep.setObjectName("delta_keep")
        self.keep.triggered.connect(self._delta.keep_for_contrast)
        self.forget = self.menu.addAction("Forget the curves kept for contrast")
        self.forget.setObjectName("delta_forget")
        self.forget.triggered.connect(self._delta.forget_contrast)
        self.menu.addSeparator()
        self.log = self.menu.addAction("Logarithmic vertical axis")
        self.log.setObjectName("delta_menu_log")
        self.log.setCheckable(True)
        self.log.triggered.connect(self._delta.log_pill.toggle)
        self.nodes = self.menu.addAction("List of all nodes")
        self.nodes.setObjectName("delta_menu_nodes")
        self.nodes.setCheckable(True)
        self.nodes.triggered.connect(self._delta.list_switch.click)
        self.menu.addSeparator()
        self.menu.aboutToShow.connect(self._on_choices_shown)
        super().add_choices()

    @Slot()
    def _on_choices_shown(self) -> None:
        present = present_choice(self._delta.document.graph)
        for action in self.choices:
            action.setChecked(action.data() == present)
        self.log.setChecked(self._delta.log_pill.isChecked())
        self.log.setEnabled(not self._delta.mode.is_share)
        self.log.setToolTip("A share goes from 0 to 1" if self._delta.mode.is_share else "")
        self.nodes.setChecked(self._delta.list_switch.isChecked())
        has_curves = not self._delta.empty_text
        self.keep.setEnabled(has_curves)
        self.keep.setToolTip(
            "They stay behind the next run, as thin lines" if has_curves else _WAITS
        )
        self.forget.setEnabled(self._delta.has_contrast)
        self.forget.setToolTip("" if self._delta.has_contrast else _NONE_KEPT)

    @Slot()
    def _on_first_values(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._delta.start_with(str(action.data()))
