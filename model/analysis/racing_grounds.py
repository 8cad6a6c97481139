"""The grounds that can be raced on: textbook surfaces, typed ones, the RSS, the user's network."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.analysis.directions import TrainingPath, path_plane, random_plane, record_training
from model.analysis.network_surface import (
    NetworkLoss,
    Place,
    PlaneObjective,
    WholeObjective,
    weights_plane,
)
from model.analysis.objective import FormulaObjective, Reduction, RegressionObjective
from model.analysis.progress import Progress
from model.analysis.racing_study import Ground, GroundSurface, ground_surface
from model.analysis.rehearsal import Rehearsal
from model.analysis.surfaces import LECTURE_BOX, SURFACES, lecture_points
from model.errors import FieldError
from model.layer import Array
from model.optimizers import SGD, Momentum, Nesterov
from model.run import without_warnings

REGRESSION_START = (-2.6, 3.9)


def textbook_ground(key: str) -> Ground:
    """One of `SURFACES`. Raises: KeyError."""
    surface = {each.key: each for each in SURFACES}[key]
    return Ground(
        key,
        surface.objective(),
        np.array(surface.start),
        surface.rate,
        [np.array(place) for place in surface.minima],
        note=surface.note,
        tex=surface.tex,
    )


def regression_ground(points: tuple[Array, Array], reduction: Reduction = "mean") -> Ground:
    """J of a line through points, x and y (N,). Raises: FieldError."""
    view = RegressionObjective(*points, LECTURE_BOX, reduction)
    best = np.asarray(view.minimum)
    low, high = np.array(LECTURE_BOX).T
    if not ((low < best) & (best < high)).all():
        corners = np.array([best, low, high])
        low, high = corners.min(axis=0) - 1, corners.max(axis=0) + 1
        view.box = np.stack([low, high], axis=1)
    rate = float(f"{0.42 * view.largest_rate:.2g}")
    note = f"J is the mean over {view.items} points, so that batches are noisy guesses of it"
    return Ground("regression", view, np.array(REGRESSION_START), rate, [best], note=note)


@without_warnings
def typed_ground(text: str, reach: float = 3.0) -> Ground:
    """A function of x and y that a person has typed, from -reach to reach. The rate moves gradient
    descent by a twelfth of the box where it is steepest. Raises: FormulaError, FieldError.
    """
    box = ((-reach, reach), (-reach, reach))
    names = (r"\theta_0", r"\theta_1")
    view = FormulaObjective(text, ("x", "y"), box, title="Typed function", names=names)
    x, _y, values = view.surface(61)
    if not np.isfinite(values).any():
        raise FieldError(
            f"J is not defined anywhere between −{reach:g} and {reach:g}.",
            hint="Change the formula.",
        )
    slopes = np.hypot(*np.gradient(values, x[1] - x[0]))
    slopes = slopes[np.isfinite(slopes)]
    steepest = float(slopes.max()) if slopes.size else 0.0
    rate = float(f"{reach / 6 / steepest:.1g}") if steepest > 0 else 0.1
    start = np.array([-0.72 * reach, 0.58 * reach])
    return Ground("typed", view, start, rate, note="x is θ₀ and y is θ₁")


def _network(
    key: str,
    plane: PlaneObjective,
    start: Array,
    moves: str,
    note: str,
    track: Array | None = None,
) -> Ground:
    """moves: "plane", or "all" for every weight."""
    racing = WholeObjective(plane) if moves == "all" else None
    if plane.loss.draws_chance:
        note += "; masks are the same for every value of J"
    rate = _training_rate(plane.loss)
    found = Ground(key, plane, start, rate, track=track, note=note, racing=racing)
    if not found.spares_decay:
        return found
    return replace(found, note=f"{note}; weight decay has no part in a race within this plane")


def _training_rate(loss: NetworkLoss) -> float:
    """The design's own, where its rule goes by the gradient's size."""
    rule = loss.graph.training.optimizer
    return rule.lr if isinstance(rule, (SGD, Momentum, Nesterov)) and rule.lr > 0 else 0.1


def weights_ground(
    progress: Progress,
    step: Rehearsal,
    first: Place | None,
    second: Place | None,
    moves: str = "plane",
    node_id: str = "",
) -> Ground:
    """Along two weights; those with the largest gradients where none are given, of one node if it
    has any. The race starts off their present values. Raises: FieldError.
    """
    loss = NetworkLoss(step)
    progress.report(0.01, "Copying the network")
    steepest = loss.steepest(2, node_id)
    if len(steepest) < 2:
        steepest = loss.steepest(2)
    if first is None or second is None:
        if len(steepest) < 2:
            raise FieldError(
                "This design has fewer than two weights that learn.",
                hint="Choose another surface, or add a layer.",
            )
        first, second = steepest
    plane = weights_plane(loss, first, second)
    now = plane.nearest(loss.theta)
    start = now + np.array([-0.3, 0.28]) * np.ptp(plane.box, axis=1)
    note = "All other weights stay as they are now; the ring is a start, the cross where they stand"
    return _network("weights", plane, start, moves, note)


def random_ground(
    progress: Progress, step: Rehearsal, seed: int, reach: float, moves: str = "plane"
) -> Ground:
    """Along two filter-normalised random directions. Raises: FieldError."""
    loss = NetworkLoss(step)
    progress.report(0.01, "Copying the network")
    plane = random_plane(loss, seed, reach)
    start = np.array([-0.62, 0.58]) * reach
    note = "1 on an axis turns every neuron's weights by their own length (Li et al. 2018)"
    return _network("random", plane, start, moves, note)


def path_ground(
    progress: Progress, step: Rehearsal, steps: int, moves: str = "plane"
) -> tuple[Ground, TrainingPath]:
    """Along the principal directions of a training from its first values. Raises: FieldError,
    CancelledError."""
    loss = NetworkLoss(step)
    progress.report(0.01, "Training a copy")
    path = record_training(step.graph, steps, progress)
    plane, track, shares = path_plane(loss, path)
    note = (
        f"{shares[0]:.0%} of the path's variance lies along the first direction,"
        f" {shares[1]:.0%} along the second"
    )
    found = _network("path", plane, track[0].copy(), moves, note, track)
    return found, path


def place_of(ground: Ground) -> Array | None:
    """Where the training stands now on the plane of a network, (2,); None on other grounds."""
    view = ground.view
    return view.nearest(view.loss.theta) if isinstance(view, PlaneObjective) else None


@dataclass(frozen=True)
class Wanted:
    """What a person has chosen. key: of a textbook surface, "regression", "typed", "weights",
    "random" or "path". The other fields belong to one or the other of these; step: a copy of the
    training, for the network's.
    """

    key: str
    points: tuple[Array, Array] | None = None
    text: str = ""
    step: Rehearsal | None = None
    first: Place | None = None
    second: Place | None = None
    node_id: str = ""
    seed: int = 1
    reach: float = 1.0
    steps: int = 200
    moves: str = "plane"


def ground_of(progress: Progress, wanted: Wanted) -> Ground:
    """Raises: FormulaError, FieldError, DesignError, CancelledError."""
    key, step = wanted.key, wanted.step
    if key == "regression":
        return regression_ground(wanted.points or lecture_points())
    if key == "typed":
        return typed_ground(wanted.text)
    if key not in ("weights", "random", "path"):
        return textbook_ground(key)
    if step is None:
        raise FieldError("There is no network to look at.", hint="Open or draw a design.")
    if key == "weights":
        both = (wanted.first, wanted.second)
        return weights_ground(progress, step, *both, wanted.moves, wanted.node_id)
    if key == "random":
        return random_ground(progress, step, wanted.seed, wanted.reach, wanted.moves)
    return path_ground(progress, step, wanted.steps, wanted.moves)[0]


def landscape_study(progress: Progress, wanted: Wanted) -> GroundSurface:
    """The ground and its surface. Raises: FormulaError, FieldError, DesignError, CancelledError."""
    return ground_surface(progress, ground_of(progress, wanted))
