"""Small parts of the inspector's pages: headings, numbers in a monospaced font, formula rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.formulas import FormulaLabel
from gui.theme import Theme
from gui.widgets.capitals import CapitalsLabel

_CAPTION = 76  # px of the column of captions at a desk


def section(text: str) -> CapitalsLabel:
    """A small heading in capitals."""
    return CapitalsLabel(text)


def caption(text: str = "") -> QLabel:
    """A line of explanation that wraps."""
    label = QLabel(text)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


class Number(QLabel):
    """A number or shape in the small monospaced font."""

    def __init__(self, text: str = "", tooltip: str = "", *, is_right: bool = False) -> None:
        super().__init__(text)
        self.setToolTip(tooltip)
        self.setTextFormat(Qt.TextFormat.PlainText)
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.setFont(look.font("chip"))


class FormulaRow(QWidget):
    """A caption and a formula beside it, or below it where the formula is long."""

    def __init__(self, words: str, tex: str, role: str = "maths") -> None:
        super().__init__()
        self._caption = caption(words)
        self.formula = FormulaLabel(tex, role=role)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._is_stacked = False
        self._grid.addWidget(self._caption, 0, 0)
        self._grid.addWidget(self.formula, 0, 1, Qt.AlignmentFlag.AlignLeft)
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Decide anew where the formula goes."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        room = self.width() - self._caption_width() - 8
        is_stacked = self.formula.sizeHint().width() > room
        if is_stacked == self._is_stacked:
            return
        self._is_stacked = is_stacked
        self._grid.removeWidget(self._caption)
        self._grid.removeWidget(self.formula)
        self._caption.setMinimumWidth(0 if is_stacked else self._caption_width())
        self._caption.setMaximumWidth(16_777_215 if is_stacked else self._caption_width())
        left = Qt.AlignmentFlag.AlignLeft
        if is_stacked:
            self._grid.addWidget(self._caption, 0, 0, 1, 2)
            self._grid.addWidget(self.formula, 1, 0, 1, 2)
        else:
            self._grid.addWidget(self._caption, 0, 0)
            self._grid.addWidget(self.formula, 0, 1, left)

    def _caption_width(self) -> int:
        return round(_CAPTION * theme.current().scale)

    @Slot(object)
    def _apply_theme(self, _look: Theme) -> None:
        if not self._is_stacked:
            self._caption.setFixedWidth(self._caption_width())
        self._arrange()


class FormulaCard(QFrame):
    """Formulas one below the other on a sunken ground."""

    def __init__(self, lines: Sequence[tuple[str, str]], layer_index: int | None = None) -> None:
        super().__init__()
        self.setProperty("kind", "sunken")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 10, 12, 10)
        rows.setSpacing(8)
        for words, tex in lines:
            rows.addWidget(FormulaRow(words, numbered(tex, layer_index)))


def numbered(tex: str, layer_index: int | None) -> str:
    r"""The formula with l and l+1 filled in: `h^{(l+1)}` -> `h^{(6)}` for node l = 5."""
    if layer_index is None:
        return tex
    return tex.replace("(l+1)", f"({layer_index + 1})").replace("(l)", f"({layer_index})")


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """The content in an area that scrolls up and down only."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    fit_width(content)
    area.setWidget(content)
    return area


def fit_width(content: QWidget) -> None:
    """Make a page as wide as the column, whatever it would like."""
    content.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)


def clear(layout: QVBoxLayout) -> None:
    """Take every widget out of a layout and delete it when the event loop turns."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
