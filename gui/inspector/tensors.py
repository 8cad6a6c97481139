"""The Tensors tab: every array of a node with its shape, the cost, and live figures."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from gui.canvas.cards.numbers import full, short
from gui.document import Document
from gui.formulas import FormulaLabel
from gui.inspector.pieces import Number, caption, clear, section
from gui.inspector.weights import WeightsBlock
from model.layer import Array, Spec
from model.shapes import Inference
from model.snapshot import Snapshot


class Row(NamedTuple):
    """One array: its name, its shape, how many numbers, and what to say when pointed at."""

    name: str
    shape: str
    count: int | None = None
    tooltip: str = ""


def tables_of(document: Document, node_id: str) -> list[tuple[str, list[Row]]]:
    """Heading and rows of every table of a node, from the present shapes."""
    found = document.inference
    layer = document.graph.node(node_id).layer
    specs = found.inputs.get(node_id, ())
    entering = document.graph.wires_into(node_id)
    inputs = [
        _row(wire.target_port, spec, f"from {document.graph.title_of(wire.source)}")
        for wire, spec in zip(entering, specs, strict=False)
    ]
    outputs = [
        _row(port or "J", spec, "the loss, one number" if not port else "")
        for (key, port), spec in found.outputs.items()
        if key == node_id
    ]
    parameters = [
        Row(
            name, _shape(p.shape), Spec(p.shape).size, _parameter_tip(p.initializer, p.is_penalised)
        )
        for name, p in found.parameters.get(node_id, {}).items()
    ]
    states = [
        Row(name, _shape(state.shape), Spec(state.shape).size, f"starts at {state.value:g}")
        for name, state in (layer.states(*specs) if node_id in found.inputs else {}).items()
    ]
    tables = [("Inputs", inputs), ("Output", outputs), ("Parameters", parameters)]
    return [*tables, ("Kept from step to step", states)]


def _row(name: str, spec: Spec, tooltip: str) -> Row:
    words = (
        f"labels of {spec.classes} classes" if spec.classes else f"{spec.size:,} numbers an item"
    )
    return Row(name, str(spec), None, f"{words}, {tooltip}".rstrip(", "))


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(str(axis) for axis in shape) or "1"


def _parameter_tip(initializer: str, is_penalised: bool) -> str:
    penalty = "in the penalty" if is_penalised else "exempt from the penalty"
    return f"starts as {initializer.replace('_', ' ')}, {penalty}"


class TensorsPage(QWidget):
    """Tables of arrays, the cost, and mean, spread and range of h and delta as they are now."""

    def __init__(self, document: Document, controller: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._node_id = ""
        self._shown: object = None
        self._cost = 0
        self._batch = Number(is_right=True)
        self._tables = QVBoxLayout()
        self._tables.setSpacing(16)
        self.live = LiveTable()
        self.weights = WeightsBlock(document, controller)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(16)
        rows.addLayout(self._tables)
        rows.addWidget(self.live)
        rows.addWidget(self.weights)
        rows.addStretch(1)

    def show_node(self, node_id: str, layer_index: int | None) -> None:
        """Show the arrays of a node; l is None where the node takes no part in training."""
        self._node_id = node_id
        tables = tables_of(self._document, node_id)
        cost = self._document.inference.costs.get(node_id)
        batch = self._document.graph.training.batch_size
        seen = (tables, cost, batch)
        if seen != self._shown:
            self._shown = seen
            clear(self._tables)
            for title, table in tables:
                self._tables.addWidget(_Table(title, table))
            self._tables.addWidget(_cost_table(cost, batch))
        self.live.set_index(layer_index)
        self.weights.show_node(node_id)

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the figures of the newest step."""
        self.live.show_snapshot(snapshot, self._node_id)
        self.weights.show_snapshot(snapshot)


def _cost_table(cost: int | None, batch: int) -> QWidget:
    if cost is None:
        return _Table("Multiply-adds", [Row("not known before the problems are solved", "")])
    rows = [Row("forward, one item", "", cost)]
    if batch:
        rows.append(Row(f"forward, batch of {batch:,}", "", cost * batch))
    else:
        rows.append(Row("forward, whole set", "", None, f"{cost:,} for each item of the set"))
    return _Table("Multiply-adds", rows)


def totals_table(document: Document, found: Inference) -> tuple[QWidget, list[Row]]:
    """Nodes, parameters and cost of the whole design: the table and what it says."""
    rows = _totals(document, found)
    return _Table("This design", rows), rows


def _totals(document: Document, found: Inference) -> list[Row]:
    parameters = sum(found.n_parameters(key) for key in document.graph)
    cost = sum(found.costs.values())
    batch = document.graph.training.batch_size
    rows = [
        Row("nodes", "", len(document.graph)),
        Row("wires", "", len(document.graph.wires())),
        Row("parameters θ", "", parameters),
        Row("multiply-adds, one item", "", cost, "forward pass"),
    ]
    if batch:
        rows.append(Row(f"multiply-adds, batch of {batch:,}", "", cost * batch, "forward pass"))
    return rows


class _Table(QWidget):
    """A heading and rows of name, shape and count."""

    def __init__(self, title: str, table: list[Row]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        is_counted = any(row.shape and row.count is not None for row in table)
        grid.addWidget(section(title), 0, 0, 1, 1 if is_counted else 3)
        if is_counted:
            for column, words in ((1, "shape"), (2, "count")):
                grid.addWidget(caption(words), 0, column, Qt.AlignmentFlag.AlignRight)
        if not table:
            grid.addWidget(caption("none"), 1, 0)
        for number, row in enumerate(table, start=1):
            name = caption(row.name)
            name.setToolTip(row.tooltip)
            grid.addWidget(name, number, 0)
            if row.shape:
                shape = Number(row.shape, row.tooltip or row.shape, is_right=True)
                grid.addWidget(shape, number, 1, Qt.AlignmentFlag.AlignRight)
            if row.count is not None:
                count = Number(f"{row.count:,}", f"{row.name}: {row.count:,}", is_right=True)
                grid.addWidget(count, number, 2, Qt.AlignmentFlag.AlignRight)


class LiveTable(QWidget):
    """mean, std, min and max of what leaves the node and of the error term that arrives there."""

    _FIGURES = ("mean", "std", "min", "max")

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 3)
        grid.addWidget(section("Live"), 0, 0)
        right = Qt.AlignmentFlag.AlignRight
        self._h = FormulaLabel(color_token="fwd")
        self._delta = FormulaLabel(color_token="bwd")
        grid.addWidget(self._h, 0, 1, right)
        grid.addWidget(self._delta, 0, 2, right)
        self.cells: dict[tuple[str, str], QLabel] = {}
        for row, figure in enumerate(self._FIGURES, start=1):
            grid.addWidget(caption(figure), row, 0)
            for column, symbol in enumerate(("h", "δ"), start=1):
                cell = Number("–", is_right=True)
                cell.setObjectName(f"live_{figure}_{'h' if symbol == 'h' else 'delta'}")
                grid.addWidget(cell, row, column, right)
                self.cells[figure, symbol] = cell
        self._when = caption("Shown as soon as the network has been run.")
        grid.addWidget(self._when, len(self._FIGURES) + 1, 0, 1, 3)

    def set_index(self, layer_index: int | None) -> None:
        """Number the symbols: the output of node l is h^(l+1)."""
        power = f"^{{({layer_index + 1})}}" if layer_index is not None else ""
        self._h.set_tex(f"h{power}")
        self._delta.set_tex(rf"\delta{power}")

    def show_snapshot(self, snapshot: Snapshot | None, node_id: str) -> None:
        """Show the figures of a node in a step; dashes where there is nothing."""
        view = snapshot.nodes.get(node_id) if snapshot is not None else None
        self._show("h", view.out if view is not None else None)
        self._show("δ", view.delta if view is not None else None)
        if snapshot is None or view is None:
            self._when.setText("Shown as soon as the network has been run.")
        else:
            self._when.setText(
                f"At the output, item {snapshot.item + 1} of {snapshot.batch:,}"
                f" in the batch of step {snapshot.step:,}."
            )

    def _show(self, symbol: str, values: Array | None) -> None:
        figures = _figures(values)
        for name in self._FIGURES:
            cell = self.cells[name, symbol]
            value = figures.get(name)
            cell.setText("–" if value is None else short(float(value)))
            cell.setToolTip("" if value is None else f"{name} of {symbol} = {full(value)}")


def _figures(values: Array | None) -> dict[str, np.generic]:
    """Of the numbers of one item; std with 1/n. Labels have no mean."""
    if values is None or values.size == 0 or values.dtype.kind != "f":
        return {}
    return {
        "mean": values.mean(),
        "std": values.std(),
        "min": values.min(),
        "max": values.max(),
    }
