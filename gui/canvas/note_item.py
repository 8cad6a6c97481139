"""A note on the canvas: plain text; the first line stands in bold."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.canvas import node_paint
from gui.canvas.geometry import Rect
from model.design import Note

_PAD = 12.0
_SHARES = (1.0, 0.92, 0.85, 0.78, 0.7, 0.62, 0.55)
"""Of the size of the letters, tried in this order."""
_FLAGS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
GRIP = 16.0
LEAST_WIDTH = 80.0
LEAST_HEIGHT = 40.0


def first_and_rest(text: str) -> tuple[str, str]:
    """The heading (marks such as # and ** left out) and the text under it."""
    head, _, rest = text.partition("\n")
    return head.strip().strip("#*").strip(), rest.strip("\n")


class NoteItem(QGraphicsItem):
    """Painted from the note that the scene gives it."""

    def __init__(self, note_id: str, note: Note) -> None:
        self.note_id = note_id
        self.note = note
        self.is_selected = False
        self.is_current = False
        self._size = (note.width, note.height)
        super().__init__()
        self.setPos(note.x, note.y)
        self.setZValue(-0.8)

    def fill(self, note: Note, spread: float) -> None:
        """Take over the note's present state; `spread`: scene pixels for one of the design."""
        self.note = note
        self.setPos(note.x * spread, note.y * spread)
        self.resize(note.width * spread, note.height * spread)
        self.update()

    def place(self, x: float, y: float) -> None:
        """Lie with the top left corner at a point of the scene."""
        self.setPos(x, y)

    def resize(self, width: float, height: float) -> None:
        """Show another size; the design learns of it through an edit."""
        if (width, height) != self._size:
            self.prepareGeometryChange()
            self._size = (width, height)

    @property
    def size(self) -> tuple[float, float]:
        return self._size

    def rect(self) -> Rect:
        return Rect(self.pos().x(), self.pos().y(), *self._size)

    def is_grip(self, point: QPointF) -> bool:
        """Whether a point of the scene is on the corner that resizes."""
        rect = self.rect()
        return point.x() > rect.right - GRIP and point.y() > rect.bottom - GRIP

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self._size).adjusted(-4, -4, 4, 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = theme.current()
        rect = QRectF(0, 0, *self._size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        pen = QPen(
            look.color("accent" if self.is_selected else "border"),
            look.size("selection") if self.is_selected else look.size("card_border"),
        )
        painter.setPen(pen)
        painter.setBrush(look.color("accentbg"))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if zoom >= 0.28:
            self._paint_text(painter, look, rect)
            painter.setPen(QPen(look.color("border2"), 1.2))
            for step in (5.0, 9.0):
                painter.drawLine(
                    QPointF(rect.right() - step - 3, rect.bottom() - 4),
                    QPointF(rect.right() - 4, rect.bottom() - step - 3),
                )

    def _paint_text(self, painter: QPainter, look: theme.Theme, rect: QRectF) -> None:
        """In smaller letters where the box has not enough room for all of the text."""
        head, rest = first_and_rest(self.note.text)
        box = rect.adjusted(_PAD, _PAD - 2, -_PAD, -6)
        for share in _SHARES:
            room = QRectF(0, 0, box.width() / share, box.height() / share)
            below = node_paint.metrics(look, "strong").boundingRect(room, _FLAGS, head or " ")
            top = below.height() + 4
            text = node_paint.metrics(look, "body").boundingRect(room, _FLAGS, rest)
            if top + text.height() <= room.height():
                break
        painter.save()
        painter.setClipRect(rect.adjusted(4, 4, -4, -4))
        painter.translate(box.topLeft())
        painter.scale(share, share)
        painter.setFont(look.font("strong"))
        painter.setPen(look.color("text"))
        painter.drawText(room, _FLAGS, head)
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text2"))
        painter.drawText(room.adjusted(0, top, 0, 0), _FLAGS, rest)
        painter.restore()
