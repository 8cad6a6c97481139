"""Axes of a picture over two numbers: the plane of inputs, a cloud of codes, a map of codes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF

from gui.plots.chart_axes import upright_width
from gui.plots.chart_look import Frame, line_height, text_width
from gui.theme import Theme

Limits = tuple[float, float, float, float]
_LEAST = 20.0  # px a side


def plane_frame(
    size: QSizeF,
    limits: Limits,
    names: tuple[str, str],
    look: Theme,
    *,
    right: float = 0.0,
    most_ratio: float | None = None,
) -> Frame:
    """The axes of a picture of this size, px. limits: left, right, bottom, top; names: of both
    axes; right: px kept beside the plot; most_ratio: how many times as wide as high at most."""
    left = max(text_width(look, "chip", "−00.0"), 20) + 14 + upright_width(names[1], look)
    foot, half = line_height(look, "chip") + 10, line_height(look, "chip") * 0.5
    name = text_width(look, "caption", names[0]) + text_width(look, "chip", "−00.0") / 2
    right = max(right, name) + 14
    high = max(size.height() - foot - half, _LEAST)
    wide = max(size.width() - left - right, _LEAST)
    if most_ratio is not None:
        wide = max(min(wide, high * most_ratio), _LEAST)
    plot = QRectF(left, half + 2, wide, high)
    return Frame((), {}, {}, plot, limits, x_label=names[0], y_label=names[1])
