"""Neurons that weights of exactly 0 have silenced are drawn empty, and say why."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from gui import theme
from gui.canvas.cards.silent import UNFED, UNHEARD
from model.vanishing import Silence
from tests.gui.cards.conftest import Card, card, data_card, vector
from tests.gui.cards.test_faces import middle_of, on_delta


def one_of(count: int, neuron: int) -> np.ndarray:
    found = np.zeros(count, bool)
    found[neuron] = True
    return found


def strip(count: int, silence: Silence | None) -> Card:
    extras = {} if silence is None else {"silence": silence}
    return card("dense", (count,), vector(count, **extras), units=count)


def test_an_unfed_neuron_has_an_empty_column_of_h_and_says_why() -> None:
    found = strip(20, Silence(unfed=one_of(20, 4)))
    at = middle_of(found, 4).toPoint()
    assert found.image().pixelColor(at) == theme.light.color("surface")
    assert strip(20, None).image().pixelColor(at) != theme.light.color("surface")
    context = found.context()
    assert UNFED in found.face.tip_at(middle_of(found, 4), found.rect(), context)
    assert UNFED not in found.face.tip_at(middle_of(found, 5), found.rect(), context)


def test_an_unheard_neuron_has_an_empty_column_of_delta() -> None:
    found = strip(20, Silence(unheard=one_of(20, 7)))
    same, other = on_delta(found, 7), on_delta(found, 8)
    assert found.image().pixelColor(same.toPoint()) == theme.light.color("surface")
    assert UNHEARD in found.face.tip_at(same, found.rect(), found.context())
    assert UNHEARD not in found.face.tip_at(other, found.rect(), found.context())


@pytest.mark.parametrize("count", [1, 3, 20, 128, 300])
@pytest.mark.parametrize("look", [theme.light, theme.projector], ids=["light", "projector"])
def test_all_neurons_may_be_silent_whatever_their_number(count: int, look: theme.Theme) -> None:
    every = np.ones(count, bool)
    silent = strip(count, Silence(every, every)).image(look)
    assert silent != strip(count, None).image(look)


def test_columns_shared_by_neurons_are_empty_only_where_all_are_silent() -> None:
    shared = strip(300, Silence(unfed=one_of(300, 0)))  # two neurons a column
    assert shared.image() == strip(300, None).image()


def test_a_feature_that_nobody_hears_is_struck_through() -> None:
    plain = data_card("iris")
    heard = plain.image()
    plain.view.extras["silence"] = Silence(unheard=one_of(4, 2))
    assert plain.image() != heard
    box = plain.face._item_box(theme.light)
    row = box.height() / 4
    for j in range(4):
        at = QPointF(box.center().x(), box.top() + (j + 0.5) * row)
        tip = plain.face.tip_at(at, plain.rect(), plain.context())
        assert (UNHEARD in tip) == (j == 2)
