"""The verb `screenshot`: a picture after exactly so many steps, or one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gui import screenshot, theme
from gui.main_window import MainWindow
from tests.gui.shell.conftest import example


@pytest.fixture(autouse=True)
def light_afterwards(qapp: QApplication):
    yield
    theme.apply(qapp, "light")


def test_a_picture_has_the_size_and_the_steps_that_were_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    seen: list[int] = []
    grab = MainWindow.grab

    def noted(window: MainWindow):
        seen.append(window.controller.latest.step)
        return grab(window)

    monkeypatch.setattr(MainWindow, "grab", noted)
    goal = tmp_path / "picture.png"
    words = [str(example("xor")), "--out", str(goal), "--train-steps", "37", "--size", "900x700"]
    assert screenshot.run([*words, "--theme", "dark"]) == 0
    assert capsys.readouterr() == ("", "")
    picture = QImage(str(goal))
    assert (picture.width(), picture.height()) == (900, 700)
    assert seen == [37]
    grid = [(x, y) for x in range(0, 900, 7) for y in range(0, 700, 7)]
    assert len({picture.pixel(x, y) for x, y in grid}) > 20  # a window, not one flat colour


@pytest.mark.parametrize(
    ("file", "out", "word"),
    [("missing.json", "p.png", "missing.json"), (None, "no folder/p.png", "cannot be written")],
)
def test_a_picture_that_cannot_be_taken_costs_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str | None, out: str, word: str
):
    design = tmp_path / file if file else example("xor")
    assert screenshot.run([str(design), "--out", str(tmp_path / out)]) == 1
    said = capsys.readouterr().err
    assert word in said
    assert len(said.strip().splitlines()) == 1


def test_a_size_that_the_window_cannot_take_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    words = [str(example("xor")), "--out", str(tmp_path / "picture.png"), "--size", "320x320"]
    assert screenshot.run(words) == 1
    assert "Ask for at least" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.png"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "b.png", "--size", "huge"], "'huge' is no size"),
        (["--out", "b.png", "--train-steps", "many"], "many is no whole number"),
        (["--out", "b.png", "--theme", "pink"], "'pink'"),
        ([], "required: --out"),
    ],
)
def test_a_wrong_call_costs_one_sentence(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
):
    with pytest.raises(SystemExit) as end:
        screenshot.run(["a.json", *words])
    assert end.value.code == 2
    heard = capsys.readouterr().err
    assert said in heard
    assert len(heard.splitlines()) == 1
