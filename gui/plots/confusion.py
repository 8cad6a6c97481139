"""Which classes are taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.chart_look import line_height, mix, text_width
from gui.plots.figure import CENTRE, RIGHT, Figure
from gui.plots.numbers import percent
from gui.plots.panel import PlotPanel
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.layer import Array

if TYPE_CHECKING:
    from model.snapshot import Predictions, Snapshot

NO_LABELS = "This data set has values, not classes, so nothing can be taken for something else."
_MADE_AGAIN = (
    "This network is to make its input again: there are no classes to be taken for one another."
)
_STEP_BY_STEP = (
    "This network answers at every step of a sequence, so an item has no single class. See the"
    " predictions instead."
)


class ConfusionPlot(PlotPanel):
    """Rows: what was true. Columns: what was answered."""

    key: ClassVar[str] = "confusion"
    title: ClassVar[str] = "Confusion matrix"
    icon: ClassVar[str] = "grid"
    wants: ClassVar[tuple[str, ...]] = ("predictions",)

    def build(self) -> QWidget:
        """The table of counts."""
        self.matrix = MatrixView()
        self._shown: Predictions | None = None
        return self.matrix

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """The counts, or why there are none."""
        found = self.newest("predictions", snapshot)
        if found is None or found.confusion is None:
            self._shown = None
            self.header.set_caption("")
        if found is None:
            return "The matrix appears with the next picture of a design that has one data set."
        if found.confusion is None:
            return why_none(found)
        if found is self._shown:
            return ""
        self._shown = found
        total = int(found.confusion.sum())
        self.header.set_caption(f"{total} {found.part} items, step {found.at_step}")
        self.matrix.show_counts(np.asarray(found.confusion), found.classes, found.part)
        return ""


def why_none(found: Predictions) -> str:
    """Why there is no table."""
    if found.answers is not None:
        return _STEP_BY_STEP
    return _MADE_AGAIN if found.is_reconstruction else NO_LABELS


class MatrixView(Figure):
    """A heat map of counts; each row is shaded by its own sum."""

    def __init__(self) -> None:
        super().__init__("confusion_matrix", "Confusion matrix: rows true, columns answered")
        self._counts: Array = np.zeros((0, 0), dtype=int)
        self._classes: tuple[str, ...] = ()
        self._part = ""

    def show_counts(self, counts: Array, classes: tuple[str, ...], part: str) -> None:
        """counts: (k, k), rows true, columns answered."""
        self._counts, self._part = counts, part
        self._classes = classes if len(classes) == len(counts) else _numbered(len(counts))
        self.update()

    def _table(self, look: Theme) -> tuple[QRectF, float, float]:
        """The cells' area, and width and height of a cell, px."""
        k = max(len(self._counts), 1)
        line = line_height(look, "caption")
        number = "0 " if self._has_words() else ""
        texts = [number + name for name in self._classes]
        names = max((text_width(look, "chip", text) for text in texts), default=0.0)
        left = line + 6 + min(names, self.width() * 0.26) + 8
        top = (line if self._has_head(look) else 0) + line_height(look, "chip") + 4
        room = QRectF(left, top, self.width() - left - 10, self.height() - top - 6)
        width = min(room.width() / k, max(room.height() / k * 2.4, 24))
        return QRectF(left, top, width * k, room.height()), width, room.height() / k

    def _has_words(self) -> bool:
        """Whether the classes have names longer than a number."""
        return max(map(len, self._classes), default=0) > 2

    def _has_head(self, look: Theme) -> bool:
        """Whether there is room for the word above the columns."""
        return self.height() > 6 * line_height(look, "caption")

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Cells, then names."""
        k = len(self._counts)
        if not k:
            return
        area, width, height = self._table(look)
        sums = self._counts.sum(axis=1, keepdims=True)
        shares = self._counts / np.maximum(sums, 1)
        role = self._cell_role(look, width, height)
        for true in range(k):
            for answered in range(k):
                box = QRectF(
                    area.left() + answered * width, area.top() + true * height, width, height
                )
                self._paint_cell(
                    painter,
                    box.adjusted(0.5, 0.5, -0.5, -0.5),
                    look,
                    role,
                    true,
                    answered,
                    float(shares[true, answered]),
                )
        self._paint_names(painter, area, width, height, look)

    def _cell_role(self, look: Theme, width: float, height: float) -> str:
        widest = max(text_width(look, "chip", str(count)) for count in self._counts.flat)
        fits = widest + 2 <= width and line_height(look, "chip") * 0.8 <= height
        return "chip" if fits else ""

    def _paint_cell(
        self,
        painter: QPainter,
        box: QRectF,
        look: Theme,
        role: str,
        true: int,
        answered: int,
        share: float,
    ) -> None:
        is_right = true == answered
        count = int(self._counts[true, answered])
        ground = look.color("sunken")
        strength = 0.0 if not count else min(1.0, 0.12 + 0.88 * share**0.6)
        color = mix(look.color("ok" if is_right else "err"), ground, strength)
        painter.fillRect(box, color)
        if is_right:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("ok"), 1.5))
            painter.drawRect(box.adjusted(0.75, 0.75, -0.75, -0.75))
        if role and count:
            painter.setFont(look.font(role))
            painter.setPen(QColor(theme.ink_on(color)))
            painter.drawText(box, CENTRE | Qt.TextFlag.TextDontClip, str(count))

    def _paint_names(
        self, painter: QPainter, area: QRectF, width: float, height: float, look: Theme
    ) -> None:
        line, chip = line_height(look, "caption"), line_height(look, "chip")
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text2"))
        metrics = painter.fontMetrics()
        every = max(1, int(np.ceil(chip * 0.85 / max(height, 1))))
        is_narrow = width < text_width(look, "chip", "mmmm…")
        is_numbered = is_narrow and self._has_words()  # then columns go by number
        for number, name in enumerate(self._classes):
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(width) - 2)
            across = str(number) if is_numbered else short
            box = QRectF(area.left() + number * width, area.top() - chip - 2, width, chip)
            if width >= 14:
                painter.drawText(box, CENTRE, across)
            room = area.left() - line - 12
            full = f"{number} {name}" if is_numbered else name
            up = metrics.elidedText(full, Qt.TextElideMode.ElideRight, int(room))
            middle = area.top() + (number + 0.5) * height
            if number % every == 0:
                painter.drawText(QRectF(line + 4, middle - chip / 2, room, chip), RIGHT, up)
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text3"))
        if self._has_head(look) and text_width(look, "caption", "answered") <= area.width():
            painter.drawText(QRectF(area.left(), 0, area.width(), line), CENTRE, "answered")
        if text_width(look, "caption", "true") > area.height():
            return
        painter.save()
        painter.translate(2, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-area.height() / 2, 0, area.height(), line), CENTRE, "true")
        painter.restore()

    def rows(self) -> list[list[Any]]:
        """Rows: what was true; columns: what was answered."""
        head = ["true \\ answered", *self._classes]
        return [
            head,
            *([name, *row] for name, row in zip(self._classes, self._counts, strict=True)),
        ]

    def lines_at(self, place: QPointF) -> list[Line]:
        """A cell in words."""
        area, width, height = self._table(theme.current())
        if not len(self._counts) or not area.contains(place):
            return []
        answered = min(int((place.x() - area.left()) / width), len(self._counts) - 1)
        true = min(int((place.y() - area.top()) / height), len(self._counts) - 1)
        count, total = int(self._counts[true, answered]), int(self._counts[true].sum())
        names = self._classes
        verb = "rightly answered" if true == answered else "taken for"
        share = f" ({percent(count / total)})" if total else ""
        return [
            (
                None,
                f"{count} of {total} items of class {names[true]} {verb} {names[answered]}{share}",
            )
        ]


def _numbered(k: int) -> tuple[str, ...]:
    return tuple(map(str, range(k)))
