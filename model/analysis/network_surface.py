r"""J of the user's own network over a plane of its weights: theta = origin + a_0 d_0 + a_1 d_1.

J is the training's: training mode, the penalty added, over a fixed set of training items, but in
float64 and on copies. What is drawn by chance (masks) is the same for every value, so that J is a
function; a race draws anew in every step, the same for all racers.
Source of the idea: Goodfellow, Vinyals & Saxe 2015; Li et al. 2018.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from model.analysis.objective import Objective
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal
from model.chance import stream
from model.errors import FieldError
from model.expressions import DomainError
from model.layer import Array
from model.plan import Plan
from model.regularizers import Regularizer
from model.run import Run, without_warnings

Place = tuple[str, str, tuple[int, ...]]
"""A weight: node id, parameter, index."""


class NetworkLoss:
    """J of a network as a function of its whole parameter vector, theta (P,), in float64.

    theta: the present values; items: of how many J is the mean. Not thread-safe: one owner at a
    time. A frozen parameter has the gradient 0.
    """

    def __init__(self, step: Rehearsal) -> None:
        self.plan: Plan = step.plan
        self.graph = step.graph
        self.items = step.batch
        self.theta: Array = step.theta.copy()
        self._step = step
        self._full = step.run
        settings = msgspec.structs.replace(step.graph.training, l1_step="subgradient")
        self._regularizer = Regularizer(self.plan, settings)
        self.draws_chance = _draws(step)

    def _run(self, items: Array | None) -> Run:
        """The arrays of these items, filled."""
        if items is None:
            return self._full
        run = self.plan.bind(len(items), is_training=True)
        arrays = self._step.arrays
        run.fill({k: {port: x[items] for port, x in ports.items()} for k, ports in arrays.items()})
        return run

    def _forward(self, theta: Array, items: Array | None, draw: int) -> tuple[Run, float]:
        """The data term. Raises: DomainError."""
        self.plan.theta[...] = theta
        self._step.reset_draws()
        if draw:
            for key, rng in self.plan.streams.items():
                rng.bit_generator.state = stream(draw, "race", key).bit_generator.state
        run = self._run(items)
        return run, run.forward()

    @without_warnings
    def value(self, theta: Array, items: Array | None = None, draw: int = 0) -> float:
        """J, NaN where it is not defined."""
        try:
            _run, data_term = self._forward(theta, items, draw)
        except DomainError:
            return float("nan")
        return float(data_term + self._regularizer.penalty())

    @without_warnings
    def gradient(self, theta: Array, items: Array | None = None, draw: int = 0) -> Array:
        """dJ/dtheta, (P,); NaN where J is not defined."""
        try:
            run, _data_term = self._forward(theta, items, draw)
        except DomainError:
            return np.full(theta.shape, np.nan)
        self.plan.grads[...] = 0
        run.backward()
        self._regularizer.add_gradient()
        found = np.array(self.plan.grads, dtype=np.float64)
        found[self.plan.n_learning :] = 0
        return found

    def position(self, place: Place) -> int:
        """Where a weight stands in theta. Raises: FieldError where there is no such weight."""
        node_id, name, index = place
        title = self.graph.title_of(node_id)
        if (node_id, name) not in self.plan.slices:
            raise FieldError(f"{title} has no parameter {name} of its own.", node_id=node_id)
        shape = self.plan.by_id[node_id].parameters[name].shape
        is_inside = len(index) == len(shape) and all(
            0 <= k < length for k, length in zip(index, shape, strict=True)
        )
        if not is_inside:
            size = " × ".join(map(str, shape)) or "one number"
            raise FieldError(f"{name} of {title} is {size}: there is no {index}.", node_id=node_id)
        within = int(np.ravel_multi_index(index, shape)) if shape else 0
        return int(self.plan.slices[node_id, name].start) + within

    def steepest(self, count: int = 2, node_id: str = "") -> list[Place]:
        """The weights with the largest gradients, of all nodes or of one; biases come last."""
        gradient = np.abs(self.gradient(self.theta))
        found: list[tuple[bool, float, Place]] = []
        for (key, name), where in self.plan.slices.items():
            if where.start >= self.plan.n_learning or (node_id and key != node_id):
                continue
            shape = self.plan.by_id[key].parameters[name].shape
            sizes = gradient[where]
            is_bias = where.start >= self.plan.n_penalised
            for k in np.argsort(-sizes, kind="stable")[:count].tolist():
                index = tuple(int(i) for i in np.unravel_index(k, shape)) if shape else ()
                found.append((is_bias, -float(sizes[k]), (key, name, index)))
        found.sort()
        return [place for _is_bias, _size, place in found[:count]]


def _draws(step: Rehearsal) -> bool:
    """Whether a forward pass takes numbers from a stream."""
    step.reset_draws()
    step.run.forward()
    pairs = ((rng.bit_generator.state, step.draws[k]) for k, rng in step.plan.streams.items())
    return any(
        not np.array_equal(now["state"]["state"], before["state"]["state"]) for now, before in pairs
    )


class PlaneObjective(Objective):
    """J over a plane: two parameters a, theta = origin + a @ directions.

    origin: (P,); directions: (2, P), neither parallel nor 0. An optimiser moves a, so that it stays
    in the plane. Raises: FieldError where the directions span no plane.
    """

    def __init__(
        self,
        loss: NetworkLoss,
        origin: Array,
        directions: Array,
        box: Sequence[tuple[float, float]] | Array,
        names: Sequence[str],
        title: str,
    ) -> None:
        super().__init__(box)
        self.loss = loss
        self.origin = np.array(origin, dtype=np.float64)
        self.directions = np.array(directions, dtype=np.float64)
        self.names = tuple(names)
        self.title = title
        self.items = loss.items
        self.is_weight = np.zeros(2, dtype=bool)
        norms = np.linalg.norm(self.directions, axis=1)
        if not norms.all() or np.linalg.matrix_rank(self.directions / norms[:, None]) < 2:
            raise FieldError("Two directions that differ are needed to span a plane.")
        self._back: Array = np.linalg.pinv(self.directions)

    def at(self, a: Array) -> Array:
        """The parameters at a place of the plane, (2,) -> (P,)."""
        found: Array = self.origin + np.asarray(a) @ self.directions
        return found

    def nearest(self, theta: Array) -> Array:
        """The place of the plane that is nearest to the parameters, (P,) -> (2,)."""
        found: Array = (theta - self.origin) @ self._back
        return found

    def value(self, theta: Array, items: Array | None = None) -> Array:
        theta = np.asarray(theta, dtype=np.float64)
        flat = theta.reshape(-1, 2)
        found = np.array([self.loss.value(self.at(a), items) for a in flat])
        return found.reshape(theta.shape[:-1])

    def gradient(self, theta: Array, items: Array | None = None, draw: int = 0) -> Array:
        found: Array = self.directions @ self.loss.gradient(self.at(theta), items, draw)
        return found

    def surface(
        self, resolution: int = 81, items: Array | None = None, progress: Progress | None = None
    ) -> tuple[Array, Array, Array]:
        """As every objective's; progress is told point by point."""
        x = np.linspace(self.box[0, 0], self.box[0, 1], resolution)
        y = np.linspace(self.box[1, 0], self.box[1, 1], resolution)
        values = np.empty((resolution, resolution))
        for row in range(resolution):
            for column in range(resolution):
                if progress is not None:
                    progress.report((row * resolution + column) / resolution**2)
                place = np.array([x[column], y[row]])
                values[row, column] = self.loss.value(self.at(place), items)
        return x, y, values


def weights_plane(
    loss: NetworkLoss, first: Place, second: Place, reach: float = 0.0
) -> PlaneObjective:
    """J over two weights, all others as they are; a is the weights themselves.

    reach: half a side of the box around their present values; 0: a size that fits them. Raises:
    FieldError.
    """
    places = [loss.position(first), loss.position(second)]
    if places[0] == places[1]:
        raise FieldError("Two different weights are needed.", hint="Choose another index.")
    directions = np.zeros((2, len(loss.theta)))
    directions[[0, 1], places] = 1
    origin = loss.theta.copy()
    origin[places] = 0
    now = loss.theta[places]
    half = reach or max(2.0, 2.5 * float(np.abs(now).max()))
    box = [(value - half, value + half) for value in now]
    names = [weight_name(loss, place) for place in (first, second)]
    found = PlaneObjective(loss, origin, directions, box, names, "Two weights")
    found.is_weight = np.array([place < loss.plan.n_penalised for place in places])
    return found


class LineObjective(Objective):
    """J over one weight, all others as they are; theta (1,) is the weight itself.

    now: its present value. box: from now - reach to now + reach; reach 0: a size that fits it.
    Raises: FieldError where there is no such weight.
    """

    def __init__(self, loss: NetworkLoss, place: Place, reach: float = 0.0) -> None:
        self.loss = loss
        self._at = loss.position(place)
        self.now = float(loss.theta[self._at])
        half = reach or max(2.0, 2.5 * abs(self.now))
        super().__init__([(self.now - half, self.now + half)])
        self.names = (weight_name(loss, place),)
        self.items = loss.items
        self.is_weight = np.array([self._at < loss.plan.n_penalised])

    def _whole(self, value: float) -> Array:
        theta = self.loss.theta.copy()
        theta[self._at] = value
        return theta

    def value(self, theta: Array, items: Array | None = None) -> Array:
        theta = np.asarray(theta, dtype=np.float64)
        flat = theta.reshape(-1).tolist()
        found = np.array([self.loss.value(self._whole(value), items) for value in flat])
        return found.reshape(theta.shape[:-1])

    def gradient(self, theta: Array, items: Array | None = None, draw: int = 0) -> Array:
        gradient = self.loss.gradient(self._whole(float(theta[0])), items, draw)
        return np.array([gradient[self._at]])


def weight_name(loss: NetworkLoss, place: Place) -> str:
    """LaTeX of a weight, such as W_{1,3}^{Dense 4}, counted from 1."""
    node_id, name, index = place
    title = loss.graph.title_of(node_id).replace("_", " ").replace(" ", r"\ ")
    letter = name if len(name) == 1 else rf"\mathrm{{{name}}}"
    below = ",".join(str(k + 1) for k in index)
    return rf"{letter}_{{{below}}} \ \mathrm{{({title})}}" if below else letter


class WholeObjective(Objective):
    """J of all P parameters, seen on a plane: paths leave it and are shown where they come nearest.

    box: of the plane's picture. An optimiser moves all of theta. watched: the two weights that are
    steepest at the training's present place.
    """

    def __init__(self, plane: PlaneObjective) -> None:
        self.plane = plane
        self.loss = plane.loss
        self.box = plane.box
        self.names, self.title, self.items = plane.names, plane.title, plane.items
        size = len(plane.origin)
        self.is_weight = np.arange(size) < plane.loss.plan.n_penalised
        places = plane.loss.steepest(2)
        self.watched = np.array([plane.loss.position(place) for place in places], dtype=np.intp)
        self.watched_names = tuple(weight_name(plane.loss, place) for place in places)

    @property
    def size(self) -> int:
        return len(self.is_weight)

    @property
    def farthest(self) -> float:
        return 1e6 * (1 + float(np.abs(self.plane.origin).max(initial=0.0)))

    def shown(self, theta: Array) -> Array:
        return self.plane.nearest(theta)

    def place(self, shown: Array) -> Array:
        return self.plane.at(np.asarray(shown, dtype=np.float64))

    def value(self, theta: Array, items: Array | None = None) -> Array:
        theta = np.asarray(theta, dtype=np.float64)
        flat = theta.reshape(-1, self.size)
        found = np.array([self.loss.value(each, items) for each in flat])
        return found.reshape(theta.shape[:-1])

    def gradient(self, theta: Array, items: Array | None = None, draw: int = 0) -> Array:
        return self.loss.gradient(theta, items, draw)
