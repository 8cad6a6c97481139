"""The formulas of a recurrent cell with the numbers of one unit put in, step by step."""

from __future__ import annotations

import numpy as np

from model.layer import Array
from model.layers.gru import GRU
from model.layers.lstm import LSTM
from model.layers.recurrent import SimpleRNN
from model.teaching.number_style import NumberStyle
from model.teaching.operation_view import Lines, OperationView
from model.teaching.terms import mark
from model.teaching.through_time import GATE_WORDS, GATES, Focus, bptt, focus_of
from model.teaching.walkthrough import Walkthrough
from model.teaching.wording import MOST_TERMS, factor, indexed, parameter_symbol, spoken, sum_of

MOST_STEPS = 4
"""That are written out beside the chosen one."""


def time_lines(walk: Walkthrough, view: OperationView, style: NumberStyle) -> Lines:
    """() where the node is no recurrent one."""
    found = focus_of(walk, view)
    if found is None:
        return ()
    if view.info.kind == "forward":
        return _forward(found, style)
    through = _through_time(found, style)
    if view.info.kind == "gradient":
        return (*_sums(found, view, style), *through)
    return (*through, *_passed_down(found, view, style))


def steps_shown(found: Focus) -> list[int]:
    """Places of the steps that are written out: around the chosen one."""
    last = len(found.times) - 1
    start = max(0, min(found.time - MOST_STEPS + 2, last - MOST_STEPS + 1))
    return list(range(start, min(start + MOST_STEPS, last + 1)))


class _Written:
    """Numbers as LaTeX, with their marks."""

    def __init__(self, style: NumberStyle) -> None:
        self._style = style

    def plain(self, value: float, term: str = "") -> str:
        return mark(term, self._style.latex(float(value)))

    def factor(self, value: float, term: str = "") -> str:
        return mark(term, factor(float(value), self._style))


# forward


def _forward(found: Focus, style: NumberStyle) -> Lines:
    if isinstance(found.layer, LSTM):
        return _lstm(found, found.layer.forget_bias, style)
    if isinstance(found.layer, GRU):
        return _gru(found, style)
    if isinstance(found.layer, SimpleRNN):
        return _simple(found, found.layer.activation, style)
    return ()


def _simple(found: Focus, activation: str, style: NumberStyle) -> Lines:
    """h_t = f(z_t), z_t = what comes from the input + what comes from the state before."""
    write = _Written(style)
    h = found.states()
    name = r"\tanh" if activation == "tanh" else r"\mathrm{ReLU}"
    lines = []
    for t in steps_shown(found):
        of_x, of_h, b = _products(found, t)
        terms = [
            write.plain(of_x, "input,parameter:W"),
            write.factor(of_h, "local,parameter:U"),
            write.factor(b, "parameter:b"),
        ]
        left = mark("out", f"h_{{{found.times[t]},{found.unit + 1}}}")
        value = write.plain(h[t + 1], "out")
        lines.append((_step(found, t), f"{left} = {name}({' + '.join(terms)}) = {value}"))
    return tuple(lines)


def _products(found: Focus, t: int) -> tuple[float, float, float]:
    """x_t W, h_(t-1) U and b of the unit."""
    way, j, i = found.way, found.unit, found.item
    of_x = float(way.x[t, i] @ way.W[:, j])
    return of_x, float(way.h[t, i] @ way.U[:, j]), float(way.b[j])


def _gate_lines(
    found: Focus, gates: dict[str, Array], style: NumberStyle, forget_bias: float
) -> list[tuple[str, str]]:
    """The gates of the chosen step: what comes from the input, from the state before, the bias."""
    write = _Written(style)
    way, i, t, units = found.way, found.item, found.time, found.layer.units
    lines = []
    for place, (name, values) in enumerate(gates.items()):
        column = place * units + found.unit
        b = float(way.b[column]) + (forget_bias if name == "f" else 0.0)
        terms = [
            write.plain(float(way.x[t, i] @ way.W[:, column]), "input,parameter:W"),
            write.factor(float(way.h[t, i] @ way.U[:, column]), "local,parameter:U"),
            write.factor(b, "parameter:b"),
        ]
        f = r"\tanh" if name in ("g", "n") else r"\sigma"
        value = write.plain(values[t], "local")
        text = rf"{name}_{{{found.times[t]}}} = {f}({' + '.join(terms)}) = {value}"
        lines.append((GATE_WORDS[name], text))
    return lines


def _lstm(found: Focus, forget_bias: float, style: NumberStyle) -> Lines:
    write = _Written(style)
    c = np.array(found.way.c[:, found.item, found.unit])
    h = found.states()
    gates = {name: found.gate(name) for name in GATES[LSTM]}
    lines = _gate_lines(found, gates, style, forget_bias)
    for t in steps_shown(found):
        i, f, g, o = (write.factor(gates[name][t], "local") for name in "ifgo")
        memory = rf"{f} \cdot {write.factor(c[t], 'local')} + {i} \cdot {g}"
        after = write.plain(c[t + 1], "local")
        step = found.times[t]
        lines.append((_step(found, t), rf"c_{{{step}}} = {memory} = {after}"))
        state = rf"{o} \cdot \tanh({after})"
        left = mark("out", f"h_{{{step}}}")
        lines.append(("state", f"{left} = {state} = {write.plain(h[t + 1], 'out')}"))
    return tuple(lines)


def _gru(found: Focus, style: NumberStyle) -> Lines:
    write = _Written(style)
    h = found.states()
    z, n = found.gate("z"), found.gate("n")
    gates = {name: found.gate(name) for name in "rz"}
    lines = _gate_lines(found, gates, style, 0.0)
    lines.append(_candidate(found, style))
    for t in steps_shown(found):
        gate = write.plain(z[t], "local")
        new = rf"(1 - {gate}) \cdot {write.factor(n[t], 'local')}"
        kept = rf"{gate} \cdot {write.factor(h[t], 'local')}"
        left = mark("out", f"h_{{{found.times[t]}}}")
        value = write.plain(h[t + 1], "out")
        lines.append((_step(found, t), f"{left} = {new} + {kept} = {value}"))
    return tuple(lines)


def _candidate(found: Focus, style: NumberStyle) -> tuple[str, str]:
    """n_t of a GRU: the reset gate stands before the product with the state."""
    write = _Written(style)
    way, i, t, j = found.way, found.item, found.time, 2 * found.layer.units + found.unit
    of_x = float(way.x[t, i] @ way.W[:, j]) + float(way.b[j])
    q = float(way.q[t, i, found.unit])
    r, value = found.gate("r")[t], found.gate("n")[t]
    inner = rf"{write.plain(of_x, 'input')} + {write.factor(r, 'local')} \cdot {write.factor(q)}"
    text = rf"n_{{{found.times[t]}}} = \tanh({inner}) = {write.plain(value, 'local')}"
    return GATE_WORDS["n"], text


def _step(found: Focus, t: int) -> str:
    return f"t = {found.times[t]}"


# back through time


def _through_time(found: Focus, style: NumberStyle) -> Lines:
    """dJ/dh_t = what arrives from above + what comes from later, the last step first."""
    write = _Written(style)
    total, above = found.delta_h(), found.arriving()
    lines = []
    for t in reversed(steps_shown(found)):
        text = f"{write.plain(above[t], 'upstream')} + {write.factor(total[t] - above[t], 'local')}"
        left = rf"\frac{{\partial J}}{{\partial h_{{{found.times[t]}}}}}"
        lines.append((_step(found, t), f"{left} = {text} = {write.plain(total[t], 'upstream')}"))
    return tuple(lines)


def _sums(found: Focus, view: OperationView, style: NumberStyle) -> Lines:
    """The gradient of one weight of each parameter, written out over the steps."""
    lines = []
    for name, place in view.places.items():
        k = int(name.endswith("_back"))
        stem = name.removesuffix("_back")
        if k != found.k:
            continue
        left, right = bptt(found.layer, found.way, stem, place, found.item)
        lines.append((f"∂J/∂{spoken(name)} over t", _sum(view, name, place, left, right, style)))
    return tuple(lines)


def _sum(
    view: OperationView, name: str, place: int, left: Array, right: Array, style: NumberStyle
) -> str:
    write = _Written(style)
    products = left * right
    shape = view.shares[name].shape
    by = indexed(parameter_symbol(name), shape, place)
    result = f"gradient:{name}"
    is_bias = bool(np.all(left == 1))
    matters = np.flatnonzero(products)
    places = matters if len(matters) else np.arange(min(1, len(products)))
    largest = np.argsort(-np.abs(products[places]), kind="stable")[:MOST_TERMS]
    shown = np.sort(places[largest])
    terms = [
        write.factor(right[t], "upstream")
        if is_bias
        else rf"{write.factor(left[t], 'local')} \cdot {write.factor(right[t], 'upstream')}"
        for t in shown
    ]
    start = mark(result, rf"\frac{{\partial J}}{{\partial {by}}}")
    total = write.plain(float(products.sum()), result)
    general = rf"\sum_{{t=1}}^{{{len(products)}}} {_general(name)}"
    return f"{start} = {general} = {sum_of(terms, len(places) > len(shown))} = {total}"


def _general(name: str) -> str:
    """What is summed over t."""
    delta = mark("upstream", r"\delta^z_t")
    match name[0]:
        case "W":
            return rf"{mark('local', 'x_t')} \, {delta}"
        case "U":
            return rf"{mark('local', 'h_{t-1}')} \, {delta}"
    return delta


def _passed_down(found: Focus, view: OperationView, style: NumberStyle) -> Lines:
    """delta_t of one input: the deltas of all units and gates times a row of W."""
    write = _Written(style)
    port, place = next(iter(view.places.items()))
    inputs = found.way.x.shape[-1]
    t, row = divmod(place, inputs)
    dz = np.array(found.way.dz[t, found.item])
    W = np.array(found.way.W[row])
    if found.k or found.layer.both_directions:
        return ()
    order = np.argsort(-np.abs(dz * W), kind="stable")[:4]
    terms = [
        rf"{write.factor(dz[j], 'upstream')} \cdot {write.factor(W[j], 'local,parameter:W')}"
        for j in np.sort(order)
    ]
    left = mark("downstream", rf"\delta^{{(l)}}_{{{t + 1},{row + 1}}}")
    total = write.plain(float(dz @ W), "downstream")
    return ((f"passed down {port}", f"{left} = {sum_of(terms, len(dz) > 4)} = {total}"),)
