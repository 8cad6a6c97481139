"""The palette: two tabs, Layers and Examples, or a narrow rail of icons."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.document import Document
from gui.palette.blocks import BlockBar
from gui.palette.examples import ExampleList
from gui.palette.footer import LayerFooter
from gui.palette.layer_tree import LayerTree
from gui.palette.rail import PaletteRail
from gui.theme import Theme
from gui.widgets import SearchField

BLOCKS: Final = "blocks"
FOLDED_AT_FIRST: Final = ("conv", "sequence", "attention", "merge", "scalar", BLOCKS)
"""What a first network does without; what a person folds is remembered."""
_LEAST_WITH_FOOTER = 380
"""Height, px at a desk, below which the lines about a layer are left out."""


class PalettePanel(QWidget):
    """The left column.

    `layer_chosen(tag)`: put this layer on the canvas. `example_chosen(path)`: open this design.
    `rail_changed(is_rail)`: the person has folded or unfolded the panel by its button; an unfolding
    on the way to something else, such as the search, is not told, but each one by `widening()`.
    `folds_changed(categories)`: the categories (tuple) that the person has left folded.
    """

    layer_chosen = Signal(str)
    example_chosen = Signal(object)
    rail_changed = Signal(bool)
    widening = Signal()
    expression_wanted = Signal()
    """A formula shall be typed and drawn."""
    folds_changed = Signal(object)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self.layers = _LayersPage()
        self.examples = _ExamplesPage()
        self.tabs = QTabBar()
        self.tabs.setObjectName("palette_tabs")
        self.tabs.setAccessibleName("Palette")
        self.tabs.addTab("Layers")
        self.tabs.addTab("Examples")
        self.tabs.setTabToolTip(0, "Layers to drag onto the canvas")
        self.tabs.setTabToolTip(1, "Designs that are ready to run")
        self.tabs.setExpanding(False)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.layers)
        self._pages.addWidget(self.examples)
        self._wide = QWidget()
        wide = QVBoxLayout(self._wide)
        wide.setContentsMargins(0, 0, 0, 0)
        wide.setSpacing(0)
        wide.addLayout(self._top_row())
        wide.addWidget(self._pages, 1)
        self.rail = PaletteRail()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._wide)
        rows.addWidget(self.rail)
        self._is_rail = False
        self.set_folded()
        self._connect()
        self.set_rail(False)
        self._on_file_changed()

    def _top_row(self) -> QHBoxLayout:
        """The tabs, and the button that folds the palette to its rail."""
        self.fold_button = QToolButton()
        self.fold_button.setObjectName("palette_fold")
        self.fold_button.setIcon(theme.icon("chevron-left"))
        self.fold_button.setToolTip("Fold the palette to a column of icons")
        self.fold_button.setAccessibleName("Fold the palette")
        self.fold_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(0)
        row.addWidget(self.tabs, 1)
        row.addWidget(self.fold_button, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _connect(self) -> None:
        self.fold_button.clicked.connect(self._on_folded)
        self.layers.tree.folds_changed.connect(self._on_folds_changed)
        self.layers.blocks.fold_changed.connect(self._on_folds_changed)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.layers.tree.layer_chosen.connect(self.layer_chosen)
        self.layers.blocks.block_chosen.connect(self.layer_chosen)
        self.layers.blocks.expression_wanted.connect(self.expression_wanted)
        self.rail.layer_chosen.connect(self.layer_chosen)
        self.rail.unfolded.connect(self._on_unfolded)
        self.examples.listing.example_chosen.connect(self.example_chosen)
        self._document.opened.connect(self._on_file_changed)
        self._document.file_changed.connect(self._on_file_changed)
        theme.notifier().changed.connect(self._on_theme_changed)

    @property
    def is_rail(self) -> bool:
        """Whether only the icons are shown."""
        return self._is_rail

    def set_rail(self, is_rail: bool) -> None:
        """Fold to a rail of icons, or unfold."""
        if self._is_rail and not is_rail:
            self.widening.emit()  # before: the window would grow at once
        self._is_rail = is_rail
        self._wide.setVisible(not is_rail)
        self.rail.setVisible(is_rail)
        self._on_theme_changed(theme.current())

    def focus_search(self) -> None:
        """Put the cursor into the search box of the layers."""
        self.set_rail(False)
        self.tabs.setCurrentIndex(0)
        self.layers.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_examples(self) -> None:
        """Bring the examples to the front."""
        self.set_rail(False)
        self.tabs.setCurrentIndex(1)

    def sizeHint(self) -> QSize:
        """The column's width in the present theme, px."""
        look = theme.current()
        return QSize(round(look.size("rail" if self._is_rail else "palette")), 600)

    def set_folded(self, categories: Iterable[str] = FOLDED_AT_FIRST) -> None:
        """Fold these categories, among them perhaps "blocks", and unfold the others."""
        folded = set(categories)
        self.layers.tree.set_folded(folded - {BLOCKS})
        self.layers.blocks.set_folded(BLOCKS in folded)

    @Slot()
    def _on_folds_changed(self) -> None:
        blocks = {BLOCKS} if self.layers.blocks.is_folded else set()
        self.folds_changed.emit(tuple(sorted({*self.layers.tree.folded(), *blocks})))

    @Slot()
    def _on_unfolded(self) -> None:
        self.set_rail(False)
        self.rail_changed.emit(False)
        self.fold_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_folded(self) -> None:
        self.set_rail(True)
        self.rail_changed.emit(True)
        self.rail.focus_first()

    @Slot()
    def _on_file_changed(self) -> None:
        path = self._document.path
        self.examples.listing.mark_open(Path(path).resolve() if path is not None else None)

    @Slot(object)
    def _on_theme_changed(self, look: Theme) -> None:
        width = round(look.size("rail" if self._is_rail else "palette"))
        self.setMinimumWidth(width)
        self.setMaximumWidth(width if self._is_rail else 16_777_215)
        self.updateGeometry()


class _Page(QWidget):
    """A search box above a list, and a sentence where nothing is found."""

    def __init__(self, placeholder: str, hint: str) -> None:
        super().__init__()
        self.search = SearchField(placeholder, hint)
        self._nothing = QLabel()
        self._nothing.setProperty("role", "caption")
        self._nothing.setWordWrap(True)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setContentsMargins(12, 0, 12, 8)
        self._nothing.hide()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 12, 0, 0)
        self._rows.setSpacing(8)
        frame = QVBoxLayout()
        frame.setContentsMargins(12, 0, 12, 0)
        frame.addWidget(self.search)
        self._rows.addLayout(frame)
        self._rows.addWidget(self._nothing)

    def _tell(self, query: str, count: int, kind: str) -> None:
        self._nothing.setText(f"No {kind} is called “{query.strip()}”. Press Esc to see all.")
        self._nothing.setVisible(count == 0)


class _LayersPage(_Page):
    def __init__(self) -> None:
        super().__init__("Find a layer", "/")
        self.search.setObjectName("palette_search")
        self.tree = LayerTree()
        self.footer = LayerFooter()
        self._rows.addWidget(self.tree, 1)
        self.blocks = BlockBar()
        self._rows.addWidget(self.blocks)
        below = QVBoxLayout()
        below.setContentsMargins(8, 0, 8, 8)
        below.addWidget(self.footer)
        self._rows.addLayout(below)
        self.search.text_changed.connect(self._on_searched)
        self.search.descended.connect(self._on_descended)
        self.search.submitted.connect(self._on_submitted)
        self.tree.layer_pointed.connect(self.footer.show_layer)
        self.tree.left_upwards.connect(self.search.setFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low window the list needs the room of the lines below it; rows have tips, too."""
        super().resizeEvent(event)
        self.footer.setVisible(self.height() >= _LEAST_WITH_FOOTER * theme.current().scale)

    @Slot(str)
    def _on_searched(self, query: str) -> None:
        count = self.tree.search(query) + self.blocks.search(query)
        self._tell(query, count, "layer")

    @Slot()
    def _on_descended(self) -> None:
        if not self.tree.current_tag():
            tags = self.tree.shown_tags()
            if tags:
                self.tree.select_tag(tags[0])
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _on_submitted(self) -> None:
        if self.search.text().strip():
            self.tree.choose_current()


class _ExamplesPage(_Page):
    def __init__(self) -> None:
        super().__init__("Find an example", "")
        self.search.setObjectName("palette_example_search")
        self.listing = ExampleList()
        self._rows.addWidget(self.listing, 1)
        self.search.text_changed.connect(self._on_searched)
        self.search.descended.connect(self._on_descended)
        self.search.submitted.connect(self._on_submitted)
        self.listing.left_upwards.connect(self.search.setFocus)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the examples when they are first looked at."""
        super().showEvent(event)
        fault = self.listing.fill()
        if fault:
            self._nothing.setText(fault)
            self._nothing.show()

    def _first_shown(self) -> None:
        shown = [
            row for row in range(self.listing.count()) if not self.listing.item(row).isHidden()
        ]
        current = self.listing.currentRow()
        if shown and current not in shown:
            self.listing.setCurrentRow(shown[0])

    @Slot(str)
    def _on_searched(self, query: str) -> None:
        self._tell(query, self.listing.search(query), "example")
        if query.strip():
            self._first_shown()

    @Slot()
    def _on_descended(self) -> None:
        self._first_shown()
        self.listing.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _on_submitted(self) -> None:
        if self.search.text().strip():
            self.listing.choose_current()
