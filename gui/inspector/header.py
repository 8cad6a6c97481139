"""The head of the inspector: icon, title to rename, a line below it, the menu of three dots."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QMenu, QWidget

from gui import theme
from gui.widgets import PanelHeader


class InspectorHeader(PanelHeader):
    """`renamed(text)` when a title has been typed; `action_chosen(name)` from the menu, name one of
    rename, duplicate, defaults, help, remove (rename is answered by the header itself)."""

    renamed = Signal(str)
    training_wanted = Signal()
    action_chosen = Signal(str)

    _ACTIONS = (
        ("rename", "Rename", "form-textbox", "Give this layer a name of its own (F2)"),
        ("duplicate", "Duplicate", "content-copy", "Make a copy beside it"),
        ("defaults", "Reset to defaults", "restart", "Set every field to its default"),
        ("help", "Help on this layer", "help-circle-outline", "What this layer does"),
        ("remove", "Remove", "trash-can-outline", "Remove it and heal the wires"),
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._line = QLineEdit()
        self._line.setAcceptDrops(False)  # a dropped file is for the window
        self._line.setObjectName("inspector_title_line")
        self._line.setAccessibleName("Name of this layer")
        self._line.setPlaceholderText("Name")
        self._line.setMaxLength(200)
        self._line.hide()
        words = self._row.itemAt(1).layout()
        if isinstance(words, QBoxLayout):
            words.insertWidget(1, self._line)
        self.training_button = self.add_button(
            "tune-variant", "How the design is trained: learning rate, batch, epochs … (Esc)"
        )
        self.training_button.setObjectName("inspector_training_button")
        self.training_button.setAccessibleName("Settings of the training")
        self.training_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.training_button.clicked.connect(self.training_wanted)
        self.menu_button = self.add_button("dots-vertical", "More: rename, duplicate, remove …")
        self.menu_button.setObjectName("inspector_menu")
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.actions_by_name: dict[str, QAction] = {}
        for name, text, icon, tip in self._ACTIONS:
            action = self.menu.addAction(theme.icon(icon), text)
            action.setData(name)
            action.setToolTip(tip)
            self.actions_by_name[name] = action
        self.menu.triggered.connect(self._on_triggered)
        self.menu_button.clicked.connect(self._on_menu)
        self._title.installEventFilter(self)
        self._line.installEventFilter(self)
        self._line.editingFinished.connect(self._on_editing_finished)
        self._can_rename = True

    def set_actions(self, names: tuple[str, ...]) -> None:
        """Offer only these actions; without any the button is hidden."""
        for name, action in self.actions_by_name.items():
            action.setVisible(name in names)
        self.menu_button.setVisible(bool(names))
        self._can_rename = "rename" in names
        self._title.setCursor(
            Qt.CursorShape.IBeamCursor if self._can_rename else Qt.CursorShape.ArrowCursor
        )
        self._title.setAccessibleDescription("F2 renames it" if self._can_rename else "")

    def start_renaming(self) -> None:
        """Put a line with the whole title selected in its place."""
        if not self._can_rename:
            return
        self._line.setText(self._title.full_text())
        self._title.hide()
        self._line.show()
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._line.selectAll()

    @property
    def is_renaming(self) -> bool:
        """Whether the title is being typed."""
        return not self._line.isHidden()

    def stop_renaming(self) -> None:
        """Show the title again; what was typed is dropped."""
        self._line.hide()
        self._title.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double click on the title renames; Escape gives the old title back."""
        if watched is self._title and event.type() == QEvent.Type.MouseButtonDblClick:
            self.start_renaming()
            return True
        if (
            watched is self._line
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self.stop_renaming()
            self.menu_button.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _on_editing_finished(self) -> None:
        if not self.is_renaming:
            return
        text = self._line.text().strip()
        is_new = text != self._title.full_text()
        self.stop_renaming()
        if is_new:
            self.renamed.emit(text)

    @Slot()
    def _on_menu(self) -> None:
        corner = QPoint(self.menu_button.width(), self.menu_button.height())
        place = self.menu_button.mapToGlobal(corner)
        self.menu.popup(place - QPoint(self.menu.sizeHint().width(), 0))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data() == "rename":
            self.start_renaming()
        else:
            self.action_chosen.emit(str(action.data()))
