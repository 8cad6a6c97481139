"""The table of a parameter: whole columns only, and no higher than its rows."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from gui import theme
from gui.canvas.cards.paint import text_width
from gui.inspector.weight_model import WeightModel
from gui.theme import Theme

MOST_ROWS = 8
"""Rows that are shown at once; of more of them the table scrolls."""
_WIDEST = "−0.00000"


class WeightTable(QTableView):
    """As many columns as have room in full, equally wide; it scrolls by whole ones."""

    def __init__(self, model: WeightModel) -> None:
        super().__init__()
        self.setObjectName("weights_table")
        self.setAccessibleName("Numbers of the parameter")
        self.setModel(model)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self._fitting = QTimer(self, singleShot=True, interval=0)  # heads and bars come first
        self._fitting.timeout.connect(self._fit)
        model.modelReset.connect(self._fitting.start)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())

    @property
    def is_typing(self) -> bool:
        """Whether a number is being typed."""
        return self.state() == QTableView.State.EditingState

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._fitting.start()

    @Slot()
    def _fit(self) -> None:
        look = theme.current()
        count = max(self.model().columnCount(), 1)
        least = text_width(look, "chip", _WIDEST) + 14 * look.scale
        room = self.viewport().width()
        shown = max(1, min(count, int(room / least)))
        widest = round(1.5 * least)  # a few columns do not spread over the whole table
        self.horizontalHeader().setDefaultSectionSize(min(room // shown, widest))
        rows = min(max(self.model().rowCount(), 1), MOST_ROWS)
        height = rows * self.verticalHeader().defaultSectionSize()
        height += self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth()
        if count > shown:
            height += self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(height)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.setFont(look.font("chip"))
        self.verticalHeader().setDefaultSectionSize(round(22 * look.scale))
        self._fitting.start()
