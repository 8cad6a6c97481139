"""What holds for every plot of the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.plots import PLOTS
from gui.plots.panel import PRESS_RUN
from tests.gui.plots import fakes

KEYS = [spec.key for spec in PLOTS]
Make = Callable[..., Any]


def full_snapshot(step: int = 234, **changes: Any) -> Any:
    wanted = {
        "histograms": fakes.histograms(),
        "boundary": fakes.plane(),
        "predictions": fakes.digits(),
        "codes": fakes.codes(),
        "latent": fakes.latent(),
        "samples": fakes.sample(),
    }
    found = fakes.snapshot(step, **(wanted | changes))
    return replace(found, curves=found.curves | {"lr": found.curves["loss"]})


def test_the_list_names_each_plot_once_and_opens_loss_and_delta() -> None:
    assert len(set(KEYS)) == len(KEYS) == 12
    assert {spec.key for spec in PLOTS if spec.is_open_at_first} == {"loss", "delta"}
    assert all(theme.has_icon(spec.icon) and spec.title and spec.help for spec in PLOTS)


@pytest.mark.parametrize("key", KEYS)
def test_a_plot_says_how_to_begin_shows_a_snapshot_and_clears_itself(key: str, make: Make) -> None:
    panel = make(key)
    assert panel.empty_text == PRESS_RUN
    panel.controller.send(full_snapshot())
    assert panel.empty_text == ""
    panel.controller.reset()
    assert panel.empty_text == PRESS_RUN


@pytest.mark.parametrize("key", KEYS)
def test_a_plot_is_painted_in_every_theme_and_size(
    key: str, make: Make, qapp: QApplication
) -> None:
    panel = make(key)
    panel.controller.send(full_snapshot())
    for name in ("light", "dark", "projector"):
        theme.apply(qapp, name)
        for size in ((200, 120), (440, 240), (900, 600)):
            panel.resize(*size)
            picture = panel.grab().toImage()
            assert (
                len({picture.pixel(x, y) for x in range(0, 180, 7) for y in range(0, 110, 5)}) > 1
            )


@pytest.mark.parametrize("key", KEYS)
def test_a_snapshot_before_the_first_step_is_no_trouble(key: str, make: Make) -> None:
    panel = make(key)
    nothing = {"loss": fakes.curve([], []), "data_loss": fakes.curve([], [])}
    panel.controller.send(fakes.snapshot(1, step=0, nodes={}, curves=nothing, loss=np.nan))
    assert panel.empty_text
    panel.grab()


@pytest.mark.parametrize("key", KEYS)
def test_a_hidden_plot_rests_and_catches_up_when_it_is_shown(key: str, make: Make) -> None:
    panel = make(key)
    panel.hide()
    drawn: list[int] = []
    show = panel.show_snapshot
    panel.show_snapshot = lambda snapshot: drawn.append(snapshot.step) or show(snapshot)
    panel.controller.send(full_snapshot(100))
    panel.controller.send(full_snapshot(120))
    assert drawn == []
    panel.show()
    assert drawn == [120]


@pytest.mark.parametrize("key", KEYS)
def test_a_plot_asks_for_what_it_needs_only_while_it_is_seen(key: str, make: Make) -> None:
    panel = make(key)
    wanted = panel.controller.wanted
    assert {want for want, who in wanted.items() if who} == set(panel.wants)
    panel.hide()
    assert not any(wanted.values())


@pytest.mark.parametrize("key", KEYS)
def test_a_plot_opened_late_shows_the_last_snapshot(key: str, make: Make) -> None:
    panel = make(key)
    panel.hide()
    panel.latest = None
    panel.controller.latest = full_snapshot()
    panel.show()
    assert panel.empty_text == ""


@pytest.mark.parametrize("key", KEYS)
def test_opening_another_design_clears_the_plot(key: str, make: Make) -> None:
    panel = make(key)
    panel.controller.send(full_snapshot())
    panel.controller.latest = None
    panel.document.opened.emit()
    assert panel.empty_text == PRESS_RUN


@pytest.mark.parametrize("key", KEYS)
def test_every_button_of_a_plot_says_what_it_does(key: str, make: Make) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox

    panel = make(key)
    for kind in (QAbstractButton, QComboBox):
        for control in panel.findChildren(kind):
            assert control.objectName()
            assert control.accessibleName()
            assert control.toolTip()
