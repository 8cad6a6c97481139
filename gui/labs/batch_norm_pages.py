"""The three pages of the batch norm microscope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QLineF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.formulas import FormulaLabel
from gui.inspector.pieces import Number, caption
from gui.labs.dropout_figures import BarsFigure, CloudFigure, ranges_of
from gui.labs.pieces import head_row, headed
from gui.labs.race_curves import CurvesFigure, Run
from gui.labs.rooms import Rooms
from gui.labs.stacked import Stacked
from gui.plots.numbers import short
from gui.theme import Theme
from gui.widgets import ElidedLabel
from model.layer import Array

if TYPE_CHECKING:
    from gui.labs.batch_norm_asking import Found

_BINS = 24
_REACH = 14.0
"""px around a dot within which a click means it."""
_LEAST_HEIGHT = 130
"""px of the histograms."""
_TABS = {"direct": "ĥ", "by_variance": "σ²", "by_mean": "μ", "total": "Sum"}
_MOST_DOTS = 1500


def heading(text: str) -> QWidget:
    """A line above a picture, shortened where it is narrow."""
    label = ElidedLabel(role="strong")
    label.set_text(text)
    return head_row(label)


def elided(text: str, picture: QWidget) -> QWidget:
    """A picture below such a line."""
    page = QWidget()
    page.setProperty("kind", "panel")
    rows = QVBoxLayout(page)
    rows.setContentsMargins(0, 0, 4, 4)
    rows.setSpacing(0)
    rows.addWidget(heading(text))
    rows.addWidget(picture, 1)
    return page


def flat(h: Array) -> Array:
    """(B, C, ...) as (B places, C): each place is one more number of its feature."""
    return np.asarray(np.moveaxis(h, 1, -1).reshape(-1, h.shape[1]))


class Page(QWidget):
    """One way of looking at a batch; pictures side by side, or in tabs where it is narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

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
        heads = ("Feature x: before", "Normalised", "Scaled, shifted")
        below = QWidget()
        below.setProperty("kind", "panel")
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for figure, head in zip(self.bars, heads, strict=True):
            figure.x_name = ""
            figure.setMinimumHeight(_LEAST_HEIGHT)
            figure.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            row.addWidget(elided(head, figure), 1)
        self._below = below
        rooms = [
            ("Before", headed("Before", self.before), 50),
            ("After", headed("After", self.after), 50),
        ]
        self.rooms = Rooms(rooms, below=("Histograms", below), low=560)
        self.column.addWidget(self.rooms, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The histograms get two fifths of the height."""
        super().resizeEvent(event)
        self._below.setMinimumHeight(max(round(0.38 * self.height()), _LEAST_HEIGHT))

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
    """One item in many random batches, and what the size of the batch does. `item_chosen(int)`: a
    click on another item of the crowd."""

    item_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.cloud = JitterFigure()
        self.cloud.is_pressable = True
        self.cloud.pressed.connect(self._on_pressed)
        self.curve = CurvesFigure("batch_norm_sizes", "Spread over batch sizes", "log₂ B", "")
        self.curve.wants_log = False
        self.words = caption(
            "Dots: where one and the same item comes out in 100 random batches. Cross: where the"
            " running statistics put it. Grey: all items; click on one to look at its jitter."
        )
        self.words.setContentsMargins(12, 4, 12, 8)
        rooms = [
            ("Item", headed("The same item in other company", self.cloud), 50),
            ("Batch sizes", headed("Spread from batch to batch", self.curve), 50),
        ]
        self.column.addWidget(Rooms(rooms), 1)
        self.column.addWidget(self.words)

    def show_found(self, found: Found, first: int, second: int) -> None:
        columns = [first, second]
        dots = flat(found.jitter.reshape(*found.jitter.shape[:2], -1)[:, :, :1])[:, columns]
        test = found.pool.stages(np.array([found.wish.item]), is_training=False).after
        cross = flat(test)[:1, columns]
        every = np.arange(len(found.pool))
        crowd = found.pool.stages(every, is_training=True).after
        names = (f"feature {first + 1}", f"feature {second + 1}")
        self.cloud.cross = (float(cross[0, 0]), float(cross[0, 1]))
        first_places = crowd.reshape(*crowd.shape[:2], -1)[:, columns, 0]
        self.cloud.crowd = first_places[:_MOST_DOTS]
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

    @Slot(float, float)
    def _on_pressed(self, x: float, y: float) -> None:
        item = self.cloud.item_near(x, y)
        if item >= 0:
            self.item_chosen.emit(item)

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
        """One dot an item."""

    def item_near(self, x: float, y: float) -> int:
        """The item of the crowd nearest to a place, -1 where none is near."""
        place = self.to_screen(x, y)
        away = [
            (spot.x() - place.x()) ** 2 + (spot.y() - place.y()) ** 2
            for spot in (self.to_screen(*point) for point in self.crowd.tolist())
        ]
        nearest = int(np.argmin(away)) if away else -1
        return nearest if away and away[nearest] <= _REACH**2 else -1

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
        sides = (Stacked(), Stacked())
        for number, (key, head, tex) in enumerate(heads):
            figure = BarsFigure(f"batch_norm_{key}", head, "item", "")
            figure.x_is_whole = True
            self.bars[key] = figure
            holder = QWidget()
            rows = QVBoxLayout(holder)
            rows.setContentsMargins(12, 0, 8, 4)
            rows.setSpacing(2)
            rows.addWidget(figure, 1)
            formula = FormulaLabel(tex)
            rows.addWidget(formula)
            rows.setAlignment(formula, Qt.AlignmentFlag.AlignHCenter)
            sides[number % 2].add_picture(_TABS[key], heading(head), holder, 1)
        self.column.addWidget(Rooms([("", side, 50) for side in sides]), 1)
        self.sum = Number()
        self.sum.setObjectName("batch_norm_sum")
        self.sum.setWordWrap(True)
        self.sum.setContentsMargins(12, 4, 12, 8)
        self.column.addWidget(self.sum)
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
