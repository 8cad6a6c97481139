"""What the painters of a chart share: its state as data, and how a curve looks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen

from gui.plots.header import maths_font
from gui.plots.series import Curve, Floats
from gui.theme import Theme

_FADED = 0.3
_GREY = 0.4
_GHOST = 0.55


NOBODY = ("", "")
"""No curve stands out."""


@dataclass(frozen=True)
class LimitLine:
    """A level beyond which something is wrong. value: in the unit of the curves; reach: so near to
    the curves the axis makes room for it, in axis units (decades on a log axis)."""

    value: float
    label: str
    reach: float = 1.0


@dataclass(frozen=True)
class Frame:
    """A chart at one moment.

    x, y: the main line of each curve by its key, unthinned, in axis units (decades on a log
    axis). plot: where the curves are, limits: left, right, bottom, top there. hover_x: where the
    crosshair stands. ends: what stands at a curve's end; least_end: px kept for it at least.
    highlighted: the curve that was picked, pointed: the one below the pointer, "" = none.
    """

    curves: tuple[Curve, ...]
    x: dict[str, Floats]
    y: dict[str, Floats]
    plot: QRectF
    limits: tuple[float, float, float, float]
    is_log: bool = False
    smoothing: float = 0.0
    x_label: str = "step"
    highlighted: str = ""
    hover_x: float | None = None
    ends: Literal["value", "symbol"] = "value"
    has_legend: bool = True
    most_ticks: int = 6
    least_end: float = 0.0
    pointed: str = ""
    y_label: str = ""
    limit_lines: tuple[LimitLine, ...] = ()

    @property
    def standing_out(self) -> tuple[str, str]:
        """Keys of the curve that was picked and of the one that is pointed at."""
        return self.highlighted, self.pointed

    def pixel(self, x: float, y: float) -> QPointF:
        """A place of the axes on the screen."""
        left, right, bottom, top = self.limits
        return QPointF(
            self.plot.left() + (x - left) / ((right - left) or 1) * self.plot.width(),
            self.plot.bottom() - (y - bottom) / ((top - bottom) or 1) * self.plot.height(),
        )

    def place(self, at: QPointF) -> tuple[float, float]:
        """A point of the screen in units of the axes."""
        left, right, bottom, top = self.limits
        return (
            left + (at.x() - self.plot.left()) / (self.plot.width() or 1) * (right - left),
            bottom + (self.plot.bottom() - at.y()) / (self.plot.height() or 1) * (top - bottom),
        )


@lru_cache(maxsize=4096)
def text_width(look: Theme, role: str, text: str) -> float:
    """Width of a text in the font of a role, px. "symbol" and "index" are roles here too."""
    return QFontMetricsF(font_of(look, role)).horizontalAdvance(text)


@lru_cache(maxsize=64)
def line_height(look: Theme, role: str) -> float:
    """Height of a line in the font of a role, px."""
    return QFontMetricsF(font_of(look, role)).height()


@lru_cache(maxsize=64)
def font_of(look: Theme, role: str) -> QFont:
    """The font of a role; "symbol" for letters such as δ, "index" for what is raised beside it."""
    if role in ("symbol", "index"):
        return maths_font(look, "card", 1.0 if role == "symbol" else 0.72)
    return look.font(role)


def mix(color: QColor, ground: QColor, share: float) -> QColor:
    """A solid colour that looks like `color` at this opacity: painting it costs far less."""
    parts = zip(color.getRgbF()[:3], ground.getRgbF()[:3], strict=True)
    return QColor.fromRgbF(*(share * a + (1 - share) * b for a, b in parts))


def curve_color(look: Theme, curve: Curve, standing_out: tuple[str, str] = NOBODY) -> QColor:
    """The colour of a curve; faded where another one has been picked. standing_out: picked,
    pointed at."""
    is_grey = curve.style == "grey"
    color = look.color("text") if is_grey else look.series(curve.color)
    if curve.style == "ghost":
        share = 1.0 if curve.key in standing_out else _GHOST
        return mix(look.color("text3"), look.color("plotbg"), share)
    if curve.is_alarming:
        color, is_grey = look.color("err"), False
    if curve.key in standing_out:
        return color
    if is_grey:
        return mix(look.color("text3"), look.color("plotbg"), _GREY)
    return mix(color, look.color("plotbg"), _FADED) if standing_out[0] else color


def curve_pen(look: Theme, curve: Curve, standing_out: tuple[str, str] = NOBODY) -> QPen:
    """The pen of a curve. Dashes are cut into the curve itself, in `CurveLines`."""
    width = look.size("curve") * {"thin": 0.4, "grey": 0.4, "ghost": 0.4}.get(curve.style, 1.0)
    if curve.key in standing_out:
        width = look.size("curve") + 1
    pen = QPen(curve_color(look, curve, standing_out), max(1.0, width))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen
