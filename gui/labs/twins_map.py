"""The difference map: how far a twin run is from the training, painted on the cards of the canvas.

It stays on while the training goes on: the twin is led to the step at which the canvas stands, on
a thread of its own, and the strips are painted anew.
"""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from gui.canvas.difference_legend import DifferenceLegend
from gui.labs.job import Job
from model.analysis.twin_differences import Companion, Differences, stand_of
from model.analysis.twins import Moment, TwinRun
from model.trainer import Trainer

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_WAIT_MS = 300
"""Between two paintings at least."""
_PATIENCE_SECONDS = 0.6


class TwinMap(QObject):
    """On for one run at a time. document, controller: as a laboratory has them."""

    changed = Signal()
    """It has been put on or off."""
    _stood = Signal(object)

    def __init__(self, document: Any, controller: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._view: CanvasView | None = None
        self.legend: DifferenceLegend | None = None
        self.run: TwinRun | None = None
        self.found: Differences | None = None
        self._companion: Companion | None = None
        self.job = Job(self)
        self.job.done.connect(self._on_done)
        self.job.failed.connect(self._on_failed)
        self.job.progressed.connect(self._on_progressed)
        self._began = 0.0
        self._later = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._later.timeout.connect(self._ask)
        self._stood.connect(self._on_stood, Qt.ConnectionType.QueuedConnection)
        controller.snapshot.connect(self._on_snapshot)
        controller.reset_done.connect(self._on_changed)
        document.inference_changed.connect(self._on_changed)
        document.opened.connect(self.hide)

    @property
    def is_on(self) -> bool:
        return self._companion is not None

    def show(self, view: CanvasView, moment: Moment, run: TwinRun) -> None:
        """Paint how far this run, which parts from the training at the moment, is away."""
        self.job.cancel()
        self._view, self.run, self.found = view, run, None
        self._companion = Companion(moment, run.alteration, len(run.losses))
        if self.legend is None:
            self.legend = DifferenceLegend(view)
            self.legend.off_wanted.connect(self.hide)
        self.legend.show()
        self._tell("Working out the differences …")
        self._ask()
        self.changed.emit()

    @Slot()
    def hide(self) -> None:
        """The canvas as it was."""
        if not self.is_on:
            return
        self.job.cancel()
        self._later.stop()
        self._companion = self.run = self.found = None
        if self.legend is not None:
            self.legend.hide()
        self._paint()
        self.changed.emit()

    def tables(self) -> dict[str, list[list[Any]]]:
        """The numbers that are painted, for export."""
        if self.found is None or self.run is None:
            return {}
        rows: list[list[Any]] = [["run", "step", "node", "h", "delta", "theta"]]
        for key, each in self.found.nodes.items():
            values = [math.nan if x is None else x for x in (each.h, each.delta, each.theta)]
            rows.append([self.run.name, self.found.step, key, *values])
        return {"twin_difference_map": rows}

    def finish(self) -> None:
        """Before the window goes."""
        self.job.finish()

    # the round: where the canvas stands, the twin led there, painted

    @Slot()
    def _ask(self) -> None:
        if self.is_on and not self.job.is_running:
            self._controller.lend(self._lent)

    def _lent(self, trainer: Trainer) -> None:
        """On the training's thread."""
        self._stood.emit(stand_of(trainer))

    @Slot(object)
    def _on_stood(self, now: Moment) -> None:
        if self._companion is not None and not self.job.is_running:
            self._began = perf_counter()
            self.job.start(self._companion.differences, now)

    @Slot(float, str)
    def _on_progressed(self, share: float, words: str) -> None:
        """Only of what takes long; the cross of the legend cancels it."""
        if words and perf_counter() > self._began + _PATIENCE_SECONDS:
            self._tell(f"{words}: {100 * share:.0f} %")

    @Slot(object)
    def _on_done(self, found: Differences) -> None:
        self.found = found
        self._paint()
        place = "where the runs end: Run goes on from the fork" if found.is_end else "next batch"
        self._tell(f"Step {found.step:,}, {place}")
        self._on_snapshot(self._controller.latest)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.found = None
        self._paint()
        self._tell(sentence)

    def _paint(self) -> None:
        if self._view is not None:
            self._view.canvas.set_differences(self.found.nodes if self.found is not None else {})

    def _tell(self, sentence: str) -> None:
        if self.legend is not None and self.run is not None:
            self.legend.tell(f"Twin “{self.run.name}” against the canvas", sentence)

    # what moves the canvas

    @Slot(object)
    def _on_snapshot(self, snapshot: Any) -> None:
        if self._companion is None or snapshot is None or self._later.isActive():
            return
        start = self._companion.moment.step
        shown = self.found.step if self.found is not None and not self.found.is_end else start
        if max(snapshot.step, start) != shown:
            self._later.start()

    @Slot()
    def _on_changed(self, _what: object = None) -> None:
        if self.is_on and not self._later.isActive():
            self._later.start()
