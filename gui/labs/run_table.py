"""What the tables of runs have in common: rows are chosen, heads sort, columns share the width."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from gui import theme
from gui.theme import Theme

_ROW, _LEAST_COLUMN = 30, 34  # px at a desk


class RunTable(QTableView):
    """One row is chosen at a time. A subclass shares the width among its columns in `fit`."""

    def __init__(self, name: str, spoken: str, model: QAbstractItemModel) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        model.modelReset.connect(self.fit)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme(theme.current())

    @Slot()
    def fit(self) -> None:
        """Give every column its width."""
        raise NotImplementedError

    def wanted_widths(self) -> list[int]:
        """px that each column needs for its head and its cells."""
        header = self.horizontalHeader()
        count = self.model().columnCount()
        return [max(self.sizeHintForColumn(k), header.sectionSizeHint(k)) for k in range(count)]

    @Slot(object)
    def _on_theme(self, look: Theme) -> None:
        self.verticalHeader().setDefaultSectionSize(round(_ROW * look.scale))
        self.horizontalHeader().setMinimumSectionSize(round(_LEAST_COLUMN * look.scale))
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self.fit()
