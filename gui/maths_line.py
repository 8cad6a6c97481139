r"""Short formulas of one line as outlines: `p_{1}(1 - p_{1})`, `\gamma_{2}\hat{h}_{1}^2/m`.

For hundreds of small ones in a picture, where typesetting each as LaTeX would take seconds. What
needs more than one line (fractions, sums) is left to `gui.formula_painter`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QTransform

from gui.canvas.cards.symbols import line_shape, name_shape

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}_^]|\s+|.")
_UPRIGHT = {"partial": "∂", "infty": "∞", "cdot": "·", "max": "max", "log": "log", "exp": "exp"}
_GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|eta|theta|lambda|mu|nu|pi|rho|sigma|tau|phi|omega"
)
_SPACED = "+-−=·"
_INDEX = 0.68
"""Size of an index beside its letter."""


class _NoLineError(Exception):
    """The formula has something that does not fit into a line."""


@lru_cache(maxsize=8192)
def maths_line(tex: str, px: float) -> QPainterPath | None:
    """The outlines, baseline at (0, 0); None where the formula is no plain line."""
    try:
        return _Line(tex).set(px)
    except _NoLineError:
        return None


class _Line:
    """Reads atoms from left to right, each with what stands above and below it."""

    def __init__(self, tex: str) -> None:
        self._tokens = _TOKEN.findall(tex)
        self._at = 0

    def set(self, px: float) -> QPainterPath:
        path, _end = self._row(px, "")
        return path

    def _row(self, px: float, closing: str) -> tuple[QPainterPath, float]:
        path, x, is_first = QPainterPath(), 0.0, True
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token == closing:
                self._at += 1
                return path, x
            self._at += 1
            if token.isspace():
                continue
            if token == r"\,":
                x += 0.16 * px
                continue
            is_binary = token in _SPACED and not is_first and closing == ""
            x += 0.2 * px if is_binary else 0.0
            atom, width = self._atom(token, px)
            path.addPath(atom.translated(x, 0))
            x = self._scripts(path, x, width, px)
            x += 0.2 * px if is_binary else 0.03 * px
            is_first = token in "(["
        if closing:
            raise _NoLineError
        return path, x

    def _atom(self, token: str, px: float) -> tuple[QPainterPath, float]:
        name = token[1:]
        if token == r"\hat":
            inner, width = self._group(px)
            return _hatted(inner, px), width
        if token.startswith("\\"):
            if _GREEK.fullmatch(name):
                return _measured(name_shape(name, px), px)
            if name in _UPRIGHT:
                return _measured(line_shape(_UPRIGHT[name], px), px)
            raise _NoLineError
        if token == "{":
            return self._row(px, "}")
        if token in "}_^&":
            raise _NoLineError
        if token == "'":
            return _measured(line_shape("′", px), px)
        if token.isalpha():
            return _measured(name_shape(token, px), px)
        return _measured(line_shape("−" if token == "-" else token, px), px)

    def _group(self, px: float) -> tuple[QPainterPath, float]:
        """What stands in braces, or the next token."""
        if self._at >= len(self._tokens):
            raise _NoLineError
        token = self._tokens[self._at]
        self._at += 1
        return self._row(px, "}") if token == "{" else self._atom(token, px)

    def _scripts(self, path: QPainterPath, x: float, width: float, px: float) -> float:
        """Set indices and powers behind an atom; the x where they end."""
        start, end = x + width, x + width
        while self._at < len(self._tokens) and self._tokens[self._at] in "_^":
            is_above = self._tokens[self._at] == "^"
            self._at += 1
            script, wide = self._group(px * _INDEX)
            gap = 0.08 * px if is_above else 0.02 * px
            path.addPath(script.translated(start + gap, (-0.42 if is_above else 0.2) * px))
            end = max(end, start + gap + wide)
        return end


def _measured(path: QPainterPath, px: float) -> tuple[QPainterPath, float]:
    return path, path.boundingRect().right() + 0.03 * px


def _hatted(path: QPainterPath, px: float) -> QPainterPath:
    """A small roof over a letter."""
    box = path.boundingRect()
    roof = line_shape("^", 0.8 * px)
    over = roof.boundingRect()
    x = box.center().x() + 0.05 * px - over.center().x()
    found = QPainterPath(path)
    found.addPath(QTransform.fromTranslate(x, box.top() - 0.06 * px - over.bottom()).map(roof))
    return found


def centred(path: QPainterPath, middle: QPointF, room: float) -> QPainterPath:
    """The outlines around a point, smaller where they are wider than there is room, px."""
    box = path.boundingRect()
    share = min(1.0, room / max(box.width(), 1e-6))
    place = QTransform.fromTranslate(middle.x(), middle.y()).scale(share, share)
    place.translate(-box.center().x(), -box.center().y())
    return place.map(path)
