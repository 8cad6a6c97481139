"""Sweep: the open design trained many times over, with other values of its fields and other seeds,
in processes of their own."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from gui.document import Message
from gui.labs.panel import LabPanel
from gui.labs.pieces import dividing_line, head_row
from gui.labs.rooms import Rooms
from gui.labs.sweep_file import ResultsFile
from gui.labs.sweep_form import SweepForm
from gui.labs.sweep_heat import HeatFigure
from gui.labs.sweep_lines import LinesFigure
from gui.labs.sweep_scale import MOST_PLACES, FigureScale, ValueScale, spread_text, value_text
from gui.labs.sweep_table import SweepModel, SweepTable
from gui.widgets import ElidedLabel
from gui.widgets.wrapping_button import WrappingButton
from model.errors import FileError
from model.sweep.choices import edit_of, first_factors, sweepables
from model.sweep.plan import Plan, Setting, key_of
from model.sweep.result import Result, Row, figure_names, figure_words, rows_of
from model.sweep.study import sweep

_MANY = 15_000
"""Multiply-adds an item above which nothing is started unasked."""
_EPOCHS = 20
"""Of a first look at a design that does not say."""
_MOST_EPOCHS = 40
"""Of a first look at any."""
_SHOW_MS = 120
"""Results that come faster are shown together."""
_NO_ROW = "Choose a setting in the table or in a picture first"
_APPLY = "Its values into the design; Ctrl+Z takes all of them back together"
_MOST_CELLS = 60
"""A side of a heat map; beyond, discs are as good."""
_PAUSE = 8.0
"""Times as long as it takes to show results, until the next ones are shown."""
_JUDGED = ("val_", "test_")


class SweepPanel(LabPanel):
    """Fields and seeds at the left; lines, heat map and table of what has come of them."""

    title: ClassVar[str] = "Sweep"
    help: ClassVar[str] = "The design is trained with many settings; the canvas stays as it is"

    def build(self) -> None:
        self.plan: Plan | None = None
        self.results: list[Result] = []
        self.rows: list[Row] = []
        self.chosen = ""
        self.file = ResultsFile(self)
        self._is_edited = False
        """While something ran, another plan was asked for."""
        self._labels: dict[str, str] = {}
        self._is_first = True
        self._cost_ms = 0.0
        self.form = SweepForm()
        self.controls.addLayout(self.form)
        self._soon = QTimer(self, singleShot=True, interval=_SHOW_MS)
        self._fill_stage()
        self._connect()

    def _fill_stage(self) -> None:
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
        self.stage.addWidget(head_row(self.summary, self.apply_button, self.figure))
        self.stage.addWidget(dividing_line())
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
        self.stage.addWidget(splitter, 1)

    def _connect(self) -> None:
        form = self.form
        form.edited.connect(self._on_edited)
        form.start_button.clicked.connect(self.start)
        form.cancel_button.clicked.connect(self.job.cancel)
        form.anew_button.clicked.connect(self.forget)
        form.keep_button.clicked.connect(self.ask_file)
        self.apply_button.clicked.connect(self.apply)
        self.figure.activated.connect(self._on_figure)
        self.lines.chosen.connect(self.choose)
        self.heat.chosen.connect(self.choose)
        self.lines.brushed.connect(self._on_brushed)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.job.partial.connect(self._on_results)
        self.job.done.connect(self._on_done)
        self.job.running_changed.connect(self._on_state)
        self._soon.timeout.connect(self.show_results)
        self.document.opened.connect(self._on_opened)

    # the plan

    def begin(self) -> None:
        """Propose a sweep of this design; start it at once where that is a matter of seconds."""
        graph = self.document.graph
        choices = sweepables(graph)
        self._labels = {choice.place: choice.label for choice in choices}
        factors = self.form.fields.factors()
        is_new = self._is_first or self.node_id
        if is_new:
            factors = first_factors(graph, self.node_id)
            epochs = graph.training.epochs or _EPOCHS
            self.form.set_length("epochs", min(epochs, _MOST_EPOCHS))
        self._is_first = False
        self.form.fields.show_fields(choices, factors)
        self._replan()
        if is_new and self.plan is not None and not self.results and self._is_small():
            self.start()
        elif is_new and not self.results:
            self.say("Press Start: with this design every run takes a while")

    def _is_small(self) -> bool:
        return sum(self.document.inference.costs.values()) <= _MANY

    @Slot()
    def _on_opened(self) -> None:
        self.job.cancel()
        self._is_first = True
        self.file.own = None
        self.plan, self.results, self.chosen = None, [], ""

    @Slot()
    def _on_edited(self) -> None:
        if self.job.is_running:  # what runs goes on; the form is for the next start
            self._is_edited = True
            self.form.plan(self.document.graph.design())
            return
        self._replan()

    def _replan(self) -> None:
        """What the form asks for, and what is known of it."""
        self.plan = self.form.plan(self.document.graph.design())
        self._is_edited = False
        self.results = []
        if self.plan is not None:
            try:
                self.results = self.file.known(self.plan)
            except FileError as fault:
                self.say(str(fault))
        self.show_results()
        self._on_state()

    # the runs

    @Slot()
    def start(self) -> None:
        """Do what is missing."""
        self._replan()
        if self.plan is None:
            self.say("Put the values right first.")
            return
        try:
            path = self.file.path(self.plan)
        except FileError as fault:
            self.say(str(fault))
            return
        self.job.start(sweep, self.plan, int(self.form.jobs.value()), path)

    @Slot(object)
    def _on_results(self, found: list[Result]) -> None:
        self.results = found
        if not self._soon.isActive():
            self._soon.start(max(_SHOW_MS, round(_PAUSE * self._cost_ms)))

    @Slot(object)
    def _on_done(self, found: list[Result]) -> None:
        self.results = found
        self.show_results()
        self._on_state()
        self.say(self._sentence())

    @Slot()
    def _on_state(self, _is_running: bool = False) -> None:
        done = len(self.results)
        left = self.plan.n_runs - done if self.plan is not None else 0
        left = max(left, int(self._is_edited))
        self.form.show_state(
            is_running=self.job.is_running,
            is_sound=self.plan is not None,
            left=left,
            has_any=bool(done),
        )
        where = "This session's own place; they survive a crash."
        self.form.place.setText(where if self.file.own is None else self.file.own.name)
        self.form.place.setToolTip("" if self.file.own is None else str(self.file.own))

    def _sentence(self) -> str:
        scale = self.lines.scale
        known = [row for row in self.rows if np.isfinite(scale.spread(row).mean)]
        if not known:
            return "No run has come to an end: the table says why when it is pointed at"
        sign = -1 if scale.is_high_best else 1
        best = min(known, key=lambda row: sign * scale.spread(row).mean)
        text = spread_text(scale.name, scale.spread(best))
        setting = self._setting_words(best) or "the design as it is"
        return f"The best is {setting}: {figure_words(scale.name)} {text}"

    @Slot()
    def forget(self) -> None:
        """Begin with an empty table; a file of the person stays as it is."""
        self.file.forget(self.plan)
        self._replan()

    @Slot()
    def ask_file(self) -> None:
        """Keep the results in a file of the person's choice."""
        chosen = self.file.ask()
        if chosen is not None:
            self.keep_in(chosen)

    def keep_in(self, path: Path) -> None:
        """Take this file, unless it holds something else."""
        try:
            self.file.take(path, self.plan)
        except FileError as fault:
            self.say(str(fault))
            return
        self._replan()

    # what is shown

    def _settings(self) -> tuple[Setting, ...]:
        return self.plan.settings if self.plan is not None else ()

    def _axes(self) -> list[tuple[str, str]]:
        places = self.plan.places if self.plan is not None else ()
        return [(place, self._labels.get(place, place)) for place in places]

    @Slot()
    def show_results(self) -> None:
        """Everything anew, from the results."""
        began = perf_counter()
        order = {key_of(setting): k for k, setting in enumerate(self._settings())}
        self.rows = sorted(rows_of(self.results), key=lambda row: order.get(row.key, 0))
        names = figure_names(self.results)
        self._show_names(names)
        scale = FigureScale(self._figure_name(), self.rows)
        axes = self._axes()
        self.lines.show_rows(self.rows, axes, self._scales(axes, MOST_PLACES), scale)
        most = _MOST_CELLS if self.form.way.value() == "grid" else MOST_PLACES
        self.heat.show_rows(self.rows, axes, self._scales(axes, most), scale)
        self.rooms.set_absent(1, is_absent=len(axes) != 2)
        shown = [name for name in names if name.partition(".")[2].startswith(_JUDGED)] or names
        seeds = len(self.plan.seeds) if self.plan is not None else 0
        with QSignalBlocker(self.table.selectionModel()):
            self.model.show_rows(self.rows, axes, shown, seeds)
        self._on_brushed()
        self.choose(self.chosen)
        self._cost_ms = 1000 * (perf_counter() - began)

    def _scales(self, axes: list[tuple[str, str]], most: int) -> list[ValueScale]:
        """Of all values of the plan, so that nothing moves while results come."""
        settings = self._settings()
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
        self.show_results()

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
        total = self.plan.n_runs if self.plan is not None else 0
        words = f"{len(self.results):,} of {total:,} runs" if total else ""
        if row is not None and row.setting:
            words += f"; chosen: {self._setting_words(row)}"
        self.summary.set_text(words)
        self.summary.setToolTip(words)
        if not self._is_edited:
            self.form.show_done(len(self.results))
        self.apply_button.setEnabled(row is not None)
        self.apply_button.setToolTip(_NO_ROW if row is None else _APPLY)

    def _setting_words(self, row: Row) -> str:
        axes = self._axes()
        return ", ".join(f"{words} = {value_text(row.setting[place])}" for place, words in axes)

    @Slot()
    def apply(self) -> None:
        """The chosen values into the design, as one edit."""
        row = self.chosen_row()
        if row is None or not self.document.attempt(edit_of, row.setting):
            return
        self.document.end_merge()
        said = self._setting_words(row)
        text = f"The design has {said} now; Ctrl+Z takes it back." if said else "Nothing varies."
        self.say(text)
        self.document.message.emit(Message("info", text))

    # export

    def figures(self) -> dict[str, QWidget]:
        return {"parallel_coordinates": self.lines, "heat_map": self.heat}

    def tables(self) -> dict[str, list[list[Any]]]:
        if not self.results:
            return {}
        places = [place for place, _words in self._axes()]
        names = figure_names(self.results)
        runs: list[list[Any]] = [[*places, "seed", *names, "seconds", "ended_early"]]
        for each in self.results:
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
