"""The answers of all members over their inputs: each thin, the mean bold, disagreement below."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui import theme
from gui.labs.axes_figure import AxesFigure, padded
from gui.labs.racer_marks import paint_marker
from gui.plots.contour import contour
from gui.plots.numbers import percent, short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.averaging import Ensemble, disagreement
from model.layer import Array

NO_MAP = "A map needs one data set with one or two numbers an item"
_MOST_POINTS = 200


class EnsembleFigure(AxesFigure):
    """Boundaries over two inputs, curves over one."""

    def __init__(self) -> None:
        super().__init__("averaging_map", "Answers of all members, and their mean")
        self.empty_text = "The first network is being trained"
        self.found: Ensemble | None = None
        self._lines: list[Array] = []
        self._mean: Array = np.zeros((0, 4))
        self._apart: Array | None = None
        self.shows_apart = True

    def show_ensemble(self, found: Ensemble) -> None:
        """Draw these members."""
        self.found = found
        first = found.members[0].map if found.members else None
        maps = found.maps()
        self.empty_text = "" if first is not None else NO_MAP
        if first is None or maps is None:
            self.update()
            return
        x, y = np.asarray(first.x, float), np.asarray(first.y, float)
        self.x_range = (float(x[0]), float(x[-1]))
        self._apart = disagreement(maps)
        if first.is_plane:
            self.x_name, self.y_name = "x₁ ", "x₂ "
            self.y_range = (float(y[0]), float(y[-1]))
            level = float(np.median(first.targets)) if not first.classes else None
            self._lines = [boundary_lines(x, y, each, level) for each in maps]
            self._mean = boundary_lines(x, y, maps.mean(axis=0), level)
        else:
            self.x_name, self.y_name = "x ", "answer"
            self._lines = [np.column_stack([x, each[:, 0]]) for each in maps]
            self._mean = np.column_stack([x, maps.mean(axis=0)[:, 0]])
            every = np.concatenate([maps[..., 0].ravel(), np.ravel(first.targets)])
            self.y_range = padded(float(every.min()), float(every.max()))
        self.update()

    @property
    def is_plane(self) -> bool:
        first = self.found.members[0].map if self.found and self.found.members else None
        return first is not None and first.is_plane

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        if self.found is None or self._apart is None:
            return
        thick = 4.5 if look.is_projector else 3.2
        if self.is_plane:
            self._paint_plane(painter, look, thick)
        else:
            self._paint_curves(painter, look, thick)

    def _paint_plane(self, painter: QPainter, look: Theme, thick: float) -> None:
        if self.shows_apart and self._apart is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.area, shaded(self._apart, look))
        self._paint_points(painter, look)
        painter.setPen(QPen(look.color("text2"), 1.0))
        for line in self._lines:
            painter.drawLines(self._pieces(line))
        painter.setPen(QPen(look.color("accent"), thick))
        painter.drawLines(self._pieces(self._mean))

    def _pieces(self, pieces: Array) -> list[QLineF]:
        found = pieces.tolist()
        return [QLineF(self.to_screen(a, b), self.to_screen(c, d)) for a, b, c, d in found]

    def _paint_points(self, painter: QPainter, look: Theme) -> None:
        first = self.found.members[0].map if self.found else None
        if first is None or not first.classes:
            return
        painter.setOpacity(0.75)
        size = 4.5 if look.is_projector else 3.2
        pairs = zip(first.points[:_MOST_POINTS].tolist(), first.targets.tolist(), strict=False)
        for (x, y), label in pairs:
            paint_marker(painter, self.to_screen(x, y), int(label), size, look)
        painter.setOpacity(1.0)

    def _paint_curves(self, painter: QPainter, look: Theme, thick: float) -> None:
        first = self.found.members[0].map if self.found else None
        if first is None or self._apart is None:
            return
        if self.shows_apart:
            x, mean = self._mean[:, 0], self._mean[:, 1]
            band = self.curve(
                np.concatenate([x, x[::-1]]),
                np.concatenate([mean + self._apart, (mean - self._apart)[::-1]]),
            )
            painter.fillPath(band, look.color("bwdbg"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.with_alpha("text3", 0.7))
        targets = np.ravel(first.targets)
        points = self.screen_points(np.ravel(first.points)[: len(targets)], targets)
        for place in points[:_MOST_POINTS]:
            painter.drawEllipse(place, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("text2"), 1.0))
        for line in self._lines:
            self.draw_line(painter, self.screen_points(line[:, 0], line[:, 1]))
        painter.setPen(QPen(look.color("accent"), thick))
        self.draw_line(painter, self.screen_points(self._mean[:, 0], self._mean[:, 1]))

    def lines_at(self, place: QPointF) -> list[Line]:
        """How far the members are apart below the pointer."""
        if self.empty_text or not self.area.contains(place):
            return []
        first = self.found.members[0].map if self.found else None
        if first is None or self._apart is None:
            return []
        x, y = self.to_data(place)
        column = int(np.abs(first.x - x).argmin())
        index = (int(np.abs(first.y - y).argmin()), column) if first.is_plane else (column,)
        apart = float(self._apart[index])
        return [(theme.current().color("bwd"), f"the networks differ by ± {short(apart)}")]


def boundary_lines(x: Array, y: Array, values: Array, level: float | None) -> Array:
    """(pieces, 4): where the answered class changes; of values, where they cross the level."""
    if level is not None:
        return contour(x, y, values[..., 0], level)
    if values.shape[-1] == 1:
        return contour(x, y, values[..., 0], 0.5)
    found = []
    for k in range(values.shape[-1]):
        others = np.delete(values, k, axis=-1).max(axis=-1)
        found.append(contour(x, y, values[..., k] - others, 0.0))
    return np.concatenate(found)


def shaded(apart: Array, look: Theme) -> QImage:
    """Disagreement as a shade: none is the plot's ground, the most is the warm tint."""
    top = max(float(apart.max()), 1e-9)
    share = (apart / max(top, 0.3))[::-1, :, None]
    ground, tint = (np.array(QColor(look.color(t)).getRgb()[:3], float) for t in ("plotbg", "bwd"))
    rgb = np.ascontiguousarray(np.round(ground + 0.5 * share * (tint - ground)), dtype=np.uint8)
    rows, columns = rgb.shape[:2]
    image = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.copy()


class ErrorsFigure(AxesFigure):
    """The error of each member as a dot, and of the average of the first k as a line."""

    def __init__(self) -> None:
        super().__init__("averaging_errors", "Errors of the members and of their average", "k", "")
        self.x_name = "networks"
        self.x_is_whole = True
        self.found: Ensemble | None = None
        self._averages: Array = np.zeros(0)

    def show_ensemble(self, found: Ensemble) -> None:
        """Draw these errors."""
        self.found = found
        self.y_is_share = found.members[0].answers.is_classification
        self.y_name = "wrong answers" if self.y_is_share else "squared error"
        self._averages = found.errors_of_average()
        values = [*found.errors(), *self._averages]
        values += [m.answers.error for m in (found.swa, found.dropout) if m is not None]
        low, high = padded(min(values), max(values), 0.15)
        self.y_range = (max(low, 0.0) if min(values) > 0 else -0.06 * high, high)
        self.x_range = (0.5, max(found.wish.count, 2) + 0.5)
        self.update()

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        found = self.found
        if found is None:
            return
        size = 6.5 if look.is_projector else 5.0
        x = np.arange(1.0, len(found.members) + 1)
        for other, token, style in (
            (found.swa, "upd", Qt.PenStyle.DashLine),
            (found.dropout, "fwd", Qt.PenStyle.DotLine),
        ):
            if other is not None:
                painter.setPen(QPen(look.color(token), 2.2, style))
                y = self.to_screen(1, other.answers.error).y()
                painter.drawLine(QLineF(self.area.left(), y, self.area.right(), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("text3"))
        for place in self.screen_points(x, found.errors()):
            painter.drawRect(QRectF(place.x() - size, place.y() - size, 2 * size, 2 * size))
        painter.setPen(QPen(look.color("accent"), 4 if look.is_projector else 2.6))
        self.draw_line(painter, self.screen_points(x, self._averages))
        painter.setPen(QPen(look.color("plotbg"), 1.2))
        painter.setBrush(look.color("accent"))
        for place in self.screen_points(x, self._averages):
            painter.drawEllipse(place, size * 0.8, size * 0.8)

    def lines_at(self, place: QPointF) -> list[Line]:
        """The errors of the network below the pointer, and of the average so far."""
        found = self.found
        if found is None or not self.area.contains(place):
            return []
        k = round(self.to_data(place)[0])
        if not 1 <= k <= len(found.members):
            return []
        look = theme.current()
        return [
            (look.color("text3"), f"network {k}: {self._said(float(found.errors()[k - 1]))}"),
            (look.color("accent"), f"average of {k}: {self._said(float(self._averages[k - 1]))}"),
        ]

    def _said(self, error: float) -> str:
        return percent(error) if self.y_is_share else short(error)
