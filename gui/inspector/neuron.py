"""What dropout does to the neuron that is followed: h times m, and delta times m."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.canvas.cards.numbers import full, short
from gui.formulas import FormulaLabel
from gui.inspector.pieces import Number, caption, section
from model.graph import NetworkGraph
from model.layers.dropout import Dropout
from model.snapshot import Snapshot


@dataclass(frozen=True)
class NeuronView:
    """The numbers of one neuron in one step. factor: m, times 1/(1 - p) with inverted scaling.

    delta_in arrives at the output, delta_out is passed down; None where nothing learns above.
    """

    neuron: int
    is_kept: bool
    factor: float
    h_in: np.generic
    h_out: np.generic
    delta_in: np.generic | None
    delta_out: np.generic | None


def neuron_view(
    graph: NetworkGraph, snapshot: Snapshot | None, node_id: str, neuron: int
) -> NeuronView | None:
    """The followed neuron of a dropout node in a step, None where there is no mask to show."""
    if snapshot is None or node_id not in graph:
        return None
    layer, view = graph.node(node_id).layer, snapshot.nodes.get(node_id)
    entering = graph.wires_into(node_id)
    if not isinstance(layer, Dropout) or view is None or view.out is None or not entering:
        return None
    mask, above = view.extras.get("mask"), snapshot.nodes.get(entering[0].source)
    if mask is None or above is None or above.out is None or above.out.size != view.out.size:
        return None
    mask, out, h_in = np.ravel(mask), view.out.ravel(), above.out.ravel()
    if not 0 <= neuron < len(mask):
        return None
    factor = float(mask[neuron]) / (1 - layer.p if layer.scaling == "inverted" else 1.0)
    delta_in = None if view.delta is None else view.delta.ravel()[neuron]
    passed = None if delta_in is None else delta_in * delta_in.dtype.type(factor)
    is_only = len(graph.wires_from(entering[0].source)) == 1
    if is_only and above.delta is not None:
        passed = above.delta.ravel()[neuron]
    return NeuronView(
        neuron, bool(mask[neuron]), factor, h_in[neuron], out[neuron], delta_in, passed
    )


class NeuronBlock(QWidget):
    """NEURON 26, dropped in this step: both products, number by number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector_neuron")
        self._heading = section("Neuron")
        self._state = QLabel()
        self._state.setProperty("role", "strong")
        self._state.setWordWrap(True)
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._words = caption("Run or step the network to see the mask at work.")
        self._grid_widget = QWidget()
        grid = QGridLayout(self._grid_widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        self._symbols: list[FormulaLabel] = []
        self._numbers: list[Number] = []
        for row in range(2):
            self._add_product(grid, 2 * row, "fwd" if row == 0 else "bwd")
        head = QHBoxLayout()
        head.addWidget(self._heading)
        head.addWidget(self._state, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(head)
        rows.addWidget(self._grid_widget)
        rows.addWidget(self._words)
        self.show_view(None, None)

    def _add_product(self, grid: QGridLayout, row: int, token: str) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        for column in (0, 2, 4):
            symbol = FormulaLabel(color_token="text2" if column == 2 else token)
            number = Number()
            number.setAlignment(centre)
            grid.addWidget(symbol, row, column, centre)
            grid.addWidget(number, row + 1, column, centre)
            grid.setColumnStretch(column, 1)
            self._symbols.append(symbol)
            self._numbers.append(number)
        for column, sign in ((1, "×"), (3, "=")):
            grid.addWidget(Number(sign), row + 1, column, centre)

    def show_view(self, view: NeuronView | None, layer_index: int | None) -> None:
        """Show the numbers of a step; without any a sentence says how to get them."""
        self._grid_widget.setVisible(view is not None)
        self._state.setVisible(view is not None)
        self._words.setVisible(view is None)
        if view is None:
            return
        low, high = ("(l)", "(l+1)")
        if layer_index is not None:
            low, high = f"({layer_index})", f"({layer_index + 1})"
        is_scaled = view.is_kept and view.factor != 1
        factor = "m / (1 - p)" if is_scaled else "m"
        self._heading.set_words(f"Neuron {view.neuron}")
        self._state.setText("speaks in this step" if view.is_kept else "dropped in this step")
        texts = [f"h^{{{low}}}", factor, f"h^{{{high}}}"]
        texts += [rf"\delta^{{{high}}}", factor, rf"\delta^{{{low}}}"]
        values = [view.h_in, view.factor, view.h_out, view.delta_in, view.factor, view.delta_out]
        spoken = ["h in", "m", "h out", "δ arriving", "m", "δ passed down"]
        for symbol, text in zip(self._symbols, texts, strict=True):
            symbol.set_tex(text)
        for number, value, name in zip(self._numbers, values, spoken, strict=True):
            text = f"{value:g}" if name == "m" else "–" if value is None else short(float(value))
            number.setText(text)
            number.setToolTip("" if value is None else f"{name} = {full(value)}")
