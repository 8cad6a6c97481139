"""Questions about one step on the person's own design: its values, deltas and shapes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Literal

import numpy as np

from model.analysis.tracing import NodeTrace, Trace, WireTrace
from model.errors import DesignError
from model.expressions import Call, Expression, Name, Number, Program, parse, text_of
from model.expressions.symbolic import derivative_latex, latex
from model.graph import NetworkGraph
from model.layer import Array, Layer, Loss, Source
from model.layers.dense import Dense
from model.layers.scalar import Function, Variable
from model.teaching.predicting import Question, shown

Hidden = Literal["one", "deltas", "shapes", "forward"]
Parameters = Mapping[str, Mapping[str, Array]]
"""By node and name."""
MOST_TYPED = 12
"""Of a larger array one number is asked for: the largest."""


def questions(
    graph: NetworkGraph,
    found: Trace,
    hidden: Hidden,
    node_id: str = "",
    parameters: Parameters | None = None,
) -> list[Question]:
    """What is hidden, in the order of computation, deltas from the loss downwards.

    found: one traced step. hidden: "one" asks for the output of node_id; the others for all of
    their kind. parameters: for hints with the numbers of a Dense layer put in.

    Raises: DesignError where the node has no numbers to ask for.
    """
    writer = _Writer(graph, found, parameters or {})
    nodes = list(found.nodes.values())
    if hidden == "one":
        graph.node(node_id)
        if node_id not in found.nodes:
            raise DesignError(
                f"{graph.title_of(node_id)} takes no part in the training.",
                node_id=node_id,
                hint="Wire it to a loss.",
            )
        return [writer.value(found.nodes[node_id])]
    if hidden == "forward":
        return [writer.value(node) for node in nodes if writer.is_computed(node)]
    if hidden == "shapes":
        return [writer.shape(node) for node in nodes if node.out is not None]
    return [question for node in reversed(nodes) for question in writer.deltas(node)]


class _Writer:
    """Prompts, answers and hints of one traced step."""

    def __init__(self, graph: NetworkGraph, found: Trace, parameters: Parameters) -> None:
        self._graph = graph
        self._found = found
        self._parameters = parameters
        self._of_item = f" for item {found.item}" if found.batch > 1 else ""

    def _layer(self, node: NodeTrace) -> Layer:
        return self._graph.node(node.node_id).layer

    def is_computed(self, node: NodeTrace) -> bool:
        """Neither typed by the person nor read from a data set."""
        return not isinstance(self._layer(node), (Source, Variable))

    def value(self, node: NodeTrace) -> Question:
        values = np.asarray(node.loss) if node.loss is not None else node.out
        if values is None:
            raise DesignError(f"{node.title} has no output.", node_id=node.node_id)
        place = _largest(values)
        answer = values[place]
        symbol = "J" if node.loss is not None else "h"
        return Question(
            kind="value",
            node_id=node.node_id,
            symbol=_indexed(symbol, place),
            prompt=f"What is {_spoken(symbol, place)} of {node.title}"
            f"{self._of_item if node.loss is None else ''}?",
            answer=answer,
            hints=(
                lambda: _forward_formula(self._layer(node)),
                lambda: self._forward_numbers(node, place),
                shown(answer),
            ),
            batch=self._found.batch,
        )

    def _forward_numbers(self, node: NodeTrace, place: tuple[int, ...]) -> str:
        layer = self._layer(node)
        if isinstance(layer, Function):
            return _with_numbers(layer, node)
        W = self._parameters.get(node.node_id, {}).get("W")
        if isinstance(layer, Dense) and W is not None and node.inputs[0].h.ndim == 1:
            b = self._parameters[node.node_id].get("b")
            places = [place[0]] if place else range(W.shape[1])
            return "\n".join(
                f"neuron {j}: {_products(node.inputs[0].h, W[:, j])}"
                + (f" + {_factor(b[j])}" if b is not None else "")
                for j in places
            )
        return _listed(node)

    def shape(self, node: NodeTrace) -> Question:
        out = np.asarray(node.out)
        entering = ", ".join(_sizes(each.h.shape) for each in node.inputs) or "nothing"
        layer = self._layer(node)
        rule = re.search(
            r"Shapes: (.+?)(?=\.\s|\.$|\n\n|\Z)", inspect.getdoc(type(layer)) or "", re.S
        )
        formula = " ".join(rule.group(1).split()) if rule else f"Read the help of {layer.title}."
        answer = np.array(out.shape, dtype=float)
        return Question(
            kind="shape",
            node_id=node.node_id,
            symbol=r"\mathrm{shape}(h)",
            prompt=f"Which shape has the output of {node.title}?",
            answer=answer,
            hints=(formula, f"{entering} enters {layer.label()}.", _sizes(out.shape)),
            batch=self._found.batch,
        )

    def deltas(self, node: NodeTrace) -> list[Question]:
        """What the node passes down each wire; of a variable dJ/dtheta."""
        if isinstance(self._layer(node), Variable) and node.delta_arriving is not None:
            return [self._gradient(node)]
        return [self._delta(node, each) for each in node.inputs if each.delta is not None]

    def _gradient(self, node: NodeTrace) -> Question:
        arriving = np.asarray(node.delta_arriving)
        total = np.asarray(node.batch_grads.get("theta", arriving))
        place = _largest(total)
        terms = [
            wire.delta
            for other in self._found.nodes.values()
            for wire in other.inputs
            if wire.wire.source == node.node_id and wire.delta is not None
        ]
        said = " + ".join(_factor(term) if term.ndim == 0 else shown(term) for term in terms)
        if self._found.batch > 1:
            said += f", and this over all {self._found.batch} items of the batch"
        return Question(
            kind="gradient",
            node_id=node.node_id,
            symbol=_indexed(r"\partial J / \partial " + node.title, place),
            prompt=f"What is {_spoken('∂J/∂θ', place)} of {node.title}?",
            answer=total[place],
            hints=(
                r"$\frac{\partial J}{\partial \theta} = \sum \delta$ over all wires that leave it",
                said,
                shown(total[place]),
            ),
            batch=self._found.batch,
        )

    def _delta(self, node: NodeTrace, each: WireTrace) -> Question:
        delta = np.asarray(each.delta)
        place = _largest(delta)
        below = self._found.nodes[each.wire.source].title
        return Question(
            kind="delta",
            node_id=node.node_id,
            symbol=_indexed(r"\delta", place),
            prompt=f"Which {_spoken('δ', place)} does {node.title} pass down to {below}"
            f"{self._of_item}?",
            answer=delta[place],
            hints=(
                lambda: _backward_formula(self._layer(node), each.port),
                lambda: self._backward_numbers(node, each, place),
                shown(delta[place]),
            ),
            batch=self._found.batch,
        )

    def _backward_numbers(self, node: NodeTrace, each: WireTrace, place: tuple[int, ...]) -> str:
        layer = self._layer(node)
        arriving = node.delta_arriving
        if isinstance(layer, Loss):
            return f"J is the mean over the batch: B = {self._found.batch}. {_listed(node)}"
        if arriving is None:
            return _listed(node)
        if isinstance(layer, Function) and arriving.ndim == 0 and each.h.ndim == 0:
            slope = slopes(layer, node)[each.port]
            return f"{_factor(arriving)} · {_factor(slope)}"
        W = self._parameters.get(node.node_id, {}).get("W")
        if isinstance(layer, Dense) and W is not None and arriving.ndim == 1:
            rows = [place[0]] if place else range(W.shape[0])
            return "\n".join(f"input {i}: {_products(arriving, W[i])}" for i in rows)
        return f"δ = {shown(arriving)} arrives. {_listed(node)}"


def slopes(layer: Function, node: NodeTrace) -> dict[str, Array]:
    """The local derivative of a formula by each of its inputs, at the traced numbers: by what one
    unit of delta at the output is multiplied, added up over the output's numbers."""
    program = Program(parse(layer.formula))
    out = program.forward({each.port: each.h[None] for each in node.inputs}, 1)
    return {
        name: np.asarray(slope[0]) for name, slope in program.backward(np.ones_like(out)).items()
    }


def _largest(values: Array) -> tuple[int, ...]:
    """Nothing where all numbers can be typed, otherwise the place of the largest."""
    if values.size <= MOST_TYPED:
        return ()
    return tuple(int(at) for at in np.unravel_index(np.abs(values).argmax(), values.shape))


def _indexed(symbol: str, place: tuple[int, ...]) -> str:
    return f"{symbol}_{{{', '.join(map(str, place))}}}" if place else symbol


def _spoken(symbol: str, place: tuple[int, ...]) -> str:
    return f"{symbol}[{', '.join(map(str, place))}]" if place else symbol


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(["B", *map(str, shape)])


def _factor(value: Array | float) -> str:
    """A number inside a product or a sum; negative ones in brackets."""
    text = shown(np.asarray(value))
    return f"({text})" if text.startswith("-") else text


def _products(left: Array, right: Array) -> str:
    """a_0 · b_0 + a_1 · b_1 + ...; a long sum is cut."""
    terms = [f"{_factor(a)} · {_factor(b)}" for a, b in zip(left, right, strict=True)]
    cut = [*terms[:MOST_TYPED], f"… ({len(terms)} terms)"] if len(terms) > MOST_TYPED else terms
    return " + ".join(cut)


def _listed(node: NodeTrace) -> str:
    """What enters, where it can be read at a glance."""
    said = [f"{each.port} = {shown(each.h)}" for each in node.inputs if each.h.size <= MOST_TYPED]
    if said:
        return "With " + ", ".join(said) + "."
    return "The numbers that enter are on the wires above the node."


def _forward_formula(layer: Layer) -> str:
    if isinstance(layer, Function):
        return f"$h = {latex(parse(layer.formula))}$"
    return _lines(layer.chosen_formulas().forward) or f"See the help of {layer.title}."


def _backward_formula(layer: Layer, port: str) -> str:
    if isinstance(layer, Function):
        slope = derivative_latex(parse(layer.formula), port)
        rule = rf"$\delta_{{{port}}} = \delta \cdot \frac{{\partial f}}{{\partial {port}}}$"
        return rf"{rule}, $\frac{{\partial f}}{{\partial {port}}} = {slope}$" if slope else rule
    return _lines(layer.chosen_formulas().backward) or f"See the help of {layer.title}."


def _lines(formulas: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"{caption}: ${formula}$" for caption, formula in formulas)


def _with_numbers(layer: Function, node: NodeTrace) -> str:
    """The formula with its scalars put in; vectors and matrices are listed behind it."""
    numbers = {each.port: each.h for each in node.inputs}
    scalars = {name: float(f"{float(h):.6g}") for name, h in numbers.items() if h.ndim == 0}
    text = text_of(_replaced(parse(layer.formula), scalars))
    rest = [f"{name} = {shown(h)}" for name, h in numbers.items() if h.ndim > 0 and h.size <= 64]
    return text + (", with " + ", ".join(rest) if rest else "")


def _replaced(piece: Expression, values: Mapping[str, float]) -> Expression:
    if isinstance(piece, Name) and piece.name in values:
        return Number(values[piece.name], piece.span)
    if isinstance(piece, Call):
        parts = tuple(_replaced(argument, values) for argument in piece.arguments)
        return Call(piece.operation, parts, piece.span)
    return piece
