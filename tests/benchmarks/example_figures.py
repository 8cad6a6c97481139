"""What an example is judged by, and what it has to beat: computed without the program's layers.

Every judge takes a trainer at the end of its training and returns the figure on the test part and
the figure to reach: a constant, or what a plain method gets on the very same split.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from model.layer import Array
from model.trainer import Trainer

NOISE_SEED = 0


class Judged(NamedTuple):
    """figure: of the network; goal: what it has to reach."""

    figure: float
    goal: float


class Judge(NamedTuple):
    """caption: what is measured; is_error: less is better."""

    caption: str
    of: Callable[[Trainer], Judged]
    is_error: bool = False


def accuracy(goal: float) -> Judge:
    """Share of right answers; for sequences an answer is right where all its steps are."""

    def of(trainer: Trainer) -> Judged:
        found = trainer.evaluate("test").accuracy
        return Judged(float("nan") if found is None else found, goal)

    return Judge("accuracy", of)


# autoencoders


def pictures_of(trainer: Trainer) -> Array:
    """(N, pixels) the prepared inputs of the only data set, float64."""
    source = next(iter(trainer.feeding.sources.values()))
    x = source.arrays["x"]
    return np.asarray(x.reshape(len(x), -1), dtype=np.float64)


def by_components(training: Array, given: Array, k: int) -> Array:
    """`given` (m, pixels) rebuilt out of the first k principal components of `training`."""
    mean = training.mean(axis=0)
    axes = np.linalg.svd(training - mean, full_matrices=False)[2][:k]
    return np.asarray((given - mean) @ axes.T @ axes + mean)


def rebuilt(trainer: Trainer, pictures: Array) -> Array:
    """What the network makes of these pictures in test mode, (m, pixels)."""
    key, source = next(iter(trainer.feeding.sources.items()))
    shape = source.arrays["x"].shape[1:]
    run = trainer.plan.bind(len(pictures), is_training=False)
    run.fill({key: {"x": pictures.reshape(-1, *shape).astype(trainer.dtype)}})
    run.forward()
    made = next(n.h for key, n in run.losses if n.specs[0].shape == shape)
    return np.array(made.reshape(len(pictures), -1), dtype=np.float64)


def reconstruction(k: int, sigma: float = 0.0) -> Judge:
    """Mean squared error to the clean pictures, against principal components as many as the code
    has numbers; both get the same pictures, with noise of deviation sigma.

    The components are those of the clean training part, which serve noisy pictures better than
    those of a noisy one.
    """

    def of(trainer: Trainer) -> Judged:
        pictures, parts = pictures_of(trainer), trainer.feeding.parts
        clean = pictures[parts.test]
        noise = np.random.default_rng(NOISE_SEED).normal(0.0, 1.0, clean.shape)
        given = clean + sigma * noise
        made = rebuilt(trainer, given), by_components(pictures[parts.train], given, k)
        return Judged(*(float(np.square(one - clean).mean()) for one in made))

    return Judge(f"error, against PCA with {k}", of, is_error=True)


# sequences


def last_value(trainer: Trainer) -> Judged:
    """Mean squared error of the forecast, against saying that nothing changes."""
    source = next(iter(trainer.feeding.sources.values()))
    test = trainer.part("test")
    naive = source.arrays["x"][test][:, -1, 0] - source.arrays["y"][test][:, 0]
    return Judged(trainer.evaluate("test").loss, float(np.square(naive).mean()))


def two_characters(trainer: Trainer) -> Judged:
    """Cross-entropy a character, against counts of what follows two characters.

    The counts are mixed with those behind one character (weight 2), and these with 0.1 each.
    """
    source = next(iter(trainer.feeding.sources.values()))
    k = source.data.info.x_classes
    x, y = source.arrays["x"], source.arrays["y"]
    train, test = trainer.part("training"), trainer.part("test")
    one = np.full((k, k), 0.1)
    np.add.at(one, (x[train].ravel(), y[train].ravel()), 1)
    one /= one.sum(axis=1, keepdims=True)
    two = np.zeros((k, k, k))
    np.add.at(two, (x[train, :-1].ravel(), x[train, 1:].ravel(), y[train, 1:].ravel()), 1)
    two = (two + 2 * one) / (two.sum(axis=2, keepdims=True) + 2)
    behind_two = two[x[test, :-1], x[test, 1:], y[test, 1:]]
    first = one[x[test, 0], y[test, 0]]
    counted = -np.log(np.concatenate([behind_two.ravel(), first])).mean()
    return Judged(trainer.evaluate("test").loss, float(counted))


def memory_of(trainer: Trainer) -> dict[str, float]:
    """Share of right answers on the test part by loss, in the order of the design."""
    test = trainer.part("test")
    run = trainer.plan.bind(len(test), is_training=False)
    run.load(trainer.feeding.arrays(), test)
    run.forward()
    return {key: float(run.layer(key).hits(n).mean()) for key, n in run.losses}


def sums_written(trainer: Trainer) -> Judged:
    """Share of test sums that come out right where the network writes all four digits itself, each
    from what it has written before."""
    key, source = next(iter(trainer.feeding.sources.items()))
    test = trainer.part("test")
    x, y = source.arrays["x"][test].copy(), source.arrays["y"][test]
    first = int(np.argmax(y[0] >= 0))
    answer = np.zeros_like(y[:, first:])
    x[:, first + 1 :] = 0
    for step in range(first, y.shape[1]):
        run = trainer.plan.bind(len(x), is_training=False)
        run.fill({key: {"x": x}})
        run.forward()
        answer[:, step - first] = run.losses[0][1].h[:, step].argmax(axis=1)
        if step + 1 < x.shape[1]:
            x[:, step + 1] = answer[:, step - first]
    return Judged(float((answer == y[:, first:]).all(axis=1).mean()), 0.99)


def lstm_remembers(trainer: Trainer) -> Judged:
    return Judged(memory_of(trainer)["softmax_cross_entropy_1"], 0.99)


JUDGES: dict[str, Judge] = {
    "mnist_mlp": accuracy(0.93),
    "mnist_cnn": accuracy(0.968),
    "spiral": accuracy(0.97),
    "breast_cancer": accuracy(0.95),
    "breast_cancer_dropout": accuracy(0.95),
    "iris": accuracy(0.93),
    "xor": accuracy(1.0),
    "residual_20": accuracy(0.93),
    "autoencoder": reconstruction(8),
    "denoising_autoencoder": reconstruction(32, sigma=0.3),
    "autoencoder_2d": reconstruction(2),
    "variational_autoencoder": reconstruction(2),
    "time_series": Judge("error, against the last value", last_value, is_error=True),
    "character_model": Judge("loss, against counted pairs", two_characters, is_error=True),
    "long_memory": Judge("accuracy of the LSTM", lstm_remembers),
    "transformer_reverse": accuracy(0.99),
    "transformer_addition": Judge("sums written right", sums_written),
}
