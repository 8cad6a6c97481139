"""What the palette offers: every layer, and behind it its ready-made choices of fields. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gui.palette import synonyms
from model.layer import CATEGORIES, Layer, help_line, registry

PRESET = ":"
"""Stands between the tag of a layer and the title of a ready-made choice: `function:log`."""


@dataclass(frozen=True)
class Entry:
    """A row of the palette. key: the tag of a layer, or of a ready-made choice. names: what else
    people call it."""

    key: str
    title: str
    icon: str
    category: str
    help: str
    names: str
    layer: Layer


@cache
def entries() -> dict[str, Entry]:
    """By key, in the order of the palette."""
    found: dict[str, Entry] = {}
    for tag, kind in registry().items():
        names = synonyms.LAYERS.get(tag, "")
        line = help_line(kind)
        found[tag] = Entry(tag, kind.title, kind.icon, kind.category, line, names, kind())
        for preset in kind.presets():
            key = f"{tag}{PRESET}{preset.title}"
            names = synonyms.PRESETS.get(key, "")
            found[key] = Entry(
                key, preset.title, preset.icon, kind.category, preset.help, names, preset.layer
            )
    return found


def is_entry(key: str) -> bool:
    """Whether the palette offers this."""
    return key in entries()


def entry_of(key: str) -> Entry:
    """Raises: KeyError."""
    return entries()[key]


def entries_by_category() -> dict[str, list[Entry]]:
    """The entries of each category that has any, in the order of the palette."""
    found: dict[str, list[Entry]] = {}
    for category in CATEGORIES:
        members = [entry for entry in entries().values() if entry.category == category]
        if members:
            found[category] = members
    return found
