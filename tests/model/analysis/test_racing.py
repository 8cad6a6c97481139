"""Races, feeds and the addends of an update, against steps worked out by hand and PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.analysis.descent import Descent, descend
from model.analysis.objective import FormulaObjective, RegressionObjective
from model.analysis.progress import CancelledError, Progress
from model.analysis.racing import Race, Racer, profile, race, title_of
from model.analysis.racing_bars import ADDENDS, FORMULAS, addends
from model.analysis.racing_fed import Feed, feed, feed_study, ready_feeds
from model.analysis.surfaces import lecture_regression
from model.optimizers import (
    OPTIMIZERS,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Lion,
    Momentum,
    Nesterov,
    Optimizer,
)

KINDS = [kind() for kind in OPTIMIZERS.values()] + [
    Adam(bias_correction=False),
    AdamW(lr=0.1, weight_decay=0.5),
    Lion(lr=0.1, weight_decay=0.5),
]


def bowl() -> FormulaObjective:
    return FormulaObjective("x**2 + 10*y**2", ("x", "y"), [(-3, 3), (-3, 3)], minimum=(0, 0))


@pytest.mark.parametrize("optimizer", KINDS, ids=repr)
def test_the_addends_of_every_update_add_up_to_the_change(optimizer: Optimizer):
    descent = Descent(bowl(), optimizer, np.array([1.0, -2.0]))
    for _ in range(12):
        descent.step()
    path = descent.path()
    for k, parts in enumerate(path.parts):
        found = addends(optimizer, parts)
        assert set(found) <= set(ADDENDS)
        total = np.sum(list(found.values()), axis=0)
        change = path.thetas[k + 1] - path.thetas[k]
        np.testing.assert_allclose(total, change, rtol=1e-9, atol=1e-13)
        np.testing.assert_allclose(found["gradient"], -optimizer.lr * path.gradients[k])
    assert str(optimizer.__struct_config__.tag) in FORMULAS


def test_the_memory_of_momentum_by_hand():
    # x: g = 2 and 1.96; nu = 0.02, then 0.018 + 0.0196
    path = descend(bowl(), Momentum(lr=0.01, momentum=0.9), np.array([1.0, 0.0]), 2)
    found = addends(Momentum(lr=0.01, momentum=0.9), path.parts[1])
    assert found["gradient"][0] == pytest.approx(-0.0196)
    assert found["memory"][0] == pytest.approx(-0.018)


def test_the_bias_correction_of_adam_by_hand():
    # t = 1, g = 2, rho = 0.1, betas 0.5 and 0.75, epsilon 1: m = 1, v = 1, m^ = 2, v^ = 4.
    # -rho g = -0.2; -rho m = -0.1; / (1 + 1): -0.05; corrected: -0.1 * 2 / (2 + 1)
    optimizer = Adam(lr=0.1, beta1=0.5, beta2=0.75, epsilon=1.0)
    fed = feed(optimizer, Feed("", "", np.array([2.0])))
    found = {name: float(value[0]) for name, value in addends(optimizer, fed.parts[0]).items()}
    assert found == pytest.approx(
        {"gradient": -0.2, "memory": 0.1, "scaling": 0.05, "bias correction": -0.2 / 3 + 0.05}
    )


def test_decay_is_of_weights_only():
    optimizer = AdamW(lr=0.1, weight_decay=0.5)
    given = np.array([1.0])
    decayed = feed(optimizer, Feed("", "", given, start=2.0))
    assert addends(optimizer, decayed.parts[0])["decay"][0] == pytest.approx(-0.1 * 0.5 * 2)
    spared = feed(optimizer, Feed("", "", given, start=2.0, is_weight=False))
    assert addends(optimizer, spared.parts[0]).get("decay", np.zeros(1))[0] == 0
    # beta_0 of a line is a bias
    line = RegressionObjective(np.array([0.0, 1.0]), np.array([0.0, 0.0]))
    path = descend(line, AdamW(lr=1e-9, weight_decay=1e8), np.array([1.0, 1.0]), 1)
    np.testing.assert_allclose(path.thetas[1], [1, 0.9], atol=1e-6)


TORCH: list[tuple[Optimizer, str, dict[str, Any]]] = [
    (SGD(lr=0.3), "SGD", {"lr": 0.3}),
    (Momentum(lr=0.1), "SGD", {"lr": 0.1, "momentum": 0.9}),
    (Nesterov(lr=0.1), "SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    (AdaGrad(), "Adagrad", {}),
    (Adam(lr=0.05), "Adam", {"lr": 0.05}),
    (AdamW(lr=0.05), "AdamW", {"lr": 0.05}),
]


@pytest.mark.parametrize(("ours", "theirs", "options"), TORCH, ids=lambda value: str(value)[:20])
def test_a_feed_moves_the_weight_as_in_pytorch(
    ours: Optimizer, theirs: str, options: dict[str, Any]
):
    torch = pytest.importorskip("torch")
    for given in ready_feeds(40):
        weight = torch.tensor([given.start], dtype=torch.float64, requires_grad=True)
        rule = getattr(torch.optim, theirs)([weight], **options)
        places = [given.start]
        for gradient in given.gradients:
            weight.grad = torch.tensor([gradient], dtype=torch.float64)
            rule.step()
            places.append(float(weight.detach()[0]))
        np.testing.assert_allclose(feed(ours, given).thetas, places, rtol=1e-9, atol=1e-12)


def test_all_are_fed_the_same_and_start_alike():
    given = ready_feeds(20)[1]
    found = feed_study(Progress(), given, {0: SGD(lr=0.1), 4: Adam(lr=0.1)})
    assert found.given is given
    for fed in found.fed.values():
        assert fed.thetas[0] == given.start
        gradients = [float(parts["gradient"][0]) for parts in fed.parts]
        np.testing.assert_array_equal(gradients, given.gradients)
    # to and fro by 1 and -0.8: theta falls by 0.1 and rises by 0.08
    np.testing.assert_allclose(found.fed[0].thetas[:3], [1, 0.9, 0.98])


def test_a_race_is_the_descents_one_by_one():
    racers = (Racer(3, SGD(lr=0.02)), Racer(5, Adam(lr=0.1)))
    found = race(bowl(), racers, np.array([1.0, 1.0]), 20)
    for racer in racers:
        alone = descend(bowl(), racer.optimizer, np.array([1.0, 1.0]), 20)
        np.testing.assert_array_equal(found.paths[racer.key].thetas, alone.thetas)
    assert found.taken == 20


def test_racers_with_one_batch_size_see_the_same_batches_and_samples_are_counted():
    objective = lecture_regression()
    racers = (Racer(0, SGD(lr=1e-6), 4), Racer(1, Momentum(lr=1e-6), 4), Racer(2, SGD(lr=1e-6)))
    found = race(objective, racers, np.array([0.0, 0.0]), 6, seed=3)
    first, second = found.paths[0].batches, found.paths[1].batches
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    assert found.paths[0].samples.tolist() == [0, 4, 8, 12, 16, 20, 24]
    assert found.paths[2].samples.tolist() == [24 * k for k in range(7)]
    assert sorted(np.concatenate([b for b in first if b is not None]).tolist()) == list(range(24))


def test_who_runs_away_stops_and_the_others_go_on():
    found = race(bowl(), (Racer(0, SGD(lr=10)), Racer(1, SGD(lr=0.01))), np.ones(2), 200)
    assert found.paths[0].is_diverged
    assert found.paths[0].steps < 20
    assert found.paths[1].steps == 200


def test_a_partial_race_has_all_equally_far_and_a_cancelled_one_ends():
    progress = Progress()
    race(bowl(), (Racer(0, SGD()), Racer(1, Adam())), np.ones(2), 40, progress=progress)
    partial = progress.partial
    assert isinstance(partial, Race)
    assert partial.taken == 32
    assert {path.steps for path in partial.paths.values()} == {32}
    progress.cancel()
    with pytest.raises(CancelledError):
        race(bowl(), (Racer(0, SGD()),), np.ones(2), 40, progress=progress)


def test_the_profile_shows_the_hill_that_a_step_jumps_over():
    # J = (x^2 - 1)^2 from -1 to 1: 0 at both ends, 1 in the middle
    objective = FormulaObjective("(x**2 - 1)**2 + 0*y", ("x", "y"), [(-2, 2), (-1, 1)])
    path = descend(objective, SGD(lr=0.1), np.array([-1.0, 0.0]), 1)
    path.thetas[1] = [1.0, 0.0]
    path.lengths[0] = 2.0
    along, heights, stops = profile(objective, path)
    assert stops.tolist() == [0, 2]
    assert heights[0] == heights[-1] == 0
    np.testing.assert_allclose(np.interp(1.0, along, heights), 1.0)


def test_racers_of_one_kind_are_called_by_what_tells_them_apart():
    racers = (
        Racer(0, SGD()),
        Racer(1, SGD(), 4),
        Racer(2, Momentum(momentum=0.5)),
        Racer(3, Momentum(momentum=0.9)),
        Racer(4, Adam()),
        Racer(5, Adam()),
    )
    titles = [title_of(racers, k) for k in range(len(racers))]
    assert titles == ["GD", "SGD", "Momentum γ 0.5", "Momentum γ 0.9", "Adam 1", "Adam 2"]
