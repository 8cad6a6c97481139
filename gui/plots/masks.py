"""Dropout masks as a film strip: which neurons spoke, step after step."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QWidget

from gui.plots.film import FilmStrip, MaskFrame
from gui.plots.panel import PlotPanel
from model.layers.dropout import Dropout

if TYPE_CHECKING:
    from model.snapshot import Snapshot

_FRAMES = 24


@dataclass
class _Film:
    """The last masks of one node, and the mean of all that were seen with this p."""

    frames: deque[MaskFrame] = field(default_factory=lambda: deque(maxlen=_FRAMES))
    p: float = -1.0
    seen: int = 0
    kept_sum: float = 0.0

    def add(self, step: int, mask: Any, p: float) -> None:
        """A mask of the chosen item; a step that was seen already is not counted again."""
        if self.frames and step < self.frames[-1].step:
            self.frames.clear()  # the training has started anew
            self.p, self.seen, self.kept_sum = -1.0, 0, 0.0
        if self.frames and step == self.frames[-1].step:
            return
        if p != self.p:
            self.p, self.seen, self.kept_sum = p, 0, 0.0
        self.frames.append(MaskFrame(step, np.array(mask, dtype=bool).ravel()))
        self.seen += 1
        self.kept_sum += float(np.mean(mask))


class MaskPlot(PlotPanel):
    """The last masks that reached the display. Steps between them were not kept, and it says so."""

    key: ClassVar[str] = "masks"
    title: ClassVar[str] = "Dropout masks"
    icon: ClassVar[str] = "scatter-plot-outline"

    def build(self) -> QWidget:
        """The strip, and a choice of node for designs with several."""
        self._films: dict[str, _Film] = {}
        self._item = -1
        self.chooser = self.header.add_chooser("Which dropout node", "masks_node")
        self.chooser.activated.connect(self._on_chosen)
        self.strip = FilmStrip()
        return self.strip

    @Slot(int)
    def _on_chosen(self, _index: int) -> None:
        self.refresh()

    def note(self, snapshot: Snapshot) -> None:
        """Keep the masks of this step, seen or not."""
        if snapshot.item != self._item:
            self._films, self._item = {}, snapshot.item
        nodes = self.document.graph.nodes
        for key, view in snapshot.nodes.items():
            node = nodes.get(key)
            if "mask" in view.extras and node is not None and isinstance(node.layer, Dropout):
                film = self._films.setdefault(key, _Film())
                film.add(snapshot.step, view.extras["mask"], node.layer.p)

    def clear(self) -> None:
        """Forget all masks."""
        self._films, self._item = {}, -1

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """The strip of the chosen node, or why there is none."""
        nodes = self.document.graph.nodes
        order = [key for key in self.document.inference.order if key in nodes]
        known = [key for key in order if isinstance(nodes[key].layer, Dropout)]
        self._fill_chooser(known)
        if not known:
            self.header.set_caption("")
            return "This network has no Dropout layer. Drag one in to see its masks."
        key = self.chooser.currentData()
        film = self._films.get(key)
        if film is None or not film.frames:
            self.header.set_caption("")
            return "The first mask appears with the first training step."
        self.header.set_caption(f"item {snapshot.item + 1}, last steps shown")
        self.strip.show_film(tuple(film.frames), film.kept_sum / film.seen, film.seen, film.p)
        return ""

    def _fill_chooser(self, keys: list[str]) -> None:
        present = [self.chooser.itemData(i) for i in range(self.chooser.count())]
        shown = [self.chooser.itemText(i) for i in range(self.chooser.count())]
        named = [self.document.graph.title_of(key) for key in keys]
        if (present, shown) != (keys, named):
            chosen = self.chooser.currentData()
            with QSignalBlocker(self.chooser):
                self.chooser.clear()
                for key, name in zip(keys, named, strict=True):
                    self.chooser.addItem(name, key)
                self.chooser.setCurrentIndex(keys.index(chosen) if chosen in keys else 0)
        self.chooser.setVisible(len(keys) > 1)
