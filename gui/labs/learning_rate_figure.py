"""The range test as a picture: J and its smoothed curve over log rho, with marks."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui import theme
from gui.labs.axes_figure import AxesFigure, padded
from gui.labs.label_placing import paint_note, paint_tag, place_label, tag_size
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.learning_rate_range import RangeTest


class RangeFigure(AxesFigure):
    """J over rho, which can be pressed."""

    def __init__(self) -> None:
        super().__init__("range_test", "Loss against the learning rate", r"\rho", "J")
        self.x_is_log = True
        self.test: RangeTest | None = None
        self.chosen: float | None = None
        self.present = 0.0
        self.empty_text = "The test has not run as yet."
        self.is_pressable = True
        self.right_room = 40.0

    def show_test(
        self,
        test: RangeTest | None,
        reach: tuple[float, float],
        chosen: float | None,
        present: float,
    ) -> None:
        """reach: the first and the last rho; chosen, present: marked rates."""
        self.test, self.chosen, self.present = test, chosen, present
        has_any = test is not None and len(test.rates) > 0
        self.empty_text = "" if has_any else "The test has not run as yet."
        low, high = sorted(reach)
        self.x_range = (low, max(high, 1.01 * low))
        if test is not None and has_any:
            # the spike at the end does not flatten the descent before it
            top = 1.6 * float(test.smoothed[: _calm_end(test)].max())
            bottom = min(float(test.smoothed.min()), float(np.quantile(test.losses, 0.02)))
            self.y_range = padded(min(bottom, top), top)
        self.update()

    def say(self, reason: str) -> None:
        """Why there is nothing to see."""
        self.test, self.empty_text = None, reason
        self.update()

    # painting

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        test = self.test
        if test is None:
            return
        wide = 3.4 if look.is_projector else 2.2
        painter.setPen(QPen(look.with_alpha("text3", 0.75), 1.0))
        self.draw_line(painter, self.screen_points(test.rates, test.losses))
        painter.setPen(QPen(look.series(0), wide))
        self.draw_line(painter, self.screen_points(test.rates, test.smoothed))
        if self.present > 0:
            self._upright(painter, look, self.present, "text2", Qt.PenStyle.DotLine)
        if test.diverged is not None:
            rate = float(test.rates[test.diverged])
            self._upright(painter, look, rate, "err", Qt.PenStyle.DashDotLine)
        if self.chosen is not None:
            self._upright(painter, look, self.chosen, "accent", Qt.PenStyle.DashLine)

    def _upright(
        self, painter: QPainter, look: Theme, rate: float, token: str, style: Qt.PenStyle
    ) -> None:
        x = self.to_screen(rate, self.y_range[0]).x()
        painter.setPen(QPen(look.color(token), 2.4 if look.is_projector else 1.6, style))
        painter.drawLine(QPointF(x, self.area.top()), QPointF(x, self.area.bottom()))

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        test = self.test
        if test is None:
            return
        painter.setFont(look.font("strong"))
        points = self.screen_points(test.rates, test.smoothed)
        points += self.screen_points(test.rates, test.losses)
        taken: list[QRectF] = []
        if self.chosen is not None:
            text = f"ρ = {self.chosen:g}"
            place = self._on_curve(test, self.chosen)
            painter.setPen(QPen(look.color("plotbg"), 2))
            painter.setBrush(look.color("accent"))
            painter.drawEllipse(place, 7, 7)
            taken.append(QRectF(place.x() - 9, place.y() - 9, 18, 18))
            box = place_label(
                place, tag_size(painter.font(), text), taken, self.area, points=points
            )
            taken.append(box)
            paint_tag(painter, box, text, look.color("accent"), look.color("plotbg"))
        painter.setFont(look.font("chip"))
        self._note_beside(painter, look, test, taken, points)

    def _note_beside(
        self,
        painter: QPainter,
        look: Theme,
        test: RangeTest,
        taken: list[QRectF],
        points: list[QPointF],
    ) -> None:
        """Words at the marks, off one another."""
        notes = [("steepest descent", test.steepest), ("lowest", test.least)]
        for text, at in notes:
            if at is None:
                continue
            place = self._on_curve(test, float(test.rates[at]))
            painter.setPen(QPen(look.color("text"), 1.6))
            painter.setBrush(look.color("plotbg"))
            if text == "lowest" or self.chosen is None:
                painter.drawEllipse(place, 5, 5)
            size = tag_size(painter.font(), text, 3.0)
            box = place_label(place, size, taken, self.area, points=points, prefer=math.pi / 2)
            taken.append(box)
            paint_note(painter, box, text, look)
        if test.diverged is not None:
            text = "runs away"
            size = tag_size(painter.font(), text, 3.0)
            x = self.to_screen(float(test.rates[test.diverged]), self.y_range[1]).x()
            anchor = QPointF(x, self.area.top() + size.height())
            box = place_label(anchor, size, taken, self.area, points=points, prefer=math.pi)
            taken.append(box)
            paint_note(painter, box, text, look, "err")
        if self.present > 0 and self.x_range[0] < self.present < self.x_range[1]:
            text = f"present {self.present:g}"
            size = tag_size(painter.font(), text, 3.0)
            x = self.to_screen(self.present, self.y_range[0]).x()
            anchor = QPointF(x, self.area.bottom() - size.height())
            box = place_label(anchor, size, taken, self.area, points=points, prefer=0.0)
            paint_note(painter, box, text, look, "text2")

    def _on_curve(self, test: RangeTest, rate: float) -> QPointF:
        y = float(np.interp(math.log10(rate), np.log10(test.rates), test.smoothed))
        return self.to_screen(rate, min(y, self.y_range[1]))

    # numbers

    def lines_at(self, place: QPointF) -> list[Line]:
        """rho and both losses of the step below the pointer."""
        test = self.test
        if test is None or not self.area.contains(place) or not len(test.rates):
            return []
        look = theme.current()
        x, _y = self.to_data(place)
        k = int(np.abs(np.log(test.rates / x)).argmin())
        said = f"ρ = {test.rates[k]:.3g}: smoothed {short(test.smoothed[k])}"
        return [
            (look.series(0), said),
            (look.color("text3"), f"J of this batch {short(test.losses[k])}"),
        ]


def _calm_end(test: RangeTest) -> int:
    """Up to where the loss has not begun to run away."""
    return max(1, test.least + 1 if test.least is not None else len(test.rates))
