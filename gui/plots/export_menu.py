"""The menu of a plot: what it can be exported as; a chart adds its own choices above."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from gui import theme
from gui.plots import export
from gui.widgets.file_dialog import FileDialog

if TYPE_CHECKING:
    from gui.plots.panel import PlotPanel

_NOTHING = "There is nothing to export yet: press Run."


class ExportMenu(QObject):
    """A button with the choices of one plot; `button` goes into the header."""

    folder: ClassVar[Path | None] = None
    """Where the last plot, any of them, was exported to."""
    words: ClassVar[str] = "Export"

    def __init__(self, panel: PlotPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.menu = QMenu(panel)
        self.menu.setToolTipsVisible(True)
        self.add_choices()
        self._exports: list[QAction] = []
        for kind in panel.exports:
            action = self.menu.addAction(theme.icon("content-save-outline"), export.KINDS[kind])
            action.setObjectName(f"{panel.key}_export_{kind}")
            action.setData(kind)
            action.triggered.connect(self._on_export)
            self._exports.append(action)
        self.menu.aboutToShow.connect(self._on_about_to_show)
        self.button = QToolButton()
        self.button.setObjectName(f"{panel.key}_menu")
        self.button.setIcon(theme.icon("dots-vertical"))
        self.button.setToolTip(self.words)
        self.button.setAccessibleName(f"{panel.title}: {self.words.lower()}")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setMenu(self.menu)

    def add_choices(self) -> None:
        """What stands above the exports."""

    @Slot()
    def _on_about_to_show(self) -> None:
        is_empty = bool(self._panel.empty_text)
        for action in self._exports:
            action.setEnabled(not is_empty)
            action.setToolTip(_NOTHING if is_empty else "")

    @Slot()
    def _on_export(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.ask_and_export(action.data())

    def ask_and_export(self, kind: str) -> None:
        """Ask for a file and write it; a fault becomes a message of the window."""
        title = f"Export {self._panel.title}"
        folder = ExportMenu.folder or Path.home()
        dialog = FileDialog(self._panel, title, folder, kind.upper(), kind, is_saving=True)
        chosen = dialog.ask(f"{self._panel.key}.{kind}")
        if chosen is not None:
            ExportMenu.folder = chosen.parent
            source = self._panel.export_source()
            source.subject = self._panel.header.caption()
            export.export_or_report(source, kind, chosen, self._panel.document)
