"""What the strips of a difference map mean: which twin, at which step, and its colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QToolButton

from gui import theme
from gui.canvas.difference_mark import LEVELS, QUANTITIES, shade
from gui.canvas.node_paint import metrics, text_width
from gui.canvas.overlay import OverlayBox

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_PAD, _GAP = 12.0, 8.0
_SETTLED_MS = 60
"""After that other boxes lie where they will."""
_MOST_SHARE = 0.1
"""Of the canvas that the table may take up."""
_MOST_HIDING = 0.15
"""Of the table that may lie over cards."""


class DifferenceLegend(OverlayBox):
    """Lies in the corner of the canvas where it hides least. `off_wanted`: its cross."""

    off_wanted = Signal()

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.heading = ""
        self.sentence = ""
        self.is_short = False
        """There is little room: the words alone, without the table of colours."""
        self.button = QToolButton(self)
        self.button.setObjectName("difference_off")
        self.button.setToolTip("Difference map off")
        self.button.setAccessibleName("Difference map off")
        self.button.clicked.connect(self.off_wanted)
        self.setToolTip(
            "‖twin − canvas‖ / ‖canvas‖ over the whole next batch, of what a node gives (h), of the"
            " δ that arrives at its output, and of its parameters (θ). The stronger the colour,"
            " the farther away: 0, less than 1 %, 10 %, 100 %, more. The numbers are in the"
            " tooltips of the cards."
        )
        self._soon = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.timeout.connect(self.place)
        view.viewport_changed.connect(self._soon.start)
        view.canvas.geometry_changed.connect(self._soon.start)
        self.hide()
        self.dress()

    def tell(self, heading: str, sentence: str) -> None:
        """Which twin; at which step, or what is being done."""
        if (heading, sentence) != (self.heading, self.sentence):
            self.heading, self.sentence = heading, sentence
            self.setAccessibleName(f"Difference map: {heading}. {sentence}")
            self.place()
            self.update()

    @Slot()
    def place(self) -> None:
        """In the corner with the fewest cards below; where the lower right one is taken, in one of
        the others."""
        if self.isHidden():
            return
        self.is_short = False
        spot = self._best_spot()
        box, room = spot.size(), self._view.size()
        share = box.width() * box.height() / max(room.width() * room.height(), 1)
        is_hiding = self._hidden_area(spot) > _MOST_HIDING * box.width() * box.height()
        if share > _MOST_SHARE or is_hiding:
            self.is_short = True
            spot = self._best_spot()
        self.setGeometry(spot)
        self.raise_()
        self.update()

    def _best_spot(self) -> QRect:
        margin = round(theme.current().size("canvas_margin"))
        frame = self._view.rect().adjusted(margin, margin, -margin, -margin)
        spot = QRect(frame.topLeft(), self.sizeHint())
        spots = []
        corners = [(False, True), (True, False), (False, False)]
        if self._view.overlays.zoom_bar.isHidden():
            corners.insert(0, (True, True))
        for right, bottom in corners:
            spot.moveLeft(frame.right() - spot.width() if right else frame.left())
            spot.moveTop(frame.bottom() - spot.height() if bottom else frame.top())
            spots.append(QRect(spot))
        return min(spots, key=self._hidden_area)

    def _hidden_area(self, spot: QRect) -> int:
        """Of cards, and many times of the box of a lecture, px²."""
        overlays = self._view.overlays
        shared = overlays.guest_spot & spot
        return overlays.hidden_area(spot) + 20 * max(shared.width(), 0) * max(shared.height(), 0)

    # painting

    def _widths(self) -> tuple[float, float]:
        """px of the letters, and of a cell of the table."""
        look = theme.current()
        widest = max(text_width(look, "chip", text) for text in LEVELS)
        return 1.4 * look.px("chip"), widest + 10

    def _row(self) -> float:
        return metrics(theme.current(), "chip").height() + 4

    def sizeHint(self) -> QSize:
        """Room for the words in full."""
        look = theme.current()
        letters, cell = self._widths()
        button = look.size("icon_small") + 2 * _GAP
        words = max(
            text_width(look, "strong", self.heading) + button,
            text_width(look, "caption", self.sentence),
        )
        table = 0.0 if self.is_short else letters + len(LEVELS) * cell
        width = min(max(table, words), 0.7 * self._view.width())
        height = metrics(look, "strong").height() + metrics(look, "caption").height()
        if not self.is_short:
            height += _GAP + (1 + len(QUANTITIES)) * self._row()
        return QSize(math.ceil(width + 2 * _PAD) + 1, math.ceil(height + 2 * _PAD))

    def paint_inside(self, painter: QPainter) -> None:
        look = theme.current()
        room = self.width() - 2 * _PAD
        top = _PAD
        button = look.size("icon_small") + 2 * _GAP
        for role, token, text, width in (
            ("strong", "text", self.heading, room - button),
            ("caption", "text2", self.sentence, room),
        ):
            height = metrics(look, role).height()
            painter.setFont(look.font(role))
            painter.setPen(look.color(token))
            cut = metrics(look, role).elidedText(text, Qt.TextElideMode.ElideRight, width)
            flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(_PAD, top, width, height), flags, cut)
            top += height
        if not self.is_short:
            self._paint_table(painter, top + _GAP)

    def _paint_table(self, painter: QPainter, top: float) -> None:
        look = theme.current()
        letters, cell = self._widths()
        row = self._row()
        painter.setFont(look.font("chip"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        centre = int(Qt.AlignmentFlag.AlignCenter)
        for level, text in enumerate(LEVELS):
            left = _PAD + letters + level * cell
            painter.setPen(look.color("text2"))
            painter.drawText(QRectF(left, top, cell, row), centre, text)
            for k, (_letter, token) in enumerate(QUANTITIES):
                box = QRectF(left + 1, top + (k + 1) * row + 1, cell - 2, row - 3)
                painter.setPen(look.color(token))
                painter.setBrush(shade(look, token, level))
                painter.drawRect(box)
        for k, (letter, token) in enumerate(QUANTITIES):
            painter.setPen(look.color(token))
            painter.drawText(QRectF(_PAD, top + (k + 1) * row, letters, row), centre, letter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._put_button()

    def dress(self) -> None:
        """The cross in the upper right corner."""
        side = round(theme.current().size("icon_small"))
        self.button.setIcon(theme.icon("close"))
        self.button.setIconSize(QSize(side, side))
        self._put_button()
        self._soon.start()

    def _put_button(self) -> None:
        side = round(theme.current().size("icon_small") + _GAP)
        self.button.setGeometry(self.width() - side - 6, 6, side, side)
