"""What the ways of back-propagation cost: to store or to compute again, and from which end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.analysis.rehearsal import Rehearsal
from model.layer import Loss
from model.plan import PlanNode


@dataclass(frozen=True)
class Cost:
    """evaluations: of functions, forwards, in one step. numbers: forward values of one item that
    are held at the same time, at most."""

    evaluations: int
    numbers: int


@dataclass(frozen=True)
class Choice:
    """Option 1: keep all forward values until the backward pass needs them. Option 2: keep none,
    and for every backward operation compute again, from the inputs, the values that it needs.

    again: by function, the ones that option 2 computes again for its backward operation.

    Source: Goodfellow, Bengio & Courville 2016, section 6.5.
    """

    store: Cost
    recompute: Cost
    again: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Modes:
    """Passes to a whole Jacobian of m outputs by n inputs: forward mode pushes one input at a time
    through the graph, reverse mode pulls one output at a time back.

    Source: Baydin et al. 2018, section 3.
    """

    n_inputs: int
    m_outputs: int

    @property
    def forward_passes(self) -> int:
        return self.n_inputs

    @property
    def reverse_passes(self) -> int:
        return self.m_outputs

    @property
    def better(self) -> str:
        """forward, reverse or either."""
        if self.n_inputs == self.m_outputs:
            return "either"
        return "forward" if self.n_inputs < self.m_outputs else "reverse"


def store_or_recompute(step: Rehearsal) -> Choice:
    """A function is a node with inputs and an output; data, variables and losses are none. Each
    backward operation is taken to need the inputs of its node."""
    nodes = step.plan.by_id
    functions = {key for key, node in nodes.items() if _is_function(node)}
    below: dict[str, set[str]] = {}
    for node in step.plan.nodes:
        above = {wire.source for wire in node.wires}
        below[node.node_id] = above.union(*(below[key] for key in above)) & functions
    sizes = {key: sum(spec.size for spec in nodes[key].outputs.values()) for key in functions}
    passing = [node for node in step.plan.nodes if node.hears_delta and any(node.carries)]
    again = {
        node.node_id: frozenset(below[node.node_id])
        for node in passing
        if node.node_id in functions
    }
    most = max((sum(sizes[key] for key in needed) for needed in again.values()), default=0)
    return Choice(
        store=Cost(len(functions), sum(sizes.values())),
        recompute=Cost(len(functions) + sum(map(len, again.values())), most),
        again=again,
    )


def modes(step: Rehearsal, first: str | None = None, last: str | None = None) -> Modes:
    """Between the outputs of two nodes; without them, from all numbers that learn to J."""
    if first is None or last is None:
        return Modes(step.plan.n_learning, 1)
    for key in (first, last):
        step.check_node(key)
    return Modes(_size(step.plan.by_id[first]), _size(step.plan.by_id[last]))


def _is_function(node: PlanNode) -> bool:
    return bool(node.wires) and not isinstance(node.layer, Loss)


def _size(node: PlanNode) -> int:
    """Numbers of one item at the first output; a loss has one."""
    return next(iter(node.outputs.values())).size if node.outputs else 1
