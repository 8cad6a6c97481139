"""The Jacobian inspector: the local Jacobian of any node and wire, and chains of them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.formulas import FormulaLabel
from gui.inspector.pieces import caption, section
from gui.inspector.sources import numpy_source
from gui.labs.jacobian_figure import JacobianFigure, Map
from gui.labs.jacobian_side import SidePanel
from gui.labs.panel import LabPanel
from gui.theme import Theme
from gui.widgets import Segmented
from model.analysis.local_study import (
    ChainStudy,
    LocalStudy,
    chain_study,
    facts_of,
    local_study,
    places_of,
)
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal, rehearse
from model.layer import Array
from model.trainer import Trainer

LATEX_SIDE = 12
"""Rows and columns up to which the whole matrix is copied."""
_SIDE_WIDTH = 330


class JacobianPanel(LabPanel):
    """Choose a node and by what to differentiate, or two nodes with a chain between them."""

    title: ClassVar[str] = "Jacobian inspector"
    help: ClassVar[str] = "What a small change of each input does to each output"
    prepared = Signal(object)

    def build(self) -> None:
        self.ways = Segmented([("local", "local"), ("chain", "chain")], "local", "Jacobian")
        self.node, self.by = _combo("jacobian_node", "Node"), _combo("jacobian_by", "By")
        self.last = _combo("jacobian_last", "Up to")
        self.way = _combo("jacobian_way", "Way and link")
        self.item = QSpinBox()
        self.item.setObjectName("jacobian_item")
        self.item.setAccessibleName("Item of the batch")
        self.item.setToolTip("Item of the batch, from 1")
        self.copy = QPushButton(theme.icon("content-copy"), "Copy LaTeX")
        self.copy.setToolTip("Copy the matrix as LaTeX; of a large one its shape and symbols")
        self.figure = JacobianFigure()
        self.side = SidePanel()
        self.formula = FormulaLabel()
        self._shape = QLabel()
        self._shape.setProperty("kind", "chip")
        self._structure = QLabel()
        self._structure.setProperty("kind", "chip")
        self._structure.setProperty("level", "accent")
        self._facts = QGridLayout()
        self._step: Rehearsal | None = None
        self._found: LocalStudy | ChainStudy | None = None
        self._matrix: Array = np.zeros((0, 0))
        self._delta: Array | None = None
        self._fill_controls()
        self._fill_stage()
        self._connect()

    def _fill_controls(self) -> None:
        self.controls.addWidget(self.ways)
        self._labels = {}
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
            self.controls.addWidget(label)
            self.controls.addWidget(widget)
        self.controls.addSpacing(6)
        self.controls.addWidget(section("Facts"))
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self.controls.addLayout(self._facts)
        self.controls.addSpacing(6)
        self.controls.addWidget(self.copy)
        self.controls.addWidget(caption("Wheel or + and − zoom; arrows move the choice."))

    def _fill_stage(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 4)
        head.addWidget(self.formula)
        head.addStretch(1)
        head.addWidget(self._shape)
        head.addWidget(self._structure)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(self.figure)
        self._area.viewport().installEventFilter(self)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(head)
        middle.addWidget(self._area, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(middle, 1)
        line = QFrame()
        line.setProperty("kind", "vline")
        row.addWidget(line)
        row.addWidget(self.side)
        self.stage.addLayout(row, 1)

    def _connect(self) -> None:
        self.prepared.connect(self._on_prepared, Qt.ConnectionType.QueuedConnection)
        self.ways.changed.connect(self._on_way_of_looking)
        self.node.currentIndexChanged.connect(self._on_node_chosen)
        self.by.currentIndexChanged.connect(self._study)
        self.last.currentIndexChanged.connect(self._study)
        self.way.currentIndexChanged.connect(self._on_link_chosen)
        self.item.valueChanged.connect(self._study)
        self.figure.chosen.connect(self._on_chosen)
        self.copy.clicked.connect(self._on_copy)
        self.job.done.connect(self._on_done)
        theme.notifier().changed.connect(self._set_sizes)
        self._set_sizes(theme.current())
        self._show_fields()

    @Slot(object)
    def _set_sizes(self, look: Theme) -> None:
        self.side.setFixedWidth(round(min(_SIDE_WIDTH * look.scale, 0.3 * max(self.width(), 1100))))

    # opened: the step that is looked at

    def begin(self) -> None:
        """Take the next step of the training as it is now."""

        def prepare(trainer: Trainer) -> None:
            self.prepared.emit(rehearse(trainer, dtype=np.float64))

        if self.controller.prepare():
            self.item.setValue(self.controller.request.item + 1)
            self.controller.lend(prepare)

    @Slot(object)
    def _on_prepared(self, step: Rehearsal) -> None:
        self._step = step
        with QSignalBlocker(self.item):
            self.item.setRange(1, step.batch)
            self.item.setSuffix(f" of {step.batch}")
        keys = [node.node_id for node in step.plan.nodes]
        _fill(self.node, [(step.graph.node(k).title, k) for k in keys if places_of(step, k)])
        _fill(self.last, [(step.graph.node(k).title, k) for k in keys])
        computing = [k for k in keys if places_of(step, k) and not step.plan.by_id[k].layer.is_view]
        wanted = self.node.findData(self.node_id or next(iter(computing), ""))
        with QSignalBlocker(self.node), QSignalBlocker(self.last):
            self.node.setCurrentIndex(max(wanted, 0))
            self.last.setCurrentIndex(self.last.count() - 1)
        self._on_node_chosen()

    # what is chosen

    @property
    def is_chain(self) -> bool:
        return self.ways.value() == "chain"

    def _show_fields(self) -> None:
        for key, widget in (("by", self.by),):
            for part in (widget, self._labels[key]):
                part.setVisible(not self.is_chain)
        for key, widget in (("last", self.last), ("way", self.way)):
            for part in (widget, self._labels[key]):
                part.setVisible(self.is_chain)
        self._labels["node"].setText("From the output of" if self.is_chain else "Output of")

    @Slot(object)
    def _on_way_of_looking(self, _value: object) -> None:
        self._show_fields()
        self._fill_nodes()
        self._study()

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
        chosen = self.node.currentData()
        _fill(self.node, [(step.graph.node(k).title, k) for k in keys])
        with QSignalBlocker(self.node):
            self.node.setCurrentIndex(0 if self.is_chain else max(self.node.findData(chosen), 0))

    @Slot()
    def _on_node_chosen(self, _index: int = 0) -> None:
        if self._step is None or self.node.currentData() is None:
            return
        places = places_of(self._step, self.node.currentData())
        _fill(
            self.by,
            [
                (f"input {p}" if i < self._ports() else f"parameter {p}", p)
                for i, p in enumerate(places)
            ],
        )
        self._study()

    def _ports(self) -> int:
        if self._step is None:
            return 0
        node = self._step.plan.by_id[self.node.currentData()]
        return len(places_of(self._step, node.node_id)) - len(node.parameters)

    @Slot()
    def _study(self, _value: object = None) -> None:
        step, item = self._step, self.item.value() - 1
        if step is None or self.node.currentData() is None:
            return
        if self.is_chain:
            if self.last.currentData() is not None:
                ends = (self.node.currentData(), self.last.currentData())
                self.job.start(_chain, step.twin(), *ends, item)
        elif self.by.currentData() is not None:
            self.job.start(
                _local, step.twin(), self.node.currentData(), self.by.currentData(), item
            )

    # what has been found

    @Slot(object)
    def _on_done(self, found: LocalStudy | ChainStudy) -> None:
        self._found = found
        if isinstance(found, LocalStudy):
            self._show_local(found)
        else:
            self._show_chain(found)

    def _show_local(self, found: LocalStudy) -> None:
        jac = found.jacobian
        layer = self.document.graph.node(jac.node_id).layer
        self._show(found.facts, jac.structure, jac.shape)
        columns = jac.by if jac.is_parameter else "h"
        self._show_map(
            Map(jac.matrix, found.inputs, found.outputs, jac.delta, jac.product, "y", columns)
        )
        symbol = rf"\theta_{{{jac.by}}}" if jac.is_parameter else "h_j"
        self.formula.set_tex(rf"\mathbf{{J}}_{{ij}} = \frac{{\partial y_i}}{{\partial {symbol}}}")
        self.side.show_cost(jac)
        names = ("gradient",) if jac.is_parameter else ("backward",)
        said = "" if layer.is_view else "δ is multiplied at once; J is never built:"
        self.side.show_source(numpy_source(type(layer), *names), said)
        self.say(
            f"{found.title} by {jac.by}: row i is output i, column j is number j of {jac.by}"
            + (" (only this item's block)" if jac.mixes_items else "")
        )

    def _show_chain(self, found: ChainStudy) -> None:
        chain = found.chain
        all_ways = "the only way" if chain.n_ways == 1 else f"all {chain.n_ways} ways, summed"
        entries: list[tuple[str, Any]] = [(all_ways, None)]
        for number, way in enumerate(chain.ways, 1):
            name = "" if chain.n_ways == 1 else f"way {number}: "
            entries.append((f"{name}{way.described}", (number - 1, None)))
            for place, link in enumerate(way.links):
                title = self.document.graph.node(link.node_id).title
                m, n = link.shape
                entries.append((f"    {m} × {n}  {title} by {link.by}", (number - 1, place)))
        _fill(self.way, entries)
        self._on_link_chosen()
        self.side.show_source("")
        links = [way.described for way in chain.ways]
        self.say(f"{found.last} by {found.first}: {links[0] if links else ''}")

    @Slot()
    def _on_link_chosen(self, _index: int = 0) -> None:
        found = self._found
        if not isinstance(found, ChainStudy):
            return
        chosen = self.way.currentData()
        if chosen is None:
            matrix, inputs, outputs = found.chain.total, found.inputs, found.outputs
        elif chosen[1] is None:
            way = found.chain.ways[chosen[0]]
            matrix, inputs, outputs = way.product, found.inputs, found.outputs
        else:
            link = found.chain.ways[chosen[0]].links[chosen[1]]
            self._show(facts_of(link), link.structure, link.shape)
            nothing = np.zeros(0)
            self._show_map(Map(link.matrix, nothing, nothing, link.delta, link.product, "y", "h"))
            self.side.show_cost(link)
            return
        m, n = matrix.shape
        self._show((("shape", f"{m} × {n}"),), "", (m, n))
        self._show_map(Map(matrix, inputs, outputs, None, None, "y", "x"))
        self.formula.set_tex(
            r"\frac{\partial y}{\partial x} = \sum_{\mathrm{ways}} \mathbf{J}_k \cdots \mathbf{J}_1"
        )
        count = found.chain.n_ways
        ways = "One way leads" if count == 1 else f"{count} ways lead"
        self.side.cost.setText(f"{ways} from {found.first} to {found.last}.")

    def _show_map(self, shown: Map) -> None:
        self._matrix, self._delta = shown.matrix, shown.delta
        self.figure.show_map(shown)

    def _show(
        self, facts: tuple[tuple[str, str], ...], structure: str, shape: tuple[int, int]
    ) -> None:
        self._shape.setText(f"{shape[0]:,} × {shape[1]:,}")
        self._structure.setText(structure)
        self._structure.setVisible(bool(structure))
        while self._facts.count():
            entry = self._facts.takeAt(0)
            old = entry.widget() if entry is not None else None
            if old is not None:
                old.deleteLater()
        for row, (name, words) in enumerate(facts):
            value = QLabel(words)
            value.setWordWrap(True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._facts.addWidget(caption(name), row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, row, 1)

    @Slot(int, int)
    def _on_chosen(self, row: int, column: int) -> None:
        if self._matrix.size:
            self.side.show_column(self._matrix, self._delta, column, row)

    # out

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(latex_of(self._matrix, self.figure.style_of_numbers))

    def figures(self) -> dict[str, QWidget]:
        return {"jacobian": self.figure}

    def tables(self) -> dict[str, list[list[Any]]]:
        return {"jacobian": self._matrix.tolist()}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The figure fills the room that there is."""
        if event.type() == QEvent.Type.Resize and watched is self._area.viewport():
            self.figure.set_room(self._area.viewport().size() - QSize(2, 2))
            self._set_sizes(theme.current())
        return super().eventFilter(watched, event)


def latex_of(matrix: Array, style: Any) -> str:
    """A bmatrix; of a large one its corner with dots."""
    m, n = matrix.shape
    rows, columns = min(m, LATEX_SIDE), min(n, LATEX_SIDE)
    lines = []
    for row in matrix[:rows, :columns]:
        cells = [style.latex(value) for value in row] + ([r"\cdots"] if columns < n else [])
        lines.append(" & ".join(cells))
    if rows < m:
        lines.append(" & ".join([r"\vdots"] * columns + ([r"\ddots"] if columns < n else [])))
    body = " \\\\\n".join(lines)
    return r"\mathbf{J} = \begin{bmatrix}" + f"\n{body}\n" + r"\end{bmatrix}"


def _local(_progress: Progress, step: Rehearsal, node_id: str, by: str, item: int) -> LocalStudy:
    return local_study(step, node_id, by, item)


def _chain(_progress: Progress, step: Rehearsal, first: str, last: str, item: int) -> ChainStudy:
    return chain_study(step, first, last, item)


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
