"""The three pages of the batch norm microscope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.formulas import FormulaLabel
from gui.inspector.pieces import Number, caption
from gui.labs.dropout_figures import BarsFigure, CloudFigure, ranges_of, titled
from gui.labs.race_curves import CurvesFigure, Run
from gui.plots.numbers import short
from gui.theme import Theme
from model.layer import Array

if TYPE_CHECKING:
    from gui.labs.batch_norm import Found

_BINS = 24
_MOST_DOTS = 1500


def flat(h: Array) -> Array:
    """(B, C, ...) as (B places, C): each place is one more number of its feature."""
    return np.asarray(np.moveaxis(h, 1, -1).reshape(-1, h.shape[1]))


class Page(QWidget):
    """One way of looking at a batch."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(0)

    def show_found(self, found: Found, first: int, second: int) -> None:
        """Draw this for two features."""
        raise NotImplementedError

    def figures(self) -> dict[str, QWidget]:
        """Pictures to export."""
        return {}

    def tables(self) -> dict[str, list[list[Any]]]:
        """Numbers to export."""
        return {}


class FeaturesPage(Page):
    """The lecture's scatter of two features, and histograms of one in three stages."""

    def __init__(self) -> None:
        super().__init__()
        self.before = CloudFigure("batch_norm_before", "Two features before batch norm")
        self.after = CloudFigure("batch_norm_after", "Two features after batch norm")
        self.bars = [
            BarsFigure(f"batch_norm_bars_{k}", f"Histogram: {name}", name, "")
            for k, name in enumerate(("before", "normalised", "after"))
        ]
        self.grid.addWidget(titled("Before", self.before), 0, 0, 1, 3)
        self.grid.addWidget(titled("After", self.after), 0, 3, 1, 3)
        heads = ("Feature x: before", "Normalised", "Scaled and shifted")
        for k, (figure, head) in enumerate(zip(self.bars, heads, strict=True)):
            figure.x_name = ""
            self.grid.addWidget(titled(head, figure), 1, 2 * k, 1, 2)
        for column in range(6):
            self.grid.setColumnStretch(column, 1)
        self.grid.setRowStretch(0, 3)
        self.grid.setRowStretch(1, 2)

    def show_found(self, found: Found, first: int, second: int) -> None:
        stages = found.stages
        names = (f"feature {first + 1}", f"feature {second + 1}")
        places = stages.before[0, 0].size
        labels = None if stages.labels is None else np.repeat(stages.labels, places)[:_MOST_DOTS]
        columns = [first, second]
        before, after = (flat(h)[:_MOST_DOTS, columns] for h in (stages.before, stages.after))
        ranges = ranges_of(flat(found.pool.h)[:, columns], after)
        self.before.show_cloud(before, labels, names, chosen=0, ranges=ranges)
        self.after.show_cloud(after, labels, names, chosen=0, ranges=ranges)
        parts = [flat(h)[:, first] for h in (stages.before, stages.hat, stages.after)]
        span = float(max(np.abs(part).max(initial=1.0) for part in parts)) * 1.05
        for figure, part in zip(self.bars, parts, strict=True):
            edges = np.linspace(-span, span, _BINS + 1)
            counts, _edges = np.histogram(part, edges)
            mean, std = round(float(part.mean()), 2) + 0.0, float(part.std())
            words = f"{mean:.2f} ± {std:.2f}".replace("-", "−")
            figure.show_bars((edges[1:] + edges[:-1]) / 2, counts, mark=(mean, words))

    def figures(self) -> dict[str, QWidget]:
        names = ("before", "normalised", "after")
        bars = {f"histogram {name}": figure for name, figure in zip(names, self.bars, strict=True)}
        return {"features before": self.before, "features after": self.after, **bars}

    def tables(self) -> dict[str, list[list[Any]]]:
        return {"features before": self.before.rows(), "features after": self.after.rows()}


class CompanyPage(Page):
    """One item in many random batches, and what the size of the batch does."""

    def __init__(self) -> None:
        super().__init__()
        self.cloud = JitterFigure()
        self.curve = CurvesFigure("batch_norm_sizes", "Spread over batch sizes", "log₂ B", "")
        self.curve.wants_log = False
        self.words = caption(
            "Dots: where one and the same item comes out in 100 random batches. Cross: where the"
            " running statistics put it."
        )
        self.grid.addWidget(titled("The same item in other company", self.cloud), 0, 0)
        self.grid.addWidget(titled("Spread from batch to batch", self.curve), 0, 1)
        self.words.setContentsMargins(12, 4, 12, 8)
        self.grid.addWidget(self.words, 1, 0, 1, 2)
        self.grid.setRowStretch(0, 1)
        self.grid.setColumnStretch(0, 1)
        self.grid.setColumnStretch(1, 1)

    def show_found(self, found: Found, first: int, second: int) -> None:
        columns = [first, second]
        dots = flat(found.jitter.reshape(*found.jitter.shape[:2], -1)[:, :, :1])[:, columns]
        test = found.pool.stages(np.array([0]), is_training=False).after
        cross = flat(test)[:1, columns]
        crowd = found.pool.stages(np.arange(len(found.pool)), is_training=True).after
        names = (f"feature {first + 1}", f"feature {second + 1}")
        self.cloud.cross = (float(cross[0, 0]), float(cross[0, 1]))
        self.cloud.crowd = flat(crowd)[:_MOST_DOTS, columns]
        ranges = ranges_of(dots, cross, self.cloud.crowd)
        self.cloud.show_cloud(dots, None, names, ranges=ranges)
        sizes = found.sizes
        x = np.log2(sizes.sizes)
        self.curve.show_runs(
            [
                Run(0, "mean μ", x, sizes.of_mean),
                Run(1, "deviation σ", x, sizes.of_std),
                Run(2, "the item", x, sizes.of_item),
            ],
            cursor=float(np.log2(len(found.items))),
        )

    def figures(self) -> dict[str, QWidget]:
        return {"company": self.cloud, "batch sizes": self.curve}

    def tables(self) -> dict[str, list[list[Any]]]:
        return {"company": self.cloud.rows(), "batch sizes": self.curve.rows()}


class JitterFigure(CloudFigure):
    """The item in many batches, over the faint crowd of all items."""

    def __init__(self) -> None:
        super().__init__("batch_norm_jitter", "One item's output in many random batches")
        self.cross = (0.0, 0.0)
        self.crowd: Array = np.zeros((0, 2))

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.with_alpha("text3", 0.25))
        for place in self.screen_points(self.crowd[:, 0], self.crowd[:, 1]):
            painter.drawEllipse(place, 2.4, 2.4)
        super().paint_data(painter, look)
        at = self.to_screen(*self.cross)
        painter.setPen(QPen(look.color("text"), 2.6))
        painter.drawLine(QLineF(at.x() - 9, at.y(), at.x() + 9, at.y()))
        painter.drawLine(QLineF(at.x(), at.y() - 9, at.x(), at.y() + 9))


class BackPage(Page):
    """The three paths of delta through the layer, item by item, and their sum."""

    def __init__(self) -> None:
        super().__init__()
        heads = (
            ("direct", "Through the normalised value", r"\frac{\gamma}{\sigma} \delta_i"),
            (
                "by_variance",
                "Through the variance",
                r"-\frac{\gamma}{\sigma} \frac{\hat h_i}{m} \sum_k \delta_k \hat h_k",
            ),
            ("by_mean", "Through the mean", r"-\frac{\gamma}{\sigma m} \sum_k \delta_k"),
            ("total", "Sum; dots: the engine", r"\delta_i^{(l)}"),
        )
        self.bars: dict[str, BarsFigure] = {}
        for number, (key, head, tex) in enumerate(heads):
            figure = BarsFigure(f"batch_norm_{key}", head, "item", "")
            figure.x_is_whole = True
            page = titled(head, figure)
            layout = page.layout()
            if layout is not None:
                formula = FormulaLabel(tex)
                layout.addWidget(formula)
                layout.setAlignment(formula, Qt.AlignmentFlag.AlignHCenter)
            self.bars[key] = figure
            self.grid.addWidget(page, number // 2, number % 2)
        for k in range(2):
            self.grid.setColumnStretch(k, 1)
            self.grid.setRowStretch(k, 1)
        self.sum = Number()
        self.sum.setObjectName("batch_norm_sum")
        self.sum.setWordWrap(True)
        self.sum.setContentsMargins(12, 4, 12, 8)
        self.grid.addWidget(self.sum, 2, 0, 1, 2)
        self._rows: list[list[Any]] = []

    def show_found(self, found: Found, first: int, second: int) -> None:
        paths = found.paths
        for figure in self.bars.values():
            figure.empty_text = "" if paths else "No δ goes further down: nothing below learns"
        if paths is None:
            self._rows = []
            self.sum.setText("")
            return
        parts = {key: flat(getattr(paths, key))[:64, first] for key in (*self.bars, "engine")}
        top = 1.12 * max(float(np.abs(part).max()) for part in parts.values()) or 1.0
        x = np.arange(1.0, len(parts["total"]) + 1)
        for key, figure in self.bars.items():
            wanted = parts["engine"] if key == "total" else None
            figure.show_bars(x, parts[key], wanted, y_range=(-top, top))
        arrived = flat(paths.delta_out)[:64, first]
        self.sum.setText(_sum_words(parts))
        head: list[Any] = ["item", "delta arriving", *parts]
        self._rows = [head, *np.column_stack([x, arrived, *parts.values()]).tolist()]

    def figures(self) -> dict[str, QWidget]:
        return {f"way back {key}": figure for key, figure in self.bars.items()}

    def tables(self) -> dict[str, list[list[Any]]]:
        return {"way back": self._rows} if self._rows else {}


def _sum_words(parts: dict[str, Array]) -> str:
    """The item whose delta is greatest, its three paths added up."""
    k = int(np.abs(parts["total"]).argmax())
    three = [float(parts[key][k]) for key in ("direct", "by_variance", "by_mean")]
    terms = " ".join(f"{'−' if x < 0 else '+'} {short(abs(x))}" for x in three).lstrip("+ ")
    return f"item {k + 1}: {terms} = {short(parts['total'][k])}; engine {short(parts['engine'][k])}"
