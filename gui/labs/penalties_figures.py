"""Pictures over log lambda: the coefficients, the losses, and the count of exact zeros."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gui import theme
from gui.labs.axes_figure import AxesFigure, padded
from gui.labs.label_placing import paint_note, place_label, tag_size
from gui.labs.racer_marks import paint_marker, racer_color, racer_pen
from gui.plots.axes import spread
from gui.plots.figure import LEFT
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.penalty_path import PenaltyPath
from model.layer import Array

_EMPTY = "The path is being worked out"
_MOST_LABELS = 20
"""Lines that are named; of more the largest."""


class OverLambda(AxesFigure):
    """Lambda on a log axis. An upright stands at the present one."""

    def __init__(self, name: str, description: str, y_name: str = "") -> None:
        super().__init__(name, description, r"\lambda", y_name)
        self.empty_text = _EMPTY
        self.x_is_log = self.is_pressable = True
        self.right_room = 16.0
        self.path: PenaltyPath | None = None
        self.at = 0
        self.lambdas: Array = np.ones(0)

    def show_path(self, path: PenaltyPath, at: int) -> None:
        """at: the number of the present lambda."""
        is_new = path is not self.path
        self.path, self.at = path, at
        self.empty_text = ""
        if is_new:
            self.lambdas = path.lambdas
            self.x_range = (float(self.lambdas[0]), float(self.lambdas[-1]))
            self.y_range = self.reach(path)
        self.update()

    def reach(self, path: PenaltyPath) -> tuple[float, float]:
        """The y axis of a path."""
        raise NotImplementedError

    def _upright(self, painter: QPainter, look: Theme) -> None:
        x = self.to_screen(float(self.lambdas[self.at]), self.y_range[0]).x()
        wide = 2.6 if look.is_projector else 1.8
        painter.setPen(QPen(look.color("accent"), wide, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, self.area.top()), QPointF(x, self.area.bottom()))

    def number_at(self, place: QPointF) -> int | None:
        """The lambda below the pointer."""
        if self.path is None or not self.area.contains(place):
            return None
        return int(np.abs(np.log(self.lambdas / self.to_data(place)[0])).argmin())


class CoefficientsFigure(OverLambda):
    """One line a coefficient, named at its end."""

    def __init__(self) -> None:
        super().__init__("penalty_coefficients", "Coefficients against lambda", r"\beta_j")

    def reach(self, path: PenaltyPath) -> tuple[float, float]:
        shown = path.betas[:, list(path.lines)]
        return padded(float(shown.min()), float(shown.max()))

    def _named(self) -> list[int]:
        """The features whose lines are named, the largest first."""
        if self.path is None:
            return []
        lines = np.array(self.path.lines)
        order = np.argsort(-np.abs(self.path.betas[0, lines]), kind="stable")
        return [int(j) for j in lines[order[:_MOST_LABELS]]]

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Keep room for the names at the left, where the lines are apart."""
        if self.path is not None:
            metrics = QFontMetricsF(look.font("chip"))
            names = [self.path.data.names[j] for j in self._named()]
            room = max((metrics.horizontalAdvance(name) for name in names), default=0.0) + 30
            share = min(room / max(self.width() - 70.0, 1.0), 0.4)
            first, last = float(self.lambdas[0]), float(self.lambdas[-1])
            self.x_range = (first * (first / last) ** (share / (1 - share)), last)
        super().paint(painter, look)

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        if self.path is None:
            return
        wide = 3.2 if look.is_projector else 2.0
        painter.setPen(QPen(look.color("axis"), 1.0))
        zero = self.to_screen(self.x_range[0], 0.0).y()
        painter.drawLine(QPointF(self.area.left(), zero), QPointF(self.area.right(), zero))
        self._upright(painter, look)
        for j in self.path.lines:
            painter.setPen(racer_pen(look, j, wide))
            self.draw_line(painter, self.screen_points(self.lambdas, self.path.betas[:, j]))
        for j in self.path.lines:
            place = self.to_screen(float(self.lambdas[self.at]), float(self.path.betas[self.at, j]))
            paint_marker(painter, place, j, 6.5 if look.is_projector else 4.5, look)
        self._paint_names(painter, look, self.path)

    def _paint_names(self, painter: QPainter, look: Theme, path: PenaltyPath) -> None:
        painter.setFont(look.font("chip"))
        metrics = QFontMetricsF(painter.font())
        named, half = self._named(), metrics.height() / 2
        starts = [self.to_screen(float(self.lambdas[0]), float(path.betas[0, j])) for j in named]
        low, high = self.area.top() + half, self.area.bottom() - half
        heights = spread([each.y() for each in starts], 2 * half, low, high)
        left = self.area.left() + 10
        for j, start, height in zip(named, starts, heights, strict=True):
            name = path.data.names[j]
            end = left + 10 + metrics.horizontalAdvance(name)
            painter.setPen(QPen(racer_color(look, j), 1.0))
            painter.drawLine(QPointF(end + 2, height), start)
            paint_marker(painter, QPointF(left, height), j, 4.5, look)
            painter.setPen(look.color("text"))
            box = QRectF(left + 9, height - half, end - left, 2 * half)
            painter.drawText(box, int(LEFT | Qt.TextFlag.TextDontClip), name)

    def lines_at(self, place: QPointF) -> list[Line]:
        """All coefficients at the lambda below the pointer, the largest first."""
        k = self.number_at(place)
        if k is None or self.path is None:
            return []
        look, beta = theme.current(), self.path.betas[k, list(self.path.lines)]
        order = np.argsort(-np.abs(beta), kind="stable")[:12].tolist()
        said = [
            (racer_color(look, j), f"{self.path.data.names[j]}: {short(beta[j])}") for j in order
        ]
        return [(look.color("accent"), f"λ = {short(self.path.lambdas[k])}"), *said]

    def rows(self) -> list[list[Any]]:
        """One row a lambda."""
        if self.path is None:
            return []
        head: list[Any] = ["lambda", *self.path.data.names]
        shown = self.path.betas[:, list(self.path.lines)]
        pairs = zip(self.path.lambdas.tolist(), shown.tolist(), strict=True)
        return [head, *([penalty, *beta] for penalty, beta in pairs)]


class LossesFigure(OverLambda):
    """Training and validation loss; the least validation loss is marked."""

    def __init__(self) -> None:
        super().__init__("penalty_losses", "Training and validation loss against lambda", "loss")

    def reach(self, path: PenaltyPath) -> tuple[float, float]:
        both = np.concatenate([path.training, path.validation])
        return padded(float(both.min()), float(both.max()), 0.12)

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        path = self.path
        if path is None:
            return
        self._upright(painter, look)
        for number, losses in enumerate((path.training, path.validation)):
            painter.setPen(racer_pen(look, number, 3.4 if look.is_projector else 2.2))
            self.draw_line(painter, self.screen_points(self.lambdas, losses))
            place = self.to_screen(float(self.lambdas[self.at]), float(losses[self.at]))
            paint_marker(painter, place, number, 6.5 if look.is_projector else 4.5, look)
        best = self.to_screen(float(self.lambdas[path.best]), float(path.validation[path.best]))
        painter.setPen(QPen(look.color("text"), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(best, 8, 8)

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        path = self.path
        if path is None:
            return
        painter.setFont(look.font("chip"))
        lines = [
            self.screen_points(self.lambdas, each) for each in (path.training, path.validation)
        ]
        points = [*lines[0], *lines[1]]
        best = lines[1][path.best]
        taken = [QRectF(best.x() - 9, best.y() - 9, 18, 18)]
        text = f"best λ = {short(path.lambdas[path.best])}"
        upper = 1 if path.validation[0] > path.training[0] else 0
        notes = [(text, best, -1, -1.57)]
        for number, name in enumerate(("training", "validation")):
            turn = -1.2 if number == upper else 1.2
            notes.append((name, lines[number][len(self.lambdas) // 10], number, turn))
        for words, anchor, number, turn in notes:
            size = tag_size(painter.font(), words, 3.0)
            if number >= 0:
                size.setWidth(size.width() + 16)
            box = place_label(anchor, size, taken, self.area, points=points, prefer=turn)
            taken.append(box)
            if number < 0:
                paint_note(painter, box, words, look)
                continue
            paint_note(painter, box.adjusted(14, 0, 0, 0), words, look)
            paint_marker(painter, QPointF(box.left() + 6, box.center().y()), number, 4.5, look)

    def lines_at(self, place: QPointF) -> list[Line]:
        """Both losses at the lambda below the pointer."""
        k = self.number_at(place)
        if k is None or self.path is None:
            return []
        look = theme.current()
        return [
            (look.color("accent"), f"λ = {short(self.path.lambdas[k])}"),
            (look.series(0), f"training {short(self.path.training[k])}"),
            (look.series(1), f"validation {short(self.path.validation[k])}"),
        ]

    def rows(self) -> list[list[Any]]:
        """One row a lambda."""
        path = self.path
        if path is None:
            return []
        columns = (path.lambdas, path.training, path.validation, path.zeros)
        found = zip(*(column.tolist() for column in columns), strict=True)
        return [["lambda", "training", "validation", "exact_zeros"], *map(list, found)]


class ZerosFigure(OverLambda):
    """A staircase: how many coefficients are exactly 0."""

    def __init__(self) -> None:
        super().__init__("penalty_zeros", "Count of coefficients that are exactly 0")
        self.y_is_whole = True

    def reach(self, path: PenaltyPath) -> tuple[float, float]:
        return -0.06 * path.betas.shape[1], 1.08 * path.betas.shape[1]

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        if self.path is None:
            return
        self._upright(painter, look)
        middles = np.sqrt(self.lambdas[1:] * self.lambdas[:-1])
        x = np.concatenate([self.lambdas[:1], np.repeat(middles, 2), self.lambdas[-1:]])
        y = np.repeat(self.path.zeros, 2)
        painter.setPen(QPen(look.series(2), 3.4 if look.is_projector else 2.2))
        self.draw_line(painter, self.screen_points(x, y))
        place = self.to_screen(float(self.lambdas[self.at]), float(self.path.zeros[self.at]))
        paint_marker(painter, place, 2, 6.5 if look.is_projector else 4.5, look)

    def lines_at(self, place: QPointF) -> list[Line]:
        """The count at the lambda below the pointer."""
        k = self.number_at(place)
        if k is None or self.path is None:
            return []
        total = self.path.betas.shape[1]
        said = f"λ = {short(self.path.lambdas[k])}: {self.path.zeros[k]} of {total} are 0"
        return [(theme.current().series(2), said)]
