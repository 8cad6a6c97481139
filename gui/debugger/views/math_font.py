"""Letters of formulas as outlines, out of the font that ziamath ships, measured in em.

Formulas in which numbers change with every operation cannot be set by ziamath (20 ms each); their
letters are put down here, in the same font.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath, QRawFont, QTransform

_EM = 1000.0  # px at which outlines are taken
_GREEK = [
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "varsigma", "sigma", "tau", "upsilon"),
    *("phi", "chi", "psi", "omega"),
]
SYMBOLS = {
    "\\partial": "\U0001d715",
    "\\nabla": "∇",
    "\\cdot": "⋅",
    "\\cdots": "⋯",
    "\\ldots": "…",
    "\\times": "×",
    "\\odot": "⊙",
    "\\ast": "∗",
    "\\pm": "±",
    "\\leq": "≤",
    "\\geq": "≥",
    "\\neq": "≠",
    "\\sim": "∼",
    "\\in": "∈",
    "\\leftarrow": "←",
    "\\rightarrow": "→",
    "\\infty": "∞",
    "\\sum": "∑",
    "\\prod": "∏",
    "\\Delta": "Δ",
    "\\Sigma": "Σ",
    "\\lfloor": "⌊",
    "\\rfloor": "⌋",
    "\\{": "{",
    "\\}": "}",
    "\\|": "‖",
    "\\mathcal": "",
    "-": "−",
    "*": "∗",
    "'": "′",
}


class Glyph(NamedTuple):
    """advance: to the next letter; ink: what is black; path: its outline. All in em, y down."""

    advance: float
    ink: QRectF
    path: QPainterPath


@cache
def _raw_font() -> QRawFont:
    spec = importlib.util.find_spec("ziamath")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package ziamath, which holds the font of formulas, is missing")
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    return QRawFont(str(next(folder.glob("STIXTwoMath*.ttf"))), _EM)


@cache
def glyph(letter: str) -> Glyph | None:
    """One letter; None where the font has none such."""
    font = _raw_font()
    found = font.glyphIndexesForString(letter)
    if not found or not found[0]:
        return None
    advance = font.advancesForGlyphIndexes(found)[0].x() / _EM
    path = QTransform.fromScale(1 / _EM, 1 / _EM).map(font.pathForGlyph(found[0]))
    return Glyph(advance, path.boundingRect(), path)


def italic(letter: str) -> str:
    """The slanted letter that formulas use for names."""
    if letter == "h":
        return "ℎ"
    if "a" <= letter <= "z":
        return chr(0x1D44E + ord(letter) - ord("a"))
    if "A" <= letter <= "Z":
        return chr(0x1D434 + ord(letter) - ord("A"))
    return letter


def symbol(base: str) -> str | None:
    r"""The letter of `\delta`, `\cdot`, `x` or `=`; None for a command that is none."""
    if base in SYMBOLS:
        return SYMBOLS[base]
    name = base.removeprefix("\\")
    if base.startswith("\\") and name in _GREEK:
        return chr(0x1D6FC + _GREEK.index(name))
    if base.startswith("\\"):
        return None
    return italic(base) if len(base) == 1 else base.replace("{,}", ",")
