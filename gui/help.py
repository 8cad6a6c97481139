"""The sheet of keys and mouse (F1), and what the program is made of."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.actions import GROUPS, Actions, plain
from gui.crash import log_path
from gui.widgets import Chip
from gui.widgets.walking import widgets_in

Line = tuple[str, str]
"""(what to press or do, what it does)."""
PARTS = (
    ("PySide6-Essentials", "windows and painting", "LGPL-3.0"),
    ("pyqtgraph", "plots and colour maps", "MIT"),
    ("numpy", "arrays", "BSD-3-Clause"),
    ("networkx", "the graph", "BSD-3-Clause"),
    ("msgspec", "checked data", "BSD-3-Clause"),
    ("safetensors", "weights in files", "Apache-2.0"),
    ("sympy", "derivatives", "BSD-3-Clause"),
    ("ziamath", "typeset formulas", "MIT"),
    ("qtawesome", "icons: Material Design, Apache-2.0", "MIT"),
    ("rich", "progress bars", "MIT"),
)
CANVAS_GESTURES: tuple[Line, ...] = (
    ("Tab", "Search a layer at the pointer"),
    ("Arrows", "Go to the next card along a wire"),
    ("Shift+Arrows", "Add the next card to the selection"),
    ("Alt+Arrows", "Move the selection by one grid step"),
    ("Enter", "Edit the selected note, formula or value; wire while wiring"),
    ("Esc", "Cancel, or select nothing"),
    ("Space and drag", "Move the canvas; the middle button does too"),
    ("Wheel", "Zoom to the pointer"),
    ("Drag from port to port", "Draw a wire"),
    ("Drag from a port to nowhere", "Choose the layer to put there"),
    ("Drag over nothing", "Select with a rubber band"),
    ("Double-click nothing", "Search a layer there"),
    ("Double-click a formula", "Type another one in its place"),
)
PANEL_KEYS: tuple[Line, ...] = (
    ("Alt+letter", "Open the menu that underlines it"),
    ("Tab or Shift+Tab", "Go to the next or previous control"),
)
_COLUMNS = 3
_SCROLL_BAR = 15


def shortcut_lines(actions: Actions) -> dict[str, list[Line]]:
    """Every action that has keys, by menu, as it is called before it says which edit it means."""
    found = {}
    for group, specs in GROUPS.items():
        keyed = ((_keys(actions[spec.name]), _words(spec.text)) for spec in specs)
        found[group] = [line for line in keyed if line[0]]
    return {group: lines for group, lines in found.items() if lines}


def lines_of(actions: Iterable[QAction]) -> list[Line]:
    """A line for every action that has keys."""
    return [(keys, _words(action.text())) for action in actions if (keys := _keys(action))]


def _keys(action: QAction) -> str:
    form = QKeySequence.SequenceFormat.NativeText
    return " or ".join(key.toString(form) for key in action.shortcuts())


def _words(text: str) -> str:
    return plain(text).removesuffix("…")


def all_lines(
    actions: Actions, canvas: Mapping[str, Sequence[QAction | None]]
) -> dict[str, list[Line]]:
    """The whole sheet: actions by menu, then keys and mouse of the canvas."""
    found = [action for menu in canvas.values() for action in menu if action is not None]
    return shortcut_lines(actions) | {
        "Panels": list(PANEL_KEYS),
        "Canvas": [*lines_of(found), *CANVAS_GESTURES],
    }


class HelpSheet(QDialog):
    """All keys on one sheet, in columns; it scrolls where the screen is small."""

    def __init__(self, lines: dict[str, list[Line]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help_sheet")
        self.setWindowTitle("Keys and mouse")
        screen = self.screen().availableSize()
        sheet = sheet_of(lines, screen.width() - 2 * _SCROLL_BAR - 40)
        scroll = QScrollArea()
        scroll.setWidget(sheet)
        scroll.setWidgetResizable(True)
        buttons = _close_button(self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 12)
        rows.addWidget(scroll, 1)
        rows.addWidget(buttons)
        rows.setAlignment(buttons, Qt.AlignmentFlag.AlignHCenter)
        wanted = sheet.sizeHint()
        width = min(wanted.width() + 2 * _SCROLL_BAR, screen.width() - 40)
        self.resize(width, min(wanted.height() + 80, screen.height() - 60))

    def text(self) -> str:
        """All that the sheet says."""
        return "\n".join(part.text() for part in widgets_in(self) if isinstance(part, QLabel))


def sheet_of(lines: dict[str, list[Line]], room: int) -> QWidget:
    """All groups, in as many columns as the room holds: nobody has to scroll sideways."""
    for count in range(_COLUMNS, 0, -1):
        sheet = QWidget()
        columns = QHBoxLayout(sheet)
        columns.setContentsMargins(20, 16, 20, 16)
        columns.setSpacing(32)
        for groups in _balanced(lines, count):
            column = QVBoxLayout()
            column.setSpacing(14)
            for name in groups:
                column.addWidget(_group(name, lines[name]))
            column.addStretch(1)
            columns.addLayout(column)
        if sheet.sizeHint().width() <= room:
            break
    return sheet


def _balanced(lines: dict[str, list[Line]], count: int) -> list[list[str]]:
    """Groups in columns of about the same height, in their order."""
    total = sum(len(group) + 2 for group in lines.values())
    columns: list[list[str]] = [[]]
    height = 0.0
    for name, group in lines.items():
        if columns[-1] and len(columns) < count and height + len(group) / 2 > total / count:
            columns.append([])
            height = 0.0
        columns[-1].append(name)
        height += len(group) + 2
    return columns


def _group(name: str, lines: Iterable[Line]) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(5)
    head = QLabel(name)
    head.setProperty("role", "card")
    grid.addWidget(head, 0, 0, 1, 2)
    for row, (keys, words) in enumerate(lines, 1):
        grid.addWidget(Chip(keys), row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel(words), row, 1)
    grid.setColumnStretch(1, 1)
    return box


def _close_button(dialog: QDialog) -> QDialogButtonBox:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    box.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    box.rejected.connect(dialog.reject)
    return box


class AboutDialog(QDialog):
    """Version, parts with their licences, and where the log lies."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setWindowTitle("About Deltaboard")
        logo = QLabel()
        logo.setPixmap(theme.app_icon().pixmap(48, 48))
        title = QLabel(f"Deltaboard {version}")
        title.setProperty("role", "title")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(logo)
        head.addWidget(title)
        head.addStretch(1)
        said = QLabel(
            "Drag layers onto a canvas, wire them, press Run, and watch the network learn. "
            "Licence: MIT. Fonts Inter and JetBrains Mono: SIL Open Font License 1.1."
        )
        said.setWordWrap(True)
        versions = QLabel(_versions())
        versions.setTextFormat(Qt.TextFormat.RichText)
        versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        table = QScrollArea()
        table.setWidget(versions)
        table.setAccessibleName("Versions and licences")
        log = QLabel(f"Log file: {log_path()}")
        log.setProperty("role", "caption")
        log.setWordWrap(True)
        log.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = _close_button(self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 20, 24, 16)
        rows.setSpacing(14)
        rows.addLayout(head)
        for widget in (said, table, log, buttons):
            rows.addWidget(widget)
        rows.setStretchFactor(table, 1)
        screen = self.screen().availableSize()
        width = versions.sizeHint().width() + 2 * 24 + 2 * _SCROLL_BAR
        self.setMinimumWidth(min(width, screen.width() - 40))
        height = self.sizeHint().height() - table.sizeHint().height() + versions.sizeHint().height()
        self.resize(self.minimumWidth(), min(height + _SCROLL_BAR, screen.height() - 60))


def _versions() -> str:
    """A table of the parts: name, version, purpose, licence."""
    rows = [("Python", platform.python_version(), "the language", "PSF")]
    for name, purpose, licence in PARTS:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        purpose = f"{purpose}; Qt {qVersion()}" if name.startswith("PySide6") else purpose
        rows.append((name, version, purpose, licence))
    cells = "".join(
        "<tr>" + "".join(f"<td style='padding-right:14px'>{cell}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table cellspacing='2'>{cells}</table>"
