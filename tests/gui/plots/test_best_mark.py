"""The loss plot rings the best step, and offers the way back to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.gui.plots import fakes

Make = Callable[..., Any]


def test_the_ring_stands_at_the_best_step_and_its_loss(make: Make) -> None:
    panel = make("loss")
    panel.controller.send(fakes.snapshot(best=(120, 0.4)))
    frame = panel.chart._frame()
    place = panel.chart.best_place()
    assert frame.place(place) == pytest.approx((120.0, 0.4))
    assert panel.back_button.isVisibleTo(panel)
    panel.chart.set_log(True)
    assert panel.chart._frame().place(panel.chart.best_place())[1] == pytest.approx(-0.39794, 1e-4)


def test_without_early_stopping_there_is_neither_ring_nor_button(make: Make) -> None:
    panel = make("loss")
    panel.controller.send(fakes.snapshot())
    assert panel.chart.best_place() is None
    assert not panel.back_button.isVisibleTo(panel)
    panel.controller.send(fakes.snapshot(best=(120, 0.4)))
    panel.controller.reset()
    assert panel.chart.best is None
    assert not panel.back_button.isVisibleTo(panel)


def test_a_best_step_that_has_been_scrolled_away_is_not_drawn(make: Make) -> None:
    panel = make("loss")
    panel.controller.send(fakes.snapshot(best=(9999, 0.4)))
    assert panel.chart.best_place() is None
    panel.grab()
