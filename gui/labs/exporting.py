"""The export menu of a laboratory: every figure as PNG and SVG, every table as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui import theme
from gui.plots import export
from gui.plots.export import Exportable, csv_text
from gui.plots.export_menu import ExportMenu
from gui.widgets.file_dialog import FileDialog

if TYPE_CHECKING:
    from gui.labs.panel import LabPanel

_LEAST, _USUAL = QSize(240, 160), QSize(720, 540)
"""px of a picture; below the first it is made as large as the second."""
NOTHING = "There is nothing to export yet"


class WidgetPicture:
    """Any widget as a picture, for those that cannot draw themselves."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget

    def picture_size(self) -> QSize:
        """px of what is on the screen."""
        return self._widget.size()

    def draw(self, painter: QPainter, _density: float) -> None:
        """The widget as it is painted on the screen."""
        self._widget.render(painter)

    def text(self, _kind: str) -> str:
        """It has no numbers of its own."""
        return ""

    def accessibleName(self) -> str:
        """What the picture is."""
        return self._widget.accessibleName()


class TableText:
    """A table as an exportable file of text."""

    def __init__(self, about: str, rows: Sequence[Sequence[Any]]) -> None:
        self._about, self._rows = about, rows

    def picture_size(self) -> QSize:
        """It is no picture."""
        return QSize()

    def draw(self, _painter: QPainter, _density: float) -> None:
        """It is no picture."""

    def text(self, _kind: str) -> str:
        """CSV with every digit."""
        return csv_text(self._about, self._rows)

    def accessibleName(self) -> str:
        """What the table is."""
        return self._about


class LabExports(QObject):
    """`button` goes into the head; its menu is made anew each time it is opened."""

    def __init__(self, panel: LabPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.menu = QMenu(panel)
        self.menu.setObjectName("laboratory_exports")
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self.fill)
        self.button = QToolButton()
        self.button.setObjectName("export_laboratory")
        self.button.setProperty("kind", "outlined")
        self.button.setIcon(theme.icon("content-save-outline"))
        self.button.setToolTip("Export pictures and numbers")
        self.button.setAccessibleName("Export pictures and numbers")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setMenu(self.menu)

    @Slot()
    def fill(self) -> None:
        """List what there is now."""
        self.menu.clear()
        for name, figure in self._panel.figures().items():
            reason = str(getattr(figure, "empty_text", "") or "")
            for kind in ("png", "svg"):
                self._add(name, kind, reason)
        tables = self._panel.tables()
        if tables and not self.menu.isEmpty():
            self.menu.addSeparator()
        for name, rows in tables.items():
            self._add(name, "csv", "" if len(rows) > 1 else NOTHING)
        if self.menu.isEmpty():
            action = self.menu.addAction(f"{NOTHING}: wait until something is shown")
            action.setEnabled(False)

    def _add(self, name: str, kind: str, reason: str) -> None:
        words = {"png": "as PNG …", "svg": "as SVG …", "csv": "as CSV, all digits …"}[kind]
        title = name.replace("_", " ").capitalize()
        action = self.menu.addAction(theme.icon("content-save-outline"), f"{title} {words}")
        action.setObjectName(f"export_{name}_{kind}")
        action.setData((name, kind))
        action.setEnabled(not reason)
        action.setToolTip(reason)
        action.triggered.connect(self._on_export)

    @Slot()
    def _on_export(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.ask_and_export(*action.data())

    def ask_and_export(self, name: str, kind: str) -> None:
        """Ask for a file and write it; a fault becomes a message of the window."""
        folder = ExportMenu.folder or Path.home()
        title = f"Export {name.replace('_', ' ')}"
        dialog = FileDialog(self._panel, title, folder, kind.upper(), kind, is_saving=True)
        chosen = dialog.ask(f"{name}.{kind}")
        if chosen is None:
            return
        ExportMenu.folder = chosen.parent
        source = self.source(name, kind)
        if source is not None and export.export_or_report(
            source, kind, chosen, self._panel.document
        ):
            self._panel.say(f"Written: {chosen.name}")

    def source(self, name: str, kind: str) -> Exportable | None:
        """What is written; None where it has gone in the meantime."""
        if kind == "csv":
            rows = self._panel.tables().get(name)
            about = f"{self._panel.title}: {name.replace('_', ' ')}"
            return None if rows is None else TableText(about, rows)
        figure = self._panel.figures().get(name)
        if figure is None:
            return None
        if figure.width() < _LEAST.width() or figure.height() < _LEAST.height():
            figure.resize(_USUAL)  # behind a tab it has no size yet
        return figure if hasattr(figure, "draw") else WidgetPicture(figure)
