"""The pictures of the Dropout laboratory, and what they show of what has been found."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.labs.dropout_asking import Found
from gui.labs.dropout_average import AverageFigure
from gui.labs.dropout_figures import AnswersFigure, BarsFigure, CloudFigure, ranges_of, titled
from gui.labs.pieces import head_row, headed
from gui.labs.race_curves import CurvesFigure, Run
from gui.labs.rooms import Rooms
from gui.labs.stacked import Stacked
from gui.plots.film import FilmStrip, MaskFrame
from gui.theme import Theme
from gui.widgets import ElidedLabel
from model.analysis.dropout_committee import Committee
from model.analysis.dropout_study import (
    DropoutSubject,
    MaskRecord,
    NoiseView,
    binomial,
    dropped_counts,
    expected_distinct,
)
from model.data import info_of
from model.layers.source import DataSource

_FRAMES = 60


class DropoutStage(QWidget):
    """Answers and their average, the noise, the masks of the run; side by side or in tabs."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = AnswersFigure()
        self.average = AverageFigure()
        self.cloud = CloudFigure("dropout_noise", "Activations of two neurons after dropout")
        self.share = BarsFigure("dropout_share", "Share of neurons dropped", "off", "")
        self.curve = CurvesFigure("dropout_distinct", "Different sub-networks seen", "masks", "")
        self.curve.wants_log = False
        self.strip = FilmStrip()
        self.strip.setObjectName("dropout_strip")
        policy = QSizePolicy.Policy
        self.strip.setSizePolicy(policy.Expanding, policy.Ignored)  # as low as the film may be
        self.film = titled("Masks of the run", self.strip)
        said, seen = Stacked(), Stacked()
        said.add_picture("Votes", _head("What sub-networks answer"), self.answers, 1)
        said.add_picture("Mean", _head("Their average over T samples"), self.average, 1)
        seen.add_picture("Share", _head("Share dropped in each mask"), self.share, 1)
        seen.add_picture("Seen", _head("Different sub-networks"), self.curve, 1)
        noise = headed("Dropout as noise: before and after", self.cloud)
        self.rooms = Rooms(
            [("Answers", said, 36), ("Noise", noise, 32), ("Seen", seen, 32)],
            below=("Masks", self.film),
            low=500,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rooms)
        theme.notifier().changed.connect(self._set_sizes)
        self._set_sizes(theme.current())

    @Slot(object)
    def _set_sizes(self, look: Theme) -> None:
        self.film.setMinimumHeight(round((150 if not look.is_projector else 130) * look.scale))

    # what has been found

    def show_masks(self, record: MaskRecord) -> None:
        """The film, the share dropped beside the binomial, and the sub-networks seen."""
        n, total = record.neurons, len(record.masks)
        counts = dropped_counts(record.masks)
        expected = binomial(n, record.p) * total
        heavy = np.flatnonzero((expected > 1e-3 * expected.max()) | (counts > 0))
        part = slice(int(heavy.min()), int(heavy.max()) + 1)
        share = np.arange(n + 1) / n
        mark = (record.p, f"p = {record.p:g}")
        self.share.show_bars(share[part], counts[part], expected[part], mark=mark)
        self._show_seen(record)
        _steps, first = np.unique(record.steps, return_index=True)
        last = first[-_FRAMES:]
        frames = tuple(MaskFrame(int(record.steps[k]), record.masks[k]) for k in last)
        self.strip.show_film(frames, float(record.masks.mean()), total, record.p)

    def _show_seen(self, record: MaskRecord) -> None:
        n, total = record.neurons, len(record.masks)
        at = np.unique(np.geomspace(1, total, 200).astype(int))
        runs = [
            Run(0, "seen", at.astype(float), record.distinct[at - 1].astype(float)),
            Run(1, "theory", at.astype(float), expected_distinct(at, n, record.p)),
        ]
        is_small = n <= 30 and 2**n <= 4 * total
        level = (float(2**n), f"2ⁿ = {2**n:,}") if is_small else None
        self.curve.show_runs(runs, level=level)
        self.curve.y_range = (0.0, 1.2 * max(runs[0].y[-1], runs[1].y[-1]))

    def show_answers(self, subject: DropoutSubject, answer: Committee) -> int:
        """The answers to one item and their average; returns the number of its output."""
        source = next(iter(subject.step.arrays.values()))
        target = np.asarray(source["y"][answer.item]) if "y" in source else np.zeros(0)
        is_label = target.size == 1 and len(answer.scaled) > 1
        right = int(target.ravel()[0]) if is_label else None
        self.answers.show_answers(answer, _class_names(subject), right)
        output = int(answer.scaled.argmax())
        self.average.show_average(answer, output)
        return output

    def show_noise(self, subject: DropoutSubject, view: NoiseView, a: int, b: int) -> None:
        """Two neurons before and after the layer."""
        labels = next(iter(subject.step.arrays.values())).get("y")
        is_class = labels is not None and labels.dtype.kind in "iu" and labels.ndim == 1
        before, after = view.before[:, [a, b]], view.after[:, [a, b]]
        self.cloud.show_cloud(
            after,
            labels if is_class else None,
            (f"neuron {a + 1}", f"neuron {b + 1}"),
            before=before,
            ranges=ranges_of(before, after),
        )

    # export

    def figures(self) -> dict[str, QWidget]:
        """By the name of their file."""
        return {
            "dropout answers": self.answers,
            "dropout average": self.average,
            "dropout noise": self.cloud,
            "dropout share": self.share,
            "dropout sub-networks": self.curve,
            "dropout masks": self.strip,
        }

    def tables(self, found: Found) -> dict[str, list[list[Any]]]:
        """By the name of their file; the first row is the head."""
        answer = found[3]
        head: list[Any] = ["output", "weight scaling", "mean of samples", "spread", "exact"]
        exact = np.full(len(answer.scaled), np.nan) if answer.exact is None else answer.exact
        columns = zip(
            self.answers.names, answer.scaled, answer.mean, answer.spread, exact, strict=True
        )
        return {
            "dropout predictions": [head, *map(list, columns)],
            "dropout average": self.average.rows(),
            "dropout share": self.share.rows(),
            "dropout sub-networks": self.curve.rows(),
            "dropout masks": self.strip.rows(),
            "dropout noise": self.cloud.rows(),
        }


def _head(text: str) -> QWidget:
    label = ElidedLabel(role="strong")
    label.set_text(text)
    return head_row(label)


def _class_names(subject: DropoutSubject) -> tuple[str, ...]:
    for node in subject.step.plan.nodes:
        if isinstance(node.layer, DataSource) and node.layer.target == "labels":
            return tuple(info_of(node.layer.dataset).classes)
    return ()
