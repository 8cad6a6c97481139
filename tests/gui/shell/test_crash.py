"""A fault of the program is logged with its traceback and said once; the window stays."""

from __future__ import annotations

import logging
import sys
import threading

import pytest

from gui import crash


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch):
    """A watch that writes no traceback to the test's output, and gives its hooks back."""
    hooks = (sys.excepthook, threading.excepthook)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "__excepthook__", lambda *_details: None)
    found = crash.Watch()
    found.install()
    yield found
    sys.excepthook, threading.excepthook = hooks
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def raised(fault: Exception) -> Exception:
    try:
        raise fault
    except type(fault) as caught:
        return caught


def test_the_same_fault_is_said_once_and_logged_each_time(
    watch: crash.Watch, qtbot, caplog: pytest.LogCaptureFixture
):
    said: list[str] = []
    watch.fault.connect(said.append)
    with caplog.at_level(logging.CRITICAL, "deltaboard"):
        for fault in (ValueError("x"), ValueError("x"), KeyError("y")):
            caught = raised(fault)
            sys.excepthook(type(caught), caught, caught.__traceback__)
    qtbot.waitUntil(lambda: len(said) == 2)
    assert "ValueError: x" in said[0]
    assert "Your work is kept" in said[0]
    assert len(caplog.records) == 3
    assert all(record.exc_info for record in caplog.records)
    assert "KeyError: 'y'" in crash.log_path().read_text(encoding="utf-8")


def test_a_fault_in_a_thread_is_said_in_the_window_s_thread(watch: crash.Watch, qtbot, caplog):
    heard: list[int] = []
    watch.fault.connect(lambda _words: heard.append(threading.get_ident()))

    def fail() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [threading.get_ident()]


def test_the_log_lies_in_the_program_s_own_folder(qapp):
    assert crash.log_path().name == "deltaboard.log"
    assert crash.log_path().parent == crash.data_folder()
