r"""Planes through the weights of a network that are worth looking at.

Random directions are normalised filter by filter, so that a direction is as long as the weights it
changes and pictures of different networks can be compared: d_ij <- d_ij / |d_ij| |theta_ij|, where
j counts the filters (the weights that enter one neuron or channel); biases and scales stay as they
are. Principal directions are those along which the path of a training is longest.
Source: Li, Xu, Taylor, Studer & Goldstein 2018, Visualizing the Loss Landscape of Neural Nets,
sections 4 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.network_surface import NetworkLoss, PlaneObjective
from model.analysis.progress import Progress
from model.chance import stream
from model.errors import DivergedError, FieldError
from model.graph import NetworkGraph
from model.layer import Array, Parameter
from model.plan import Plan
from model.trainer import Trainer

MOST_RECORDED = 240
"""Places of a training's path that are kept, evenly over its steps."""


def filter_normalised(plan: Plan, theta: Array, rng: np.random.Generator) -> Array:
    """A random direction, (P,), each filter of the length of the same filter in theta, (P,)."""
    found = np.zeros_like(theta, dtype=np.float64)
    for (key, name), where in plan.slices.items():
        parameter = plan.by_id[key].parameters[name]
        drawn = rng.normal(size=parameter.shape)
        if where.start >= plan.n_learning or len(parameter.shape) < 2:
            continue
        drawn = _by_filter(drawn, parameter)
        weights = _by_filter(theta[where].reshape(parameter.shape), parameter)
        axes = tuple(axis for axis in range(1, drawn.ndim) if axis != _unit_axis(parameter))
        lengths = np.sqrt((drawn**2).sum(axis=axes, keepdims=True))
        wanted = np.sqrt((weights**2).sum(axis=axes, keepdims=True))
        found[where] = (drawn / np.where(lengths > 0, lengths, 1) * wanted).reshape(-1)
    return found


def _by_filter(values: Array, parameter: Parameter) -> Array:
    """The groups of the first axis apart."""
    return values.reshape(parameter.groups, -1, *parameter.shape[1:])


def _unit_axis(parameter: Parameter) -> int:
    """Along which filters are counted, once groups have an axis of their own."""
    return parameter.unit_axis % len(parameter.shape) + 1


def random_plane(loss: NetworkLoss, seed: int, reach: float = 1.0) -> PlaneObjective:
    """Two filter-normalised directions through the present weights, which lie at (0, 0).

    Raises: FieldError where no layer has a matrix of weights.
    """
    rng = stream(seed, "landscape directions")
    directions = np.array([filter_normalised(loss.plan, loss.theta, rng) for _ in range(2)])
    if not directions.any():
        raise FieldError(
            "Filter-normalised directions need a layer with a matrix of weights.",
            hint="Look along two weights instead.",
        )
    box = [(-reach, reach)] * 2
    names = (r"\alpha", r"\beta")
    return PlaneObjective(loss, loss.theta, directions, box, names, "Two random directions")


@dataclass(frozen=True, eq=False)
class TrainingPath:
    """Where a training has been. steps: (k,); thetas: (k, P), float64; losses: J of those batches,
    (k,), NaN before the first step. is_diverged: it ended early.
    """

    steps: Array
    thetas: Array
    losses: Array
    is_diverged: bool = False


def record_training(
    graph: NetworkGraph, steps: int, progress: Progress | None = None
) -> TrainingPath:
    """A training of a copy from its first values: the numbers of Reset and so many steps.

    Raises: CancelledError, DesignError where the design cannot run.
    """
    trainer = Trainer(graph)
    wanted = set(np.unique(np.linspace(0, steps, min(steps, MOST_RECORDED) + 1).round()).tolist())
    found, thetas, losses = [0], [trainer.plan.theta.astype(np.float64)], [float("nan")]
    is_diverged = False
    for t in range(1, steps + 1):
        if progress is not None:
            progress.report(t / steps)
        try:
            trainer.step()
        except DivergedError:
            is_diverged = True
            break
        if t in wanted:
            found.append(t)
            thetas.append(trainer.plan.theta.astype(np.float64))
            losses.append(trainer.loss)
    return TrainingPath(np.array(found), np.array(thetas), np.array(losses), is_diverged)


def principal_directions(thetas: Array) -> tuple[Array, Array]:
    """Of a path, (k, P): two directions of length 1, (2, P), and the shares, (2,), of the sum of
    squared distances from its end that lie along them.

    From the singular values of theta_t - theta_end, through the (k, k) matrix of their products.
    Raises: FieldError where the path does not bend and so spans no plane.
    """
    offsets = thetas[:-1] - thetas[-1]
    values, vectors = np.linalg.eigh(offsets @ offsets.T)
    values, vectors = values[::-1], vectors[:, ::-1]
    if len(values) < 2 or values[1] <= 1e-12 * max(values[0], 1e-300):
        raise FieldError(
            "The path of the training is straight: it spans no plane.",
            hint="Take more steps, or look along two weights instead.",
        )
    directions = (vectors[:, :2] / np.sqrt(values[:2])).T @ offsets
    for direction in directions:  # the sign is free: the largest entry is positive
        direction *= np.sign(direction[np.argmax(np.abs(direction))])
    return directions, values[:2] / values.clip(min=0).sum()


def path_plane(loss: NetworkLoss, path: TrainingPath) -> tuple[PlaneObjective, Array, Array]:
    """The plane through the end of a training's path along its principal directions.

    Returns the objective, the path on it, (k, 2), and the shares of both directions, (2,).
    Raises: FieldError.
    """
    directions, shares = principal_directions(path.thetas)
    end = path.thetas[-1]
    on_plane = (path.thetas - end) @ directions.T
    low, high = on_plane.min(axis=0), on_plane.max(axis=0)
    room = 0.35 * (high - low).max() + 1e-9
    box = np.stack([low - room, high + room], axis=1)
    names = (r"\mathrm{PC}_1", r"\mathrm{PC}_2")
    plane = PlaneObjective(loss, end, directions, box, names, "Path of the training")
    return plane, on_plane, shares
