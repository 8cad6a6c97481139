"""Beside the map: J of every racer over steps or samples, and the anatomy of one update."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent

from gui import theme
from gui.labs.anatomy_bars import BarsFigure, Update
from gui.labs.pieces import chip_toggle, head_row, scrolled
from gui.labs.race_curves import CurvesFigure, Run
from gui.labs.stacked import Stacked
from gui.plots.numbers import short
from gui.widgets import ElidedLabel, Segmented
from model.analysis.descent import Path
from model.analysis.racing import Race
from model.analysis.racing_bars import ADDENDS, FORMULAS, addends
from model.analysis.racing_study import RaceStudy
from model.layer import Array

_NARROW = 400
"""px at a desk."""
_VERY_NARROW = 330
_GREEK = {r"\theta": "θ", r"\beta": "β", r"\alpha": "α"}
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def plain_name(tex: str) -> str:
    r"""`\theta_0` as θ₀, `W_{2,5} \ \mathrm{(Dense)}` as W₂,₅: for buttons."""
    text = tex.split(r"\ ")[0].strip()
    text = re.sub(r"\\mathrm\{(.*?)\}", r"\1", text)
    for source, letter in _GREEK.items():
        text = text.replace(source, letter)
    found = re.match(r"(.+?)_\{?([\d,]+)\}?$", text)
    return f"{found[1]}{found[2].translate(_BELOW)}" if found else text


class RaceSide(Stacked):
    """Curves above, bars below; both follow the step."""

    def __init__(self) -> None:
        super().__init__()
        self._study: RaceStudy | None = None
        self._race: Race | None = None
        self._names: dict[int, str] = {}
        self._lowest = float("nan")
        self._position = 0
        self.axis = Segmented(
            [("steps", "steps"), ("samples", "samples"), ("lengths", "lengths")],
            "steps",
            "Curves over",
        )
        self.axis.setObjectName("race_axis")
        for button, tip in zip(
            self.axis.buttons(),
            (
                "J after each step",
                "J against the samples looked at: what a step of GD costs",
                "How long each step is",
            ),
            strict=True,
        ):
            button.setToolTip(tip)
        self.curves = CurvesFigure("race_curves", "J of every racer", "step", "J")
        self.parameter = Segmented([(0, "Δθ₀"), (1, "Δθ₁")], 0, "Update of")
        self.parameter.setObjectName("race_parameter")
        self.bars = BarsFigure("race_anatomy")
        self._title = ElidedLabel("Anatomy of the update", role="card")
        self._heading = ElidedLabel("Loss per step", role="card")
        tip = "Every optimiser's bars as large as they go, or all alike"
        self.own_scale = chip_toggle("own scale", tip, "race_own_scale")
        self.own_scale.toggled.connect(self._on_own_scale)
        self._arrange()
        self.axis.changed.connect(self._on_axis)
        self.parameter.changed.connect(self._on_parameter)

    def _arrange(self) -> None:
        self.add_picture("Curves", head_row(self._heading, self.axis), self.curves, 5)
        head = head_row(self._title, self.own_scale, self.parameter)
        self.add_picture("Anatomy", head, scrolled(self.bars), 7)

    # what is shown

    def show_race(
        self, race: Race, study: RaceStudy | None, names: dict[int, str], lowest: float
    ) -> None:
        """Another race. study: where it is complete; lowest: the least J that is known."""
        self._race, self._study, self._names, self._lowest = race, study, names, lowest
        self.curves.empty_text = ""
        if study is not None:
            labels = [f"Δ{plain_name(name)}" for name in study.ground.names[:2]]
            tips = study.ground.names
            for button, label, tip in zip(self.parameter.buttons(), labels, tips, strict=False):
                button.setText(label)
                button.setToolTip(f"The change of {plain_name(tip)} in this update")

    def clear(self, reason: str) -> None:
        """There is no race, and why."""
        self._race = self._study = None
        self.curves.empty_text = reason
        self.curves.update()
        self.bars.show_updates([], reason)

    def show_step(self, position: int) -> None:
        """Stand at this step."""
        self._position = position
        self._show_curves()
        self._show_bars()

    @Slot(object)
    def _on_axis(self, _value: object) -> None:
        words = {"steps": "Loss per step", "samples": "Loss per sample", "lengths": "Step length"}
        self._heading.set_text(words[str(self.axis.value())])
        self._show_curves()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow the headings give way."""
        super().resizeEvent(event)
        width = self.width() / theme.current().scale
        self._heading.setVisible(width > _NARROW)
        self._title.setVisible(width > _VERY_NARROW)
        self._show_bars()

    @Slot(bool)
    def _on_own_scale(self, is_own: bool) -> None:
        self.bars.is_common = not is_own
        self.bars.update()

    @Slot(object)
    def _on_parameter(self, _value: object) -> None:
        self._show_bars()

    def _show_curves(self) -> None:
        race = self._race
        if race is None:
            return
        kind = str(self.axis.value())
        runs = [self._run(key, path, kind) for key, path in race.paths.items()]
        level = (self._lowest, f"minimum {short(self._lowest)}")
        is_known = np.isfinite(self._lowest) and kind != "lengths"
        self.curves.x_name = "samples" if kind == "samples" else "step"
        self.curves.y_name = "" if kind == "lengths" else "J"
        cursor = float(self._position) if kind != "samples" else None
        self.curves.show_runs(runs, level=level if is_known else None, cursor=cursor)

    def _run(self, key: int, path: Path, kind: str) -> Run:
        steps = np.arange(path.steps + 1, dtype=float)
        at = min(self._position, path.steps)
        name = self._names.get(key, "")
        if kind == "samples":
            return Run(key, name, path.samples.astype(float), path.losses, at)
        if kind == "lengths":
            return Run(key, name, steps[1:], path.lengths, max(at - 1, 0))
        return Run(key, name, steps, path.losses, at)

    def _show_bars(self) -> None:
        study = self._study
        if study is None:
            return
        number = max(self._position, 1)
        is_narrow = self.width() <= _NARROW * theme.current().scale
        words = "Update" if is_narrow else "Anatomy of update"
        self._title.set_text(f"{words} {number}")
        updates = updates_of(study, self._names, number - 1, int(str(self.parameter.value())))
        self.bars.show_updates(updates, "Nobody takes this step: they have run away")


def updates_of(study: RaceStudy, names: dict[int, str], index: int, parameter: int) -> list[Update]:
    """The bars of one step (from 0) of every racer that takes it, for one of the parameters."""
    found = []
    for racer in study.race.racers:
        path = study.race.paths[racer.key]
        if index >= path.steps or not path.parts[index]:
            continue
        parts = path.parts[index]
        pieces = {
            name: float(value[parameter]) for name, value in addends(racer.optimizer, parts).items()
        }
        full: Array | None = study.full.get(racer.key)
        found.append(
            Update(
                number=racer.key,
                name=names.get(racer.key, ""),
                formula=FORMULAS[str(racer.optimizer.__struct_config__.tag)],
                addends=pieces,
                step=float(sum(pieces.values())),
                full=float(full[index, parameter]) if full is not None else None,
            )
        )
    return found


def anatomy_rows(study: RaceStudy, names: dict[int, str]) -> list[list[Any]]:
    """Every update of every racer, for export."""
    head: list[Any] = ["racer", "update", "parameter", *ADDENDS, "change"]
    rows: list[list[Any]] = [head]
    for racer in study.race.racers:
        path = study.race.paths[racer.key]
        for t, parts in enumerate(path.parts):
            pieces = addends(racer.optimizer, parts) if parts else {}
            for k, tex in enumerate(study.ground.names[:2]):
                if not pieces:
                    continue
                values = [float(pieces[name][k]) if name in pieces else None for name in ADDENDS]
                total = float(sum(float(value[k]) for value in pieces.values()))
                rows.append([names.get(racer.key, ""), t + 1, plain_name(tex), *values, total])
    return rows
