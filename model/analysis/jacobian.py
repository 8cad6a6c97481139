r"""Local Jacobians out of the layers' own backward passes, exact to rounding.

Row k of $J = \partial h^{(l+1)} / \partial h^{(l)}$ is what a node passes down when the delta that
arrives is the k-th unit vector. Where a layer treats the items of a batch apart, one backward pass
over a batch of unit vectors gives many rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from model.analysis.bench import Bench, needs_its_batch
from model.analysis.memory import Memory
from model.analysis.rehearsal import Rehearsal, rehearse
from model.analysis.structure import structure_of
from model.analysis.tracing import port_names
from model.errors import DesignError, FieldError
from model.graph import NetworkGraph
from model.layer import Array, Shape
from model.trainer import Trainer

LARGEST = 4_000_000
"""Numbers in one Jacobian that are computed at most (32 MB)."""
MOST_ROWS = 4096
"""Rows that are computed at most for one column."""
TILE = 500_000
"""Numbers of input and output in a batch of unit vectors; larger ones go piece by piece."""

Subject = Trainer | NetworkGraph | Rehearsal


@dataclass(frozen=True)
class Jacobian:
    """dh_out/dh_in or dh_out/dtheta of one node for one item of the batch.

    by: the input port (as `h[1]` where several wires enter one) or the parameter's name. matrix:
    (m, n), row k for the k-th number of the output, row by row; n likewise of the input. delta:
    (m,), what arrives at the item in this step; None where no loss hears the node. passed: (n,),
    what the node passes down to the item, or None. mixes_items: the output depends on other items
    too, as in batch norm; the matrix is the item's own block, and `passed` has more terms than
    delta^T J. batch: B. held: numbers of the node that the engine keeps for the whole batch.
    """

    node_id: str
    by: str
    item: int
    matrix: Array
    out_shape: Shape
    in_shape: Shape
    delta: Array | None
    passed: Array | None
    is_parameter: bool
    mixes_items: bool
    batch: int
    held: int

    @property
    def shape(self) -> tuple[int, int]:
        """(m, n)."""
        m, n = self.matrix.shape
        return m, n

    @cached_property
    def structure(self) -> str:
        """A key of `structure.MEANINGS`: diagonal, full, block, sparse, identity, ..."""
        return structure_of(self.matrix)

    @cached_property
    def product(self) -> Array | None:
        """delta^T J, (n,): what the node passes down, or the item's share of the gradient."""
        return None if self.delta is None else np.asarray(self.delta @ self.matrix)

    @property
    def batch_numbers(self) -> int:
        """Numbers in the Jacobian of the whole batch: (B m) x (B n), of a parameter (B m) x n."""
        m, n = self.shape
        return self.batch * m * n * (1 if self.is_parameter else self.batch)

    def row(self, k: int) -> Array:
        """Row k in the shape of the input."""
        row: Array = self.matrix[k].reshape(self.in_shape)
        return row

    def column(self, j: int) -> Array:
        """Column j in the shape of the output."""
        column: Array = self.matrix[:, j].reshape(self.out_shape)
        return column


def jacobian(subject: Subject, node_id: str, by: str | int = 0, item: int = 0) -> Jacobian:
    """The Jacobian of a node by one of its wires (place or port) or parameters (name).

    subject: a trainer or a design, whose next step is rehearsed, or a Rehearsal, which is stepped
    forward and backward if it is not yet. Of a loss, m is 1 and the output J's own term.
    Raises: DesignError where there is no such node or wire, where class indices come up the wire,
    or where the matrix would be too large; FieldError for an item that is not there.
    """
    step = rehearse(subject)
    if not step.is_stepped:
        step.there_and_back()
    step.check_item(item)
    step.check_node(node_id)
    node = step.plan.by_id[node_id]
    n = step.run.at[node_id]
    hs = [np.array(h) for h in n.hs]
    bench = Bench(step, node_id, hs)
    place = _place(bench, by)
    is_parameter = isinstance(place, str)
    out_shape: Shape = () if bench.is_loss else n.out.shape[1:]
    in_shape = bench.parameter(place).shape if isinstance(place, str) else hs[place].shape[1:]
    m, width = int(np.prod(out_shape)), int(np.prod(in_shape))
    if m * width > LARGEST:
        raise DesignError(
            f"This Jacobian is {m:,} × {width:,}: {m * width:,} numbers are too many to show.",
            node_id=node_id,
            hint="Look at a node with fewer numbers.",
        )
    is_mixing = False
    if bench.is_loss:
        matrix = _of_loss(bench, place, item)
    elif isinstance(place, str):
        is_alone = bool(hs) and not needs_its_batch(step, node_id, hs, item)
        if is_alone:
            bench = Bench(step, node_id, [h[item : item + 1] for h in hs])
        matrix = _by_parameter(bench, place, 0 if is_alone else item, np.arange(m))
    elif needs_its_batch(step, node_id, hs, item):
        matrix, is_mixing = _row_by_row(bench, place, item, width)
    else:
        matrix = _tiled(step, node_id, place, [h[item] for h in hs], np.arange(m))
    delta = np.ones(1) if bench.is_loss else _of_item(n.delta_out, item)
    return Jacobian(
        node_id=node_id,
        by=place if isinstance(place, str) else port_names(node)[place],
        item=item,
        matrix=matrix,
        out_shape=out_shape,
        in_shape=in_shape,
        delta=delta,
        passed=None if isinstance(place, str) else _of_item(n.deltas[place], item),
        is_parameter=is_parameter,
        mixes_items=is_mixing,
        batch=step.batch,
        held=Memory(n, leave=(step.plan.theta, step.plan.grads)).numbers,
    )


def _of_item(batch: Array | None, item: int) -> Array | None:
    return None if batch is None else np.array(batch[item]).reshape(-1)


def _place(bench: Bench, by: str | int) -> int | str:
    """A parameter's name or the place of a wire. Raises: DesignError."""
    if isinstance(by, str) and by in bench.node.parameters:
        return by
    ports = port_names(bench.node)
    if isinstance(by, str):
        plain = [port.partition("[")[0] for port in ports]
        place = ports.index(by) if by in ports else plain.index(by) if by in plain else -1
    else:
        place = by
    if not 0 <= place < len(ports):
        there = [*ports, *bench.node.parameters]
        raise FieldError(
            f"There is no input or parameter {by} here.",
            node_id=bench.node.node_id,
            hint=f"There are: {', '.join(there)}." if there else "",
        )
    if not bench.carries[place]:
        raise DesignError(
            "Labels and targets are taken as given: there is no derivative by them.",
            node_id=bench.node.node_id,
            hint="Choose another wire.",
        )
    return place


def _tiled(step: Rehearsal, node_id: str, place: int, hs: list[Array], rows: Array) -> Array:
    """Copies of the item, one for each unit vector: these rows of the matrix."""
    bench = Bench(step, node_id, [h[None] for h in hs])
    m, width = bench.delta_out.size, hs[place].size
    size = max(1, min(len(rows), TILE // (m + sum(h.size for h in hs))))
    bench = Bench(step, node_id, [np.repeat(h[None], size, axis=0) for h in hs])
    bench.forward()
    after_forward = bench.remembered() if size < len(rows) else None
    matrix = np.empty((len(rows), width), bench.n.dtype)
    for start in range(0, len(rows), size):
        if after_forward is not None and start:
            after_forward.restore()
        chosen = rows[start : start + size]
        units = np.zeros((size, m), bench.n.dtype)
        units[np.arange(len(chosen)), chosen] = 1
        bench.delta_out[...] = units.reshape(bench.delta_out.shape)
        bench.backward()
        passed = bench.passed(place)[: len(chosen)]
        matrix[start : start + len(chosen)] = passed.reshape(len(chosen), width)
    return matrix


def jacobian_column(
    subject: Subject,
    node_id: str,
    by: int | str,
    item: int,
    column: int,
    most_rows: int = MOST_ROWS,
) -> tuple[Array, Array]:
    """One column of a Jacobian of any size: (places of the outputs it reaches, their slopes).

    by: the place of a wire, or a parameter. A small change of the number shows which outputs depend
    on it; only their rows are computed. Both are empty where more than `most_rows` depend on it, or
    where the layer needs the other items of its batch and `by` is a wire. Raises: as `jacobian`.
    """
    step = rehearse(subject)
    if not step.is_stepped:
        step.there_and_back()
    step.check_item(item)
    hs = [np.array(h) for h in step.run.at[node_id].hs]
    nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    is_alone = bool(hs) and not needs_its_batch(step, node_id, hs, item)
    if isinstance(by, int) and not is_alone:
        return nothing
    if is_alone:
        hs, item = [h[item : item + 1] for h in hs], 0
    bench = Bench(step, node_id, hs)
    if bench.is_loss:
        return nothing
    changed = bench.hs[by][item] if isinstance(by, int) else bench.parameter(by)
    rows = _reached(bench, changed, item, column)
    if len(rows) > most_rows:
        return nothing
    if isinstance(by, int):
        return rows, _tiled(step, node_id, by, [h[0] for h in hs], rows)[:, column].copy()
    slopes = _by_parameter(Bench(step, node_id, hs), by, item, rows)[:, column]
    return rows, slopes.copy()


def _reached(bench: Bench, array: Array, item: int, place: int) -> Array:
    """Places of the item's outputs that change when one number of the array does."""
    at = np.unravel_index(place, array.shape)
    value = float(array[at])
    shift = 1e-3 * max(1.0, abs(value))
    outs = []
    for tried in (value, value + shift, value - shift):
        array[at] = tried
        outs.append(np.array(bench.forward()[item]).reshape(-1))
    array[at] = value
    return np.flatnonzero((outs[1] != outs[0]) | (outs[2] != outs[0]))


def _row_by_row(bench: Bench, place: int, item: int, width: int) -> tuple[Array, bool]:
    """The whole batch once for each unit vector, with the draws of the step. Also says whether a
    delta of the item reached another."""
    matrix = np.empty((bench.delta_out[item].size, width), bench.n.dtype)
    is_mixing = False
    for k, _ in _unit_deltas(bench, item, np.arange(len(matrix))):
        delta = bench.passed(place)
        matrix[k] = delta[item].reshape(-1)
        is_mixing = is_mixing or bool(np.delete(delta, item, axis=0).any())
    return matrix, is_mixing


def matrix_on(bench: Bench, by: int | str, item: int) -> Array:
    """The Jacobian of whatever lies on a bench, row by row: (m, n). by: place or parameter."""
    m = bench.delta_out[item].size
    if isinstance(by, str):
        return _by_parameter(bench, by, item, np.arange(m))
    return _row_by_row(bench, by, item, bench.hs[by][item].size)[0]


def _by_parameter(bench: Bench, name: str, item: int, rows: Array) -> Array:
    """A gradient is summed over the batch, so every row needs a pass of its own."""
    matrix = np.empty((len(rows), bench.parameter(name).size), bench.n.dtype)
    for k, _ in _unit_deltas(bench, item, rows):
        matrix[k] = bench.gradient(name).reshape(-1)
    return matrix


def _unit_deltas(bench: Bench, item: int, rows: Array) -> Iterator[tuple[int, int]]:
    """Lay the unit vectors of these rows on the item's output in turn, and pass each back."""
    bench.forward()
    after_forward = bench.remembered()
    shape = bench.delta_out.shape[1:]
    for k, row in enumerate(rows):
        if k:
            after_forward.restore()
        bench.delta_out[...] = 0
        bench.delta_out[(item, *np.unravel_index(row, shape))] = 1
        bench.backward()
        yield k, int(row)


def _of_loss(bench: Bench, place: int | str, item: int) -> Array:
    """One row: the slope of J's term by the item's numbers, or by a parameter."""
    bench.forward()
    bench.backward()
    found = bench.gradient(place) if isinstance(place, str) else bench.passed(place)[item]
    return np.array(found).reshape(1, -1)
