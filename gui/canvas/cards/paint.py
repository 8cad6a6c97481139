"""Small painting helpers that every face shares; pens and tables are made once a theme."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from gui.theme import THEMES, Theme, activation_lut, delta_lut, ink_lut

_STEPS = 5  # rows of a strip
Align = Qt.AlignmentFlag
CENTRE = Align.AlignCenter | Qt.TextFlag.TextDontClip
LEFT = Align.AlignLeft | Align.AlignVCenter | Qt.TextFlag.TextDontClip
RIGHT = Align.AlignRight | Align.AlignVCenter | Qt.TextFlag.TextDontClip


def pen(theme: Theme, token: str, width: float = 1.0, is_dashed: bool = False) -> QPen:
    """A flat pen of a colour token."""
    return _pen(theme.name, token, width, is_dashed)


@cache
def _pen(name: str, token: str, width: float, is_dashed: bool) -> QPen:
    made = QPen(THEMES[name].color(token), width)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if is_dashed:
        made.setDashPattern([3.0, 2.5])
    return made


def hairline(theme: Theme) -> float:
    """Width of frames and zero lines, px."""
    return 1.5 if theme.is_projector else 1.0


def metrics(theme: Theme, role: str) -> QFontMetricsF:
    """Measures of a font role."""
    return _metrics(theme.name, role)


@cache
def _metrics(name: str, role: str) -> QFontMetricsF:
    return QFontMetricsF(THEMES[name].font(role))


def text_width(theme: Theme, role: str, text: str) -> float:
    """Width of a text, px."""
    return _text_width(theme.name, role, text)


@lru_cache(maxsize=4096)
def _text_width(name: str, role: str, text: str) -> float:
    return _metrics(name, role).horizontalAdvance(text)


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    theme: Theme,
    role: str = "chip",
    color: QColor | str = "text2",
    align: Qt.AlignmentFlag | Qt.TextFlag | int = CENTRE,
) -> None:
    """One line of text; what is too long for `rect` ends in an ellipsis."""
    if text_width(theme, role, text) > rect.width() + 0.5:
        text = metrics(theme, role).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(theme.font(role))
    painter.setPen(theme.color(color) if isinstance(color, str) else color)
    painter.drawText(rect, int(align), text)


def draw_fitting(
    painter: QPainter,
    rect: QRectF,
    text: str,
    theme: Theme,
    role: str,
    color: QColor | str,
    align: Qt.AlignmentFlag | Qt.TextFlag | int = CENTRE,
) -> None:
    """One line of text, set smaller as a whole where `rect` is too narrow; nothing is cut."""
    share = min(1.0, rect.width() / (text_width(theme, role, text) + 1))
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(share, share)
    room = QRectF(0, 0, rect.width() / share, rect.height() / share)
    draw_text(painter, room, text, theme, role, color, align)
    painter.restore()


def frame(painter: QPainter, rect: QRectF, theme: Theme, token: str = "border2") -> None:
    """A hairline around a rectangle."""
    painter.setPen(pen(theme, token, hairline(theme)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)


def smooth_unless_aligned(painter: QPainter) -> None:
    """Antialias where the zoom puts edges between pixels, so that equal bars look equal."""
    scale = painter.worldTransform().m11()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, abs(scale - round(scale)) > 1e-3)


def packed_lut(theme: Theme, kind: str) -> NDArray[np.uint32]:
    """256 colours as 0xAARRGGBB: `positive` (h >= 0), `signed` (h), `delta`, `ink`."""
    return _packed_lut(theme.name, kind)


@cache
def _packed_lut(name: str, kind: str) -> NDArray[np.uint32]:
    theme = THEMES[name]
    table = {
        "positive": activation_lut,
        "signed": lambda look: activation_lut(look, signed=True),
        "delta": delta_lut,
        "ink": ink_lut,
    }[kind](theme).astype(np.uint32)
    packed = (0xFF << 24) | (table[:, 0] << 16) | (table[:, 1] << 8) | table[:, 2]
    return packed.astype(np.uint32)


def heat_image(
    values: NDArray[np.floating], low: float, high: float, theme: Theme, kind: str
) -> QImage:
    """A picture of a matrix, one pixel a number; what is no number gets the colour of errors."""
    return _image_of(_heat(values, low, high, theme, kind))


def strip_image(
    values: NDArray[np.floating], low: float, high: float, theme: Theme, kind: str
) -> QImage:
    """A row of colours, to be stretched. On the map of both signs positive numbers stand up and
    negative ones hang down, by a fifth of the height: a sign that can be read without colours."""
    pixels = np.repeat(_heat(values[None, :], low, high, theme, kind), _STEPS, axis=0)
    if kind == "signed":
        ground = theme.color("surface").rgba()
        pixels[0, values < 0] = ground
        pixels[-1, values > 0] = ground
    return _image_of(pixels)


def _heat(
    values: NDArray[np.floating], low: float, high: float, theme: Theme, kind: str
) -> NDArray[np.uint32]:
    span = high - low if high > low else 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        place = (np.asarray(values, dtype=np.float64) - low) * (255.0 / span)
    is_bad = np.isnan(place)
    has_bad = bool(is_bad.any())
    if has_bad:
        place[is_bad] = 0.0
    np.minimum(np.maximum(place, 0.0, out=place), 255.0, out=place)
    pixels = packed_lut(theme, kind)[place.astype(np.uint8)]
    if has_bad:
        pixels[is_bad] = theme.color("err").rgba()
    return pixels


def _image_of(pixels: NDArray[np.uint32]) -> QImage:
    rows, columns = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    image = QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGB32)
    return image.copy()  # the pixels die with this call


def draw_arrow(painter: QPainter, start: QPointF, end: QPointF, theme: Theme, token: str) -> None:
    """A horizontal arrow."""
    size = 4.5 * theme.scale
    direction = 1.0 if end.x() > start.x() else -1.0
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen(theme, token, 1.6 * theme.scale))
    painter.drawLine(start, end)
    painter.drawLine(end, QPointF(end.x() - direction * size, end.y() - size))
    painter.drawLine(end, QPointF(end.x() - direction * size, end.y() + size))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
