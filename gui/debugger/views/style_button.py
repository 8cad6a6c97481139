"""The button behind which the numbers get their form: digits, fractions, comma or point."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.debugger.number_text import FEWEST_DIGITS, MOST_DIGITS, NumberStyle, remember, remembered
from gui.debugger.session import DebugSession
from gui.settings import Settings
from gui.theme import Theme

_EXAMPLE = 1287.5503299472804


class StyleButton(QToolButton):
    """Opens a small panel below itself. The choice is remembered."""

    def __init__(self, session: DebugSession, settings: Settings) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._panel: _StylePanel | None = None
        _dress(self, "number_style", "decimal", "How numbers are written")
        self.clicked.connect(self._on_clicked)
        theme.notifier().changed.connect(self._apply_theme)
        self._siblings: list[QToolButton] = [self]
        self._apply_theme(theme.current())
        session.set_style(remembered(settings))

    def sibling(self, name: str, icon: str, tip: str) -> QToolButton:
        """Another button of the same make."""
        button = QToolButton()
        _dress(button, name, icon, tip)
        self._siblings.append(button)
        self._apply_theme(theme.current())
        return button

    @property
    def panel(self) -> _StylePanel:
        """The panel, made when it is first wanted."""
        if self._panel is None:
            self._panel = _StylePanel(self._session, self._settings, self)
        return self._panel

    @Slot()
    def _on_clicked(self) -> None:
        self.panel.show_style(self._session.style)
        self.panel.adjustSize()
        corner = self.mapToGlobal(self.rect().bottomRight())
        corner.setX(corner.x() - self.panel.width())
        self.panel.move(corner)
        self.panel.show()
        self.panel.digits.setFocus()

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon"))
        for button in self._siblings:
            button.setIconSize(QSize(side, side))


def _dress(button: QToolButton, name: str, icon: str, tip: str) -> None:
    button.setObjectName(name)
    button.setIcon(theme.icon(icon))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


class _StylePanel(QFrame):
    """Digits, fractions, comma, and what a number looks like then."""

    def __init__(self, session: DebugSession, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("number_style_panel")
        self.setProperty("kind", "card")
        self._session = session
        self._settings = settings
        self.digits = QSpinBox()
        self.digits.setObjectName("style_digits")
        self.digits.setRange(FEWEST_DIGITS, MOST_DIGITS)
        self.digits.setAccessibleName("Digits")
        self.digits.setToolTip("Significant digits of every number; pointing at it shows all")
        self.fractions = QCheckBox("Fractions where exact")
        self.fractions.setObjectName("style_fractions")
        self.fractions.setToolTip("1/5 instead of 0.2")
        self.comma = QCheckBox("Decimal comma")
        self.comma.setObjectName("style_comma")
        self.comma.setToolTip("0,2 instead of 0.2")
        self._example = QLabel()
        self._example.setProperty("role", "mono")
        label = QLabel("Digits")
        label.setBuddy(self.digits)
        row = QHBoxLayout()
        row.addWidget(label, 1)
        row.addWidget(self.digits)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 12)
        rows.addLayout(row)
        rows.addWidget(self.fractions)
        rows.addWidget(self.comma)
        rows.addWidget(self._example)
        self.digits.valueChanged.connect(self._on_changed)
        self.fractions.toggled.connect(self._on_changed)
        self.comma.toggled.connect(self._on_changed)

    def show_style(self, style: NumberStyle) -> None:
        """Fill in; nothing is changed by it."""
        with (
            QSignalBlocker(self.digits),
            QSignalBlocker(self.fractions),
            QSignalBlocker(self.comma),
        ):
            self.digits.setValue(style.digits)
            self.fractions.setChecked(style.has_fractions)
            self.comma.setChecked(style.has_comma)
        self._say(style)

    @Slot()
    def _on_changed(self) -> None:
        style = replace(
            self._session.style,
            digits=self.digits.value(),
            has_fractions=self.fractions.isChecked(),
            has_comma=self.comma.isChecked(),
        )
        self._say(style)
        self._session.set_style(style)
        remember(self._settings, style)

    def _say(self, style: NumberStyle) -> None:
        self._example.setText(f"{style.text(_EXAMPLE)}   {style.text(0.2)}   {style.text(1 / 3)}")
