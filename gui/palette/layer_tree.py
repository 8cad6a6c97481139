"""The layers, grouped by category: a tree that can be searched, walked by keys and dragged from."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gui import theme
from gui.palette.drag import make_drag
from gui.palette.entries import entries_by_category, entry_of
from gui.palette.search import find_layers
from gui.theme import CATEGORY_ICONS, Theme
from model.layer import CATEGORIES

TAG = Qt.ItemDataRole.UserRole
CATEGORY = Qt.ItemDataRole.UserRole + 1
_EDGE = 8  # px between the row's frame and the panel
Index = QModelIndex | QPersistentModelIndex


class LayerTree(QTreeWidget):
    """All layers of the registry.

    `layer_chosen(tag)` on a double click or Enter, `layer_pointed(tag)` for the current layer ("" =
    none), `left_upwards()` when the arrow up leaves the first row, `folds_changed()` when
    the person folds or unfolds a category; a search does so only for as long as it lasts.
    """

    layer_chosen = Signal(str)
    layer_pointed = Signal(str)
    left_upwards = Signal()
    folds_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette_layers")
        self.setAccessibleName("Layers by category")
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setDragEnabled(True)
        self.setUniformRowHeights(False)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self._delegate = _RowPainter(self)
        self.setItemDelegate(self._delegate)
        self._query = ""
        self._hot = QPersistentModelIndex()
        self._items: dict[str, QTreeWidgetItem] = {}
        self._folded: set[str] = set()
        self._is_arranging = False
        self._fill()
        self.currentItemChanged.connect(self._on_current_changed)
        self.itemDoubleClicked.connect(self._on_double_clicked)
        self.entered.connect(self._on_entered)
        self.itemExpanded.connect(self._on_folding_changed)
        self.itemCollapsed.connect(self._on_folding_changed)
        theme.notifier().changed.connect(self._on_theme_changed)

    def _fill(self) -> None:
        for category, members in entries_by_category().items():
            group = QTreeWidgetItem(self, [CATEGORIES[category]])
            group.setData(0, CATEGORY, category)
            group.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            group.setToolTip(0, f"{CATEGORIES[category]}: {len(members)} layers")
            for entry in members:
                item = QTreeWidgetItem(group, [entry.title])
                item.setData(0, TAG, entry.key)
                item.setData(0, CATEGORY, category)
                item.setToolTip(0, f"{entry.title}: {entry.help}")
                self._items[entry.key] = item
        self._show_folds()

    # reading

    def current_tag(self) -> str:
        """The tag of the current layer, "" where a category or nothing is current."""
        item = self.currentItem()
        return str(item.data(0, TAG) or "") if item is not None else ""

    def shown_tags(self) -> list[str]:
        """Tags that the search has left, in the order of the tree."""
        return [tag for tag, item in self._items.items() if not item.isHidden()]

    def select_tag(self, tag: str) -> None:
        """Make a layer the current row."""
        self.setCurrentItem(self._items[tag])

    # searching

    def search(self, query: str) -> int:
        """Show only what fits and point at the best; how many there are. "" shows all again."""
        found = find_layers(query)
        keep = set(found)
        for tag, item in self._items.items():
            item.setHidden(tag not in keep)
        for group in self._groups():
            members = [group.child(row) for row in range(group.childCount())]
            group.setHidden(all(member.isHidden() for member in members))
        self._query = query.strip()
        self._show_folds()
        if self._query and found:
            self.select_tag(found[0])
        elif self._query:
            self.setCurrentItem(None)
        return len(found)

    # folding

    def folded(self) -> set[str]:
        """The categories that are folded while nothing is searched for."""
        return set(self._folded)

    def set_folded(self, categories: Iterable[str]) -> None:
        """Fold these categories and unfold all others; emits nothing."""
        self._folded = set(categories)
        self._show_folds()

    def _show_folds(self) -> None:
        self._is_arranging = True
        for group in self._groups():
            category = str(group.data(0, CATEGORY))
            group.setExpanded(bool(self._query) or category not in self._folded)
        self._is_arranging = False

    @Slot(QTreeWidgetItem)
    def _on_folding_changed(self, _group: QTreeWidgetItem) -> None:
        if self._is_arranging or self._query:
            return
        groups = self._groups()
        self._folded = {str(g.data(0, CATEGORY)) for g in groups if not g.isExpanded()}
        self.folds_changed.emit()

    def _groups(self) -> list[QTreeWidgetItem]:
        found = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
        return [group for group in found if group is not None]

    # acting

    def choose_current(self) -> bool:
        """Act as Enter does on the current row; False where no layer is current."""
        tag = self.current_tag()
        if tag:
            self.layer_chosen.emit(tag)
        return bool(tag)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Carry the current layer to the canvas."""
        tag = self.current_tag()
        if tag:
            make_drag(self, tag).exec(Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses or folds; the arrow up on the first row leaves."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            if not self.choose_current():
                item.setExpanded(not item.isExpanded())
            return
        first = item is not None and self.itemAbove(item) is None
        if event.key() == Qt.Key.Key_Up and first:
            self.left_upwards.emit()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on a category folds it."""
        item = self.itemAt(event.position().toPoint())
        super().mousePressEvent(event)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and item is not None and not item.data(0, TAG):
            item.setExpanded(not item.isExpanded())

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Only what the row painter paints: the style would colour the indentation, too."""
        row = QStyleOptionViewItem(option)
        if self._hot == index:
            row.state |= QStyle.StateFlag.State_MouseOver
        self._delegate.paint(painter, row, index)

    def leaveEvent(self, event: QEvent) -> None:
        """No row is below the pointer any more."""
        super().leaveEvent(event)
        self._hot = QPersistentModelIndex()
        self.viewport().update()

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        self._hot = QPersistentModelIndex(index)
        self.viewport().update()

    @Slot(QTreeWidgetItem, int)
    def _on_double_clicked(self, item: QTreeWidgetItem, _column: int) -> None:
        tag = str(item.data(0, TAG) or "")
        if tag:
            self.layer_chosen.emit(tag)

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _on_current_changed(self, _item: QTreeWidgetItem, _old: QTreeWidgetItem) -> None:
        self.layer_pointed.emit(self.current_tag())

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class _RowPainter(QStyledItemDelegate):
    """Paints a category or a layer; the tree itself draws nothing."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        look = theme.current()
        height = look.size("item_row" if index.data(TAG) else "category_row")
        is_last = index.data(TAG) and not index.siblingAtRow(index.row() + 1).isValid()
        return QSize(40, round(height + (6 if is_last else 0)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        is_hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if index.data(TAG):
            height = theme.current().size("item_row")
            area.setHeight(height)
            self._paint_layer(painter, area, index, is_hot)
        else:
            self._paint_category(painter, area, index, is_hot)
        painter.restore()

    def _paint_back(self, painter: QPainter, row: QRectF, index: Index, is_hot: bool) -> bool:
        """The rounded ground of a row; whether the row is current."""
        tree = self.parent()
        if not isinstance(tree, LayerTree):
            return False
        look = theme.current()
        is_current = tree.currentIndex() == index
        if is_current or is_hot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accentbg" if is_current else "hover"))
            if is_current and tree.hasFocus():
                painter.setPen(QPen(look.color("accent"), 2))
            painter.drawRoundedRect(row, 6, 6)
        return is_current

    def _paint_category(self, painter: QPainter, area: QRectF, index: Index, is_hot: bool) -> None:
        look = theme.current()
        tree = self.parent()
        is_open = isinstance(tree, LayerTree) and tree.isExpanded(index)
        self._paint_back(painter, area.adjusted(_EDGE, 1, -_EDGE, -1), index, is_hot)
        small, icon = look.size("icon_small"), look.size("icon") - 2
        category = str(index.data(CATEGORY))
        x = area.x() + _EDGE
        chevron = QRectF(x, area.center().y() - small / 2, small, small)
        name = "chevron-down" if is_open else "chevron-right"
        theme.paint_icon(painter, name, chevron, look.color("text3"))
        x += small + 6
        place = QRectF(x, area.center().y() - icon / 2, icon, icon)
        theme.paint_icon(painter, CATEGORY_ICONS[category], place, look.category(category))
        x += icon + 8
        count = str(index.model().rowCount(index))
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text3"))
        room = QFontMetricsF(look.font("caption")).horizontalAdvance(count)
        right = area.right() - _EDGE - 4
        side = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(right - room, area.y(), room, area.height()), int(side), count)
        text = QRectF(x, area.y(), right - room - 6 - x, area.height())
        painter.setPen(look.color("text"))
        _draw_fitting(painter, text, str(index.data()), look.font("strong"))

    def _paint_layer(self, painter: QPainter, row: QRectF, index: Index, is_hot: bool) -> None:
        look = theme.current()
        color = look.category(str(index.data(CATEGORY)))
        icon = look.size("icon") - 3
        line_x = row.x() + _EDGE + look.size("icon_small") / 2 - 1
        width = 3 if look.is_projector else 2
        painter.fillRect(QRectF(line_x, row.y(), width, row.height()), color)
        body = row.adjusted(line_x - row.x() + width + 3, 1, -_EDGE, -1)
        is_current = self._paint_back(painter, body, index, is_hot)
        x = body.x() + 8
        entry = entry_of(str(index.data(TAG)))
        place = QRectF(x, row.center().y() - icon / 2, icon, icon)
        theme.paint_icon(painter, entry.icon, place, color)
        x += icon + 9
        painter.setPen(look.color("text" if is_current else "text2"))
        text = QRectF(x, row.y(), body.right() - 4 - x, row.height())
        _draw_fitting(painter, text, entry.title, look.font("body"))


def _draw_fitting(painter: QPainter, area: QRectF, text: str, font: QFont) -> None:
    """One line of text; where there is too little room it is set smaller, then shortened."""
    fitted = QFont(font)
    least = round(font.pixelSize() * 0.8)
    while fitted.pixelSize() > least and _width(fitted, text) > area.width():
        fitted.setPixelSize(fitted.pixelSize() - 1)
    metrics = QFontMetricsF(fitted)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.setFont(fitted)
    painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)


def _width(font: QFont, text: str) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)
