"""The pictures of the overfitting laboratory: the fit, its steps, and both curves."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.labs.overfitting_figures import FitFigure, RunFigure, SpreadFigure
from gui.labs.pieces import head_row
from gui.labs.rooms import Rooms
from gui.labs.stacked import Stacked
from gui.plots.plane import PlaneView
from gui.widgets import ElidedLabel
from model.analysis.overfitting import FitRun, Ground, PartCurves

NO_MAP = "There is a picture where one data set has one or two numbers an item"


class OverfittingStage(Rooms):
    """At the left the fit and its steps, at the right the curves over size and items."""

    def __init__(self) -> None:
        self.fit, self.plane = FitFigure(), PlaneView()
        self.plane.setObjectName("overfitting_plane")
        self.over_steps = RunFigure()
        self.over_size = SpreadFigure("overfitting_size", "Losses over model size", "size")
        self.over_items = SpreadFigure("overfitting_items", "Losses over items", "items")
        self.over_items.x_is_log = True
        self.picture = QStackedWidget()
        self.picture.addWidget(self.fit)
        self.picture.addWidget(self.plane)
        names = ("fit", "steps", "size", "items")
        self.heads = {name: ElidedLabel(role="strong") for name in names}
        self.heads["fit"].set_text("The fit")
        self.heads["steps"].set_text("Over the steps of this fit")
        left, right = Stacked(), Stacked()
        left.add_picture("Fit", head_row(self.heads["fit"]), self.picture, 5)
        left.add_picture("Steps", head_row(self.heads["steps"]), self.over_steps, 4)
        right.add_picture("Size", head_row(self.heads["size"]), self.over_size, 1)
        right.add_picture("Items", head_row(self.heads["items"]), self.over_items, 1)
        super().__init__([("Fit", left, 50), ("Curves", right, 50)])

    def show_run(self, run: FitRun, ground: Ground, mark: int, *, is_log: bool) -> None:
        """The fit at one of its marks. is_log: its steps are seen on a logarithmic axis."""
        self.over_steps.show_run(run, mark, is_log=is_log)
        self._show_picture(run, mark)
        step = f"step {run.steps[mark]:,.0f}" + (", the best" if mark == run.stop.best else "")
        words = f"{ground.size_words(run.size)}, {run.items} items, {step}"
        self.heads["fit"].set_text(words[0].upper() + words[1:])

    def _show_picture(self, run: FitRun, mark: int) -> None:
        """Where there is none, the steps have its room."""
        has_map = mark < len(run.maps)
        self.picture.setVisible(has_map)
        if not has_map:
            self.fit.empty_text = NO_MAP
            self.picture.setCurrentWidget(self.fit)
            return
        found = run.maps[mark]
        if found.is_plane:
            self.plane.show_boundary(found, ("x₁", "x₂"))
        else:
            self.fit.show_fit(run, mark)
        self.picture.setCurrentWidget(self.plane if found.is_plane else self.fit)

    def show_fault(self, sentence: str) -> None:
        """Why there is no fit."""
        for figure in (self.fit, self.over_steps):
            figure.empty_text = sentence
            figure.update()

    def show_curves(
        self,
        curves: dict[str, PartCurves],
        ground: Ground,
        size: float,
        items: int,
        seeds: int,
    ) -> None:
        """What is known of the curves "size" and "items"; the present place is marked."""
        of = f"mean of {seeds} seeds" if seeds > 1 else "one seed"
        self.heads["size"].set_text(f"Model size, {items} items: {of}")
        self.heads["items"].set_text(f"Learning curve, {ground.size_words(size)}: {of}")
        for kind, figure, at in (
            ("size", self.over_size, size),
            ("items", self.over_items, float(items)),
        ):
            found = curves.get(kind)
            if found is None:
                figure.cursor = None
                continue
            near = np.flatnonzero(np.isclose(found.places, at))
            cursor = int(near[0]) if len(near) else None
            best, label = found.best, ""
            if kind == "size" and best is not None:
                label = f"best: {ground.size_words(float(found.places[best]))}"
            figure.show_curves(found, cursor, label)

    def figures(self) -> dict[str, QWidget]:
        """To export."""
        return {
            "fit": self.picture.currentWidget(),
            "losses_over_steps": self.over_steps,
            "losses_over_size": self.over_size,
            "learning_curve": self.over_items,
        }

    def tables(self) -> dict[str, list[list[Any]]]:
        """To export; what is not there yet is left out."""
        found = {"losses_over_steps": self.over_steps.rows()}
        for name, figure in (
            ("losses_over_size", self.over_size),
            ("learning_curve", self.over_items),
        ):
            if figure.rows():
                found[name] = figure.rows()
        return found
