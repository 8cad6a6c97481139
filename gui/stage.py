"""The canvas, and at times a box beside or below it that takes room instead of hiding cards."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QBoxLayout, QWidget

from gui.canvas.view import CanvasView

MARGIN = 8
RIGHT, BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class Stage(QWidget):
    """Holds the canvas and one box of its own width (at the right) or height (below)."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__()
        self.setObjectName("stage")
        self._view = view
        self._box: QWidget | None = None
        self._row = QBoxLayout(RIGHT, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(view, 1)

    @property
    def has_box(self) -> bool:
        """Whether a box takes room from the canvas."""
        return self._box is not None

    def put(self, box: QWidget, side: QBoxLayout.Direction) -> None:
        """Give a box the room of its size hint, RIGHT of the canvas or BELOW it."""
        self._row.setDirection(side)
        if self._box is not box:
            self.take()
            self._box = box
            self._row.addWidget(box)
        wanted = box.sizeHint()
        is_right = side == RIGHT
        box.setFixedWidth(wanted.width()) if is_right else _free_width(box)
        _free_height(box) if is_right else box.setFixedHeight(wanted.height())
        box.show()
        self._row.activate()

    def take(self) -> QWidget | None:
        """Give the room back to the canvas; the box that had it."""
        box, self._box = self._box, None
        if box is not None:
            self._row.removeWidget(box)
            _free_width(box)
            _free_height(box)
            self._row.activate()
        return box

    def shown_area(self) -> float:
        """How much of the cards and notes can be seen, px²."""
        view, canvas = self._view, self._view.canvas
        room = QRectF(view.viewport().rect())
        rects = (QRectF(*canvas.rect_of(key)) for key in (*canvas.nodes, *canvas.notes))
        shown = (view.mapFromScene(rect).boundingRect().toRectF() & room for rect in rects)
        return sum(part.width() * part.height() for part in shown)


def _free_width(box: QWidget) -> None:
    box.setMinimumWidth(0)
    box.setMaximumWidth(16_777_215)


def _free_height(box: QWidget) -> None:
    box.setMinimumHeight(0)
    box.setMaximumHeight(16_777_215)
