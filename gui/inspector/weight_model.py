"""A parameter as a table: rows are inputs, columns are neurons; text from and to the clipboard."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from gui.canvas.cards.numbers import full, short
from gui.widgets.number_scale import parse_number
from model.layer import Array, Shape

Index = QModelIndex | QPersistentModelIndex
Table = NDArray[np.float64]
_NO_INDEX = QModelIndex()


class WeightModel(QAbstractTableModel):
    """The numbers of one parameter. `edited(array)` when a cell has been given another number;
    `refused(sentence)` when what was typed is none, "" when it is one."""

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shape: Shape = ()
        self._table: Table = np.zeros((0, 0))
        self.is_editable = False

    def show_array(self, values: Array) -> None:
        """Other numbers; a parameter of more axes has one row an index of the first."""
        table = as_table(values)
        if self._shape == values.shape and self._table.shape == table.shape:
            self._table = table
            corner = self.index(table.shape[0] - 1, table.shape[1] - 1)
            self.dataChanged.emit(self.index(0, 0), corner)
            return
        self.beginResetModel()
        self._shape, self._table = values.shape, table
        self.endResetModel()

    @property
    def array(self) -> Table:
        """The numbers in the parameter's own shape."""
        return self._table.reshape(self._shape)

    def rowCount(self, _parent: Index = _NO_INDEX) -> int:
        """Inputs."""
        return int(self._table.shape[0])

    def columnCount(self, _parent: Index = _NO_INDEX) -> int:
        """Neurons."""
        return int(self._table.shape[1])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Three digits to look at, all of them to edit or in the tip."""
        if not index.isValid():
            return None
        value = self._table[index.row(), index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return short(float(value))
        if role == Qt.ItemDataRole.EditRole:
            return repr(float(value))
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"[{index.row()}, {index.column()}] = {full(value)}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, _side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Numbers from 0."""
        return str(section) if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells can be edited where typed weights are possible."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if self.is_editable else found

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """One number; what is no number is refused, and why is told."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        number = parse_number(str(value))
        if number is None or not math.isfinite(number):
            self.refused.emit(f"“{str(value)[:20]}” is no number; the cell is as it was.")
            return False
        self.refused.emit("")
        changed = self._table.copy()
        changed[index.row(), index.column()] = number
        if np.array_equal(changed, self._table):
            return False
        self.edited.emit(changed.reshape(self._shape))
        return True


def as_table(values: Array) -> Table:
    """Two axes: a vector is one row."""
    found = np.asarray(values, dtype=np.float64)
    return found.reshape(1, -1) if found.ndim < 2 else found.reshape(found.shape[0], -1)


def text_of(values: Array) -> str:
    """Rows on lines, numbers with tabs between them, every digit."""
    return "\n".join("\t".join(repr(float(v)) for v in row) for row in as_table(values))


def parsed(text: str, shape: Shape) -> Table:
    """The numbers of a text in a parameter's shape.

    Numbers stand apart by tabs, blanks, semicolons or commas; brackets are passed over.
    Raises: ValueError with the sentence to show.
    """
    rows = []
    for line in text.replace("[", " ").replace("]", "\n").splitlines():
        words = line.replace(";", " ").replace(",", " ").split()
        numbers = [parse_number(word) for word in words]
        if None in numbers:
            bad = words[numbers.index(None)]
            raise ValueError(f"“{bad[:20]}” in row {len(rows) + 1} is no number.")
        if numbers:
            rows.append([float(n) for n in numbers if n is not None])
    table = as_table(np.zeros(shape))
    said = " × ".join(map(str, table.shape))
    flat = [number for row in rows for number in row]
    widths = {len(row) for row in rows}
    is_column = widths == {1} and len(rows) == table.size
    if len(flat) != table.size or (widths != {table.shape[1]} and not is_column):
        found = f"{len(rows)} × {widths.pop()}" if len(widths) == 1 else f"{len(flat)} numbers"
        raise ValueError(f"The table is {said}, but the clipboard holds {found}.")
    if not np.isfinite(flat).all():
        raise ValueError("Weights must be finite numbers.")
    return np.array(flat).reshape(shape)
