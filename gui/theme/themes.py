"""A `Theme`: the answer to every question about colour, text and size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor, QFont

from gui.theme import tokens

_WEIGHTS = {
    400: QFont.Weight.Normal,
    500: QFont.Weight.Medium,
    600: QFont.Weight.DemiBold,
    700: QFont.Weight.Bold,
}


@dataclass(frozen=True)
class Theme:
    """One look. `theme.color("accent")`, `theme.font("card")`, `theme.size("toolbar")`.

    The colours and fonts handed out are shared: copy one (`QColor(c)`, `QFont(f)`) before
    you change it.
    """

    name: str

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than what it stands on."""
        return self.name == "dark"

    @property
    def is_projector(self) -> bool:
        """Whether the look is made for the last row of a lecture hall."""
        return self.name == "projector"

    @property
    def scale(self) -> float:
        """How much larger text and canvas cards are than at a desk."""
        return 1.6 if self.is_projector else 1.0

    @property
    def card_radius(self) -> float:
        """Corner radius of a canvas card, px."""
        return self.size("card_radius")

    @property
    def shadow_opacity(self) -> float:
        """Opacity of a card's shadow (2 px down, 7 px blur); 0 = none."""
        return {"light": 0.14, "dark": 0.5, "projector": 0.0}[self.name]

    def color(self, token: str) -> QColor:
        """The colour of a token of `gui.theme.tokens`.

        Raises:
            KeyError: there is no such token.
        """
        return _color(self.name, token)

    def category(self, category: str) -> QColor:
        """The colour of a layer category, for stripe, icon and mini-map."""
        return _color(self.name, "category " + tokens.category_key(category))

    def series(self, index: int) -> QColor:
        """The colour of plot curve `index` (0, 1, ...); after five they repeat."""
        return _color(self.name, f"series {index % 5}")

    def series_symbol(self, index: int) -> str:
        """The marker of plot curve `index`, as pyqtgraph names it: hue is never the only cue."""
        return "ostd"[index % 4]

    def series_dash(self, index: int) -> list[float]:
        """The dash pattern of plot curve `index`, in line widths; [] = solid."""
        patterns: list[list[float]] = [[], [4, 2], [1, 2], [6, 2, 1, 2], [2, 2]]
        return patterns[index % 5]

    def with_alpha(self, token: str, alpha: float) -> QColor:
        """The colour of a token, `alpha` from 0 (clear) to 1 (solid)."""
        shade = QColor(self.color(token))
        shade.setAlphaF(alpha)
        return shade

    def px(self, role: str) -> float:
        """Text height of a role, px.

        Raises:
            KeyError: there is no such role.
        """
        at_desk, on_projector, _weight, _mono = tokens.FONT_ROLES[role]
        return float(on_projector if self.is_projector else at_desk)

    def font(self, role: str) -> QFont:
        """The font of a role: title, card, body, strong, section, caption, chip, mono, hero.

        Raises:
            KeyError: there is no such role.
        """
        return _font(role, round(self.px(role)))

    def size(self, name: str) -> float:
        """A length of `gui.theme.tokens.SIZES`, px.

        Raises:
            KeyError: there is no such size.
        """
        at_desk, on_projector = tokens.SIZES[name]
        return on_projector if self.is_projector else at_desk

    def wire_width(self, rms_delta: float | None) -> float:
        """Width of a wire that carries an error term of this root mean square, px.

        2.5 + 6 clip((log10(RMS) + 3.3) / 0.95, 0, 1), doubled on a projector;
        `None` = no delta yet.
        """
        if rms_delta is None or math.isnan(rms_delta):
            return self.size("wire")
        level = math.log10(rms_delta) if rms_delta > 0 else -math.inf
        share = min(max((level + 3.3) / 0.95, 0.0), 1.0)
        return (2.5 + 6 * share) * (2 if self.is_projector else 1)


@cache
def _table(name: str) -> dict[str, str]:
    table = tokens.colours_of(name)
    table |= {f"category {key}": code for key, code in tokens.categories_of(name).items()}
    table |= {f"series {i}": code for i, code in enumerate(tokens.series_of(name))}
    return table


@cache
def _color(name: str, token: str) -> QColor:
    code = _table(name)[token]
    return QColor("#" + code) if code else QColor(0, 0, 0, 0)


@cache
def _font(role: str, px: int) -> QFont:
    _desk, _projector, weight, mono = tokens.FONT_ROLES[role]
    font = QFont(list(tokens.MONO_FAMILIES if mono else tokens.UI_FAMILIES))
    font.setPixelSize(px)
    font.setWeight(_WEIGHTS[weight])
    if mono:
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFeature(QFont.Tag("calt"), 0)  # keeps ">=" two characters
    else:
        font.setFeature(QFont.Tag("tnum"), 1)  # digits of one width: numbers do not dance
    return font


def contrast(first: QColor, second: QColor) -> float:
    """How well two colours part, 1 (the same) to 21 (black and white).

    (L1 + 0.05) / (L2 + 0.05) of the relative luminances, the lighter above. Source: WCAG 2.2.
    """
    a, b = _luminance(first), _luminance(second)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)


def _luminance(color: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    r, g, b = linear(color.redF()), linear(color.greenF()), linear(color.blueF())
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ink_on(background: QColor) -> QColor:
    """White or near-black, whichever is easier to read on a colour."""
    white, ink = _color("light", "surface"), _color("light", "text")
    return white if contrast(white, background) >= contrast(ink, background) else ink


light = Theme("light")
dark = Theme("dark")
projector = Theme("projector")
THEMES = {theme.name: theme for theme in (light, dark, projector)}
