"""What can be drawn of an operation: a curve with its slope, terms that add up, a number line.

Everything here is computed by the engine's own layers and formulas.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from model.analysis.tracing import port_names
from model.expressions import Call, Name, parse
from model.expressions.symbolic import latex
from model.layer import Array, Loss, tag_of
from model.layers.attention import Attention
from model.layers.batch_norm import BatchNorm
from model.layers.scalar import Function
from model.teaching.attending import attention_picture
from model.teaching.describing import node_of
from model.teaching.equation import Equation, Part
from model.teaching.equations import DOWNSTREAM
from model.teaching.operation_view import OperationView
from model.teaching.pictures import (
    Bars,
    Picture,
    Rectangle,
    Stack,
    Strips,
)
from model.teaching.picturing_curves import curves_of
from model.teaching.picturing_updates import added, number_lines
from model.teaching.through_time import unrolled
from model.teaching.walkthrough import Walkthrough
from model.teaching.wording import indexed

MOST_BARS = 40
_NORMS = ("batch_norm", "layer_norm", "rms_norm", "group_norm")


def pictures_of(walk: Walkthrough, view: OperationView) -> tuple[Picture, ...]:
    """What stands side by side; () where there is nothing to draw."""
    found: tuple[Picture, ...] = ()
    cell = unrolled(walk, view)
    if cell is not None:
        return (cell,)
    match view.info.kind:
        case "forward":
            found = _loss(walk, view) or curves_of(walk, view) or _attention(walk, view)
        case "sum":
            found = _fan_out(walk, view)
        case "backward":
            found = _loss(walk, view) or _product(walk, view) or curves_of(walk, view)
            found = found or _ways(walk, view) or _attention(walk, view)
        case "gradient":
            asked = attention_picture(walk, view)
            found = (asked,) if asked is not None else ()
        case "tie" | "penalty":
            found = added(view)
        case "update" | "frozen" | "clip" | "limit":
            found = number_lines(view)
    return found or _strips(view)


def _strips(view: OperationView) -> tuple[Picture, ...]:
    shown = [each for each in view.equations if each.state == "now" and each.parts]
    return tuple(Strips(each) for each in shown[:1])


def _item(walk: Walkthrough) -> int:
    return walk.item or 0


def _of_item(walk: Walkthrough, values: Array) -> Array:
    return values if walk.item is not None else values[0]


# products, losses, sums


def _product(walk: Walkthrough, view: OperationView) -> tuple[Picture, ...]:
    """a * b of two plain numbers."""
    layer = node_of(walk, view.info).layer
    if not isinstance(layer, Function):
        return ()
    expression = parse(layer.formula)
    if not isinstance(expression, Call) or expression.operation != "multiply":
        return ()
    names = [each.name for each in expression.arguments if isinstance(each, Name)]
    if len(set(names)) != 2 or any(view.inputs[name].size != 1 for name in names):
        return ()
    a, b = (float(view.inputs[name].reshape(-1)[0]) for name in names)
    a_name, b_name = (latex(Name(name)) for name in names)
    return tuple(Rectangle(a, b, a_name, b_name, latex(Name(port))) for port in view.downstream)


def _loss(walk: Walkthrough, view: OperationView) -> tuple[Picture, ...]:
    node = node_of(walk, view.info)
    if not isinstance(node.layer, Loss) or len(node.wires) < 2:
        return ()
    n = walk.rehearsal.run.at[view.info.node_id]
    item = _item(walk)
    shown = node.layer.view(n, item, 0)
    said = np.array(shown.get("probability", n.hs[0][item]))
    name = r"\hat{p}" if "probability" in shown else "h"
    targets = _targets(shown.get("target"), said.shape)
    if targets is None:
        return ()
    deltas: Array | None = None
    if view.info.kind == "backward":
        passed = n.deltas[port_names(node).index(next(iter(view.downstream)))]
        deltas = None if passed is None else np.array(passed[item])
    if said.size > MOST_BARS:
        return (_difference(view, said, targets, deltas, name),)
    said, targets = said.reshape(-1), targets.reshape(-1)
    deltas = None if deltas is None else deltas.reshape(-1)
    return (Bars(said, targets, deltas, name, _factor(said, targets, deltas)),)


def _targets(target: object, shape: tuple[int, ...]) -> Array | None:
    """In the shape of the prediction: a label counts as 1 at its place."""
    if target is None:
        return None
    values = np.asarray(target)
    if values.shape == shape and values.dtype.kind == "f":
        return values.astype(np.float64)
    if values.dtype.kind in "iu" and shape and values.shape == shape[:-1] and shape[-1] > 1:
        found = np.zeros((values.size, shape[-1]))
        known = np.flatnonzero((values.reshape(-1) >= 0) & (values.reshape(-1) < shape[-1]))
        found[known, values.reshape(-1)[known]] = 1
        return found.reshape(shape)
    return values.astype(np.float64).reshape(shape) if values.size == math.prod(shape) else None


def _difference(
    view: OperationView, said: Array, targets: Array, deltas: Array | None, name: str
) -> Strips:
    """Many numbers: prediction, target, and the delta that their difference becomes."""
    parts = [
        Part(name, "prediction", ("input:prediction", "local"), said, "h"),
        Part("y", "target", ("input:target", "local"), targets, "h"),
    ]
    if deltas is None:
        return Strips(Equation("Loss", parts=tuple(parts), signs=(",",)))
    place = next(iter(view.places.values()), 0)
    lit = (place,) if place < deltas.size else ()
    terms = ("downstream",)
    parts.append(Part(DOWNSTREAM, "downstream", terms, deltas, "delta", lit, "place"))
    return Strips(Equation("Loss", parts=tuple(parts), signs=("−", "→")))


def _attention(walk: Walkthrough, view: OperationView) -> tuple[Picture, ...]:
    """What goes in, which step looks at which, and what comes out."""
    layer = node_of(walk, view.info).layer
    n = walk.rehearsal.run.at[view.info.node_id]
    weights = (
        layer.view(n, _item(walk), 0).get("attention") if isinstance(layer, Attention) else None
    )
    equation = next((each for each in view.equations if each.state == "now"), None)
    asked = attention_picture(walk, view)
    if weights is None or equation is None or asked is None:
        return ()
    terms = ("local",) if view.info.kind == "backward" else ("part:attention",)
    caption = "who looks at whom, by head" if len(weights) > 1 else "who looks at whom"
    middle = Part("a", caption, terms, weights if len(weights) > 1 else weights[0], "h")
    ends = (equation.parts[0], equation.parts[-1])
    first, last = (replace(part, values=_of_item(walk, part.values)) for part in ends)
    drawn = Equation(equation.title, parts=(first, middle, last), signs=("→", "→"))
    return (Strips(drawn), asked)


def _factor(predictions: Array, targets: Array, deltas: Array | None) -> float | None:
    """delta = factor times (prediction - target), where that is so for all of them."""
    if deltas is None:
        return None
    difference = predictions - targets
    size = float(difference @ difference)
    if not size:
        return None
    factor = float(deltas @ difference) / size
    bound = 1e-4 * float(np.abs(deltas).max(initial=0.0))
    return factor if np.all(np.abs(factor * difference - deltas) <= bound + 1e-30) else None


def _fan_out(walk: Walkthrough, view: OperationView) -> tuple[Picture, ...]:
    if view.upstream is None:
        return ()
    j = view.places["sum"]
    graph = walk.rehearsal.graph
    values = [float(_of_item(walk, term.delta).reshape(-1)[j]) for term in view.terms]
    total = _of_item(walk, view.upstream)
    return (
        Stack(
            tuple(f"from {graph.title_of(term.source)}" for term in view.terms),
            tuple(values),
            tuple(f"arriving:{k}" for k in range(len(values))),
            float(total.reshape(-1)[j]),
            indexed(r"\delta", total.shape, j),
            "upstream",
        ),
    )


def _ways(walk: Walkthrough, view: OperationView) -> tuple[Picture, ...]:
    """Of a normalisation: straight down, through the mean, and through the deviation."""
    layer: Any = node_of(walk, view.info).layer
    if tag_of(layer) not in _NORMS or not view.downstream:
        return ()
    port, delta = next(iter(view.downstream.items()))
    place, shown = view.places[port], _of_item(walk, delta)
    values, scaled, j = _family(walk, view, layer, place)
    is_centred = tag_of(layer) != "rms_norm"
    if is_centred:
        values = values - values.mean()
    deviation = math.sqrt(float((values**2).mean()) + layer.epsilon)
    normal = values / deviation
    ways = {"straight down": float(scaled[j]) / deviation}
    if is_centred:
        ways["through the mean"] = -float(scaled.mean()) / deviation
    ways["through the deviation"] = -float((scaled * normal).mean() * normal[j]) / deviation
    terms = ("upstream",) + ("local",) * (len(ways) - 1)
    name, total = indexed(r"\delta", shown.shape, place), float(shown.reshape(-1)[place])
    return (Stack(tuple(ways), tuple(ways.values()), terms, total, name, "downstream"),)


def _family(
    walk: Walkthrough, view: OperationView, layer: Any, place: int
) -> tuple[Array, Array, int]:
    """The numbers that share mean and deviation with the chosen one, their deltas times gamma, and
    its place among them."""
    n = walk.rehearsal.run.at[view.info.node_id]
    item = _item(walk)
    h, delta = (np.array(each, dtype=np.float64) for each in (n.hs[0], n.delta_out))
    gamma = walk.rehearsal.plan.parameter(view.info.node_id, "gamma")
    shape = h.shape[1:]
    if isinstance(layer, BatchNorm):
        places = h[0, 0].size
        feature = place // places
        scaled = delta[:, feature] * float(gamma[feature])
        return h[:, feature].ravel(), scaled.ravel(), item * places + place % places
    if tag_of(layer) == "group_norm":
        gamma = gamma.reshape(-1, *(1,) * (len(shape) - 1))
        size = h[0].size // layer.groups
    else:
        size = gamma.size
    scaled = np.broadcast_to(gamma, shape) * delta[item]
    row, column = divmod(place, size)
    return h[item].reshape(-1, size)[row], scaled.reshape(-1, size)[row], column
