"""What a sweep has found: lines, heat map and table show the same settings, and one is chosen."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from gui.labs.pieces import dividing_line, head_row
from gui.labs.rooms import Rooms
from gui.labs.sweep_heat import HeatFigure
from gui.labs.sweep_lines import LinesFigure
from gui.labs.sweep_scale import MOST_PLACES, FigureScale, ValueScale, spread_text, value_text
from gui.labs.sweep_table import SweepModel, SweepTable
from gui.widgets import ElidedLabel
from gui.widgets.wrapping_button import WrappingButton
from model.sweep.plan import Plan, key_of
from model.sweep.result import Result, Row, figure_names, figure_words, rows_of

_NO_ROW = "Choose a setting in the table or in a picture first"
_APPLY = "Its values into the design; Ctrl+Z takes all of them back together"
_MOST_CELLS = 60
"""A side of a heat map; beyond, discs are as good."""
_JUDGED = ("val_", "test_")


class SweepStage(QWidget):
    """`show_results` fills everything; `apply_wanted` asks for the values of the chosen setting."""

    apply_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.chosen = ""
        """The key of the setting that is shown above all others, "" = none."""
        self.cost_ms = 0.0
        """What it took to show the last results."""
        self._results: list[Result] = []
        self._plan: Plan | None = None
        self._labels: dict[str, str] = {}
        self._is_grid = True
        self._build()
        self.apply_button.clicked.connect(self.apply_wanted)
        self.figure.activated.connect(self._on_figure)
        self.lines.chosen.connect(self.choose)
        self.heat.chosen.connect(self.choose)
        self.lines.brushed.connect(self._on_brushed)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.lines = LinesFigure()
        self.heat = HeatFigure()
        self.model = SweepModel()
        self.table = SweepTable(self.model)
        self.summary = ElidedLabel(role="strong")
        self.figure = QComboBox()
        self.figure.setObjectName("sweep_figure")
        self.figure.setToolTip("The figure that colours lines and cells")
        self.figure.setAccessibleName("The figure that colours lines and cells")
        self.figure.hide()
        self.figure.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.apply_button = WrappingButton("Apply to the canvas")
        self.apply_button.setObjectName("sweep_apply")
        column.addWidget(head_row(self.summary, self.apply_button, self.figure))
        column.addWidget(dividing_line())
        self.rooms = Rooms(
            [("Lines", _framed(self.lines), 55), ("Heat map", _framed(self.heat), 45)], narrow=430
        )
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.rooms)
        splitter.addWidget(self.table)
        splitter.setStretchFactor(0, 6)
        splitter.setStretchFactor(1, 4)
        splitter.setSizes([500, 330])
        column.addWidget(splitter, 1)

    # what is shown

    def _axes(self) -> list[tuple[str, str]]:
        places = self._plan.places if self._plan is not None else ()
        return [(place, self._labels.get(place, place)) for place in places]

    def show_results(
        self, results: list[Result], plan: Plan | None, labels: dict[str, str], *, is_grid: bool
    ) -> None:
        """Everything anew. labels: the words for each field. is_grid: not random draws."""
        self._results, self._plan, self._labels, self._is_grid = results, plan, labels, is_grid
        self._show_all()

    def _show_all(self) -> None:
        began = perf_counter()
        settings = self._plan.settings if self._plan is not None else ()
        order = {key_of(setting): k for k, setting in enumerate(settings)}
        self.rows = sorted(rows_of(self._results), key=lambda row: order.get(row.key, 0))
        names = figure_names(self._results)
        self._show_names(names)
        scale = FigureScale(self._figure_name(), self.rows)
        axes = self._axes()
        self.lines.show_rows(self.rows, axes, self._scales(axes, MOST_PLACES), scale)
        most = _MOST_CELLS if self._is_grid else MOST_PLACES
        self.heat.show_rows(self.rows, axes, self._scales(axes, most), scale)
        self.rooms.set_absent(1, is_absent=len(axes) != 2)
        shown = [name for name in names if name.partition(".")[2].startswith(_JUDGED)] or names
        seeds = len(self._plan.seeds) if self._plan is not None else 0
        with QSignalBlocker(self.table.selectionModel()):
            self.model.show_rows(self.rows, axes, shown, seeds)
        self._on_brushed()
        self.choose(self.chosen)
        self.cost_ms = 1000 * (perf_counter() - began)

    def _scales(self, axes: list[tuple[str, str]], most: int) -> list[ValueScale]:
        """Of all values of the plan, so that nothing moves while results come."""
        settings = self._plan.settings if self._plan is not None else ()
        return [ValueScale([each[place] for each in settings], most) for place, _words in axes]

    def _show_names(self, names: list[str]) -> None:
        present = [self.figure.itemData(k) for k in range(self.figure.count())]
        if names == present:
            return
        chosen = self._figure_name()
        with QSignalBlocker(self.figure):
            self.figure.clear()
            for name in names:
                words = figure_words(name)
                self.figure.addItem(words[:1].upper() + words[1:], name)
            if chosen in names:
                self.figure.setCurrentIndex(names.index(chosen))
        self.figure.setVisible(bool(names))

    def _figure_name(self) -> str:
        return str(self.figure.currentData() or "")

    @Slot(int)
    def _on_figure(self, _index: int) -> None:
        self._show_all()

    @Slot()
    def _on_brushed(self) -> None:
        self.model.keep(self.lines.kept() if self.lines.has_brush else None)

    # the chosen setting

    def chosen_row(self) -> Row | None:
        """None where none is chosen."""
        return next((row for row in self.rows if row.key == self.chosen), None)

    @Slot(str)
    def choose(self, key: str) -> None:
        """Show this setting everywhere, "" = none."""
        self.chosen = key
        at = self.model.row_of(key)
        with QSignalBlocker(self.table.selectionModel()):
            if at < 0:
                self.table.clearSelection()
            else:
                self.table.selectRow(at)
        self.table.viewport().update()
        self._show_chosen()

    @Slot()
    def _on_selected(self, *_changed: object) -> None:
        found = self.table.selectionModel().selectedRows()
        self.chosen = self.model.rows[found[0].row()].key if found else ""
        self._show_chosen()

    def _show_chosen(self) -> None:
        row = self.chosen_row()
        self.lines.select(self.chosen)
        self.heat.select(self.chosen)
        total = self._plan.n_runs if self._plan is not None else 0
        words = f"{len(self._results):,} of {total:,} runs" if total else ""
        if row is not None and row.setting:
            words += f"; chosen: {self.setting_words(row)}"
        self.summary.set_text(words)
        self.summary.setToolTip(words)
        self.apply_button.setEnabled(row is not None)
        self.apply_button.setToolTip(_NO_ROW if row is None else _APPLY)

    def setting_words(self, row: Row) -> str:
        """`ρ = 0.1, p = 0.5`."""
        axes = self._axes()
        return ", ".join(f"{words} = {value_text(row.setting[place])}" for place, words in axes)

    def sentence(self) -> str:
        """The best setting and its figure."""
        scale = self.lines.scale
        known = [row for row in self.rows if np.isfinite(scale.spread(row).mean)]
        if not known:
            return "No run has come to an end: the table says why when it is pointed at"
        sign = -1 if scale.is_high_best else 1
        best = min(known, key=lambda row: sign * scale.spread(row).mean)
        text = spread_text(scale.name, scale.spread(best))
        setting = self.setting_words(best) or "the design as it is"
        return f"The best is {setting}: {figure_words(scale.name)} {text}"

    # export

    def figures(self) -> dict[str, QWidget]:
        """Pictures, by the name of their file."""
        return {"parallel_coordinates": self.lines, "heat_map": self.heat}

    def tables(self) -> dict[str, list[list[Any]]]:
        """Settings with mean and spread, and all runs; none where nothing has run."""
        if not self._results:
            return {}
        places = [place for place, _words in self._axes()]
        names = figure_names(self._results)
        runs: list[list[Any]] = [[*places, "seed", *names, "seconds", "ended_early"]]
        for each in self._results:
            values = [each.settings[place] for place in places]
            figures = [each.figure(name) for name in names]
            runs.append([*values, each.seed, *figures, each.seconds, each.fault])
        return {"settings": self.model.table(), "runs": runs}


def _framed(figure: QWidget) -> QWidget:
    page = QWidget()
    page.setProperty("kind", "panel")
    column = QVBoxLayout(page)
    column.setContentsMargins(10, 8, 10, 6)
    column.addWidget(figure)
    return page
