"""The strip at the bottom never cuts a number or a formula; what is less needed leaves."""

from __future__ import annotations

import pytest

from gui.main_window import MainWindow
from tests.gui.shell.conftest import MakeWindow, example


def is_whole(window: MainWindow) -> bool:
    """Whether every entry that is shown has its whole width."""
    shown = [entry for entry in window.status.entries.values() if not entry.isHidden()]
    return all(entry.width() >= entry.sizeHint().width() for entry in shown)


@pytest.mark.parametrize("name", ["xor", "mnist_mlp", "two_losses"])
def test_entries_are_whole_or_away_at_any_width(make_window: MakeWindow, qtbot, name: str):
    window = make_window(example(name))
    window.actions_by_name["step_batch"].trigger()
    qtbot.waitUntil(lambda: "step 1" in window.status.text())
    for width in range(1024, 1500, 34):
        window.resize(width, 768)
        qtbot.waitUntil(lambda: is_whole(window))
        assert not window.status.entries["loss"].isHidden()
