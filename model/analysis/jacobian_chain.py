r"""Jacobians multiplied along every way from one node to another, with all their shapes.

$\partial h^{(k)} / \partial h^{(i)} = \sum_{\mathrm{ways}} J_k \cdots J_{i+1}$
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from model.analysis.jacobian import LARGEST, Jacobian, Subject, jacobian
from model.analysis.rehearsal import Rehearsal, rehearse
from model.errors import DesignError
from model.layer import Array, Loss

MOST_WAYS = 8
"""Ways that are listed one by one; the total counts them all."""


@dataclass(frozen=True)
class Way:
    """links: the Jacobian nearest to the later node first, as they are multiplied."""

    links: tuple[Jacobian, ...]

    @property
    def product(self) -> Array:
        found = self.links[0].matrix
        for link in self.links[1:]:
            found = found @ link.matrix
        return found

    @property
    def described(self) -> str:
        """All shapes: `10 × 64 · 64 × 784 = 10 × 784`."""
        shapes = " · ".join(f"{m} × {n}" for m, n in (link.shape for link in self.links))
        m, n = self.links[0].shape[0], self.links[-1].shape[1]
        return f"{shapes} = {m} × {n}" if len(self.links) > 1 else shapes


@dataclass(frozen=True)
class JacobianChain:
    """d(output of last) / d(output of first) for one item; the output of a loss is its term of J.

    total: (m, n), the sum over all ways. ways: at most MOST_WAYS of them, n_ways in all.
    mixes_items: some node on the way mixes the items of the batch; the total is what goes through
    the item alone.
    """

    first: str
    last: str
    total: Array
    ways: tuple[Way, ...]
    n_ways: int
    mixes_items: bool


def jacobian_chain(subject: Subject, first: str, last: str, item: int = 0) -> JacobianChain:
    """Raises: DesignError where no way leads from first to last, or a Jacobian is too large."""
    step = rehearse(subject)
    for node_id in (first, last):
        step.check_node(node_id)
    between = _between(step, first, last)
    links = {
        (key, k): jacobian(step, key, k, item)
        for key in between
        if key != first
        for k, wire in enumerate(step.plan.by_id[key].wires)
        if wire.source in between and not _is_target(step, key, k)
    }
    total = _total(step, links, first, last)
    counts = _counts(step, links, first)
    return JacobianChain(
        first=first,
        last=last,
        total=total,
        ways=tuple(islice(_ways(step, links, first, last), MOST_WAYS)),
        n_ways=counts[last],
        mixes_items=any(link.mixes_items for link in links.values()),
    )


Links = dict[tuple[str, int], Jacobian]
"""By node id and the place of the wire there."""


def _is_target(step: Rehearsal, key: str, k: int) -> bool:
    node = step.plan.by_id[key]
    is_target = isinstance(node.layer, Loss) and node.wires[k].target_port == "target"
    return is_target or bool(node.specs[k].classes)


def _between(step: Rehearsal, first: str, last: str) -> list[str]:
    """Nodes on a way from first to last, in the order of computation. Raises: DesignError."""
    above, below = {first}, {last}
    for node in step.plan.nodes:
        if any(
            wire.source in above and not _is_target(step, node.node_id, k)
            for k, wire in enumerate(node.wires)
        ):
            above.add(node.node_id)
    for node in reversed(step.plan.nodes):
        if node.node_id in below:
            below |= {
                wire.source
                for k, wire in enumerate(node.wires)
                if not _is_target(step, node.node_id, k)
            }
    found = [node.node_id for node in step.plan.nodes if node.node_id in above & below]
    if first == last or last not in found:
        title = step.graph.title_of(last)
        raise DesignError(
            f"No way leads from {step.graph.title_of(first)} up to {title}.",
            node_id=last,
            hint="Choose a node, and another one that follows it.",
        )
    return found


def _total(step: Rehearsal, links: Links, first: str, last: str) -> Array:
    """Backwards: what has arrived at a node, times its Jacobian, arrives at the node below."""
    arrived: dict[str, Array] = {}
    for node in reversed(step.plan.nodes):
        key = node.node_id
        for k, wire in enumerate(node.wires):
            link = links.get((key, k))
            if link is None or (key != last and key not in arrived):
                continue
            passed = link.matrix if key == last else arrived[key] @ link.matrix
            if passed.size > LARGEST:
                raise DesignError(
                    f"The product is {passed.shape[0]:,} × {passed.shape[1]:,}, too large to show.",
                    node_id=key,
                    hint="Choose nodes with fewer numbers.",
                )
            before = arrived.get(wire.source)
            arrived[wire.source] = passed if before is None else before + passed
    return np.asarray(arrived[first])


def _counts(step: Rehearsal, links: Links, first: str) -> dict[str, int]:
    """Ways from the first node up to each."""
    counts = {first: 1}
    for node in step.plan.nodes:
        for k, wire in enumerate(node.wires):
            if (node.node_id, k) in links:
                counts[node.node_id] = counts.get(node.node_id, 0) + counts.get(wire.source, 0)
    return counts


def _ways(step: Rehearsal, links: Links, first: str, key: str) -> Iterator[Way]:
    """From a node down to the first, one by one."""
    waiting: list[tuple[str, tuple[Jacobian, ...]]] = [(key, ())]
    while waiting:
        key, found = waiting.pop()
        if key == first:
            yield Way(found)
            continue
        wires = step.plan.by_id[key].wires
        waiting += [
            (wires[k].source, (*found, links[key, k]))
            for k in reversed(range(len(wires)))
            if (key, k) in links
        ]
