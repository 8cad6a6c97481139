"""Sweep: the open design trained many times over, with other values of its fields and other seeds,
in processes of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from gui.document import Message
from gui.labs.panel import LabPanel
from gui.labs.sweep_file import ResultsFile
from gui.labs.sweep_form import SweepForm
from gui.labs.sweep_stage import SweepStage
from model.errors import FileError
from model.sweep.choices import edit_of, first_factors, sweepables
from model.sweep.plan import Plan
from model.sweep.result import Result
from model.sweep.study import sweep

_MANY = 15_000
"""Multiply-adds an item above which nothing is started unasked."""
_EPOCHS = 20
"""Of a first look at a design that does not say."""
_MOST_EPOCHS = 40
"""Of a first look at any."""
_SHOW_MS = 120
"""Results that come faster are shown together."""
_PAUSE = 8.0
"""Times as long as it takes to show results, until the next ones are shown."""


class SweepPanel(LabPanel):
    """Fields and seeds at the left; lines, heat map and table of what has come of them."""

    title: ClassVar[str] = "Sweep"
    help: ClassVar[str] = "The design is trained with many settings; the canvas stays as it is"

    def build(self) -> None:
        self.plan: Plan | None = None
        self.results: list[Result] = []
        self.file = ResultsFile(self)
        self._is_edited = False
        """While something ran, another plan was asked for."""
        self._labels: dict[str, str] = {}
        self._is_first = True
        self.form = SweepForm()
        self.controls.addLayout(self.form)
        self._soon = QTimer(self, singleShot=True, interval=_SHOW_MS)
        self.view = SweepStage()
        self.stage.addWidget(self.view)
        self._connect()

    def _connect(self) -> None:
        form = self.form
        form.edited.connect(self._on_edited)
        form.start_button.clicked.connect(self.start)
        form.cancel_button.clicked.connect(self.job.cancel)
        form.anew_button.clicked.connect(self.forget)
        form.keep_button.clicked.connect(self.ask_file)
        self.view.apply_wanted.connect(self.apply)
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
        self.plan, self.results, self.view.chosen = None, [], ""

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
            self._soon.start(max(_SHOW_MS, round(_PAUSE * self.view.cost_ms)))

    @Slot(object)
    def _on_done(self, found: list[Result]) -> None:
        self.results = found
        self.show_results()
        self._on_state()
        self.say(self.view.sentence())

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

    @Slot()
    def show_results(self) -> None:
        """Everything anew, from the results."""
        is_grid = self.form.way.value() == "grid"
        self.view.show_results(self.results, self.plan, self._labels, is_grid=is_grid)
        if not self._is_edited:
            self.form.show_done(len(self.results))

    @Slot()
    def apply(self) -> None:
        """The chosen values into the design, as one edit."""
        row = self.view.chosen_row()
        if row is None or not self.document.attempt(edit_of, row.setting):
            return
        self.document.end_merge()
        said = self.view.setting_words(row)
        text = f"The design has {said} now; Ctrl+Z takes it back." if said else "Nothing varies."
        self.say(text)
        self.document.message.emit(Message("info", text))

    # export

    def figures(self) -> dict[str, QWidget]:
        return self.view.figures()

    def tables(self) -> dict[str, list[list[Any]]]:
        return self.view.tables()
