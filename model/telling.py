"""What an edit has restarted, in words: only what is true, and nothing where nothing was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from model.graph import NetworkGraph
from model.layers.scalar import Variable
from model.plan import Plan


def about_nodes(
    old: NetworkGraph,
    new: NetworkGraph,
    before: Plan,
    after: Plan,
    fresh: Sequence[str],
    given: Sequence[str],
) -> str:
    """Which nodes lost their numbers, took typed ones, or left; "" where none did.

    fresh: nodes whose parameters are not those of a node of `before`; given: nodes whose typed
    weights have replaced other numbers. A Variable has no first values but its typed one. Where a
    layer was taken apart or put together, the numbers of what has gone are those of what has come:
    then only the optimiser's memory of them starts anew.
    """
    typed = [key for key in fresh if key in given or isinstance(after.by_id[key].layer, Variable)]
    anew = [key for key in fresh if key not in typed]
    gone = [k for k in before.by_id if k not in after.by_id and before.by_id[k].learns]
    has_moved = bool(gone) and _numbers(before, gone) <= _numbers(after, typed)
    if has_moved:
        taking = [key for key in given if key not in typed]
    else:
        taking = [key for key in (*given, *typed) if key in given or key in old]
    left = [] if has_moved else gone
    others = {key for key, node in after.by_id.items() if node.parameters} - {*fresh, *given}
    parts = (
        _sentence(new, anew, "starts with new parameters", "start with new parameters"),
        _sentence(old, left, "left the network", "left the network"),
        "All other weights were kept." if (anew or left) and others else "",
        _sentence(new, dict.fromkeys(taking), "takes the given weights", "take the given weights"),
        _about_memory(new) if has_moved else "",
    )
    return " ".join(filter(None, parts))


def about_optimizer(old: NetworkGraph, new: NetworkGraph) -> str:
    """What another optimiser means; "" where it is the same one."""
    after = new.training.optimizer
    if type(after) is type(old.training.optimizer):
        return ""
    if not after.slots:
        return f"Now trained with {after.title}; the weights stay."
    return f"{after.title} starts with an empty memory; the weights stay."


def _about_memory(graph: NetworkGraph) -> str:
    optimizer = graph.training.optimizer
    if not optimizer.slots:
        return ""
    return f"The numbers stay the same; {optimizer.title} starts with an empty memory of them."


def _sentence(graph: NetworkGraph, keys: Iterable[str], one: str, several: str) -> str:
    names = [graph.title_of(key) for key in keys]
    return f"{', '.join(names)} {one if len(names) == 1 else several}." if names else ""


def _numbers(plan: Plan, keys: Sequence[str]) -> Counter[float]:
    """How often each number is among the parameters of some nodes."""
    found: Counter[float] = Counter()
    for key in keys:
        for name in plan.by_id[key].parameters:
            found.update(plan.parameter(key, name).ravel().tolist())
    return found
