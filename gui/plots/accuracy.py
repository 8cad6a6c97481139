"""Accuracy over time, where there are labels to be right or wrong about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from gui.plots.chart import Chart
from gui.plots.curve_panel import CurvePanel, has_dropout
from gui.plots.series import Curve
from model.layer import Loss

if TYPE_CHECKING:
    from model.snapshot import Snapshot


class AccuracyPlot(CurvePanel):
    """Share of right answers: of the step's mini-batch, and of the validation part.

    Sequences have two shares, of right tokens and of sequences without a fault; free text has the
    first alone.
    """

    key: ClassVar[str] = "accuracy"
    title: ClassVar[str] = "Accuracy"
    has_log: ClassVar[bool] = False
    icon: ClassVar[str] = "bullseye-arrow"
    no_curves: ClassVar[str] = "The first accuracy appears at the first evaluation, in some steps."

    def make_chart(self) -> Chart:
        """Between 0 and 1."""
        return Chart("accuracy_chart", floor=0.0, top=1.0)

    def curves_of(self, snapshot: Snapshot) -> Sequence[Curve] | str:
        """Mini-batch and validation; an empty state that says why where there are no labels."""
        found = self._pair(snapshot, "accuracy", 0)
        if "token_accuracy" in snapshot.curves:
            of_tokens = self._pair(snapshot, "token_accuracy", len(found))
            found = [*_of("sequences", found), *_of("tokens", of_tokens)]
        return found or self._why_none()

    def _pair(self, snapshot: Snapshot, key: str, color: int) -> list[Curve]:
        """Mini-batch and validation part, as far as they have been measured."""
        has_masks = has_dropout(self.document)
        found = []
        if key in snapshot.curves:
            name = "train, mini-batch" + (", dropout on" if has_masks else "")
            curve = Curve(key, snapshot.curves[key], name, "train", "accuracy")
            found.append(curve.dressed(color, unit=_UNIT))
        if f"val_{key}" in snapshot.curves:
            name = "validation" + (", dropout off" if has_masks else "")
            view = snapshot.curves[f"val_{key}"]
            curve = Curve(f"val_{key}", view, name, "validation", "accuracy")
            found.append(curve.dressed(color + 1, "dashed", _UNIT, is_sparse=True))
        return found

    def _why_none(self) -> str:
        layers = [node.layer for node in self.document.graph.nodes.values()]
        losses = [layer for layer in layers if isinstance(layer, Loss)]
        if losses and not any(loss.is_classification for loss in losses):
            names = " and ".join(sorted({loss.title for loss in losses}))
            return (
                f"No accuracy here: {names} compares values, not classes,"
                " so no answer is simply right or wrong. See the loss instead."
            )
        return self.no_curves


def _of(what: str, curves: list[Curve]) -> list[Curve]:
    """Named after what is right or wrong."""
    return [
        replace(each, name=f"{what} right, {each.name}", short=f"{what}: {each.short}")
        for each in curves
    ]


_UNIT = "measurements"
