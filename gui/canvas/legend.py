"""What the colours and bars on the cards mean, with the one scale of delta."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.canvas import node_paint
from gui.canvas.overlay import OverlayBox, paint_triangle
from gui.formulas import formula_pixmap

_BARS = 21


def short(value: float) -> str:
    """Two figures: 0.008, 1.2e-05."""
    return f"{value:.1e}" if value and not 1e-3 <= value < 1e3 else f"{value:.2g}"


class Legend(OverlayBox):
    """The map of h from low to high, and bars of delta with the value that fills one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._scale = 0.0
        self.setAccessibleName("Legend")
        self.setToolTip(
            "h: low values are purple, high ones yellow.\n"
            "δ: bars up are positive, bars down negative; one scale for all cards."
        )

    def set_scale(self, scale: float) -> None:
        """The size of delta that fills half a trough."""
        if short(scale) != short(self._scale):
            self._scale = scale
            self.setAccessibleDescription(f"Delta bars reach to plus and minus {short(scale)}")
            self.update()

    @property
    def scale(self) -> float:
        return self._scale

    def paint_inside(self, painter: QPainter) -> None:
        look = theme.current()
        half = self.height() / 2
        left = 40.0 * (1.25 if look.is_projector else 1.0)
        note = node_paint.text_width(look, "caption", "low … high") + 10
        width = self.width() - left - note - 22
        for row, (tex, token) in enumerate(((r"h", "fwd"), (r"\delta", "bwd"))):
            picture = formula_pixmap(tex, look.px("maths"), look.color(token))
            size = picture.deviceIndependentSize()
            middle = half * (0.55 if row == 0 else 1.42)
            painter.drawPixmap(QPointF(16, middle - size.height() / 2), picture)
        self._paint_map(painter, QRectF(left, half * 0.55 - 9, width, 18))
        self._paint_bars(painter, QRectF(left, half * 1.42 - 14, width, 28))
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text2"))
        box = QRectF(left + width + 10, 0, note + 8, half * 1.1)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), "low … high")
        self._paint_scale(painter, QRectF(box.left(), half * 1.42 - half / 2, note + 8, half))

    def _paint_map(self, painter: QPainter, box: QRectF) -> None:
        lut = np.ascontiguousarray(theme.activation_lut(theme.current()).reshape(1, 256, 3))
        image = QImage(lut.data, 256, 1, 768, QImage.Format.Format_RGB888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, image)

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

    def _paint_scale(self, painter: QPainter, box: QRectF) -> None:
        look = theme.current()
        painter.setFont(look.font("chip"))
        height = box.height() / 2
        for row, (sign, token) in enumerate((("+", "pos"), ("−", "neg"))):
            color = look.color(token)
            top = box.top() + row * height
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            side = look.px("chip") * 0.6
            mark = QRectF(box.left(), top + (height - side) / 2, side, side)
            paint_triangle(painter, mark, is_up=row == 0)
            painter.setPen(color)
            text = f"{sign}{short(self._scale)}" if self._scale else f"{sign}max"
            painter.drawText(
                QRectF(mark.right() + 4, top, box.width(), height),
                int(Qt.AlignmentFlag.AlignVCenter),
                text,
            )
