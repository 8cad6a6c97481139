"""What stands on the active card: tiles with signs between them, and a few sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gui.debugger.number_text import NumberStyle
from model.graph import Node
from model.layer import Array
from model.teaching.equation import Look


@dataclass(frozen=True)
class Tile:
    """symbol: LaTeX. terms: that light it. values: None while they are not worked out. words: stand
    in the place of numbers, formula: LaTeX in their place. chooses, start: as in `Part`."""

    symbol: str
    caption: str
    terms: tuple[str, ...]
    values: Array | None = None
    look: Look = "delta"
    lit: tuple[int, ...] = ()
    chooses: str = ""
    words: str = ""
    formula: str = ""
    start: int = 0


@dataclass(frozen=True)
class TileLine:
    """signs stand between the tiles. below: the l of h^(l). written: the sum behind the chosen
    number, at full length and shorter; none where there is no sum."""

    tiles: tuple[Tile, ...]
    signs: tuple[str, ...]
    below: int = 0
    written: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepContent:
    """token: colour of the phase. here: the l+1 of the formulas. hidden: lines that had no room.
    slope: LaTeX, how the local derivative comes about, "" where there is nothing to say."""

    title: str
    headline: str
    token: str
    here: int = 0
    lines: tuple[TileLine, ...] = ()
    hidden: int = 0
    notes: tuple[str, ...] = ()
    slope: str = ""

    def said(self, style: NumberStyle) -> str:
        """In words, for people who listen."""
        parts = [f"{self.title}: {self.headline}."]
        for line in self.lines:
            said = [_said(tile, style) for tile in line.tiles]
            signs = ("", *line.signs)
            parts.append(" ".join(f"{s} {t}".strip() for s, t in zip(signs, said, strict=True)))
        return " ".join((*parts, *self.notes))


def _said(tile: Tile, style: NumberStyle) -> str:
    if tile.words or tile.values is None:
        return f"{tile.caption} {tile.words}".strip()
    if tile.values.size == 1:
        return f"{tile.caption} {style.text(float(tile.values.reshape(-1)[0]))}"
    return f"{tile.caption} ({' × '.join(map(str, tile.values.shape))} numbers)"


@dataclass(frozen=True)
class Design:
    """What of the design the content needs. indices: by node, the l of its output h^(l). titles:
    by node, told apart."""

    nodes: Mapping[str, Node]
    indices: Mapping[str, int]
    titles: Mapping[str, str]


def index_words(place: int, shape: tuple[int, ...]) -> str:
    """`3,5`: places are counted from 1, as in formulas."""
    if place >= math.prod(shape):
        return ""
    found = np.unravel_index(place, shape) if shape else ()
    return ",".join(str(int(k) + 1) for k in found)


def place_words(place: int, shape: tuple[int, ...]) -> str:
    """`₃,₅`, behind a letter."""
    return index_words(place, shape).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
