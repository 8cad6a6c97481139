"""Nothing is lost without a question; recent files and examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from gui.file_actions import FileActions, is_example
from gui.main_window import MainWindow
from gui.settings import Settings
from model import editing, files
from model.layer import registry
from tests.gui.shell.conftest import MakeWindow, example

BUTTON = QMessageBox.StandardButton


def answer(monkeypatch: pytest.MonkeyPatch, button: QMessageBox.StandardButton) -> list[int]:
    """Answer the question about unsaved changes; the list grows by one each time it is asked."""
    asked: list[int] = []

    def reply(_self: FileActions) -> QMessageBox.StandardButton:
        asked.append(1)
        return button

    monkeypatch.setattr(FileActions, "ask_about_changes", reply)
    return asked


def change(window: MainWindow) -> None:
    window.document.attempt(editing.add_node, registry()["relu"](), 0, 0)


def test_without_changes_nobody_is_asked(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    asked = answer(monkeypatch, BUTTON.Cancel)
    window.actions_by_name["new"].trigger()
    assert len(window.document.graph) == 0
    assert asked == []


@pytest.mark.parametrize("how", ["new", "open", "close"])
def test_cancel_keeps_the_changes(window: MainWindow, monkeypatch: pytest.MonkeyPatch, how: str):
    asked = answer(monkeypatch, BUTTON.Cancel)
    change(window)
    before = window.document.graph.design()
    if how == "new":
        window.actions_by_name["new"].trigger()
    elif how == "open":
        window.file_actions.open(example("spiral"))
    else:
        assert not window.close()
    assert asked == [1]
    assert window.document.graph.design() == before
    assert window.document.is_modified


def test_discard_gives_the_changes_up(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    answer(monkeypatch, BUTTON.Discard)
    change(window)
    assert window.file_actions.open(example("spiral"))
    assert window.document.path == example("spiral")


def test_save_writes_the_file_and_goes_on(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    answer(monkeypatch, BUTTON.Save)
    window.document.save(tmp_path / "mine.json")
    change(window)
    wanted = window.document.graph.design()
    window.actions_by_name["new"].trigger()
    assert files.read_design(tmp_path / "mine.json") == wanted
    assert len(window.document.graph) == 0


def test_the_question_offers_save_discard_and_cancel(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
):
    seen: list[QMessageBox] = []

    def no_wait(box: QMessageBox) -> int:
        seen.append(box)
        assert "xor.json" in box.text()
        assert {BUTTON.Save, BUTTON.Discard, BUTTON.Cancel} == {
            box.standardButton(button) for button in box.buttons()
        }
        return int(BUTTON.Cancel)

    monkeypatch.setattr(QMessageBox, "exec", no_wait)
    change(window)
    assert not window.file_actions.may_leave()
    assert len(seen) == 1


def test_an_example_is_never_written_over(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(QFileDialog, "exec", lambda _self: 0)
    before = example("xor").read_bytes()
    change(window)
    assert not window.file_actions.save()
    assert example("xor").read_bytes() == before
    assert is_example(example("xor"))


def test_save_as_asks_for_a_name_and_remembers_the_file(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    goal = tmp_path / "new.json"
    monkeypatch.setattr(QFileDialog, "exec", lambda _self: 1)
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _self: [str(goal)])
    window.actions_by_name["save_as"].trigger()
    assert files.read_design(goal) == window.document.graph.design()
    assert window.settings.recent_files == [goal]
    assert window.windowTitle() == "new.json[*] – Deltaboard"


def test_a_save_that_fails_says_why_and_loses_nothing(window: MainWindow, tmp_path: Path):
    change(window)
    window.document.path = tmp_path / "no such folder" / "x.json"
    assert not window.file_actions.save()
    assert window.message_bar.level() == "error"
    assert window.document.is_modified


def test_recent_files_stand_newest_first_and_missing_ones_say_so(
    make_window: MakeWindow, tmp_path: Path
):
    window = make_window()
    for name in ("a.json", "b.json"):
        files.write_design(tmp_path / name, window.document.graph.design())
        window.file_actions.open(tmp_path / name)
    (tmp_path / "a.json").unlink()
    window.file_actions.fill_recent()
    first, second = window.file_actions.recent_menu.actions()[:2]
    assert "b.json" in first.text()
    assert first.isEnabled()
    assert "no longer there" in second.text()
    assert not second.isEnabled()
    assert "no longer there" in second.toolTip()
    window.actions_by_name["clear_recent"].trigger()
    assert window.settings.recent_files == []


def test_damaged_settings_are_read_as_far_as_they_make_sense(tmp_path: Path):
    damaged = "[files]\nrecent\\size=1000000000\nrecent\\2\\path=/here/mine.json\n"
    (tmp_path / "settings.ini").write_text(damaged, encoding="utf-8")
    settings = Settings(tmp_path / "settings.ini")
    assert settings.recent_files == [Path("/here/mine.json")]
    assert settings.folder == Path.home()


def test_the_examples_menu_has_a_line_for_each(window: MainWindow):
    window.file_actions.fill_examples()
    texts = [action.text() for action in window.file_actions.examples_menu.actions()]
    found = files.examples()
    assert len(texts) == len(found)
    assert all(each.description in text for each, text in zip(found, texts, strict=True))
    window.file_actions.examples_menu.actions()[1].trigger()
    assert window.document.path == found[1].path
