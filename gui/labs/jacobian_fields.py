"""What is differentiated by what: the fields at the left of the Jacobian inspector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QSpinBox, QVBoxLayout, QWidget

from gui.widgets import Segmented
from model.analysis.jacobian_chain import JacobianChain
from model.analysis.local_study import places_of
from model.analysis.rehearsal import Rehearsal
from model.analysis.tracing import port_names
from model.design import Wire


class JacobianFields(QWidget):
    """`changed()`: another Jacobian is wanted. `link_chosen()`: another part of the same chain."""

    changed = Signal()
    link_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ways = Segmented([("local", "local"), ("chain", "chain")], "local", "Jacobian")
        self.node, self.by = _combo("jacobian_node", "Node"), _combo("jacobian_by", "By")
        self.last = _combo("jacobian_last", "Up to")
        self.way = _combo("jacobian_way", "Way and link")
        self.item = QSpinBox()
        self.item.setObjectName("jacobian_item")
        self.item.setAccessibleName("Item of the batch")
        self.item.setToolTip("Item of the batch, from 1")
        self._step: Rehearsal | None = None
        self._labels: dict[str, QLabel] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._arrange()
        self.ways.changed.connect(self._on_way_of_looking)
        self.node.currentIndexChanged.connect(self._on_node_chosen)
        self.by.currentIndexChanged.connect(self._on_changed)
        self.last.currentIndexChanged.connect(self._on_changed)
        self.way.currentIndexChanged.connect(self._on_link_chosen)
        self.item.valueChanged.connect(self._on_changed)
        self._show_fields()

    def _arrange(self) -> None:
        self._rows.addWidget(self.ways)
        for key, text, widget in (
            ("node", "Output of", self.node),
            ("by", "By", self.by),
            ("last", "Up to the output of", self.last),
            ("way", "Way", self.way),
            ("item", "Item of the batch", self.item),
        ):
            label = QLabel(text)
            label.setBuddy(widget)
            self._labels[key] = label
            self._rows.addWidget(label)
            self._rows.addWidget(widget)

    # what is chosen

    @property
    def is_chain(self) -> bool:
        return self.ways.value() == "chain"

    @property
    def node_id(self) -> str:
        return self.node.currentData() or ""

    @property
    def place(self) -> str:
        """The port or parameter by which is differentiated."""
        return self.by.currentData() or ""

    @property
    def last_id(self) -> str:
        return self.last.currentData() or ""

    @property
    def item_index(self) -> int:
        """From 0."""
        return self.item.value() - 1

    @property
    def link(self) -> tuple[int, int | None] | None:
        """(way, link) of the chain; None for its total, no link for a whole way."""
        found: tuple[int, int | None] | None = self.way.currentData()
        return found

    # filling

    def show_step(self, step: Rehearsal, node_id: str, wire: Wire | None = None) -> None:
        """Offer the nodes of a step; chosen is the one that was opened from, or the first that
        computes, and the wire, if it was one."""
        self._step = step
        if wire is not None and self.is_chain:
            self.ways.set_value("local")
            self._show_fields()
        with QSignalBlocker(self.item):
            self.item.setRange(1, step.batch)
            self.item.setSuffix(f" of {step.batch}")
        keys = [node.node_id for node in step.plan.nodes]
        title = step.graph.title_of
        _fill(self.node, [(title(k), k) for k in keys if self.is_chain or places_of(step, k)])
        _fill(self.last, [(title(k), k) for k in keys])
        computing = [k for k in keys if places_of(step, k) and not step.plan.by_id[k].layer.is_view]
        wanted = self.node.findData(node_id or next(iter(computing), ""))
        with QSignalBlocker(self.node), QSignalBlocker(self.last):
            self.node.setCurrentIndex(max(wanted, 0))
            self.last.setCurrentIndex(self.last.count() - 1)
        self._fill_places()
        node = step.plan.by_id.get(self.node_id)
        if wire is not None and node is not None and wire in node.wires:
            with QSignalBlocker(self.by):
                port = port_names(node)[node.wires.index(wire)]
                self.by.setCurrentIndex(max(self.by.findData(port), 0))
        self.changed.emit()

    def choose_node(self, node_id: str) -> None:
        """Look at another node, if it has a Jacobian."""
        at = self.node.findData(node_id)
        if at >= 0:
            self.node.setCurrentIndex(at)

    def choose_link(self, link: tuple[int, int | None]) -> None:
        """Look at another part of the chain."""
        for at in range(self.way.count()):
            if self.way.itemData(at) == link:
                self.way.setCurrentIndex(at)

    def show_ways(self, chain: JacobianChain, title_of: Callable[[str], str]) -> None:
        """Offer the total, each way and each of its links."""
        all_ways = "the only way" if chain.n_ways == 1 else f"all {chain.n_ways} ways, summed"
        entries: list[tuple[str, Any]] = [(all_ways, None)]
        for number, way in enumerate(chain.ways, 1):
            name = "" if chain.n_ways == 1 else f"way {number}: "
            entries.append((f"{name}{way.described}", (number - 1, None)))
            for place, link in enumerate(way.links):
                m, n = link.shape
                words = f"    {m} × {n}  {title_of(link.node_id)} by {link.by}"
                entries.append((words, (number - 1, place)))
        _fill(self.way, entries)

    def _show_fields(self) -> None:
        for key, widget, is_shown in (
            ("by", self.by, not self.is_chain),
            ("last", self.last, self.is_chain),
            ("way", self.way, self.is_chain),
        ):
            widget.setVisible(is_shown)
            self._labels[key].setVisible(is_shown)
        self._labels["node"].setText("From the output of" if self.is_chain else "Output of")

    @Slot(object)
    def _on_way_of_looking(self, _value: object) -> None:
        self._show_fields()
        self._fill_nodes()
        self.changed.emit()

    def _fill_nodes(self) -> None:
        """A chain may begin at data and variables too, a local Jacobian has an input."""
        step = self._step
        if step is None:
            return
        keys = [
            node.node_id
            for node in step.plan.nodes
            if self.is_chain or places_of(step, node.node_id)
        ]
        chosen = self.node_id
        _fill(self.node, [(step.graph.title_of(k), k) for k in keys])
        with QSignalBlocker(self.node):
            self.node.setCurrentIndex(0 if self.is_chain else max(self.node.findData(chosen), 0))
        if not self.is_chain:
            self._fill_places()

    def _fill_places(self) -> None:
        step = self._step
        if step is None or not self.node_id:
            return
        places = places_of(step, self.node_id)
        ports = len(places) - len(step.plan.by_id[self.node_id].parameters)
        _fill(
            self.by,
            [(f"input {p}" if i < ports else f"parameter {p}", p) for i, p in enumerate(places)],
        )

    @Slot()
    def _on_node_chosen(self, _index: int = 0) -> None:
        self._fill_places()
        self.changed.emit()

    @Slot()
    def _on_changed(self, _value: object = None) -> None:
        self.changed.emit()

    @Slot()
    def _on_link_chosen(self, _index: int = 0) -> None:
        self.link_chosen.emit()


def _combo(name: str, said: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(said)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box


def _fill(box: QComboBox, entries: list[tuple[str, Any]]) -> None:
    with QSignalBlocker(box):
        box.clear()
        for text, data in entries:
            box.addItem(text, data)
