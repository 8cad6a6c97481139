"""The formulas of one operation with its numbers put in, for the chosen item and number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.expressions import parse
from model.expressions.symbolic import derivative_latex, latex
from model.layer import Array, Loss
from model.layers.activations import Activation
from model.layers.dense import Dense
from model.layers.scalar import Function
from model.teaching.describing import Lines, OperationView, WrittenSum, chosen_place, node_of
from model.teaching.walkthrough import Walkthrough
from model.teaching.wording import (
    factor,
    indexed,
    number,
    parameter_symbol,
    slope_with_numbers,
    sum_of,
    sum_of_products,
    with_numbers,
)


def put_in(
    walk: Walkthrough, view: OperationView, element: int | None, digits: int
) -> OperationView:
    """The view with `with_numbers` filled."""
    match view.info.kind:
        case "forward":
            lines = _forward(walk, view, element, digits)
        case "sum":
            lines = _sum(walk, view, element, digits)
        case "backward":
            lines = _backward(walk, view, digits)
        case "gradient":
            lines = tuple(
                (f"item's share of ∂J/∂{each.by}", _sum_line(walk, view, each, digits))
                for each in view.written_out
            )
        case "update":
            lines = _update(view, element, digits)
        case _:
            lines = ()
    return replace(view, with_numbers=lines)


def _of_item(walk: Walkthrough, values: Array) -> Array:
    """One item's part, also where all of them are looked at."""
    return values if walk.item is not None else values[0]


def _forward(walk: Walkthrough, view: OperationView, element: int | None, digits: int) -> Lines:
    node = node_of(walk, view.info)
    layer, name = node.layer, view.info.title
    if view.out is None:
        return ()
    if isinstance(layer, Loss):
        return (("loss", f"J = {number(float(view.out), digits)}"),)
    out = _of_item(walk, view.out)
    inputs = {port: _of_item(walk, h) for port, h in view.inputs.items()}
    j = chosen_place(out, element)
    value = number(float(out.reshape(-1)[j]), digits) if out.size else ""
    if isinstance(layer, Function) and out.size == 1 and all(h.size == 1 for h in inputs.values()):
        expression = parse(layer.formula)
        given = {port: float(h.reshape(-1)[0]) for port, h in inputs.items()}
        middle = with_numbers(expression, given, digits)
        return ((name, f"{latex(expression)} = {middle} = {value}"),)
    left = indexed("h^{(l+1)}", out.shape, j)
    if isinstance(layer, Dense) and out.ndim == 1:
        parameter = walk.rehearsal.plan.parameter
        W = parameter(node.node_id, "W")
        text = sum_of_products(inputs["h"], W[:, j], digits)
        if layer.use_bias:
            text += f" + {factor(float(parameter(node.node_id, 'b')[j]), digits)}"
        return (("output", f"{left} = {text} = {value}"),)
    if isinstance(layer, Activation):
        h = number(float(inputs["h"].reshape(-1)[j]), digits)
        return (("output", f"{left} = f({h}) = {value}"),)
    return (("output", f"{left} = {value}"),)


def _sum(walk: Walkthrough, view: OperationView, element: int | None, digits: int) -> Lines:
    if view.upstream is None:
        return ()
    total = _of_item(walk, view.upstream)
    j = chosen_place(total, element)
    terms = [
        factor(float(_of_item(walk, term.delta).reshape(-1)[j]), digits) for term in view.terms
    ]
    left = indexed(r"\delta", total.shape, j)
    value = number(float(total.reshape(-1)[j]), digits)
    return (("sum", f"{left} = {sum_of(terms)} = {value}"),)


def _backward(walk: Walkthrough, view: OperationView, digits: int) -> Lines:
    lines: list[tuple[str, str]] = []
    for each in view.written_out:
        slope = _slope_line(walk, view, each, digits)
        lines += [(f"slope by {each.by}", slope)] if slope else []
        lines.append((f"passed down {each.by}", _sum_line(walk, view, each, digits)))
    return tuple(lines)


def _slope_line(walk: Walkthrough, view: OperationView, written: WrittenSum, digits: int) -> str:
    """Of a typed formula in plain numbers: the derivative, with numbers, and its value."""
    layer = node_of(walk, view.info).layer
    inputs = {port: _of_item(walk, h) for port, h in view.inputs.items()}
    if not isinstance(layer, Function) or any(h.size != 1 for h in inputs.values()):
        return ""
    expression = parse(layer.formula)
    given = {port: float(h.reshape(-1)[0]) for port, h in inputs.items()}
    general = derivative_latex(expression, written.by)
    if not general or len(written.local) != 1:
        return ""
    value = number(float(written.local[0]), digits)
    middle = slope_with_numbers(expression, written.by, given, digits)
    parts = [general] + [part for part in (middle, value) if part != general]
    if len(parts) == 3 and parts[1] == parts[2]:
        parts.pop()
    return rf"\frac{{\partial f}}{{\partial {latex_name(written.by)}}} = " + " = ".join(parts)


def latex_name(name: str) -> str:
    return latex(parse(name))


def _sum_line(walk: Walkthrough, view: OperationView, written: WrittenSum, digits: int) -> str:
    """delta_j = sum of products = total."""
    if view.info.kind == "gradient":
        shape = walk.rehearsal.plan.parameter(view.info.node_id, written.by).shape
        symbol = indexed(parameter_symbol(written.by), shape, written.place)
        left = rf"\frac{{\partial J}}{{\partial {symbol}}}"
    else:
        shape = _of_item(walk, view.downstream[written.by]).shape
        left = indexed(r"\delta", shape, written.place)
    terms = sum_of_products(written.upstream, written.local, digits)
    return f"{left} = {terms} = {number(written.total, digits)}"


def _update(view: OperationView, element: int | None, digits: int) -> Lines:
    lines = []
    for name, parts in view.parts.items():
        step, new = parts["step"], parts["new"]
        start = parts.get("decayed", parts["theta"])
        j = chosen_place(np.asarray(step), element)
        symbol = indexed(parameter_symbol(name), step.shape, j)
        old, moved, found = (float(each.reshape(-1)[j]) for each in (start, step, new))
        text = f"{number(old, digits)} - {factor(moved, digits)} = {number(found, digits)}"
        lines.append((name, rf"{symbol} \leftarrow {text}"))
    return tuple(lines)
