"""What the network answers for items it has not trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.plots.answers import answers_of
from gui.plots.numbers import percent
from gui.plots.panel import PlotPanel
from gui.plots.picture_answers import PictureAnswers
from gui.plots.table_answers import TableAnswers

if TYPE_CHECKING:
    from model.snapshot import Predictions, Snapshot


class PredictionPlot(PlotPanel):
    """Pictures with tick or cross and the likeliest classes; rows of a table otherwise."""

    key: ClassVar[str] = "predictions"
    title: ClassVar[str] = "Predictions"
    icon: ClassVar[str] = "image-outline"
    wants: ClassVar[tuple[str, ...]] = ("predictions",)

    def build(self) -> QWidget:
        """Both kinds of picture."""
        self.views = QStackedWidget()
        self.pictures, self.table = PictureAnswers(), TableAnswers()
        self.views.addWidget(self.pictures)
        self.views.addWidget(self.table)
        self._shown: Predictions | None = None
        return self.views

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """Sample items, or why there are none."""
        found = self.newest("predictions", snapshot)
        if found is None:
            self._shown = None
            self.header.set_caption("")
            return "Answers appear with the next step of a design that has one data set."
        if found is self._shown:
            return ""
        self._shown = found
        self.header.set_caption(caption(found))
        answers = answers_of(found)
        view = self.pictures if found.is_picture else self.table
        view.show_answers(answers)
        self.views.setCurrentWidget(view)
        return ""


def caption(found: Predictions) -> str:
    """validation accuracy 89.2 %, of the whole part."""
    if found.confusion is None:
        return f"{found.part} items, step {found.at_step}"
    total = int(found.confusion.sum())
    if not total:
        return f"{found.part} items, step {found.at_step}"
    return f"{found.part} accuracy {percent(int(np.trace(found.confusion)) / total)}"
