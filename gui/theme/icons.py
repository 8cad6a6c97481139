"""Icons from the Material Design font that qtawesome ships.

`import qtawesome` and its first icon take 170 ms, as it opens many fonts; we open the one font file
and its table of names (10 ms). An icon looks its colour up while it is painted, so a change of
theme needs no new icons.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QRawFont,
    QTransform,
)

from gui.theme import state

_EM = 1000.0  # px at which outlines are taken; they are scaled when painted
_PREFIX = "mdi6."


@cache
def _font_files() -> tuple[Path, dict[str, int]]:
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package qtawesome, which holds the icon font, is missing")
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    font = next(folder.glob("materialdesignicons6-webfont-*.ttf"))
    table = next(folder.glob("materialdesignicons6-webfont-charmap-*.json"))
    names = json.loads(table.read_text(encoding="utf-8"))
    return font, {name: int(code, 16) for name, code in names.items()}


@cache
def _raw_font() -> QRawFont:
    return QRawFont(str(_font_files()[0]), _EM)


def has_icon(name: str) -> bool:
    """Whether there is an icon of this name, with or without `mdi6.`."""
    return name.removeprefix(_PREFIX) in _font_files()[1]


@cache
def outline(name: str) -> QPainterPath:
    """The shape of an icon in the unit square (0, 0) to (1, 1).

    Raises:
        KeyError: there is no such icon.
    """
    code = _font_files()[1][name.removeprefix(_PREFIX)]
    font = _raw_font()
    path = font.pathForGlyph(font.glyphIndexesForString(chr(code))[0])
    to_unit = QTransform.fromScale(1 / _EM, 1 / _EM).translate(0, 0.875 * _EM)
    return to_unit.map(path)


def paint_icon(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Paint an icon as large as fits into `rect`, centred."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    painter.scale(side, side)
    painter.fillPath(outline(name), color)
    painter.restore()


class _PaintedIcon(QIconEngine):
    """An icon that is painted anew in each size; Qt scales for the screen's density."""

    def pixmap(self, size: QSize, mode: QIcon.Mode, icon_state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        if size.isEmpty():
            return picture
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, icon_state)
        painter.end()
        return picture


class _ThemedGlyph(_PaintedIcon):
    """Paints one outline in the colour that a token has at that moment."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        return _picture(self._name, self._color(mode).rgba(), size.width(), size.height())

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        paint_icon(painter, self._name, QRectF(rect), self._color(mode))

    def _color(self, mode: QIcon.Mode) -> QColor:
        if mode == QIcon.Mode.Disabled:
            return state.current().with_alpha("text3", 0.45)
        return resolve(self._token)

    def clone(self) -> QIconEngine:
        return _ThemedGlyph(self._name, self._token)


@lru_cache(maxsize=1024)
def _picture(name: str, rgba: int, width: int, height: int) -> QPixmap:
    """Of lists and bars that are painted at every step."""
    picture = QPixmap(width, height)
    picture.fill(Qt.GlobalColor.transparent)
    if not picture.isNull():
        painter = QPainter(picture)
        paint_icon(painter, name, QRectF(0, 0, width, height), QColor.fromRgba(rgba))
        painter.end()
    return picture


def resolve(token: str) -> QColor:
    """The present colour of a token; `category:dense` names a layer category."""
    theme = state.current()
    kind, _, category = token.partition(":")
    return theme.category(category) if kind == "category" else theme.color(token)


@cache
def icon(name: str, color_token: str = "text2") -> QIcon:
    """The icon `name` (mdi6 name, prefix optional) in a colour token; follows the theme by itself.

    `color_token` may be `category:dense` and the like.

    Raises:
        KeyError: there is no such icon.
    """
    outline(name)  # a wrong name fails here, not while painting
    return QIcon(_ThemedGlyph(name, color_token))


@cache
def _pixmap(name: str, size: int, rgba: int, dpr: float) -> QPixmap:
    picture = QPixmap(round(size * dpr), round(size * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_icon(painter, name, QRectF(0, 0, size, size), QColor.fromRgba(rgba))
    painter.end()
    return picture


def pixmap(name: str, size: int, color: QColor, dpr: float = 1.0) -> QPixmap:
    """An icon as a picture of `size` px for canvas cards; kept for the next call.

    Raises:
        KeyError: there is no such icon.
    """
    return _pixmap(name, size, color.rgba(), dpr)


class _AppIcon(_PaintedIcon):
    """The delta on a square of the accent colour."""

    def paint(self, painter: QPainter, rect: QRect, _mode: QIcon.Mode, _state: QIcon.State) -> None:
        theme = state.current()
        side = min(rect.width(), rect.height())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.x(), rect.y())
        painter.scale(side / 32, side / 32)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(QRectF(0, 0, 32, 32), 7, 7)
        pen = QPen(theme.color("onaccent"), 2.4)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF([QPoint(16, 9), QPoint(24, 22), QPoint(8, 22)]))
        painter.restore()

    def clone(self) -> QIconEngine:
        return _AppIcon()


@cache
def app_icon() -> QIcon:
    """The program's own icon, for the window and the tool bar."""
    return QIcon(_AppIcon())
