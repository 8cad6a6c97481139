"""Which name in the engine's lines is which term of the operation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.layer import Array, Workspace
from model.layers.scalar import Function
from model.teaching.describing import node_of
from model.teaching.operation_view import OperationView
from model.teaching.operations import Kind
from model.teaching.sources import SourceLine, Terms, source_lines
from model.teaching.unrolled import backward_lines, forward_lines
from model.teaching.walkthrough import Walkthrough

_OF_UPDATE: dict[str, Terms] = {
    "theta": ("part:theta", "part:new"),
    "grads": ("part:gradient",),
    "self.lr": ("part:rho",),
    "velocity": ("part:velocity",),
    "total": ("part:mean",),
    "mean": ("part:mean",),
    "squares": ("part:square",),
    "square": ("part:square",),
}
"""The names that the optimisers use."""
_OF_KIND: dict[Kind, dict[str, Terms]] = {
    "update": _OF_UPDATE,
    "tie": {"total": ("part:summed gradient",), "part": ("part:tied gradient",)},
    "penalty": {
        "weights": ("part:theta",),
        "grads": ("part:penalised", "part:data gradient"),
        "scratch": ("part:penalty",),
        "l1": ("part:lambda1",),
        "l2": ("part:lambda2",),
    },
    "clip": {
        "grads": ("part:clipped gradient", "part:gradient"),
        "value": ("part:limit of a number",),
        "norm": ("part:limit of the length",),
        "length": ("part:length",),
    },
    "limit": {
        "weights": ("part:limited", "part:theta"),
        "norms": ("part:unit factor", "part:unit length"),
        "l1": ("part:lambda1",),
        "rho": ("part:rho",),
        "self._max_norm": ("part:max norm",),
    },
}


def lines(walk: Walkthrough, view: OperationView, ran: frozenset[int]) -> tuple[SourceLine, ...]:
    """The lines of the operation; those of a typed formula before those that run it."""
    found = source_lines(view.source, ran, _names(walk, view))
    if view.info.kind not in ("forward", "backward"):
        return found
    layer = node_of(walk, view.info).layer
    if not isinstance(layer, Function):
        return found
    inputs = tuple(view.inputs if view.info.kind == "forward" else view.downstream)
    unrolled = forward_lines if view.info.kind == "forward" else backward_lines
    return (*unrolled(layer.formula, inputs), SourceLine("", False), *found)


def _names(walk: Walkthrough, view: OperationView) -> Mapping[str, Terms]:
    if view.info.phase == "update" or view.info.kind == "tie":
        return _OF_KIND.get(view.info.kind, {})
    n = walk.rehearsal.run.at[view.info.node_id]
    known = _results(walk, view, n) + _reads(view, n)
    found: dict[str, Terms] = {}
    for name, held in vars(n).items():
        if isinstance(held, np.ndarray):
            terms = next((terms for array, terms in known if _is_same(held, array)), ())
            if terms:
                found[f"n.{name}"] = terms
    lists: dict[str, Terms] = {
        "hs": ("input",),
        "deltas": ("downstream",),
        "arriving": ("arriving",),
    }
    if view.info.kind != "forward":
        lists["hs"] = ("local", "input")
        found["delta_out"] = ("upstream",)  # as some layers call their own copy
    found |= {f"n.{name}": terms for name, terms in lists.items()}
    if isinstance(node_of(walk, view.info).layer, Function) and view.info.kind == "backward":
        found |= {"passed": ("downstream",), "delta": ("downstream",)}
    return found


_Known = list[tuple[Array, Terms]]


def _results(walk: Walkthrough, view: OperationView, n: Workspace) -> _Known:
    """What the operation fills, and the delta that arrives."""
    if view.info.kind == "forward":
        return [(n.out, ("out",))] if n.out is not None else []
    found: _Known = [(n.delta_out, ("upstream",))] if n.delta_out is not None else []
    if view.info.kind == "gradient":
        names = node_of(walk, view.info).parameters
        found += [(getattr(n, f"d{name}"), (f"gradient:{name}",)) for name in names]
    if view.info.kind == "backward":
        passed = [delta for delta in n.deltas if delta is not None]
        found += [
            (delta, ("downstream", f"downstream:{port}"))
            for port, delta in zip(view.downstream, passed, strict=True)
        ]
    return found


def _reads(view: OperationView, n: Workspace) -> _Known:
    """What it looks at, which in the backward pass makes up the local derivative."""
    front: Terms = () if view.info.kind == "forward" else ("local",)
    found: _Known = []
    inputs = dict(zip(view.inputs, n.hs, strict=True)) if view.inputs else {}
    for read in view.reads:
        array = inputs.get(read.name, getattr(n, read.name, None))
        if not isinstance(array, np.ndarray) or read.origin == "delta":
            continue
        own: dict[str, Terms] = {
            "input": (f"input:{read.name}",),
            "parameter": (f"parameter:{read.name}",),
            "output": ("out",),
        }
        gradient = read.name.removeprefix("d")
        if gradient in view.gradients:
            own["stored"] = (f"gradient:{gradient}",)
        terms = (*front, *own.get(read.origin, ()))
        if terms:
            found.append((array, terms))
    return found


def _is_same(left: Array, right: Array) -> bool:
    return left.size == right.size and np.may_share_memory(left, right)
