"""The curve of J with the path so far, the tangent, its triangle, and the next step."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from gui.labs.axes_figure import AxesFigure, padded, signed
from gui.labs.label_placing import paint_note, place_label
from gui.plots.axes import nice_step
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.descent_slope import SlopeStudy

_BAND = 0.12
"""Share of the height that is kept below the curve for the arrow of the step."""
_LARGEST = 1e150
"""Larger numbers are not drawn: their differences overflow."""
_HEAD = 9.0
"""px of an arrowhead."""


class SlopeFigure(AxesFigure):
    """`show_study(study, position)`; a press or drag chooses the start."""

    def __init__(self) -> None:
        super().__init__(
            "slope_figure", "J over θ with tangent, slope triangle and steps", r"\theta", "J"
        )
        self.is_pressable = True
        self.empty_text = "Type a function of θ"
        self.study: SlopeStudy | None = None
        self.position = 0
        self._taken: list[QRectF] = []
        self._clear: list[QPointF] = []
        """What labels stay off, and what they should not cover."""

    def show_study(self, study: SlopeStudy, position: int) -> None:
        """Draw this, standing at this step."""
        self.study, self.position = study, min(position, study.path.steps)
        known = study.values[np.abs(study.values) < _LARGEST]
        self.empty_text = "" if len(known) else "J is not defined anywhere in this range"
        if len(known):
            low, high = float(known.min()), float(np.quantile(known, 0.98))
            self.x_range = (float(study.x[0]), float(study.x[-1]))
            low, high = padded(low, max(high, low), 0.08)
            self.y_range = (low - _BAND * (high - low), high)
        self.update()

    # painting

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        study = self.study
        if study is None:
            return
        self._taken = []
        wide = 1.7 if look.is_projector else 1.0
        painter.setPen(QPen(look.color("fwd"), 2.6 * wide))
        self._draw_curve(painter, study)
        here = self._here(study)
        if here is None:
            return
        theta, loss, slope = here
        self._paint_tangent(painter, look, theta, loss, slope, wide)
        self._paint_path(painter, look, study, wide)

    def _draw_curve(self, painter: QPainter, study: SlopeStudy) -> None:
        is_known = np.abs(study.values) < _LARGEST
        edges = np.flatnonzero(np.diff(is_known.astype(int))) + 1
        for part in np.split(np.arange(len(study.x)), edges):
            if is_known[part[0]]:
                self.draw_line(painter, self.screen_points(study.x[part], study.values[part]))

    def _here(self, study: SlopeStudy) -> tuple[float, float, float] | None:
        """theta, J and slope at this step; None where J is not defined there."""
        k = self.position
        found = float(study.path.thetas[k, 0]), float(study.path.losses[k]), float(study.slopes[k])
        return found if all(abs(each) < _LARGEST for each in found) else None

    def _paint_tangent(
        self, painter: QPainter, look: Theme, theta: float, loss: float, slope: float, wide: float
    ) -> None:
        left, right = self.x_range
        painter.setPen(QPen(look.color("text2"), 1.6 * wide, Qt.PenStyle.DashLine))
        ends = [self.to_screen(x, loss + slope * (x - theta)) for x in (left, right)]
        painter.drawLine(*ends)
        corners = self._triangle(theta, loss, slope)
        painter.setPen(QPen(look.color("bwd"), 1.6 * wide))
        painter.setBrush(look.with_alpha("bwd", 0.18))
        painter.drawPolygon(QPolygonF(corners))

    def run(self) -> float:
        """The width of the slope triangle: a round number, about an eighth of the picture; to the
        left where there is no room at the right."""
        found = nice_step(self.x_range[1] - self.x_range[0], 8)
        here = float(self.study.path.thetas[self.position, 0]) if self.study else 0.0
        return found if here + found <= self.x_range[1] else -found

    def _triangle(self, theta: float, loss: float, slope: float) -> list[QPointF]:
        """Here, one run aside, and from there up or down to the tangent."""
        run = self.run()
        return [
            self.to_screen(theta, loss),
            self.to_screen(theta + run, loss),
            self.to_screen(theta + run, loss + slope * run),
        ]

    def _paint_path(self, painter: QPainter, look: Theme, study: SlopeStudy, wide: float) -> None:
        thetas, losses = study.path.thetas[: self.position + 1, 0], study.path.losses
        points = self.screen_points(thetas, losses[: self.position + 1])
        painter.setPen(QPen(look.color("upd"), 1.4 * wide))
        self.draw_line(painter, points)
        painter.setPen(QPen(look.color("plotbg"), 1.2))
        painter.setBrush(look.color("upd"))
        for point in points[:-1]:
            painter.drawEllipse(point, 4.2 * wide, 4.2 * wide)

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        study = self.study
        here = self._here(study) if study is not None else None
        if study is None or here is None:
            return
        theta, loss, slope = here
        wide = 1.5 if look.is_projector else 1.0
        self._paint_step(painter, look, study, wide)
        at = self.to_screen(theta, loss)
        if self.area.adjusted(-3, -3, 3, 3).contains(at):
            painter.setPen(QPen(look.color("plotbg"), 2))
            painter.setBrush(look.color("upd"))
            painter.drawEllipse(at, 8 * wide, 8 * wide)
        self._paint_words(painter, look, theta, loss, slope)

    def _paint_step(self, painter: QPainter, look: Theme, study: SlopeStudy, wide: float) -> None:
        """The arrow along the axis from here to where the step leads, and the place there."""
        k = self.position
        theta, ahead = float(study.path.thetas[k, 0]), float(study.ahead[k])
        base = self.area.bottom() - 14 * wide
        start, end = self.to_screen(theta, 0).x(), self.to_screen(ahead, 0).x()
        inside = self.area
        start = min(max(start, inside.left()), inside.right())
        shown = min(max(end, inside.left() + 4), inside.right() - 4)
        color = look.color("upd")
        painter.setPen(QPen(color, 1.2 * wide, Qt.PenStyle.DotLine))
        at = self.to_screen(theta, float(study.path.losses[k]))
        painter.drawLine(QPointF(start, min(at.y(), base)), QPointF(start, base))
        lands = self.to_screen(ahead, float(study.ahead_losses[k]))
        is_seen = inside.contains(lands)
        if is_seen:
            painter.drawLine(QPointF(shown, base), lands)
            painter.setPen(QPen(color, 2.2 * wide))
            painter.setBrush(look.color("plotbg"))
            painter.drawEllipse(lands, 6.5 * wide, 6.5 * wide)
        painter.setPen(QPen(color, 3 * wide))
        if abs(shown - start) > 1:
            painter.drawLine(QPointF(start, base), QPointF(shown, base))
            head = math.copysign(min(_HEAD * wide, abs(shown - start)), shown - start)
            painter.setBrush(color)
            painter.setPen(Qt.PenStyle.NoPen)
            tip = QPointF(shown, base)
            wing = abs(head) * 0.6
            painter.drawPolygon(
                QPolygonF([tip, tip - QPointF(head, wing), tip - QPointF(head, -wing)])
            )

    def _paint_words(
        self, painter: QPainter, look: Theme, theta: float, loss: float, slope: float
    ) -> None:
        study = self.study
        if study is None:
            return
        painter.setFont(look.font("chip"))
        height = QFontMetricsF(painter.font()).height()
        wide = 1.5 if look.is_projector else 1.0
        corners = self._triangle(theta, loss, slope)
        self._clear = self._not_to_be_covered(study, corners)
        at = self.to_screen(theta, loss)
        reach = 10 * wide
        self._taken.append(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))
        if abs(corners[2].y() - corners[1].y()) > 1.3 * height:  # where it is flat, nothing fits
            self._paint_sides(painter, look, corners, slope)
        self._paint_step_words(painter, look, study, theta, wide)
        side = 1 if slope > 0 else -1
        turn = math.pi + 0.6 * side if self.run() > 0 else 0.6 * side
        words = f"θ = {short(theta)}, J = {short(loss)}"
        self._note(painter, look, at, words, "text", turn, 12 * wide)

    def _paint_step_words(
        self, painter: QPainter, look: Theme, study: SlopeStudy, theta: float, wide: float
    ) -> None:
        """At the arrow along the axis."""
        base = self.area.bottom() - 14 * wide
        ahead = float(study.ahead[self.position])
        start, end = (self.to_screen(x, 0).x() for x in (theta, ahead))
        left, right = self.area.left(), self.area.right()
        ends = [min(max(x, left), right) for x in (start, end)]
        arrow = QRectF(min(ends), base - _HEAD * wide, abs(ends[1] - ends[0]), 2 * _HEAD * wide)
        self._taken.append(arrow)
        words = f"−ρ · slope = {signed(ahead - theta)}"
        if not left <= end <= right:
            words += f", to θ = {short(ahead)}, outside"
        middle = QPointF(sum(ends) / 2, base)
        self._note(painter, look, middle, words, "upd", -math.pi / 2, 8 * wide)

    def _paint_sides(
        self, painter: QPainter, look: Theme, corners: list[QPointF], slope: float
    ) -> None:
        """What the triangle's two sides are."""
        run = self.run()
        across = f"{run:g}".replace("-", "−")
        middle = (corners[0] + corners[1]) / 2
        self._note(painter, look, middle, across, "bwd", math.copysign(math.pi / 2, slope), 3)
        upright = (corners[1] + corners[2]) / 2
        upright.setY(min(max(upright.y(), self.area.top() + 12), self.area.bottom() - 12))
        words = f"{signed(slope * run)} = {across} · {signed(slope)}"
        self._note(painter, look, upright, words, "bwd", 0.0 if run > 0 else math.pi, 4)

    def _not_to_be_covered(self, study: SlopeStudy, corners: list[QPointF]) -> list[QPointF]:
        """px of the curve, of the path, and of the triangle's edges."""
        path = slice(0, self.position + 1)
        found = self.screen_points(study.x, study.values)
        found += self.screen_points(study.path.thetas[path, 0], study.path.losses[path])
        shares = [k / 12 for k in range(13)]
        for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
            found += [one + (other - one) * share for share in shares]
        return found

    def _note(
        self,
        painter: QPainter,
        look: Theme,
        anchor: QPointF,
        text: str,
        ink: str,
        prefer: float,
        near: float,
    ) -> None:
        metrics = QFontMetricsF(painter.font())
        size = QSizeF(metrics.horizontalAdvance(text) + 6, metrics.height() + 2)
        room = self.area.adjusted(2, 2, -2, -2)
        box = place_label(
            anchor, size, self._taken, room, points=self._clear, nearest=near, prefer=prefer
        )
        self._taken.append(box)
        paint_note(painter, box, text, look, ink)

    # numbers

    def lines_at(self, place: QPointF) -> list[Line]:
        """J at this θ."""
        study = self.study
        if study is None or self.empty_text or not self.area.contains(place):
            return []
        theta, _y = self.to_data(place)
        value = float(np.interp(theta, study.x, study.values))
        return [(None, f"θ = {short(theta)}: J = {short(value)}")]

    def rows(self) -> list[list[Any]]:
        """The curve."""
        if self.study is None:
            return []
        pairs = zip(self.study.x.tolist(), self.study.values.tolist(), strict=True)
        return [["theta", "J"], *([x, y] for x, y in pairs)]
