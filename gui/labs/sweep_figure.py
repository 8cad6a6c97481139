"""What the pictures of a sweep have in common: settings that are pointed at and chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Signal

from gui.labs.sweep_scale import FigureScale, reading_of
from gui.plots.figure import Figure
from gui.plots.reading_box import Line
from model.sweep.result import Row


class SettingsFigure(Figure):
    """A row a setting; the one below the pointer and the chosen one stand out. A subclass finds
    what is below the pointer in `row_at`."""

    chosen = Signal(str)
    """The key of a setting."""

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__(name, spoken)
        self.rows_shown: list[Row] = []
        self.labels: list[tuple[str, str]] = []
        self.scale = FigureScale("", [])
        self.empty_text = "No run has ended as yet."
        self.selected = ""
        self.hovered = ""

    def row_at(self, place: QPointF) -> Row | None:
        """The setting that is drawn there, px."""
        raise NotImplementedError

    def select(self, key: str) -> None:
        """Let this setting stand out, "" = none."""
        self.selected = key
        self.update()

    def hover(self, row: Row | None) -> None:
        """Let this setting stand out as long as it is pointed at."""
        key = "" if row is None else row.key
        if key != self.hovered:
            self.hovered = key
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing stands out any more."""
        super().leaveEvent(event)
        self.hover(None)

    def lines_at(self, place: QPointF) -> list[Line]:
        """The setting below the pointer, and its figure."""
        row = None if self.empty_text else self.row_at(place)
        return [] if row is None else reading_of(row, self.labels, self.scale)
