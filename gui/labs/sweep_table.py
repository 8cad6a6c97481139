"""The table of a sweep: a row a setting, with mean and spread of its figures over the seeds."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QBrush

from gui import theme
from gui.labs.run_table import RunTable
from gui.labs.sweep_scale import spread_text, value_text
from model.sweep.result import Row, figure_words

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_ROLES = Qt.ItemDataRole
_SHORT = (("validation", "val."), ("accuracy", "acc."))


class SweepModel(QAbstractTableModel):
    """Columns: the fields, the number of runs, the figures. What is unknown is sorted last."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.labels: list[tuple[str, str]] = []
        self.figures: list[str] = []
        self.seeds = 0
        self._kept: set[str] | None = None
        self._order: tuple[int, bool] | None = None

    def show_rows(
        self, rows: list[Row], labels: list[tuple[str, str]], figures: list[str], seeds: int
    ) -> None:
        """labels: (place, words) of the fields; seeds: how many runs a setting will have."""
        if (labels, figures) != (self.labels, self.figures):
            self._order = None
        self.beginResetModel()
        self.rows, self.labels, self.figures, self.seeds = list(rows), labels, figures, seeds
        self._arrange()
        self.endResetModel()

    def keep(self, keys: set[str] | None) -> None:
        """Show all others faintly; None: none of them."""
        self._kept = keys
        if self.rows:
            last = self.index(len(self.rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def row_of(self, key: str) -> int:
        """Where a setting stands, -1 = nowhere."""
        return next((k for k, row in enumerate(self.rows) if row.key == key), -1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.labels) + 1 + len(self.figures)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLES.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLES.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role not in (_ROLES.DisplayRole, _ROLES.ToolTipRole):
            return None
        is_tip = role == _ROLES.ToolTipRole
        count = len(self.labels)
        if section < count:
            return self.labels[section][0 if is_tip else 1]
        if section == count:
            return "Runs that have ended, one a seed" if is_tip else "runs"
        words = figure_words(self.figures[section - count - 1])
        if is_tip:
            return f"{words[:1].upper()}{words[1:]}: mean ± standard deviation over the seeds"
        for long, brief in _SHORT:
            words = words.replace(long, brief)
        return words

    def data(self, index: Index, role: int = _ROLES.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role == _ROLES.DisplayRole:
            return self._text(row, column)
        if role == _ROLES.ToolTipRole:
            return row.fault or str(self._key(row, column))
        if role == _ROLES.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        is_out = self._kept is not None and row.key not in self._kept
        if role == _ROLES.ForegroundRole and (is_out or row.fault):
            return QBrush(theme.current().color("text3" if is_out else "err"))
        return None

    def _text(self, row: Row, column: int) -> str:
        count = len(self.labels)
        if column < count:
            return value_text(row.setting[self.labels[column][0]])
        if column == count:
            failed = sum(bool(run.fault) for run in row.runs)
            words = f"{len(row.runs)} of {self.seeds}"
            return f"{words}, {failed} ✗" if failed else words
        name = self.figures[column - count - 1]
        return spread_text(name, row.spread(name))

    def _key(self, row: Row, column: int) -> Any:
        count = len(self.labels)
        if column < count:
            return row.setting[self.labels[column][0]]
        if column == count:
            return len(row.runs)
        return row.spread(self.figures[column - count - 1]).mean

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By what a column holds."""
        self._order = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self.layoutAboutToBeChanged.emit()
        before = [row.key for row in self.rows]
        self._arrange()
        after = {row.key: k for k, row in enumerate(self.rows)}
        old = self.persistentIndexList()
        moved = [self.index(after[before[at.row()]], at.column()) for at in old]
        self.changePersistentIndexList(old, moved)
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        if self._order is None or self._order[0] >= self.columnCount():
            return
        column, is_falling = self._order
        known = [row for row in self.rows if not _is_unknown(self._key(row, column))]
        unknown = [row for row in self.rows if _is_unknown(self._key(row, column))]
        known.sort(key=lambda row: _sortable(self._key(row, column)), reverse=is_falling)
        self.rows = known + unknown

    def table(self) -> list[list[Any]]:
        """For export, its head first; figures as mean and standard deviation."""
        head: list[Any] = [place for place, _words in self.labels]
        head.append("runs")
        for name in self.figures:
            head += [f"{name}_mean", f"{name}_sd"]
        found = [head]
        for row in self.rows:
            line: list[Any] = [row.setting[place] for place, _words in self.labels]
            line.append(len(row.runs))
            for name in self.figures:
                spread = row.spread(name)
                line += [spread.mean, spread.deviation]
            found.append(line)
        return found


def _is_unknown(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _sortable(value: Any) -> tuple[int, Any]:
    """Numbers before words."""
    if isinstance(value, (int, float)):
        return 0, value
    return 1, str(value)


class SweepTable(RunTable):
    """Heads sort; the chosen row is the setting that can be applied."""

    def __init__(self, model: SweepModel) -> None:
        super().__init__("sweep_table", "Settings of the sweep with their figures", model)

    @Slot()
    def fit(self) -> None:
        """What is left over is shared alike."""
        wanted = self.wanted_widths()
        over = max(self.viewport().width() - sum(wanted), 0)
        for k, width in enumerate(wanted):
            self.horizontalHeader().resizeSection(k, width + over // len(wanted))
