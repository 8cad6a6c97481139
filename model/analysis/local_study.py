"""One Jacobian of a step with everything that stands around it: inputs, outputs, facts, costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.jacobian import Jacobian, jacobian
from model.analysis.jacobian_chain import JacobianChain, jacobian_chain
from model.analysis.rehearsal import Rehearsal
from model.analysis.structure import MEANINGS
from model.analysis.tracing import port_names
from model.layer import Array, Loss

MOST_FOR_RANK = 512
"""Rows and columns up to which the rank is worked out."""
SAME = 1e-9


@dataclass(frozen=True)
class LocalStudy:
    """A Jacobian, the numbers of its rows and columns, and facts in words.

    inputs: (n,) what enters, or the parameter; outputs: (m,). facts: (name, words).
    """

    jacobian: Jacobian
    title: str
    inputs: Array
    outputs: Array
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChainStudy:
    """A chain between two nodes, the numbers at both ends."""

    chain: JacobianChain
    first: str
    last: str
    inputs: Array
    outputs: Array


def places_of(step: Rehearsal, node_id: str) -> tuple[str, ...]:
    """By what the output of a node can be differentiated: ports that carry numbers, parameters."""
    node = step.plan.by_id[node_id]
    is_loss = isinstance(node.layer, Loss)
    ports = [
        name
        for name, spec, wire in zip(port_names(node), node.specs, node.wires, strict=True)
        if not spec.classes and not (is_loss and wire.target_port == "target")
    ]
    return (*ports, *node.parameters)


def local_study(step: Rehearsal, node_id: str, by: str, item: int) -> LocalStudy:
    """Raises: as `jacobian`."""
    found = jacobian(step, node_id, by, item)
    node = step.plan.by_id[node_id]
    n = step.run.at[node_id]
    if found.is_parameter:
        inputs = step.plan.parameter(node_id, found.by).copy()
    else:
        inputs = np.array(n.hs[port_names(node).index(found.by)][item])
    outputs = np.array([n.loss]) if isinstance(node.layer, Loss) else np.array(n.out[item])
    title = step.graph.node(node_id).title
    return LocalStudy(found, title, inputs.reshape(-1), outputs.reshape(-1), facts_of(found))


def chain_study(step: Rehearsal, first: str, last: str, item: int) -> ChainStudy:
    """Raises: as `jacobian_chain`."""
    chain = jacobian_chain(step, first, last, item)
    n = step.run.at[last]
    is_loss = isinstance(step.plan.by_id[last].layer, Loss)
    outputs = np.array([n.loss]) if is_loss else np.array(n.out[item]).reshape(-1)
    inputs = np.array(step.run.at[first].out[item]).reshape(-1)
    titles = step.graph.node(first).title, step.graph.node(last).title
    return ChainStudy(chain, *titles, inputs, outputs)


def facts_of(found: Jacobian) -> tuple[tuple[str, str], ...]:
    """Shape, symmetry, sums of the rows, rank, and what the structure means."""
    matrix = found.matrix
    m, n = found.shape
    facts = [("shape", f"{m:,} × {n:,}"), ("structure", MEANINGS[found.structure])]
    size = float(np.abs(matrix).max(initial=0.0)) or 1.0
    if m == n and m > 1:
        is_symmetric = bool(np.abs(matrix - matrix.T).max() <= SAME * size)
        facts.append(("symmetric", "yes" if is_symmetric else "no"))
    sums = matrix.sum(axis=1)
    if m > 1 and float(np.ptp(sums)) <= SAME * size:
        total = 0.0 if abs(sums[0]) <= SAME * size else float(sums[0])
        facts.append(("every row sums to", f"{total:.6g}"))
    if max(m, n) <= MOST_FOR_RANK:
        facts.append(("rank", str(int(np.linalg.matrix_rank(matrix)))))
    share = 1 - np.count_nonzero(matrix) / max(matrix.size, 1)
    facts.append(("zeros", f"{100 * share:.3g} %"))
    if found.mixes_items:
        facts.append(("batch", "the output depends on other items too; this is the item's block"))
    return tuple(facts)
