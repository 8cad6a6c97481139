"""A design as something that is fitted in several sizes, to more or fewer items.

Its size is the number of units of one layer, or a factor on the units (channels) of all hidden
layers. Data, split and scaling stay those of the design whatever the number of items, so that
losses have one unit; seed 0 is the design's own training, bit for bit where all items take part.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np

from model.analysis.averaging import reseed
from model.analysis.overfitting import PARTS, FitRun, Stop, early_stop
from model.analysis.progress import Progress
from model.answering import POINTS_SHOWN, boundary
from model.chance import stream
from model.curves import Curve
from model.data import Split
from model.design import Change, Edit
from model.errors import DesignError, DivergedError, FieldError
from model.expressions.operations import DomainError
from model.feeding import Feeding, prepare
from model.graph import NetworkGraph
from model.layer import Array, Layer, Loss
from model.shapes import infer
from model.snapshot import Boundary
from model.trainer import Trainer
from model.trainer_state import TrainerState, state_of

FACTORS = (1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0)
MARKS = 60
"""Places at which a run is judged."""
_WIDTHS = ("units", "channels")


def width_name(layer: Layer) -> str:
    """The field that holds how many neurons or channels it has, "" for none."""
    return next((name for name in _WIDTHS if name in layer.__struct_fields__), "")


def hidden_layers(graph: NetworkGraph) -> tuple[str, ...]:
    """Layers whose width is free: each way from them to a loss leads through another layer with a
    width of its own."""
    widths = [key for key, node in graph.nodes.items() if width_name(node.layer)]
    return tuple(key for key in widths if not _reaches_loss(graph, key))


def _reaches_loss(graph: NetworkGraph, key: str) -> bool:
    """Without another layer with a width in between."""
    waiting, seen = [key], {key}
    while waiting:
        for wire in graph.wires_from(waiting.pop()):
            layer = graph.node(wire.target).layer
            if isinstance(layer, Loss):
                return True
            if not width_name(layer) and wire.target not in seen:
                seen.add(wire.target)
                waiting.append(wire.target)
    return False


def choices(graph: NetworkGraph) -> tuple[str, ...]:
    """What can be made larger and smaller: "" for all hidden layers together, and ids of single
    ones; () where there is nothing."""
    hidden = hidden_layers(graph)
    found = [""] if hidden and _fits(graph, "", 2.0) else []
    for key in hidden:
        width = int(getattr(graph.node(key).layer, width_name(graph.node(key).layer)))
        if _fits(graph, key, width + 1.0):
            found.append(key)
    return tuple(found)


def _fits(graph: NetworkGraph, chosen: str, size: float) -> bool:
    return infer(_resized(graph, chosen, size)).can_run


def widths(graph: NetworkGraph, chosen: str, size: float) -> dict[str, int]:
    """Units or channels by node: of the chosen layer `size`, or of all hidden ones `size` times
    those of the design, at least 1."""
    if chosen:
        return {chosen: max(1, round(size))}
    found = {}
    for key in hidden_layers(graph):
        layer = graph.node(key).layer
        found[key] = max(1, round(size * int(getattr(layer, width_name(layer)))))
    return found


def resize(graph: NetworkGraph, chosen: str, size: float) -> Edit:
    """The edit that gives the layers this size; without changes where they have it. Raises:
    DesignError where a layer is gone."""
    changes = []
    for key, width in widths(graph, chosen, size).items():
        node = graph.node(key)
        layer = msgspec.structs.replace(node.layer, **{width_name(node.layer): width})
        if layer != node.layer:
            changes.append(Change(key, node, msgspec.structs.replace(node, layer=layer)))
    name = graph.title_of(chosen) if chosen else "all hidden layers"
    return Edit(f"Set the width of {name}", tuple(changes))


def _resized(graph: NetworkGraph, chosen: str, size: float) -> NetworkGraph:
    other = NetworkGraph(graph.design())
    other.apply(resize(other, chosen, size).changes)
    return other


def sized(graph: NetworkGraph, chosen: str, size: float) -> NetworkGraph:
    """A copy of the design of this size. Raises: DesignError where it cannot run."""
    other = _resized(graph, chosen, size)
    problem = next((each for each in infer(other).problems if each.is_blocking), None)
    if problem is not None:
        raise DesignError(
            f"In this size the design cannot run. {problem}",
            node_id=problem.node_id,
            hint="Choose another layer, or another size.",
        )
    return other


def trainer_on(
    graph: NetworkGraph,
    items: int,
    number: int,
    dtype: object = None,
    feeding: Feeding | None = None,
) -> Trainer:
    """A training of the first `items` training items of the number-th order, from the number-th
    seed. feeding: the design's data, where they have been prepared. Raises: DesignError,
    DataError."""
    trainer = Trainer(graph, dtype=dtype, feeding=feeding)
    parts = trainer.feeding.parts
    order = parts.train
    if number:
        seed = trainer.settings.seed + 1000 * number
        order = stream(seed, "order of items").permutation(order)
    if not 1 <= items <= len(order):
        raise FieldError(
            f"There are {len(order)} training items, not {items}.",
            hint=f"Choose 1 to {len(order)}.",
        )
    if items < len(order) or number:
        kept = Split(order[:items].copy(), parts.validation, parts.test)
        trainer.feeding = replace(trainer.feeding, parts=kept)
        trainer.restart()
    reseed(trainer, number)
    return trainer


def judged(trainer: Trainer) -> list[float]:
    """The data term over training, validation and test part, NaN for one without items."""
    penalty = trainer.penalty_now()
    return [trainer.evaluate(name).loss - penalty for name in PARTS]


@dataclass(frozen=True)
class Survey:
    """What can be studied of a design. choices: see `choices`; most_items: its training items;
    parameters: of the whole; has_validation: there is a part that says what is best."""

    choices: tuple[str, ...]
    most_items: int
    parameters: int
    has_validation: bool


def survey(progress: Progress, graph: NetworkGraph) -> Survey:
    """Look at a design before any of it is trained. Raises: DesignError, DataError."""
    progress.report(0.0, "Looking at the design")
    found = infer(graph)
    feeding = prepare(graph, found.order, np.float32)
    if not feeding.sources:
        raise DesignError(
            "There is nothing to overfit: the design has no data set.",
            hint="Add a data set, or look at the noisy sine wave.",
        )
    total = sum(found.n_parameters(key) for key in found.order)
    parts = feeding.parts
    return Survey(choices(graph), len(parts.train), total, bool(len(parts.validation)))


@dataclass(frozen=True, eq=False)
class Network:
    """graph: a copy of the design, never changed; chosen: the layer whose units are its size, ""
    for all hidden ones; steps: of each training."""

    graph: NetworkGraph
    chosen: str
    steps: int
    most_items: int
    dtype: object = None
    prepared: list[Feeding] = field(default_factory=list)
    """The design's data, prepared once for all sizes."""

    @property
    def title(self) -> str:
        return "This design"

    @property
    def present(self) -> float:
        """The size of the design as it is."""
        if not self.chosen:
            return 1.0
        layer = self.graph.node(self.chosen).layer
        return float(getattr(layer, width_name(layer)))

    @property
    def sizes(self) -> tuple[float, ...]:
        """An eighth to eight times the present size; what rounds to the same network, once."""
        found: dict[tuple[int, ...], float] = {}
        for factor in FACTORS:
            size = max(1.0, float(round(factor * self.present))) if self.chosen else factor
            found.setdefault(tuple(widths(self.graph, self.chosen, size).values()), size)
        return tuple(found.values())

    def size_words(self, size: float) -> str:
        """Units of the chosen layer, or the factor."""
        if not self.chosen:
            return f"{size:.3g} × as wide"
        layer = self.graph.node(self.chosen).layer
        return f"{round(size)} {width_name(layer)}"

    def parameters(self, size: float) -> int:
        """Of the whole network. Raises: DesignError."""
        other = sized(self.graph, self.chosen, size)
        found = infer(other)
        return sum(found.n_parameters(key) for key in found.order)

    def trainer(self, size: float, items: int, number: int) -> Trainer:
        """At step 0. Raises: DesignError, DataError."""
        graph = sized(self.graph, self.chosen, size)
        return trainer_on(graph, items, number, self.dtype, self._feeding())

    def _feeding(self) -> Feeding:
        if not self.prepared:
            self.prepared.append(Trainer(self.graph, dtype=self.dtype).feeding)
        return self.prepared[0]

    def judge(self, progress: Progress, size: float, items: int, number: int) -> Array:
        """(3,) losses after the last step; infinite where the training ran away."""
        trainer = self.trainer(size, items, number)
        try:
            for _ in range(self.steps):
                trainer.step()
                progress.report()
        except (DivergedError, DomainError):
            return np.full(3, np.inf)
        return np.array(judged(trainer))

    def run(self, progress: Progress, size: float, items: int, patience: int) -> FitRun:
        """Judged at `MARKS` places, evenly spaced; the state of the best one is kept."""
        trainer = self.trainer(size, items, 0)
        found = _Growing(trainer, size, items, patience)
        every = max(1, -(-self.steps // MARKS))
        try:
            for done in range(self.steps):
                if done % every == 0:
                    found.mark()
                    progress.report(partial=found.view())
                trainer.step()
                progress.report(done / self.steps, f"Step {done + 1:,} of {self.steps:,}")
            found.mark()
        except (DivergedError, DomainError) as fault:
            found.fault = str(fault)
        return replace(found.view(), back=self._way_back(found, size, items))

    def _way_back(
        self, found: _Growing, size: float, items: int
    ) -> tuple[TrainerState, dict[str, Curve]] | None:
        """The best state for a training of all items: where it was one, all of it; otherwise its
        parameters at step 0."""
        if found.best is None or items == self.most_items:
            return found.best
        graph = sized(self.graph, self.chosen, size)
        trainer = Trainer(graph, dtype=self.dtype, feeding=self._feeding())
        take_parameters(trainer, found.best[0])
        return state_of(trainer), copy.deepcopy(trainer.curves)


class _Growing:
    """A run on its way."""

    def __init__(self, trainer: Trainer, size: float, items: int, patience: int) -> None:
        self.trainer = trainer
        self.size, self.items, self.patience = size, items, patience
        self.fault = ""
        self._steps: list[int] = []
        self._losses: list[list[float]] = []
        self._maps: list[Boundary] = []
        self.best: tuple[TrainerState, dict[str, Curve]] | None = None
        self._held_out = held_out(trainer)

    def mark(self) -> None:
        """Judge it here; a state that patience finds better than all before is kept."""
        trainer = self.trainer
        self._steps.append(trainer.step_count)
        self._losses.append(judged(trainer))
        drawn = boundary(trainer)
        if drawn is not None:
            self._maps.append(drawn)
        stop = self._stop()
        if stop.best == len(self._steps) - 1:
            self.best = state_of(trainer), copy.deepcopy(trainer.curves)

    def _stop(self) -> Stop:
        return early_stop([losses[1] for losses in self._losses], self.patience)

    def view(self) -> FitRun:
        """What is known of it."""
        return FitRun(
            self.size,
            self.items,
            np.array(self._steps, dtype=float),
            np.array(self._losses, dtype=float).reshape(-1, 3).T,
            self._stop(),
            tuple(self._maps),
            self._held_out,
            best_state=None if self.best is None else self.best[0],
            fault=self.fault,
        )


def held_out(trainer: Trainer) -> tuple[Array, Array] | None:
    """Inputs and targets of the validation part in raw units, at most as many as a map shows of
    the training part; None where several data sets feed the network."""
    if len(trainer.feeding.sources) != 1:
        return None
    source = next(iter(trainer.feeding.sources.values()))
    items = trainer.part("validation")[:POINTS_SHOWN]
    return source.raw_x[items], source.raw_y[items]


def take_parameters(trainer: Trainer, state: TrainerState) -> None:
    """Put the parameters and statistics of a state into a training of the same design, bit for bit;
    its optimiser's memory is empty then, its items and its step stay its own."""
    plan = trainer.plan
    plan.forget_runs()
    for place, where in plan.slices.items():
        plan.theta[where] = state.arrays[".".join(place)].reshape(-1)
    for place, array in plan.states.items():
        array[...] = state.arrays[f"state.{'.'.join(place)}"]
    trainer.slots[...] = 0
    trainer.updater.count = 0
    trainer.watch.forget_best()
    trainer.run = None
