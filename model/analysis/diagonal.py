r"""The slopes of a layer that treats every number by itself: the diagonal of its Jacobian.

A Jacobian of 4,704 x 4,704 numbers is not built for this: a delta of ones comes out as the
diagonal, and a second delta shows whether anything stands beside it.
"""

from __future__ import annotations

import numpy as np

from model.analysis.bench import Bench
from model.analysis.rehearsal import Rehearsal
from model.layer import Array

TOLERANCE = 1e-4
"""Of the largest number passed down; deltas may be in single precision."""


def diagonal(step: Rehearsal, node_id: str, place: int, item: int) -> Array | None:
    """dh_out[j]/dh_in[j] of the item, in the shape of its input; None where the Jacobian has
    numbers beside its diagonal, by place or by item.

    step: done, forwards and backwards. place: of the wire.
    """
    n = step.run.at[node_id]
    h = n.hs[place]
    if n.delta_out is None or h.shape != n.out.shape or n.deltas[place] is None:
        return None
    bench = Bench(step, node_id, [np.array(each) for each in n.hs])
    bench.forward()
    memory = bench.remembered()
    slopes = _passed(bench, place, item, np.ones(h.shape[1:]))
    if slopes is None:
        return None
    memory.restore()
    other = np.linspace(-1.0, 1.5, max(slopes.size, 2))[: slopes.size].reshape(slopes.shape)
    found = _passed(bench, place, item, other)
    expected = other * slopes
    bound = TOLERANCE * float(np.abs(expected).max(initial=0.0)) + 1e-30
    is_diagonal = found is not None and bool(np.all(np.abs(found - expected) <= bound))
    return slopes if is_diagonal else None


def _passed(bench: Bench, place: int, item: int, delta: Array) -> Array | None:
    """What goes down to the item; None where some reaches other items."""
    bench.delta_out[...] = 0
    bench.delta_out[item] = delta
    bench.backward()
    passed = bench.passed(place)
    if np.delete(passed, item, axis=0).any():
        return None
    return np.array(passed[item])
