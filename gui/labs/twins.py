"""Twin run: the training forked, exactly one thing changed, and all of them laid over another."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QSplitter,
    QWidget,
)

from gui.labs.panel import LabPanel
from gui.labs.pieces import headed
from gui.labs.race_curves import CurvesFigure, Run
from gui.labs.rooms import Rooms
from gui.labs.twins_export import curve_rows, distance_rows, distances
from gui.labs.twins_form import TwinForm
from gui.labs.twins_map import TwinMap
from gui.labs.twins_table import TwinModel, TwinTable
from gui.training.state_step import put_state
from model.analysis.twin_insertion import EVERY
from model.analysis.twin_knobs import (
    DROPOUT_ON,
    KEPT,
    Alteration,
    edit_back,
    knobs_of,
    name_of,
)
from model.analysis.twins import Moment, TwinRun, moment_of, twin_runs
from model.errors import DesignError
from model.layer import Array
from model.layers.batch_norm import BatchNorm
from model.layers.dropout import Dropout
from model.trainer import Trainer

Wanted = tuple[int, str, Alteration | None]


class TwinPanel(LabPanel):
    """Original and twins from the same moment of the open design's training."""

    title: ClassVar[str] = "Twin run"
    help: ClassVar[str] = "The same state goes on twice; exactly one thing is otherwise"
    forked = Signal(object)

    def build(self) -> None:
        self.moment: Moment | None = None
        self.wanted: list[Wanted] = []
        self.runs: dict[int, TwinRun] = {}
        """By number; those on their way too."""
        self._next = 0
        self.map = TwinMap(self.document, self.controller, self)
        self.form = TwinForm()
        self.controls.addLayout(self.form)
        self._fill_stage()
        self._connect()

    def _fill_stage(self) -> None:
        self.validation = CurvesFigure("twin_validation", "Validation loss of all runs")
        self.training = CurvesFigure("twin_training", "Training loss of all runs")
        self.model = TwinModel()
        self.table = TwinTable(self.model)
        rooms = Rooms(
            [
                ("Validation", headed("Validation loss", self.validation), 50),
                ("Training", headed("Training loss, without penalty", self.training), 50),
            ]
        )
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(rooms)
        splitter.addWidget(self.table)
        splitter.setStretchFactor(0, 7)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([560, 240])
        self.stage.addWidget(splitter, 1)

    def _connect(self) -> None:
        self.forked.connect(self._on_forked, Qt.ConnectionType.QueuedConnection)
        self.form.fork_button.clicked.connect(self.fork)
        self.form.add_button.clicked.connect(self.add)
        self.form.again_button.clicked.connect(self.run_all)
        self.form.axis.changed.connect(self._on_axis)
        self.form.back_button.clicked.connect(self.take_back)
        self.form.map_button.clicked.connect(self.toggle_map)
        self.map.changed.connect(self._on_selection)
        self.form.remove_button.clicked.connect(self.remove)
        self.table.remove_wanted.connect(self.remove)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.model.modelReset.connect(self._on_selection)
        self.model.renamed.connect(self._on_renamed)
        self.job.done.connect(self._on_done)
        self.job.partial.connect(self._on_runs)
        self.document.opened.connect(self._on_opened)
        self._on_selection()

    # the fork

    def begin(self) -> None:
        """Fork at once; runs that are there already stay until a new fork is asked for."""
        if self.moment is None:
            self.fork()
            return
        if self.node_id:
            self.form.show_knobs(self.form.knobs, self.node_id)
        self._run_missing()
        latest = self.controller.latest
        if latest is not None and latest.step != self.moment.step:
            self.say(
                f"The training stands at step {latest.step:,} now; these runs part at step"
                f" {self.moment.step:,}. Fork the present state to begin there."
            )

    @Slot()
    def fork(self) -> None:
        """From where the training stands now."""
        if self.controller.prepare():
            self.controller.lend(self._lent)

    def _lent(self, trainer: Trainer) -> None:
        self.forked.emit(moment_of(trainer))

    @Slot(object)
    def _on_forked(self, moment: Moment) -> None:
        if not self.isVisible():
            return
        self.job.cancel()
        self.moment = moment
        self._next = 0
        self.wanted, self.runs = [], {}
        self.model.stars.clear()
        self.form.show_where(moment.step)
        self.form.show_knobs(knobs_of(moment.graph), self.node_id)
        self._want(name_of(moment.graph, None), None)
        first = self._first_twin(moment)
        self._want(name_of(moment.graph, first), first)
        self._run_missing()

    @Slot()
    def _on_opened(self) -> None:
        self.job.cancel()
        self.moment = None
        self.wanted, self.runs = [], {}
        self._show()

    def _first_twin(self, moment: Moment) -> Alteration:
        """One that shows something at once: the node's own change, dropout off or on, or another
        rho."""
        nodes = moment.graph.nodes
        keys = [self.node_id] if self.node_id in nodes else list(nodes)
        for key in keys:
            if isinstance(nodes[key].layer, Dropout):
                return Alteration(key, "p", 0.0)
            if self.node_id and isinstance(nodes[key].layer, BatchNorm):
                return Alteration(key, KEPT, False)
        knob = next((k for k in self.form.knobs if k.field.name == DROPOUT_ON), None)
        places = [place.key for place in knob.places] if knob is not None else []
        place = self.node_id if self.node_id in places else EVERY
        if knob is not None and place in places:
            return knob.turned(knob.value, place)
        rate = float(moment.graph.training.optimizer.lr)
        return Alteration("", "lr", float(f"{rate / 10:.3g}"))

    # the runs

    def _want(self, name: str, alteration: Alteration | None) -> None:
        self.wanted.append((self._next, name, alteration))
        self._next += 1

    @Slot()
    def add(self) -> None:
        """One more twin with the chosen change."""
        alteration = self.form.alteration()
        if self.moment is None or alteration is None:
            return
        self._want(name_of(self.moment.graph, alteration), alteration)
        self._run_missing()

    @Slot()
    def run_all(self) -> None:
        """All anew, so many steps each."""
        self.job.cancel()
        self.runs = {}
        self._run_missing()

    def _run_missing(self) -> None:
        missing = [each for each in self.wanted if not self._is_done(each[0])]
        if self.moment is None or not missing:
            self._show()
            return
        self.job.start(twin_runs, self.moment, missing, int(self.form.steps.value()))

    def _is_done(self, number: int) -> bool:
        return number in self.runs and self.runs[number].state is not None

    @Slot(object)
    def _on_runs(self, found: list[TwinRun]) -> None:
        names = {number: name for number, name, _alteration in self.wanted}
        for run in found:
            if run.number in names:
                self.runs[run.number] = run.renamed(names[run.number])
        self._show()

    @Slot(object)
    def _on_done(self, found: list[TwinRun]) -> None:
        self._on_runs(found)
        self._on_selection()
        self.say(self._sentence())

    def _sentence(self) -> str:
        done = [run for run in self.runs.values() if np.isfinite(run.best[0])]
        if not done:
            return "No run has a loss that is a number"
        best = min(done, key=lambda run: run.best[0])
        kind = "validation loss" if np.isfinite(best.validation).any() else "training loss"
        step = best.start + best.best[1]
        return f"Least {kind}: {best.best[0]:.4g} by “{best.name}” at step {step:,}"

    def _show(self) -> None:
        runs = [self.runs[number] for number in sorted(self.runs)]
        self.model.show_runs(runs)
        by_steps = self.form.axis.value() == "steps"
        reach = float(self.form.steps.value()) if by_steps and self.job.is_running else None
        start = runs[0].start if runs and by_steps else 0
        for figure, name in ((self.validation, "validation"), (self.training, "train")):
            lines = []
            for run in runs:
                x = run.steps if by_steps else run.items
                lines.append(_line(run, x, getattr(run, name)))
            figure.x_name = (
                "items" if not by_steps else f"steps after {start:,}" if start else "step"
            )
            has_any = any(len(line.x) for line in lines)
            figure.empty_text = "" if has_any or not runs else _EMPTY[name]
            figure.show_runs(lines if has_any else [], x_last=reach)

    @Slot(object)
    def _on_axis(self, _value: object) -> None:
        self._show()

    # the chosen run

    def chosen(self) -> TwinRun | None:
        """The run of the row that is selected."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.runs[rows[0].row()] if rows else None

    @Slot()
    def _on_selection(self, *_changed: object) -> None:
        run = self.chosen()
        apart = self._distances(run) if run is not None else []
        shown = self.map.run
        is_mapped = run is not None and shown is not None and shown.number == run.number
        self.form.show_chosen(is_chosen=run is not None, is_mapped=is_mapped, apart=apart)

    @Slot()
    def toggle_map(self) -> None:
        """Paint the chosen run's differences on the canvas, and go there; or no more."""
        run, shown = self.chosen(), self.map.run
        if run is None or self.moment is None or self.canvas is None:
            return
        if shown is not None and shown.number == run.number:
            self.map.hide()
            return
        if run.state is None:
            self.say(f"“{run.name}” is still on its way: wait until it has ended.")
            return
        self.map.show(self.canvas, self.moment, run)
        self.leave_wanted.emit()

    def finish(self) -> None:
        """The map has a thread of its own."""
        super().finish()
        self.map.finish()

    def _distances(self, run: TwinRun) -> list[tuple[str, float]]:
        graph = self.moment.graph if self.moment is not None else None
        return [] if graph is None else distances(run, self.runs.values(), graph)

    @Slot(int, str)
    def _on_renamed(self, number: int, name: str) -> None:
        self.wanted = [(n, name if n == number else old, a) for n, old, a in self.wanted]
        self.runs[number] = self.runs[number].renamed(name)
        self._show()

    @Slot()
    def remove(self) -> None:
        """Forget the chosen run."""
        run = self.chosen()
        if run is None:
            return
        was_running = self.job.is_running
        self.wanted = [each for each in self.wanted if each[0] != run.number]
        del self.runs[run.number]
        self._show()
        if was_running:
            self._run_missing()

    @Slot()
    def take_back(self) -> None:
        """Make the change in the design, and go on from the run's state: one step to undo."""
        run = self.chosen()
        if run is None:
            return
        if run.state is None or run.curves is None:
            self.say(f"“{run.name}” is still on its way: wait until it has ended.")
            return
        try:
            edit = edit_back(self.document.graph, run.alteration)
        except DesignError as fault:
            self.document.report(fault)
            return
        if not self.controller.prepare():
            return
        text = f"Take the state of “{run.name}”"
        step = run.start + len(run.losses)
        said = (
            f"The training stands at step {step:,} of the twin run “{run.name}”. Undo brings back"
            " what was there before."
        )
        self.say(said)
        put_state(self.document, self.controller, text, edit, (run.state, run.curves), said)

    # export

    def figures(self) -> dict[str, QWidget]:
        return {"twin_validation_loss": self.validation, "twin_training_loss": self.training}

    def tables(self) -> dict[str, list[list[Any]]]:
        if not self.runs or self.moment is None:
            return {}
        runs = self.runs.values()
        return {
            "twin_runs": self.model.rows(),
            "twin_curves": curve_rows(runs),
            "twin_distances": distance_rows(runs, self.moment.graph),
            **self.map.tables(),
        }


_EMPTY = {
    "validation": "There is no validation part: raise its share in the training settings.",
    "train": "No step has been done as yet.",
}


def _line(run: TwinRun, x: Array, y: Array) -> Run:
    known = np.isfinite(y)
    return Run(run.number, run.name, x[known], y[known])
