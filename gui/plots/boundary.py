"""What the network answers everywhere: a map for two inputs, a curve for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.plots.fitted import FittedView
from gui.plots.panel import PlotPanel
from gui.plots.plane import PlaneView
from model.data import catalogue, info_of
from model.layers.source import DataSource

if TYPE_CHECKING:
    from model.snapshot import Boundary, Snapshot

_OTHERS = (
    "This picture needs a single data set with one or two numbers an item, such as XOR, circles,"
    " moons, spiral or the curve. With more inputs there is no plane to draw on."
)


class BoundaryPlot(PlotPanel):
    """The network in test mode on a grid over the inputs, with the training points."""

    key: ClassVar[str] = "boundary"
    title: ClassVar[str] = "Decision boundary"
    icon: ClassVar[str] = "chart-scatter-plot"
    wants: ClassVar[tuple[str, ...]] = ("boundary",)

    def build(self) -> QWidget:
        """Both kinds of picture."""
        self.views = QStackedWidget()
        self._shown: Boundary | None = None
        self.plane, self.fitted = PlaneView(), FittedView()
        self.views.addWidget(self.plane)
        self.views.addWidget(self.fitted)
        return self.views

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """Map or curve, or for which data there is one."""
        found = self.newest("boundary", snapshot)
        if found is None:
            self._shown = None
            self.header.set_caption("")
            return _OTHERS
        if found is self._shown:
            return ""
        self._shown = found
        names = self._names()
        items = f"points: {len(found.points)} training items"
        if found.is_plane:
            self.header.set_caption(f"colours: the network in test mode; {items}")
            self.plane.show_boundary(found, (names[0], names[1]))
            self.header.set_title("Decision boundary" if found.classes else "Fitted surface")
        else:
            self.header.set_caption(f"line: the network in test mode; {items}")
            self.fitted.show_boundary(found, (names[0], names[-1]))
            self.header.set_title("Fitted curve")
        self.views.setCurrentWidget(self.plane if found.is_plane else self.fitted)
        return ""

    def _names(self) -> list[str]:
        """Of the inputs and of the target, as the data set tells them."""
        layers = [node.layer for node in self.document.graph.nodes.values()]
        source = next((layer for layer in layers if isinstance(layer, DataSource)), None)
        if source is None or source.dataset not in catalogue():
            return ["x1", "x2", "y"]
        info = info_of(source.dataset)
        chosen = [info.features[j] for j in source.features if j < len(info.features)]
        names = [name.replace("_", " ") for name in chosen or info.features]
        return [*names, *("x2",) * (len(names) < 2), (info.target or "y").replace("_", " ")]
