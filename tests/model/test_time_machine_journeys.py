"""Long random journeys: whatever was done, every step of every run is as it was."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.progress import Progress
from model.optimizers import Adam, Momentum
from model.time_machine import TimeMachine
from tests.model.test_recording import Make, bits, edit, machine_of, rich_net, shown, unlike, walked
from tests.model.training import fields, training

Past = dict[int, dict[str, bytes]]


class Journey:
    """A time machine, and all that it should know. runs: by number, what each step was like."""

    def __init__(self, seed: int, budget: int) -> None:
        self.machine: TimeMachine = machine_of(rich_net(), every=9, budget=budget)
        self.rng = np.random.default_rng(seed)
        self.runs: dict[int, Past] = {1: {0: self.now()}}

    def now(self) -> dict[str, bytes]:
        assert self.machine.trainer is not None
        return bits(self.machine.trainer)

    @property
    def run(self) -> Past:
        line = self.machine.recording.live
        assert line is not None
        return self.runs[line.number]

    def train(self) -> None:
        self.machine.to_now()
        self.run.update(walked(self.machine, int(self.rng.integers(1, 30))))

    def change(self) -> None:
        """An edit in the present."""
        self.machine.to_now()
        makes: list[Make] = [
            training(optimizer=Adam(lr=float(self.rng.uniform(0.001, 0.02)))),
            training(optimizer=Momentum(lr=0.01, momentum=float(self.rng.uniform(0, 0.9)))),
            training(batch_size=int(self.rng.integers(2, 12))),
            fields("dense_1", units=int(self.rng.integers(2, 9))),
            fields("dropout_1", p=float(self.rng.uniform(0, 0.8))),
        ]
        after = edit(self.machine, makes[self.rng.integers(len(makes))])
        line = self.machine.recording.live
        assert line is not None
        if line.last > line.first or line.parent is None:
            self.run[line.last] = after

    def look_back(self) -> None:
        view = self.machine.view()
        step = int(self.rng.integers(view.first, view.newest + 1))
        assert unlike(shown(self.machine, step), self.run[step]) == []

    def branch(self) -> None:
        self.look_back()
        at, past = self.machine.at, self.run
        if at is None:
            return
        self.machine.branch()
        line = self.machine.recording.live
        assert line is not None
        self.runs[line.number] = {step: found for step, found in past.items() if step <= at}

    def switch(self) -> None:
        numbers = sorted(self.runs)
        self.machine.switch(int(self.rng.choice(numbers)), Progress())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("budget", [2**26, 60_000, 0])
def test_every_step_of_every_run_is_as_it_was(seed: int, budget: int) -> None:
    journey = Journey(seed, budget)
    ways = [journey.train, journey.train, journey.change, journey.look_back, journey.branch]
    ways.append(journey.switch)
    journey.train()
    for _ in range(25):
        ways[journey.rng.integers(len(ways))]()
    for number in sorted(journey.runs):
        journey.machine.switch(number, Progress())
        for _ in range(4):
            journey.look_back()
