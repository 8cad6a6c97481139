"""L1 and L2: what a penalty does to the coefficients of a linear model, for every lambda."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.inspector.pieces import caption, section
from gui.labs.dropout_figures import MarkedNumbers
from gui.labs.panel import LabPanel
from gui.labs.penalties_figures import CoefficientsFigure, LossesFigure, ZerosFigure
from gui.labs.penalties_histogram import HistogramFigure
from gui.labs.penalties_pair import PairFigure
from gui.labs.pieces import head_row
from gui.labs.rooms import Rooms
from gui.labs.stacked import Stacked
from gui.plots.numbers import short
from gui.widgets import ElidedLabel, NumberField, Segmented
from gui.widgets.number_field import Bounds
from gui.widgets.wrapping_button import WrappingButton
from model.analysis.penalty_path import (
    HIGH,
    LOW,
    Kind,
    PenaltyPath,
)
from model.analysis.penalty_study import Paths, Source, study_paths
from model.graph import NetworkGraph
from model.layers.losses import MeanSquaredError

START = 0.05
"""lambda at first: some coefficients are 0 under L1, some are not."""
_NO_OWN = "The design has no table of 2 to 64 features from which numbers are predicted"
_NO_PAIR = "Two weights of a network have a map of their own: Landscape and race"
_SHAPES = {"L1": "diamond |β₁| + |β₂|", "L2": "disc β₁² + β₂²"}
_SOURCES: tuple[tuple[Source, str], ...] = (
    ("design", "This design's data"),
    ("few", "Few items, many features"),
    ("diabetes", "Diabetes"),
    ("network", "This network, not linear"),
)


class PenaltyPanel(LabPanel):
    """The path of a linear model's solution over lambda; the design only lends its data."""

    title: ClassVar[str] = "L1 and L2"
    help: ClassVar[str] = "L1 sets coefficients to exactly 0 one after another; L2 shrinks them all"

    def build(self) -> None:
        self.paths: dict[Kind, PenaltyPath] = {}
        self._names: tuple[str, ...] = ()
        self._source: Source = "design"
        """What is wanted; the design may have no such data."""
        self._shown_source: Source = "design"
        self._fill_controls()
        self._fill_stage()
        self.kind.changed.connect(self._on_changed)
        self.strength.edited.connect(self._on_changed)
        self.strength.finished.connect(self._show)
        self.to_best.clicked.connect(self.go_to_best)
        for k, combo in enumerate(self.pair):
            combo.activated.connect(self._on_first if k == 0 else self._on_second)
        self.source.activated.connect(self._on_source)
        for figure in (self.coefficients, self.losses, self.zeros):
            figure.pressed.connect(self._on_placed)
            figure.dragged.connect(self._on_placed)
        self.job.done.connect(self._on_done)
        self.document.opened.connect(self._on_opened)

    def _fill_controls(self) -> None:
        self.kind = Segmented([("L1", "L1"), ("L2", "L2")], "L1", "Penalty")
        self.kind.setObjectName("penalty_kind")
        self.kind.setToolTip("L1: λ Σ|β|, also called lasso. L2: λ Σβ², also called ridge")
        self.strength = NumberField(
            "penalty weight",
            START,
            LOW,
            HIGH,
            symbol=r"\lambda",
            is_log=True,
            bounds=Bounds(1e-9, 1e6),
            tooltip="How much the penalty counts beside RSS / N; drag in the pictures, too",
        )
        self.strength.setObjectName("penalty_strength")
        self.to_best: QPushButton = WrappingButton("Go to the best λ")
        self.to_best.setObjectName("penalty_best")
        self.to_best.setToolTip("Where the validation loss is least")
        self.numbers = MarkedNumbers(
            [
                ("zeros", "exactly 0", 2, "Coefficients that are 0, not merely small"),
                (
                    "training",
                    "training loss",
                    0,
                    "Without the penalty; of a linear model the mean squared error",
                ),
                (
                    "validation",
                    "validation loss",
                    1,
                    "Of items that have trained nothing, without the penalty",
                ),
                ("size", "Σ|β|", -1, "Sum of the sizes of all coefficients"),
                ("square", "Σβ²", -1, "Sum of the squares of all coefficients"),
                ("best", "best λ", -1, "Where the validation loss is least"),
            ]
        )
        self.pair = (_combo("first", "The coefficient across"), _combo("second", "The one up"))
        self.source = _combo("source", "Whose data the linear model learns")
        for source, words in _SOURCES:
            self.source.addItem(words, source)
        self.note = caption()
        self.note.setObjectName("penalty_note")
        label = QLabel("Penalty")
        label.setBuddy(self.kind)
        for widget in (label, self.kind, self.strength, self.to_best):
            self.controls.addWidget(widget)
        self.controls.addWidget(section("At this λ"))
        self.controls.addWidget(self.numbers)
        self.controls.addWidget(section("Two coefficients"))
        for combo in self.pair:
            self.controls.addWidget(combo)
        self.controls.addWidget(section("Data"))
        self.controls.addWidget(self.source)
        self.controls.addWidget(self.note)

    def _fill_stage(self) -> None:
        self.coefficients = CoefficientsFigure()
        self.losses = LossesFigure()
        self.zeros = ZerosFigure()
        self.plane = PairFigure()
        self.histogram = HistogramFigure()
        tip = "Standardised features and target, so that sizes compare"
        over, right = Stacked(), Stacked()
        over.add_picture("Paths", _head("Coefficients", tip), self.coefficients, 5)
        over.add_picture("Losses", _head("Loss, without the penalty"), self.losses, 3)
        over.add_picture("Zeros", _head("How many are exactly 0"), self.zeros, 2)
        self.legend = caption()
        pair = QWidget()
        column = QVBoxLayout(pair)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plane, 1)
        self.legend.setContentsMargins(12, 0, 12, 6)
        column.addWidget(self.legend)
        right.add_picture("Pair", _head("Two coefficients"), pair, 6)
        right.add_picture("Histogram", _head("Histogram at this λ"), self.histogram, 4)
        self.stage.addWidget(Rooms([("Over λ", over, 56), ("At this λ", right, 44)]), 1)

    # the study

    def begin(self) -> None:
        """Work both paths out at once; from a loss of classes those of the network."""
        if self.node_id and self.node_id in self.document.graph:
            layer = self.document.graph.node(self.node_id).layer
            self._source = "design" if isinstance(layer, MeanSquaredError) else "network"
        self._study()

    def _study(self) -> None:
        if self._source == "network" and not self.document.inference.can_run:
            self._source = "few"
        graph = NetworkGraph(self.document.graph.design())
        self.job.start(study_paths, graph, self._source, self._kind())

    def _kind(self) -> Kind:
        return "L1" if self.kind.value() == "L1" else "L2"

    @Slot(int)
    def _on_source(self, _index: int) -> None:
        self._source = self.source.currentData()
        self._study()

    @Slot()
    def _on_opened(self) -> None:
        self.job.cancel()
        self.paths = {}
        self._source = "design"
        if self.isVisible():
            self.begin()

    @Slot(object)
    def _on_done(self, found: Paths) -> None:
        is_same = found.source == "network" == self._shown_source
        self.paths = self.paths | found.by_kind if is_same else found.by_kind
        self._shown_source = found.source
        self._show_source(found)
        path = next(iter(found.by_kind.values()))
        data, is_network = path.data, found.source == "network"
        if data.names != self._names:
            self._names = data.names
            self._fill_pair(path)
        items = f"{len(data.y)} training and {len(data.y_validation)} validation items"
        words = f"{len(data.names)} features, {items}, all standardised."
        if is_network:
            words = f"{path.betas.shape[1]:,} weights,"
        self.note.setText(f"{data.title}: {words} {data.note}".strip())
        self.plane.empty_text = _NO_PAIR if is_network else ""
        self.legend.setVisible(not is_network)
        for combo in self.pair:
            combo.setEnabled(not is_network)
            combo.setToolTip(_NO_PAIR if is_network else combo.accessibleName())
        if not self._show():
            self._study()  # the other penalty has been chosen in the meantime

    def _show_source(self, found: Paths) -> None:
        """Chosen is what is shown; the design's data can be chosen where it has such."""
        with QSignalBlocker(self.source):
            self.source.setCurrentIndex(self.source.findData(found.source))
        model = self.source.model()
        item = model.item(0) if isinstance(model, QStandardItemModel) else None
        if item is not None:
            item.setEnabled(found.has_own)
            item.setToolTip("" if found.has_own else _NO_OWN)
        last = model.item(3) if isinstance(model, QStandardItemModel) else None
        if last is not None:
            can_run = self.document.inference.can_run
            last.setEnabled(can_run)
            last.setToolTip("" if can_run else "The design on the canvas cannot run")

    def _fill_pair(self, path: PenaltyPath) -> None:
        """The two that L1 keeps longest."""
        longest = np.argsort(-(path.betas != 0).sum(axis=0), kind="stable")[:2].tolist()
        for combo, number in zip(self.pair, longest, strict=True):
            with QSignalBlocker(combo):
                combo.clear()
                combo.addItems(list(path.data.names))
                combo.setCurrentIndex(number)

    # the person

    @Slot(object)
    def _on_changed(self, _value: object = None) -> None:
        if not self._show() and self.paths:
            self._study()

    @Slot(float, float)
    def _on_placed(self, place: float, _y: float) -> None:
        if self._kind() in self.paths:
            path = self.path
            k = path.nearest(place)
            self.strength.set_value(float(f"{path.lambdas[k]:.3g}"))
            self._show()

    @Slot()
    def go_to_best(self) -> None:
        """To the least validation loss of the chosen penalty."""
        if self._kind() in self.paths:
            self.strength.set_value(float(f"{self.path.lambdas[self.path.best]:.3g}"))
            self._show()

    @Slot(int)
    def _on_first(self, number: int) -> None:
        self._part(1, number)

    @Slot(int)
    def _on_second(self, number: int) -> None:
        self._part(0, number)

    def _part(self, other: int, number: int) -> None:
        """The two are never the same coefficient."""
        combo = self.pair[other]
        if combo.currentIndex() == number:
            with QSignalBlocker(combo):
                combo.setCurrentIndex((number + 1) % combo.count())
        self._show()

    # what is seen

    @property
    def path(self) -> PenaltyPath:
        """Of the chosen penalty; there is one once the study is done."""
        return self.paths[self._kind()]

    @Slot()
    def _show(self) -> bool:
        """False where there is no path of the chosen penalty as yet."""
        if self._kind() not in self.paths:
            return False
        path = self.path
        at = path.nearest(float(self.strength.value()))
        for figure in (self.coefficients, self.losses, self.zeros, self.histogram):
            figure.show_path(path, at)
        if path.shown is None:
            pair = (self.pair[0].currentIndex(), self.pair[1].currentIndex())
            self.plane.show_pair(path, at, pair)
        self.plane.update()
        beta, total = path.betas[at], path.betas.shape[1]
        show = self.numbers.show_number
        show("zeros", f"{path.zeros[at]} of {total}")
        show("training", short(path.training[at]))
        show("validation", short(path.validation[at]))
        show("size", short(np.abs(beta).sum()))
        show("square", short((beta**2).sum()))
        show("best", short(path.lambdas[path.best]))
        self.legend.setText(
            f"Lines: equal RSS, the other coefficients held. Shaded: the {_SHAPES[path.kind]} of"
            " the solution; the RSS line through it only touches. Dotted: its way over λ."
        )
        self.say(
            f"{path.kind} at λ = {short(path.lambdas[at])}: {path.zeros[at]} of {total}"
            f" {'coefficients' if path.shown is None else 'weights'} are exactly 0; validation loss"
            f" {short(path.validation[at])}, at best {short(path.validation[path.best])}"
        )
        return True

    # export

    def figures(self) -> dict[str, QWidget]:
        return {
            "coefficients_over_lambda": self.coefficients,
            "losses_over_lambda": self.losses,
            "exact_zeros_over_lambda": self.zeros,
            "two_coefficients": self.plane,
            "histogram": self.histogram,
        }

    def tables(self) -> dict[str, list[list[Any]]]:
        if not self.paths:
            return {}
        return {
            "coefficients_over_lambda": self.coefficients.rows(),
            "losses_over_lambda": self.losses.rows(),
            "two_coefficients": self.plane.rows(),
            "histogram": self.histogram.rows(),
        }


def _head(words: str, tip: str = "") -> QWidget:
    label = ElidedLabel(role="strong")
    label.set_text(words)
    label.setToolTip(tip or words)
    return head_row(label)


def _combo(name: str, tip: str) -> QComboBox:
    found = QComboBox()
    found.setObjectName(f"penalty_{name}")
    found.setToolTip(tip)
    found.setAccessibleName(tip)
    found.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    found.setMinimumContentsLength(8)
    return found
