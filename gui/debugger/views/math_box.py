"""Boxes of ink with a baseline, and how they stand in rows and lines. Lengths in em."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

THIN, MEDIUM, THICK = 3 / 18, 4 / 18, 5 / 18
Terms = tuple[str, ...]


class Ink(NamedTuple):
    """An outline at a place. terms: of the innermost mark around it."""

    path: QPainterPath
    x: float
    y: float
    scale: float
    stretch: float
    terms: Terms


class Mark(NamedTuple):
    """The room of a marked part."""

    terms: Terms
    rect: QRectF


@dataclass
class Box:
    """Ink above and below a baseline (y = 0), from x = 0 to `width`."""

    width: float = 0.0
    up: float = 0.0
    down: float = 0.0
    inks: list[Ink] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    kind: str = "ord"
    is_marked: bool = False
    can_break: bool = False
    """A line may be cut before it."""

    def put(self, other: Box, x: float, y: float) -> None:
        """Another box into this one."""
        self.inks += [ink._replace(x=ink.x + x, y=ink.y + y) for ink in other.inks]
        self.marks += [Mark(terms, rect.translated(x, y)) for terms, rect in other.marks]
        self.up, self.down = max(self.up, other.up - y), max(self.down, other.down + y)
        self.width = max(self.width, x + other.width)

    def rule(self, rect: QRectF) -> None:
        path = QPainterPath()
        path.addRect(rect)
        self.inks.append(Ink(path, 0, 0, 1, 1, ()))
        self.up, self.down = max(self.up, -rect.top()), max(self.down, rect.bottom())
        self.width = max(self.width, rect.right())


Piece = tuple[float, Box]
"""Space before a box, and the box."""


def lines(pieces: list[Piece], width: float) -> list[list[Piece]]:
    """Cut before signs of the outermost level."""
    lines: list[list[Piece]] = [[]]
    used = 0.0
    k = 0
    while k < len(pieces):
        end = k + 1
        while end < len(pieces) and not pieces[end][1].can_break:
            end += 1
        run = pieces[k:end]
        needed = sum(space + box.width for space, box in run)
        if lines[-1] and used + needed > width:
            lines.append([])
            run = [(0.0, run[0][1]), *run[1:]]
            used = 1.0
        lines[-1] += run
        used += needed
        k = end
    return lines


def stacked(lines: list[list[Piece]]) -> Box:
    found = Box()
    y = 0.0
    for number, line in enumerate(lines):
        box = row(line)
        y += (found.down - y + 0.35 + box.up) if number else 0.0
        found.put(box, 1.0 if number else 0.0, y)
    return found


def row(pieces: Iterable[Piece]) -> Box:
    found = Box()
    x = 0.0
    for space, box in pieces:
        x += space
        found.put(box, x, 0.0)
        x += box.width
    found.width = x
    return found


def spaced(boxes: list[Box], level: int) -> list[Piece]:
    """With the room that TeX leaves between kinds of symbols."""
    found: list[Piece] = []
    before, is_marked_before = "", False
    for box in boxes:
        kind = box.kind
        if kind == "bin" and before in ("", "rel", "bin", "open", "punct", "op"):
            kind = box.kind = "ord"  # a sign
        space = 0.0
        pair = {before, kind}
        if before and kind != "space" and before != "space":
            if level == 0 and "rel" in pair and pair != {"rel"}:
                space = THICK
            elif level == 0 and "bin" in pair:
                space = MEDIUM
            elif box.is_marked and is_marked_before:
                space = THIN
            elif before == "punct" or ("op" in pair and not pair & {"open", "close"}):
                space = THIN if level == 0 else 0.0
        found.append((space, box))
        before, is_marked_before = kind, box.is_marked
    return found
