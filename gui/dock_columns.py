"""How the docks at the bottom share the width: columns side by side, or behind one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QStyle

from gui.plot_dock import PlotDock

BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


class DockColumns:
    """The columns of a window. A window may always be made narrower: columns for whose heads there
    is no room go behind the one at their left, and come back when there is room again."""

    def __init__(self, window: QMainWindow, docks: Mapping[str, PlotDock]) -> None:
        self._window = window
        self._docks = docks
        self._folded: list[list[PlotDock]] = []

    def all(self) -> list[list[PlotDock]]:
        """Shown docks at the bottom of the window, from left to right; those behind one another
        together."""
        columns: list[list[PlotDock]] = []
        seen: set[PlotDock] = set()
        for dock in self._docks.values():
            if dock in seen or not self._is_at_bottom(dock):
                continue
            column = [dock, *(tab for tab in self._tabs_of(dock) if self._is_at_bottom(tab))]
            seen.update(column)
            columns.append(column)
        return sorted(columns, key=lambda column: front_of(column).x())

    def _is_at_bottom(self, dock: PlotDock) -> bool:
        is_docked = not dock.isHidden() and not dock.isFloating()
        return is_docked and self._window.dockWidgetArea(dock) == BOTTOM

    def _tabs_of(self, dock: PlotDock) -> list[PlotDock]:
        tabs = self._window.tabifiedDockWidgets(dock)
        return [tab for tab in tabs if isinstance(tab, PlotDock) and not tab.isHidden()]

    def forget(self) -> None:
        """The docks have been placed anew: nothing is to come back."""
        self._folded = []

    def settle(self) -> None:
        """Heads that have no room: other widths, or fewer columns; more of them once they fit."""
        self._unfold()
        columns = self.all()
        while len(columns) > 1 and self._room(columns) > self._window.width():
            self._fold(columns[-2], columns[-1])
            columns = self.all()
        if any(front_of(column).width() < need_of(column) for column in columns):
            self.share(columns)

    def share(self, columns: Sequence[Sequence[PlotDock]] | None = None) -> None:
        """All columns become equally wide, but for those whose heads need more."""
        columns = self.all() if columns is None else columns
        if len(columns) > 1:
            docks = [column[0] for column in columns]
            room = self._window.width() - self._gap() * (len(columns) - 1)
            widths = shares([need_of(column) for column in columns], room)
            self._window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    def _room(self, columns: Sequence[Sequence[PlotDock]]) -> int:
        return sum(need_of(column) + self._gap() for column in columns) - self._gap()

    def _gap(self) -> int:
        """Between two columns, px."""
        extent = QStyle.PixelMetric.PM_DockWidgetSeparatorExtent
        return self._window.style().pixelMetric(extent, None, self._window)

    def _fold(self, before: Sequence[PlotDock], last: Sequence[PlotDock]) -> None:
        front = front_of(before)
        for dock in last:
            self._window.tabifyDockWidget(before[-1], dock)
        self._folded.append(list(last))
        front.raise_()

    def _unfold(self) -> None:
        while self._folded:
            docks = [dock for dock in self._folded[-1] if self._is_at_bottom(dock)]
            left = [[d for d in column if d not in docks] for column in self.all()]
            columns = [column for column in left if column] + ([docks] if docks else [])
            if self._room(columns) > self._window.width():
                return
            self._folded.pop()
            if docks and any(set(docks) < set(column) for column in self.all()):
                self._window.addDockWidget(BOTTOM, docks[0], Qt.Orientation.Horizontal)
                for dock in docks[1:]:
                    self._window.tabifyDockWidget(docks[0], dock)
                self.share()


def front_of(column: Sequence[PlotDock]) -> PlotDock:
    """The dock of a column that can be seen."""
    return next((dock for dock in column if dock.is_in_front), column[0])


def need_of(column: Sequence[PlotDock]) -> int:
    """The width in which no head of a column is cut, px."""
    return max(dock.needed_width() for dock in column)


def shares(needs: Sequence[int], width: int) -> list[int]:
    """Equal parts of a width; whoever needs more than that gets it, and the others share the rest.

    >>> shares([100, 500, 100], 900)
    [200, 500, 200]
    """
    rest, count = width, len(needs)
    large = set()
    for index in sorted(range(len(needs)), key=lambda i: -needs[i]):
        if needs[index] * count <= rest:
            break
        large.add(index)
        rest, count = rest - needs[index], count - 1
    equal = max(rest // max(count, 1), 1)
    return [need if index in large else equal for index, need in enumerate(needs)]
