"""The lecture's own questions as ready exercises, on the person's design where that makes sense."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import numpy as np

from model.analysis.tracing import Trace, trace
from model.chance import stream
from model.design import Design, Node, Wire
from model.errors import DesignError
from model.expressions import parse
from model.expressions.symbolic import derivative_latex
from model.graph import NetworkGraph
from model.layer import Array, Parameter, Spec
from model.layers.dropout import Dropout
from model.layers.scalar import Function, Goal, Variable
from model.plan import compile_plan
from model.settings import TrainingSettings
from model.shapes import Inference, infer
from model.teaching.from_expression import from_expression
from model.teaching.predicting import Question, shown
from model.teaching.questions import questions, slopes

LECTURE = "(2*log(2*w + 3)**2) - 1"
"""z = 2*y**2 - 1, y = log(x), x = 2*w + 3 at w = 1."""


@dataclass(frozen=True)
class Exercise:
    """questions: in their order. picture: for exercises about a picture, (rows, columns) booleans,
    True where a neuron speaks. graph: the design that it is about, where it brings its own."""

    key: str
    title: str
    introduction: str
    questions: tuple[Question, ...]
    picture: Array | None = None
    graph: NetworkGraph | None = None


def exercises(graph: NetworkGraph, seed: int = 0) -> tuple[Exercise, ...]:
    """All that can be asked of this design; those about pictures and slopes bring their own."""
    found = infer(graph)
    fitting = []
    for make in (dimensions, layers_with_parameters):
        with suppress(DesignError):
            fitting.append(make(graph, found))
    return (*fitting, estimate_p(seed), source_of_the_slope())


def dimensions(graph: NetworkGraph, found: Inference | None = None) -> Exercise:
    """What are the dimensions of inputs and outputs of each layer? Raises: DesignError."""
    found = infer(graph) if found is None else found
    asked: list[Question] = []
    for key in found.order:
        node = graph.node(key)
        for wire in graph.wires_into(key):
            spec = found.wires.get(wire)
            if spec is not None:
                port = f" at port {wire.target_port}" if len(node.layer.inputs) > 1 else ""
                hint = f"It is the output of {graph.title_of(wire.source)}."
                asked.append(_shape(key, f"What enters {node.title}{port}?", spec, hint))
        out = found.out(key)
        if out is not None and node.layer.outputs:
            entering = " and ".join(str(spec) for spec in found.inputs.get(key, ()))
            hint = f"{entering or 'Nothing'} enters {node.layer.label()}."
            asked.append(_shape(key, f"What leaves {node.title}?", out, hint))
    return Exercise(
        "dimensions",
        "Dimensions in and out",
        "What are the dimensions of the inputs and outputs of each layer? B is the batch size.",
        _some(asked),
    )


def _shape(key: str, prompt: str, spec: Spec, hint: str) -> Question:
    return Question(
        kind="shape",
        node_id=key,
        symbol=r"\mathrm{shape}(h)",
        prompt=prompt,
        answer=np.array(spec.shape, dtype=float),
        hints=("The first axis is the batch; the others are those of one item.", hint, str(spec)),
    )


def layers_with_parameters(graph: NetworkGraph, found: Inference | None = None) -> Exercise:
    """Do all layers have parameters? Raises: DesignError where there are no layers."""
    found = infer(graph) if found is None else found
    inner = [key for key in found.order if graph.node(key).layer.inputs and key in found.parameters]
    asked = [
        _has_parameters(key, graph.title_of(key), found.parameters[key])
        for key in inner
        if graph.node(key).layer.outputs
    ]
    if asked:
        bare = [question for question in asked if not question.answer]
        said = f"{bare[0].hint(1)}" if bare else "Each of them has."
        asked.insert(0, _yes_no("", "Do all layers have parameters?", not bare, said))
    return Exercise(
        "parameters",
        "Layers with parameters",
        "A parameter is a number that training changes. Do all layers have some?",
        _some(asked),
    )


def _has_parameters(key: str, title: str, own: dict[str, Parameter]) -> Question:
    listed = ", ".join(
        f"{name} ({' × '.join(map(str, parameter.shape)) or 'one number'})"
        for name, parameter in own.items()
    )
    total = sum(Spec(parameter.shape).size for parameter in own.values())
    said = f"{title} has {listed}: {total:,} numbers." if own else f"{title} has nothing to learn."
    return _yes_no(key, f"Does {title} have parameters?", bool(own), said)


def _yes_no(key: str, prompt: str, answer: bool, said: str) -> Question:
    hints = ("Look for W, b, γ or β in the formula of each layer.", said, "yes" if answer else "no")
    return Question(
        kind="yes_no",
        node_id=key,
        symbol=r"\theta",
        prompt=prompt,
        answer=np.array(float(answer)),
        hints=hints,
    )


def estimate_p(
    seed: int = 0, rows: int = 10, columns: int = 16, p: float | None = None
) -> Exercise:
    """What do you estimate p to be in this picture? Masks of `rows` items and `columns` neurons.

    The masks are drawn by the dropout layer itself. The answer is the true p; it is right within
    three standard deviations of the share that is off, sqrt(p (1 - p) / n), n = rows * columns, or
    as far as the picture itself is away. p: None draws one of 0.1, 0.2 ... 0.8 from the seed.
    """
    if p is None:
        p = int(stream(seed, "estimate p").integers(1, 9)) / 10
    masks = _masks(seed, rows, columns, p)
    off = int(masks.size - masks.sum())
    share = off / masks.size
    spread = 3 * math.sqrt(p * (1 - p) / masks.size)
    question = Question(
        kind="share",
        node_id="",
        symbol="p",
        prompt="What do you estimate p, the probability that a neuron is off, to be?",
        answer=np.array(p),
        hints=(
            "$p$ is near the share of neurons that are off: count them.",
            f"{off} of {masks.size} neurons are off: {off}/{masks.size} = {share:.3f}.",
            f"{p:g}",
        ),
        tolerance=max(spread, abs(share - p)),
        is_absolute=True,
    )
    return Exercise(
        "estimate_p",
        "Estimate p from a picture",
        f"Each row is the dropout mask of one item; a crossed neuron is off. {columns} neurons,"
        f" {rows} items.",
        (question,),
        picture=masks,
    )


def _masks(seed: int, rows: int, columns: int, p: float) -> Array:
    """(rows, columns) booleans out of a dropout layer that runs in the engine."""
    ones = Variable(value=", ".join(["1"] * columns) + ",")
    layers = {
        "ones": ones,
        "dropout": Dropout(p=p),
        "total": Function(formula="sum(x)"),
        "goal": Goal(),
    }
    ends = (("ones", "dropout", "h"), ("dropout", "total", "x"), ("total", "goal", "prediction"))
    design = Design(
        nodes={key: Node(layer=layer) for key, layer in layers.items()},
        wires=tuple(Wire(source, "h", target, port) for source, target, port in ends),
        training=TrainingSettings(seed=seed),
    )
    run = compile_plan(NetworkGraph(design)).bind(rows, is_training=True)
    run.forward()
    return np.asarray(run.at["dropout"].mask > 0)


def source_of_the_slope(graph: NetworkGraph | None = None) -> Exercise:
    """Where does the slope come from? Each local derivative of a graph of scalars, from the goal
    downwards, and last their product: dJ/dw. graph: None takes the lecture's example.

    Raises: DesignError where the graph has no scalar formulas, or cannot run.
    """
    if graph is None:
        graph = NetworkGraph()
        graph.apply(from_expression(graph, LECTURE).changes)
    found = trace(graph)
    asked = [
        question for key in reversed(found.nodes) for question in _local_slopes(graph, found, key)
    ]
    asked += [each for each in questions(graph, found, "deltas") if each.kind == "gradient"]
    return Exercise(
        "slope",
        "Where the slope comes from",
        "The slope of J is the product of the slopes along the way. What is each of them, and what"
        " is their product?",
        _some([each for each in asked if each.answer.ndim == 0]),
        graph=graph,
    )


def _local_slopes(graph: NetworkGraph, found: Trace, key: str) -> list[Question]:
    """df/dx of a scalar formula by each of its scalar inputs."""
    node = found.nodes[key]
    layer = graph.node(key).layer
    if not isinstance(layer, Function) or node.out is None or node.out.ndim:
        return []
    local = slopes(layer, node)
    said = ", ".join(f"{each.port} = {shown(each.h)}" for each in node.inputs)
    return [
        Question(
            kind="slope",
            node_id=key,
            symbol=rf"\partial f / \partial {each.port}",
            prompt=f"What is the slope of {layer.formula} by {each.port} at {said}?",
            answer=local[each.port],
            hints=(
                partial(_slope, layer.formula, each.port),
                partial(_slope, layer.formula, each.port, f" with {said}"),
                shown(local[each.port]),
            ),
        )
        for each in node.inputs
        if each.h.ndim == 0
    ]


def _slope(formula: str, name: str, numbers: str = "") -> str:
    slope = derivative_latex(parse(formula), name)
    if not slope:
        return f"Move {name} a little and see how far {formula} moves{numbers}."
    return rf"$\frac{{\partial f}}{{\partial {name}}} = {slope}${numbers}"


def _some(asked: list[Question]) -> tuple[Question, ...]:
    if not asked:
        raise DesignError(
            "This design has nothing to ask about here.",
            hint="Wire layers that can run, or take the lecture's example.",
        )
    return tuple(asked)
