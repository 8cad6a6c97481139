"""Hundreds of random presses, drags, turns of the wheel and keys: nothing breaks, nothing leaks.

The seed is fixed, so a failure can be repeated; another one, and more of it:
`DELTABOARD_MONKEY="7 3000" python -m pytest tests/gui/test_monkey.py`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QDrag, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QMessageBox, QWidget

from gui import theme
from gui.main_window import MainWindow
from gui.settings import Settings
from model import files
from model.files.design_file import parse_design, to_bytes

SEED, EVENTS = map(int, os.environ.get("DELTABOARD_MONKEY", "20 400").split())
CHECK_EVERY = 50
UNDONE_AT_ONCE = 30
KEYS = [
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space),
    *(Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F2, Qt.Key.Key_F5, Qt.Key.Key_F6),
    *(Qt.Key.Key_F11, Qt.Key.Key_Home, Qt.Key.Key_Slash, Qt.Key.Key_Plus, Qt.Key.Key_Minus),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key(code) for code in range(Qt.Key.Key_A, Qt.Key.Key_Z + 1)),
    *(Qt.Key(code) for code in range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)),
]
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
MODIFIERS = [NONE] * 4 + [
    CONTROL,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    CONTROL | Qt.KeyboardModifier.ShiftModifier,
]
LEAVING = {(Qt.Key.Key_Q, CONTROL), (Qt.Key.Key_W, CONTROL), (Qt.Key.Key_F4, MODIFIERS[6])}


class Monkey:
    """Does to a window what no person would."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self.window = window
        self.chance = random.Random(seed)
        self.deeds: list[tuple[Callable[[], None], int]] = [
            (self.press, 6),
            (self.double_press, 1),
            (self.drag, 5),
            (self.turn, 2),
            (self.key, 8),
            (self.trigger, 3),
            (self.wait, 2),
        ]

    def act(self) -> None:
        """One thing, and what Qt makes of it."""
        deeds, weights = zip(*self.deeds, strict=True)
        self.chance.choices(deeds, weights)[0]()
        QApplication.processEvents()
        close_what_asks()

    def target(self) -> tuple[QWidget, QPoint]:
        """A widget that can be seen, and a place in it; half of the time the canvas."""
        window = self.window
        if self.chance.random() < 0.5:
            widget: QWidget = window.view.viewport()
            return widget, self.place(widget)
        at = self.place(window)
        child = window.childAt(at) or window
        return child, child.mapFrom(window, at)

    def place(self, widget: QWidget) -> QPoint:
        return QPoint(
            self.chance.randrange(max(1, widget.width())),
            self.chance.randrange(max(1, widget.height())),
        )

    def press(self) -> None:
        widget, at = self.target()
        buttons = [Qt.MouseButton.LeftButton] * 5 + [Qt.MouseButton.MiddleButton]
        QTest.mouseClick(widget, self.chance.choice(buttons), self.chance.choice(MODIFIERS), at)

    def double_press(self) -> None:
        widget, at = self.target()
        QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, NONE, at)

    def drag(self) -> None:
        """On the canvas: a drag out of the palette would run a loop of its own."""
        viewport, left = self.window.view.viewport(), Qt.MouseButton.LeftButton
        nodes = list(self.window.view.scene().nodes.values())
        start = self.place(viewport)
        if nodes and self.chance.random() < 0.7:
            item = self.chance.choice(nodes)
            start = self.window.view.mapFromScene(item.sceneBoundingRect().center())
        modifier = self.chance.choice(MODIFIERS)
        QTest.mousePress(viewport, left, modifier, start)
        for _ in range(self.chance.randrange(1, 4)):
            QTest.mouseMove(viewport, self.place(viewport))
            QApplication.processEvents()
        QTest.mouseRelease(viewport, left, modifier, self.place(viewport))

    def turn(self) -> None:
        widget, at = self.target()
        up = self.chance.choice([-360, -120, 120, 360])
        event = QWheelEvent(
            QPointF(at),
            QPointF(widget.mapToGlobal(at)),
            QPoint(),
            QPoint(0, up),
            Qt.MouseButton.NoButton,
            self.chance.choice(MODIFIERS),
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def key(self) -> None:
        key, modifier = self.chance.choice(KEYS), self.chance.choice(MODIFIERS)
        if (key, modifier) not in LEAVING:
            QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def trigger(self) -> None:
        """Any action of the window or of the canvas' menus, but the one that leaves."""
        of_canvas = self.window.view.actions_for_menu().values()
        actions = [
            *self.window.actions_by_name.all(),
            *(action for menu in of_canvas for action in menu if action is not None),
        ]
        action = self.chance.choice(actions)
        if action.isEnabled() and action.objectName() != "quit":
            action.trigger()

    def wait(self) -> None:
        QTest.qWait(self.chance.randrange(1, 20))


def close_what_asks() -> None:
    """A menu or a dialog that does not run a loop of its own is sent away."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    while (dialog := QApplication.activeModalWidget()) is not None:
        dialog.close()


@pytest.fixture
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Dialogs that wait for a person get an answer at once."""
    monkeypatch.setattr(QDialog, "exec", lambda self: QDialog.DialogCode.Rejected.value)
    monkeypatch.setattr(QMessageBox, "exec", lambda self: QMessageBox.StandardButton.Discard.value)
    monkeypatch.setattr(QMenu, "exec", lambda self, *_: None)
    monkeypatch.setattr(QDrag, "exec", lambda *_: Qt.DropAction.IgnoreAction)
    timer = QTimer(interval=50)
    timer.timeout.connect(close_what_asks)
    timer.start()
    yield
    timer.stop()
    close_what_asks()


def resident_mib() -> float:
    """What the process holds in memory now; 0 where the system does not say it like Linux."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def check(window: MainWindow) -> None:
    """The canvas shows what the graph holds; steps back and forth give the same design."""
    graph, scene, stack = window.document.graph, window.view.scene(), window.document.stack
    assert set(scene.nodes) == set(graph)
    before = to_bytes(graph.design())
    steps = min(UNDONE_AT_ONCE, stack.index())
    for _ in range(steps):
        stack.undo()
    for _ in range(steps):
        stack.redo()
    assert to_bytes(graph.design()) == before
    assert to_bytes(parse_design(before, "a copy")) == before


@pytest.mark.usefixtures("nobody_is_asked")
def test_a_monkey_at_the_desk_breaks_nothing(qapp: QApplication, tmp_path: Path):
    theme.set_reduced_motion(True)
    theme.apply(qapp, "light")
    example = files.examples_folder() / "xor.json"
    window = MainWindow(example, Settings(tmp_path / "settings.ini"), tmp_path / "recovery")
    window.resize(1300, 850)
    window.show()
    qapp.processEvents()
    monkey = Monkey(window, SEED)
    at_first = 0.0
    try:
        for number in range(EVENTS):
            monkey.act()
            if number % CHECK_EVERY == CHECK_EVERY - 1:
                check(window)
                at_first = at_first or resident_mib()
        assert resident_mib() - at_first < 150
    finally:
        window.document.stack.setClean()
        window.close()
        qapp.processEvents()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        theme.apply(qapp, "light")
