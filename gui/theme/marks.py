"""The small drawings a style sheet points at (arrows, ticks), as SVG in memory.

A Qt style sheet takes pictures by address only. We hand Qt a resource tree built here, in the
format that `rcc` writes (version 1), so that no file has to lie about in six shades.
"""

from __future__ import annotations

import struct
from functools import cache

from PySide6.QtCore import qRegisterResourceData

from gui.theme.themes import Theme

_STROKES = {
    "chevron-down": "M4 6l4 4 4-4",
    "chevron-up": "M4 10l4-4 4 4",
    "chevron-left": "M10 4l-4 4 4 4",
    "chevron-right": "M6 4l4 4-4 4",
    "tick": "M3.5 8.5l3 3 6-7",
    "dash": "M4 8h8",
    "float": "M6.5 4h5.5v5.5M12 4L4.5 11.5",
    "close": "M4.5 4.5l7 7M11.5 4.5l-7 7",
}
_DOT = '<circle cx="8" cy="8" r="4" fill="{color}"/>'
_LANGUAGE_C = 1  # "for every language"; 0 is never found
_COLOURS = ("text2", "text3", "text", "onaccent", "accent")


def mark_url(theme: Theme, mark: str, token: str) -> str:
    """The `url(...)` of a mark in a colour token, for use in a style sheet."""
    _register()
    return f"url(:/deltaboard/{theme.name}-{mark}-{token}.svg)"


@cache
def _register() -> tuple[bytes, bytes, bytes]:
    from gui.theme.themes import THEMES

    files: dict[str, bytes] = {}
    for theme in THEMES.values():
        for token in _COLOURS:
            color = theme.color(token).name()
            for mark in (*_STROKES, "dot"):
                files[f"{theme.name}-{mark}-{token}.svg"] = _svg(mark, color).encode()
    tree = _resource_tree("deltaboard", files)
    qRegisterResourceData(0x01, *tree)
    return tree  # kept by the cache: Qt does not copy what it is given


def _svg(mark: str, color: str) -> str:
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">'
    if mark == "dot":
        return head + _DOT.format(color=color) + "</svg>"
    return (
        f'{head}<path d="{_STROKES[mark]}" fill="none" stroke="{color}" stroke-width="1.6" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _resource_tree(folder: str, files: dict[str, bytes]) -> tuple[bytes, bytes, bytes]:
    """Tables (tree, names, data) of one folder of files, as Qt's `rcc` lays them out."""
    names = bytearray()

    def add_name(name: str) -> int:
        start = len(names)
        names.extend(struct.pack(">HI", len(name), _hash(name)) + name.encode("utf-16-be"))
        return start

    contents = bytearray()
    tree = bytearray(struct.pack(">IHII", 0, 2, 1, 1))  # the root: one child, entry 1
    tree += struct.pack(">IHII", add_name(folder), 2, len(files), 2)
    for name in sorted(files, key=_hash):  # Qt finds entries by bisection over the hashes
        tree += struct.pack(">IHHHI", add_name(name), 0, 0, _LANGUAGE_C, len(contents))
        contents += struct.pack(">I", len(files[name])) + files[name]
    return bytes(tree), bytes(names), bytes(contents)


def _hash(name: str) -> int:
    value = 0
    for letter in name:
        value = (value << 4) + ord(letter)
        value ^= (value & 0xF0000000) >> 23
        value &= 0x0FFFFFFF
    return value
