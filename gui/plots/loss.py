"""The loss J over time: training, validation, and the data term alone where there is a penalty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from gui.plots.curve_panel import CurvePanel, has_dropout
from gui.plots.series import Curve

if TYPE_CHECKING:
    from model.snapshot import Snapshot


class LossPlot(CurvePanel):
    """J of each step's mini-batch, and the loss of the validation part whenever it was measured."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "Loss"
    symbol: ClassVar[str] = "J"
    symbol_token: ClassVar[str] = "err"

    def curves_of(self, snapshot: Snapshot) -> Sequence[Curve] | str:
        """Training, validation, data term."""
        training = self.document.graph.training
        is_penalised = training.l1 > 0 or training.l2 > 0
        has_masks = has_dropout(self.document)
        found = []
        if "loss" in snapshot.curves:
            name = "train" + (", dropout on" if has_masks else "")
            view = snapshot.curves["loss"]
            found.append(Curve("loss", view, name, "train", "J", color=0))
        if "val_loss" in snapshot.curves:
            name = "validation" + (", dropout off" if has_masks else "")
            view = snapshot.curves["val_loss"]
            found.append(Curve("val_loss", view, name, "validation", "J", "", 1, "dashed"))
        if is_penalised and "data_loss" in snapshot.curves:
            view = snapshot.curves["data_loss"]
            found.append(
                Curve("data_loss", view, "train, data term", "data term", "J", "", 2, "thin")
            )
        self.header.set_caption("with penalty" if is_penalised else "")
        return found or self.no_curves
