"""Histograms keep the values that are exactly 0 apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gui import theme
from gui.plots.histograms import figures
from tests.gui.plots import fakes

Make = Callable[..., Any]


def test_exact_zeros_have_a_bar_of_their_own(make: Make) -> None:
    panel = make("histograms")
    values = np.array([0.0] * 6 + [0.5, -0.5, 0.25, 0.75])
    full = np.array([0.1] * 6 + [0.5, -0.5, 0.25, 0.75])
    pair = (fakes.counted(values), fakes.counted(full))
    panel.controller.send(fakes.snapshot(histograms={"dense_1.W": pair}))
    look = theme.current()
    image = panel.pair.grab().toImage()
    assert figures(pair[0])[2] == "6 of 10 exactly 0"
    assert figures(pair[1])[2] == "0 of 10 exactly 0"
    for number, (frame, _histogram) in enumerate(panel.pair.frames(look)):
        place = frame.pixel(0.0, 5.0).toPoint()
        beside = image.pixelColor(place.x() - 2, place.y())
        assert (beside == look.color("text")) == (number == 0)
