"""The designs that travel with the program, one click from being opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent, QTextOption
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import theme
from gui.theme import Theme
from model import files
from model.errors import DesignError

PATH = Qt.ItemDataRole.UserRole
LINE = Qt.ItemDataRole.UserRole + 1
IS_OPEN = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex

_ICONS = {
    "mnist": "image-outline",
    "digits": "image-outline",
    "iris": "flower-outline",
    "breast": "hospital-box-outline",
    "wine": "glass-wine",
    "curve": "chart-bell-curve",
    "two": "merge",
}
_OTHER = "chart-scatter-plot"


class ExampleList(QListWidget):
    """Examples with title and one line; `example_chosen(path)` on a double click or Enter."""

    example_chosen = Signal(object)
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette_examples")
        self.setAccessibleName("Examples")
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._painter = _ExamplePainter(self)
        self.setItemDelegate(self._painter)
        self._open: Path | None = None
        self._is_filled = False
        self.itemDoubleClicked.connect(self._on_double_clicked)
        theme.notifier().changed.connect(self._on_theme_changed)

    def fill(self) -> str:
        """Read the examples, once, when they are first looked at; what went wrong, or ""."""
        if self._is_filled:
            return ""
        try:
            found = files.examples()
        except DesignError as fault:
            return str(fault)
        self._is_filled = True
        for example in found:
            item = QListWidgetItem(example.title)
            item.setData(PATH, example.path)
            item.setData(LINE, example.description)
            item.setToolTip(f"{example.description}\nDouble-click or Enter opens it.")
            self.addItem(item)
        self.mark_open(self._open)
        return ""

    def mark_open(self, path: Path | None) -> None:
        """Mark the example that is open, `None` = none of them."""
        self._open = path
        for row in range(self.count()):
            item = self.item(row)
            item.setData(IS_OPEN, path is not None and item.data(PATH) == path)

    def is_open(self, row: int) -> bool:
        """Whether the example of a row is the open design."""
        return bool(self.item(row).data(IS_OPEN))

    def search(self, query: str) -> int:
        """Show only examples whose title or line holds every word; how many there are."""
        words = query.lower().split()
        shown = 0
        for row in range(self.count()):
            item = self.item(row)
            text = f"{item.text()} {item.data(LINE)}".lower()
            item.setHidden(not all(word in text for word in words))
            shown += not item.isHidden()
        return shown

    def choose_current(self) -> bool:
        """Act as Enter does; False where nothing is current."""
        item = self.currentItem()
        if item is None or item.isHidden():
            return False
        self.example_chosen.emit(item.data(PATH))
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; the arrow up on the first row leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_current()
            return
        above = [self.item(row) for row in range(max(0, self.currentRow()))]
        if event.key() == Qt.Key.Key_Up and all(item.isHidden() for item in above):
            self.left_upwards.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows get higher where a scroll bar leaves them less room."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    @Slot(QListWidgetItem)
    def _on_double_clicked(self, item: QListWidgetItem) -> None:
        self.example_chosen.emit(item.data(PATH))

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


def icon_of(path: Path) -> str:
    """An icon for an example, by the first word of its file name."""
    return _ICONS.get(path.stem.split("_")[0], _OTHER)


class _ExamplePainter(QStyledItemDelegate):
    """Icon, title, and the line below it in as many lines as it needs."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        listing = self.parent()
        width = listing.viewport().width() if isinstance(listing, ExampleList) else 200
        return QSize(60, round(self._text_height(index, self._room(width)) + 14))

    def _room(self, width: float) -> float:
        look = theme.current()
        return width - 2 * 8 - 2 * 8 - look.size("icon") - 10

    def _text_height(self, index: Index, room: float) -> float:
        look = theme.current()
        total = 0.0
        for role, text in (("strong", index.data()), ("caption", index.data(LINE))):
            metrics = QFontMetricsF(look.font(role))
            box = QRectF(0, 0, room, 1000)
            total += metrics.boundingRect(box, int(Qt.TextFlag.TextWordWrap), str(text)).height()
        return total

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme.current()
        is_open = bool(index.data(IS_OPEN))
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
        row = QRectF(option.rect).adjusted(8, 1, -8, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_open or is_current or is_hot:
            has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
            pen = QPen(look.color("accent"), 2) if has_focus and is_current else Qt.PenStyle.NoPen
            painter.setPen(pen)
            painter.setBrush(look.color("accentbg" if is_open or is_current else "hover"))
            painter.drawRoundedRect(row, 6, 6)
        side = look.size("icon")
        place = QRectF(row.x() + 8, row.y() + 7, side, side)
        name = "check-circle" if is_open else icon_of(index.data(PATH))
        theme.paint_icon(painter, name, place, look.color("accent"))
        self._paint_words(painter, row.adjusted(8 + side + 10, 6, -8, 0), index)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRectF, index: Index) -> None:
        look = theme.current()
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        top = area.y()
        is_open = bool(index.data(IS_OPEN))
        tokens = (("strong", "text", 0), ("caption", "accenttext" if is_open else "text3", 1))
        for role, token, part in tokens:
            text = str(index.data(LINE) if part else index.data())
            painter.setFont(look.font(role))
            painter.setPen(look.color(token))
            box = QRectF(area.x(), top, area.width(), 1000)
            top += painter.boundingRect(box, text, option).height()
            painter.drawText(box, text, option)
