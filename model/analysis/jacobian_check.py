r"""Is a Jacobian right? Its entries against central differences of the layer's forward pass.

$J_{ij} \approx (y_i(x_j + s) - y_i(x_j - s)) / 2s$

Source: as `gradient_check`, whose steps and bounds these are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from model.analysis.bench import Bench, needs_its_batch
from model.analysis.gradient_check import FLOOR, KINK, STEPS
from model.analysis.jacobian import Jacobian
from model.analysis.jacobian_chain import JacobianChain
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal
from model.analysis.tolerance import GOOD
from model.analysis.tracing import port_names
from model.chance import stream
from model.layer import Array, Loss
from model.run import without_warnings

MOST_COLUMNS = 400
"""Columns that are compared, chosen at random; each costs several passes of the layer."""
TILE = 200_000
"""Numbers of input and output in one batch of changed copies."""


@dataclass(frozen=True)
class JacobianCheck:
    """error: the largest |analytic - numeric| over the largest entry of the matrix. row, column: of
    the entry where it is, analytic and numeric its two values. kinks: entries at which the slopes
    to the left and to the right differ and the analytic one lies between them. columns: compared,
    of n_columns.
    """

    error: float
    row: int
    column: int
    analytic: float
    numeric: float
    kinks: int
    columns: int
    n_columns: int

    @property
    def verdict(self) -> str:
        """ok, kink (right, but at a place without a single slope) or wrong."""
        if self.error >= GOOD:
            return "wrong"
        return "kink" if self.kinks else "ok"


def check_jacobian(
    step: Rehearsal, found: Jacobian, progress: Progress | None = None
) -> JacobianCheck:
    """Compare a Jacobian of this step with differences.

    step: the one that it was taken from, done forwards and backwards. progress: hears how far it
    is, and may cancel.
    """
    return _checked(_passes(step, found), found.matrix, progress)


def check_chain(
    step: Rehearsal, chain: JacobianChain, item: int, progress: Progress | None = None
) -> JacobianCheck | None:
    """The same for the total of a chain: the output of the first node is changed, and everything
    behind it computed anew. None where a node mixes the items of the batch: the total is what goes
    through the item alone, but differences see all."""
    if chain.mixes_items:
        return None
    return _checked(_Through(step.twin(), chain, item), chain.total, progress)


def _checked(passes: _Passes, matrix: Array, progress: Progress | None) -> JacobianCheck:
    n = matrix.shape[1]
    columns = np.arange(n)
    if n > MOST_COLUMNS:
        rng = stream(0, "jacobian check")
        columns = np.sort(rng.choice(n, MOST_COLUMNS, replace=False))
    largest = float(np.abs(matrix).max(initial=0.0))
    size = max(largest, FLOOR * max(1.0, passes.size))
    worst, kinks = (-1.0, 0, 0, 0.0, 0.0), 0
    for done, chosen in _pieces(columns, passes.room):
        if progress is not None:
            progress.report(done / len(columns), "")
        analytic = matrix[:, chosen].T
        difference, numeric, is_kink = _compared(passes, chosen, analytic, size)
        kinks += int(is_kink.sum())
        k, row = divmod(int(np.argmax(difference)), difference.shape[1])
        if difference[k, row] > worst[0]:
            values = float(analytic[k, row]), float(numeric[k, row])
            worst = (float(difference[k, row]), row, int(chosen[k]), *values)
    error, row, column, was, became = worst
    return JacobianCheck(max(error, 0.0) / size, row, column, was, became, kinks, len(columns), n)


def _pieces(columns: Array, room: int) -> Iterator[tuple[int, Array]]:
    for start in range(0, len(columns), room):
        yield start, columns[start : start + room]


def _compared(
    passes: _Passes, chosen: Array, analytic: Array, size: float
) -> tuple[Array, Array, Array]:
    """By column and row: the distance at the step that suits best, the slope there, and whether
    only the two slopes of a kink enclose the analytic one."""
    middle = passes.outputs(chosen, 0.0)
    best = np.full(analytic.shape, np.inf)
    numeric = np.zeros(analytic.shape)
    between = np.zeros(analytic.shape, bool)
    for step in STEPS:
        upper, lower = passes.outputs(chosen, step), passes.outputs(chosen, -step)
        slope = (upper - lower) / (2 * step)
        distance = np.abs(analytic - slope)
        distance[~np.isfinite(distance)] = np.inf
        is_better = distance < best
        best[is_better], numeric[is_better] = distance[is_better], slope[is_better]
        if bool(np.all(best <= 0.1 * GOOD * size)):
            break
        left, right = (middle - lower) / step, (upper - middle) / step
        low, high = np.minimum(left, right), np.maximum(left, right)
        is_bent = high - low > KINK * np.maximum(np.maximum(abs(low), abs(high)), FLOOR)
        slack = GOOD * size
        between |= is_bent & (analytic >= low - slack) & (analytic <= high + slack)
    is_kink = between & (best > GOOD * size)
    best[is_kink] = 0.0
    return best, numeric, is_kink


class _Passes:
    """Forward passes of one node with one number of one array changed.

    room: numbers that can be changed in one call. size: the largest output.
    """

    def __init__(self, bench: Bench, array: Array, item: int) -> None:
        self._bench, self._array, self._item = bench, array, item
        self.room = 64
        self.size = float(np.abs(bench.forward()).max(initial=0.0))

    def outputs(self, chosen: Array, shift: float) -> Array:
        """(len(chosen), m): outputs of the item with each number changed in turn."""
        rows = []
        for place in chosen:
            at = np.unravel_index(int(place), self._array.shape)
            value = float(self._array[at])
            self._array[at] = value + shift
            out = np.asarray(self._bench.forward())
            rows.append(np.array(out if self._bench.is_loss else out[self._item]).reshape(-1))
            self._array[at] = value
        return np.array(rows)


class _Through(_Passes):
    """Forward passes of a whole step with one number of a node's output changed."""

    def __init__(self, step: Rehearsal, chain: JacobianChain, item: int) -> None:
        step.there_and_back()
        self._step, self._item = step, item
        self._first, self._last = step.run.at[chain.first], step.run.at[chain.last]
        layer = step.plan.by_id[chain.last].layer
        self._loss = layer if isinstance(layer, Loss) else None
        self._plain = np.array(self._first.out)
        self.room = 16
        self.size = float(np.abs(self._outcome()).max(initial=0.0))

    def _outcome(self) -> Array:
        if self._loss is not None:
            return np.array([self._last.loss * self._loss.weight])
        return np.array(self._last.out[self._item]).reshape(-1)

    def outputs(self, chosen: Array, shift: float) -> Array:
        return np.array([self._changed(int(place), shift) for place in chosen])

    @without_warnings
    def _changed(self, place: int, shift: float) -> Array:
        self._step.reset_draws()
        at = (self._item, *np.unravel_index(place, self._plain.shape[1:]))
        self._first.out[...] = self._plain
        self._first.out[at] += shift
        for operation, n in self._step.run.forward_operations:
            operation(n)
            if n is self._first:
                self._first.out[...] = self._plain
                self._first.out[at] += shift
        return self._outcome()


class _Copies(_Passes):
    """Many changed copies of the item in one batch."""

    def __init__(self, step: Rehearsal, node_id: str, place: int, hs: list[Array]) -> None:
        plain = Bench(step, node_id, [h[None] for h in hs])
        total = plain.delta_out.size + sum(h.size for h in hs)
        room = max(1, min(hs[place].size, MOST_COLUMNS, TILE // total))
        bench = Bench(step, node_id, [np.repeat(h[None], room, axis=0) for h in hs])
        super().__init__(bench, bench.hs[place], 0)
        self.room = room

    def outputs(self, chosen: Array, shift: float) -> Array:
        flat = self._array.reshape(self.room, -1)
        k = np.arange(len(chosen))
        values = flat[k, chosen].copy()
        flat[k, chosen] = values + shift
        self._array[...] = flat.reshape(self._array.shape)
        out = np.array(self._bench.forward()[: len(chosen)]).reshape(len(chosen), -1)
        flat[k, chosen] = values
        self._array[...] = flat.reshape(self._array.shape)
        return out


def _passes(step: Rehearsal, found: Jacobian) -> _Passes:
    """On the batch where the layer needs it, otherwise on the item alone."""
    node_id, item = found.node_id, found.item
    hs = [np.array(h) for h in step.run.at[node_id].hs]
    is_alone = bool(hs) and not needs_its_batch(step, node_id, hs, item)
    ports = port_names(step.plan.by_id[node_id])
    if not found.is_parameter and is_alone:
        return _Copies(step, node_id, ports.index(found.by), [h[item] for h in hs])
    if is_alone:
        hs, item = [h[item : item + 1] for h in hs], 0
    bench = Bench(step, node_id, hs)
    if found.is_parameter:
        return _Passes(bench, bench.parameter(found.by), item)
    return _Passes(bench, bench.hs[ports.index(found.by)][item], item)
