"""The search box at the pointer: type a few letters, press Enter, the layer is there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gui import theme
from gui.canvas.overlay import OverlayBox
from gui.palette.entries import entry_of
from gui.palette.search import find_layers
from gui.widgets import SearchField
from model.errors import DesignError
from model.layer import Layer

_TAG = int(Qt.ItemDataRole.UserRole)
Fault = Callable[[Layer], DesignError | None]
Choice = Callable[[Layer], None]


class SearchPopup(OverlayBox):
    """A list of all layers, those that fit first; the others say in grey why they do not."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._choose: Choice | None = None
        self._fault: Fault | None = None
        self._search = SearchField("Find a layer", "")
        self._search.setObjectName("canvas_search")
        self._list = QListWidget()
        self._list.setObjectName("canvas_search_list")
        self._list.setAccessibleName("Layers")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._help = QLabel()
        self._help.setObjectName("canvas_search_help")
        self._help.setWordWrap(True)
        self._help.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self._search)
        column.addWidget(self._list)
        column.addWidget(self._help)
        self._search.text_changed.connect(self._fill)
        self._search.submitted.connect(self.accept)
        self._list.itemClicked.connect(self._on_clicked)
        self._list.currentItemChanged.connect(self._on_current_changed)
        self._line = self._search.focusProxy()
        self._line.installEventFilter(self)
        self._list.installEventFilter(self)
        self.hide()

    def open(self, at: QPoint, choose: Choice, fault: Fault | None = None) -> None:
        """Show the list near a point of the parent. `choose(layer)` is called with the choice;
        `fault(layer)` gives the reason why a layer does not fit."""
        self._choose, self._fault = choose, fault
        look = theme.current()
        frame = self.parentWidget().rect()
        width = min(round(340 * (1.4 if look.is_projector else 1)), frame.width() - 16)
        height = min(round(400 * (1.2 if look.is_projector else 1)), frame.height() - 16)
        self.resize(width, height)
        self.move(
            max(8, min(at.x(), frame.width() - width - 8)),
            max(8, min(at.y(), frame.height() - height - 8)),
        )
        self._search.set_text("")
        self._fill("")
        self.show()
        self.raise_()
        self._search.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_search(self) -> None:
        """Hide and give the keyboard back to the canvas."""
        if not self.isHidden():
            self._choose = self._fault = None
            self.hide()
            self.parentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def tags(self) -> list[str]:
        """What is listed, in order."""
        return [self._list.item(row).data(_TAG) for row in range(self._list.count())]

    @Slot(str)
    def _fill(self, text: str) -> None:
        """Layers that match the letters, those that fit before those that do not."""
        self._list.clear()
        rows = []
        for tag in find_layers(text):
            fault = self._fault(entry_of(tag).layer) if self._fault is not None else None
            rows.append((tag, fault))
        for tag, fault in sorted(rows, key=lambda row: row[1] is not None):
            self._list.addItem(self._row(tag, fault))
        if self._list.count():
            self._list.setCurrentRow(0)
        else:
            self._help.setText(f"No layer is called “{text}”.")

    def _row(self, tag: str, fault: DesignError | None) -> QListWidgetItem:
        entry = entry_of(tag)
        token = f"category:{entry.category}"
        item = QListWidgetItem(theme.icon(entry.icon, token), entry.title)
        item.setData(_TAG, tag)
        tip = entry.help if fault is None else f"Does not fit here: {fault}"
        item.setToolTip(tip)
        if fault is not None:
            item.setForeground(theme.current().color("text3"))
        item.setSizeHint(QSize(0, round(theme.current().size("item_row")) + 3))
        return item

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_changed(self, item: QListWidgetItem | None, _old: object) -> None:
        self._help.setText(item.toolTip() if item is not None else "")

    @Slot(QListWidgetItem)
    def _on_clicked(self, _item: QListWidgetItem) -> None:
        self.accept()

    @Slot()
    def accept(self) -> None:
        """Take the marked layer."""
        item = self._list.currentItem()
        choose = self._choose
        if item is None or choose is None:
            return
        layer = entry_of(item.data(_TAG)).layer
        self.close_search()
        choose(layer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows walk through the list while the letters stay in the box; Esc closes."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key == Qt.Key.Key_Escape:
                self.close_search()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and watched is self._list:
                self.accept()
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Tab) and watched is self._line:
                step = -1 if key == Qt.Key.Key_Up else 1
                count = self._list.count()
                if count:
                    self._list.setCurrentRow((self._list.currentRow() + step) % count)
                return True
        if event.type() == QEvent.Type.FocusOut:
            self._close_when_left()
        return super().eventFilter(watched, event)

    def _close_when_left(self) -> None:
        """A click elsewhere closes the box, a click into its own list does not."""
        window = self.window()
        inside = window.focusWidget()
        if inside is not None and not self.isAncestorOf(inside) and window.isActiveWindow():
            self._choose = self._fault = None
            self.hide()
