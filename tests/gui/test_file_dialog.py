"""The dialog that asks for a file: names get their ending before anything is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QMessageBox, QWidget

from gui.widgets.file_dialog import FileDialog

Open = Callable[[Path], FileDialog]


@pytest.fixture
def to_save(qtbot) -> Open:
    """Give a function that shows the dialog for a folder, as `ask` does, without waiting."""
    parent = QWidget()
    qtbot.addWidget(parent)

    def show(folder: Path) -> FileDialog:
        dialog = FileDialog(parent, "Save the design", folder, "Designs", "json", is_saving=True)
        dialog.open()
        return dialog

    return show


def save_as(dialog: FileDialog, name: str) -> list[str]:
    """Type a name and press Save; the files chosen, or none where the dialog stays open."""
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setText(name)
    dialog.accept()
    return dialog.selectedFiles() if dialog.result() else []


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("Netz für Übung", "Netz für Übung.json"),
        ("net v1.2", "net v1.2.json"),
        ("net.json", "net.json"),
        ("NET.JSON", "NET.JSON"),
    ],
)
def test_a_name_gets_the_ending_that_it_lacks(
    to_save: Open, tmp_path: Path, typed: str, saved: str
):
    assert save_as(to_save(tmp_path), typed) == [str(tmp_path / saved)]


def test_all_files_leaves_a_name_as_it_is_typed(to_save: Open, tmp_path: Path):
    dialog = to_save(tmp_path)
    dialog.selectNameFilter("All files (*)")
    assert save_as(dialog, "net.txt") == [str(tmp_path / "net.txt")]


def test_the_question_about_replacing_is_about_the_file_that_would_be_replaced(
    to_save: Open, tmp_path: Path
):
    (tmp_path / "net.json").write_text("old", encoding="utf-8")
    asked: list[str] = []

    def say_no() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.No).click()

    QTimer.singleShot(0, say_no)
    assert save_as(to_save(tmp_path), "net") == []
    assert len(asked) == 1
    assert "net.json" in asked[0]


def test_the_name_of_a_folder_leads_into_it(to_save: Open, tmp_path: Path):
    (tmp_path / "inner").mkdir()
    dialog = to_save(tmp_path)
    assert save_as(dialog, "inner") == []
    assert Path(dialog.directory().absolutePath()) == tmp_path / "inner"


def test_a_path_that_was_typed_counts_and_not_a_folder_that_it_leads_through(
    to_save: Open, tmp_path: Path
):
    dialog = to_save(tmp_path)
    files = dialog.findChild(QListView, "listView")
    assert files is not None
    flags = QItemSelectionModel.SelectionFlag
    files.selectionModel().select(files.rootIndex(), flags.Select | flags.Rows)
    assert save_as(dialog, f"{tmp_path}/net") == [str(tmp_path / "net.json")]
