"""The whole step on one line: its phases, how far the walk is, and a handle to go anywhere."""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import itemgetter

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.theme import Theme
from model.teaching.operation_view import headline
from model.teaching.operations import StepInfo

_TOKENS = {"forward": "fwd", "backward": "bwd", "update": "upd"}
_GAP = 3.0
_SETTLE_MS = 40
_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
}


class StepTrack(QWidget):
    """One cell an operation. A click or the arrow keys go there, forwards or backwards."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self.setObjectName("step_track")
        self._session = session
        self._moment: Moment | None = None
        self._laid: tuple[tuple[StepInfo, ...], QRectF, list[QRectF]] | None = None
        """Operations and area for which the cells were laid out, and the cells."""
        self._wanted: int | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._go)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())
        session.moved.connect(self.show_moment)

    def sizeHint(self) -> QSize:
        """A line that takes the room there is, px."""
        return QSize(200, round(20 * theme.current().scale))

    def minimumSizeHint(self) -> QSize:
        """Wide enough to be hit, px."""
        return QSize(80, round(20 * theme.current().scale))

    @Slot(object)
    def show_moment(self, moment: Moment) -> None:
        """Where the walk stands."""
        self._moment = moment
        if not self._settle.isActive():
            self._wanted = None
        count = len(moment.operations)
        self.setAccessibleName(f"Operation {moment.position} of {count} of the step")
        self.update()

    # places

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(5, 5, -5, -5)

    def cells(self) -> list[QRectF]:
        """The room of every operation; phases stand a little apart."""
        moment = self._moment
        if moment is None or not moment.operations:
            return []
        area = self._area()
        if self._laid is not None and self._laid[:2] == (moment.operations, area):
            return self._laid[2]
        phases = [info.phase for info in moment.operations]
        breaks = sum(a != b for a, b in pairwise(phases))
        width = (area.width() - breaks * _GAP) / len(phases)
        found, x = [], area.x()
        for k, phase in enumerate(phases):
            if k and phase != phases[k - 1]:
                x += _GAP
            found.append(QRectF(x, area.y(), width, area.height()))
            x += width
        self._laid = (moment.operations, area, found)
        return found

    def position_at(self, x: float) -> int:
        """After how many operations the walk stands there."""
        cells = self.cells()
        return sum(cell.center().x() < x for cell in cells)

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._want(self.position_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._want(self.position_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """One operation on or back; Home and End."""
        moment = self._moment
        key = Qt.Key(event.key())
        if moment is None or (key not in _KEYS and key not in (Qt.Key.Key_Home, Qt.Key.Key_End)):
            super().keyPressEvent(event)
            return
        at = moment.position if self._wanted is None else self._wanted
        if key in _KEYS:
            self._want(at + _KEYS[key])
        else:
            self._want(0 if key == Qt.Key.Key_Home else len(moment.operations))

    def _want(self, position: int) -> None:
        """Not more often than the eye can follow."""
        if self._moment is None:
            return
        self._wanted = min(max(position, 0), len(self._moment.operations))
        if not self._settle.isActive():
            self._settle.start()
        self.update()

    @Slot()
    def _go(self) -> None:
        if self._wanted is not None and self._moment is not None:
            if self._wanted != self._moment.position:
                self._session.go_to(self._wanted)
            self._wanted = None

    def event(self, event: QEvent) -> bool:
        """What stands where the mouse points."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            moment = self._moment
            cells = self.cells()
            at = next((k for k, cell in enumerate(cells) if cell.right() >= event.pos().x()), None)
            if moment is not None and at is not None:
                words = headline(moment.operations[at])
                QToolTip.showText(event.globalPos(), f"{at + 1}: {words}\nClick to go there", self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Done operations are filled, the last one stands out."""
        moment, look = self._moment, theme.current()
        if moment is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = moment.position if self._wanted is None else self._wanted
        cells = self.cells()
        painter.setPen(Qt.PenStyle.NoPen)
        tokens = [
            _TOKENS[info.phase] if k < at else f"{_TOKENS[info.phase]}bg"
            for k, info in enumerate(moment.operations)
        ]
        for token, group in groupby(zip(tokens, cells, strict=True), key=itemgetter(0)):
            alike = [cell for _token, cell in group]
            painter.setBrush(look.color(token))
            if alike[0].width() > 4:
                painter.drawRects([cell.adjusted(0, 0, -1, 0) for cell in alike])
            else:
                painter.drawRect(alike[0].united(alike[-1]))
        if moment.breakpoints:
            painter.setBrush(look.color("breakpoint"))
            for info, cell in zip(moment.operations, cells, strict=True):
                if info.node_id in moment.breakpoints and cell.width() > 1:
                    painter.drawEllipse(QPointF(cell.center().x(), cell.top()), 2.5, 2.5)
        if cells:
            x = cells[at - 1].right() if at else cells[0].left()
            token = _TOKENS[moment.operations[max(at - 1, 0)].phase]
            painter.setPen(QPen(look.color("surface"), 2))
            painter.setBrush(look.color(token))
            painter.drawEllipse(QPointF(x, self._area().center().y()), 7, 7)
        if self.hasFocus():
            painter.setPen(QPen(look.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.setFixedHeight(round(20 * look.scale))
        self.update()
