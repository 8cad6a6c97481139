"""A laboratory in a window, and words for waiting until it has worked something out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.labs.panel import LabPanel
from gui.labs.transport import Transport
from gui.main_window import MainWindow

Panel = TypeVar("Panel", bound=LabPanel)


def open_panel(window: MainWindow, kind: type[Panel], key: str, node_id: str = "") -> Panel:
    """The panel of the laboratory of this key, opened from this node."""
    window.labs.open(key, node_id)
    panel = window.labs.panels[key]
    assert isinstance(panel, kind)
    return panel


class Laboratory(Generic[Panel]):
    """A laboratory that studies something, and steps through what it has found."""

    kind: type[Panel]
    key: ClassVar[str]
    patience_ms: ClassVar[int] = 5000

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window

    def open(self, node_id: str = "") -> Panel:
        """Open it, and stand at the start of its first study."""
        self.panel = open_panel(self.window, self.kind, self.key, node_id)
        self.settle()
        assert self.panel.transport is not None
        self.transport: Transport = self.panel.transport
        self.transport.first()
        return self.panel

    def until(self, claim: Callable[[], object]) -> None:
        self.qtbot.waitUntil(claim, timeout=self.patience_ms)

    def settle(self) -> None:
        """Wait until nothing is worked out any more."""
        panel: Any = self.panel
        self.until(lambda: panel.study is not None and not panel.job.is_running)

    def after(self, act: Callable[[], object]) -> Any:
        """Do something, and wait for the study that comes of it."""
        panel: Any = self.panel
        before = panel.study
        act()
        self.until(lambda: panel.study is not before and panel.study is not None)
        self.settle()
        assert panel.study is not None
        return panel.study

    def text(self, name: str) -> str:
        """What the label of this name says."""
        label = self.panel.findChild(QLabel, name)
        assert label is not None
        return label.text()
