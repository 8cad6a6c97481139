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
"""Inputs and units that still fit a screen: rows of small cards."""
ABREAST = 6
"""Weights of a neuron, its bias among them, that stand side by side; more begin another row."""
COLUMN_PX, ROW_PX = 140.0, 60.0
"""From one small card to the next."""


_GAP = 0.25
"""Columns left free where many wires meet."""
_STACK_ROWS = 3.0
"""Rows that the card takes which puts the numbers together again."""
Size = tuple[float, float]
"""Columns and rows that are taken."""


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
    group = Group(graph, node.x, node.y, (COLUMN_PX, ROW_PX))
    found = parameters_of(graph, weights, node_id)
    if isinstance(node.layer, Dense):
        outs, size = _dense(group, node, found, n_in)
    elif isinstance(node.layer, BatchNorm):
        outs, size = _batch_norm(group, node, node.layer, found)
    else:
        outs, size = _softmax(group, n_in)
    names = [f"h_{place}" for place in range(len(outs))]
    stack = Function(formula=f"stack({', '.join(names)})")
    middle = max(0.0, (size[1] - _STACK_ROWS) / 2)
    exit_id = group.add(stack, node.title, (size[0] + _GAP, middle), outs)
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
    if isinstance(node.layer, Dense):
        _check_dense(node, node.layer, node_id, shape[0])
    elif shape[0] > LARGEST:
        raise DesignError(
            f"{node.title} has {shape[0]} numbers; at most {LARGEST} fit on the canvas as scalars.",
            node_id=node_id,
            hint="Take a smaller layer.",
        )
    return shape[0]


def _check_dense(node: Node, layer: Dense, node_id: str, n_in: int) -> None:
    """Raises: DesignError where its weights would not fit the screen."""
    most = LARGEST // _rows_of(layer, n_in)
    if n_in <= LARGEST and layer.units <= most:
        return
    if n_in > LARGEST:
        said = f"at most {LARGEST} inputs fit on the canvas as scalars"
    elif most < LARGEST:
        said = f"with {n_in} inputs at most {most} units fit on the canvas as scalars"
    else:
        said = f"at most {LARGEST} units fit on the canvas as scalars"
    raise DesignError(
        f"{node.title} joins {n_in} inputs and {layer.units} outputs; {said}.",
        node_id=node_id,
        hint="Take a smaller layer.",
    )


def _rows_of(layer: Dense, n_in: int) -> int:
    """Rows that the weights of one neuron take."""
    return -(-(n_in + layer.use_bias) // ABREAST)


def _picks(group: Group, count: int, rows: float) -> list[str]:
    """h_i = pick(h, i), below each other in the first column, in the middle of so many rows."""
    top = max(0.0, (rows - count) / 2)
    return [
        group.add(
            Function(formula=f"pick(h, {place})"),
            f"h_{place}",
            (0, top + place),
            [ENTRY],
            is_compact=True,
        )
        for place in range(count)
    ]


def _scalar(
    group: Group, formula: str, name: str, place: tuple[float, float], reads: list[str]
) -> str:
    """A formula on a small card."""
    return group.add(Function(formula=formula), name, place, reads, is_compact=True)


def _variable(
    group: Group,
    node: Node,
    value: Array,
    name: str,
    place: tuple[float, float],
    *,
    is_weight: bool,
) -> str:
    """One number of a parameter, as frozen and as penalised as it was."""
    return group.add(
        Variable(value=typed(value), is_penalised=is_weight),
        name,
        place,
        is_frozen=node.is_frozen,
        l1=node.l1 if is_weight else None,
        l2=node.l2 if is_weight else None,
        is_compact=True,
    )


def _dense(group: Group, node: Node, found: dict[str, Array], n_in: int) -> tuple[list[str], Size]:
    """out_j = w_0j*h_0 + w_1j*h_1 + ... + b_j; a neuron has its weights in a row before it. Returns
    the outputs."""
    W, b = found["W"], found.get("b")
    count = n_in + (b is not None)
    deep = -(-count // ABREAST)
    wide = -(-count // deep)
    rows = W.shape[1] * deep
    picks = _picks(group, n_in, rows)
    outs = []
    for j in range(W.shape[1]):
        reads, terms = [], []
        for i, pick in enumerate(picks):
            at = 1 + _GAP + i % wide, j * deep + i // wide
            weight = _variable(group, node, W[i, j], f"W_{i}{j}", at, is_weight=True)
            reads += [weight, pick]
            terms.append(f"w_{i}*h_{i}")
        if b is not None:
            at = 1 + _GAP + n_in % wide, j * deep + n_in // wide
            reads.append(_variable(group, node, b[j], f"b_{j}", at, is_weight=False))
            terms.append("b")
        place = 1 + 2 * _GAP + wide, j * deep + (deep - 1) / 2
        outs.append(_scalar(group, " + ".join(terms), f"out_{j}", place, reads))
    return outs, (2 + 2 * _GAP + wide, max(rows, n_in))


def _batch_norm(
    group: Group, node: Node, layer: BatchNorm, found: dict[str, Array]
) -> tuple[list[str], Size]:
    """Mean and variance over the batch of each feature, then scale and shift."""
    normal = f"c/sqrt(v + {number_text(layer.epsilon)})"
    count = len(found["gamma"])
    outs = []
    for j, h in enumerate(_picks(group, count, count)):
        mean = _scalar(group, "batch_mean(h)", f"μ_{j}", (1, j), [h])
        centred = _scalar(group, "h - mu", f"c_{j}", (2, j), [h, mean])
        variance = _scalar(group, "batch_mean(c**2)", f"v_{j}", (3, j), [centred])
        n = _scalar(group, normal, f"n_{j}", (4, j), [centred, variance])
        gamma = _variable(group, node, found["gamma"][j], f"γ_{j}", (5, j), is_weight=False)
        beta = _variable(group, node, found["beta"][j], f"β_{j}", (6, j), is_weight=False)
        outs.append(_scalar(group, "gamma*n + beta", f"out_{j}", (7, j), [gamma, n, beta]))
    return outs, (8, count)


def _softmax(group: Group, count: int) -> tuple[list[str], Size]:
    """p_j = e_j / (e_0 + e_1 + ...), e_j = exp(h_j)."""
    raised = [
        _scalar(group, "exp(h)", f"e_{j}", (1, j), [h])
        for j, h in enumerate(_picks(group, count, count))
    ]
    names = [f"e_{j}" for j in range(count)]
    total = _scalar(group, " + ".join(names), "sum", (2 + _GAP, (count - 1) / 2), raised)
    outs = [
        _scalar(group, "raised/total", f"p_{j}", (3 + 2 * _GAP, j), [e, total])
        for j, e in enumerate(raised)
    ]
    return outs, (4 + 2 * _GAP, count)
