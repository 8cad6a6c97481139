"""Lines of equal penalty, by hand, and where a plane of a network has them."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.directions import random_plane
from model.analysis.network_surface import NetworkLoss, weights_plane
from model.analysis.objective import FormulaObjective
from model.analysis.penalty_level import PlanePenalty, plane_penalty
from model.analysis.rehearsal import rehearse
from model.trainer import Trainer
from tests.model.samples import xor_net

PLACE = np.array([0.6, -0.8])


def test_l1_draws_a_diamond_through_the_place():
    found = PlanePenalty(0.5, 0.0)
    assert found.at(PLACE) == pytest.approx(0.7)
    line = found.line(PLACE)
    np.testing.assert_allclose(np.abs(line).sum(axis=1), 1.4)
    np.testing.assert_allclose(line[0], [1.4, 0], atol=1e-12)
    np.testing.assert_allclose(line[0], line[-1], atol=1e-12)
    assert found.words == "equal L1"


def test_l2_draws_a_circle_through_the_place():
    found = PlanePenalty(0.0, 0.3)
    np.testing.assert_allclose(np.linalg.norm(found.line(PLACE), axis=1), 1.0)
    assert found.words == "equal L2"


def test_both_draw_a_line_of_one_penalty_between():
    found = PlanePenalty(0.5, 0.3)
    line = found.line(PLACE)
    np.testing.assert_allclose([found.at(place) for place in line], 0.7 + 0.3)
    assert 1.0 < line[0, 0] < 1.4
    assert found.words == "equal L1 + L2"


def test_through_nothing_there_is_a_point():
    assert not PlanePenalty(0.5, 0.3).line(np.zeros(2)).any()


def loss_of(**training: object) -> NetworkLoss:
    trainer = Trainer(xor_net(**training))
    return NetworkLoss(rehearse(trainer, dtype=np.float64, indices=trainer.part("training")))


def test_a_plane_of_two_weights_has_the_penalty_of_the_design():
    loss = loss_of(l1=0.1, l2=0.02)
    first, second = ("dense_1", "W", (0, 1)), ("dense_2", "W", (3, 0))
    plane = weights_plane(loss, first, second)
    found = plane_penalty(plane)
    assert found == PlanePenalty(0.1, 0.02)
    assert plane_penalty(weights_plane(loss_of(), first, second)) is None


def test_biases_other_directions_and_formulas_have_none():
    loss = loss_of(l1=0.1)
    first, bias = ("dense_1", "W", (0, 1)), ("dense_1", "b", (2,))
    assert plane_penalty(weights_plane(loss, first, bias)) is None
    assert plane_penalty(random_plane(loss, seed=1)) is None
    formula = FormulaObjective("x**2 + y**2", ("x", "y"), ((-1, 1), (-1, 1)))
    assert plane_penalty(formula) is None
