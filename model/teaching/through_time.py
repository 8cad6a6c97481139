"""A recurrent cell unrolled: the numbers of one unit, step by step, there and back through time.

Everything is read from the engine's own arrays of the step. Back-propagation through time:

    dJ/dU = sum over t of h_(t-1)^T delta^z_t,    dJ/dW = sum over t of x_t^T delta^z_t

Source: Werbos 1990.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.layer import Array
from model.layers.gru import GRU
from model.layers.lstm import LSTM
from model.layers.recurrent import Recurrent
from model.teaching.describing import node_of
from model.teaching.operation_view import OperationView
from model.teaching.pictures import TimeRow, Unrolled
from model.teaching.walkthrough import Walkthrough

GATES: dict[type, tuple[str, ...]] = {LSTM: ("i", "f", "g", "o"), GRU: ("r", "z", "n")}
"""In the order in which they stand in W, U and b."""


@dataclass(frozen=True)
class Focus:
    """Which unit of which cell is looked at, at which step. way: the cell's workspace; k: its
    number, 1 for the one that reads from the end. unit: of its state. time: the step as the cell
    reads them, from 0. times: the steps of the sequence in that order, counted from 1. item: of
    the batch."""

    layer: Recurrent
    way: Any
    k: int
    unit: int
    time: int
    times: tuple[int, ...]
    item: int

    def gate(self, name: str) -> Array:
        """(T,) of the unit."""
        place = GATES[type(self.layer)].index(name)
        return np.array(self.way.gate[:, place, self.item, self.unit])

    def states(self) -> Array:
        """(T + 1,): the one before the first step in front."""
        return np.array(self.way.h[:, self.item, self.unit])

    def delta_h(self) -> Array:
        """(T,): dJ/dh_t, what comes from later steps included."""
        return np.array(self.way.dh[:, self.item, self.unit])

    def arriving(self) -> Array:
        """(T,): what arrives from the layer above."""
        return np.array(self.way.arriving[:, self.item, self.unit])

    def delta_z(self, gate: int, *, is_inner: bool = False) -> Array:
        """(T,): dJ/dz_t of one gate. is_inner: of a GRU's product with the state before it."""
        held = self.way.dq if is_inner else self.way.dz
        return np.array(held[:-1, self.item, gate * self.layer.units + self.unit])


def focus_of(walk: Walkthrough, view: OperationView) -> Focus | None:
    """None where the node is no recurrent one, or the operation none of a layer."""
    if not view.info.node_id or view.info.kind not in ("forward", "gradient", "backward"):
        return None
    layer = node_of(walk, view.info).layer
    if not isinstance(layer, Recurrent):
        return None
    n = walk.rehearsal.run.at[view.info.node_id]
    item = walk.item or 0
    match view.info.kind:
        case "forward":
            k, unit, time = _of_output(layer, n, view.places["out"])
        case "backward":
            k, unit, time = _of_input(n, next(iter(view.places.values())), item)
        case _:
            k, unit, time = _of_weight(layer, n, view.places, item)
    way = n.ways[k]
    steps = range(1, way.steps + 1)
    times = tuple(steps if way.pace > 0 else reversed(steps))
    return Focus(layer, way, k, unit, time, times, item)


def _of_output(layer: Recurrent, n: Any, place: int) -> tuple[int, int, int]:
    """Of all states the place says the step, of the last one it is the last."""
    width = layer.units * len(n.ways)
    time, column = divmod(place, width)
    k, unit = divmod(column, layer.units)
    way = n.ways[k]
    if layer.returns != "all states":
        return k, unit, way.steps - 1
    return k, unit, time if way.pace > 0 else way.steps - 1 - time


def _of_input(n: Any, place: int, item: int) -> tuple[int, int, int]:
    """A delta that is passed down belongs to a step; of its units the one with the largest."""
    way = n.ways[0]
    time = place // way.x.shape[-1]
    return 0, int(np.argmax(np.abs(way.dh[time, item]))), time


def _of_weight(layer: Recurrent, n: Any, places: dict[str, int], item: int) -> tuple[int, int, int]:
    """Of U the column says the unit; the step is the one that adds most."""
    first = max(places, key=lambda name: name.startswith("U"))
    k = int(first.endswith("_back"))
    way = n.ways[k]
    unit = places[first] % way.dz.shape[-1] % layer.units
    products = bptt(layer, way, first.removesuffix("_back"), places[first], item)
    return k, unit, int(np.argmax(np.abs(products[0] * products[1])))


def bptt(layer: Recurrent, way: Any, name: str, place: int, item: int) -> tuple[Array, Array]:
    """The two factors, (T,) each, whose products add up to an item's share of dJ/d(weight)."""
    width = way.dz.shape[-1]
    row, column = divmod(place, width)
    dz = np.array(way.dz[:-1, item, :])
    if isinstance(layer, GRU) and name in ("U", "c"):
        dz = np.array(way.dq[:-1, item, :])
    if name == "c":  # of the third gate alone
        return np.ones(way.steps), dz[:, 2 * layer.units + place]
    delta = dz[:, column]
    if name == "W":
        return np.array(way.x[:, item, row]), delta
    if name == "U":
        return np.array(way.h[:-1, item, row]), delta
    return np.ones(way.steps), delta


def unrolled(walk: Walkthrough, view: OperationView) -> Unrolled | None:
    """The picture of the cell over all steps; None where the node is no recurrent one."""
    found = focus_of(walk, view)
    if found is None:
        return None
    is_forward = view.info.kind == "forward"
    rows = _rows_forward(found) if is_forward else _rows_backward(found)
    end = ", reading from the end" if found.way.pace < 0 else ""
    return Unrolled(
        cell=f"{type(found.layer).title}, unit {found.unit + 1}{end}",
        times=found.times,
        time=found.time,
        rows=rows,
        overview=len(rows) - 1 if is_forward else _place_of(rows, "dh"),
        is_forward=is_forward,
        chooses=_choices(found, view),
    )


def _place_of(rows: tuple[TimeRow, ...], key: str) -> int:
    return next(k for k, row in enumerate(rows) if row.key == key)


def _choices(found: Focus, view: OperationView) -> tuple[int, ...]:
    """By step, the place that chooses it; () where no step can be chosen."""
    layer, way = found.layer, found.way
    steps = [time - 1 for time in found.times]
    if view.info.kind == "forward" and layer.returns == "all states":
        width = layer.units * (2 if layer.both_directions else 1)
        return tuple(t * width + found.k * layer.units + found.unit for t in steps)
    if view.info.kind == "backward":
        inputs = way.x.shape[-1]
        column = next(iter(view.places.values())) % inputs
        return tuple(t * inputs + column for t in steps)
    return ()


def _rows_forward(found: Focus) -> tuple[TimeRow, ...]:
    """Gates, memory and state from bottom to top of the cell, in the order of computation."""
    rows = [
        TimeRow(name, f"{name}_t", GATE_WORDS.get(name, name), ("local",), found.gate(name), "gate")
        for name in GATES.get(type(found.layer), ())
    ]
    if not rows:
        z = np.array(found.way.z[:, found.item, found.unit])
        rows.append(TimeRow("z", "z_t", "sum of the inputs", ("local",), z, "h"))
    if isinstance(found.layer, LSTM):
        c = np.array(found.way.c[1:, found.item, found.unit])
        rows.append(TimeRow("c", "c_t", "memory", ("local",), c, "h"))
    rows.append(TimeRow("h", "h_t", "state", ("out",), found.states()[1:], "h"))
    return tuple(rows)


GATE_WORDS = {
    "i": "input gate",
    "f": "forget gate",
    "g": "candidate",
    "o": "output gate",
    "r": "reset gate",
    "z": "update gate",
    "n": "candidate",
}


def _rows_backward(found: Focus) -> tuple[TimeRow, ...]:
    """What arrives from above and from later, their sum, and what it is before the gates."""
    total, above = found.delta_h(), found.arriving()
    rows = [
        TimeRow("h", "h_t", "state", ("local",), found.states()[1:], "h"),
        TimeRow("above", r"\delta_t", "from above", ("upstream",), above, "delta"),
        TimeRow("later", r"\delta_{t+1 \to t}", "from later", ("local",), total - above, "delta"),
        TimeRow("dh", r"\partial J / \partial h_t", "both", ("upstream",), total, "delta"),
    ]
    names = GATES.get(type(found.layer), ("z",))
    for place, name in enumerate(names):
        symbol = rf"\delta^{name}_t"
        words = f"δ before {GATE_WORDS[name]}" if len(names) > 1 else "δ before f"
        values = found.delta_z(place)
        rows.append(TimeRow(f"d{name}", symbol, words, ("local",), values, "delta"))
    return tuple(rows)
