"""Ready-made groups of layers: buttons below the list, to click, to press, or to drag away."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.palette.drag import make_drag
from gui.palette.mime import BLOCK
from gui.palette.search import find_blocks
from gui.theme import Theme
from model.blocks import BLOCKS

EXPRESSION_WORDS = "new from expression formula computation graph type function"


class BlockBar(QFrame):
    """One button a block; `block_chosen(tag)`, the tag with `block:` in front. A last one draws a
    typed formula: `expression_wanted()`. The heading folds them: `fold_changed(is_folded)`."""

    block_chosen = Signal(str)
    expression_wanted = Signal()
    fold_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette_blocks")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 0, 8, 0)
        rows.setSpacing(2)
        self._is_folded = False
        self._query = ""
        self.heading = _heading()
        self.heading.clicked.connect(self._on_heading)
        rows.addWidget(self.heading)
        self.buttons: dict[str, BlockButton] = {}
        for key in BLOCKS:
            button = BlockButton(key)
            button.clicked.connect(self._on_clicked)
            self.buttons[key] = button
            rows.addWidget(button)
        self.expression = _expression_button()
        self.expression.clicked.connect(self.expression_wanted)
        rows.addWidget(self.expression)
        self.search("")
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    @property
    def is_folded(self) -> bool:
        """Whether only the heading is shown."""
        return self._is_folded

    def set_folded(self, is_folded: bool) -> None:
        """Fold or unfold; emits nothing."""
        self._is_folded = is_folded
        self.search(self._query)

    def search(self, query: str) -> int:
        """Show only the blocks that fit, folded or not; how many there are. "" shows all again."""
        self._query = query
        found = find_blocks(query)
        is_open = bool(query.strip()) or not self._is_folded
        for key, button in self.buttons.items():
            button.setVisible(is_open and key in found)
        known = EXPRESSION_WORDS.split()
        words = query.lower().split()
        is_meant = all(any(name.startswith(word) for name in known) for word in words)
        self.expression.setVisible(is_open and is_meant)
        self.setVisible(bool(found) or is_meant)
        self.heading.setIcon(theme.icon("chevron-down" if is_open else "chevron-right", "text3"))
        self.heading.setAccessibleName(f"Blocks, {'unfolded' if is_open else 'folded'}")
        return len(found) + is_meant

    @Slot()
    def _on_heading(self) -> None:
        self.set_folded(not self._is_folded)
        self.fold_changed.emit(self._is_folded)

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
        small = round(look.size("icon_small"))
        self.heading.setIconSize(QSize(small, small))


def _heading() -> QToolButton:
    button = QToolButton()
    button.setObjectName("palette_blocks_heading")
    button.setProperty("kind", "heading")
    button.setText("Blocks")
    button.setToolTip("Ready-made groups of layers, and computation graphs from a formula")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


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
