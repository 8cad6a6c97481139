"""Grounds, surfaces from coarse to fine, full gradients beside those of batches, and facts."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from model.analysis.network_surface import WholeObjective
from model.analysis.progress import CancelledError, Progress
from model.analysis.racing import Racer
from model.analysis.racing_grounds import (
    path_ground,
    place_of,
    random_ground,
    regression_ground,
    textbook_ground,
    typed_ground,
    weights_ground,
)
from model.analysis.racing_study import (
    GroundSurface,
    batch_surface,
    curvature,
    ground_surface,
    profiles_study,
    race_study,
    suggested,
)
from model.analysis.rehearsal import Rehearsal, rehearse
from model.analysis.surfaces import SURFACES, lecture_points
from model.errors import DesignError
from model.files import read_design
from model.graph import NetworkGraph
from model.optimizers import OPTIMIZERS, SGD, Adam, AdamW
from model.trainer import Trainer


def step_of(name: str = "iris", steps: int = 3) -> Rehearsal:
    trainer = Trainer(NetworkGraph(read_design(Path(f"resources/examples/{name}.json"))))
    for _ in range(steps):
        trainer.step()
    return rehearse(trainer, dtype=np.float64, indices=trainer.part("training"))


@pytest.mark.parametrize("key", [surface.key for surface in SURFACES])
def test_every_textbook_ground_has_a_surface_and_a_race_of_all_ten(key: str):
    ground = textbook_ground(key)
    found = ground_surface(Progress(), ground, 21)
    assert found.grid[2].shape == (21, 21)
    assert found.lowest <= found.grid[2].min() + 1e-9
    racers = tuple(
        Racer(k, suggested(kind(), ground)) for k, kind in enumerate(OPTIMIZERS.values())
    )
    study = race_study(Progress(), ground, racers, ground.start, 8)
    assert study.full == {}
    for path in study.race.paths.values():
        assert path.losses.min() <= path.losses[0]
    heights = profiles_study(Progress(), study)
    for key_, (along, values, stops) in heights.items():
        path = study.race.paths[key_]
        assert along[-1] == pytest.approx(path.lengths.sum())
        np.testing.assert_allclose(np.interp(stops, along, values), path.losses, rtol=1e-6)


def test_beside_the_step_of_a_batch_stands_that_of_all_points():
    ground = regression_ground(lecture_points())
    racers = (Racer(0, SGD(lr=0.05)), Racer(1, SGD(lr=0.05), 4))
    study = race_study(Progress(), ground, racers, ground.start, 6)
    assert set(study.full) == {1}
    path = study.race.paths[1]
    expected = -0.05 * ground.view.gradient(path.thetas[2])
    np.testing.assert_allclose(study.full[1][2], expected)
    assert not np.allclose(study.full[1], -0.05 * path.gradients)


def test_the_surface_of_a_batch_is_over_the_same_box_and_the_batches_mean_is_the_whole():
    ground = regression_ground(lecture_points())
    whole = ground_surface(Progress(), ground, 61)
    halves = [
        batch_surface(Progress(), ground, items, whole).grid
        for items in np.array_split(np.arange(24), 2)
    ]
    np.testing.assert_array_equal(halves[0][0], whole.grid[0])
    np.testing.assert_allclose((halves[0][2] + halves[1][2]) / 2, whole.grid[2])


def test_the_condition_number_and_the_bound_of_a_ravine_by_hand():
    # J = x^2 / 2 + 12 y^2: second derivatives 1 and 24
    ground = textbook_ground("ravine")
    facts = curvature(ground, ground.start)
    assert facts["condition"] == pytest.approx(24, rel=1e-6)
    assert facts["bound"] == pytest.approx(2 / 24, rel=1e-6)
    assert facts["everywhere"]
    bent = curvature(textbook_ground("rosenbrock"), np.array([-1.0, 2.0]))
    # at (1, 1): [[802, -400], [-400, 200]]
    values = np.linalg.eigvalsh([[802, -400], [-400, 200]])
    assert bent["condition"] == pytest.approx(values[1] / values[0], rel=1e-5)
    assert not bent["everywhere"]


def test_a_typed_function_is_a_ground():
    ground = typed_ground("x**2 + 3*y**2")
    study = race_study(Progress(), ground, (Racer(0, SGD(lr=ground.rate)),), ground.start, 30)
    assert study.race.paths[0].losses[-1] < 0.5 * study.race.paths[0].losses[0]
    with pytest.raises(DesignError, match="not defined anywhere"):
        typed_ground("log(-1 - x**2) + y")
    with pytest.raises(DesignError, match="'z' is no parameter"):
        typed_ground("x + z")


def test_points_far_away_are_still_on_the_map():
    ground = regression_ground((np.array([0.0, 1.0, 2.0]), np.array([10.0, 30.0, 50.0])))
    low, high = ground.view.box.T
    assert ((low < ground.minima[0]) & (ground.minima[0] < high)).all()


def test_a_network_along_its_two_steepest_weights():
    step = step_of()
    ground = weights_ground(Progress(), step, None, None)
    assert ground.is_network
    now = place_of(ground)
    assert now is not None
    assert ground.view.value(now) == pytest.approx(ground.view.loss.value(step.theta))  # type: ignore[attr-defined]
    progress = Progress()
    found = ground_surface(progress, ground)
    assert isinstance(progress.partial, GroundSurface)
    assert not progress.partial.is_final
    assert found.is_final
    assert found.grid[2].shape == (41, 41)
    racers = (Racer(0, SGD(lr=0.5)), Racer(1, Adam(lr=0.05), 16))
    study = race_study(Progress(), ground, racers, ground.start, 5)
    assert set(study.full) == {1}
    assert place_of(textbook_ground("bowl")) is None


def test_a_slow_network_has_a_coarse_surface(monkeypatch: pytest.MonkeyPatch):
    ground = weights_ground(Progress(), step_of(), None, None)
    monkeypatch.setattr("model.analysis.racing_study.MOST_SECONDS", 0.0)
    found = ground_surface(Progress(), ground)
    assert found.is_final
    assert found.grid[2].shape == (11, 11)


def test_all_weights_may_move_and_two_are_watched():
    ground = random_ground(Progress(), step_of(), 1, 1.0, "all")
    assert isinstance(ground.objective, WholeObjective)
    assert len(ground.names) == 2
    study = race_study(Progress(), ground, (Racer(0, Adam(lr=0.01), 8),), ground.start, 5)
    assert study.full == {}
    assert study.race.paths[0].parts[0]["gradient"].shape == (2,)
    along, heights, _stops = profiles_study(Progress(), study)[0]
    np.testing.assert_array_equal(heights, study.race.paths[0].losses)
    assert len(along) == 6


def test_the_path_of_a_training_starts_where_the_training_starts():
    ground, path = path_ground(Progress(), step_of(), 25)
    assert ground.track is not None
    np.testing.assert_array_equal(ground.start, ground.track[0])
    assert len(path.steps) == 26
    assert "of the path's variance" in ground.note


def test_a_design_without_two_weights_is_refused():
    with pytest.raises(DesignError, match="fewer than two weights"):
        weights_ground(Progress(), step_of("sin_x_squared", 0), None, None)


def test_studies_end_when_they_are_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        ground_surface(progress, textbook_ground("bowl"))
    with pytest.raises(CancelledError):
        path_ground(progress, step_of(), 5)


def test_weight_decay_moves_weights_but_not_coordinates_of_a_plane():
    plane = random_ground(Progress(), step_of(), 1, 1.0)
    assert plane.spares_decay
    assert "weight decay has no part" in plane.note
    racers = tuple(Racer(k, AdamW(lr=0.01, weight_decay=each)) for k, each in enumerate((0.0, 0.5)))
    paths = race_study(Progress(), plane, racers, plane.start, 3).race.paths
    np.testing.assert_array_equal(paths[0].thetas, paths[1].thetas)
    whole = random_ground(Progress(), step_of(), 1, 1.0, "all")
    two = weights_ground(Progress(), step_of(), None, None)
    for ground in (whole, two, textbook_ground("bowl")):
        assert not ground.spares_decay
        assert "weight decay" not in ground.note


@pytest.mark.filterwarnings("error")
def test_a_typed_surface_with_a_pole_gets_a_rate_without_warnings():
    ground = typed_ground("1/x + exp(exp(x*y))")
    assert 0 < ground.rate < math.inf
    with pytest.raises(DesignError, match="not defined"):
        typed_ground("1/(x-x)")
