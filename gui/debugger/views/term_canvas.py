"""The ground of all views: painted parts that are terms, hit by mouse and keyboard alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.debugger.views.grid import Grid
from gui.debugger.views.pointing import Pointing
from gui.inspector.pieces import numbered
from gui.theme import Theme

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True)
class Hit:
    """A part of a view. terms: see `model.teaching.terms`. tip: what it says when pointed at. grid:
    the array in it. lit: its chosen places. choose: what to do with the place that is clicked."""

    rect: QRectF
    terms: tuple[str, ...]
    tip: str = ""
    grid: Grid | None = None
    grid_rect: QRectF | None = None
    lit: tuple[int, ...] = ()
    choose: Callable[[int], None] | None = None


class TermCanvas(QWidget):
    """One view. A child says how high it is and paints itself; what it shows it takes from
    `self.moment`. Nothing is done while the view is hidden."""

    def __init__(self, session: DebugSession, pointing: Pointing, name: str) -> None:
        super().__init__()
        self.session = session
        self.pointing = pointing
        self.moment: Moment | None = None
        self.hits: list[Hit] = []
        self._is_stale = True
        self._focused = 0
        self._on_the_way: int | None = None
        """The number that an arrow key has chosen, until it is described."""
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        session.term_lit.connect(self._on_term_lit)
        theme.notifier().changed.connect(self._on_theme_changed)

    # for children

    def arrange(self, width: float, look: Theme) -> float:
        """Work out where everything goes, and fill `self.hits`. Returns the height, px."""
        raise NotImplementedError

    def draw(self, painter: QPainter, look: Theme, lit: str) -> None:
        """Paint what has been arranged."""
        raise NotImplementedError

    def numbered(self, tex: str) -> str:
        """A formula with the numbers that the cards show for l and l+1, where a layer follows on
        the one before it; else as it is."""
        return numbered(tex, self._layer_index())

    def _layer_index(self) -> int | None:
        view = self.moment.view if self.moment is not None else None
        document = self.session.document
        order = document.inference.order
        if view is None or view.info.node_id not in order:
            return None
        own = order.index(view.info.node_id) + 1
        wires = document.graph.wires()
        below = [wire.source for wire in wires if wire.target == view.info.node_id]
        is_chain = len(below) == 1 and below[0] in order and order.index(below[0]) + 2 == own
        return own - 1 if is_chain else None

    # what is shown

    def show_moment(self, moment: Moment | None) -> None:
        """Show what is described of another moment."""
        self.moment = moment
        self._on_the_way = None
        self.refresh()

    def refresh(self) -> None:
        """Arrange anew, now or when the view is shown."""
        if not self.isVisible() or self.width() < 40:
            self._is_stale = True
            return
        self._is_stale = False
        self.hits = []
        height = round(self.arrange(float(self.width()), theme.current()))
        if height != self.height():
            self.setFixedHeight(height)
        self._focused = min(self._focused, max(len(self.hits) - 1, 0))
        self.update()

    def picture(self, scale: float = 2.0) -> QPixmap:
        """The view as a picture for the clipboard."""
        found = QPixmap(self.size() * scale)
        found.setDevicePixelRatio(scale)
        found.fill(theme.current().color("surface"))
        painter = QPainter(found)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, theme.current(), self.session.term)
        painter.end()
        return found

    # Qt

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint, and a ring around the part that has the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        self.draw(painter, look, self.session.term)
        if self.hasFocus() and self.hits:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("accent"), 2))
            painter.drawRoundedRect(self.hits[self._focused].rect.adjusted(-2, -2, 2, 2), 5, 5)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange for another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has happened meanwhile."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the term under the mouse."""
        hit = self.hit_at(event.position())
        self.pointing.point_at(hit.terms[0] if hit is not None and hit.terms else "")
        can_choose = hit is not None and hit.choose is not None
        shape = Qt.CursorShape.PointingHandCursor if can_choose else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the number that is clicked."""
        hit = self.hit_at(event.position())
        if hit is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._focused = self.hits.index(hit)
        self.update()
        if hit.choose is not None and hit.grid is not None and hit.grid_rect is not None:
            place = hit.grid.place_at(event.position(), hit.grid_rect)
            if place is not None:
                hit.choose(place)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        super().leaveEvent(event)
        self.pointing.point_at("")

    def event(self, event: QEvent) -> bool:
        """Tips: the number under the mouse in full."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def _show_tip(self, pos: QPoint, where: QPoint) -> None:
        hit = self.hit_at(QPointF(pos))
        text = self.tip_of(hit, QPointF(pos)) if hit is not None else ""
        if text:
            QToolTip.showText(where, text, self)
        else:
            QToolTip.hideText()

    def tip_of(self, hit: Hit, pos: QPointF) -> str:
        """What a part says; of an array the number under the point."""
        if hit.grid is None or hit.grid_rect is None:
            return hit.tip
        place = hit.grid.place_at(pos, hit.grid_rect)
        if place is None:
            return hit.tip
        value = self.session.style.full(hit.grid.value(place))
        name = hit.grid.name_of(place)
        return f"{hit.tip}\n{name} = {value}" if name else f"{hit.tip}\n{value}"

    def hit_at(self, pos: QPointF) -> Hit | None:
        """The smallest part under a point."""
        found = [hit for hit in self.hits if hit.rect.contains(pos)]
        return min(found, key=lambda hit: hit.rect.width() * hit.rect.height(), default=None)

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the chosen number of an array, or go from part to part."""
        key = Qt.Key(event.key())
        step = _STEPS.get(key)
        if step is None or not self.hits:
            super().keyPressEvent(event)
            return
        hit = self.hits[self._focused]
        if hit.choose is not None and hit.grid is not None and not hit.grid.is_scalar and hit.lit:
            at = hit.lit[0] if self._on_the_way is None else self._on_the_way
            self._on_the_way = hit.grid.moved(at, *step)
            hit.choose(self._on_the_way)
        else:
            self._focus_part(self._focused + step[0] + step[1])

    def _focus_part(self, number: int) -> None:
        self._focused = min(max(number, 0), len(self.hits) - 1)
        self._on_the_way = None
        hit = self.hits[self._focused]
        self.setAccessibleDescription(hit.tip)
        self.pointing.point_at(hit.terms[0] if hit.terms else "")
        self.update()

    def focusNextPrevChild(self, is_forward: bool) -> bool:
        """Tab goes from part to part before it leaves the view."""
        wanted = self._focused + (1 if is_forward else -1)
        if self.hasFocus() and 0 <= wanted < len(self.hits):
            self._focus_part(wanted)
            return True
        return super().focusNextPrevChild(is_forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The first part, or the last where one comes backwards."""
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.BacktabFocusReason:
            self._focused = max(len(self.hits) - 1, 0)
        elif event.reason() == Qt.FocusReason.TabFocusReason:
            self._focused = 0
        if self.hits and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._focus_part(self._focused)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is pointed at any more."""
        super().focusOutEvent(event)
        self.pointing.point_at("")
        self.update()

    @Slot(str)
    def _on_term_lit(self, _term: str) -> None:
        self.update()

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self.refresh()
