"""Factors on the learning rate, by hand and beside PyTorch's schedulers."""

from __future__ import annotations

from typing import Any

import pytest

from model.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Cyclic,
    Exponential,
    InverseTime,
    Plateau,
    Schedule,
    StepDecay,
    switch,
)


def walk(schedule: Schedule, steps: int) -> list[float]:
    return [schedule.factor(t) for t in range(steps)]


def test_step_exponential_and_one_over_t_by_hand():
    assert walk(Constant(), 3) == [1, 1, 1]
    assert walk(StepDecay(every=2, gamma=0.5), 5) == [1, 1, 0.5, 0.5, 0.25]
    assert walk(Exponential(gamma=0.5), 4) == [1, 0.5, 0.25, 0.125]
    assert walk(InverseTime(rate=1.0), 4) == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])


def test_cosine_falls_by_half_a_wave_and_stays_down():
    # a = 0.2: 0.2 + 0.8 (1 + cos(pi t / 2)) / 2 at t = 0, 1, 2 and ever after
    assert walk(Cosine(length=2, low=0.2), 5) == pytest.approx([1, 0.6, 0.2, 0.2, 0.2])


def test_cyclic_goes_up_and_down_in_straight_lines():
    found = walk(Cyclic(period=4, low=0.2), 6)
    assert found == pytest.approx([0.2, 0.6, 1.0, 0.6, 0.2, 0.6])


def test_warm_up_climbs_evenly_and_the_schedule_begins_after_it():
    found = walk(Exponential(gamma=0.5, warmup=4), 7)
    assert found == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0, 0.5, 0.25])


def test_a_plateau_counts_reductions_and_keeps_its_lowest_factor():
    schedule = Plateau(gamma=0.5, low=0.2)
    assert [schedule.factor(7, n) for n in range(4)] == [1, 0.5, 0.25, 0.2]


@pytest.mark.parametrize("kind", SCHEDULES.values(), ids=SCHEDULES)
def test_no_schedule_leaves_the_range_from_0_to_1(kind: type[Schedule]):
    for warmup in (0, 3):
        found = [kind(warmup=warmup).factor(t, 1) for t in (0, 1, 2, 3, 999, 12_345, 10**8)]
        assert min(found) >= 0
        assert max(found) <= 1


def test_another_schedule_takes_over_the_warm_up_and_nothing_else():
    assert switch(StepDecay(gamma=0.3, warmup=7), "exponential") == Exponential(warmup=7)


def schedulers(torch: Any) -> list[tuple[Schedule, Any]]:
    of = torch.optim.lr_scheduler
    return [
        (StepDecay(every=3, gamma=0.4), lambda o: of.StepLR(o, 3, 0.4)),
        (Exponential(gamma=0.9), lambda o: of.ExponentialLR(o, 0.9)),
        (InverseTime(rate=0.3), lambda o: of.LambdaLR(o, lambda t: 1 / (1 + 0.3 * t))),
        (Cosine(length=20, low=0.1), lambda o: of.CosineAnnealingLR(o, 20, eta_min=0.05)),
        (
            Cyclic(period=8, low=0.2),
            lambda o: of.CyclicLR(o, 0.1, 0.5, step_size_up=4, cycle_momentum=False),
        ),
        (
            Exponential(gamma=0.9, warmup=5),
            lambda o: of.SequentialLR(
                o, [of.LinearLR(o, 1 / 5, 1.0, 4), of.ExponentialLR(o, 0.9)], [5]
            ),
        ),
    ]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.filterwarnings("ignore:.*lr_scheduler.step.*:UserWarning")
def test_twenty_factors_are_those_of_pytorch(number: int):
    torch = pytest.importorskip("torch")
    ours, make = schedulers(torch)[number]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    theirs = make(optimizer)
    for t in range(20):
        assert 0.5 * ours.factor(t) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-6)
        optimizer.step()
        theirs.step()
