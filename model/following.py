"""What an edit of the design means for a running training: what is kept, what starts anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.feeding import Feeding, prepare
from model.graph import NetworkGraph
from model.layer import Layer, Parameter, Shape, Source
from model.layers.scalar import Function, Variable
from model.plan import Plan, compile_plan
from model.room import check_room
from model.shapes import infer
from model.telling import about_nodes, about_optimizer


@dataclass(frozen=True)
class Edited:
    """is_anew: the training must start again. plan, feeding: new ones where they are needed; kept:
    (new, old) places in theta whose memory goes on. sentence: what was restarted, "" for nothing.
    is_outdated: the numbers of the last step are no longer those of the graph that is drawn.
    """

    sentence: str = ""
    is_anew: bool = False
    is_outdated: bool = False
    plan: Plan | None = None
    feeding: Feeding | None = None
    kept: list[tuple[slice, slice]] = field(default_factory=list)


def follow(
    old: NetworkGraph, new: NetworkGraph, plan: Plan, feeding: Feeding, dtype: Any
) -> Edited:
    """How to go on with `new`. Fields that keep all shapes are put into `plan` at once; nothing
    is changed where this raises DesignError or DataError."""
    if _has_new_draws(old, new):
        return Edited("Seed or split have changed: training starts anew.", is_anew=True)
    if not _is_structural(old, new):
        is_outdated = False
        for key in plan.by_id:
            if new.node(key).layer != plan.by_id[key].layer:
                is_outdated |= isinstance(new.node(key).layer, (Variable, Function))
                plan.swap_layer(key, new.node(key).layer)
            plan.by_id[key].l1, plan.by_id[key].l2 = new.node(key).l1, new.node(key).l2
        return Edited(about_optimizer(old, new), is_outdated=is_outdated)
    found = infer(new)
    check_room(new, found, dtype)
    changed = compile_plan(new, found, dtype=dtype)
    prepared = _prepared(new, changed, feeding, dtype)
    fresh, kept = changed.adopt(plan)
    given = _give(old, new, changed, fresh)
    said = [
        about_nodes(old, new, plan, changed, fresh, given),
        "" if prepared is None else _NEW_DATA,
        about_optimizer(old, new),
    ]
    return Edited(" ".join(filter(None, said)), plan=changed, feeding=prepared, kept=kept)


_NEW_DATA = "The data were loaded, split and scaled anew; the epoch starts again."


def _has_new_draws(old: NetworkGraph, new: NetworkGraph) -> bool:
    """Items would move between the parts, or every stream would start elsewhere."""
    names = ("seed", "validation_share", "test_share")
    return any(getattr(new.training, name) != getattr(old.training, name) for name in names)


def _is_structural(old: NetworkGraph, new: NetworkGraph) -> bool:
    """Wires, nodes, shapes, typed weights or what is frozen differ; fields such as p do not
    count."""
    if new.wires() != old.wires() or list(new) != list(old):
        return True
    if any(_is_rebuilt(new.node(key).layer, old.node(key).layer) for key in new):
        return True
    if any(
        (new.node(key).is_frozen, new.node(key).weights)
        != (old.node(key).is_frozen, old.node(key).weights)
        for key in new
    ):
        return True
    after, before = infer(new), infer(old)
    if (after.outputs, after.order) != (before.outputs, before.order):
        return True
    return {key: _kinds(found) for key, found in after.parameters.items()} != {
        key: _kinds(found) for key, found in before.parameters.items()
    }


def _is_rebuilt(new: Layer, old: Layer) -> bool:
    """Another kind of layer, or other data: more than a field to read in the next step."""
    if type(new) is not type(old) or (isinstance(new, Source) and new != old):
        return True
    return any(getattr(new, name) != getattr(old, name) for name in new.bound)


def _kinds(parameters: dict[str, Parameter]) -> dict[str, tuple[Shape, str]]:
    return {name: (found.shape, found.tied_to) for name, found in parameters.items()}


def _prepared(graph: NetworkGraph, plan: Plan, feeding: Feeding, dtype: Any) -> Feeding | None:
    """The data prepared anew where a data node has changed."""
    sources = {
        key: node.layer for key, node in plan.by_id.items() if isinstance(node.layer, Source)
    }
    if sources == {key: source.layer for key, source in feeding.sources.items()}:
        return None
    return prepare(graph, tuple(plan.by_id), dtype)


def _give(old: NetworkGraph, new: NetworkGraph, plan: Plan, fresh: list[str]) -> list[str]:
    """Nodes whose typed weights have changed take them now; those whose numbers are others then."""
    changed = []
    for key, node in plan.by_id.items():
        if not node.given or (key in old and old.node(key).weights == new.node(key).weights):
            continue
        before = {name: plan.parameter(key, name).copy() for name in node.given}
        plan.give(key)
        is_same = all(np.array_equal(plan.parameter(key, name), before[name]) for name in before)
        if key in fresh or not is_same:
            changed.append(key)
    return changed
