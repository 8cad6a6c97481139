"""The active card in large: the operation done last as tiles with their numbers.

It lies over the canvas in pixels of the window, so that it can be read at any zoom.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.debugger.number_text import NumberStyle
from gui.debugger.step_face_content import StepContent, Tile, TileLine, place_words
from gui.debugger.step_face_layout import Laid, lay
from gui.debugger.step_face_paint import StepFacePainter, paint_frame
from gui.debugger.step_face_place import Obstacle, Side, beak, best_spot
from gui.debugger.step_face_tiles import place_at, rows_of
from gui.theme import Theme

_ROOM = 16.0
"""Around the box: glow and beak."""


class StepFace(QWidget):
    """A child of the canvas view. Its place is chosen by `lie_beside`."""

    term_pointed = Signal(str)
    """The first term of the tile under the pointer, "" for none."""
    place_chosen = Signal(object)
    """A number was clicked, (values, chooses, start, place): its sum is to be written out."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setObjectName("step_face")
        self.setAccessibleName("Operation")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.content: StepContent | None = None
        self._style = NumberStyle()
        self._term = ""
        self._pointed = ""
        self._side: Side | None = None
        self._most = QSizeF(1e6, 1e6)
        self._laid: Laid | None = None
        self._beak: list[QPointF] = []
        self._picture: QPixmap | None = None
        theme.notifier().changed.connect(self._on_theme_changed)
        self.hide()

    # what it shows

    def show_content(self, content: StepContent | None, style: NumberStyle) -> None:
        """None: nothing is to be shown."""
        if content is None:
            self.content = None
            self.hide()
            return
        self.content, self._style = content, style
        self.setAccessibleDescription(content.said(style))
        self._lay()
        self._forget_picture()

    def set_term(self, term: str) -> None:
        """The term that is pointed at in any of the views."""
        if term != self._term:
            self._term = term
            self._forget_picture()

    @Slot()
    def _forget_picture(self) -> None:
        self._picture = None
        self.update()

    @Slot(object)
    def _on_theme_changed(self, _theme: Theme) -> None:
        if self.content is not None:
            self._lay()
        self._forget_picture()

    def box_size(self) -> QSizeF:
        """Of the box without the room around it, px of the window."""
        return QSizeF(self.width() - 2 * _ROOM, self.height() - 2 * _ROOM)

    def _lay(self) -> None:
        if self.content is None:
            return
        self._laid = found = lay(self.content, theme.current(), self._most)
        self.resize(
            round(found.size.width() * found.scale + 2 * _ROOM),
            round(found.size.height() * found.scale + 2 * _ROOM),
        )

    # where it lies

    def lie_beside(self, card: QRectF, window: QRectF, obstacles: list[Obstacle]) -> None:
        """Beside its card (px of the window), hiding as little as may be."""
        most = QSizeF(max(window.width(), 120.0), max(window.height(), 90.0))
        if most != self._most:
            self._most = most
            self._lay()
            self._forget_picture()
        size = self.box_size()
        spot = best_spot(size, card, window, obstacles, self._side)
        self._side = spot.side
        corner = spot.box.topLeft() - QPointF(_ROOM, _ROOM)
        at = corner.toPoint()
        shift = QPointF(at)
        points = beak(spot.box, card, 9.0 * theme.current().scale)
        points = [point - shift for point in points]
        if points != self._beak:
            self._beak = points
            self._forget_picture()
        self.move(at)
        self.show()
        self.raise_()

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        dpr = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != dpr:
            self._picture = self._painted(dpr)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def _painted(self, dpr: float) -> QPixmap:
        """Kept until the content changes: what moves below it would else paint it again."""
        picture = QPixmap(round(self.width() * dpr), round(self.height() * dpr))
        picture.setDevicePixelRatio(dpr)
        picture.fill(Qt.GlobalColor.transparent)
        if self.content is not None and self._laid is not None:
            look = theme.current()
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(_ROOM, _ROOM, -_ROOM, -_ROOM)
            paint_frame(painter, look, self.content.token, box, self._beak)
            painter.translate(_ROOM, _ROOM)
            painter.scale(self._laid.scale, self._laid.scale)
            inside = StepFacePainter(self.content, self._laid, look, self._style, self._term)
            inside.paint(painter)
            painter.end()
        return picture

    # pointing

    def _inside(self, at: QPointF) -> QPointF:
        """A point of the widget in the coordinates of the tiles."""
        scale = self._laid.scale if self._laid is not None else 1.0
        return (at - QPointF(_ROOM, _ROOM)) / scale

    def _tile_at(self, at: QPointF) -> tuple[QRectF, Tile, TileLine] | None:
        inside = self._inside(at)
        boxes = self._laid.boxes if self._laid is not None else ()
        return next((found for found in boxes if found[0].contains(inside)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._tile_at(event.position())
        self._point(found[1].terms[0] if found is not None and found[1].terms else "")

    def leaveEvent(self, event: QEvent) -> None:
        self._point("")
        super().leaveEvent(event)

    def _point(self, term: str) -> None:
        if term != self._pointed:
            self._pointed = term
            self.term_pointed.emit(term)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a number writes its sum out; none goes through to the canvas."""
        found = self._tile_at(event.position())
        values = found[1].values if found is not None else None
        if found is not None and values is not None and found[1].chooses == "place":
            place = self._place(event.position(), found)
            if place is not None:
                tile = found[1]
                self.place_chosen.emit((values, tile.chooses, tile.start, place))
        event.accept()

    def _place(self, at: QPointF, found: tuple[QRectF, Tile, TileLine]) -> int | None:
        box, tile, _line = found
        look = theme.current()
        return place_at(self._inside(at), rows_of(box, look)[2], tile, look, self._style)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """The number under the pointer in full."""
        found = self._tile_at(at)
        values = found[1].values if found is not None else None
        if found is None or values is None:
            return ""
        tile = found[1]
        if values.size == 1:
            return f"{tile.caption}: {self._style.full(float(values.reshape(-1)[0]))}"
        size = f"{tile.caption}, {' × '.join(map(str, values.shape))}"
        place = self._place(at, found)
        if place is None:
            return size
        number = self._style.full(float(values.reshape(-1)[place]))
        chosen = "\nClick: write its sum out." if tile.chooses == "place" else ""
        return f"{place_words(place, values.shape)} {number}\n{size}{chosen}"
