"""The window of the canvas goes along with a walk, and comes near where cards are too small."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.canvas.zooms import collapse_zoom
from gui.debugger.following import NEAR
from gui.main_window import MainWindow
from tests.gui.conftest import OpenExample


def debug(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_name["debug"].trigger()
    session = window.debugging.session
    qtbot.waitUntil(lambda: session.moment is not None and session.moment.is_described)


def test_a_walk_through_a_design_too_small_to_read_begins_near_its_card(
    open_example: OpenExample, qtbot: QtBot
) -> None:
    window = open_example("transformer_reverse", (1100, 760))
    assert window.view.zoom < collapse_zoom()
    debug(window, qtbot)
    qtbot.waitUntil(lambda: window.view.zoom == pytest.approx(NEAR))
    window.debugging.close()
    qtbot.waitUntil(lambda: window.view.zoom < collapse_zoom())
