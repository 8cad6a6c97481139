"""Designs to measure with, of any number of nodes."""

from __future__ import annotations

from model.design import Design, Node, Wire
from model.layers import LAYERS


def columns(count: int) -> Design:
    """A chain of `count` nodes, 20 to a column: a data set, Dense and ReLU by turns, a loss."""
    nodes = {"data_1": Node(layer=LAYERS["data"](dataset="spiral"))}
    wires = []
    last, port = "data_1", "x"
    for i in range(count - 3):
        key = f"node_{i}"
        made = LAYERS["relu"]() if i % 2 else LAYERS["dense"](units=16)
        column, row = divmod(i, 20)
        nodes[key] = Node(layer=made, x=500.0 * (column + 1), y=170.0 * row)
        wires.append(Wire(last, port, key, "h"))
        last, port = key, "h"
    end = 500.0 * (count // 20 + 1)
    nodes["out_1"] = Node(layer=LAYERS["dense"](units=2), x=end, y=170.0)
    wires.append(Wire(last, port, "out_1", "h"))
    nodes["loss_1"] = Node(layer=LAYERS["softmax_cross_entropy"](), x=end, y=400.0)
    wires += [Wire("out_1", "h", "loss_1", "prediction"), Wire("data_1", "y", "loss_1", "target")]
    return Design(nodes=nodes, wires=tuple(wires))
