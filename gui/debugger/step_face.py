"""The active card in large: the operation done last as tiles with their numbers.

It lies over the canvas in pixels of the window, so that it can be read at any zoom.
"""

from __future__ import annotations

import itertools

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.canvas import node_paint
from gui.canvas.cards.paint import CENTRE, LEFT, draw_fitting, text_width
from gui.debugger.number_text import NumberStyle
from gui.debugger.step_face_content import StepContent, Tile, TileLine, place_words
from gui.debugger.step_face_place import Obstacle, Side, beak, best_spot
from gui.debugger.step_face_tiles import Role, paint_tile, place_at, rows_of
from gui.debugger.views import math_paint
from gui.theme import Theme
from model.teaching.terms import is_lit

_ROOM = 16.0
"""Around the box: glow and beak."""
_PAD = 12.0
_SIGN = 24.0


class StepFace(QWidget):
    """A child of the canvas view. Its place is chosen by `lie_beside`."""

    term_pointed = Signal(str)
    """The first term of the tile under the pointer, "" for none."""
    place_chosen = Signal(int)
    """A number was clicked: its sum is to be written out."""

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
        self._scale = 1.0
        self._shown: tuple[TileLine, ...] = ()
        self._words: tuple[str, ...] = ()
        self._slope = ""
        self._beak: list[QPointF] = []
        self._boxes: list[tuple[QRectF, Tile, TileLine]] = []
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

    # places, px from the widget's corner at full size

    def box_size(self) -> QSizeF:
        """Of the box without the room around it."""
        return QSizeF(self.width() - 2 * _ROOM, self.height() - 2 * _ROOM)

    def _lay(self) -> None:
        """As much as has room: all of it, without sentences, one line of tiles; then smaller."""
        content = self.content
        if content is None:
            return
        notes = list(content.notes)
        if content.hidden:
            notes.append(f"and {content.hidden} more in the panel at the right")
        size = QSizeF()
        for lines, words, slope in (
            (content.lines, notes, content.slope),
            (content.lines, [], ""),
            (content.lines[:1], [], ""),
        ):
            self._shown, self._words, self._slope = lines, tuple(words), slope
            size = self._lay_tiles(content)
            if size.height() <= self._most.height():
                break
        self._scale = min(
            1.0, self._most.width() / size.width(), self._most.height() / size.height()
        )
        self.resize(
            round(size.width() * self._scale + 2 * _ROOM),
            round(size.height() * self._scale + 2 * _ROOM),
        )

    def _lay_tiles(self, content: StepContent) -> QSizeF:
        """The tiles in their places; the size of the box."""
        look = theme.current()
        scale = 1.45 if look.is_projector else 1.0
        many = max((len(line.tiles) for line in self._shown), default=0)
        tile = QSizeF((104.0 if many <= 3 else 92.0) * scale, self._tile_height(look, content))
        width = max(many * tile.width() + (many - 1) * _SIGN * scale, self._least(look, content))
        top = _PAD + self._head(look)
        self._boxes = []
        for line in self._shown:
            used = len(line.tiles) * tile.width() + (len(line.tiles) - 1) * _SIGN * scale
            x = _PAD + (width - used) / 2
            for each in line.tiles:
                box = QRectF(x, top, tile.width(), tile.height())
                self._boxes.append((box, each, line))
                x += tile.width() + _SIGN * scale
            top += tile.height() + 6 + (self._row(look) if line.written else 0)
        bottom = top + len(self._words) * self._row(look) + _PAD - 2
        if self._slope:
            bottom += self._slope_size(look).height() + 6
        return QSizeF(width + 2 * _PAD, bottom)

    def _slope_size(self, look: Theme) -> QSizeF:
        return math_paint.size_of(self._slope, look.px("maths"))

    @staticmethod
    def _row(look: Theme) -> float:
        return look.px("caption") * 1.5

    @staticmethod
    def _head(look: Theme) -> float:
        return look.px("card") * 1.9

    @staticmethod
    def _tile_height(look: Theme, content: StepContent) -> float:
        """Two lines of tiles are lower, for the box must leave something of the canvas."""
        line = look.px("section") * 1.45 + look.px("maths") * 2.35 + 10
        is_single = all(
            tile.values is None or tile.values.size == 1
            for each in content.lines
            for tile in each.tiles
        )
        return line + look.px("hero") * (1.5 if is_single else 2.4)

    @staticmethod
    def _least(look: Theme, content: StepContent) -> float:
        title = node_paint.text_width(look, "card", content.title)
        headline = node_paint.text_width(look, "section", content.headline)
        return min(title + headline + 18, 460 * look.scale)

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
        if self.content is not None:
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_box(painter, self.content)
            painter.translate(_ROOM, _ROOM)
            painter.scale(self._scale, self._scale)
            self._paint_head(painter, self.content)
            self._paint_lines(painter, self.content)
            painter.end()
        return picture

    def _paint_box(self, painter: QPainter, content: StepContent) -> None:
        look = theme.current()
        color = look.color(content.token)
        box = QRectF(self.rect()).adjusted(_ROOM, _ROOM, -_ROOM, -_ROOM)
        radius = look.card_radius
        painter.setPen(Qt.PenStyle.NoPen)
        if not look.is_projector and theme.duration_ms("debugger"):
            painter.setBrush(look.with_alpha(content.token, 0.075))
            for grow in (2.5, 5.5, 9.5):
                around = box.adjusted(-grow, -grow, grow, grow)
                painter.drawRoundedRect(around, radius + grow, radius + grow)
        if self._beak:
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF(self._beak))
        painter.setPen(QPen(color, 3.0 * (1.4 if look.is_projector else 1.0)))
        painter.setBrush(look.color("surface"))
        painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), radius, radius)

    def _paint_head(self, painter: QPainter, content: StepContent) -> None:
        look = theme.current()
        row = QRectF(_PAD, _PAD - 4, 0, self._head(look) - 4)
        row.setRight(self.box_size().width() / self._scale - _PAD)
        wide = node_paint.text_width(look, "section", content.headline) + 2
        title = row.adjusted(0, 0, -wide - 12, 0)
        draw_fitting(painter, title, content.title, look, "card", "text", LEFT)
        painter.setFont(look.font("section"))
        painter.setPen(look.color(content.token))
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(row, flags, content.headline)

    def _paint_lines(self, painter: QPainter, content: StepContent) -> None:
        look = theme.current()
        place = 0
        left, right = _PAD, self.box_size().width() / self._scale - _PAD
        bottom = _PAD + self._head(look)
        for line in self._shown:
            boxes = self._boxes[place : place + len(line.tiles)]
            place += len(line.tiles)
            self._paint_line(painter, look, content, line, [box for box, _, _ in boxes])
            bottom = boxes[0][0].bottom() + 3
            if line.written:
                row = QRectF(left, bottom, right - left, self._row(look))
                fits = [t for t in line.written if text_width(look, "caption", t) <= row.width()]
                text = fits[0] if fits else line.written[-1]
                draw_fitting(painter, row, text, look, "caption", "text", CENTRE)
                bottom = row.bottom()
            bottom += 3
        if self._slope:
            bottom = self._paint_slope(painter, look, QRectF(left, bottom, right - left, 0))
        for text in self._words:
            row = QRectF(left, bottom, right - left, self._row(look))
            draw_fitting(painter, row, text, look, "caption", "text2", CENTRE)
            bottom = row.bottom()

    def _paint_slope(self, painter: QPainter, look: Theme, row: QRectF) -> float:
        """Returns where the row ends."""
        size, px = self._slope_size(look), look.px("maths")
        share = min(1.0, row.width() / size.width())
        painter.save()
        painter.translate(row.center().x() - share * size.width() / 2, row.top() + 1)
        painter.scale(share, share)
        math_paint.paint(painter, QPointF(0, 0), self._slope, px, look, lit=self._term)
        painter.restore()
        return row.top() + size.height() + 6

    def _paint_line(
        self,
        painter: QPainter,
        look: Theme,
        content: StepContent,
        line: TileLine,
        boxes: list[QRectF],
    ) -> None:
        index = (content.here, line.below)
        for k, (box, tile) in enumerate(zip(boxes, line.tiles, strict=True)):
            role = self._role(tile, k, len(boxes), content)
            paint_tile(painter, box, tile, role, content.token, look, self._style, index)
        pairs = itertools.pairwise(boxes)
        for sign, (box, following) in zip(line.signs, pairs, strict=True):
            gap = QRectF(box.right(), box.top(), following.left() - box.right(), box.height())
            draw_fitting(painter, gap.adjusted(1, 0, -1, 0), sign, look, "hero", "text", CENTRE)

    def _role(self, tile: Tile, k: int, count: int, content: StepContent) -> Role:
        """What is pointed at is lit; else the local derivative is."""
        if is_lit(self._term, tile.terms):
            return "lit"
        if k == count - 1:
            return "filled"
        if "local" in tile.terms:
            return "plain" if self._term else "lit"
        return "light"

    # pointing

    def _inside(self, at: QPointF) -> QPointF:
        """A point of the widget in the coordinates of the tiles."""
        return (at - QPointF(_ROOM, _ROOM)) / self._scale

    def _tile_at(self, at: QPointF) -> tuple[QRectF, Tile, TileLine] | None:
        inside = self._inside(at)
        return next((found for found in self._boxes if found[0].contains(inside)), None)

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
        if found is not None and found[1].chooses == "place":
            place = self._place(event.position(), found)
            if place is not None:
                self.place_chosen.emit(place + found[1].start)
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
