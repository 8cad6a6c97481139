"""The table of twin runs: what was changed, best and last figures; sorted, starred, renamed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from gui import theme
from gui.labs.racer_marks import paint_marker
from gui.labs.run_table import RunTable
from gui.plots.numbers import short
from model.analysis.twins import TwinRun

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
STAR, NAME = 0, 1
_ROLES = Qt.ItemDataRole


@dataclass(frozen=True)
class Column:
    """head, tip; value(run): what is sorted by and exported; text(run): what is shown."""

    head: str
    tip: str
    value: Callable[[TwinRun], Any]
    text: Callable[[TwinRun], str]


def _last(values: Any) -> float:
    return float(values[-1]) if len(values) else math.nan


def _number(value: float) -> str:
    return "–" if math.isnan(value) else short(value)


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.1f} %"


def _steps(run: TwinRun) -> str:
    return f"{len(run.losses):,}" + (" ✗ diverged" if run.fault else "")


COLUMNS = (
    Column("steps", "Steps since the fork", lambda r: len(r.losses), _steps),
    Column(
        "best loss",
        "Least validation loss (training loss where there is no validation part)",
        lambda r: r.best[0],
        lambda r: _number(r.best[0]),
    ),
    Column(
        "at step",
        "Step of the training at which it was best",
        lambda r: r.start + r.best[1],
        lambda r: "–" if math.isnan(r.best[0]) else f"{r.start + r.best[1]:,}",
    ),
    Column(
        "last loss",
        "Validation loss at the end (training loss where there is no validation part)",
        lambda r: _last(r.judged),
        lambda r: _number(_last(r.judged)),
    ),
    Column(
        "last training",
        "Mean training loss of the last steps, without the penalty",
        lambda r: _last(r.train),
        lambda r: _number(_last(r.train)),
    ),
    Column(
        "accuracy",
        "Share of right answers on the validation part at the end",
        lambda r: _last(r.accuracy),
        lambda r: _share(_last(r.accuracy)),
    ),
    Column("changed", "The one thing that is otherwise", lambda r: r.words, lambda r: r.words),
)
CHANGED = 1 + len(COLUMNS)


class TwinModel(QAbstractTableModel):
    """Rows in the order in which they are sorted; stars and names are the person's."""

    renamed = Signal(int, str)
    """The number of a run, and its new name."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[TwinRun] = []
        self.stars: set[int] = set()
        self._order: tuple[int, bool] | None = None

    def show_runs(self, runs: list[TwinRun]) -> None:
        """Show these; the rows keep their order where the runs are the same ones."""
        is_same = {run.number for run in runs} == {run.number for run in self.runs}
        if is_same and not runs:
            return
        if is_same:
            found = {run.number: run for run in runs}
            self.runs = [found[run.number] for run in self.runs]
            last = self.index(len(self.runs) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.runs = list(runs)
        self._arrange()
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 2 + len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLES.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLES.TextAlignmentRole:
            side = _side(section)
            return side | Qt.AlignmentFlag.AlignVCenter
        if section < 2:
            return {
                _ROLES.DisplayRole: ("★", "run")[section],
                _ROLES.ToolTipRole: ("Starred runs", "Double click to rename")[section],
            }.get(_ROLES(role))
        column = COLUMNS[section - 2]
        return {_ROLES.DisplayRole: column.head, _ROLES.ToolTipRole: column.tip}.get(_ROLES(role))

    def data(self, index: Index, role: int = _ROLES.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run, column = self.runs[index.row()], index.column()
        if role in (_ROLES.DisplayRole, _ROLES.EditRole):
            return self._text(run, column)
        if role == _ROLES.ToolTipRole:
            return self._tip(run, column)
        if role == _ROLES.TextAlignmentRole:
            return _side(column) | Qt.AlignmentFlag.AlignVCenter
        if role == _ROLES.DecorationRole and column == NAME:
            return marker_icon(run.number)
        return None

    def _text(self, run: TwinRun, column: int) -> str:
        if column == STAR:
            return "★" if run.number in self.stars else "☆"
        return run.name if column == NAME else COLUMNS[column - 2].text(run)

    def _tip(self, run: TwinRun, column: int) -> str:
        if column == STAR:
            return "Click, or press * on the row, to star it"
        if column == NAME:
            return f"{run.name} (double click or F2 renames)"
        if run.fault:
            return run.fault
        value = COLUMNS[column - 2].value(run)
        return f"{value:.8g}" if isinstance(value, float) else str(value)

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else found

    def setData(self, index: Index, value: Any, role: int = _ROLES.EditRole) -> bool:
        """Rename a run; an empty name is none."""
        name = str(value).strip()
        if role != _ROLES.EditRole or not index.isValid() or not name:
            return False
        run = self.runs[index.row()]
        self.runs[index.row()] = run.renamed(name)
        self.dataChanged.emit(index, index)
        self.renamed.emit(run.number, name)
        return True

    def toggle_star(self, row: int) -> None:
        """Star a run, or take its star away."""
        self.stars ^= {self.runs[row].number}
        self.dataChanged.emit(self.index(row, STAR), self.index(row, STAR))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By what a column holds; unknown figures come last."""
        self._order = (column, order == Qt.SortOrder.DescendingOrder)
        self.layoutAboutToBeChanged.emit()
        before = [run.number for run in self.runs]
        self._arrange()
        after = {run.number: row for row, run in enumerate(self.runs)}
        old = self.persistentIndexList()
        new = [self.index(after[before[index.row()]], index.column()) for index in old]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        if self._order is None or self._order[0] < 0:
            self.runs.sort(key=lambda run: run.number)
            return
        column, is_falling = self._order
        known = [run for run in self.runs if not _is_unknown(self._key(run, column))]
        unknown = [run for run in self.runs if _is_unknown(self._key(run, column))]
        known.sort(key=lambda run: self._key(run, column), reverse=is_falling)
        self.runs = known + unknown

    def _key(self, run: TwinRun, column: int) -> Any:
        if column == STAR:
            return run.number not in self.stars
        return run.name.casefold() if column == NAME else COLUMNS[column - 2].value(run)

    def rows(self) -> list[list[Any]]:
        """The table as it stands, for export; the first row is the head."""
        head: list[Any] = ["starred", "run", "from step", *(column.head for column in COLUMNS)]
        return [[*head, "ended early"]] + [
            [
                "yes" if run.number in self.stars else "no",
                run.name,
                run.start,
                *(column.value(run) for column in COLUMNS),
                run.fault,
            ]
            for run in self.runs
        ]


def _side(column: int) -> Qt.AlignmentFlag:
    is_words = column <= NAME or column == CHANGED
    return Qt.AlignmentFlag.AlignLeft if is_words else Qt.AlignmentFlag.AlignRight


def _is_unknown(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def marker_icon(number: int) -> QIcon:
    """The marker of a run in its colour."""
    look = theme.current()
    side, density = round(look.size("icon")), 3
    picture = QPixmap(side * density, side * density)
    picture.setDevicePixelRatio(density)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_marker(painter, QPointF(side / 2, side / 2), number, 0.32 * side, look, "")
    painter.end()
    found = QIcon(picture)
    found.addPixmap(picture, QIcon.Mode.Selected)  # else a chosen row would tint its colour
    return found


class TwinTable(RunTable):
    """Heads sort; a click on the star stars; Delete removes; F2 or a double click renames."""

    remove_wanted = Signal()

    def __init__(self, model: TwinModel) -> None:
        self._model = model
        super().__init__("twin_table", "Twin runs with their settings and figures", model)
        self.clicked.connect(self._on_clicked)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == STAR:
            self._model.toggle_star(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes, * stars; the rest is the table's."""
        row = self.currentIndex().row()
        is_typing = self.state() == QAbstractItemView.State.EditingState
        if event.key() == Qt.Key.Key_Delete and row >= 0 and not is_typing:
            self.remove_wanted.emit()
        elif event.text() == "*" and row >= 0 and not is_typing:
            self._model.toggle_star(row)
        else:
            super().keyPressEvent(event)

    @Slot()
    def fit(self) -> None:
        """What is left over goes to the words of the change."""
        header = self.horizontalHeader()
        for column in range(self._model.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        if sum(self.wanted_widths()) <= self.viewport().width():
            header.setSectionResizeMode(CHANGED, QHeaderView.ResizeMode.Stretch)
