"""The formulas of one operation with its numbers put in, for the chosen item and number."""

from __future__ import annotations

from dataclasses import replace

from model.expressions import parse
from model.expressions.symbolic import derivative_latex, latex
from model.layer import Array, Loss
from model.layers.activations import Activation
from model.layers.dense import Dense
from model.layers.scalar import Function
from model.teaching.describing import node_of
from model.teaching.equation import WrittenSum
from model.teaching.number_style import NumberStyle
from model.teaching.operation_view import Lines, OperationView
from model.teaching.terms import Direction, mark, marked, plain
from model.teaching.update_lines import lines_with_numbers
from model.teaching.walkthrough import Walkthrough
from model.teaching.wording import (
    factor,
    indexed,
    parameter_symbol,
    slope_with_numbers,
    spoken,
    sum_of,
    sum_of_products,
    with_numbers,
)

_OF_WEIGHTS = ("tie", "penalty", "clip", "limit", "frozen")
"""Operations whose formulas come with their marks."""
_GRADIENT = r"\class{gradient:"


def put_in(walk: Walkthrough, view: OperationView, style: NumberStyle) -> OperationView:
    """The view with `with_numbers` filled, and with the terms of all formulas marked."""
    from model.teaching.attending import attention_lines
    from model.teaching.time_lines import time_lines

    through_time: Lines = ()
    if view.impossible is None:
        through_time = time_lines(walk, view, style) or attention_lines(walk, view, style)
    match view.info.kind:
        case "forward":
            lines = through_time or _forward(walk, view, style)
        case "sum":
            lines = _sum(walk, view, style)
        case "backward":
            lines = through_time or _backward(walk, view, style)
        case "gradient":
            lines = through_time or tuple(
                (f"item's share of ∂J/∂{spoken(each.by)}", _sum_line(walk, view, each, style))
                for each in view.written_out
            )
        case _:
            lines = lines_with_numbers(view, style)
    formulas = tuple((words, style.localised_latex(tex)) for words, tex in view.formulas)
    return replace(
        view,
        formulas=tuple((words, plain(tex)) for words, tex in formulas),
        marked=_marked(walk, replace(view, formulas=formulas)),
        with_numbers=tuple((words, plain(tex)) for words, tex in lines),
        marked_numbers=lines,
    )


def _marked(walk: Walkthrough, view: OperationView) -> Lines:
    """The formulas of the operation with their terms marked. Of a layer with parameters the lines
    of the gradients are result 1 and belong to their operation, the others are result 2."""
    if view.info.kind == "update":
        return tuple((words, marked(tex, "update")) for words, tex in view.formulas)
    if view.info.kind in _OF_WEIGHTS:
        return view.formulas
    direction: Direction = "forward" if view.info.kind == "forward" else "backward"
    parameters = tuple(node_of(walk, view.info).parameters)
    ports = tuple(view.inputs)
    found = tuple(
        (words, marked(tex, direction, ports, parameters)) for words, tex in view.formulas
    )
    if not parameters or direction == "forward":
        return found
    wanted = view.info.kind == "gradient"
    own = tuple(line for line in found if line[1].startswith(_GRADIENT) == wanted)
    return own or found


def _of_item(walk: Walkthrough, values: Array) -> Array:
    """One item's part, also where all of them are looked at."""
    return values if walk.item is not None else values[0]


def _forward(walk: Walkthrough, view: OperationView, style: NumberStyle) -> Lines:
    node = node_of(walk, view.info)
    layer, name = node.layer, view.info.title
    if view.out is None:
        return ()
    if isinstance(layer, Loss):
        value = mark("out", style.latex(float(view.out)))
        return (("loss", f"{mark('out', 'J')} = {value}"),)
    out = _of_item(walk, view.out)
    inputs = {port: _of_item(walk, h) for port, h in view.inputs.items()}
    j = view.places["out"]
    value = mark("out", style.latex(float(out.reshape(-1)[j]))) if out.size else ""
    if isinstance(layer, Function) and out.size == 1 and all(h.size == 1 for h in inputs.values()):
        expression = parse(layer.formula)
        given = {port: float(h.reshape(-1)[0]) for port, h in inputs.items()}
        middle = with_numbers(expression, given, style)
        return ((name, f"{style.localised_latex(latex(expression))} = {middle} = {value}"),)
    left = mark("out", indexed("h^{(l+1)}", out.shape, j))
    if isinstance(layer, Dense) and out.ndim == 1:
        parameter = walk.rehearsal.plan.parameter
        W = parameter(node.node_id, "W")
        text = sum_of_products(inputs["h"], W[:, j], style, ("input:h", "parameter:W"))
        if layer.use_bias:
            b = factor(float(parameter(node.node_id, "b")[j]), style)
            text += f" + {mark('parameter:b', b)}"
        return (("output", f"{left} = {text} = {value}"),)
    if isinstance(layer, Activation):
        h = mark("input:h", style.latex(float(inputs["h"].reshape(-1)[j])))
        return (("output", f"{left} = f({h}) = {value}"),)
    return (("output", f"{left} = {value}"),)


def _sum(walk: Walkthrough, view: OperationView, style: NumberStyle) -> Lines:
    if view.upstream is None:
        return ()
    total = _of_item(walk, view.upstream)
    j = view.places["sum"]
    terms = [
        mark(f"arriving:{k}", factor(float(_of_item(walk, term.delta).reshape(-1)[j]), style))
        for k, term in enumerate(view.terms)
    ]
    left = mark("upstream", indexed(r"\delta", total.shape, j))
    value = mark("upstream", style.latex(float(total.reshape(-1)[j])))
    return (("sum", f"{left} = {sum_of(terms)} = {value}"),)


def _backward(walk: Walkthrough, view: OperationView, style: NumberStyle) -> Lines:
    lines: list[tuple[str, str]] = []
    for each in view.written_out:
        slope = _slope_line(walk, view, each, style)
        lines += [(f"slope by {each.by}", slope)] if slope else []
        lines.append((f"passed down {each.by}", _sum_line(walk, view, each, style)))
    return tuple(lines)


def _slope_line(
    walk: Walkthrough, view: OperationView, written: WrittenSum, style: NumberStyle
) -> str:
    """Of a typed formula in plain numbers: the derivative, with numbers, and its value."""
    layer = node_of(walk, view.info).layer
    inputs = {port: _of_item(walk, h) for port, h in view.inputs.items()}
    if not isinstance(layer, Function) or any(h.size != 1 for h in inputs.values()):
        return ""
    expression = parse(layer.formula)
    given = {port: float(h.reshape(-1)[0]) for port, h in inputs.items()}
    general = style.localised_latex(derivative_latex(expression, written.by))
    if not general or len(written.local) != 1:
        return ""
    value = style.latex(float(written.local[0]))
    middle = slope_with_numbers(expression, written.by, given, style)
    parts = [general] + [part for part in (middle, value) if part != general]
    if len(parts) == 3 and parts[1] == parts[2]:
        parts.pop()
    left = rf"\frac{{\partial f}}{{\partial {latex_name(written.by)}}}"
    return " = ".join(mark("local", part) for part in (left, *parts))


def latex_name(name: str) -> str:
    return latex(parse(name))


def _sum_line(
    walk: Walkthrough, view: OperationView, written: WrittenSum, style: NumberStyle
) -> str:
    """delta_j = sum of products = total."""
    if view.info.kind == "gradient":
        shape = walk.rehearsal.plan.parameter(view.info.node_id, written.by).shape
        symbol = indexed(parameter_symbol(written.by), shape, written.place)
        left, result = rf"\frac{{\partial J}}{{\partial {symbol}}}", f"gradient:{written.by}"
    else:
        shape = _of_item(walk, view.downstream[written.by]).shape
        left, result = indexed(r"\delta", shape, written.place), "downstream"
    terms = sum_of_products(written.upstream, written.local, style, ("upstream", "local"))
    total = mark(result, style.latex(written.total))
    return f"{mark(result, left)} = {terms} = {total}"
