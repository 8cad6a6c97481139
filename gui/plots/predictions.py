"""What the network answers for items it has not trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.plots.answers import answers_of
from gui.plots.numbers import percent
from gui.plots.panel import PlotPanel
from gui.plots.picture_answers import PictureAnswers
from gui.plots.reconstructions import Reconstructions
from gui.plots.table_answers import TableAnswers
from gui.plots.token_rows import TokenRows

if TYPE_CHECKING:
    from model.snapshot import Predictions, Snapshot


class PredictionPlot(PlotPanel):
    """Pictures with tick or cross and the likeliest classes; what an autoencoder has made again;
    sequences token by token; rows of a table otherwise."""

    key: ClassVar[str] = "predictions"
    title: ClassVar[str] = "Predictions"
    icon: ClassVar[str] = "image-outline"
    wants: ClassVar[tuple[str, ...]] = ("predictions",)

    def build(self) -> QWidget:
        """All kinds of picture."""
        self.views = QStackedWidget()
        self.pictures, self.table = PictureAnswers(), TableAnswers()
        self.views.addWidget(self.pictures)
        self.views.addWidget(self.table)
        self.remade, self.sequences = Reconstructions(), TokenRows()
        self.views.addWidget(self.remade)
        self.views.addWidget(self.sequences)
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
        self.header.set_title("Reconstructions" if found.is_reconstruction else self.title)
        if found.answers is not None:
            self.sequences.show_predictions(found)
            self.views.setCurrentWidget(self.sequences)
            return ""
        if found.is_reconstruction and found.is_picture and _is_whole(found):
            self.remade.show_predictions(found)
            self.views.setCurrentWidget(self.remade)
            return ""
        answers = answers_of(found)
        view = self.pictures if found.is_picture else self.table
        view.show_answers(answers)
        self.views.setCurrentWidget(view)
        return ""


def _is_whole(found: Predictions) -> bool:
    """As many numbers come out as went in."""
    return bool(np.size(found.outcomes) == np.size(found.inputs))


def caption(found: Predictions) -> str:
    """validation accuracy 89.2 %, of the whole part."""
    if found.confusion is None:
        return f"{found.part} items, step {found.at_step}"
    total = int(found.confusion.sum())
    if not total:
        return f"{found.part} items, step {found.at_step}"
    return f"{found.part} accuracy {percent(int(np.trace(found.confusion)) / total)}"
