r"""The symbols on the active card as shapes: \delta^{(3)}, \partial h^{(3)} over \partial h^{(2)}.

They change with every card, so they are put together from letters at once instead of being typeset.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from gui.canvas.cards import symbols
from model.teaching.latex_atoms import GROUP, Atom, Atoms, read
from model.teaching.terms import plain

_INDEX = 0.66
_UP, _DOWN = -0.38, 0.22
_THICKNESS = 0.055
_SIGNS = {
    "\\partial": "\N{MATHEMATICAL ITALIC PARTIAL DIFFERENTIAL}",
    "\\nabla": "∇",
    "\\cdot": "·",
    "\\odot": "⊙",
    "\\sum": "∑",
    "-": "−",
}
_WORDS = ("\\mathrm", "\\mathbf", "\\text", "\\operatorname")


@lru_cache(maxsize=1024)
def symbol_path(tex: str, px: float, here: int, below: int) -> QPainterPath:
    """A symbol of a formula whose baseline starts at (0, 0). here, below: what (l+1) and (l) are;
    what cannot be read stands as it is typed."""
    try:
        atoms = read(plain(tex))
    except ValueError:
        return symbols.line_shape(tex, px)
    path = QPainterPath()
    _Setter(here, below).sequence(atoms, QPointF(0, 0), px, path)
    return path


class _Setter:
    def __init__(self, here: int, below: int) -> None:
        self._here, self._below = here, below

    def sequence(self, atoms: Atoms, at: QPointF, px: float, into: QPainterPath) -> float:
        """Set atoms one behind the other; the x where they end."""
        for atom in atoms:
            at = QPointF(self._atom(atom, at, px, into), at.y())
        return at.x()

    def _atom(self, atom: Atom, at: QPointF, px: float, into: QPainterPath) -> float:
        if atom.base == GROUP:
            end = self.sequence(atom.arguments[0], at, px, into)
        elif atom.base == "\\frac":
            end = self._fraction(atom, at, px, into)
        else:
            end = _put(into, self._letter(atom, px), at, px)
        ends = [end]
        if atom.above:
            start = QPointF(end + 0.04 * px, at.y() + _UP * px)
            ends.append(self._index(atom.above, start, px * _INDEX, into))
        if atom.below:
            start = QPointF(end, at.y() + _DOWN * px)
            ends.append(self._index(atom.below, start, px * _INDEX, into))
        return max(ends)

    def _index(self, atoms: Atoms, at: QPointF, px: float, into: QPainterPath) -> float:
        """(l) and (l+1) are numbers here."""
        text = "".join(atom.base for atom in atoms)
        if text == "T":
            return _put(into, symbols.line_shape("T", px), at, px)
        number = {"(l)": self._below, "(l+1)": self._here}.get(text)
        if number is None:
            return self.sequence(atoms, at, px, into)
        return _put(into, symbols.line_shape(f"({number})", px), at, px)

    def _letter(self, atom: Atom, px: float) -> QPainterPath:
        base = atom.base
        if base in _WORDS:
            text = "".join(inner.base for part in atom.arguments for inner in part)
            return symbols.line_shape(text, px)
        if base == "\\hat":
            return symbols.shape("p hat", px)
        if base in _SIGNS:
            return symbols.line_shape(_SIGNS[base], px)
        name = base.removeprefix("\\")
        if symbols.is_name(name):
            return symbols.name_shape(name, px)
        return symbols.line_shape(name or base, px)

    def _fraction(self, atom: Atom, at: QPointF, px: float, into: QPainterPath) -> float:
        parts = []
        for inner in atom.arguments:
            part = QPainterPath()
            self.sequence(inner, QPointF(0, 0), px * 0.92, part)
            parts.append(part)
        above, under = parts
        boxes = [part.boundingRect() for part in parts]
        width = max(box.width() for box in boxes) + 0.25 * px
        line = at.y() - 0.27 * px
        into.addRect(QRectF(at.x(), line - _THICKNESS * px / 2, width, _THICKNESS * px))
        middle = at.x() + width / 2
        above.translate(middle - boxes[0].center().x(), line - 0.2 * px - boxes[0].bottom())
        under.translate(middle - boxes[1].center().x(), line + 0.22 * px - boxes[1].top())
        into.addPath(above)
        into.addPath(under)
        return at.x() + width


def _put(into: QPainterPath, shape: QPainterPath, at: QPointF, px: float) -> float:
    into.addPath(shape.translated(at))
    return at.x() + shape.boundingRect().right() + 0.06 * px
