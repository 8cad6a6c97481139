"""What the anatomy of an update shows at a step: gradients, bars, the weight, and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox

from gui.labs.anatomy_bars import BarsFigure, Update
from gui.labs.anatomy_figures import PartsTable, StemsFigure
from gui.labs.pieces import chip_toggle, head_row, scrolled
from gui.labs.race_curves import CurvesFigure, Run
from gui.labs.rooms import Rooms
from gui.labs.stacked import Stacked
from gui.widgets import ElidedLabel, Segmented
from model.analysis.racing_bars import ADDENDS, FORMULAS, addends
from model.analysis.racing_fed import Feed, FeedStudy
from model.layer import Array


class AnatomyStage(Rooms):
    """`show_feed`, `show_study`, then `stand(t, names)`; `chosen(t)`: an update was clicked."""

    chosen = Signal(int)

    def __init__(self) -> None:
        self.study: FeedStudy | None = None
        self._names: dict[int, str] = {}
        self._at = 1
        self.stems = StemsFigure()
        self.bars = BarsFigure()
        self.curves = CurvesFigure("anatomy_curves", "What becomes of the weight", "step")
        self.parts = PartsTable()
        tip = "Every optimiser's bars as large as they go, or all alike"
        self.own_scale = chip_toggle("own scale", tip, "anatomy_own_scale")
        self.axis = Segmented([("theta", "weight"), ("step", "change")], "theta", "Curves of")
        self.axis.setObjectName("anatomy_axis")
        self.whose = QComboBox()
        self.whose.setObjectName("anatomy_whose")
        self.whose.setAccessibleName("Whose update in numbers")
        self.whose.setToolTip("Whose update is told in numbers")
        self.title = ElidedLabel("Anatomy of the update", role="card")
        super().__init__(
            [("Update", self._updates(), 60), ("Weight and numbers", self._weight(), 40)]
        )
        self.show_room(1)
        self.own_scale.toggled.connect(self._on_own_scale)
        self.axis.changed.connect(self._on_choice)
        self.whose.activated.connect(self._on_choice)
        self.stems.pressed.connect(self._on_pressed)
        self.stems.dragged.connect(self._on_pressed)

    def _updates(self) -> Stacked:
        found = Stacked()
        title = ElidedLabel("Gradient of the weight", role="card")
        found.add_picture("Gradients", head_row(title), self.stems, 2)
        found.add_picture("Update", head_row(self.title, self.own_scale), scrolled(self.bars), 5)
        return found

    def _weight(self) -> Stacked:
        found = Stacked()
        title = ElidedLabel("The weight", role="card")
        found.add_picture("Weight", head_row(title, self.axis), self.curves, 4)
        title = ElidedLabel("In numbers", role="card")
        found.add_picture("Numbers", head_row(title, self.whose), scrolled(self.parts), 5)
        return found

    # what is shown

    def show_feed(self, given: Feed | None, reason: str = "") -> None:
        """The gradients, before anything is worked out. reason: why there are none."""
        self.study = None
        self.stems.show_feed(given, reason)
        if given is None:
            self.bars.show_updates([], reason)
            self.curves.empty_text = reason
            self.curves.update()
            self.parts.show_parts(None)

    def show_study(self, study: FeedStudy, names: dict[int, str]) -> None:
        """What became of them; names: of the optimisers."""
        self.study, self._names = study, names
        self.curves.empty_text = "" if study.fed else "Nobody is fed: switch an optimiser on"
        keys = list(study.fed)
        if [self.whose.itemData(k) for k in range(self.whose.count())] != keys:
            before = self.whose.currentData()
            self.whose.clear()
            for key in keys:
                self.whose.addItem(names[key], key)
            last = len(keys) - 1
            self.whose.setCurrentIndex(keys.index(before) if before in keys else last)
        for k, key in enumerate(keys):
            self.whose.setItemText(k, names[key])

    def stand(self, t: int) -> None:
        """Everything at update t, from 1."""
        study, self._at = self.study, t
        if study is None:
            return
        self.stems.stand(t)
        self.title.set_text(f"Anatomy of update {t}")
        updates = updates_of(study, self._names, t)
        self.bars.show_updates(updates, "Nobody is fed: switch one on")
        self._show_curves(study, t)
        whose = self.whose.currentData()
        self.parts.show_parts(study.fed[whose].parts[t - 1] if whose in study.fed else None)

    def _show_curves(self, study: FeedStudy, t: int) -> None:
        runs = []
        for key, fed in study.fed.items():
            steps, name = np.arange(len(fed.thetas), dtype=float), self._names[key]
            if self.axis.value() == "theta":
                runs.append(Run(key, name, steps, fed.thetas, t))
            else:
                runs.append(Run(key, name, steps[1:], np.diff(fed.thetas), t - 1))
        self.curves.wants_log = False
        self.curves.y_name = r"\theta" if self.axis.value() == "theta" else r"\Delta \theta"
        self.curves.show_runs(runs, cursor=float(t))

    @Slot(bool)
    def _on_own_scale(self, is_own: bool) -> None:
        self.bars.is_common = not is_own
        self.bars.update()

    @Slot()
    def _on_choice(self, _value: object = None) -> None:
        self.stand(self._at)

    @Slot(float, float)
    def _on_pressed(self, x: float, _y: float) -> None:
        self.chosen.emit(round(x))

    # export

    def tables(self) -> dict[str, list[list[Any]]]:
        """Every update of everybody, and what they were fed."""
        study = self.study
        if study is None:
            return {}
        rows: list[list[Any]] = [["optimiser", "update", "gradient", *ADDENDS, "change", "theta"]]
        for key, fed in study.fed.items():
            for t, parts in enumerate(fed.parts, start=1):
                pieces = {name: float(v[0]) for name, v in addends(fed.optimizer, parts).items()}
                values = [pieces.get(name) for name in ADDENDS]
                gradient, theta = float(study.given.gradients[t - 1]), float(fed.thetas[t])
                change = change_of(fed.thetas, t)
                rows.append([self._names[key], t, gradient, *values, change, theta])
        return {"updates": rows, "gradients": self.stems.rows()}


def change_of(thetas: Array, t: int) -> float:
    """Of the weight in update t, from 1."""
    return float(thetas[t] - thetas[t - 1])


def updates_of(study: FeedStudy, names: dict[int, str], t: int) -> list[Update]:
    """The bars of update t, from 1."""
    found = []
    for key, fed in study.fed.items():
        found_pieces = addends(fed.optimizer, fed.parts[t - 1])
        pieces = {name: float(value[0]) for name, value in found_pieces.items()}
        formula = FORMULAS[str(fed.optimizer.__struct_config__.tag)]
        found.append(Update(key, names[key], formula, pieces, float(sum(pieces.values()))))
    return found
