"""The left side of a race: surface, rates, optimisers, samples and steps."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gui.inspector.pieces import caption, section
from gui.labs.landscape_ground import GroundChoice
from gui.labs.race_list import RaceList
from gui.labs.regression_data import DataFigure
from gui.widgets import Choice, ChoiceField, NumberField, ToggleField
from gui.widgets.number_field import Bounds
from model.analysis.racing_study import Ground, suggested
from model.analysis.surfaces import lecture_points
from model.optimizers import SGD, Adam, Momentum, Optimizer

_POINTS = 48
_BATCH = 4
NO_DECAY = "It shrinks weights; the two numbers of a plane are none, so it has no part here."
_EXACT = "This surface has no samples: its gradient is exact."


class RaceControls(QWidget):
    """`race_wanted`: the same surface, another race. The surface's own signals are `ground`'s."""

    race_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ground = GroundChoice()
        self.rate = NumberField(
            "learning rate of all",
            0.1,
            1e-4,
            10.0,
            symbol=r"\rho",
            is_log=True,
            bounds=Bounds(0.0, 1000.0),
        )
        self.fitting = QPushButton("Rates that fit this surface")
        self.fitting.setProperty("kind", "flat")
        self.fitting.setToolTip("Give every optimiser a learning rate that suits this surface")
        self.racers = RaceList()
        for optimizer, size in ((SGD(), 0), (SGD(), _BATCH), (Momentum(), 0), (Adam(), 0)):
            self.racers.add(optimizer, size)
        self.batches = ChoiceField(
            "A step looks at",
            [
                Choice("own", "each one's options"),
                Choice("all", "all samples"),
                Choice("batch", "a mini-batch"),
                Choice("one", "a single sample"),
            ],
            "own",
        )
        self.batch = NumberField(
            "size of the mini-batch", _BATCH, 1, 48, symbol="B", is_integer=True, is_log=True
        )
        self.overlay = ToggleField("Surface of the mini-batch over it")
        self.steps = NumberField(
            "steps", 60, 5, 1000, is_integer=True, is_log=True, bounds=Bounds(1, 5000)
        )
        self.data = DataFigure()
        self.data.setMinimumHeight(200)
        self.data.has_legend = False
        self.data.set_points(*lecture_points(_POINTS))
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._data_words = section("Data and the lines")
        for part in (
            section("Surface"),
            self.ground,
            self.rate,
            self.fitting,
            section("Optimisers"),
            self.racers,
            section("Samples and steps"),
            self.batches,
            self.batch,
            self.overlay,
            self.steps,
            self._data_words,
            self.data,
            caption(
                "Space plays, ← and → step, Home and End jump; + and − zoom the map, Shift with an"
                " arrow moves it."
            ),
        ):
            column.addWidget(part)
        for name in ("rate", "batches", "batch", "overlay", "steps"):
            getattr(self, name).setObjectName(f"race_{name}")

    def _connect(self) -> None:
        self.rate.edited.connect(self._on_rate)
        self.batches.edited.connect(self._on_batches)
        self.batch.edited.connect(self._on_changed)
        self.steps.edited.connect(self._on_changed)
        self.racers.changed.connect(self._on_changed)

    @Slot(object)
    def _on_rate(self, rate: object) -> None:
        value = float(str(rate))

        def rated(rule: Optimizer) -> Optimizer:
            return msgspec.structs.replace(rule, lr=value)

        self.racers.map_optimizers(rated)
        self.race_wanted.emit()

    @Slot(object)
    def _on_batches(self, _kind: object) -> None:
        self._tell_batch(has_samples=True)
        self.race_wanted.emit()

    @Slot()
    def _on_changed(self, _value: object = None) -> None:
        self.race_wanted.emit()

    # for the panel

    def suggest(self, ground: Ground) -> None:
        """Rates that show something on this ground; emits nothing."""

        def fitted(rule: Optimizer) -> Optimizer:
            return suggested(rule, ground)

        self.racers.map_optimizers(fitted)
        self.rate.set_value(ground.rate)

    def batch_size(self, items: int) -> int | None:
        """Of all racers; None: each its own; 0: all samples."""
        if items == 1:
            return 0
        sizes = {"own": None, "all": 0, "one": 1, "batch": int(self.batch.value())}
        return sizes[str(self.batches.value())]

    def names(self, items: int) -> dict[int, str]:
        """What the racers are called; without samples, by the batches they would have."""
        return self.racers.names(self.batch_size(items) if items > 1 else None)

    def show_ground(self, ground: Ground) -> None:
        """How many samples J is a mean over, and whether decay has a part in it."""
        items = ground.objective.items
        self.racers.fit(items, NO_DECAY if ground.spares_decay else "")
        self._tell_batch(has_samples=items > 1)

    def _tell_batch(self, *, has_samples: bool) -> None:
        reason = "" if has_samples else _EXACT
        self.batches.set_disabled_reason(reason)
        self.overlay.set_disabled_reason(reason)
        is_used = self.batches.value() == "batch"
        self.batch.set_disabled_reason(
            reason or ("" if is_used else "Only where a step looks at a mini-batch")
        )

    def show_data(self) -> None:
        """The points, where J is about them."""
        is_there = self.ground.key == "regression"
        self.data.setVisible(is_there)
        self._data_words.setVisible(is_there)
