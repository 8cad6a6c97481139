"""Model averaging: the same design many times over, and what the mean of the answers is worth."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.inspector.pieces import caption, section
from gui.labs.averaging_figure import NO_MAP, EnsembleFigure, ErrorsFigure
from gui.labs.dropout_figures import MarkedNumbers, titled
from gui.labs.panel import LabPanel
from gui.plots.numbers import percent, short
from gui.widgets import NumberField, Segmented
from model.analysis.averaging import Ensemble, Member, Wish, train_ensemble
from model.graph import NetworkGraph

_MANY = 20_000
"""Parameters above which a first look trains fewer steps."""
_APART = "Shade where the networks answer differently"
_FEW, _MOST = 200, 1000
"""Steps of a first look: as many as the training on the canvas has done, within these."""


class AveragingPanel(LabPanel):
    """Trains copies of the open design; the training on the canvas stays as it is."""

    title: ClassVar[str] = "Model averaging"
    help: ClassVar[str] = "Networks err in different places: their mean errs less"

    def build(self) -> None:
        self.kind = Segmented([(False, "seeds"), (True, "bagging")], False, "How they differ")
        self.kind.setToolTip("Other first values and orders; bagging: other training items too")
        self.count = NumberField(
            "networks", 8, 2, 30, symbol="K", is_integer=True, tooltip="How many are trained"
        )
        self.steps = NumberField(
            "steps of each",
            200,
            1,
            5000,
            is_integer=True,
            is_log=True,
            tooltip="Training steps of every network",
        )
        self.train = QPushButton("Train them")
        self.train.setObjectName("averaging_train")
        self.train.setToolTip("Train all networks anew with these settings")
        self.apart = QCheckBox("Show disagreement")
        self.apart.setObjectName("averaging_apart")
        self.apart.setToolTip(_APART)
        self.apart.setChecked(True)
        self.found: Ensemble | None = None
        self._is_first = True
        self._fill_controls()
        self._fill_stage()
        self.train.clicked.connect(self.start)
        self.kind.changed.connect(self._on_kind)
        self.apart.toggled.connect(self._on_apart)
        self.job.partial.connect(self._on_found)
        self.job.done.connect(self._on_done)
        self.job.failed.connect(self._on_failed)
        self.job.running_changed.connect(self._on_running)

    def _fill_controls(self) -> None:
        label = QLabel("The networks differ by")
        label.setBuddy(self.kind)
        for widget in (label, self.kind, self.count, self.steps, self.train, self.apart):
            self.controls.addWidget(widget)
        self.errors_head = section("Errors")
        self.controls.addWidget(self.errors_head)
        self.numbers = MarkedNumbers(
            [
                ("mean", "a network, on average", -1, "Mean of the members' errors"),
                ("best", "the best", -1, "The least of the members' errors"),
                ("worst", "the worst", -1, "The greatest of the members' errors"),
                ("average", "average of answers", -1, "The error of the mean of all answers"),
                ("swa", "mean of weights (SWA)", -1, "Of network 1, second half of its path"),
                ("dropout", "one with dropout", -1, "The design as it is, with its Dropout"),
            ]
        )
        self.controls.addWidget(self.numbers)
        self.note = caption()
        self.controls.addWidget(self.note)

    def _fill_stage(self) -> None:
        self.map = EnsembleFigure()
        self.curve = ErrorsFigure()
        row = QHBoxLayout()
        row.setSpacing(0)
        self.left = titled("Each network and the mean", self.map)
        row.addWidget(self.left, 3)
        right = titled("Errors", self.curve)
        self.legend = caption()
        layout = right.layout()
        if layout is not None:
            layout.addWidget(self.legend)
        row.addWidget(right, 2)
        self.stage.addLayout(row, 1)

    # studies

    def begin(self) -> None:
        """Train at once with few steps where the network is large."""
        total = sum(
            int(np.prod(parameter.shape))
            for found in self.document.inference.parameters.values()
            for parameter in found.values()
        )
        latest = self.controller.latest
        if self._is_first and total > _MANY:
            self.steps.set_value(30)
            self.count.set_value(4)
        elif self._is_first and latest is not None:
            self.steps.set_value(min(max(latest.step, _FEW), _MOST))
        self._is_first = False
        self.start()

    @Slot()
    def start(self) -> None:
        """Train all networks."""
        self.found = None
        self.map.empty_text = "The first network is being trained"
        self.map.update()
        self.left.show()
        graph = NetworkGraph(self.document.graph.design())
        wish = Wish(int(self.count.value()), int(self.steps.value()), bool(self.kind.value()))
        self.job.start(train_ensemble, graph, wish)

    @Slot(object)
    def _on_kind(self, _value: object) -> None:
        self.start()

    @Slot(bool)
    def _on_apart(self, is_on: bool) -> None:
        self.map.shows_apart = is_on
        self.map.update()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.map.empty_text = sentence
        self.map.update()

    @Slot(bool)
    def _on_running(self, is_running: bool) -> None:
        """Cancelled on the way: what there is stays, and is named."""
        if is_running or not self.isVisible():
            return
        count = len(self.found.members) if self.found is not None else 0
        wanted = self.found.wish.count if self.found is not None else int(self.count.value())
        if count < wanted:
            self.say(f"Stopped after {count} of {wanted} networks: Train them begins anew")
            if not count:
                self.map.empty_text = "No network has been trained"
                self.map.update()

    @Slot(object)
    def _on_found(self, found: Ensemble) -> None:
        self.found = found
        has_map = found.maps() is not None
        self.left.setVisible(has_map)
        self.apart.setEnabled(has_map)
        self.apart.setToolTip(_APART if has_map else NO_MAP)
        self.map.show_ensemble(found)
        self.curve.show_ensemble(found)
        self._show_numbers(found)
        self.legend.setText(_legend(found))

    @Slot(object)
    def _on_done(self, found: Ensemble) -> None:
        self._on_found(found)
        errors, average = found.errors(), found.average.error
        alone, together = self._text(float(errors.mean())), self._text(average)
        verb = "less" if average < errors.mean() else "more"
        if alone == together:
            verb = "as much"
        self.say(
            f"{len(errors)} networks err by {alone} on average; their mean errs {verb}: {together}"
        )

    def _text(self, error: float) -> str:
        is_share = self.found is not None and self.found.members[0].answers.is_classification
        return percent(error) if is_share else short(error)

    def _show_numbers(self, found: Ensemble) -> None:
        errors = found.errors()
        of = {"mean": errors.mean(), "best": errors.min(), "worst": errors.max()}
        for key, value in of.items():
            self.numbers.show_number(key, self._text(float(value)))
        self.numbers.show_number("average", self._text(found.average.error))
        for key, member in (("swa", found.swa), ("dropout", found.dropout)):
            self.numbers.show_number(key, self._of(member))
        kind = (
            "wrong answers" if found.members[0].answers.is_classification else "mean squared error"
        )
        words = f"Errors: {kind} on the {found.part} items."
        if found.has_dropout:
            words += " The averaged networks are trained without their dropout."
        self.note.setText(words)

    def _of(self, member: Member | None) -> str:
        return "–" if member is None else self._text(member.answers.error)

    # export

    def figures(self) -> dict[str, QWidget]:
        return {"averaged networks": self.map, "errors of averages": self.curve}

    def tables(self) -> dict[str, list[list[Any]]]:
        if self.found is None:
            return {}
        found = self.found
        rows: list[list[Any]] = [["network", "error", "loss", "error of the average so far"]]
        averages = found.errors_of_average().tolist()
        for member, average in zip(found.members, averages, strict=True):
            rows.append([member.name, member.answers.error, member.answers.loss, average])
        others = [other for other in (found.swa, found.dropout) if other is not None]
        rows.extend([each.name, each.answers.error, each.answers.loss, ""] for each in others)
        rows.append(["average", found.average.error, found.average.loss, ""])
        return {"errors of averages": rows}


def _legend(found: Ensemble) -> str:
    """The marks that there are."""
    words = "Squares: each network. Discs: the average of the first k."
    if found.swa is not None:
        words += " Dashed: mean of weights."
    if found.dropout is not None:
        words += " Dotted: one network with dropout."
    return words
