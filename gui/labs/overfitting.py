"""Overfitting: training, validation and test loss over model size, items and steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gui.document import Message
from gui.labs.overfitting_figures import SpreadFigure
from gui.labs.overfitting_form import WAVE, Key, OverfittingForm
from gui.labs.overfitting_stage import OverfittingStage
from gui.labs.panel import LabPanel
from gui.labs.study_queue import StudyQueue
from gui.labs.transport import Transport
from gui.plots.numbers import short
from gui.training.state_step import Kept, put_state
from model.analysis.overfitting import (
    FitRun,
    Ground,
    Memo,
    PartCurves,
    item_counts,
    over_items,
    over_sizes,
)
from model.analysis.overfitting_network import Network, Survey, resize, survey
from model.analysis.overfitting_polynomial import Wave
from model.analysis.progress import Progress
from model.errors import DesignError
from model.graph import NetworkGraph

_FEW, _MOST = 300, 2000
"""Steps of each training at first: as many as the canvas has done, within these."""
_MANY = 20_000
"""Parameters above which a first look trains fewer steps."""
_LEAST_COUNT = 4
_CHANGE = 1.1
"""A last validation loss so many times the best says that it overfits."""


def one_run(progress: Progress, ground: Ground, size: float, items: int, patience: int) -> FitRun:
    """One run. Raises: DesignError, CancelledError."""
    return ground.run(progress, size, items, patience)


class OverfittingPanel(LabPanel):
    """A polynomial through a noisy wave, or copies of the open design; the training on the canvas
    stays as it is until the person goes back to the best step."""

    title: ClassVar[str] = "Overfitting"
    help: ClassVar[str] = "Training loss falls with size and steps; validation loss rises again"

    def build(self) -> None:
        self.ground: Ground = Wave()
        self.run: FitRun | None = None
        self.curves: dict[str, PartCurves] = {}
        """By "size" and "items", of the present numbers."""
        self._memos: dict[tuple[Any, ...], Memo] = {}
        self._design: NetworkGraph | None = None
        self._survey: Survey | None = None
        self._wanted: Key | None = None
        self._follows = "last"
        self.queue = StudyQueue(self.job, self, ("survey", "run", "size", "items"))
        self.form = OverfittingForm()
        self.controls.addLayout(self.form)
        self._fill_stage()
        self._connect()

    def _fill_stage(self) -> None:
        self.pictures = OverfittingStage()
        self.transport = Transport("mark", speed=15)
        self.stage.addWidget(self.pictures, 1)
        self.stage.addWidget(self.transport)

    def _connect(self) -> None:
        self.form.chosen.connect(self._on_chosen)
        self.form.edited.connect(self._on_edited)
        self.form.back.clicked.connect(self.go_back)
        self.queue.done.connect(self._on_done)
        self.queue.partial.connect(self._on_partial)
        self.job.failed.connect(self._on_failed)
        shown = self.pictures
        for figure, slot in (
            (shown.over_steps, self._on_step_placed),
            (shown.over_size, self._on_size_placed),
            (shown.over_items, self._on_items_placed),
        ):
            figure.pressed.connect(slot)
            figure.dragged.connect(slot)
        if self.transport is not None:
            self.transport.moved.connect(self._on_moved)
        self.document.opened.connect(self._on_opened)

    # what is fitted

    def begin(self) -> None:
        """The wave at once, and a look at the design; from a node, its units."""
        present = self.form.key()
        self._wanted = None if present == WAVE else present
        if self.node_id:
            self._wanted = ("design", self.node_id)
        self._look_at_design()
        if self._wanted is None:
            self._study()

    @Slot()
    def _on_opened(self) -> None:
        self.job.cancel()
        self._design = self._survey = None
        if self.form.key() != WAVE:
            self.form.show_designs([])
            self._take(WAVE)

    def _look_at_design(self) -> None:
        found = self.document.inference
        if not found.can_run:
            self._design = None
            problem = next((str(p) for p in found.problems if p.is_blocking), "")
            why = f"The design on the canvas cannot run. {problem}".strip()
            self.form.show_designs([], why if self.document.graph.nodes else "")
            self._fall_back()
            return
        present = self.document.graph.design()
        if self._design is not None and self._design.design() == present:
            self._on_surveyed()
            return
        self._design, self._survey = NetworkGraph(present), None
        self._memos = {}
        self.queue.ask("survey", survey, self._design)

    def _fall_back(self) -> None:
        """To the wave, where the design that was wanted is not to be had."""
        if self._wanted is not None or isinstance(self.ground, Network):
            self._wanted = None
            self._take(WAVE)

    def _on_surveyed(self) -> None:
        found, graph = self._survey, self._design
        if found is None or graph is None:
            return
        words = {key: graph.title_of(key) if key else "All hidden layers" for key in found.choices}
        why = "" if found.choices else "The design has no hidden layer whose width is free."
        if found.choices and not found.has_validation:
            why = "The design has no validation part: raise its share in the training settings."
            words = {}
        self.form.show_designs(list(words.items()), why)
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        ground = self.ground
        if isinstance(ground, Network) and (ground.graph, ground.chosen) == (graph, wanted[1]):
            self._study()  # as it was left
            return
        if wanted[1] not in words and "" in words:
            wanted = ("design", "")
        if not self.form.choose(wanted):
            self._take(WAVE)
            return
        self._take(wanted)

    @Slot(object)
    def _on_chosen(self, key: Key) -> None:
        self._take(key)

    def _take(self, key: Key) -> None:
        """Fit this from now on."""
        self.form.choose(key)
        found, graph = self._survey, self._design
        if key == WAVE or found is None or graph is None:
            self.ground = Wave()
        else:
            self.ground = Network(graph, key[1], self._first_steps(found), found.most_items)
        self._follows = "last"
        self.form.show_ground(self.ground)
        self._study()

    def _first_steps(self, found: Survey) -> int:
        if found.parameters > _MANY:
            return 100
        latest = self.controller.latest
        done = latest.step if latest is not None else 0
        return min(max(done, _FEW), _MOST)

    @Slot()
    def _on_edited(self) -> None:
        ground = self.ground
        if isinstance(ground, Wave):
            self.ground = replace(ground, noise=self.form.number("noise"))
        elif isinstance(ground, Network):
            self.ground = replace(ground, steps=int(self.form.number("steps")))
        self._study()

    # studies

    @property
    def size(self) -> float:
        """That the slider shows."""
        return self.form.number("size")

    @property
    def items(self) -> int:
        """That the slider shows."""
        return int(self.form.number("items"))

    def _study(self) -> None:
        ground, size, items = self.ground, self.size, self.items
        seeds, patience = int(self.form.number("seeds")), int(self.form.patience.value())
        self.queue.ask("run", one_run, ground, size, items, patience, is_patient=True)
        sizes = tuple(sorted({*ground.sizes, size}))
        counts = item_counts(ground.most_items, _LEAST_COUNT, self._points())
        counts = tuple(sorted({*counts, items}))
        for kind, study, args in (
            ("size", over_sizes, (sizes, items, seeds)),
            ("items", over_items, (size, counts, seeds)),
        ):
            self.curves.pop(kind, None)
            self.queue.ask(kind, study, ground, *args, self._memo(), is_patient=True)
        self._show_size()
        self._show_curves()

    def _points(self) -> int:
        return 16 if isinstance(self.ground, Wave) else 8

    def _memo(self) -> Memo:
        """What is known of this ground already."""
        ground = self.ground
        key: tuple[Any, ...] = ("wave", getattr(ground, "noise", 0.0))
        if isinstance(ground, Network):
            key = (ground.chosen, ground.steps)
        return self._memos.setdefault(key, {})

    @Slot(str, object)
    def _on_partial(self, kind: str, answer: Any) -> None:
        if kind == "run":
            self._show_run(answer, is_done=False)
        elif kind in ("size", "items"):
            self.curves[kind] = answer
            self._show_curves()

    @Slot(str, object)
    def _on_done(self, kind: str, answer: Any) -> None:
        if kind == "survey":
            self._survey = answer
            self._on_surveyed()
        elif kind == "run":
            self._show_run(answer, is_done=True)
        else:
            self.curves[kind] = answer
            self._show_curves()
        if self.run is not None and not self.queue.running:
            self.say(self._sentence(self.run))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.queue.failed == "survey":
            self._design = None
            self.form.show_designs([], sentence)
            self._fall_back()
        elif self.queue.failed == "run":
            self.run = None
            self.pictures.show_fault(sentence)

    # what is seen

    def _show_run(self, run: FitRun, *, is_done: bool) -> None:
        self.run = run
        transport = self.transport
        if transport is None or not len(run.steps):
            return
        transport.set_last(len(run.steps) - 1)
        at = run.stop.best if self._follows == "best" and is_done else transport.last
        if transport.position != at:
            transport.set_position(at)
        else:
            self._on_moved(at)
        has_best = is_done and np.isfinite(run.validation).any()
        self.form.back.setEnabled(bool(has_best))
        self.form.back.setToolTip(self._back_tip() if has_best else "Wait until the fit is done")
        if is_done:
            self.say(self._sentence(run))

    def _back_tip(self) -> str:
        if isinstance(self.ground, Network):
            return "Show it, and put it on the canvas, its size too; it can be undone"
        return "Show the fit as it stood there"

    @Slot(int)
    def _on_moved(self, mark: int) -> None:
        run = self.run
        if run is None or mark >= len(run.steps):
            return
        if mark not in (run.stop.best, len(run.steps) - 1):
            self._follows = "last"
        is_wave = isinstance(self.ground, Wave)
        self.pictures.show_run(run, self.ground, mark, is_log=is_wave)
        losses = run.losses[:, mark]
        show = self.form.numbers.show_number
        for name, loss in zip(("training", "validation", "test"), losses, strict=True):
            show(name, "–" if np.isnan(loss) else short(loss))
        show("gap", short(losses[1] - losses[0]))

    def _show_curves(self) -> None:
        seeds = int(self.form.number("seeds"))
        self.pictures.show_curves(self.curves, self.ground, self.size, self.items, seeds)

    def _show_size(self) -> None:
        """The axis of the size curve, and how many numbers learn."""
        is_wave = isinstance(self.ground, Wave)
        figure = self.pictures.over_size
        figure.x_is_log, figure.x_is_whole = not is_wave, is_wave
        figure.x_name = self.form.field("size").description()
        try:
            count = f"{self.ground.parameters(self.size):,}"
        except DesignError:  # the study of the fit says why
            count = "–"
        self.form.numbers.show_number("parameters", count)

    def _sentence(self, run: FitRun) -> str:
        if run.fault:
            return run.fault
        best, last = run.stop.best, len(run.steps) - 1
        least, end = float(run.validation[best]), float(run.validation[last])
        text = f"Least validation loss {short(least)} at step {run.steps[best]:,.0f}"
        if end > _CHANGE * least:
            return f"{text}; it has risen to {short(end)} at the end: this overfits."
        if run.stop.stopped is not None and np.nanmin(run.validation) < least:
            return f"{text}, but patience ends too early: it falls to {short(end)} later."
        return f"{text}; it has not risen since: no overfitting so far."

    # the person

    @Slot(float, float)
    def _on_step_placed(self, x: float, _y: float) -> None:
        if self.run is not None and self.transport is not None:
            self.transport.pause()
            self.transport.set_position(self.pictures.over_steps.number_at(x))

    @Slot(float, float)
    def _on_size_placed(self, x: float, _y: float) -> None:
        self._place("size", self.pictures.over_size, x)

    @Slot(float, float)
    def _on_items_placed(self, x: float, _y: float) -> None:
        self._place("items", self.pictures.over_items, x)

    def _place(self, name: str, figure: SpreadFigure, x: float) -> None:
        value = float(figure.places[figure.number_at(x)])
        if value != self.form.number(name):
            self.form.set_number(name, value)
            self._study()

    @Slot()
    def go_back(self) -> None:
        """Show the best step; a design's parameters of that step go to the canvas."""
        run = self.run
        if run is None or self.transport is None:
            return
        self._follows = "best"
        self.transport.pause()
        self.transport.set_position(run.stop.best)
        if isinstance(self.ground, Network) and run.back is not None:
            self._put_on_canvas(self.ground, run, run.back)

    def _put_on_canvas(self, ground: Network, run: FitRun, back: Kept) -> None:
        try:
            edit = resize(self.document.graph, ground.chosen, run.size)
        except DesignError as fault:
            self.document.report(fault)
            return
        if not self.controller.prepare():
            return
        text = "Go back to the best step"
        put_state(self.document, self.controller, text, edit if edit.changes else None, back)
        step = int(run.steps[run.stop.best])
        whole = run.items == ground.most_items
        said = f"The training stands at step {step:,}, the best" if whole else ""
        said = said or f"The weights of step {step:,}, the best with {run.items} items, are there"
        said += ". Undo brings back what was there before."
        self.say(said)
        self.document.message.emit(Message("info", said))

    # export

    def figures(self) -> dict[str, QWidget]:
        return self.pictures.figures()

    def tables(self) -> dict[str, list[list[Any]]]:
        return self.pictures.tables() if self.run is not None else {}
