"""Watching the validation loss: when to lower the learning rate, when to stop, what was best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from model.layer import Array
from model.plan import Plan
from model.schedules import Plateau
from model.settings import TrainingSettings


@dataclass
class Watch:
    """best_step, best: the least validation loss so far. waited: evaluations since then.

    plateau_best, plateau_waited, reductions: the same for `Plateau`, whose losses must be better
    by its threshold. finished: why the training is over, "" while it is not. best_theta,
    best_states: parameters and statistics of the best step.
    """

    best: float = math.inf
    best_step: int = 0
    waited: int = 0
    plateau_best: float = math.inf
    plateau_waited: int = 0
    reductions: int = 0
    finished: str = ""
    best_theta: Array | None = None
    best_states: dict[tuple[str, str], Array] | None = None

    def hear(self, loss: float, step: int, plan: Plan, settings: TrainingSettings) -> None:
        """A validation loss after so many steps."""
        if isinstance(settings.schedule, Plateau):
            self._hear_plateau(loss, settings.schedule)
        if not settings.patience:
            self.waited = 0
            return
        if loss < self.best:
            self.best, self.best_step, self.waited = loss, step, 0
            self._keep(plan)
            return
        self.waited += 1
        if self.waited >= settings.patience:
            self._finish(step, plan, settings)

    def _hear_plateau(self, loss: float, schedule: Plateau) -> None:
        if loss < self.plateau_best * (1 - schedule.threshold):
            self.plateau_best, self.plateau_waited = loss, 0
            return
        self.plateau_waited += 1
        if self.plateau_waited > schedule.wait:
            self.reductions += 1
            self.plateau_waited = 0

    def _keep(self, plan: Plan) -> None:
        if self.best_theta is None or self.best_states is None:
            self.best_theta = plan.theta.copy()
            self.best_states = {key: state.copy() for key, state in plan.states.items()}
            return
        np.copyto(self.best_theta, plan.theta)
        for key, state in plan.states.items():
            np.copyto(self.best_states[key], state)

    def _finish(self, step: int, plan: Plan, settings: TrainingSettings) -> None:
        times = "evaluation" if settings.patience == 1 else f"{settings.patience} evaluations"
        self.finished = (
            f"Training ended at step {step}: the validation loss has not become better for {times}."
        )
        if settings.restore_best and self.best_theta is not None and self.best_states is not None:
            np.copyto(plan.theta, self.best_theta)
            for key, state in plan.states.items():
                np.copyto(state, self.best_states[key])
            self.finished += f" The weights of step {self.best_step} are back."

    def go_on(self) -> None:
        """The person wants more: patience begins anew."""
        self.finished = ""
        self.waited = 0

    def forget_best(self) -> None:
        """The parameters have other places now, or the loss another meaning."""
        self.best, self.waited = math.inf, 0
        self.best_theta = self.best_states = None
