"""The lamps show what a step's phases take, whatever a single step had to wait for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from pytestqt.qtbot import QtBot

from gui.phase_lamps import PhaseLamps
from model.snapshot import Snapshot


def step_of(forward: float, backward: float, update: float) -> Snapshot:
    """What the lamps read of a snapshot: seconds of the three phases."""
    return cast("Snapshot", SimpleNamespace(phase_seconds=(forward, backward, update)))


def test_a_phase_that_waited_once_is_not_blamed(qtbot: QtBot) -> None:
    lamps = PhaseLamps()
    qtbot.addWidget(lamps)
    for _ in range(3):
        lamps.show_shares(step_of(5e-5, 4e-5, 1e-5))
    lamps.show_shares(step_of(5e-5, 9e-3, 1e-5))  # 9 ms: the window was painted meanwhile
    shown = [lamp.shown for lamp in lamps.lamps.values()]
    assert shown == ["Forward 50 %", "Backward 40 %", "Update 10 %"]


def test_shares_start_anew_after_a_pause(qtbot: QtBot) -> None:
    lamps = PhaseLamps()
    qtbot.addWidget(lamps)
    lamps.show_shares(step_of(1.0, 1.0, 2.0))
    lamps.show_shares(None)
    assert [lamp.shown for lamp in lamps.lamps.values()] == ["Forward", "Backward", "Update"]
    lamps.show_shares(step_of(2.0, 1.0, 1.0))
    assert lamps.lamps["forward"].shown == "Forward 50 %"
