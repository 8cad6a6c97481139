"""The letters of mathematics as shapes, so that they are crisp at every zoom and cheap to paint.

The outlines are those of STIX Two Math, which ziamath ships for the formulas.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QRawFont, QTransform

_EM = 1000.0
_SUPER_SIZE = 0.66
_ITALIC = {
    "h": "\N{PLANCK CONSTANT}",
    "delta": "\N{MATHEMATICAL ITALIC SMALL DELTA}",
    "J": "\N{MATHEMATICAL ITALIC CAPITAL J}",
    "mu": "\N{MATHEMATICAL ITALIC SMALL MU}",
    "sigma": "\N{MATHEMATICAL ITALIC SMALL SIGMA}",
    "p": "\N{MATHEMATICAL ITALIC SMALL P}",
    "y": "\N{MATHEMATICAL ITALIC SMALL Y}",
}


@cache
def _raw_font() -> QRawFont:
    spec = importlib.util.find_spec("ziamath")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package ziamath, which holds the mathematical font, is gone")
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    return QRawFont(str(folder / "STIXTwoMath-Regular.ttf"), _EM)


def _set(text: str, at: QPointF, px: float, into: QPainterPath) -> float:
    """Add a line of glyphs to a path; the x where it ends."""
    font = _raw_font()
    glyphs = font.glyphIndexesForString(text)
    x = at.x()
    for glyph, step in zip(glyphs, font.advancesForGlyphIndexes(glyphs), strict=True):
        place = QTransform.fromTranslate(x, at.y()).scale(px / _EM, px / _EM)
        into.addPath(place.map(font.pathForGlyph(glyph)))
        x += step.x() * px / _EM
    return x


@cache
def shape(symbol: str, px: float, above: str = "", below: str = "") -> QPainterPath:
    """A letter with a superscript and a subscript; its baseline starts at (0, 0).

    `p hat` is the p of a predicted probability.
    """
    name, _, mark = symbol.partition(" ")
    path = QPainterPath()
    end = _set(_ITALIC[name], QPointF(0, 0), px, path)
    if mark == "hat":
        box = path.boundingRect()
        middle, top, wing = box.center().x() + 0.06 * px, box.top() - 0.10 * px, 0.17 * px
        hat = QPainterPath(QPointF(middle - wing, top))
        for x, y in ((0, -0.15), (0.17, 0), (0.12, 0.01), (0, -0.09), (-0.12, 0.01)):
            hat.lineTo(middle + x * px, top + y * px)
        hat.closeSubpath()
        path.addPath(hat)
    if above:
        _set(above, QPointF(end + 0.06 * px, -0.36 * px), px * _SUPER_SIZE, path)
    if below:
        _set(below, QPointF(end, 0.2 * px), px * _SUPER_SIZE, path)
    return path


_NAME = re.compile(r"([A-Za-zα-ωΑ-Ω]{1,12})(?:_([A-Za-z0-9]{1,6}))?")
_GREEK = {"lambda": "LAMDA"}


def is_name(text: str) -> bool:
    """Whether a text can be set as a name of mathematics: letters, perhaps with an index."""
    return _NAME.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def line_shape(text: str, px: float) -> QPainterPath:
    """Upright text, as it stands between letters of mathematics."""
    path = QPainterPath()
    _set(text, QPointF(0, 0), px, path)
    return path


@lru_cache(maxsize=1024)
def name_shape(name: str, px: float) -> QPainterPath:
    """A name that `is_name` accepts: single letters in italics, an index below, Greek letters that
    are spelt out as letters."""
    match = _NAME.fullmatch(name)
    if match is None:
        return line_shape(name, px)
    stem, index = match.group(1), match.group(2) or ""
    try:
        named = _GREEK.get(stem, stem.upper())
        stem = unicodedata.lookup(f"GREEK SMALL LETTER {named}") if len(stem) > 1 else stem
    except KeyError:
        pass
    path = QPainterPath()
    end = _set(_italic(stem) if len(stem) == 1 else stem, QPointF(0, 0), px, path)
    if index:
        _set(index, QPointF(end, 0.2 * px), px * _SUPER_SIZE, path)
    return path


def _italic(letter: str) -> str:
    """The slanted letter of mathematics; the letter itself where there is none."""
    if letter == "h":
        return _ITALIC["h"]
    kind, _, rest = unicodedata.name(letter, "").partition(" LETTER ")
    size = kind.removeprefix("GREEK ").removeprefix("LATIN ")
    try:
        return unicodedata.lookup(f"MATHEMATICAL ITALIC {size} {rest}")
    except KeyError:
        return letter


def draw_symbol(painter: QPainter, at: QPointF, path: QPainterPath, color: QColor) -> None:
    """Fill a shape with its baseline starting at `at`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at)
    painter.fillPath(path, color)
    painter.translate(-at)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
