"""The codes of many items: the output of a narrow node as a cloud of points."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.chart_axes import paint_axes
from gui.plots.chart_look import Frame, line_height, text_width
from gui.plots.class_marks import legend_width, paint_legend, paint_mark
from gui.plots.code_panel import AXES, CodePanel
from gui.plots.figure import Figure
from gui.plots.numbers import exact
from gui.plots.planar import plane_frame
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.snapshot import Codes

_REACH = 8.0  # px from a point within which the pointer means it
_MARGIN = 0.06
_FEW = 12  # points of a class that a name in their middle would hide


class CodePlot(CodePanel):
    """The first two numbers of a node's output over the validation part."""

    key: ClassVar[str] = "codes"
    title: ClassVar[str] = "Codes"
    icon: ClassVar[str] = "scatter-plot"
    wants: ClassVar[tuple[str, ...]] = ("codes",)
    choice: ClassVar[str] = "Whose output is shown"
    why_none: ClassVar[str] = (
        "Codes are the output of a layer with two numbers or more, such as a Dense layer of 2"
        " units. This design has none."
    )

    def picture_of_codes(self) -> QWidget:
        """The cloud."""
        self.cloud = CloudView()
        return self.cloud

    def show_codes(self, found: Codes) -> str:
        """How many points there are, of how many numbers."""
        self.cloud.show_codes(found)
        more = f", first 2 of {found.width} numbers" if found.width > 2 else ""
        return f"{len(found.points)} {found.part} items{more}, test mode"


class CloudView(Figure):
    """Points with axes; classes by colour and shape, and their names in the middle of each."""

    def __init__(self) -> None:
        super().__init__("codes_cloud", "The codes of the items as points")
        self._codes: Codes | None = None

    def show_codes(self, codes: Codes) -> None:
        """Show other codes."""
        self._codes = codes
        self.update()

    def frame(self, look: Theme) -> Frame | None:
        """The axes; None without codes."""
        codes = self._codes
        if codes is None or not len(codes.points):
            return None
        points = codes.points[np.isfinite(codes.points).all(axis=1)]
        limits = (-1.0, 1.0, -1.0, 1.0)
        if len(points):
            low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
            gap = np.maximum((high - low) * _MARGIN, 1e-6)
            low, high = low - gap, high + gap
            limits = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
        right = legend_width(codes.classes, self.width(), look)
        return plane_frame(QSizeF(self.size()), limits, AXES, look, right=right)

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Axes, points, names."""
        frame, codes = self.frame(look), self._codes
        if frame is None or codes is None:
            return
        paint_axes(painter, frame, look, has_grid=False)
        labels = np.zeros(len(codes.points), int) if codes.labels is None else codes.labels
        radius = (2.6 if len(labels) > 200 else 3.4) * min(look.scale, 1.4)
        for (x, y), label in zip(codes.points.tolist(), labels.tolist(), strict=True):
            if np.isfinite(x) and np.isfinite(y):
                paint_mark(painter, frame.pixel(x, y), int(label), radius, look)
        self._paint_names(painter, frame, codes, look)
        left, top = frame.plot.right() + 12, frame.plot.top()
        room = QRectF(left, top, self.width() - left, frame.plot.height())
        paint_legend(painter, codes.classes, room, look)

    def _paint_names(self, painter: QPainter, frame: Frame, codes: Codes, look: Theme) -> None:
        """The name of each class in the middle of its points, above them where they are few."""
        if codes.labels is None:
            return
        font, line = look.font("strong"), line_height(look, "strong")
        for number, name in enumerate(codes.classes):
            own = codes.points[codes.labels == number].astype(float)
            own = own[np.isfinite(own).all(axis=1)]
            if not len(own):
                continue
            x, y = np.median(own, axis=0)
            middle = frame.pixel(float(x), float(y if len(own) > _FEW else own[:, 1].max()))
            if len(own) <= _FEW:
                middle -= QPointF(0, line * 0.8)
            width, plot = text_width(look, "strong", name), frame.plot
            left = min(max(middle.x() - width / 2, plot.left() + 2), plot.right() - width)
            base = min(max(middle.y() + line * 0.3, plot.top() + line * 0.8), plot.bottom() - 2)
            path = QPainterPath()
            path.addText(QPointF(left, base), font, name)
            painter.strokePath(path, QPen(look.color("plotbg"), 3.5 * min(look.scale, 1.4)))
            painter.fillPath(path, look.color("text"))

    def rows(self) -> list[list[Any]]:
        """A row an item."""
        codes = self._codes
        if codes is None:
            return []
        found: list[list[Any]] = [["item", *AXES, "class"]]
        for number, point in enumerate(codes.points):
            label = None if codes.labels is None else codes.classes[int(codes.labels[number])]
            found.append([number, *point, label])
        return found

    def lines_at(self, place: QPointF) -> list[Line]:
        """The item below the pointer."""
        look = theme.current()
        frame, codes = self.frame(look), self._codes
        if frame is None or codes is None or not frame.plot.contains(place):
            return []
        (left, right, bottom, top), plot = frame.limits, frame.plot
        x = plot.left() + (codes.points[:, 0] - left) / (right - left) * plot.width()
        y = plot.bottom() - (codes.points[:, 1] - bottom) / (top - bottom) * plot.height()
        gaps = np.nan_to_num(np.hypot(x - place.x(), y - place.y()), nan=np.inf)
        index = int(np.argmin(gaps))
        if gaps[index] > _REACH * look.scale:
            return []
        first, second = codes.points[index]
        lines: list[Line] = [(None, f"code = ({exact(first)}, {exact(second)})")]
        if codes.labels is not None:
            label = int(codes.labels[index])
            lines.append((look.series(label), f"y = {codes.classes[label]}"))
        return [*lines, (None, f"{codes.part} item {index}, step {codes.at_step}, test mode")]
