"""New, open, save, recent files, examples; and nothing is lost without a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDropEvent, QIcon
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from gui.actions import Actions
from gui.document import Document
from gui.messages import Messages
from gui.settings import Settings
from gui.widgets.file_dialog import FileDialog
from model import files
from model.errors import FileError

_BUTTON = QMessageBox.StandardButton


class FileActions(QObject):
    """The file menu's work. Dialogs are Qt's own, so that they look and type alike everywhere."""

    def __init__(
        self,
        window: QWidget,
        actions: Actions,
        document: Document,
        messages: Messages,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._document = document
        self._messages = messages
        self._settings = settings
        self.recent_menu = QMenu("Open &recent", window)
        self.examples_menu = QMenu("&Examples", window)
        for menu in (self.recent_menu, self.examples_menu):
            menu.setToolTipsVisible(True)
        self.recent_menu.aboutToShow.connect(self.fill_recent)
        self.examples_menu.aboutToShow.connect(self.fill_examples)
        slots: dict[str, Callable[[], object]] = {
            "new": self.new,
            "open": self.choose,
            "save": self.save,
            "save_as": self.save_as,
            "clear_recent": settings.clear_recent,
        }
        for name, slot in slots.items():
            actions[name].triggered.connect(slot)

    # opening

    @Slot()
    def new(self) -> None:
        """Start an empty design."""
        if self.may_leave():
            self._document.new()

    @Slot()
    def choose(self) -> None:
        """Ask which file to open."""
        chosen = self._dialog("Open a design", is_saving=False).ask()
        if chosen is not None:
            self.open(chosen)

    def open(self, path: Path) -> bool:
        """Open a file; a fault in it becomes a message and the present work stays."""
        path = Path(path)
        if not self.may_leave():
            return False
        try:
            self._document.open(path)
        except FileError as fault:
            self._messages.report(fault)
            return False
        if not is_example(path):
            self._settings.remember_file(path)
        return True

    def open_dropped(self, urls: Sequence[QUrl]) -> bool:
        """Open the file that was dropped onto the window, if it is one file of this computer."""
        if len(urls) != 1:
            self._messages.say(
                f"{len(urls)} files were dropped; the window opens one at a time. Drop one alone.",
                "warn",
            )
            return False
        if not urls[0].isLocalFile():
            self._messages.say(
                "What was dropped lies on another machine. Save it on this one, and drop the file.",
                "warn",
            )
            return False
        return self.open(Path(urls[0].toLocalFile()))

    # saving

    @Slot()
    def save(self) -> bool:
        """Write to the design's file; an example, or a design without a file, asks where to."""
        path = self._document.path
        if path is None or is_example(path):
            return self.save_as()
        return self._write(path)

    @Slot()
    def save_as(self) -> bool:
        """Ask where to write the design; True once it is there."""
        path = self._document.path
        dialog = self._dialog("Save the design", is_saving=True)
        chosen = dialog.ask(path.name if path is not None else "untitled.json")
        return chosen is not None and self._write(chosen)

    def _write(self, path: Path) -> bool:
        try:
            self._document.save(path)
        except FileError as fault:
            self._messages.report(fault, (("Save elsewhere…", self.save_as),))
            return False
        self._settings.remember_file(path)
        return True

    def may_leave(self) -> bool:
        """Ask about unsaved changes, if there are any; True where they may go."""
        if not self._document.is_modified:
            return True
        answer = self.ask_about_changes()
        if answer == _BUTTON.Save:
            return self.save()
        return answer == _BUTTON.Discard

    def ask_about_changes(self) -> QMessageBox.StandardButton:
        """Save, Discard or Cancel, as the person answers."""
        box = QMessageBox(self._window)
        box.setObjectName("unsaved_changes")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Unsaved changes")
        box.setText(f"Save the changes to {self._document.title}?")
        count = self._document.stack.count()
        edits = f" ({count} edit{'s' if count != 1 else ''} in the undo list)" if count else ""
        box.setInformativeText(f"They are lost otherwise{edits}.")
        box.setStandardButtons(_BUTTON.Save | _BUTTON.Discard | _BUTTON.Cancel)
        box.setDefaultButton(_BUTTON.Save)
        box.setEscapeButton(_BUTTON.Cancel)
        for button in box.buttons():
            button.setIcon(QIcon())
        answer = _BUTTON(box.exec())
        box.deleteLater()
        return answer

    def _dialog(self, title: str, *, is_saving: bool) -> FileDialog:
        folder = self._settings.folder
        return FileDialog(self._window, title, folder, "Designs", "json", is_saving=is_saving)

    # menus

    @Slot()
    def fill_recent(self) -> None:
        """List the recent files; one that is gone says so and cannot be chosen."""
        menu = self.recent_menu
        menu.clear()
        paths = self._settings.recent_files
        for number, path in enumerate(paths, 1):
            is_there = path.is_file()
            action = menu.addAction(f"&{number % 10}  {path.name.replace('&', '&&')}")
            action.setToolTip(str(path))
            if not is_there:
                action.setText(f"{action.text()}  (no longer there)")
                action.setEnabled(False)
                action.setToolTip(f"{path} is no longer there")
            action.triggered.connect(partial(self._open_later, path))
        if not paths:
            menu.addAction("No files yet").setEnabled(False)
        menu.addSeparator()
        menu.addAction(self._actions["clear_recent"])
        self._actions["clear_recent"].setEnabled(bool(paths))

    @Slot()
    def fill_examples(self) -> None:
        """List the designs that come with the program, each with its line."""
        if not self.examples_menu.isEmpty():
            return
        try:
            found = files.examples()
        except FileError as fault:
            self._messages.report(fault)
            return
        for example in found:
            text = (
                f"{example.title}:  {example.description}" if example.description else example.title
            )
            action = self.examples_menu.addAction(text.replace("&", "&&"))
            action.setObjectName(f"example_{example.name}")
            action.setToolTip(f"{example.description}\n{example.path.name}")
            action.triggered.connect(partial(self._open_later, example.path))

    def _open_later(self, path: Path, _is_checked: bool = False) -> None:
        self.open(path)


def is_example(path: Path) -> bool:
    """Whether a file came with the program, and is therefore not written to."""
    return path.absolute().is_relative_to(files.examples_folder().absolute())


def accept_copy(event: QDropEvent) -> None:
    """Take what is dropped as a copy: after a move, a file manager would delete the file."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
