"""The curve of a function around the number that it was given, with the slope there."""

from __future__ import annotations

import math

import numpy as np

from model.analysis.bench import Bench
from model.errors import DesignError
from model.expressions import Name, Program, parse
from model.expressions.symbolic import latex
from model.layer import Array, Layer
from model.layers.activations import Activation
from model.layers.scalar import Function
from model.teaching.describing import node_of
from model.teaching.operation_view import OperationView
from model.teaching.pictures import Curve, Picture
from model.teaching.walkthrough import Walkthrough
from model.teaching.wording import indexed

SAMPLES = 121
MOST_CURVES = 3
MOST_WIDENINGS = 5
LARGEST = 500_000
"""Numbers that a layer computes at most for one curve."""


def curves_of(walk: Walkthrough, view: OperationView) -> tuple[Picture, ...]:
    """Of a formula in plain numbers one for each input, of an activation that of the chosen
    number; () of all others. Where a formula is not defined the point has no height."""
    layer = node_of(walk, view.info).layer if view.info.node_id else None
    if view.info.kind not in ("forward", "backward"):
        return ()
    if isinstance(layer, Function):
        return _curves_of_formula(walk, view, layer)
    if isinstance(layer, Activation) and view.impossible is None:
        return _curve_of_activation(walk, view, layer)
    return ()


def _span(x: float, least: float) -> tuple[float, float]:
    """Around the point, with room for the bend of the curve."""
    half = max(abs(x), least) if math.isfinite(x) else least
    return x - half, x + half


def _run(x: float, low: float, high: float) -> float:
    """A round number of about a third of the room right of the point."""
    room = (high - x) * 0.8
    if not room > 0 or not math.isfinite(room):
        return 1.0
    power = 10.0 ** math.floor(math.log10(room))
    return max(step * power for step in (1, 2, 4, 5) if step * power <= room)


def _curves_of_formula(
    walk: Walkthrough, view: OperationView, layer: Function
) -> tuple[Picture, ...]:
    inputs = {port: h if walk.item is not None else h[0] for port, h in view.inputs.items()}
    if any(h.size != 1 for h in inputs.values()):
        return ()
    expression = parse(layer.formula)
    given = {port: float(h.reshape(-1)[0]) for port, h in inputs.items()}
    y = float(_formula_at(layer.formula, given, {}))
    ports = list(view.downstream if view.downstream else given)
    found = []
    for port in ports[:MOST_CURVES]:
        x = given[port]
        xs, ys = _sampled(layer.formula, given, port)
        low, high = float(xs[0]), float(xs[-1])
        written = view.written(port)
        slope = float(written.local[0]) if written is not None and len(written.local) else None
        label = latex(expression)
        found.append(Curve(xs, ys, x, y, slope, _run(x, low, high), label, latex(Name(port)), port))
    return tuple(found)


def _sampled(formula: str, given: dict[str, float], port: str) -> tuple[Array, Array]:
    """Around the point; further where the formula is not defined near it."""
    least = 1.0
    xs = ys = np.zeros(0)
    for _ in range(MOST_WIDENINGS):
        low, high = _span(given[port], least)
        xs = np.linspace(low, high, SAMPLES)
        ys = np.array([_formula_at(formula, given, {port: float(each)}) for each in xs])
        if np.isfinite(ys).sum() > SAMPLES // 5:
            break
        least = high - low
    return xs, ys


def _formula_at(formula: str, given: dict[str, float], changed: dict[str, float]) -> float:
    """NaN where it is not defined."""
    values = {name: np.array([value]) for name, value in {**given, **changed}.items()}
    try:
        found = Program(parse(formula)).forward(values, 1)
    except DesignError:
        return math.nan
    value = float(np.asarray(found).reshape(-1)[0])
    return value if math.isfinite(value) else math.nan


def _curve_of_activation(
    walk: Walkthrough, view: OperationView, layer: Layer
) -> tuple[Picture, ...]:
    n = walk.rehearsal.run.at[view.info.node_id]
    item = walk.item or 0
    h = np.array(n.hs[0][item])
    j = view.places["out"] if view.info.kind == "forward" else next(iter(view.places.values()))
    x = float(h.reshape(-1)[j])
    low, high = _span(x, 3.0)
    count = min(SAMPLES, max(2, LARGEST // max(h.size, 1)))
    xs = np.linspace(low, high, count)
    tried = np.repeat(h[None], count, axis=0)
    tried.reshape(count, -1)[:, j] = xs
    step = walk.rehearsal if view.info.kind == "forward" else walk.whole
    bench = Bench(step, view.info.node_id, [tried])
    ys = np.array(bench.forward().reshape(count, -1)[:, j])
    y = float(n.out[item].reshape(-1)[j])
    slopes = next(iter(view.slopes.values()), None)
    slope = float(slopes.reshape(-1)[j]) if slopes is not None else None
    inside = (h >= low) & (h <= high)
    others = (h[inside][:256], np.array(n.out[item])[inside][:256])
    label = next((tex for words, tex in layer.chosen_formulas().forward if words == "function"), "")
    x_name = indexed("h^{(l)}", h.shape, j)
    port = next(iter(view.inputs))
    return (Curve(xs, ys, x, y, slope, _run(x, low, high), label, x_name, port, others),)
