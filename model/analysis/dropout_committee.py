r"""What the committee of all sub-networks answers, by weight scaling, by samples and exactly.

The answer of the committee of all 2^n sub-networks is sum_m P(m) f(x; m), P(m) = p^off
(1 - p)^on; weight scaling, (1 - p) h at test time, is one pass that stands for it: exactly for a
linear rest of the network, and for a linear layer with softmax it is the normalised geometric mean
(Baldi & Sadowski 2013). Spread as uncertainty: Gal & Ghahramani 2016.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.dropout_study import DropoutSubject, dropout_at
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal
from model.answering import outcome
from model.chance import stream
from model.errors import DesignError
from model.layer import Array
from model.run import Run, without_warnings

MOST_EXACT = 12
"""Neurons of all Dropout layers together up to which all 2^n masks are tried."""
_AT_ONCE = 512


@dataclass(frozen=True)
class Committee:
    """Answers to one item, each (K,): scaled by weight scaling at test time, samples (T, K) of
    random sub-networks, exact of all of them (None where there are too many); sub_networks: of how
    many it is the mean. off: (T,) share of neurons off in each sample.
    """

    item: int
    scaled: Array
    samples: Array
    off: Array
    exact: Array | None
    sub_networks: int
    neurons: int

    @property
    def mean(self) -> Array:
        return np.asarray(self.samples.mean(axis=0))

    @property
    def spread(self) -> Array:
        """Standard deviation (1/T) of the sampled answers: how much the sub-networks differ."""
        return np.asarray(self.samples.std(axis=0))

    @property
    def running_mean(self) -> Array:
        """(T, K): mean of the first t samples."""
        counts = np.arange(1, len(self.samples) + 1)[:, None]
        return np.asarray(np.cumsum(self.samples, axis=0) / counts)

    def band(self, output: int) -> tuple[Array, Array]:
        """Low and high (T,) of one output: c ± sigma / sqrt(t), sigma the spread of the samples, c
        the exact average, or the mean of all samples where the exact one is not known. The mean of
        t samples lies in it about two times of three."""
        centre = self.mean if self.exact is None else self.exact
        error = self.spread[output] / np.sqrt(np.arange(1, len(self.samples) + 1))
        return np.asarray(centre[output] - error), np.asarray(centre[output] + error)


@without_warnings
def committee(
    progress: Progress, subject: DropoutSubject, item: int, samples: int, seed: int = 0
) -> Committee:
    """Three predictions for one of the subject's items. seed: of the sampled masks.

    All Dropout layers sample; every other layer is in test mode, batch norm too.
    Raises: FieldError where there is no such item.
    """
    subject.step.check_item(item)
    plan = subject.step.plan
    scaled = answers(subject.step, item, {}, 1)[0]
    rng = stream(seed, "committee", str(item))
    sizes = {key: plan.by_id[key].specs[0].shape for key in subject.layers}
    found, off = [], []
    for start in range(0, samples, _AT_ONCE):
        progress.report(start / samples / 2, "Asking random sub-networks")
        count = min(_AT_ONCE, samples - start)
        masks = {
            key: rng.random((count, *shape)) >= subject.probability(key)
            for key, shape in sizes.items()
        }
        found.append(answers(subject.step, item, masks, count))
        flat = np.concatenate([m.reshape(count, -1) for m in masks.values()], axis=1)
        off.append(1 - flat.mean(axis=1))
    neurons = sum(subject.neurons(key) for key in subject.layers)
    exact = exact_answer(subject, item, progress) if neurons <= MOST_EXACT else None
    return Committee(
        item, scaled, np.concatenate(found), np.concatenate(off), exact, 2**neurons, neurons
    )


def exact_answer(subject: DropoutSubject, item: int, progress: Progress | None = None) -> Array:
    """(K,): sum over all 2^n masks m of P(m) f(x; m). Raises: DesignError where n > MOST_EXACT."""
    progress = Progress() if progress is None else progress
    sizes = {key: subject.neurons(key) for key in subject.layers}
    n = sum(sizes.values())
    if n > MOST_EXACT:
        raise DesignError(
            f"{n} neurons have 2^{n} masks: too many to try them all.",
            hint=f"Use Dropout layers with {MOST_EXACT} neurons together at most.",
        )
    total: Array = np.zeros(0)
    for start in range(0, 2**n, _AT_ONCE):
        progress.report(0.5 + start / 2**n / 2, "Asking all sub-networks")
        numbers = np.arange(start, min(start + _AT_ONCE, 2**n))
        bits = (numbers[:, None] >> np.arange(n)) & 1 == 1
        masks, chances, at = {}, np.ones(len(numbers)), 0
        for key, size in sizes.items():
            part, p = bits[:, at : at + size], subject.probability(key)
            masks[key] = part.reshape(len(numbers), *subject.step.plan.by_id[key].specs[0].shape)
            chances = chances * np.where(part, 1 - p, p).prod(axis=1)
            at += size
        weighted = chances @ answers(subject.step, item, masks, len(numbers))
        total = weighted if start == 0 else total + weighted
    return total


@without_warnings
def answers(step: Rehearsal, item: int, masks: dict[str, Array], count: int) -> Array:
    """(count, K): what the network says about one item in test mode, its Dropout layers under the
    given masks (count, ...); a layer without a mask does as at test time."""
    run: Run = step.plan.bind(count, is_training=False)
    run.fill(
        {
            key: {port: np.repeat(x[item : item + 1], count, axis=0) for port, x in ports.items()}
            for key, ports in step.arrays.items()
        }
    )
    for operation, n in run.forward_operations:
        mask = masks.get(n.node_id)
        if mask is None:
            operation(n)
            continue
        layer = dropout_at(step.plan, n.node_id)
        np.multiply(n.h, mask, out=n.out)
        if layer.scaling == "inverted":
            n.out /= 1 - layer.p
    return outcome(run).reshape(count, -1)


@without_warnings
def most_doubtful(subject: DropoutSubject) -> int:
    """The item whose test-time answer is nearest to a tie: the least lead of the largest output
    over the next, of one output the least distance from 1/2."""
    step = subject.step
    run = step.plan.bind(step.batch, is_training=False)
    run.fill(step.arrays)
    run.forward()
    found = outcome(run).reshape(step.batch, -1)
    if found.shape[1] == 1:
        return int(np.abs(found[:, 0] - 0.5).argmin())
    best = np.sort(found, axis=1)
    return int((best[:, -1] - best[:, -2]).argmin())
