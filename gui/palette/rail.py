"""The palette folded to a column of icons: each category opens a menu of its layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QMenu, QToolButton, QWidget

from gui import theme
from gui.palette.drag import make_drag
from gui.palette.entries import entries_by_category
from gui.palette.mime import BLOCK
from gui.theme import CATEGORY_ICONS, Theme
from model.blocks import BLOCKS
from model.layer import CATEGORIES

BLOCKS_ICON: Final = "toy-brick-outline"
_MARGIN, _GAP = 8, 4
_LEAST_SIDE = 26
"""A button is no lower than this, px; on a low window all of them become lower together."""
_TARGET = 32
"""A button lower than this rather stands in one of two columns, where the rail has that width."""

Entry = tuple[str, str, str, str, str]
"""Tag, title, icon, category and one line of help."""


class PaletteRail(QWidget):
    """One button a category and one for the blocks; `layer_chosen(tag)` from their menus,
    `unfolded()` from the top one."""

    layer_chosen = Signal(str)
    unfolded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[QToolButton] = []
        self._menus: dict[str, LayerMenu] = {}
        self._columns = 1
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, _MARGIN, 0, _MARGIN)
        self._grid.setSpacing(_GAP)
        first = self._button("chevron-right", "text2", "Unfold the palette")
        first.setObjectName("palette_unfold")
        first.clicked.connect(self.unfolded)
        for category, members in entries_by_category().items():
            icon, token = CATEGORY_ICONS[category], f"category:{category}"
            entries = (
                (entry.key, entry.title, entry.icon, category, entry.help) for entry in members
            )
            self._add_menu(category, CATEGORIES[category], icon, token, entries)
        blocks = (
            (BLOCK + key, block.title, block.icon, block.category, block.description)
            for key, block in BLOCKS.items()
        )
        title = "Blocks: ready-made groups of layers"
        self._add_menu("blocks", title, BLOCKS_ICON, "text2", blocks)
        self._lay_out()
        self._fit()
        theme.notifier().changed.connect(self._on_theme_changed)

    def _add_menu(
        self, key: str, title: str, icon: str, token: str, entries: Iterable[Entry]
    ) -> None:
        button = self._button(icon, token, title)
        button.setObjectName(f"palette_rail_{key}")
        button.setProperty("menu_of", key)
        button.clicked.connect(self._on_clicked)
        menu = LayerMenu(button)
        menu.setToolTipsVisible(True)
        for tag, name, picture, category, help_text in entries:
            action = menu.addAction(theme.icon(picture, f"category:{category}"), name)
            action.setData(tag)
            action.setToolTip(help_text)
        menu.triggered.connect(self._on_triggered)
        menu.dragged.connect(self._on_dragged)
        self._menus[key] = menu

    def _button(self, icon: str, token: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(theme.icon(icon, token))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._buttons.append(button)
        return button

    def menu(self, category: str) -> LayerMenu:
        """The fly-out menu of a category, or that of the "blocks"."""
        return self._menus[category]

    def focus_first(self) -> None:
        """Move the keyboard to the button that unfolds."""
        self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def minimumSizeHint(self) -> QSize:
        """The rail never asks the window to be higher than its smallest buttons need."""
        count = len(self._buttons)
        return QSize(40, count * (_LEAST_SIDE + _GAP) - _GAP + 2 * _MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons that all have room."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over the buttons; the one to the right opens a menu."""
        focus = QApplication.focusWidget()
        at = next((i for i, button in enumerate(self._buttons) if button is focus), -1)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if at >= 0 and step:
            self._buttons[(at + step) % len(self._buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        elif at >= 0 and event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._buttons[at].click()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            menu = self._menus[str(button.property("menu_of"))]
            menu.popup(button.mapToGlobal(QPoint(button.width() + 4, 0)))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.layer_chosen.emit(str(action.data()))

    @Slot(str)
    def _on_dragged(self, tag: str) -> None:
        make_drag(self, tag).exec(Qt.DropAction.CopyAction)

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self._fit()

    def _lay_out(self) -> None:
        for button in self._buttons:
            self._grid.removeWidget(button)
        centre = Qt.AlignmentFlag.AlignCenter
        for index, button in enumerate(self._buttons):
            self._grid.addWidget(button, index // self._columns, index % self._columns, centre)
        for row in range(len(self._buttons) + 1):
            self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch(len(self._buttons), 1)

    def _side(self, columns: int) -> int:
        """The height that a button can have, px."""
        rows = -(-len(self._buttons) // columns)
        return (self.height() - 2 * _MARGIN + _GAP) // rows - _GAP

    def _fit(self) -> None:
        look = theme.current()
        wanted = round(look.size("control")) + 4
        width = round(look.size("rail"))
        is_low = self._side(1) < _TARGET and width >= 2 * _TARGET + _GAP
        columns = 2 if is_low else 1
        if columns != self._columns:
            self._columns = columns
            self._lay_out()
        side = max(_LEAST_SIDE, min(wanted, self._side(columns)))
        icon = min(round(look.size("icon")), side - 8)
        for button in self._buttons:
            button.setFixedSize(min(wanted, width // columns - 2), side)
            button.setIconSize(QSize(icon, icon))


class LayerMenu(QMenu):
    """Layers to click or to drag away; `dragged(tag)` once the menu has made way for the drag."""

    dragged = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pressed: QAction | None = None
        self._start = QPoint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember what a drag would carry."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = event.position().toPoint()
            self._pressed = self.actionAt(self._start)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough from where the button went down, a layer is on its way to the canvas."""
        way = (event.position().toPoint() - self._start).manhattanLength()
        is_held = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if self._pressed is None or not is_held or way < QApplication.startDragDistance():
            super().mouseMoveEvent(event)
            return
        tag, self._pressed = str(self._pressed.data()), None
        self.close()
        self.dragged.emit(tag)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click, after all."""
        self._pressed = None
        super().mouseReleaseEvent(event)
