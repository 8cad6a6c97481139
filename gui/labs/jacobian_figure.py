"""A Jacobian as a heat map, in numbers or in symbols: delta at the left, delta^T J below."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.formula_painter import setter
from gui.labs.jacobian_map import Geometry, Map
from gui.labs.jacobian_paint import JacobianPainter
from gui.plots.figure import Figure
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.teaching.jacobian_symbols import Symbols
from model.teaching.number_style import NumberStyle


class JacobianFigure(Figure):
    """Wheel zooms; a click or the arrows choose a row and a column."""

    chosen = Signal(int, int)
    moved = Signal(QRectF)
    """The cell that should be seen, px of the figure."""

    def __init__(self) -> None:
        super().__init__("jacobian_figure", "The Jacobian as a heat map")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.style_of_numbers = NumberStyle(digits=3)
        self.zoom = 1.0
        self.form = "numbers"
        self.row = self.column = 0
        self._map: Map | None = None
        self._images: dict[tuple[str, str], QImage] = {}
        self._room = QSize(600, 400)
        self.place: Geometry | None = None
        setter().advanced.connect(self._on_formulas_set)

    def show_map(self, shown: Map, form: str) -> None:
        """Show this; its strongest number is chosen."""
        self._map = shown
        self._images.clear()
        self.form, self.zoom = form, 1.0
        if shown.matrix.size:
            weight = shown.matrix if shown.delta is None else shown.matrix * shown.delta[:, None]
            place = int(np.argmax(np.abs(np.nan_to_num(weight))))
            self.row, self.column = divmod(place, shown.matrix.shape[1])
            self.chosen.emit(self.row, self.column)
        self._fit()

    def show_form(self, form: str) -> None:
        """Colours, numbers or symbols of the same matrix; the chosen cell stays in sight."""
        if form != self.form or self.zoom != 1.0:
            self.form, self.zoom = form, 1.0
            self._fit()
            self._tell_moved()

    def take_symbols(self, symbols: Symbols) -> Map | None:
        """The entries in letters have been found. Returns the map with them."""
        if self._map is None:
            return None
        letters = {"rows": symbols.output, "columns": symbols.input}
        self._map = replace(self._map, symbols=symbols, **letters)
        self._fit()
        if self.form == "symbols":
            self._tell_moved()
        return self._map

    def choose(self, row: int, column: int) -> None:
        """Look at this number."""
        if self._map is None:
            return
        m, n = self._map.matrix.shape
        self.row, self.column = min(max(row, 0), m - 1), min(max(column, 0), n - 1)
        self.chosen.emit(self.row, self.column)
        self._tell_moved()
        self.update()

    def _tell_moved(self) -> None:
        if self.place is not None:
            self.moved.emit(self.place.cell_box(self.row, self.column))

    def set_room(self, room: QSize) -> None:
        """What can be seen of it at once."""
        self._room = room
        self._fit()

    @Slot()
    def _on_formulas_set(self) -> None:
        if self.form == "symbols":
            self.update()

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self._fit()

    def _fit(self) -> None:
        if self._map is not None and self._map.matrix.size:
            self.place = Geometry(self._map, self.form, self.zoom, self._room)
            self.setFixedSize(self.place.size)
        self.update()

    def box(self) -> QRectF:
        """The matrix, px."""
        return QRectF() if self.place is None else self.place.box

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """(row, column) below a point."""
        return None if self.place is None else self.place.cell_at(place)

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """delta, labels, cells, product."""
        painter.fillRect(self.rect(), look.color("canvas"))
        if self.place is None:
            return
        seen = QRectF(self.visibleRegion().boundingRect())
        if seen.isEmpty() or self._density:
            seen = QRectF(self.rect())
        style = self.style_of_numbers
        drawn = JacobianPainter(painter, look, self.place, seen, style, self._images)
        drawn.paint((self.row, self.column))

    # mouse and keys

    def lines_at(self, place: QPointF) -> list[Line]:
        """The number in full with its symbol."""
        found, shown = self.cell_at(place), self._map
        if found is None or shown is None:
            return []
        row, column = found
        value = float(shown.matrix[row, column])
        name = f"∂{shown.row_name(row)}/∂{shown.column_name(column)}"
        return [(None, f"{name} = {self.style_of_numbers.full(value)}")]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        found = self.cell_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.setFocus()
            self.choose(*found)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the choice; plus and minus zoom."""
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key in moves:
            down, right = moves[key]
            self.choose(self.row + down, self.column + right)
        elif event.text() in "+-" and event.text():
            self.set_zoom(self.zoom * (1.25 if event.text() == "+" else 0.8))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom."""
        self.set_zoom(self.zoom * 1.15 ** (event.angleDelta().y() / 120))
        event.accept()

    def set_zoom(self, zoom: float) -> None:
        """1: as it was shown first; larger ones show numbers."""
        if self.place is None:
            return
        self.zoom = min(max(zoom, 1.0), self.place.most_zoom)
        self._fit()
        self._tell_moved()

    def minimumSizeHint(self) -> QSize:
        """The scroll area decides."""
        return QWidget.minimumSizeHint(self)
