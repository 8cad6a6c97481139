"""The operations of the phase as a list: done, now, to come; a click goes there."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QPainter, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.canvas.cards.paint import draw_fitting, draw_text, text_width
from gui.canvas.live import PHASE_TOKENS
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.plots.header import PlotHeader
from model.layer import Array
from model.teaching.describing import headline
from model.teaching.operations import StepInfo

PHASE_WORDS = {"forward": "forward", "backward": "backward", "update": "update"}
_HERE = ("now", "impossible")
"""States of the operation where the walk stands."""
_MOMENT = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class StepsPanel(QWidget):
    """All operations of the present phase."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self.setObjectName("steps_panel")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.header = PlotHeader("Operations")
        self.model = StepsModel(session)
        self.list = QListView()
        self.list.setObjectName("steps_list")
        self.list.setAccessibleName("Operations of the phase")
        self.list.setModel(self.model)
        self.list.setItemDelegate(StepDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setToolTip("Press an operation to go there")
        self.list.clicked.connect(self._on_chosen)
        self.list.activated.connect(self._on_chosen)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addWidget(self.list, 1)
        session.moved.connect(self._on_moment)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has happened meanwhile."""
        super().showEvent(event)
        if self._session.moment is not None:
            self._on_moment(self._session.moment)

    @Slot(object)
    def _on_moment(self, moment: Moment) -> None:
        if not self.isVisible():
            return
        self.model.show_moment(moment)
        phase = self.model.phase
        own = self.model.operations
        done = sum(info.index < moment.position for info in own)
        self.header.set_title(f"Operations, {PHASE_WORDS[phase]}")
        self.header.set_caption(f"{done} of {len(own)}")
        row = done if moment.impossible is not None else max(0, done - 1)
        self.list.scrollTo(self.model.index(min(row + 1, len(own) - 1), 0))
        self.list.setCurrentIndex(self.model.index(row, 0))

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self.model.operations):
            self._session.go_to(self.model.operations[index.row()].index + 1)


class StepsModel(QAbstractListModel):
    """One row an operation of the phase of the operation done last."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__(session)
        self._session = session
        self.moment: Moment | None = None
        self.operations: tuple[StepInfo, ...] = ()
        self.phase = "forward"

    def show_moment(self, moment: Moment) -> None:
        """Rows change only with the phase; otherwise what they say."""
        last = moment.last
        phase = last.phase if last is not None else moment.phase
        own = tuple(info for info in moment.operations if info.phase == phase)
        before, self.moment = self.moment, moment
        if own != self.operations:
            self.beginResetModel()
            self.operations, self.phase = own, phase
            self.endResetModel()
        else:
            top, bottom = self._changed_rows(before, moment)
            self.dataChanged.emit(self.index(top, 0), self.index(bottom, 0))

    def _changed_rows(self, before: Moment | None, now: Moment) -> tuple[int, int]:
        """The first and the last row that say something else than before."""
        last = max(len(self.operations) - 1, 0)
        is_same_walk = before is not None and (before.step, before.item) == (now.step, now.item)
        if before is None or not is_same_walk or before.position == now.position:
            return 0, last
        first = self.operations[0].index if self.operations else 0
        low, high = sorted((before.position - first, now.position - first))
        return min(max(low - 1, 0), last), min(max(high, 0), last)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as in Qt
        """All of the phase."""
        return 0 if parent.isValid() else len(self.operations)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, and for the delegate (info, state, value)."""
        if not index.isValid() or self.moment is None:
            return None
        info = self.operations[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{headline(info)}: {self._state(info)}"
        if role == _MOMENT:
            return info, self._state(info), self._value(info)
        return None

    def _state(self, info: StepInfo) -> str:
        if self.moment is None:
            return ""
        if self.moment.impossible is not None:
            is_tried = info == self.moment.impossible.info
            return "impossible" if is_tried else "done" if info.index < self.moment.position else ""
        offset = info.index - (self.moment.position - 1)
        if offset == 0:
            return "now"
        return "done" if offset < 0 else "next" if offset == 1 else ""

    def _value(self, info: StepInfo) -> str:
        """The number that the operation has given, where it is one."""
        moment = self.moment
        if moment is None or info.index >= moment.position or not info.node_id:
            return ""
        numbers = moment.numbers[info.node_id]
        found: list[Array | None] = []
        match info.kind:
            case "forward":
                found = [numbers.out]
            case "sum":
                found = [numbers.delta]
            case "backward":
                found = [delta for delta in numbers.passed if delta is not None]
            case "gradient":
                found = list(numbers.grads.values())
        style = self._session.style
        texts = [
            style.text(values.reshape(-1)[0])
            if values.size == 1
            else "×".join(map(str, values.shape))
            for values in found
            if values is not None
        ]
        return ", ".join(texts) if len(texts) <= 2 else f"{len(texts)} arrays"


class StepDelegate(QStyledItemDelegate):
    """Icon, words, state and value in one row."""

    _ICONS = {"done": "check-circle", "now": "play-circle", "impossible": "alert-circle-outline"}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """One height for all rows."""
        return QSize(120, round(theme.current().size("field")) + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """The operation that was done last stands out."""
        found = index.data(_MOMENT)
        if found is None:
            return
        info, state, value = found
        look = theme.current()
        token = PHASE_TOKENS[info.phase]
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state == "impossible":
            token = "err"
        if state in _HERE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(f"{token}bg"))
            painter.drawRoundedRect(box.adjusted(6, 1, -6, -1), 6, 6)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, look.color("hover"))
        side = look.size("icon_small") + 2
        place = QRectF(box.left() + 14, box.center().y() - side / 2, side, side)
        icon = self._ICONS.get(state, "circle-outline")
        colour = "ok" if state == "done" else token if state in _HERE else "text3"
        theme.paint_icon(painter, icon, place, look.color(colour))
        ink = look.color("text" if state in ("done", *_HERE) else "text3")
        right = box.right() - 14
        value_width = min(text_width(look, "chip", value), 0.4 * box.width())
        number = QRectF(right - value_width, box.top(), value_width, box.height())
        if value:
            draw_fitting(painter, number, value, look, "chip", look.color(token))
        left = place.right() + 8
        words = QRectF(left, box.top(), number.left() - left - 8, box.height())
        role = "strong" if state in _HERE else "body"
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        draw_text(painter, words, headline(info), look, role, ink, flags)
        painter.restore()
