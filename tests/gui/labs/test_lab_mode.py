"""Laboratories take the place of the canvas, and give it back."""

from __future__ import annotations

import threading
import time

import pytest
from pytestqt.qtbot import QtBot

from gui.labs.catalogue import LABS
from gui.labs.job import Job
from gui.labs.spec import LabSpec
from gui.main_window import MainWindow
from model.analysis.progress import Progress
from model.errors import FieldError
from tests.gui.conftest import OpenExample


@pytest.fixture
def window(open_example: OpenExample) -> MainWindow:
    return open_example("xor", None)


@pytest.mark.parametrize("key", [spec.key for spec in LABS])
def test_a_laboratory_opens_from_the_menu_and_gives_the_canvas_back(
    window: MainWindow, qtbot: QtBot, key: str
):
    said = [action.objectName() for action in window.menus["Laboratories"].actions()]
    assert f"lab_{key}" in said
    window.labs.actions[key].trigger()
    assert window.labs.current == key
    panel = window.labs.panels[key]
    assert panel.isVisible()
    assert not window.view.isVisible()
    qtbot.wait(50)
    window._on_escape()
    assert window.labs.current == ""
    assert not panel.isVisible()
    assert window.view.isVisible()
    assert not panel.job.is_running


@pytest.mark.parametrize("spec", [spec for spec in LABS if spec.example], ids=lambda spec: spec.key)
def test_a_laboratory_opens_with_its_example(window: MainWindow, spec: LabSpec) -> None:
    action = next(
        each for each in window.labs.with_examples if each.objectName() == f"lab_{spec.key}_example"
    )
    action.trigger()
    assert window.document.path is not None
    assert window.document.path.stem == spec.example
    assert window.labs.current == spec.key


def test_on_an_empty_canvas_a_laboratory_of_designs_opens_its_example(window: MainWindow) -> None:
    window.document.new()
    window.labs.open("twins")
    assert window.labs.current == "twins"
    assert window.document.graph.nodes


def counted(progress: Progress, count: int) -> int:
    for _ in progress.over(range(count), "counting"):
        time.sleep(0.001)
    return count


def test_a_job_tells_its_answer(qtbot: QtBot):
    job = Job()
    with qtbot.waitSignal(job.done, timeout=5000) as answer:
        job.start(counted, 3)
    assert answer.args == [3]
    assert not job.is_running
    job.finish()


def test_a_cancelled_job_ends_its_thread_and_says_nothing(qtbot: QtBot):
    job = Job()
    answers: list[object] = []
    job.done.connect(answers.append)
    job.start(counted, 100_000)
    qtbot.wait(100)
    job.finish()
    assert not any(thread.name == "laboratory" for thread in threading.enumerate())
    qtbot.wait(100)
    assert answers == []


def test_another_job_takes_the_place_of_the_first(qtbot: QtBot):
    job = Job()
    answers: list[object] = []
    job.done.connect(answers.append)
    job.start(counted, 100_000)
    job.start(counted, 2)
    qtbot.waitUntil(lambda: answers == [2], timeout=5000)
    job.finish()


def refused(_progress: Progress) -> None:
    raise FieldError("A line needs two points.")


def test_a_fault_of_the_person_is_one_sentence(qtbot: QtBot):
    job = Job()
    with qtbot.waitSignal(job.failed, timeout=5000) as said:
        job.start(refused)
    assert said.args == ["A line needs two points."]
    job.finish()


def test_a_window_closed_in_a_laboratory_comes_back_with_its_panels(
    window: MainWindow, qtbot: QtBot
):
    window.inspector_dock.show()
    window.labs.actions["slope"].trigger()
    assert window.inspector_dock.isHidden()
    window.close()
    assert not window.inspector_dock.isHidden()
    assert window._is_shut_down
