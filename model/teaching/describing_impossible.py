"""What there is to say about an operation that cannot be done: what it was given, and why not."""

from __future__ import annotations

from dataclasses import replace

from model.analysis.tracing import port_names
from model.expressions import parse
from model.expressions.symbolic import latex
from model.layers.scalar import Function
from model.teaching import formulating
from model.teaching.describing import code_of_operation, node_of
from model.teaching.equation import Equation, Part
from model.teaching.equations import UPSTREAM, input_symbol
from model.teaching.impossible import Impossible
from model.teaching.number_style import NumberStyle
from model.teaching.operation_view import Lines, OperationView
from model.teaching.picturing_curves import curves_of
from model.teaching.sources import SourceLine, source_lines
from model.teaching.unrolled import backward_lines, forward_lines
from model.teaching.walkthrough import Walkthrough
from model.teaching.wording import with_numbers


def describe_impossible(walk: Walkthrough, found: Impossible, style: NumberStyle) -> OperationView:
    """The view of the operation that was tried; it has inputs, and no result."""
    info = found.info
    view = OperationView(info=info, source=code_of_operation(walk, info), impossible=found)
    if info.node_id:
        view = _of_node(walk, view)
    view = replace(view, lines=_lines(walk, view))
    view = formulating.put_in(walk, view, style)
    own = _put_in(walk, view, style)
    view = replace(view, with_numbers=own, marked_numbers=own)
    view = replace(view, equations=_equations(view))
    return replace(view, pictures=curves_of(walk, view))


def _of_node(walk: Walkthrough, view: OperationView) -> OperationView:
    node = node_of(walk, view.info)
    n = walk.rehearsal.run.at[view.info.node_id]
    formulas = node.layer.chosen_formulas()
    is_forward = view.info.kind == "forward"
    arrives = n.delta_out is not None and view.info.phase == "backward"
    return replace(
        view,
        formulas=formulas.forward if is_forward else formulas.backward,
        inputs={port: walk.chosen(h) for port, h in zip(port_names(node), n.hs, strict=True)},
        upstream=walk.chosen(n.delta_out) if arrives and view.info.kind != "sum" else None,
    )


def _lines(walk: Walkthrough, view: OperationView) -> tuple[SourceLine, ...]:
    found = source_lines(view.source, frozenset(), {})
    if view.info.kind not in ("forward", "backward"):
        return found
    layer = node_of(walk, view.info).layer
    if not isinstance(layer, Function):
        return found
    unrolled = forward_lines if view.info.kind == "forward" else backward_lines
    return (*unrolled(layer.formula, tuple(view.inputs)), SourceLine("", False), *found)


def _put_in(walk: Walkthrough, view: OperationView, style: NumberStyle) -> Lines:
    """`log(x) = log(-2)`, of plain numbers."""
    if view.info.kind != "forward":
        return ()
    layer = node_of(walk, view.info).layer
    inputs = {port: h if walk.item is not None else h[0] for port, h in view.inputs.items()}
    if not isinstance(layer, Function) or any(h.size != 1 for h in inputs.values()):
        return ()
    expression = parse(layer.formula)
    given = {port: float(h.reshape(-1)[0]) for port, h in inputs.items()}
    general = style.localised_latex(latex(expression))
    return (("not defined", f"{general} = {with_numbers(expression, given, style)}"),)


def _equations(view: OperationView) -> tuple[Equation, ...]:
    """What goes in; nothing comes out."""
    parts = [
        Part(
            input_symbol(port, len(view.inputs)),
            port if len(view.inputs) > 1 else "input",
            (f"input:{port}", "input"),
            h,
            "h",
        )
        for port, h in view.inputs.items()
    ]
    if view.upstream is not None:
        parts.insert(0, Part(UPSTREAM, "upstream", ("upstream",), view.upstream, "delta"))
    signs = (",",) * (len(parts) - 1)
    return (Equation("Cannot be computed", parts=tuple(parts), signs=signs),)
