"""The head of a plot: its name and symbol at the left, a caption and switches at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QWidget,
)

from gui import theme
from gui.theme import Theme
from gui.widgets import ElidedLabel

_TITLE_SHARE = 0.45  # of the width that a title may take before its short form stands in


class PlotHeader(QFrame):
    """A bar that can also stand in for the title bar of a dock: it leaves the mouse to the dock."""

    def __init__(
        self,
        title: str,
        symbol: str = "",
        token: str = "text",
        parent: QWidget | None = None,
        *,
        short: str = "",
        is_symbol_first: bool = False,
    ) -> None:
        """short: the title where there is little room, "" = the title itself."""
        super().__init__(parent)
        self.setProperty("kind", "header")
        self._full_title, self._short_title = title, short or title
        self._title = QLabel(title)
        self._title.setProperty("role", "strong")
        self._caption = ElidedLabel(role="caption")
        self._said = ""
        self._is_caption_shown = True
        self._caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(8)
        self._row.addWidget(self._title)
        self._symbol = SymbolLabel(symbol, token) if symbol else None
        if self._symbol is not None:
            self._row.insertWidget(0 if is_symbol_first else 1, self._symbol)
        self._row.addWidget(self._caption, 1)
        self._set_height(theme.current())
        theme.notifier().changed.connect(self._set_height)

    def set_title(self, title: str) -> None:
        """Another name for what is shown."""
        self._full_title = self._short_title = title
        self._title.setText(title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The short title where the long one leaves no room for a choice."""
        super().resizeEvent(event)
        metrics = QFontMetricsF(self._title.font())
        has_room = metrics.horizontalAdvance(self._full_title) <= self.width() * _TITLE_SHARE
        self._title.setText(self._full_title if has_room else self._short_title)

    def set_caption(self, text: str) -> None:
        """Say something at the right of the title."""
        if text != self._said:
            self._said = text
            if self._is_caption_shown:
                self._caption.set_text(text)

    def caption(self) -> str:
        """What stands at the right of the title."""
        return self._said

    def add(self, widget: QWidget) -> None:
        """Put a switch at the right end."""
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_title_visible(self, is_visible: bool) -> None:
        """Whether name, symbol and caption have room beside what is chosen here."""
        self._title.setMinimumWidth(1)  # or it would keep the bar from becoming so narrow
        self._title.setVisible(is_visible)
        self._is_caption_shown = is_visible
        self._caption.set_text(self._said if is_visible else "")
        if self._symbol is not None:
            self._symbol.setVisible(is_visible)

    def insert_before(self, widget: QWidget, new: QWidget) -> None:
        """Put a switch in front of another one."""
        self._row.insertWidget(self._row.indexOf(widget), new, 0, Qt.AlignmentFlag.AlignVCenter)

    def add_chooser(self, tooltip: str, name: str) -> QComboBox:
        """A list to pull down, hidden until there is a choice; it shrinks where room is short."""
        box = ElidedCombo()
        box.setObjectName(name)
        box.setToolTip(tooltip)
        box.setAccessibleName(tooltip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(5)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.setMaximumWidth(260)
        box.setVisible(False)
        self._row.addWidget(box, 2, Qt.AlignmentFlag.AlignVCenter)
        return box

    def add_pill(self, text: str, tooltip: str, name: str, is_on: bool = False) -> QToolButton:
        """A switch that stays pressed, such as log."""
        pill = QToolButton()
        pill.setObjectName(name)
        pill.setProperty("kind", "chip")
        pill.setText(text)
        pill.setToolTip(tooltip)
        pill.setAccessibleName(tooltip)
        pill.setCheckable(True)
        pill.setChecked(is_on)
        self.add(pill)
        return pill

    def add_button(self, icon: str, tooltip: str, name: str) -> QToolButton:
        """A small button with an icon only."""
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(theme.icon(icon))
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip)
        self.add(button)
        return button

    @Slot(object)
    def _set_height(self, look: Theme) -> None:
        margin = round(12 * min(look.scale, 1.35))
        self._row.setContentsMargins(margin, 0, 6, 0)
        self.setFixedHeight(round(look.size("dock_header")))


class ElidedCombo(QComboBox):
    """A list to pull down whose text ends in an ellipsis where it has no room."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frame and arrow as the style paints them, the text cut in a way that shows."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        style = self.style()
        field = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, field.width() - 2
        )
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class SymbolLabel(QWidget):
    """A mathematical letter in italics, in a colour token."""

    def __init__(self, symbol: str, token: str) -> None:
        super().__init__()
        self._symbol = symbol
        self._token = token
        self.setAccessibleName(symbol)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        """As large as the letter, px."""
        metrics = QFontMetricsF(maths_font(theme.current(), "card"))
        return QSize(int(metrics.horizontalAdvance(self._symbol)) + 4, int(metrics.height()) + 1)

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the letter."""
        look = theme.current()
        painter = QPainter(self)
        painter.setFont(maths_font(look, "card"))
        painter.setPen(look.color(self._token))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._symbol)
        painter.end()


def maths_font(look: Theme, role: str, factor: float = 1.0) -> QFont:
    """An italic font for symbols such as J and δ."""
    font = QFont(look.font("body"))
    font.setItalic(True)
    font.setWeight(QFont.Weight.Medium)
    font.setPixelSize(max(1, round(look.px(role) * factor)))
    return font
