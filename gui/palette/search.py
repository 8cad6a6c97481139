"""Finding a layer by what people call it: title, tag, family, help line or another name. No Qt."""

from __future__ import annotations

import inspect
import re

from gui.palette import synonyms
from model.blocks import BLOCKS
from model.layer import CATEGORIES, Layer, help_line, registry, tag_of

_LEAST_INSIDE = 3
"""Letters from which a word is also found inside of a title: `l1` is no part of `pool 1D`."""


def find_layers(query: str) -> list[str]:
    """Tags of the layers that fit every word of `query`, the best first; "" gives all.

    A title that begins with the query comes first, then a word of the title, the title, the tag and
    the other names (those that stand first in their list first), the family, and last the help
    line; ties in the order of the palette.
    """
    words = _plain(query).split()
    found = []
    for index, (tag, kind) in enumerate(registry().items()):
        ranks = [_rank(word, tag, kind) for word in words]
        if all(rank is not None for rank in ranks):
            found.append((sum(rank for rank in ranks if rank is not None), index, tag))
    return [tag for _rank_sum, _index, tag in sorted(found)]


def find_blocks(query: str) -> list[str]:
    """Keys of the blocks that fit every word of `query`, in their order; "" gives all."""
    words = _plain(query).split()
    found = []
    for key, block in BLOCKS.items():
        names = f"{block.title} {block.description} {synonyms.BLOCKS.get(key, '')}"
        known = _plain(names).split()
        if all(any(name.startswith(word) for name in known) for word in words):
            found.append(key)
    return found


def _plain(text: str) -> str:
    return text.lower().replace("_", " ").replace("-", " ").strip()


def _rank(word: str, tag: str, kind: type[Layer]) -> float | None:
    title = _plain(kind.title)
    glued = title.replace(" ", "")
    if title.startswith(word):
        return 0
    if any(part.startswith(word) for part in title.split()):
        return 1
    if glued.startswith(word) or _plain(tag).startswith(word):
        return 2
    if word == _plain(CATEGORIES.get(kind.category, "")):
        return 2.5
    names = _plain(synonyms.LAYERS.get(tag, "")).split()
    if word in names:
        return 3 + names.index(word) / 100
    if len(word) >= _LEAST_INSIDE and (word in glued or word in _plain(tag)):
        return 3.5
    if any(name.startswith(word) for name in names):
        return 4
    if word in _plain(CATEGORIES.get(kind.category, "")):
        return 5
    return 6 if word in _plain(help_line(kind)) else None


def layers_by_category() -> dict[str, list[type[Layer]]]:
    """The layers of each category that has any, in the order of the palette."""
    found: dict[str, list[type[Layer]]] = {}
    for category in CATEGORIES:
        members = [kind for kind in registry().values() if kind.category == category]
        if members:
            found[category] = members
    return found


def shapes_line(kind: type[Layer]) -> str:
    """What goes in and out, from the docstring: `(B, n_in) → (B, units)`; "" where it is silent."""
    for base in kind.__mro__:
        match = re.search(r"Shapes:\s*(.*?)(?:\.\s|\.$|;\s|\Z)", inspect.getdoc(base) or "", re.S)
        if base is Layer:
            break
        if match and "Shapes:" in (base.__doc__ or ""):
            return " ".join(match.group(1).split()).replace("->", "→")
    return _ports_line(kind)


def _ports_line(kind: type[Layer]) -> str:
    """Names of the ports of a layer that says nothing of shapes, such as a data set."""
    if kind.inputs or not kind.outputs:
        return ""
    return "gives " + ", ".join(f"{port.name}: {port.description.lower()}" for port in kind.outputs)


def documentation(kind: type[Layer]) -> str:
    """The whole docstring of a layer, for its help."""
    return inspect.getdoc(kind) or tag_of(kind)
