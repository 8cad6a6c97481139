r"""Formulas as they stand in a book: LaTeX in, a crisp picture out.

ziamath sets the formula (6 to 41 ms) and writes SVG, Qt paints the SVG (about 1 ms). Both results
are kept, so a formula costs once per size, colour and screen. What cannot be set is shown as typed.
"""

from __future__ import annotations

import logging
from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.theme import Theme

_log = logging.getLogger(__name__)
MAX_LENGTH = 300  # characters; 5,000 of them would take 3 s to set
_MARGIN = 2.0  # px around the ink: the box of ziamath is tight


@lru_cache(maxsize=512)
def formula_svg(tex: str, px: float, color: str) -> QSvgRenderer | None:
    """The formula as SVG, or `None` where `tex` is no formula. color: such as `#102030`."""
    if not tex.strip() or len(tex) > MAX_LENGTH:
        return None
    import ziamath

    ziamath.config.svg2 = False  # Qt draws almost nothing of ziamath's default kind of SVG
    try:
        svg = ziamath.Latex(tex, size=px, color=color).svg()
    except Exception as fault:  # noqa: BLE001 - ziamath raises half a dozen unrelated types
        _log.debug("Shown as typed, not set: %s (%s)", tex, fault)
        return None
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    if not renderer.isValid() or renderer.viewBoxF().isEmpty():
        return None
    renderer.setViewBox(renderer.viewBoxF().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
    return renderer


def is_formula(tex: str) -> bool:
    """Whether `tex` can be set; otherwise it is shown as typed."""
    return formula_svg(tex, 16.0, "#000000") is not None


@lru_cache(maxsize=512)
def _pixmap(tex: str, px: float, color: str, dpr: float) -> QPixmap:
    renderer = formula_svg(tex, px, color)
    if renderer is None:
        return _source_pixmap(tex, px, color, dpr)
    box = renderer.viewBoxF()
    picture = _blank(box.width(), box.height(), dpr)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, box.width(), box.height()))
    painter.end()
    return picture


def _source_pixmap(tex: str, px: float, color: str, dpr: float) -> QPixmap:
    font = QFont(theme.current().font("mono"))
    font.setPixelSize(max(1, round(px * 0.8)))
    text = tex if len(tex) <= MAX_LENGTH else tex[:MAX_LENGTH] + "…"
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 2 * _MARGIN, metrics.height() + 2 * _MARGIN
    picture = _blank(width, height, dpr)
    painter = QPainter(picture)
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(QRectF(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return picture


def _blank(width: float, height: float, dpr: float) -> QPixmap:
    picture = QPixmap(max(1, int(-(-width * dpr // 1))), max(1, int(-(-height * dpr // 1))))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def formula_pixmap(tex: str, px: float, color: QColor, dpr: float = 1.0) -> QPixmap:
    r"""A picture of a formula, such as `r"h^{(6)} = m \odot h^{(5)}"`.

    `px`: size of the letters, device-independent. `dpr`: device pixels per such px; the picture
    carries it, so `QPainter.drawPixmap` puts it down at its true size. Never raises: what is no
    formula, or longer than `MAX_LENGTH`, comes back as the text itself.
    """
    return _pixmap(tex, float(px), color.name(), float(dpr))


class FormulaLabel(QWidget):
    """One formula, in the colour and size of the theme, named by its source for a screen reader."""

    def __init__(
        self,
        tex: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "maths",
        color_token: str = "text",
    ) -> None:
        super().__init__(parent)
        self._tex = tex
        self._role = role
        self._color_token = color_token
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tex)
        theme.notifier().changed.connect(self._on_theme_changed)

    def tex(self) -> str:
        """The source of the formula."""
        return self._tex

    def set_tex(self, tex: str) -> None:
        """Show another formula."""
        if tex != self._tex:
            self._tex = tex
            self.setAccessibleName(tex)
            self.updateGeometry()
            self.update()

    def set_color_token(self, token: str) -> None:
        """Show the formula in another colour token."""
        self._color_token = token
        self.update()

    def sizeHint(self) -> QSize:
        """The size of the formula, px."""
        if not self._tex:
            return QSize(0, 0)
        size = self._picture().deviceIndependentSize()
        return QSize(int(-(-size.width() // 1)), int(-(-size.height() // 1)))

    def minimumSizeHint(self) -> QSize:
        """Where there is less room than the formula needs, it is set smaller, never cut."""
        return QSize(min(self.sizeHint().width(), 48), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the formula, centred."""
        if not self._tex:
            return
        picture = self._picture()
        size = picture.deviceIndependentSize()
        if size.width() > self.width():
            shrink = self.width() / size.width()
            picture = self._picture(shrink)
            size *= shrink
        painter = QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(0.6)
        dpr = self.devicePixelRatioF()
        left = round((self.width() - size.width()) / 2 * dpr) / dpr  # on a pixel: stays sharp
        top = round((self.height() - size.height()) / 2 * dpr) / dpr
        picture.setDevicePixelRatio(dpr)
        painter.drawPixmap(QPointF(left, top), picture)
        painter.end()

    def _picture(self, shrink: float = 1.0) -> QPixmap:
        """The formula; shrunk as a whole, as ziamath keeps small scripts at a least size."""
        look = theme.current()
        color = look.color(self._color_token)
        dpr = self.devicePixelRatioF() * shrink
        return QPixmap(formula_pixmap(self._tex, look.px(self._role), color, dpr))

    @Slot(object)
    def _on_theme_changed(self, _theme: Theme) -> None:
        self.updateGeometry()
        self.update()
