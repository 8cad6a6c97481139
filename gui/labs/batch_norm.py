"""Batch norm microscope: features before and after, the company in the batch, the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QWidget

from gui.inspector.pieces import caption, section
from gui.labs.batch_norm_pages import BackPage, CompanyPage, FeaturesPage
from gui.labs.dropout_figures import MarkedNumbers, set_most, whole_field
from gui.labs.panel import LabPanel
from gui.plots.numbers import short
from gui.widgets import NumberField, Segmented
from model.analysis.batch_norm_start import batch_norm_start
from model.analysis.batch_norm_study import (
    BatchNormSubject,
    Paths,
    Pool,
    SizeView,
    Stages,
    batch_norm_subject,
    paths_of_step,
    pool_of,
    size_view,
)
from model.analysis.dropout_start import trained
from model.analysis.progress import Progress
from model.layer import Array
from model.layers.batch_norm import BatchNorm
from model.trainer import Trainer

_WAIT_MS = 120
_COMPANIES = 100
_START_STEPS = 60
_COUNT = 20
"""Random batches of each size."""


@dataclass(frozen=True)
class Wish:
    """What is looked at: node, batch size, which random batch, test or train mode."""

    node_id: str = ""
    size: int = 16
    number: int = 0
    is_training: bool = True


@dataclass(frozen=True)
class Found:
    """One answer: the pool, a batch in its stages, the first item's jitter, the way back."""

    subject: BatchNormSubject
    pool: Pool
    wish: Wish
    items: Array
    stages: Stages
    jitter: Array
    sizes: SizeView
    paths: Paths | None


class BatchNormPanel(LabPanel):
    """The design's own batch norm layers, or that of a small built-in network."""

    title: ClassVar[str] = "Batch norm microscope"
    help: ClassVar[str] = "Every feature gets mean 0 and deviation 1 over the batch it happens in"
    prepared = Signal(object)

    def build(self) -> None:
        self.node = QComboBox()
        self.node.setObjectName("batch_norm_node")
        self.view = Segmented(
            [
                ("features", "features"),
                ("company", "company"),
                ("back", "way back"),
            ],
            "features",
            "What is looked at",
        )
        self.mode = Segmented([(True, "train"), (False, "test")], True, "Mode")
        self.mode.setToolTip("Statistics of the batch, or the running ones")
        self.size = NumberField(
            "batch size",
            16,
            1,
            512,
            symbol="B",
            is_integer=True,
            is_log=True,
            tooltip="How many items are normalised together, down to 1",
        )
        self.again = QPushButton("Another batch")
        self.again.setToolTip("Other company for the same item")
        self.first = whole_field("batch_norm_first", "The feature along x, and of the numbers")
        self.second = whole_field("batch_norm_second", "The feature along y")
        self._subject: BatchNormSubject | None = None
        self._found: Found | None = None
        self._is_own = False
        self._number = 0
        self._later = QTimer(self, interval=_WAIT_MS, singleShot=True)
        self._fill_controls()
        self.pages = {"features": FeaturesPage(), "company": CompanyPage(), "back": BackPage()}
        self._stack = QStackedWidget()
        for page in self.pages.values():
            self._stack.addWidget(page)
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 0)
        row.addWidget(self.view)
        row.addStretch(1)
        self.stage.addLayout(row)
        self.stage.addWidget(self._stack, 1)
        self._connect()

    def _fill_controls(self) -> None:
        self._add("Batch norm layer", self.node)
        self._add("Mode", self.mode)
        self.controls.addWidget(self.size)
        self.controls.addWidget(self.again)
        self._add("Feature along x", self.first)
        self._add("Feature along y", self.second)
        self.controls.addWidget(section("Statistics of feature x"))
        self.numbers = MarkedNumbers(
            [
                ("mean", "batch mean μ", -1, "Over this batch"),
                ("std", "batch deviation σ", -1, "Over this batch, 1/m"),
                ("running_mean", "running mean", -1, "Used at test time"),
                ("running_std", "running deviation", -1, "Used at test time"),
                ("gamma", "γ", -1, "Learnt scale"),
                ("beta", "β", -1, "Learnt shift"),
            ]
        )
        self.controls.addWidget(self.numbers)
        self.note = caption()
        self.controls.addWidget(self.note)

    def _add(self, words: str, field: QWidget) -> None:
        label = QLabel(words)
        label.setBuddy(field)
        self.controls.addWidget(label)
        self.controls.addWidget(field)

    def _connect(self) -> None:
        self.prepared.connect(self._on_prepared, Qt.ConnectionType.QueuedConnection)
        self.view.changed.connect(self._on_view)
        self.node.currentIndexChanged.connect(self._on_wish)
        self.mode.changed.connect(self._on_wish)
        self.size.edited.connect(self._on_wish)
        self.again.clicked.connect(self._on_again)
        for field in (self.first, self.second):
            field.valueChanged.connect(self._show)
        self._later.timeout.connect(self._study)
        self.job.done.connect(self._on_done)

    # opened

    def begin(self) -> None:
        """Copy the training as it stands, or train the built-in network."""
        self._found = self._subject = None
        layers = [node.layer for node in self.document.graph.nodes.values()]
        self._is_own = any(isinstance(layer, BatchNorm) for layer in layers)
        if not self._is_own:
            self.job.start(_from_start, self._wish())
            return

        def prepare(trainer: Trainer) -> None:
            self.prepared.emit(batch_norm_subject(trainer))

        if self.controller.prepare():
            self.controller.lend(prepare)

    @Slot(object)
    def _on_prepared(self, subject: BatchNormSubject) -> None:
        if self.isVisible():
            self._take(subject)
            self.size.set_value(min(subject.batch_size, subject.step.batch))
            self._study()

    def _take(self, subject: BatchNormSubject) -> None:
        self._subject = subject
        with QSignalBlocker(self.node):
            self.node.clear()
            for key in subject.layers:
                self.node.addItem(subject.step.graph.title_of(key), key)
            self.node.setCurrentIndex(max(self.node.findData(self.node_id), 0))
        is_choice = len(subject.layers) > 1
        self.node.setEnabled(is_choice)
        self.node.setToolTip(
            "Which layer is looked at"
            if is_choice
            else "This network has a single Batch norm layer"
        )

    # studies

    def _wish(self) -> Wish:
        key = self.node.currentData() or ""
        return Wish(key, int(self.size.value()), self._number, bool(self.mode.value()))

    @Slot()
    def _on_wish(self, _value: object = None) -> None:
        self._later.start()

    @Slot()
    def _on_again(self) -> None:
        self._number += 1
        self._later.start()

    @Slot()
    def _study(self) -> None:
        if self._subject is None or not self.isVisible():
            return
        known = self._found
        self.job.start(_study, self._subject, self._wish(), known)

    @Slot(object)
    def _on_done(self, found: Found) -> None:
        if self._subject is not found.subject:
            self._take(found.subject)
        self._found = found
        n = found.pool.h.shape[1]
        is_first = self.second.maximum() == 1
        set_most(self.first, n)
        set_most(self.second, n)
        if is_first and n > 1:
            with QSignalBlocker(self.second):
                self.second.setValue(2)
        self._show()

    @Slot(object)
    def _on_view(self, value: object) -> None:
        self._stack.setCurrentWidget(self.pages[str(value)])
        self._show()

    @Slot()
    def _show(self, _value: object = None) -> None:
        found = self._found
        if found is None:
            return
        a, b = self.first.value() - 1, self.second.value() - 1
        for page in self.pages.values():
            page.show_found(found, a, b)
        self._show_numbers(found, a)
        self.say(self._sentence(found, a))

    def _show_numbers(self, found: Found, feature: int) -> None:
        batch, running = found.stages.batch, found.stages.running
        values = {
            "mean": batch.mean,
            "std": np.sqrt(batch.var),
            "running_mean": running.mean,
            "running_std": np.sqrt(running.var),
            "gamma": found.pool.gamma,
            "beta": found.pool.beta,
        }
        for key, array in values.items():
            self.numbers.show_number(key, short(array[feature]))
        self.note.setText(
            "Running deviation: square root of the running variance, which follows the unbiased"
            " one (1/(m − 1)) of the batches."
        )

    def _sentence(self, found: Found, feature: int) -> str:
        start = "" if self._is_own else "Your design has no Batch norm: a built-in network. "
        if self.view.value() == "back":
            return start + self._back_sentence(found)
        if not found.wish.is_training:
            return f"{start}Test mode: the running statistics, so the company makes no difference"
        if len(found.items) == 1 and found.pool.h.ndim == 2:
            return f"{start}A batch of one is its own mean: whatever comes in, β goes out"
        jitter = found.jitter[:, feature].reshape(_COMPANIES, -1)[:, 0].std()
        return (
            f"{start}The same item in {_COMPANIES} batches of {len(found.items)}: feature"
            f" {feature + 1} comes out with a spread of {short(jitter)}"
        )

    def _back_sentence(self, found: Found) -> str:
        if found.paths is None:
            return "No δ goes further down here: nothing below this layer learns"
        return (
            "δ of the input is the sum of three paths; greatest difference from the engine's δ:"
            f" {found.paths.error:.1e}"
        )

    # export

    def figures(self) -> dict[str, QWidget]:
        found: dict[str, QWidget] = {}
        for page in self.pages.values():
            found |= page.figures()
        return found

    def tables(self) -> dict[str, list[list[Any]]]:
        if self._found is None:
            return {}
        found: dict[str, list[list[Any]]] = {}
        for page in self.pages.values():
            found |= page.tables()
        return found


def _study(
    progress: Progress, subject: BatchNormSubject, wish: Wish, known: Found | None = None
) -> Found:
    """Everything about one batch, on the job's thread; the pool is kept while the node stays."""
    key = wish.node_id or subject.layers[0]
    is_known = known is not None and known.subject is subject and known.wish.node_id == key
    wish = Wish(key, wish.size, wish.number, wish.is_training)
    if is_known and known is not None:
        pool, sizes = known.pool, known.sizes
    else:
        pool = pool_of(subject, key)
        sizes = size_view(pool, 0, _COUNT, progress)
    items = pool.batch(wish.size, wish.number, 0)
    stages = pool.stages(items, is_training=wish.is_training)
    if wish.is_training:
        jitter = pool.jitter(0, wish.size, _COMPANIES)
    else:
        jitter = np.repeat(stages.after[:1], _COMPANIES, axis=0)
    paths = paths_of_step(subject, key, items, progress)
    return Found(subject, pool, wish, items, stages, jitter, sizes, paths)


def _from_start(progress: Progress, wish: Wish) -> Found:
    """The built-in network, trained anew."""
    subject = batch_norm_subject(trained(progress, batch_norm_start(), _START_STEPS))
    return _study(progress, subject, Wish("", wish.size, wish.number, wish.is_training))
