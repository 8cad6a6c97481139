"""Attention of one step: what it asks of every other, how much it takes, and how delta comes back.

Everything is read from the engine's own arrays, or worked out from them as the formulas say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.layer import Array
from model.layers.attention import Attention
from model.teaching.describing import node_of
from model.teaching.number_style import NumberStyle
from model.teaching.operation_view import Lines, OperationView
from model.teaching.pictures import TimeRow, Unrolled
from model.teaching.terms import mark
from model.teaching.walkthrough import Walkthrough
from model.teaching.wording import factor, sum_of

MOST_KEYS = 4
"""That are written out: those from which most is taken."""


@dataclass(frozen=True)
class Asking:
    """One step that asks (the query) in one head. step, head, column: from 0; column: of the values
    in the head."""

    layer: Attention
    n: Any
    item: int
    step: int
    head: int
    column: int

    @property
    def weights(self) -> Array:
        """(T_k,): how much is taken from every step; they add up to 1."""
        return np.array(self.n.weights[:, self.item, self.head, self.step])

    @property
    def scores(self) -> Array:
        """(T_k,): q k / sqrt(d / H), before any mask."""
        q, k = (each[self.item, self.head] for each in (self.n.q, self.n.k))
        return np.array(k @ q[self.step] / math.sqrt(q.shape[-1]))

    @property
    def values(self) -> Array:
        """(T_k,): the one number of every step that is mixed."""
        return np.array(self.n.v[self.item, self.head, :, self.column])

    @property
    def delta_weights(self) -> Array:
        """(T_k,): dJ/da."""
        v = self.n.v[self.item, self.head]
        return np.array(v @ self.n.dby_head[self.item, self.head, self.step])

    @property
    def delta_scores(self) -> Array:
        """(T_k,): dJ/ds, through softmax."""
        a, delta = self.weights, self.delta_weights
        return np.array(a * (delta - float(a @ delta)))


def asking(walk: Walkthrough, view: OperationView) -> Asking | None:
    """Who asks: the step of the chosen number, in the head that adds most to it."""
    if not view.info.node_id or view.info.kind not in ("forward", "gradient", "backward"):
        return None
    layer = node_of(walk, view.info).layer
    n = walk.rehearsal.run.at[view.info.node_id]
    if not isinstance(layer, Attention) or not n.heads:
        return None
    item, width = walk.item or 0, n.out.shape[-1]
    if view.info.kind == "forward":
        step, column = divmod(view.places["out"], width)
        shares = np.abs(n.mixed[item, step] * n.W_o[:, column])
    else:
        deltas = np.abs(n.dmixed[item])
        step = int(np.argmax(deltas.max(axis=1)))
        if view.info.kind == "backward" and "h" in view.places:
            step = view.places["h"] // n.h.shape[-1]
        shares = deltas[step]
    head, column = divmod(int(np.argmax(shares)), width // layer.heads)
    return Asking(layer, n, item, step, head, column)


def attention_picture(walk: Walkthrough, view: OperationView) -> Unrolled | None:
    """A box for every step that is looked at; None where the node is no attention."""
    found = asking(walk, view)
    if found is None:
        return None
    weight = TimeRow("a", "a", "weight", ("local", "part:attention"), found.weights, "gate")
    rows: tuple[TimeRow, ...]
    if view.info.kind == "forward":
        rows = (
            TimeRow("s", "s", "score", ("local",), found.scores, "h"),
            weight,
            TimeRow("v", "v", "value", ("local",), found.values, "h"),
            TimeRow("av", "a v", "share", ("out",), found.weights * found.values, "h"),
        )
    else:
        deltas = found.delta_weights
        rows = (
            weight,
            TimeRow("da", r"\delta^a", "δ of the weight", ("upstream",), deltas, "delta"),
            TimeRow("ds", r"\delta^s", "δ of the score", ("local",), found.delta_scores, "delta"),
        )
    keys = len(found.weights)
    return Unrolled(
        cell=f"Step {found.step + 1} asks, head {found.head + 1}: how much of every step it takes",
        times=tuple(range(1, keys + 1)),
        time=int(np.argmax(found.weights)),
        rows=rows,
        overview=1 if view.info.kind == "forward" else 2,
        is_forward=view.info.kind == "forward",
        is_linked=False,
    )


def attention_lines(walk: Walkthrough, view: OperationView, style: NumberStyle) -> Lines:
    """Scores, weights and mixture with numbers, of the keys that matter most; or their deltas."""
    found = asking(walk, view)
    if found is None:
        return ()
    a = found.weights
    keys = np.sort(np.argsort(-a, kind="stable")[:MOST_KEYS])
    t = found.step + 1
    return (
        _forward(found, t, keys, style)
        if view.info.kind == "forward"
        else _backward(found, t, keys, style)
    )


def _forward(found: Asking, t: int, keys: Array, style: NumberStyle) -> Lines:
    size = found.n.q.shape[-1]
    a, s, v = found.weights, found.scores, found.values
    lines = []
    for k in keys:
        dot = float(s[k]) * math.sqrt(size)
        score = rf"\frac{{{style.latex(dot)}}}{{\sqrt{{{size}}}}} = {style.latex(float(s[k]))}"
        weight = mark("local", style.latex(float(a[k])))
        lines.append(
            (f"key {k + 1}", rf"s_{{{t},{k + 1}}} = {score}, \; a_{{{t},{k + 1}}} = {weight}")
        )
    terms = [
        rf"{mark('local', style.latex(float(a[k])))} \cdot {factor(float(v[k]), style)}"
        for k in keys
    ]
    total = mark("out", style.latex(float(a @ v)))
    column = found.head * size + found.column + 1
    text = sum_of(terms, len(a) > len(keys))
    lines.append(("mixed", rf"m_{{{t},{column}}} = \sum_k a_{{{t},k}} v_k = {text} = {total}"))
    return tuple(lines)


def _backward(found: Asking, t: int, keys: Array, style: NumberStyle) -> Lines:
    a, da, ds = found.weights, found.delta_weights, found.delta_scores
    mean = style.latex(float(a @ da))
    lines = [("mean", rf"\sum_k a_{{{t},k}} \delta^a_{{{t},k}} = {mean}")]
    for k in keys:
        inner = f"{mark('upstream', style.latex(float(da[k])))} - {factor(float(a @ da), style)}"
        text = rf"{mark('local', style.latex(float(a[k])))} \cdot ({inner})"
        value = style.latex(float(ds[k]))
        lines.append((f"key {k + 1}", rf"\delta^s_{{{t},{k + 1}}} = {text} = {value}"))
    return tuple(lines)
