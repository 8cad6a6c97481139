"""All optimisers by tag, in the order of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

from model.optimizers.adam import Adam, AdamW, Lion, NAdam
from model.optimizers.adaptive import AdaDelta, AdaGrad, RMSProp
from model.optimizers.base import Optimizer
from model.optimizers.plain import SGD, Momentum, Nesterov

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "AnyOptimizer",
    "Lion",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "switch",
]

OPTIMIZERS: dict[str, type[Optimizer]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (
        SGD,
        Momentum,
        Nesterov,
        AdaGrad,
        AdaDelta,
        RMSProp,
        Adam,
        AdamW,
        NAdam,
        Lion,
    )
}

if TYPE_CHECKING:
    AnyOptimizer = Optimizer
else:
    AnyOptimizer = Union[tuple(OPTIMIZERS.values())]  # noqa: UP007 - msgspec reads it


def switch(old: Optimizer, tag: str, **changes: Any) -> Optimizer:
    """Another optimiser with the fields both have carried over."""
    kind = OPTIMIZERS[tag]
    kept = {name: getattr(old, name) for name in old.__struct_fields__}
    return kind(**{name: kept[name] for name in kind.__struct_fields__ if name in kept} | changes)
