"""Dense, batch norm and softmax taken apart into scalars: every weight a variable, every neuron a
formula. `folding.fold` puts them together again."""

from __future__ import annotations

from model.design import Edit, Node
from model.errors import DesignError
from model.expressions.writing import number_text
from model.graph import NetworkGraph
from model.layer import Array
from model.layers.activations import Softmax
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.scalar import Function, Variable
from model.shapes import infer
from model.teaching.replacing import (
    ENTRY,
    Group,
    Weights,
    opened,
    parameters_of,
    refuse_ties,
    typed,
)

LARGEST = 8
"""Inputs and units that still fit a screen."""


def can_unfold(graph: NetworkGraph, node_id: str) -> str:
    """ "" where `unfold` will take the node, otherwise the reason why not, for a tooltip."""
    try:
        _check(graph, node_id)
    except DesignError as fault:
        return str(fault)
    return ""


def unfold(graph: NetworkGraph, weights: Weights, node_id: str) -> Edit:
    """The scalar graph of a Dense, batch norm or softmax node in its place, with the same numbers.

    Components are counted from 0, as in NumPy: h_0 = pick(h, 0), W_10 leads from h_1 to neuron 0.
    Values and deltas are those of the layer in training; an unfolded batch norm works with the
    statistics of its batch in test mode too, for it keeps no running ones.
    weights: the present parameters; None: those the design starts from.

    Raises: DesignError where the node is of another kind or too large, or its shapes are unknown.
    """
    n_in = _check(graph, node_id)
    node = graph.node(node_id)
    group = Group(graph, node.x, node.y)
    found = parameters_of(graph, weights, node_id)
    if isinstance(node.layer, Dense):
        outs, row = _dense(group, node, found, n_in)
    elif isinstance(node.layer, BatchNorm):
        outs, row = _batch_norm(group, node, node.layer, found)
    else:
        outs, row = _softmax(group, n_in)
    names = [f"h_{place}" for place in range(len(outs))]
    stack = Function(formula=f"stack({', '.join(names)})")
    exit_id = group.add(stack, node.title, (0, row), outs)
    return opened(graph, node_id, group, exit_id, f"Unfold {node.title}")


def _check(graph: NetworkGraph, node_id: str) -> int:
    """The number of inputs. Raises: DesignError."""
    node = graph.node(node_id)
    if not isinstance(node.layer, (Dense, BatchNorm, Softmax)):
        raise DesignError(
            f"{node.title} cannot be unfolded.",
            node_id=node_id,
            hint="Dense, batch norm and softmax layers can.",
        )
    refuse_ties(graph, node_id)
    specs = infer(graph).inputs.get(node_id)
    if specs is None:
        raise DesignError(
            f"The shapes of {node.title} cannot be worked out yet.",
            node_id=node_id,
            hint="Wire its input, and repair the problems above it.",
        )
    shape = specs[0].shape
    if len(shape) != 1:
        raise DesignError(
            f"{node.title} is given {specs[0]}; only vectors (B × n) can be unfolded.",
            node_id=node_id,
        )
    units = node.layer.units if isinstance(node.layer, Dense) else shape[0]
    if max(shape[0], units) > LARGEST:
        raise DesignError(
            f"{node.title} joins {shape[0]} inputs and {units} outputs;"
            f" at most {LARGEST} of each fit on the canvas as scalars.",
            node_id=node_id,
            hint="Take a smaller layer.",
        )
    return shape[0]


def _picks(group: Group, count: int) -> list[str]:
    """h_i = pick(h, i), side by side in the first row."""
    return [
        group.add(Function(formula=f"pick(h, {place})"), f"h_{place}", (place, 0), [ENTRY])
        for place in range(count)
    ]


def _variable(
    group: Group, node: Node, value: Array, name: str, place: tuple[int, int], *, is_weight: bool
) -> str:
    """One number of a parameter, as frozen and as penalised as it was."""
    return group.add(
        Variable(value=typed(value), is_penalised=is_weight),
        name,
        place,
        is_frozen=node.is_frozen,
        l1=node.l1 if is_weight else None,
        l2=node.l2 if is_weight else None,
    )


def _dense(group: Group, node: Node, found: dict[str, Array], n_in: int) -> tuple[list[str], int]:
    """out_j = w_0j*h_0 + w_1j*h_1 + ... + b_j. Returns the outputs and the next free row."""
    W, b = found["W"], found.get("b")
    picks = _picks(group, n_in)
    row = n_in + 2
    outs = []
    for j in range(W.shape[1]):
        reads, terms = [], []
        for i, pick in enumerate(picks):
            weight = _variable(group, node, W[i, j], f"W_{i}{j}", (j, i + 1), is_weight=True)
            reads += [weight, pick]
            terms.append(f"w_{i}*h_{i}")
        if b is not None:
            reads.append(_variable(group, node, b[j], f"b_{j}", (j, n_in + 1), is_weight=False))
            terms.append("b")
        outs.append(group.add(Function(formula=" + ".join(terms)), f"out_{j}", (j, row), reads))
    return outs, row + 1


def _batch_norm(
    group: Group, node: Node, layer: BatchNorm, found: dict[str, Array]
) -> tuple[list[str], int]:
    """Mean and variance over the batch of each feature, then scale and shift."""
    normal = f"c/sqrt(v + {number_text(layer.epsilon)})"
    outs = []
    for j, h in enumerate(_picks(group, len(found["gamma"]))):
        mean = group.add(Function(formula="batch_mean(h)"), f"μ_{j}", (j, 1), [h])
        centred = group.add(Function(formula="h - mu"), f"c_{j}", (j, 2), [h, mean])
        variance = group.add(Function(formula="batch_mean(c**2)"), f"v_{j}", (j, 3), [centred])
        n = group.add(Function(formula=normal), f"n_{j}", (j, 4), [centred, variance])
        gamma = _variable(group, node, found["gamma"][j], f"γ_{j}", (j, 5), is_weight=False)
        beta = _variable(group, node, found["beta"][j], f"β_{j}", (j, 6), is_weight=False)
        out = Function(formula="gamma*n + beta")
        outs.append(group.add(out, f"out_{j}", (j, 7), [gamma, n, beta]))
    return outs, 8


def _softmax(group: Group, count: int) -> tuple[list[str], int]:
    """p_j = e_j / (e_0 + e_1 + ...), e_j = exp(h_j)."""
    raised = [
        group.add(Function(formula="exp(h)"), f"e_{j}", (j, 1), [h])
        for j, h in enumerate(_picks(group, count))
    ]
    names = [f"e_{j}" for j in range(count)]
    total = group.add(Function(formula=" + ".join(names)), "sum", (0, 2), raised)
    outs = [
        group.add(Function(formula="raised/total"), f"p_{j}", (j, 3), [e, total])
        for j, e in enumerate(raised)
    ]
    return outs, 4
