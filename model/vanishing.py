"""What the weights that are exactly 0 take out of a network: neurons, inputs, whole wires."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.design import Wire
from model.layers.dense import Dense
from model.layers.scalar import Variable
from model.plan import Plan, PlanNode

Mask = NDArray[np.bool_]


class Silence(NamedTuple):
    """Of the neurons of a node's output, (n,) each, None where nobody is silent.

    unfed: all weights into it are exactly 0, so that it says its bias, whatever comes.
    unheard: all weights out of it are exactly 0, so that nobody hears what it says.
    """

    unfed: Mask | None = None
    unheard: Mask | None = None


@dataclass(frozen=True)
class Vanished:
    """silent: by node. wires: those on which nothing passes, as all their weights are exactly 0."""

    silent: dict[str, Silence] = field(default_factory=dict)
    wires: frozenset[Wire] = frozenset()


def vanished(plan: Plan) -> Vanished:
    """Of the present parameters. Weights are those of Dense layers, and trained numbers that count
    as weights in the penalty: the weights of an unfolded layer."""
    if not any(_zeros(plan, node) for node in plan.nodes):
        return Vanished()
    heard: dict[str, list[Mask | None]] = {}
    unfed: dict[str, Mask] = {}
    wires: set[Wire] = set()
    for node in plan.nodes:
        masks: Mask | None = None
        if isinstance(node.layer, Dense):
            some = plan.parameter(node.node_id, "W") != 0
            into, out = ~some.any(axis=0), ~some.any(axis=1)
            masks = out
            if into.any():
                unfed[node.node_id] = into
            if into.all():
                wires.update(node.wires)
        for wire in node.wires:
            if wire.target_port != "target":
                heard.setdefault(wire.source, []).append(masks)
                if _is_zero_weight(plan, wire.source):
                    wires.add(wire)
    silent = {key: Silence(mask) for key, mask in unfed.items()}
    for key, found in heard.items():
        deaf = _by_all(found)
        if deaf is not None and deaf.any():
            silent[key] = Silence(unfed.get(key), deaf)
    return Vanished(silent, frozenset(wires))


def _zeros(plan: Plan, node: PlanNode) -> bool:
    """Whether any of its weights is exactly 0."""
    if isinstance(node.layer, Dense):
        weights = plan.parameter(node.node_id, "W")
        return bool(np.count_nonzero(weights) < weights.size)
    return _is_zero_weight(plan, node.node_id)


def _is_zero_weight(plan: Plan, key: str) -> bool:
    layer = plan.by_id[key].layer if key in plan.by_id else None
    if not isinstance(layer, Variable) or not (layer.is_trainable and layer.is_penalised):
        return False
    return not np.any(plan.parameter(key, "theta"))


def _by_all(masks: list[Mask | None]) -> Mask | None:
    """What no listener hears; None where one listens to everything."""
    known = [mask for mask in masks if mask is not None]
    if len(known) < len(masks) or len({mask.shape for mask in known}) > 1:
        return None
    return np.asarray(np.logical_and.reduce(known))
