"""Recurrent cells and attention step by step: the numbers of the engine, and sums that come out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.analysis.rehearsal import Rehearsal
from model.layers.attention import SelfAttention
from model.layers.gru import GRU
from model.layers.lstm import LSTM
from model.layers.recurrent import SimpleRNN
from model.teaching.attending import asking
from model.teaching.number_style import NumberStyle
from model.teaching.pictures import Strips, Unrolled
from model.teaching.through_time import bptt, focus_of
from model.teaching.walkthrough import Walkthrough
from tests.model.layers.registry import cases
from tests.model.teaching.walks import describe_at, walk_of

CELLS = [SimpleRNN, LSTM, GRU]


def inner(walk: Walkthrough) -> str:
    """The node under test."""
    return next(info.node_id for info in walk.operations if info.kind == "gradient")


def rows(picture: Unrolled) -> dict[str, np.ndarray]:
    return {row.key: row.values for row in picture.rows}


@pytest.mark.parametrize("kind", CELLS)
def test_the_unrolled_cell_shows_the_states_of_one_unit_at_every_step(kind):
    walk = walk_of(kind)
    key = inner(walk)
    view = describe_at(walk, key, "forward")
    (picture,) = view.pictures
    assert isinstance(picture, Unrolled)
    found = focus_of(walk, view)
    n = walk.rehearsal.run.at[key]
    np.testing.assert_array_equal(rows(picture)["h"], n.ways[0].h[1:, 1, found.unit])
    assert picture.times == tuple(range(1, n.h.shape[1] + 1))
    assert view.with_numbers[-1][1].startswith(f"h_{{{picture.times[-1]}")


@pytest.mark.parametrize("kind", CELLS)
def test_what_comes_from_above_and_from_later_adds_up_to_the_delta_of_the_state(kind):
    walk = walk_of(kind)
    view = describe_at(walk, inner(walk), "gradient")
    (picture,) = view.pictures
    found = rows(picture)
    np.testing.assert_allclose(found["above"] + found["later"], found["dh"])
    assert found["later"][-1] == 0  # nothing comes after the last step


@pytest.mark.parametrize("kind", CELLS)
def test_the_sum_over_time_is_the_items_share_of_the_gradient(kind):
    walk = walk_of(kind)
    view = describe_at(walk, inner(walk), "gradient")
    found = focus_of(walk, view)
    for name, share in view.shares.items():
        place = share.size - 1
        left, right = bptt(found.layer, found.way, name, place, 1)
        assert float(left @ right) == pytest.approx(float(share.reshape(-1)[place]))
    words = [each for each, _ in view.with_numbers]
    assert "∂J/∂U over t" in words


@pytest.mark.parametrize("kind", CELLS)
def test_what_is_passed_down_is_written_out_with_its_value(kind):
    walk = walk_of(kind)
    view = describe_at(walk, inner(walk), "backward")
    (port, place) = next(iter(view.places.items()))
    value = float(view.downstream[port].reshape(-1)[place])
    assert view.with_numbers[-1][1].endswith(NumberStyle().latex(value))


def test_the_cell_that_reads_from_the_end_counts_its_steps_backwards():
    case = cases(SimpleRNN(units=3, both_directions=True), batch=3, seed=1)[0]
    walk = Walkthrough(Rehearsal(case.graph, case.arrays, dtype=np.float64), item=1)
    describe_at(walk, inner(walk), "forward")
    view = walk.describe(4)  # of six numbers a step the second of the cell that reads from the end
    (picture,) = view.pictures
    assert picture.times[-1] == 1
    assert "reading from the end" in picture.cell


def test_a_query_takes_shares_that_add_up_to_one_and_mixes_what_the_engine_mixes():
    walk = walk_of(SelfAttention)
    key = inner(walk)
    view = describe_at(walk, key, "forward")
    found = asking(walk, view)
    n = walk.rehearsal.run.at[key]
    assert found.weights.sum() == pytest.approx(1)
    column = found.head * n.q.shape[-1] + found.column
    mixed = float(n.mixed[1, found.step, column])
    assert float(found.weights @ found.values) == pytest.approx(mixed)
    assert [type(each) for each in view.pictures] == [Strips, Unrolled]


def test_the_deltas_of_the_scores_are_those_of_the_engine():
    walk = walk_of(SelfAttention)
    key = inner(walk)
    view = describe_at(walk, key, "gradient")
    found = asking(walk, view)
    n = walk.rehearsal.run.at[key]
    scaled = n.dweights[:, 1, found.head, found.step] * math.sqrt(n.q.shape[-1])
    np.testing.assert_allclose(found.delta_scores, scaled, atol=1e-12)
