"""The vital signs of a running training: silent units, saturated units, the size of an update.

They are taken from what a step computes anyway, rarely enough to cost next to nothing, and change
nothing.
"""

from __future__ import annotations

import math
from time import perf_counter

import numpy as np

from model.layer import Array, Layer
from model.layers.activations import Activation, HardSigmoid, ReLU, Sigmoid, Softsign, Tanh
from model.plan import Plan, PlanNode
from model.run import Run
from model.updating import Updater

ITEMS = 512
"""So many items in a row, or all of a smaller training part, a unit must leave unanswered before it
counts as dead."""
END_SHARE = 0.01
"""Of the whole range of an activation: so near to one of its ends an answer counts as saturated.
The slope of sigmoid and tanh is then at most 4 % of its greatest one."""
ENDS: dict[type[Layer], tuple[float, float]] = {
    Sigmoid: (0.0, 1.0),
    HardSigmoid: (0.0, 1.0),
    Tanh: (-1.0, 1.0),
    Softsign: (-1.0, 1.0),
}
"""The activations with two ends, and where these lie."""
CHEAP = 4_000_000
"""Multiplications that the answers to a whole sample may take, about a millisecond."""
MOST_NUMBERS = 65_536
"""Of a layer's output that are looked at; a batch with more is represented by its first items."""
REST = 150
"""A look that costs much comes more rarely: 150 times its own cost passes before the next, so that
the vital signs of a training that is watched take about 1 % of its time."""

_SAME_AXES = ("regularise", "merge")
"""Categories of layers whose output has the axes of their input."""

GROWTH = 1.2
"""A look may seem to cost much because other threads ran meanwhile, or because it was the first: so
much more than before is believed at a time."""
FIRST = 20
FIRST_REST = 0.004
"""Seconds at most between the first looks, so that a short training is seen too."""


class Vitals:
    """What was seen of one plan. Forgets everything with the plan.

    dead: by ReLU node, the share of its units that answered exactly 0 to each of `ITEMS` items, or
    to all of a smaller training part. A network for which that is cheap is asked about the same
    items of the training part every time; of others (and of those with running statistics, which
    lag behind) the items of their own mini-batches count, in a row over several looks, and until
    they are enough it is absent. A unit of a dense layer is a neuron, of a convolution a channel
    (silent at all places). Source: Lu et al. 2020, "Dying ReLU and initialization"; they ask for
    all inputs there are, here a sample of them must do.

    saturated: by sigmoid, tanh and their like, the share of units within `END_SHARE` of the range
    from an end, for the average item of the batch. Source: Glorot & Bengio 2010, who watch the
    distribution of just these answers.

    updates: by learning node, ||theta after - theta before|| / ||theta before|| of update
    `update_step` (Euclidean norm over all its own parameters; tied ones count where they are kept).
    It is the update that was made: with momentum, penalty, decay, clipping and rounding. Absent
    where theta was 0. Source: Karpathy, CS231n notes "Neural Networks 3": about 1e-3 is healthy.
    """

    def __init__(self, plan: Plan, training_size: int, *, is_watched: bool = False) -> None:
        self.needed = max(1, min(ITEMS, training_size))
        self.is_awaited = False
        """The next step is to be looked at."""
        self.is_watched = is_watched
        """Steps are looked at as often as they may be, whether anybody asks or not."""
        self.due_at = 0.0 if is_watched else math.inf
        """When, on the clock of `perf_counter`, the next step is to be looked at unasked."""
        self.dead: dict[str, float] = {}
        self.saturated: dict[str, float] = {}
        self.updates: dict[str, float] = {}
        self.update_step = 0
        self.looked_step = 0
        has_relus = any(isinstance(node.layer, ReLU) for node in plan.nodes)
        products = sum(node.layer.cost(*node.specs) for node in plan.nodes)
        self.wants_sample = has_relus and not plan.states and self.needed * products <= CHEAP
        """Whether `look` shall be given the answers to `needed` items of the training part."""
        self._plan = plan
        self._silent: dict[str, Array] = {}
        self._axes = {node.node_id: unit_axis(plan, node) for node in plan.nodes}
        self._seen: dict[str, int] = {}
        self._before: Array | None = None
        self._cost = 0.0
        self._usual = math.inf
        self._looks = 0
        self._ready_at = -math.inf

    # when

    @property
    def is_ready(self) -> bool:
        """Whether the last look is long enough ago."""
        return perf_counter() >= self._ready_at

    def await_step(self) -> None:
        """Ask for the next step to be looked at, where the last look is long enough ago."""
        self.is_awaited = self.is_ready

    def spend(self, seconds: float) -> None:
        """A look has cost so much in all, with what was measured before it."""
        self._usual = min(self._cost + seconds, GROWTH * self._usual)
        self._cost = 0.0
        self._looks += 1
        rest = REST * self._usual
        self._ready_at = perf_counter() + (min(rest, FIRST_REST) if self._looks < FIRST else rest)
        if self.is_watched:
            self.due_at = self._ready_at

    # the update

    def measure(self, updater: Updater, t: int) -> float:
        """Make update number t + 1 and measure it. Returns the seconds that the update took."""
        start = perf_counter()
        self.is_awaited = False
        learning = self._plan.theta[: self._plan.n_learning]
        if self._before is None:
            self._before = np.empty_like(learning)
        np.copyto(self._before, learning)
        copied = perf_counter()
        updater.step(t)
        updated = perf_counter()
        self.updates = self._ratios(learning, self._before)
        self.update_step = t + 1
        self._cost = perf_counter() - updated + copied - start
        return updated - copied

    def _ratios(self, after: Array, before: Array) -> dict[str, float]:
        """`before` is overwritten."""
        weights: dict[str, float] = {}
        steps: dict[str, float] = {}
        places = [place for place in self._plan.slices if self._plan.by_id[place[0]].learns]
        for place in places:
            part = before[self._plan.slices[place]]
            weights[place[0]] = weights.get(place[0], 0.0) + float(np.dot(part, part))
        np.subtract(after, before, out=before)
        for place in places:
            part = before[self._plan.slices[place]]
            steps[place[0]] = steps.get(place[0], 0.0) + float(np.dot(part, part))
        return {key: math.sqrt(steps[key] / size) for key, size in weights.items() if size > 0}

    # the answers

    def look(self, run: Run, step: int, sample: Run | None = None) -> bool:
        """Look at the answers of the step's own batch, for silent units at those of the sample
        where one is given. False where that was done already."""
        if step == self.looked_step:
            return False
        self.looked_step = step
        for node in self._plan.nodes:
            if isinstance(node.layer, ReLU):
                answers = (sample or run).at[node.node_id].out
                self._look_for_silence(node.node_id, answers if sample else _first(answers))
            elif type(node.layer) in ENDS:
                answers = _first(run.at[node.node_id].out)
                self.saturated[node.node_id] = saturated_share(node.layer, answers)
        return True

    def _look_for_silence(self, key: str, answers: Array) -> None:
        """Count the items since each unit spoke last."""
        axis = self._axes[key]
        others = tuple(k for k in range(answers.ndim) if k != axis)
        silent = self._silent.get(key)
        if silent is None:
            silent = self._silent[key] = np.zeros(answers.shape[axis], dtype=np.int64)
        silent += len(answers)
        silent[answers.max(axis=others) > 0] = 0
        self._seen[key] = self._seen.get(key, 0) + len(answers)
        if self._seen[key] >= self.needed:
            self.dead[key] = float(np.count_nonzero(silent >= self.needed)) / len(silent)


def deltas_of(run: Run) -> dict[str, float]:
    """RMS over batch and neurons of δ at the output of every node that hears one."""
    return {key: rms(n.delta_out) for key, n in run.at.items() if n.delta_out is not None}


def rms(delta: Array) -> float:
    """The root of the mean square."""
    flat = delta.reshape(-1)
    return math.sqrt(float(np.dot(flat, flat)) / max(flat.size, 1))


def saturated_share(layer: Layer, answers: Array) -> float:
    """Share of the answers within `END_SHARE` of the range from one of the ends. Raises: KeyError
    for a layer without ends."""
    low, high = ENDS[type(layer)]
    reach = END_SHARE * (high - low)
    free = np.count_nonzero((answers > low + reach) & (answers < high - reach))
    return 1.0 - float(free) / answers.size


def unit_axis(plan: Plan, node: PlanNode) -> int:
    """Along which axis of (B, ...) the units of an activation are counted: channels stand first,
    (B, C, H, W) and (B, C, L); the neurons of sequences last, (B, T, n)."""
    shape = next(iter(node.outputs.values())).shape if node.outputs else ()
    if len(shape) != 2:
        return 1 if shape else 0
    while node.wires:
        node = plan.by_id[node.wires[0].source]
        if node.layer.category == "conv":
            return 1
        if not isinstance(node.layer, Activation) and node.layer.category not in _SAME_AXES:
            break
    return 2


def _first(out: Array) -> Array:
    """The first items of the batch; the batch itself is in random order."""
    if out.size <= MOST_NUMBERS:
        return out
    return out[: max(1, MOST_NUMBERS * len(out) // out.size)]
