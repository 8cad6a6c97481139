"""The line of all steps: what is shown, what came later, and where branches have left it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider

from gui import theme
from gui.theme import Theme


class Scrubber(QSlider):
    """A slider over steps; a press anywhere goes there. Arrow keys move by one step."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("time_scrubber")
        self.setAccessibleName("Step that is shown")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._forks: tuple[int, ...] = ()
        self._is_past = False
        self._look = theme.current()
        theme.notifier().changed.connect(self._apply_theme)

    def set_steps(self, first: int, newest: int, forks: Sequence[int], *, is_past: bool) -> None:
        """The steps that can be shown, and those at which a branch has left this line."""
        self.setRange(first, max(newest, first))
        self.setPageStep(max(1, (newest - first) // 20))
        self._forks, self._is_past = tuple(forks), is_past
        self.update()

    def sizeHint(self) -> QSize:
        """Long, and no higher than its handle."""
        return QSize(round(240 * self._look.scale), round(22 * self._look.scale))

    def minimumSizeHint(self) -> QSize:
        """Short where room is short."""
        return QSize(round(60 * self._look.scale), self.sizeHint().height())

    @property
    def _margin(self) -> float:
        return 8 * self._look.scale

    def place_of(self, step: int) -> float:
        """Where a step lies, px from the left."""
        span = max(self.maximum() - self.minimum(), 1)
        room = self.width() - 2 * self._margin
        return self._margin + (step - self.minimum()) / span * room

    def step_at(self, place: float) -> int:
        """The step that lies nearest to a place, px from the left."""
        room = max(self.width() - 2 * self._margin, 1)
        share = min(max((place - self._margin) / room, 0.0), 1.0)
        return self.minimum() + round(share * (self.maximum() - self.minimum()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there, and follow the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.setSliderDown(True)
        self.setValue(self.step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer while it is down."""
        if self.isSliderDown():
            self.setValue(self.step_at(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Stay there."""
        self.setSliderDown(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Line, forks, handle."""
        look, middle = self._look, self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = 4 * look.scale
        here = self.place_of(self.value())
        left, right = self.place_of(self.minimum()), self.place_of(self.maximum())
        strong = "text3" if not self.isEnabled() else "warn" if self._is_past else "accent"
        painter.setPen(Qt.PenStyle.NoPen)
        for start, end, token in ((left, right, "border2"), (left, here, strong)):
            painter.setBrush(look.color(token))
            line = QRectF(start, middle - thick / 2, end - start, thick)
            painter.drawRoundedRect(line, thick / 2, thick / 2)
        painter.setPen(QPen(look.color("text2"), 2 * look.scale))
        for fork in self._forks:
            at = self.place_of(fork)
            top = middle - 8 * look.scale
            painter.drawLine(QPointF(at, top), QPointF(at, middle - thick / 2))
        if not self.isEnabled():
            return
        radius = 6.5 * look.scale
        has_ring = self.hasFocus()
        painter.setPen(QPen(look.color("text" if has_ring else strong), 2 * look.scale))
        painter.setBrush(look.color(strong if self._is_past else "surface"))
        painter.drawEllipse(QPointF(here, middle), radius, radius)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self._look = look
        self.updateGeometry()
        self.update()
