"""The palette folded to a column of icons: each category opens a menu of its layers."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.palette.drag import make_drag
from gui.palette.search import layers_by_category
from gui.theme import CATEGORY_ICONS, Theme
from model.layer import CATEGORIES, help_line


class PaletteRail(QWidget):
    """One button a category; `layer_chosen(tag)` from its menu, `unfolded()` from the top one."""

    layer_chosen = Signal(str)
    unfolded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[QToolButton] = []
        self._menus: dict[str, LayerMenu] = {}
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 8, 0, 8)
        rows.setSpacing(4)
        first = self._button("chevron-right", "text2", "Show the palette")
        first.setObjectName("palette_unfold")
        first.clicked.connect(self.unfolded)
        rows.addWidget(first, 0, Qt.AlignmentFlag.AlignHCenter)
        for category, kinds in layers_by_category().items():
            button = self._button(
                CATEGORY_ICONS[category], f"category:{category}", CATEGORIES[category]
            )
            button.setObjectName(f"palette_rail_{category}")
            menu = LayerMenu(button)
            menu.setToolTipsVisible(True)
            for kind in kinds:
                action = menu.addAction(theme.icon(kind.icon, f"category:{category}"), kind.title)
                action.setData(str(kind.__struct_config__.tag))
                action.setToolTip(help_line(kind))
            menu.triggered.connect(self._on_triggered)
            menu.dragged.connect(self._on_dragged)
            button.clicked.connect(self._on_clicked)
            button.setProperty("menu_of", category)
            self._menus[category] = menu
            rows.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(1)
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    def _button(self, icon: str, token: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(theme.icon(icon, token))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._buttons.append(button)
        return button

    def menu(self, category: str) -> LayerMenu:
        """The fly-out menu of a category."""
        return self._menus[category]

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
    def _apply_theme(self, look: Theme) -> None:
        side, icon = round(look.size("control")), round(look.size("icon"))
        for button in self._buttons:
            button.setFixedSize(side + 4, side + 4)
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
