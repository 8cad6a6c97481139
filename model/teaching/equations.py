"""How the numbers of an operation hang together: upstream x local = downstream, and the like."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from model.layer import Array, Loss
from model.layers.activations import Activation
from model.layers.attention import Attention
from model.layers.convolution import Convolving
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.merge import Add, Average, Multiply, Subtract
from model.layers.recurrent import Recurrent
from model.teaching.describing import node_of
from model.teaching.equation import Equation, Part
from model.teaching.operation_view import OperationView
from model.teaching.places import first_places
from model.teaching.terms import mark
from model.teaching.update_equations import update_equations
from model.teaching.walkthrough import Walkthrough
from model.teaching.wording import parameter_symbol, spoken

_ELEMENTWISE = (Activation, Dropout, Add, Average, Multiply, Subtract)
_SIGNS: dict[type, str] = {Add: "+", Subtract: "−", Multiply: "×"}
UPSTREAM, DOWNSTREAM = r"\delta^{(l+1)}", r"\delta^{(l)}"


def equations_of(walk: Walkthrough, view: OperationView) -> tuple[Equation, ...]:
    """One for each port or parameter."""
    match view.info.kind:
        case "forward":
            return (_forward(walk, view),)
        case "sum":
            return (_sum(walk, view),)
        case "backward":
            return (*_others(walk, view), *_backward(walk, view))
        case "gradient":
            return (*_gradient(walk, view), *_others(walk, view))
        case _:
            return update_equations(walk, view)


def _forward(walk: Walkthrough, view: OperationView) -> Equation:
    layer = node_of(walk, view.info).layer
    j = view.places.get("out", 0)
    is_each = isinstance(layer, _ELEMENTWISE)
    parts = [
        Part(
            input_symbol(port, len(view.inputs)),
            port if len(view.inputs) > 1 else "input",
            (f"input:{port}", "input"),
            h,
            "h",
            (j,) if is_each and j < h.size else (),
        )
        for port, h in view.inputs.items()
    ]
    between = _SIGNS.get(type(layer), ",")
    signs = [between] * (len(parts) - 1)
    parameters = [read for read in view.reads if read.origin == "parameter"]
    for name in (read.name for read in parameters):
        values = walk.rehearsal.plan.parameter(view.info.node_id, name).copy()
        lit = _column(values, j) if isinstance(layer, Dense) and name == "W" else ()
        if name == "b" and values.size and isinstance(layer, Dense):
            lit = (j % values.size,)
        parts.append(_parameter(name, values, lit))
        if parts[:-1]:
            signs.append(_parameter_sign(layer, name))
    if isinstance(layer, Dropout):
        parts.append(_mask(walk, view, j))
        signs.append("⊙")
    if parts:
        is_equation = isinstance(layer, (Dense, Dropout, *_SIGNS))
        signs.append("=" if is_equation else "→")
    if view.out is not None:
        is_loss = isinstance(layer, Loss)
        symbol = "J" if is_loss else "h^{(l+1)}"
        lit = () if is_loss else (j,)
        result = Part(
            symbol, "loss" if is_loss else "output", ("out",), view.out, "h", lit, "place"
        )
        parts.append(result)
    return Equation("Output", "out", parts=tuple(parts), signs=tuple(signs))


def input_symbol(port: str, count: int) -> str:
    """LaTeX of what comes in at a port, of so many."""
    if port == "target":
        return "y"
    if port == "prediction":
        return "h^{(l)}"
    stem, _, place = port.partition("[")
    if place:
        return f"h_{{{int(place[:-1]) + 1}}}"
    return "h^{(l)}" if stem == "h" and count == 1 else parameter_symbol(stem)


def _parameter_sign(layer: object, name: str) -> str:
    if name.startswith("b") and not isinstance(layer, (Recurrent, Attention)):
        return "+"
    if isinstance(layer, Dense):
        return "×"
    return "∗" if isinstance(layer, Convolving) else ","


def _parameter(name: str, values: Array, lit: tuple[int, ...] = ()) -> Part:
    terms = (f"parameter:{name}", "parameter")
    return Part(parameter_symbol(name), "parameter", terms, values, "weight", lit)


def _column(matrix: Array, j: int) -> tuple[int, ...]:
    width = matrix.shape[-1]
    return tuple(range(j % width, matrix.size, width))


def _mask(walk: Walkthrough, view: OperationView, j: int) -> Part:
    """What dropout multiplies by."""
    layer = node_of(walk, view.info).layer
    n = walk.rehearsal.run.at[view.info.node_id]
    factor = walk.chosen(n.mask)
    if isinstance(layer, Dropout) and layer.scaling == "inverted":
        factor = factor / (1 - layer.p)
    shape = view.out.shape if view.out is not None else factor.shape
    return Part("m", "mask", ("local",), np.broadcast_to(factor, shape), "weight", (j,))


def _sum(walk: Walkthrough, view: OperationView) -> Equation:
    j = view.places["sum"]
    graph = walk.rehearsal.graph
    parts = tuple(
        Part(
            rf"\delta_{{{k + 1}}}",
            f"from {graph.title_of(term.source)}",
            (f"arriving:{k}", "arriving"),
            term.delta,
            "delta",
            (j,),
        )
        for k, term in enumerate(view.terms)
    )
    if view.upstream is None:
        return Equation("Sum", parts=parts)
    total = Part(r"\delta", "sum", ("upstream",), view.upstream, "delta", (j,), "place")
    signs = ("+",) * (len(parts) - 1) + ("=",)
    return Equation("All that arrives, added up", "sum", parts=(*parts, total), signs=signs)


# backward


def _upstream(view: OperationView, lit: Iterable[int]) -> list[Part]:
    """Of a loss the slope of J by itself."""
    if view.upstream is None:
        one = np.ones(())
        return [
            Part(r"\frac{\partial J}{\partial J}", "upstream", ("upstream",), one, "delta", (0,))
        ]
    return [Part(UPSTREAM, "upstream", ("upstream",), view.upstream, "delta", tuple(lit))]


def _backward(walk: Walkthrough, view: OperationView) -> list[Equation]:
    found = []
    has_parameters = bool(node_of(walk, view.info).parameters)
    for port, delta in view.downstream.items():
        place = view.places[port]
        written = view.written(port)
        local, sign, note = _local(walk, view, port)
        reached = tuple(map(int, written.outputs)) if written is not None else ()
        parts = _upstream(view, reached) + local
        result = Part(
            r"\delta^{(l)}",
            "downstream",
            ("downstream", f"downstream:{port}"),
            delta,
            "delta",
            (place,),
            "place",
        )
        signs = (sign, "=") if local else ("→",)
        title = "δ passed down" if len(view.downstream) == 1 else f"δ passed down {port}"
        found.append(
            Equation(
                f"Result 2: {title}" if has_parameters else title,
                port,
                _marked_result() if has_parameters else "",
                (*parts, result),
                signs,
                written,
                note,
            )
        )
    return found


def _marked_result() -> str:
    local = mark("local", r"\frac{\partial h^{(l+1)}}{\partial h^{(l)}}")
    upstream, downstream = mark("upstream", UPSTREAM), mark("downstream", DOWNSTREAM)
    return rf"{downstream} = {upstream} \, {local}"


def _local(walk: Walkthrough, view: OperationView, port: str) -> tuple[list[Part], str, str]:
    """The local derivative, the sign before it, and what is to be said about it."""
    node = node_of(walk, view.info)
    place = view.places[port]
    symbol = r"\frac{\partial h^{(l+1)}}{\partial h^{(l)}}"
    caption, terms = "local derivative", ("local",)
    slopes = view.slopes.get(port)
    if slopes is not None:
        sign = "×" if slopes.size == 1 else "⊙"
        return [Part(symbol, caption, terms, slopes, "weight", (place,))], sign, ""
    if isinstance(node.layer, Dense):
        W = walk.rehearsal.plan.parameter(node.node_id, "W").T.copy()
        lit = _column(W, place)
        own = ("local", "parameter:W")
        return [Part("W^T", caption, own, W, "weight", lit, "column")], "×", ""
    jacobian = view.local.get(port)
    if jacobian is not None:
        matrix = jacobian.matrix.reshape(()) if jacobian.matrix.size == 1 else jacobian.matrix
        lit = _column(jacobian.matrix, place)
        note = ""
        if jacobian.mixes_items:
            note = "Other items of the batch have a part in it: this is the item's own block."
        part = Part(symbol, caption, terms, matrix, "weight", lit, "column")
        return [part], "×", note
    return _one_column(walk, view, port)


def _one_column(walk: Walkthrough, view: OperationView, by: str) -> tuple[list[Part], str, str]:
    """Of a Jacobian that is too large: the column of the chosen number."""
    written = view.written(by)
    n = walk.rehearsal.run.at[view.info.node_id]
    if written is None or n.delta_out is None:
        return [], "→", "The whole batch has a part in it." if by in view.downstream else ""
    column = np.zeros(n.delta_out[0].size)
    column[written.outputs] = written.local
    size = (view.downstream if by in view.downstream else view.shares)[by].size
    note = f"The Jacobian, {column.size:,} × {size:,}, is never built; this is one column of it."
    part = Part(
        r"\frac{\partial h^{(l+1)}}{\partial "
        + ("h_j" if by in view.downstream else r"\theta_j")
        + "}",
        "local, one column",
        ("local",),
        _cropped(column.reshape(n.delta_out.shape[1:])),
        "weight",
    )
    return [part], "·", note


def _cropped(column: Array) -> Array:
    """The window of a picture in which there are numbers, with all its channels."""
    filled = np.nonzero(column)
    if column.ndim < 3 or not filled[0].size:
        return column
    window = [slice(int(places.min()), int(places.max()) + 1) for places in filled[1:]]
    return np.array(column[(slice(None), *window)])


# gradient: result 1


def _gradient(walk: Walkthrough, view: OperationView) -> list[Equation]:
    return [_of_parameter(walk, view, name) for name in view.shares]


def _of_parameter(walk: Walkthrough, view: OperationView, name: str) -> Equation:
    share, written, place = view.shares[name], view.written(name), view.places[name]
    symbol = rf"\frac{{\partial J}}{{\partial {parameter_symbol(name)}}}"
    terms = (f"gradient:{name}", "gradient")
    reached = tuple(map(int, written.outputs)) if written is not None else ()
    start = first_places(view.shares)[name]
    parts, signs, note = _factors(walk, view, name, reached)
    is_one = walk.rehearsal.batch == 1
    words = "gradient" if is_one else "this item's share"
    parts.append(Part(symbol, words, terms, share, "delta", (place,), "place", start))
    signs.append("=" if len(parts) > 2 else "→")
    if not is_one:
        whole = Part(
            symbol,
            "gradient, all items",
            terms,
            view.gradients[name],
            "delta",
            (place,),
            "place",
            start,
        )
        parts.append(whole)
        signs.append("Σ")
    return Equation(
        f"Result 1: gradient of {spoken(name)}",
        name,
        _gradient_formula(name),
        tuple(parts),
        tuple(signs),
        written,
        note,
    )


def _gradient_formula(name: str) -> str:
    by = parameter_symbol(name)
    local = mark("local", rf"\frac{{\partial h^{{(l+1)}}}}{{\partial {by}}}")
    left = mark(f"gradient:{name}", rf"\frac{{\partial J}}{{\partial {by}}}")
    return rf"{left} = {mark('upstream', UPSTREAM)} \, {local}"


def _factors(
    walk: Walkthrough, view: OperationView, name: str, reached: tuple[int, ...]
) -> tuple[list[Part], list[str], str]:
    node = node_of(walk, view.info)
    upstream = _upstream(view, reached)
    if isinstance(node.layer, Dense) and name == "W" and walk.item is not None:
        h = view.inputs["h"]
        place = view.places["W"] // view.shares["W"].shape[-1]
        values = h.reshape(-1, h.shape[-1]).T
        lit = tuple(range(place * values.shape[1], (place + 1) * values.shape[1]))
        own = ("local", "input:h", "input")
        local = Part("{h^{(l)}}^{T}", "local derivative", own, values, "h", lit)
        return [local, *upstream], ["×"], ""
    jacobian = view.local.get(name)
    if jacobian is not None:
        matrix = jacobian.matrix.reshape(()) if jacobian.matrix.size == 1 else jacobian.matrix
        lit = _column(jacobian.matrix, view.places[name])
        symbol = rf"\frac{{\partial h^{{(l+1)}}}}{{\partial {parameter_symbol(name)}}}"
        start = first_places(view.shares)[name]
        part = Part(symbol, "local derivative", ("local",), matrix, "weight", lit, "column", start)
        return [*upstream, part], ["×"], ""
    column, sign, note = _one_column(walk, view, name)
    return [*upstream, *column], [sign] if column else [], note


def _others(walk: Walkthrough, view: OperationView) -> list[Equation]:
    """The layer's other result, which is done before or comes next."""
    own = [each for each in walk.operations if each.node_id == view.info.node_id]
    if view.info.kind == "gradient":
        follows = any(each.kind == "backward" for each in own)
        title = "Result 2: δ passed down"
        return [Equation(title, formula=_marked_result(), state="next")] if follows else []
    found = []
    for name, gradient in view.gradients.items():
        symbol = rf"\frac{{\partial J}}{{\partial {parameter_symbol(name)}}}"
        part = Part(symbol, "gradient", (f"gradient:{name}", "gradient"), gradient)
        title = f"Result 1: gradient of {spoken(name)}"
        formula = _gradient_formula(name)
        found.append(Equation(title, name, formula, (part,), state="done"))
    return found
