"""Batch norm microscope: features before and after, the company in the batch, the way back."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QWidget

from gui.inspector.pieces import caption, section
from gui.labs.batch_norm_asking import BuiltInRun, Found, Wish, from_start, study
from gui.labs.batch_norm_pages import BackPage, CompanyPage, FeaturesPage, Page
from gui.labs.batch_norm_statistics import StatisticsPage
from gui.labs.batch_norm_words import RUNNING_DEVIATION, sentence_of
from gui.labs.dropout_figures import MarkedNumbers, set_most, whole_field
from gui.labs.panel import LabPanel
from gui.plots.numbers import short
from gui.widgets import NumberField, Segmented
from model.analysis.batch_norm_study import BatchNormSubject, batch_norm_subject
from model.errors import DesignError
from model.layers.batch_norm import BatchNorm
from model.trainer import Trainer

_WAIT_MS = 120
_TRAIN, _PAUSE = "Train on", "Pause"
_TIPS = {
    True: "Pause the training",
    False: "Train the network; the pictures follow, and train and test mode can be switched",
}
_LOOK_MS = 250
"""Between two looks at a training that runs."""


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
                ("statistics", "statistics"),
                ("company", "company"),
                ("back", "way back"),
            ],
            "features",
            "What is looked at",
        )
        self.mode = Segmented([(True, "train"), (False, "test")], True, "Mode")
        self.mode.setToolTip("Statistics of the batch, or the running ones")
        self.batch_size = NumberField(
            "batch size",
            16,
            1,
            512,
            symbol="B",
            is_integer=True,
            is_log=True,
            tooltip="How many items are normalised together, down to 1",
        )
        self.train = QPushButton(_TRAIN)
        self.train.setObjectName("batch_norm_train")
        self.item = whole_field("batch_norm_item", "Whose representation is looked at, from 1")
        self.again = QPushButton("Another batch")
        self.again.setToolTip("Other company for the same item")
        self.first = whole_field("batch_norm_first", "The feature along x, and of the numbers")
        self.second = whole_field("batch_norm_second", "The feature along y")
        self._subject: BatchNormSubject | None = None
        self._found: Found | None = None
        self._is_own = False
        self._is_new = True
        """The batch size of the training has still to be taken over."""
        self._built_in: BuiltInRun | None = None
        """The built-in network, while it is trained on."""
        self._number = 0
        self._later = QTimer(self, interval=_WAIT_MS, singleShot=True)
        self._fill_controls()
        self.company = CompanyPage()
        self.pages: dict[str, Page] = {
            "features": FeaturesPage(),
            "statistics": StatisticsPage(),
            "company": self.company,
            "back": BackPage(),
        }
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
        self.controls.addWidget(self.train)
        self._add("Mode", self.mode)
        self.controls.addWidget(self.batch_size)
        self._add("Item", self.item)
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
        self.controls.addWidget(caption(RUNNING_DEVIATION))

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
        self.batch_size.edited.connect(self._on_wish)
        self.again.clicked.connect(self._on_again)
        self.train.clicked.connect(self.toggle_training)
        self.item.valueChanged.connect(self._on_wish)
        self.company.item_chosen.connect(self._on_item_chosen)
        for field in (self.first, self.second):
            field.valueChanged.connect(self._show)
        self._later.timeout.connect(self._study)
        self._look = QTimer(self, interval=_LOOK_MS, singleShot=True)
        self._look.timeout.connect(self._on_look)
        self.controller.snapshot.connect(self._on_snapshot)
        self.controller.state_changed.connect(self._on_state)
        self.job.running_changed.connect(self._on_state)
        self.job.done.connect(self._on_done)
        self.job.partial.connect(self._on_done)

    # opened

    def begin(self) -> None:
        """Copy the training as it stands, or train the built-in network."""
        self._found = self._subject = self._built_in = None
        self._is_new = True
        layers = [node.layer for node in self.document.graph.nodes.values()]
        self._is_own = any(isinstance(layer, BatchNorm) for layer in layers)
        if self._is_own:
            self._ask_subject()
        else:
            self.job.start(from_start, self._wish())
        self._on_state()

    def _ask_subject(self) -> None:
        """A copy of the open design's training as it stands."""
        if self.controller.prepare():
            self.controller.lend(self._lent)

    def _lent(self, trainer: Trainer) -> None:
        try:
            self.prepared.emit(batch_norm_subject(trainer))
        except DesignError:
            self.prepared.emit(None)

    @Slot(object)
    def _on_prepared(self, subject: BatchNormSubject | None) -> None:
        """None: an undo has taken the last batch norm out of the design."""
        if not self.isVisible() or not self._is_own:
            return
        if subject is None:
            self.begin()
            return
        self._take(subject)
        if self._is_new:
            self._is_new = False
            self.batch_size.set_value(min(subject.batch_size, subject.step.batch))
        self._study()

    # while the training runs

    @property
    def is_training_on(self) -> bool:
        """The network that is looked at is being trained."""
        return self.controller.is_running if self._is_own else self._built_in is not None

    @Slot()
    def toggle_training(self) -> None:
        """Train the network that is looked at on, or pause it."""
        if self._is_own:
            self.controller.toggle()
        elif self._built_in is not None:
            self.job.cancel()
        elif self._found is not None and self._found.trainer is not None:
            self._built_in = run = BuiltInRun(self._found.trainer, self._wish())
            self.job.start(run.train_on)
            self._reveal.stop()  # it has no end of which there could be a share
            self._on_state()

    @Slot()
    def _on_state(self, _what: object = None) -> None:
        if not self.job.is_running:
            self._built_in = None
        is_on = self.is_training_on
        can = self._is_own or (self._found is not None and self._found.trainer is not None)
        self.train.setText(_PAUSE if is_on else _TRAIN)
        self.train.setEnabled(can)
        tip = (
            "Pause the training" if is_on else "The pictures follow; train and test can be switched"
        )
        self.train.setToolTip(tip if can else "The built-in network is still being made")

    @Slot(object)
    def _on_snapshot(self, snapshot: Any) -> None:
        """The open design's training has gone on: look again, soon."""
        is_looked_at = self._is_own and self.isVisible() and self._subject is not None
        if not is_looked_at or self._look.isActive() or self.job.is_running:
            return
        if self._found is not None and snapshot.step != self._found.step:
            self._look.start()

    @Slot()
    def _on_look(self) -> None:
        if self.isVisible() and not self.job.is_running:
            self._number += 1  # every step has another batch
            self._ask_subject()

    def _take(self, subject: BatchNormSubject) -> None:
        is_other = self._subject is None or self._subject.layers != subject.layers
        self._subject = subject
        set_most(self.item, subject.step.batch)
        if not is_other:
            return
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
        item = self.item.value() - 1
        return Wish(key, int(self.batch_size.value()), self._number, bool(self.mode.value()), item)

    @Slot()
    def _on_wish(self, _value: object = None) -> None:
        if self._built_in is not None:
            self._built_in.wish = self._wish()
        else:
            self._later.start()

    @Slot(int)
    def _on_item_chosen(self, item: int) -> None:
        self.item.setValue(item + 1)

    @Slot()
    def _on_again(self) -> None:
        self._number += 1
        self._on_wish()

    @Slot()
    def _study(self) -> None:
        if self._subject is None or not self.isVisible() or self._built_in is not None:
            return
        self.job.start(study, self._subject, self._wish(), self._found)

    @Slot(object)
    def _on_done(self, found: Found) -> None:
        if self._subject is not found.subject:
            self._take(found.subject)
        self._found = found
        if self._built_in is not None:
            self._number = found.wish.number
        self._on_state()
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
        is_back = self.view.value() == "back"
        self.say(sentence_of(found, a, is_own=self._is_own, is_back=is_back))

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
