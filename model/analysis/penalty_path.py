r"""Linear regression under an L1 or L2 penalty: its solution for every lambda.

J = 1/N sum (y_i - x_i beta)^2 + lambda R(beta), R = sum |beta_j| (L1) or sum beta_j^2 (L2).
x: (N, p) and y: (N,) are standardised, so that no intercept is needed. G = x^T x / N, (p, p);
c = x^T y / N, (p,). Everything is float64.
Source: Hoerl and Kennard 1970 (ridge); Tibshirani 1996 (lasso); Friedman, Hastie, Tibshirani 2010
(coordinate descent along the path). Their 1/2N halves our lambda.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from model.analysis.progress import Progress
from model.data import Scaler, load, split
from model.errors import DataError
from model.feeding import prepare
from model.graph import NetworkGraph
from model.layer import Array
from model.layers.source import DataSource

Kind = Literal["L1", "L2"]
LOW, HIGH, COUNT = 1e-4, 100.0, 121
"""The lambdas of a path."""
BUILT_IN = "diabetes"
_ROUNDS = 20_000
_STILL = 1e-10
"""A round of coordinate descent that moves no coefficient farther ends it."""
_TRIES = 4
"""Rounds after which it is tried whether zeros and signs are right already."""
_MOST_FEATURES = 64


@dataclass(frozen=True)
class LinearData:
    """title; names of the p features; x: (N, p), y: (N,) of the training part, standardised with
    its own mean and deviation; x_validation: (M, p), y_validation: (M,) with the same numbers.
    note: where they come from, "" where that is plain."""

    title: str
    names: tuple[str, ...]
    x: Array
    y: Array
    x_validation: Array
    y_validation: Array
    note: str = ""


@dataclass(frozen=True)
class PenaltyPath:
    """lambdas: (L,), rising; betas: (L, p); training, validation: (L,) losses without the penalty.
    shown: the coefficients that are followed one by one, None: all."""

    kind: Kind
    data: LinearData
    lambdas: Array
    betas: Array
    training: Array
    validation: Array
    shown: tuple[int, ...] | None = None

    @property
    def lines(self) -> tuple[int, ...]:
        """The coefficients that are followed one by one."""
        return tuple(range(self.betas.shape[1])) if self.shown is None else self.shown

    @property
    def zeros(self) -> Array:
        """How many coefficients are exactly 0, (L,)."""
        return np.asarray((self.betas == 0).sum(axis=1))

    @property
    def best(self) -> int:
        """Where the validation loss is least; of equals the largest lambda, the simplest model."""
        return len(self.lambdas) - 1 - int(self.validation[::-1].argmin())

    def nearest(self, penalty: float) -> int:
        """The lambda of the path that is nearest, by its logarithm."""
        return int(np.abs(np.log(self.lambdas) - np.log(penalty)).argmin())


@dataclass(frozen=True)
class Slice:
    """The mean squared error over two coefficients, all others held: a quadratic with its minimum
    at centre (2,) and half its second derivatives in hessian (2, 2)."""

    centre: Array
    hessian: Array

    def rise(self, place: Array) -> float:
        """How far the error at (2,) lies above that of the centre."""
        off = place - self.centre
        return float(off @ self.hessian @ off)

    def ellipse(self, rise: float, points: int = 121) -> Array:
        """The line on which the error lies `rise` above the centre's, (points, 2)."""
        values, vectors = np.linalg.eigh(self.hessian)
        reach = np.sqrt(max(rise, 0.0) / np.maximum(values, 1e-9))
        turn = np.linspace(0.0, 2 * np.pi, points)
        round_ = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
        return np.asarray(self.centre + (round_ * reach) @ vectors.T)


def soft_threshold(value: float, threshold: float) -> float:
    """sign(value) max(|value| - threshold, 0): exactly 0 within the threshold."""
    if value > threshold:
        return value - threshold
    return value + threshold if value < -threshold else 0.0


def ridge(x: Array, y: Array, penalty: float) -> Array:
    """The least J under L2, (p,): (G + lambda I)^-1 c; of several the shortest."""
    gram, slopes = _moments(x, y)
    return np.linalg.lstsq(gram + penalty * np.eye(len(slopes)), slopes, rcond=None)[0]


def lasso(x: Array, y: Array, penalty: float, start: Array | None = None) -> Array:
    """The least J under L1, (p,): one coefficient after the other until none moves.

    beta_j <- S(c_j - sum_(k != j) G_jk beta_k, lambda / 2) / G_jj. start: (p,), where it begins.
    """
    gram, slopes = _moments(x, y)
    first = np.zeros(len(slopes)) if start is None else start
    return _descend(gram, slopes, penalty, first, Progress())


def _moments(x: Array, y: Array) -> tuple[Array, Array]:
    return x.T @ x / len(x), x.T @ y / len(x)


def _descend(gram: Array, slopes: Array, penalty: float, start: Array, progress: Progress) -> Array:
    beta = np.array(start, dtype=np.float64)
    for done in range(_ROUNDS):
        if done % _TRIES == _TRIES - 1:
            exact = _solved(gram, slopes, penalty, beta)
            if exact is not None:
                return exact
        farthest = 0.0
        for j in range(len(beta)):
            if gram[j, j] <= 0.0:  # a constant column says nothing
                beta[j] = 0.0
                continue
            pull = float(slopes[j] - gram[j] @ beta + gram[j, j] * beta[j])
            new = soft_threshold(pull, penalty / 2) / float(gram[j, j])
            farthest = max(farthest, abs(new - float(beta[j])))
            beta[j] = new
        progress.report()
        if farthest <= _STILL:
            break
    return beta


def _solved(gram: Array, slopes: Array, penalty: float, beta: Array) -> Array | None:
    """The least J with the zeros and signs of beta, where that is the least of all: then the
    descent need not creep there. G_AA beta_A = c_A - lambda / 2 sign(beta_A), and no other slope is
    larger than lambda / 2. None where it is not."""
    on = beta != 0
    signs = np.sign(beta[on])
    wanted = slopes[on] - penalty / 2 * signs
    try:
        found = np.linalg.solve(gram[np.ix_(on, on)], wanted)
    except np.linalg.LinAlgError:
        return None
    exact = np.zeros_like(beta)
    exact[on] = found
    pull = slopes - gram @ exact
    is_solution = np.abs(pull[on] - penalty / 2 * signs).max(initial=0.0) < _STILL
    is_least = (np.abs(pull[~on]) <= penalty / 2 + _STILL).all()
    return exact if is_solution and is_least and (np.sign(found) == signs).all() else None


def penalty_path(
    progress: Progress, data: LinearData, kind: Kind, lambdas: Array | None = None
) -> PenaltyPath:
    """All solutions; L1 starts from the largest lambda and goes on from each to the next.

    Raises: CancelledError.
    """
    lambdas = np.geomspace(LOW, HIGH, COUNT) if lambdas is None else np.asarray(lambdas)
    gram, slopes = _moments(data.x, data.y)
    betas = np.zeros((len(lambdas), len(slopes)))
    beta = np.zeros(len(slopes))
    for done, k in enumerate(reversed(range(len(lambdas)))):
        progress.report(done / len(lambdas), f"The path under {kind}")
        if kind == "L1":
            beta = _descend(gram, slopes, float(lambdas[k]), beta, progress)
        else:
            beta = ridge(data.x, data.y, float(lambdas[k]))
        betas[k] = beta
    training = _errors(data.x, data.y, betas)
    validation = _errors(data.x_validation, data.y_validation, betas)
    return PenaltyPath(kind, data, lambdas, betas, training, validation)


def _errors(x: Array, y: Array, betas: Array) -> Array:
    """(L,)."""
    return np.asarray(((betas @ x.T - y) ** 2).mean(axis=1))


def slice_of(data: LinearData, beta: Array, pair: tuple[int, int]) -> Slice:
    """The error over two coefficients while the others stay as in beta (p,)."""
    gram, slopes = _moments(data.x, data.y)
    two = list(pair)
    hessian = gram[np.ix_(two, two)]
    pull = slopes[two] - gram[two] @ beta
    return Slice(beta[two] + np.linalg.lstsq(hessian, pull, rcond=None)[0], hessian)


def design_data(graph: NetworkGraph) -> LinearData | None:
    """The first data node of the design that suits a linear model: numbers are predicted from a
    table with 2 to 64 features, and a validation part is left. None where there is none."""
    for key, node in graph.nodes.items():
        if isinstance(node.layer, DataSource) and _suits(node.layer):
            found = _of_design(graph, key)
            if found is not None:
                return found
    return None


def diabetes_data() -> LinearData:
    """The built-in set. Raises: DataError."""
    rng = np.random.default_rng(0)
    whole = load(BUILT_IN)
    parts = split(len(whole), 0.25, 0.0, rng)
    names, title = whole.info.features, whole.info.title
    return standardised(title, names, whole.x, whole.y, parts.train, parts.validation)


def _suits(layer: DataSource) -> bool:
    info = layer.described()
    is_table = len(info.x_shape) == 1 and not info.x_classes and not info.is_sequence
    count = len(layer.features) or info.x_shape[0]
    predicts_numbers = not info.classes and not info.y_classes and layer.target != "inputs"
    return is_table and predicts_numbers and 2 <= count <= _MOST_FEATURES


def _of_design(graph: NetworkGraph, key: str) -> LinearData | None:
    try:
        feeding = prepare(graph, (key,), np.float64)
    except DataError:
        return None
    source, parts = feeding.sources[key], feeding.parts
    if not len(parts.validation):
        return None
    info, x = source.data.info, source.raw_x
    every = info.features or tuple(f"x{k + 1}" for k in range(source.data.x.shape[1]))
    names = tuple(every[k] for k in source.columns) if source.columns else every
    return standardised(info.title, names, x, source.raw_y, parts.train, parts.validation)


def standardised(
    title: str,
    names: tuple[str, ...],
    x: Array,
    y: Array,
    train: Array,
    validation: Array,
    note: str = "",
) -> LinearData:
    """x: (N, p), y: (N, k), of which the first is predicted; train, validation: item numbers."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64).reshape(len(y), -1)[:, 0]
    xs = Scaler.fit(x[train], "standardize", per_feature=True)
    ys = Scaler.fit(y[train], "standardize", per_feature=True)
    return LinearData(
        title,
        names,
        np.asarray(xs.apply(x[train]), np.float64),
        np.asarray(ys.apply(y[train]), np.float64),
        np.asarray(xs.apply(x[validation]), np.float64),
        np.asarray(ys.apply(y[validation]), np.float64),
        note,
    )
