"""Ready-made groups of layers: buttons below the list, to click, to press, or to drag away."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.palette.drag import make_drag
from gui.palette.mime import BLOCK
from gui.palette.search import find_blocks
from gui.theme import Theme
from model.blocks import BLOCKS

EXPRESSION_WORDS = "new from expression formula computation graph type function"


class BlockBar(QFrame):
    """One button a block; `block_chosen(tag)`, the tag with `block:` in front. A last one draws a
    typed formula: `expression_wanted()`."""

    block_chosen = Signal(str)
    expression_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette_blocks")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 0, 8, 0)
        rows.setSpacing(2)
        title = QLabel("BLOCKS")
        title.setAccessibleName("Blocks")
        title.setProperty("role", "section")
        title.setContentsMargins(4, 0, 0, 2)
        rows.addWidget(title)
        self.buttons: dict[str, BlockButton] = {}
        for key in BLOCKS:
            button = BlockButton(key)
            button.clicked.connect(self._on_clicked)
            self.buttons[key] = button
            rows.addWidget(button)
        self.expression = _expression_button()
        self.expression.clicked.connect(self.expression_wanted)
        rows.addWidget(self.expression)
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    def search(self, query: str) -> int:
        """Show only the blocks that fit; how many there are. "" shows all."""
        found = find_blocks(query)
        for key, button in self.buttons.items():
            button.setVisible(key in found)
        known = EXPRESSION_WORDS.split()
        words = query.lower().split()
        is_meant = all(any(name.startswith(word) for name in known) for word in words)
        self.expression.setVisible(is_meant)
        self.setVisible(bool(found) or is_meant)
        return len(found) + is_meant

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, BlockButton):
            self.block_chosen.emit(BLOCK + button.key)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon"))
        for button in (*self.buttons.values(), self.expression):
            button.setIconSize(QSize(side, side))


def _expression_button() -> QToolButton:
    button = QToolButton()
    button.setObjectName("palette_expression")
    button.setText("New from expression…")
    button.setIcon(theme.icon("function-variant", "category:scalar"))
    button.setToolTip("Type a formula: it is drawn as a whole computation graph (Ctrl+E)")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


class BlockButton(QToolButton):
    """A block; a drag carries it to the canvas, a click or Enter lays it down."""

    def __init__(self, key: str) -> None:
        super().__init__()
        block = BLOCKS[key]
        self.key = key
        self._start = QPoint()
        self.setObjectName(f"palette_block_{key}")
        self.setText(block.title)
        self.setIcon(theme.icon(block.icon, f"category:{block.category}"))
        self.setToolTip(f"{block.title}: {block.description}")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag would begin."""
        self._start = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough from where the button went down, the block is on its way."""
        way = (event.position().toPoint() - self._start).manhattanLength()
        is_held = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if is_held and way >= QApplication.startDragDistance():
            self.setDown(False)
            self.make_drag().exec(Qt.DropAction.CopyAction)
            return
        super().mouseMoveEvent(event)

    def make_drag(self) -> QDrag:
        """A drag that carries the block's tag."""
        return make_drag(self, BLOCK + self.key)
