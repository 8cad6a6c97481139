"""Asks for a file: Qt's own dialog, so that it looks and types alike everywhere."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFileDialog, QLineEdit, QListView, QWidget

_SHARE_OF_SCREEN = 0.6


class FileDialog(QFileDialog):
    """One file, to open or to save. Its kind in words, "Designs", and its ending, "json".

    A name to save under gets the ending before Qt asks whether a file may be replaced; with
    "All files" chosen it stays as it is typed.
    """

    def __init__(
        self, parent: QWidget, title: str, folder: Path, kind: str, ending: str, *, is_saving: bool
    ) -> None:
        self._ending = f".{ending}"
        self._own_filter = f"{kind} (*.{ending})"
        super().__init__(parent, title, str(folder), f"{self._own_filter};;All files (*)")
        self.setObjectName("file_dialog")
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.setLabelText(QFileDialog.DialogLabel.LookIn, "Folder:")
        if is_saving:
            self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            self.setFileMode(QFileDialog.FileMode.AnyFile)
        else:
            self.setFileMode(QFileDialog.FileMode.ExistingFile)
        screen = self.screen().availableSize()
        self.resize(
            max(self.width(), round(screen.width() * _SHARE_OF_SCREEN)),
            max(self.height(), round(screen.height() * _SHARE_OF_SCREEN)),
        )

    def ask(self, name: str = "") -> Path | None:
        """The file that the person chooses; `None` where they do not. name: proposed for it."""
        if name:
            self.selectFile(name)
        chosen = Path(self.selectedFiles()[0]) if self.exec() else None
        self.deleteLater()
        return chosen

    def accept(self) -> None:
        """Complete the name first."""
        line = self.findChild(QLineEdit, "fileNameEdit")
        if line is not None:
            self._prepare(line)
        super().accept()

    def _prepare(self, line: QLineEdit) -> None:
        is_saving = self.acceptMode() == QFileDialog.AcceptMode.AcceptSave
        if is_saving and self.selectedNameFilter() == self._own_filter:
            with QSignalBlocker(line):  # a list of completions would hide the question
                line.setText(self._completed(line.text()))
        files = self.findChild(QListView, "listView")
        if files is not None and "/" in line.text():  # a path was typed
            files.clearSelection()  # Qt may still have a folder selected that it leads through

    def _completed(self, typed: str) -> str:
        is_name = bool(typed.strip("./ ")) and not typed.endswith("/")
        place = self.directory().absoluteFilePath(os.path.expanduser(typed))  # noqa: PTH111
        if not is_name or typed.lower().endswith(self._ending) or Path(place).is_dir():
            return typed
        return f"{typed}{self._ending}"
