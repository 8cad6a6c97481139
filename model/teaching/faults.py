"""Find the fault: one mistake planted in a copy of the backward pass.

The design and the registry stay as they are; forward passes are right, so central differences
disagree with the planted gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Literal, NamedTuple

import numpy as np

from model.analysis.rehearsal import Rehearsal, rehearse
from model.chance import stream
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Layer, Source, Workspace, tag_of
from model.layers.activations import Activation, Linear
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.plan import Plan, PlanNode, compile_plan
from model.teaching.predicting import Verdict
from model.trainer import Trainer

FaultKind = Literal[
    "missing_transpose",
    "no_sum_at_fan_out",
    "no_activation_derivative",
    "bias_not_summed",
    "dropout_not_rescaled",
    "batch_norm_mean_forgotten",
]
Planted = Callable[[Any, Workspace], None]


class Fault(NamedTuple):
    """One mistake at one node: the answer of the game."""

    kind: FaultKind
    node_id: str

    @property
    def title(self) -> str:
        """What the student chooses from."""
        return FAULTS[self.kind].title

    @property
    def explanation(self) -> str:
        """What is wrong, and how it has to be."""
        return FAULTS[self.kind].explanation

    def judge(self, node_id: str, kind: FaultKind) -> Verdict:
        """The student's guess."""
        if node_id != self.node_id:
            hint = "The deltas above the fault are right, those below it are wrong."
            return Verdict(False, f"This node is right. {hint}")
        if kind != self.kind:
            return Verdict(False, "The right node, but another fault: compare its δ with its line.")
        return Verdict(True, f"Found. {self.explanation}")


class FaultInfo(NamedTuple):
    """title: for lists. planted: by method of the layer, what takes its place. fits: where it can
    be planted so that it may be seen."""

    title: str
    explanation: str
    planted: dict[str, Planted]
    fits: Callable[[PlanNode], bool]


def _no_transpose(self: Dense, n: Workspace) -> None:
    delta = n.delta_out.reshape(-1, self.units)
    n.delta[...] = (delta @ n.W.reshape(n.W.T.shape)).reshape(n.delta.shape)


def _first_bias(self: Dense, n: Workspace) -> None:
    Dense.gradient(self, n)
    n.db[...] = n.delta_out.reshape(-1, self.units)[0]


def _no_slope(self: Activation, n: Workspace) -> None:
    np.copyto(n.delta, n.delta_out)


def _no_rescaling(self: Dropout, n: Workspace) -> None:
    np.multiply(n.delta_out, n.mask, out=n.delta)


def _no_mean_path(self: BatchNorm, n: Workspace) -> None:
    np.multiply(n.normal, n.dgamma_, out=n.delta)
    n.delta /= -n.m
    n.delta += n.delta_out
    np.divide(n.gamma, n.std, out=n.scratch)
    n.delta *= n.scratch_


def _passes_down(node: PlanNode) -> bool:
    return node.hears_delta and any(node.carries)


FAULTS: dict[FaultKind, FaultInfo] = {
    "missing_transpose": FaultInfo(
        "W is not transposed",
        "δ goes down through Wᵀ, δ⁽ˡ⁾ = δ⁽ˡ⁺¹⁾ Wᵀ; here the numbers of W were taken row by row.",
        {"backward": _no_transpose},
        lambda node: (
            isinstance(node.layer, Dense)
            and _passes_down(node)
            and min(node.specs[0].shape[-1], node.layer.units) > 1
        ),
    ),
    "no_sum_at_fan_out": FaultInfo(
        "δ is not summed at a fan-out",
        "An output that feeds several nodes gets the sum of their δ; here one of them was left.",
        {},
        lambda node: (
            node.hears_delta and len(node.consumers) > 1 and not isinstance(node.layer, Source)
        ),
    ),
    "no_activation_derivative": FaultInfo(
        "The derivative of the activation is forgotten",
        "δ⁽ˡ⁾ = δ⁽ˡ⁺¹⁾ f′(h⁽ˡ⁾); here δ went down without the factor f′.",
        {"backward": _no_slope},
        lambda node: (
            isinstance(node.layer, Activation)
            and not isinstance(node.layer, Linear)
            and _passes_down(node)
        ),
    ),
    "bias_not_summed": FaultInfo(
        "The gradient of b is not summed over the batch",
        "∂J/∂b is the sum of δ⁽ˡ⁺¹⁾ over all items of the batch; here only the first item counted.",
        {"gradient": _first_bias},
        lambda node: (
            isinstance(node.layer, Dense)
            and node.layer.use_bias
            and node.hears_delta
            and node.learns
        ),
    ),
    "dropout_not_rescaled": FaultInfo(
        "Dropout is not rescaled on the way back",
        "What was divided by 1 − p on the way up is divided by 1 − p on the way down; here only"
        " the mask was applied.",
        {"backward": _no_rescaling},
        lambda node: (
            isinstance(node.layer, Dropout)
            and node.layer.scaling == "inverted"
            and node.layer.p > 0
            and _passes_down(node)
        ),
    ),
    "batch_norm_mean_forgotten": FaultInfo(
        "Batch norm forgets the path through the mean",
        "The mean depends on every item of the batch, so −(1/m) Σ δ⁽ˡ⁺¹⁾ belongs to the δ of each;"
        " here that term was missing.",
        {"backward": _no_mean_path},
        lambda node: isinstance(node.layer, BatchNorm) and _passes_down(node),
    ),
}
"""By kind, in the order of the list from which the student chooses."""


def places(plan: Plan) -> list[Fault]:
    """Every fault that this design has room for."""
    return [
        Fault(kind, node.node_id)
        for kind, found in FAULTS.items()
        for node in plan.nodes
        if found.fits(node)
    ]


def plant(fault: Fault, plan: Plan) -> None:
    """Put the mistake into a plan, which must be a copy: every later backward pass is wrong."""
    node = plan.by_id[fault.node_id]
    if fault.kind == "no_sum_at_fan_out":
        node.consumers = node.consumers[:1]
    else:
        node.layer = _spoiled(node.layer, FAULTS[fault.kind].planted)
    plan.forget_runs()


def _spoiled(layer: Layer, planted: dict[str, Planted]) -> Layer:
    """The same layer in a class of its own. `inspect.getsource` still finds the right lines: the
    student reads what should have been computed."""
    kind = type(layer)
    methods = {}
    for name, method in planted.items():
        copied: Planted = _copied(method)
        methods[name] = update_wrapper(copied, getattr(kind, name))
    structs: Any = type(kind)  # msgspec's metaclass, which takes the class options
    made = structs(
        kind.__name__,
        (kind,),
        {"__doc__": kind.__doc__, "__module__": kind.__module__, **methods},
        frozen=True,
        kw_only=True,
        tag=tag_of(layer),
    )
    found: Layer = made(**{name: getattr(layer, name) for name in kind.__struct_fields__})
    return found


def _copied(method: Planted) -> Planted:
    def spoiled(self: Any, n: Workspace) -> None:
        method(self, n)

    return spoiled


def faulty_plan(
    graph: NetworkGraph,
    choice: FaultKind | int,
    *,
    source: Plan | None = None,
    dtype: Any = np.float64,
) -> tuple[Plan, Fault]:
    """A plan of its own with one fault, and the answer. choice: a kind, at a place chosen by the
    design's seed, or a seed that chooses kind and place. source: whose weights are copied.

    Raises: DesignError where the design has no room for it, or cannot run.
    """
    plan = compile_plan(graph, dtype=dtype)
    if source is not None:
        plan.adopt(source)
    fault = _ranked(plan, choice)[0]
    plant(fault, plan)
    return plan, fault


def faulty_rehearsal(
    subject: Trainer | NetworkGraph, choice: FaultKind | int
) -> tuple[Rehearsal, Fault]:
    """The next step of a training on copies, with one fault that shows in it, and the answer.

    Raises: DesignError where no such fault would show, or the design cannot run.
    """
    sound = rehearse(subject, dtype=np.float64)
    sound.there_and_back()
    for fault in _ranked(sound.plan, choice):
        step = rehearse(subject, dtype=np.float64)
        plant(fault, step.plan)
        step.there_and_back()
        if _differs(sound, step):
            step.begin()
            return step, fault
    raise DesignError(
        "No fault of this kind would show in this batch.",
        hint="Take a larger batch, or another fault.",
    )


def _ranked(plan: Plan, choice: FaultKind | int) -> list[Fault]:
    """The faults that may be planted, in an order that depends on the seed alone; kinds come first,
    so that a design of many Dense layers does not hide the others."""
    found = places(plan)
    if isinstance(choice, str):
        found = [fault for fault in found if fault.kind == choice]
    if not found:
        wanted = f" “{FAULTS[choice].title}”" if isinstance(choice, str) else ""
        raise DesignError(
            f"This design has no place for the fault{wanted}.",
            hint="It needs layers that pass a δ down: Dense, activations, batch norm, inverted"
            " dropout, or an output that feeds two nodes.",
        )
    rng = stream(plan.seed if isinstance(choice, str) else choice, "find the fault")
    kinds = list(dict.fromkeys(fault.kind for fault in found))
    rank = dict(zip(kinds, rng.permutation(len(kinds)).tolist(), strict=True))
    order = rng.permutation(len(found))
    return [found[at] for at in sorted(order, key=lambda at: rank[found[at].kind])]


def _differs(sound: Rehearsal, step: Rehearsal) -> bool:
    """Some gradient, or some delta of a graph of variables, is visibly another one."""
    pairs = [(sound.plan.grads, step.plan.grads)]
    for key, n in sound.run.at.items():
        pairs += [
            (one, other)
            for one, other in zip(n.deltas, step.run.at[key].deltas, strict=True)
            if one is not None and other is not None
        ]
    return any(not np.allclose(one, other, rtol=1e-4, atol=1e-12) for one, other in pairs)
