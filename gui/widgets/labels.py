"""Labels: a chip, a text that shortens itself, the head of a panel."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.theme import Theme
from gui.widgets.title_label import TitleLabel
from gui.widgets.whole_text import WholeTextLabel


class Chip(QLabel):
    """A short fact in a rounded box, such as `B × 128`."""

    def __init__(self, text: str = "", level: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", "chip")
        self.setProperty("level", level)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_level(self, level: str) -> None:
        """Colour the chip: "" plain, error, warn, ok, accent."""
        self.setProperty("level", level)
        theme.repolish(self)


class ElidedLabel(WholeTextLabel):
    """One line of text that ends in … where room is short, and then shows all when pointed at."""

    def sizeHint(self) -> QSize:
        """Room for the whole text, px."""
        width = self.fontMetrics().horizontalAdvance(self._full) + 2
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters, px."""
        return QSize(min(self.sizeHint().width(), 40), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """End in … where the text is longer."""
        mode = Qt.TextElideMode.ElideRight
        shown = self.fontMetrics().elidedText(self._full, mode, self.contentsRect().width())
        super().setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class PanelHeader(QFrame):
    """The head of a panel: icon on a tile, title, a line below it, buttons at the right."""

    def __init__(
        self,
        title: str = "",
        subtitle: str = "",
        icon: str = "",
        color_token: str = "text2",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "header")
        self._tile = _IconTile()
        self._title = TitleLabel()
        self._subtitle = TitleLabel(role="caption")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 12, 12, 12)
        self._row.setSpacing(12)
        self._row.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(words, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(0)
        self._row.addLayout(self._buttons)
        self.set_title(title, subtitle)
        self.set_icon(icon, color_token)

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Show another title and the line below it; an empty line takes no room."""
        self._title.set_text(title)
        self._subtitle.set_text(subtitle)
        self._subtitle.setVisible(bool(subtitle))

    def set_icon(self, name: str, color_token: str = "text2") -> None:
        """Show another icon; "" = none. `color_token` may be `category:dense`."""
        self._tile.show_icon(name, color_token)
        self._tile.setVisible(bool(name))

    def add_button(self, icon: str, tooltip: str) -> QToolButton:
        """Add a button at the right end; connect its `clicked`, or give it a menu."""
        button = QToolButton()
        button.setIcon(theme.icon(icon))
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip)
        self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button


class _IconTile(QWidget):
    """An icon on a rounded sunken square."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._token = "text2"
        self._set_side(theme.current())
        theme.notifier().changed.connect(self._set_side)

    def show_icon(self, name: str, token: str) -> None:
        self._name, self._token = name, token
        self.update()

    @Slot(object)
    def _set_side(self, look: Theme) -> None:
        side = round(38 * look.scale)
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("sunken"))
        painter.drawRoundedRect(self.rect(), look.card_radius, look.card_radius)
        if self._name:
            margin = self.width() * 0.22
            area = self.rect().toRectF().adjusted(margin, margin, -margin, -margin)
            theme.paint_icon(painter, self._name, area, theme.resolve(self._token))
        painter.end()
