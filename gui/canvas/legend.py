"""What the colours and bars on the cards mean, with the one scale of delta."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.canvas import node_paint
from gui.canvas.overlay import OverlayBox, paint_triangle
from gui.formulas import formula_pixmap

_BARS = 21
_MAP_ROW, _BAR_ROW = 31.0, 44.0
_PROJECTED = 1.25


def short(value: float) -> str:
    """Two figures: 0.008, 1.2e-05."""
    return f"{value:.1e}" if value and not 1e-3 <= value < 1e3 else f"{value:.2g}"


class Legend(OverlayBox):
    """The maps of h that are on the board, and bars of delta with the value that fills one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._has_plain = True
        self._has_signed = False
        self._figures = _Figures(self)
        self.setAccessibleName("Legend")
        self._tell()

    def set_scale(self, scale: float) -> None:
        """The size of delta that fills half a trough."""
        is_other = short(scale) != short(self._figures.scale)
        self._figures.scale = scale
        if is_other:
            self.setAccessibleDescription(f"Delta bars reach to plus and minus {short(scale)}")
            self._figures.update()

    @property
    def scale(self) -> float:
        return self._figures.scale

    def set_maps(self, *, has_plain: bool, has_signed: bool) -> bool:
        """Which maps of h the cards use; True where the legend wants another height."""
        has_plain = has_plain or not has_signed
        if (has_plain, has_signed) == (self._has_plain, self._has_signed):
            return False
        self._has_plain, self._has_signed = has_plain, has_signed
        self._tell()
        self.update()
        return True

    def _tell(self) -> None:
        lines = ["h: low values are purple, high ones yellow."] if self._has_plain else []
        if self._has_signed:
            lines.append(
                "h with both signs: zero in the middle of its own map. In a row of neurons positive"
                " ones stand up and negative ones hang down; + or − marks the strongest place of a"
                " picture."
            )
        lines.append("δ: bars up are positive, bars down negative; one scale for all cards.")
        self.setToolTip("\n".join(lines))

    def event(self, event: QEvent) -> bool:
        """The tip ends with the size of a full bar as it is now."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip(), self)
            return True
        return super().event(event)

    def tip(self) -> str:
        """What the maps and bars mean, and the scale of δ in full."""
        scale = self.scale
        return f"{self.toolTip()}\nA full bar: δ = ±{scale:.8g}" if scale else self.toolTip()

    def _row_heights(self) -> tuple[float, float]:
        """px of a row with a map, and of the row with the bars."""
        grow = _PROJECTED if theme.current().is_projector else 1.0
        return _MAP_ROW * grow, _BAR_ROW * grow

    def wanted_height(self) -> int:
        """px for all its rows."""
        row, bars = self._row_heights()
        return round((self._has_plain + self._has_signed) * row + bars)

    def _layout(self) -> tuple[float, float, float]:
        """(x of the maps, their width, width of the words beside them)."""
        look = theme.current()
        left = 40.0 * (1.25 if look.is_projector else 1.0)
        note = node_paint.text_width(look, "caption", "low … high") + 10
        return left, self.width() - left - note - 22, note

    def paint_inside(self, painter: QPainter) -> None:
        look = theme.current()
        row, bars = self._row_heights()
        left, width, note = self._layout()
        middle = row * 0.5 + 3
        for is_signed, words in ((False, "low … high"), (True, "−   0   +")):
            if not (self._has_signed if is_signed else self._has_plain):
                continue
            self._paint_letter(painter, r"h", "fwd", middle)
            self._paint_map(painter, QRectF(left, middle - 8, width, 16), is_signed=is_signed)
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text2"))
            box = QRectF(left + width + 10, middle - row / 2, note, row)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), words)
            middle += row - 2
        middle = self.height() - bars * 0.5 - 1
        self._paint_letter(painter, r"\delta", "bwd", middle)
        self._paint_bars(painter, QRectF(left, middle - 14, width, 28))

    def _paint_letter(self, painter: QPainter, tex: str, token: str, middle: float) -> None:
        look = theme.current()
        picture = formula_pixmap(tex, look.px("maths"), look.color(token))
        size = picture.deviceIndependentSize()
        painter.drawPixmap(QPointF(16, middle - size.height() / 2), picture)

    def _paint_map(self, painter: QPainter, box: QRectF, *, is_signed: bool) -> None:
        table = theme.activation_lut(theme.current(), signed=is_signed)
        lut = np.ascontiguousarray(table.reshape(1, 256, 3))
        image = QImage(lut.data, 256, 1, 768, QImage.Format.Format_RGB888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, image)
        if is_signed:  # as in a row of neurons: negative ones hang, positive ones stand
            step, half = box.height() / 5, box.width() / 2
            ground = theme.current().color("surface")
            painter.fillRect(QRectF(box.left(), box.top(), half, step), ground)
            painter.fillRect(QRectF(box.left() + half, box.bottom() - step, half, step), ground)

    def _paint_bars(self, painter: QPainter, box: QRectF) -> None:
        look = theme.current()
        step = box.width() / _BARS
        middle = box.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        for index in range(_BARS):
            share = index / (_BARS - 1) * 2 - 1
            painter.setBrush(look.color("pos" if share > 0 else "neg"))
            height = abs(share) * box.height() / 2
            top = middle - height if share > 0 else middle
            painter.drawRect(QRectF(box.left() + index * step, top, step - 1, height))
        painter.setPen(QPen(look.color("text3"), 1))
        painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.dress()

    def dress(self) -> None:
        """Put the figures beside the bars."""
        bars = self._row_heights()[1]
        left, width, _note = self._layout()
        x = round(left + width + 8)
        top = round(self.height() - bars)
        self._figures.setGeometry(x, top + 2, self.width() - x - 4, round(bars) - 6)


class _Figures(QWidget):
    """The values of a full bar. Opaque, so that a new value repaints nothing below the legend."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("legend_figures")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.scale = 0.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font("chip"))
        height = self.height() / 2
        side = look.px("chip") * 0.6
        for row, (sign, token) in enumerate((("+", "pos"), ("−", "neg"))):
            color = look.color(token)
            top = row * height
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            mark = QRectF(2, top + (height - side) / 2, side, side)
            paint_triangle(painter, mark, is_up=row == 0)
            painter.setPen(color)
            text = f"{sign}{short(self.scale)}" if self.scale else f"{sign}max"
            box = QRectF(2 + side + 5, top, self.width() - side - 7, height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.end()
