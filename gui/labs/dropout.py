"""Dropout: sub-networks seen, what a committee of them answers, and the noise they make."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QWidget,
)

from gui.inspector.pieces import caption, section
from gui.labs.dropout_asking import Found, from_start, study
from gui.labs.dropout_figures import (
    MARKS,
    MarkedNumbers,
    set_most,
    whole_field,
)
from gui.labs.dropout_stage import DropoutStage
from gui.labs.panel import LabPanel
from gui.plots.numbers import short
from gui.widgets import NumberField, Segmented
from model.analysis.dropout_committee import Committee
from model.analysis.dropout_study import (
    DropoutSubject,
    dropout_subject,
)
from model.layers.dropout import Dropout
from model.trainer import Trainer

_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WAIT_MS = 150
_WHICH = {
    True: "The open design, or a built-in one: of its 8 neurons all 256 sub-networks can be asked",
    False: "The open design has no Dropout layer: a built-in one with 8 neurons takes its place",
}


class DropoutPanel(LabPanel):
    """The design's own Dropout layers, or those of a small built-in network."""

    title: ClassVar[str] = "Dropout"
    help: ClassVar[str] = "Every step trains another sub-network; at test time they answer together"
    prepared = Signal(object)

    def build(self) -> None:
        self.which = Segmented(
            [("own", "this design"), ("small", "small one")], "own", "Which network"
        )
        self.which.setObjectName("dropout_which")
        self.node = QComboBox()
        self.node.setObjectName("dropout_node")
        self.node.setToolTip("Which Dropout layer the masks and activations are of")
        self.item = whole_field("dropout_item", "The item that is predicted, from 1")
        self.samples = NumberField(
            "sampled sub-networks",
            100,
            1,
            2000,
            symbol="T",
            is_integer=True,
            is_log=True,
            tooltip="Over so many random masks the prediction is averaged",
        )
        self.first = whole_field("dropout_first", "The neuron along the x axis of the noise")
        self.second = whole_field("dropout_second", "The neuron along the y axis of the noise")
        self._subject: DropoutSubject | None = None
        self._found: Found | None = None
        self._has_own = False
        self._later = QTimer(self, interval=_WAIT_MS, singleShot=True)
        self._fill_controls()
        self.pictures = DropoutStage()
        self.stage.addWidget(self.pictures, 1)
        self._connect()

    def _fill_controls(self) -> None:
        self.controls.addWidget(self.which)
        self._add("Dropout layer", self.node)
        self._add("Item", self.item)
        self.doubtful = QPushButton("The most doubtful item")
        self.doubtful.setToolTip("The item whose answer at test time is nearest to a tie")
        self.doubtful.clicked.connect(self._on_doubtful)
        self.controls.addWidget(self.doubtful)
        self.controls.addWidget(self.samples)
        self.controls.addWidget(section("Predictions"))
        self.answer_of = caption()
        self.controls.addWidget(self.answer_of)
        self.numbers = MarkedNumbers(
            [
                ("scaled", "weight scaling", MARKS["scaled"], "One pass with (1 − p) h"),
                ("mean", "mean of samples", MARKS["mean"], "Over T random sub-networks"),
                ("spread", "their spread σ", -1, "Standard deviation of the sampled answers"),
                ("error", "σ/√T", -1, "How far the mean of T samples is off, typically"),
                ("exact", "exact average", MARKS["exact"], "Over all 2ⁿ masks, by their chance"),
            ]
        )
        self.controls.addWidget(self.numbers)
        self.why = caption()
        self.controls.addWidget(self.why)
        self.controls.addWidget(section("Noise on two neurons"))
        self._add("Along x", self.first)
        self._add("Along y", self.second)

    def _add(self, words: str, field: QWidget) -> None:
        label = QLabel(words)
        label.setBuddy(field)
        self.controls.addWidget(label)
        self.controls.addWidget(field)

    def _connect(self) -> None:
        self.prepared.connect(self._on_prepared, Qt.ConnectionType.QueuedConnection)
        self.which.changed.connect(self._on_which)
        self.node.currentIndexChanged.connect(self._on_wish)
        self.item.valueChanged.connect(self._on_wish)
        self.samples.edited.connect(self._on_wish)
        for field in (self.first, self.second):
            field.valueChanged.connect(self._on_neurons)
        self._later.timeout.connect(self._study)
        self.job.done.connect(self._on_done)

    # opened

    def begin(self) -> None:
        """Copy the training as it stands, or train the built-in network."""
        self._found = self._subject = None
        self.job.cancel()
        layers = [node.layer for node in self.document.graph.nodes.values()]
        self._has_own = any(isinstance(layer, Dropout) for layer in layers)
        self.which.setEnabled(self._has_own)
        self.which.setToolTip(_WHICH[self._has_own])
        if not self._has_own or self.node_id:
            self.which.set_value("own" if self._has_own else "small")
            self.node_id = self.node_id if self._has_own else ""
        if not self.is_own:
            self.job.start(from_start, int(self.samples.value()))
        elif self.controller.prepare():
            self.controller.lend(self._lent)

    @property
    def is_own(self) -> bool:
        """The open design is looked at, not the built-in network."""
        return self.which.value() == "own"

    @Slot(object)
    def _on_which(self, _value: object) -> None:
        self.node_id = ""
        self.begin()

    def _lent(self, trainer: Trainer) -> None:
        self.prepared.emit(dropout_subject(trainer))

    @Slot(object)
    def _on_prepared(self, subject: DropoutSubject) -> None:
        if self.isVisible() and self.is_own:
            self._take(subject)
            self._start(-1)

    def _take(self, subject: DropoutSubject) -> None:
        self._subject = subject
        graph = subject.step.graph
        with QSignalBlocker(self.node):
            self.node.clear()
            for key in subject.layers:
                self.node.addItem(graph.title_of(key), key)
            self.node.setCurrentIndex(max(self.node.findData(self.node_id), 0))
        set_most(self.item, subject.step.batch)
        self.node.setEnabled(len(subject.layers) > 1)
        self.node.setToolTip(
            "Which Dropout layer the masks and activations are of"
            if len(subject.layers) > 1
            else "This network has a single Dropout layer"
        )

    # studies

    @Slot()
    def _on_wish(self, _value: object = None) -> None:
        self._later.start()

    @Slot()
    def _on_doubtful(self) -> None:
        self._start(-1)

    @Slot()
    def _study(self) -> None:
        self._start(self.item.value() - 1)

    def _start(self, item: int) -> None:
        """Ask about this item, -1: about the most doubtful one."""
        subject = self._subject
        if subject is None or not self.isVisible():
            return
        key = self.node.currentData() or subject.layers[0]
        self.job.start(study, subject, key, item, int(self.samples.value()))

    @Slot(object)
    def _on_done(self, found: Found) -> None:
        if self._subject is not found[0]:
            self._take(found[0])
        self._found = found
        with QSignalBlocker(self.item):
            self.item.setValue(found[3].item + 1)
        self.pictures.show_masks(found[1])
        self._show_answers(found[0], found[3])
        self._show_noise()
        self.say(self._sentence(found))

    def _sentence(self, found: Found) -> str:
        subject, record, _noise, _answer = found
        many = f"{2**record.neurons:,}" if record.neurons <= 20 else power(record.neurons)
        text = f"{record.found:,} different sub-networks of {many} in {len(record.masks):,} masks"
        if not self._has_own:
            return f"Your design has no Dropout layer: a built-in network on moons. {text}"
        if not self.is_own:
            return f"A built-in network on moons. {text}"
        if not subject.step_count:
            return f"Untrained as yet: the masks are those of the first steps to come. {text}"
        last = int(record.steps[-1])
        if last < subject.step_count:
            return f"{text} of the first {last:,} steps"
        if not record.is_exact:
            return f"{text}: drawn from the seed; the run itself has been edited on its way"
        return text

    def _show_answers(self, subject: DropoutSubject, answer: Committee) -> None:
        best = self.pictures.show_answers(subject, answer)
        name = self.pictures.answers.names[best]
        self.answer_of.setText(f"Item {answer.item + 1}, output “{name}”")
        self.numbers.show_number("scaled", f"{answer.scaled[best]:.4f}")
        self.numbers.show_number("mean", f"{answer.mean[best]:.4f}")
        self.numbers.show_number("spread", f"± {short(answer.spread[best])}")
        error = answer.spread[best] / len(answer.samples) ** 0.5
        self.numbers.show_number("error", f"± {short(error)}")
        exact = "–" if answer.exact is None else f"{answer.exact[best]:.4f}"
        self.numbers.show_number("exact", exact)
        if answer.exact is None:
            self.why.setText(
                f"{answer.neurons} neurons have {power(answer.neurons)} sub-networks: too many"
                " to ask them all. Up to 12 neurons the exact average is worked out."
            )
        else:
            self.why.setText(f"The exact average asks all {answer.sub_networks:,} sub-networks.")

    @Slot()
    def _on_neurons(self, _value: object = None) -> None:
        self._show_noise()

    def _show_noise(self) -> None:
        if self._found is None:
            return
        subject, _record, view, _answer = self._found
        n = view.before.shape[1]
        is_first = self.second.maximum() == 1
        set_most(self.first, n)
        set_most(self.second, n)
        if is_first and n > 1:
            lively = np.argsort(-np.abs(view.before).mean(axis=0))[:2]
            for field, neuron in zip((self.first, self.second), sorted(lively), strict=True):
                with QSignalBlocker(field):
                    field.setValue(int(neuron) + 1)
        a, b = self.first.value() - 1, self.second.value() - 1
        self.pictures.show_noise(subject, view, a, b)

    # export

    def figures(self) -> dict[str, QWidget]:
        return self.pictures.figures()

    def tables(self) -> dict[str, list[list[Any]]]:
        return {} if self._found is None else self.pictures.tables(self._found)


def power(n: int) -> str:
    """2 to the n, written with a raised n."""
    return "2" + str(n).translate(_HIGH)
