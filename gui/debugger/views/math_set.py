r"""Formulas laid out as boxes, in em: fast enough for numbers that change with every operation.

The LaTeX is what the program writes itself (`model.teaching.latex_atoms`): letters, indices,
fractions, roots, sums, brackets, and marks of terms. Distances follow TeX (Knuth 1986, appendix G)
in a plain form. A layout knows no colour and no size; it is made once for a text and kept.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from gui.debugger.views.math_box import (
    MEDIUM,
    THICK,
    THIN,
    Box,
    Ink,
    Mark,
    lines,
    row,
    spaced,
    stacked,
)
from gui.debugger.views.math_font import glyph, symbol
from model.teaching.latex_atoms import GROUP, MARK, Atom, Atoms, letters, read
from model.teaching.terms import terms_of

SIZES = (1.0, 0.72, 0.55)
AXIS = 0.26
"""Height of minus signs and fraction bars above the baseline."""
RULE = 0.055
_RELATIONS = set("=<>≤≥≠←→∈∼:")
_BINARY = set("+−⋅±×⊙∗")
_OPENING, _CLOSING = set("([{⌊"), set(")]}⌋")
_FUNCTIONS = {"log", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "max", "min", "arg"}
_SPACES = {"\\,": THIN, "\\;": THICK, "\\:": MEDIUM, "\\!": -THIN, "\\quad": 1.0, "\\ ": 0.25}


class UnknownLatexError(ValueError):
    """The text is no LaTeX that can be laid out here."""


@lru_cache(maxsize=1024)
def layout(tex: str, width: float = 1e9) -> Box:
    """The formula, broken into lines where it is wider than `width` em.

    Raises: UnknownLatexError.
    """
    try:
        atoms = read(tex)
    except (ValueError, IndexError) as fault:
        raise UnknownLatexError(str(fault)) from None
    pieces = spaced(_boxes(atoms, 0), 0)
    return stacked(lines(pieces, width))


def _set(atoms: Atoms, level: int) -> Box:
    boxes = _boxes(atoms, level)
    found = row(spaced(boxes, level))
    if len(boxes) == 1:
        found.kind = boxes[0].kind
    return found


def _boxes(atoms: Atoms, level: int) -> list[Box]:
    """Brackets are made as high as what stands between them."""
    found: list[Box] = []
    opened: list[int] = []
    for atom in atoms:
        plain = atom.base.removeprefix("\\left").removeprefix("\\right").strip()
        box = _atom(atom, level)
        if box.kind == "open":
            opened.append(len(found))
        elif box.kind == "close" and opened:
            start = opened.pop()
            inner = found[start + 1 :]
            up = max((each.up for each in inner), default=0.0)
            down = max((each.down for each in inner), default=0.0)
            found[start] = _fitted(found[start], up, down)
            closing = _atom(Atom(plain), level)
            fitted = _fitted(closing, up, down)
            fitted.kind = "close"
            box = _with_scripts(fitted, atom, level) if atom.below or atom.above else fitted
        found.append(box)
    return found


def _fitted(bracket: Box, up: float, down: float) -> Box:
    """Stretched around the axis where the inside is higher than the bracket."""
    needed = max(up - AXIS, down + AXIS) + 0.02
    own = max(bracket.up - AXIS, bracket.down + AXIS)
    if needed <= own * 1.4 or len(bracket.inks) != 1:
        return bracket
    ink = bracket.inks[0]
    stretch = needed / own
    y = -AXIS + (ink.y + AXIS) * stretch
    tall = ink._replace(stretch=ink.stretch * stretch, y=y)
    return Box(bracket.width, AXIS + needed, needed - AXIS, [tall], [], bracket.kind)


# atoms


def _atom(atom: Atom, level: int) -> Box:
    plain = Atom(atom.base, atom.arguments, primes=atom.primes)
    box = _nucleus(plain, level)
    if atom.primes:
        prime = _letter("′", level)
        marked = Box(kind=box.kind)
        marked.put(box, 0, 0)
        for k in range(atom.primes):
            marked.put(prime, box.width + k * prime.width, -0.02)
        box = marked
    if not atom.below and not atom.above:
        return box
    if atom.base in ("\\sum", "\\prod") and level == 0:
        return _with_limits(box, atom, level)
    return _with_scripts(box, atom, level)


def _nucleus(atom: Atom, level: int) -> Box:
    base = atom.base
    if base.startswith(MARK):
        return _marked(atom, level)
    if base == GROUP:
        box = _set(atom.arguments[0], level)
        return box if len(atom.arguments[0]) == 1 else _of_kind(box, "ord")
    if base == "\\frac":
        return _fraction(atom, level)
    if base == "\\sqrt":
        return _root(atom, level)
    if base in ("\\hat", "\\bar"):
        return _accent(atom, level)
    if base in ("\\mathrm", "\\text", "\\operatorname", "\\mathbf"):
        kind = "op" if base == "\\operatorname" else "ord"
        return _upright(atom.arguments[0], level, kind)
    if base in _SPACES:
        return Box(width=_SPACES[base] * SIZES[level], kind="space")
    if base.startswith(("\\left", "\\right")) and base not in ("\\leftarrow", "\\rightarrow"):
        return _delimiter(base, level)
    if base.removeprefix("\\") in _FUNCTIONS:
        return _of_kind(_word(base.removeprefix("\\"), level), "op")
    letter = symbol(base)
    if letter is None:
        raise UnknownLatexError(base)
    return _word(letter, level) if len(letter) > 1 else _letter(letter, level)


def _delimiter(base: str, level: int) -> Box:
    is_left = base.startswith("\\left")
    sign = base.removeprefix("\\left").removeprefix("\\right").strip()
    if sign == ".":
        return Box(kind="open" if is_left else "close")
    box = _letter(symbol(sign) or sign, level)
    return _of_kind(box, "open" if is_left else "close")


def _of_kind(box: Box, kind: str) -> Box:
    box.kind = kind
    return box


def _kind_of(letter: str) -> str:
    if letter in _RELATIONS:
        return "rel"
    if letter in _BINARY:
        return "bin"
    if letter in _OPENING:
        return "open"
    if letter in _CLOSING:
        return "close"
    if letter in ",;":
        return "punct"
    return "op" if letter in "∑∏" else "ord"


def _letter(letter: str, level: int) -> Box:
    size = SIZES[level]
    if letter in "∑∏" and level == 0:
        size *= 1.35
    if not letter:
        return Box()
    found = glyph(letter)
    if found is None:
        raise UnknownLatexError(letter)
    y = 0.0
    ink = found.ink
    if letter in "∑∏":
        y = -AXIS - ink.center().y() * size
    kind = _kind_of(letter)
    box = Box(found.advance * size, kind=kind)
    box.can_break = kind == "rel" or letter in "+−±"
    box.up, box.down = max(0.0, -ink.top() * size - y), max(0.0, ink.bottom() * size + y)
    box.inks.append(Ink(found.path, 0, y, size, 1.0, ()))
    overhang = ink.right() - found.advance
    if overhang > 0 and letter not in "′":
        box.width += overhang * size
    return box


def _word(text: str, level: int) -> Box:
    return row((0.0, _letter(letter, level)) for letter in text)


def _upright(atoms: Atoms, level: int, kind: str) -> Box:
    found = Box(kind=kind)
    x = 0.0
    for atom in atoms:
        if atom.base in _SPACES:
            x += _SPACES[atom.base] * SIZES[level]
            continue
        box = (
            _word(letters((Atom(atom.base),)), level) if not atom.arguments else _atom(atom, level)
        )
        if atom.below or atom.above:
            box = _with_scripts(box, atom, level)
        found.put(box, x, 0)
        x += box.width
    found.width = x
    return found


def _marked(atom: Atom, level: int) -> Box:
    box = _set(atom.arguments[0], level)
    terms = terms_of(atom)
    inks = [ink if ink.terms else ink._replace(terms=terms) for ink in box.inks]
    rect = QRectF(0, -box.up, box.width, box.up + box.down)
    marks = [Mark(terms, rect), *box.marks]
    return Box(box.width, box.up, box.down, inks, marks, box.kind, is_marked=True)


def _with_scripts(base: Box, atom: Atom, level: int) -> Box:
    found = Box(kind=base.kind)
    found.put(base, 0, 0)
    small = min(level + 1, 2)
    size = SIZES[level]
    above = _set(atom.above, small) if atom.above else None
    below = _set(atom.below, small) if atom.below else None
    up = max(0.4 * size, base.up - 0.28 * size)
    down = max(0.17 * size, base.down + 0.08 * size)
    if above is not None and below is not None:
        gap = (up - above.down) + (down - below.up)
        down += max(0.0, 0.12 * size - gap)
    if above is not None:
        found.put(above, base.width + 0.03 * size, -up)
    if below is not None:
        found.put(below, base.width, down)
    found.width += 0.04 * size
    return found


def _with_limits(base: Box, atom: Atom, level: int) -> Box:
    above = _set(atom.above, level + 1) if atom.above else Box()
    below = _set(atom.below, level + 1) if atom.below else Box()
    width = max(base.width, above.width, below.width)
    found = Box(kind="op")
    found.put(base, (width - base.width) / 2, 0)
    if atom.above:
        found.put(above, (width - above.width) / 2, -base.up - 0.12 - above.down)
    if atom.below:
        found.put(below, (width - below.width) / 2, base.down + 0.12 + below.up)
    found.width = width
    return found


def _fraction(atom: Atom, level: int) -> Box:
    inner = level if level == 0 else min(level + 1, 2)
    above, below = (_in_fraction(part, inner) for part in atom.arguments)
    size = SIZES[level]
    width = max(above.width, below.width) + 0.16 * size
    axis, rule, gap = AXIS * size, RULE * size, 0.13 * size
    found = Box()
    found.put(above, (width - above.width) / 2, -axis - rule / 2 - gap - above.down)
    found.put(below, (width - below.width) / 2, -axis + rule / 2 + gap + below.up)
    found.rule(QRectF(0.03 * size, -axis - rule / 2, width - 0.06 * size, rule))
    outer = Box()
    outer.put(found, 0.06 * size, 0)
    outer.width += 0.06 * size
    return outer


def _in_fraction(atoms: Atoms, level: int) -> Box:
    """Fractions inside a fraction are smaller."""
    nested = any(inner.base == "\\frac" for atom in atoms for inner in atom.walk())
    return _set(atoms, min(level + 1, 2) if nested and level == 0 else level)


def _root(atom: Atom, level: int) -> Box:
    inner = _set(atom.arguments[0], level)
    size = SIZES[level]
    top, bottom = inner.up + 0.14 * size, max(inner.down, 0.02)
    front = 0.62 * size
    path = QPainterPath(QPointF(0.02 * size, -0.28 * size))
    for x, y in ((0.14, -0.36), (0.32, bottom / size), (0.58, -top / size)):
        path.lineTo(x * size, y * size)
    back = ((0.62, -top / size + RULE), (0.34, bottom / size + 0.12), (0.12, -0.29))
    path.lineTo(front, -top)
    for x, y in back:
        path.lineTo(x * size, y * size)
    path.closeSubpath()
    found = Box()
    found.inks.append(Ink(path, 0, 0, 1, 1, ()))
    found.put(inner, front + 0.04 * size, 0)
    found.rule(QRectF(front - 0.02, -top, inner.width + 0.1 * size, RULE * size))
    found.down = max(found.down, bottom + 0.12 * size)
    return found


def _accent(atom: Atom, level: int) -> Box:
    inner = _set(atom.arguments[0], level)
    size = SIZES[level]
    found = Box()
    found.put(inner, 0, 0)
    if atom.base == "\\bar":
        found.rule(
            QRectF(0.06 * size, -inner.up - 0.12 * size, inner.width - 0.06 * size, RULE * size)
        )
        return found
    hat = glyph("ˆ")
    if hat is None:
        raise UnknownLatexError("hat")
    x = inner.width / 2 - hat.ink.center().x() * size + 0.06 * size
    y = -inner.up - 0.08 * size - hat.ink.bottom() * size
    found.inks.append(Ink(hat.path, x, y, size, 1.0, ()))
    found.up = max(found.up, -(y + hat.ink.top() * size))
    return found
