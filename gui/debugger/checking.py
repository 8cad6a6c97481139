"""The gradient check of the walk: badges for the cards, one number at every step size."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from gui.debugger.session import DebugSession
from gui.labs.job import Job
from model.analysis.gradient_check import GradientReport, check_step
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal
from model.analysis.step_sizes import StepCurve, step_curve
from model.teaching.faults import Fault, plant

ITEMS = 8
"""Of the step's batch that are checked: enough to see a fault, and soon done."""
ENTRIES = 10


class GradientChecker(QObject):
    """While it is on, every new walk is checked, in float64 and on a thread of its own."""

    reported = Signal(object)
    """A `GradientReport`, or None where there is none."""
    curve_changed = Signal(object)
    """A `StepCurve`, or None."""
    running_changed = Signal(bool)
    _prepared = Signal(object)

    def __init__(self, session: DebugSession) -> None:
        super().__init__(session)
        self._session = session
        self.is_on = False
        self.report: GradientReport | None = None
        self.subject: tuple[str, str, tuple[int, ...] | None] = ("", "", None)
        """Node, parameter and place of the curve; None: the steepest."""
        self._step: Rehearsal | None = None
        self._check = Job(self)
        self._curve = Job(self)
        self._check.done.connect(self._on_checked)
        self._check.failed.connect(self._on_failed)
        self._check.running_changed.connect(self.running_changed)
        self._curve.done.connect(self.curve_changed)
        self._curve.failed.connect(self._on_failed)
        self._prepared.connect(self._on_prepared, Qt.ConnectionType.QueuedConnection)
        session.counted.connect(self._on_walk_began)
        session.closed.connect(self._forget)

    @Slot(bool)
    def switch(self, is_on: bool) -> None:
        """Check from now on, or take the badges away."""
        self.is_on = is_on
        if is_on:
            self._prepare()
        else:
            self._forget()

    def show_curve(self, node_id: str, parameter: str, index: tuple[int, ...] | None) -> None:
        """Work out the curve of this number."""
        self.subject = (node_id, parameter, index)
        if self._step is not None and node_id:
            self._curve.start(_curve_of, self._step.twin(), node_id, parameter, index)

    def finish(self) -> None:
        """End the threads: before the window goes."""
        self._check.finish()
        self._curve.finish()

    def _prepare(self) -> None:
        if not self._session.is_open:
            return

        self._session.rehearse(self._prepared.emit, ITEMS)

    @Slot(object)
    def _on_walk_began(self, _counted: object) -> None:
        if self.is_on:
            self._prepare()

    @Slot(object)
    def _on_prepared(self, step: Rehearsal) -> None:
        if not (self.is_on and self._session.is_open):
            return
        self._step = step
        self._check.start(partial(_check, fault=self._session.fault), step)
        if self.subject[0]:
            self.show_curve(*self.subject)

    @Slot(object)
    def _on_checked(self, report: GradientReport) -> None:
        self.report = report
        self.reported.emit(report)
        self._session.checked.emit(report.nodes)

    @Slot(str)
    def _on_failed(self, _sentence: str) -> None:
        """A node that is not defined there: the walk says so itself."""
        self.reported.emit(None)

    @Slot()
    def _forget(self) -> None:
        self._check.cancel()
        self._curve.cancel()
        self._step = None
        self.report = None
        self.reported.emit(None)
        self.curve_changed.emit(None)
        self._session.checked.emit({})


def _check(progress: Progress, step: Rehearsal, *, fault: Fault | None) -> GradientReport:
    alter = partial(plant, fault) if fault is not None else None
    return check_step(step, entries=ENTRIES, alter=alter, progress=progress)


def _curve_of(
    progress: Progress,
    step: Rehearsal,
    node_id: str,
    parameter: str,
    index: tuple[int, ...] | None,
) -> StepCurve:
    return step_curve(step, node_id, parameter, index, progress=progress)
