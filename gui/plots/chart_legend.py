"""The legend of a chart: a piece of each curve and its name, above the curves."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gui.plots.chart_look import Frame, curve_pen, line_height, text_width
from gui.plots.chart_marks import paint_circle
from gui.plots.series import Curve
from gui.theme import Theme


def _legend_rows(frame: Frame, width: float, look: Theme) -> list[list[tuple[Curve, str, float]]]:
    """(curve, text, width of the text) row by row; short names where the long ones do not fit."""
    swatch = _swatch(look)
    for texts in ([c.name for c in frame.curves], [c.short for c in frame.curves]):
        entries = [
            (curve, text, text_width(look, "caption", text))
            for curve, text in zip(frame.curves, texts, strict=True)
        ]
        if sum(wide + swatch + 20 for _, _, wide in entries) <= width + 20:
            return [entries] if entries else []
    rows: list[list[tuple[Curve, str, float]]] = [[]]
    for entry in entries:
        used = sum(wide + swatch + 20 for _, _, wide in rows[-1])
        if rows[-1] and used + entry[2] + swatch > width:
            rows.append([])
        rows[-1].append(entry)
    return rows


def _swatch(look: Theme) -> float:
    return 22 * look.scale + 6


def legend_height(frame: Frame, area: QRectF, look: Theme) -> float:
    """Room of the legend above the curves, px."""
    if not frame.has_legend:
        return 0.0
    rows = len(_legend_rows(frame, area.width() - 16, look))
    return rows * (line_height(look, "caption") + 2)


def paint_legend(painter: QPainter, frame: Frame, area: QRectF, look: Theme) -> None:
    """A piece of each curve and its name, centred above the curves."""
    if not frame.has_legend:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(look.font("caption"))
    swatch, line = _swatch(look), line_height(look, "caption") + 2
    for number, row in enumerate(_legend_rows(frame, area.width() - 16, look)):
        used = sum(wide + swatch + 20 for _, _, wide in row) - 20
        x = max(8.0, min(frame.plot.center().x() - used / 2, area.width() - 8 - used))
        middle = area.top() + number * line + line / 2
        for curve, text, wide in row:
            pen = curve_pen(look, curve, frame.standing_out)
            if curve.style == "dashed":
                pen.setDashPattern([3.5, 2.2])
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(x, middle), QPointF(x + swatch - 6, middle))
            if curve.is_sparse:
                paint_circle(painter, QPointF(x + swatch / 2 - 3, middle), look, pen.color())
            painter.setPen(look.color("text2"))
            box = QRectF(x + swatch, middle - line / 2, wide + 2, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
            x += wide + swatch + 20
    painter.restore()
