"""All layers, one family a file; a class with a title in any of them is in the palette."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from model.layer import CATEGORIES, Layer, tag_of

FIRST = (
    "source",
    "dense",
    "reshape",
    "activations",
    "rectifiers",
    "dropout",
    "batch_norm",
    "embedding",
    "positions",
    "recurrent",
    "gru",
    "lstm",
    "attention",
)
"""Families that stand first in their category of the palette; the others follow by file name."""


def _families() -> list[str]:
    found = sorted(module.name for module in iter_modules(__path__))
    return [*FIRST, *(name for name in found if name not in FIRST)]


def _collect() -> dict[str, type[Layer]]:
    kinds: list[type[Layer]] = []
    for name in _families():
        module = import_module(f"{__name__}.{name}")
        kinds += [
            kind
            for kind in vars(module).values()
            if isinstance(kind, type)
            and issubclass(kind, Layer)
            and kind.__module__ == module.__name__
            and kind.title
        ]
    order = list(CATEGORIES)
    kinds.sort(key=lambda kind: order.index(kind.category))
    return {tag_of(kind): kind for kind in kinds}


LAYERS: dict[str, type[Layer]] = _collect()
"""By tag, in the order of the palette."""
