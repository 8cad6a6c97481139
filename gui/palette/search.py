"""Finding a layer by what people call it: title, tag, family, help line or another name. No Qt."""

from __future__ import annotations

import inspect
import re

from gui.palette import synonyms
from gui.palette.entries import PRESET, Entry, entries
from model.blocks import BLOCKS
from model.layer import CATEGORIES, Layer, tag_of

_LEAST_INSIDE = 3
"""Letters from which a word is also found inside of a title: `l1` is no part of `pool 1D`."""
_SIGNS = {"-": "−", "*": "×", "·": "×", "/": "÷", "^": "power", "**": "power"}
"""How the titles of the palette write what a keyboard has."""
_PRESET_RANK = 0.05


def find_layers(query: str) -> list[str]:
    """Keys of the entries that fit every word of `query`, the best first; "" gives all.

    A title that is the query comes first, then one that begins with it, then a word of the title,
    the title, the tag and the other names (those that stand first in their list first), the family,
    and last the help line; ties in the order of the palette, layers before ready-made choices.
    """
    words = _plain(_SIGNS.get(query.strip(), query)).split()
    found = []
    for index, (key, entry) in enumerate(entries().items()):
        ranks = [_rank(word, entry) for word in words]
        if all(rank is not None for rank in ranks):
            is_it = len(words) == 1 and _plain(entry.title) == words[0]
            total = sum(rank for rank in ranks if rank is not None)
            total += _PRESET_RANK if PRESET in key and not is_it else 0.0
            found.append((total - is_it, index, key))
    return [key for _rank_sum, _index, key in sorted(found)]


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


def _rank(word: str, entry: Entry) -> float | None:
    title, tag = _plain(entry.title), _plain(entry.key)
    glued = title.replace(" ", "")
    if title.startswith(word):
        return 0
    if any(part.startswith(word) for part in title.split()):
        return 1
    if glued.startswith(word) or tag.startswith(word):
        return 2
    category = _plain(CATEGORIES.get(entry.category, ""))
    if word == category:
        return 2.5
    names = _plain(entry.names).split()
    if word in names:
        return 3 + names.index(word) / 100
    if len(word) >= _LEAST_INSIDE and (word in glued or word in tag):
        return 3.5
    if any(name.startswith(word) for name in names):
        return 4
    if word in category:
        return 5
    return 6 if word in _plain(entry.help) else None


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
