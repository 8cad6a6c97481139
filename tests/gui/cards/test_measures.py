"""Neurons stand in columns, the same in every card of equal count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.canvas.cards.measures import MAX_CELLS, columns

COUNTS = st.integers(1, 16_384)


def test_128_neurons_get_three_pixels_each_on_a_card_of_428():
    found = columns(128, False)
    assert (found.cell, found.strip, found.card) == (3.0, 384.0, 428.0)


def test_128_neurons_get_3_6_pixels_on_a_projector():
    found = columns(128, True)
    assert found.cell == pytest.approx(3.6)
    assert found.card == pytest.approx(51 + 460.8 + 13)


def test_ten_neurons_get_22_pixels_each():
    assert columns(10, False).cell == 22.0


@pytest.mark.parametrize("count", [129, 200, 256])
def test_up_to_256_neurons_have_two_pixels_and_a_column_of_their_own(count):
    found = columns(count, False)
    assert (found.cell, found.per_cell, found.cells) == (2.0, 1, count)


@given(COUNTS, st.booleans())
def test_the_middle_of_a_column_leads_back_to_its_neuron(count, is_projector):
    found = columns(count, is_projector)
    for neuron in range(0, count, max(1, count // 97)):
        first = neuron - neuron % found.per_cell
        assert found.neuron_at(found.x_of(neuron)) == first


@given(COUNTS, st.booleans())
def test_every_neuron_lies_in_exactly_one_column(count, is_projector):
    found = columns(count, is_projector)
    seen = [neuron for cell in range(found.cells) for neuron in found.neurons_of(cell)]
    assert seen == list(range(count))
    assert found.cells <= MAX_CELLS


@given(COUNTS, st.booleans())
def test_the_columns_fit_into_the_card(count, is_projector):
    found = columns(count, is_projector)
    assert found.left + found.strip < found.card
    assert found.strip <= found.room + 1e-9


def test_beside_the_columns_there_is_no_neuron():
    found = columns(10, False)
    assert found.neuron_at(found.left - 1) is None
    assert found.neuron_at(found.left + found.strip + 1) is None
