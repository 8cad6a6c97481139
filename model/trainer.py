"""Training as a plain object: steps and epochs in, figures out. It knows no thread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from model.chance import stream
from model.curves import Curve
from model.errors import DivergedError
from model.feeding import Feeding, prepare
from model.graph import NetworkGraph
from model.layer import Array, Layer, Parameter, Shape
from model.optimizers import Optimizer
from model.plan import Plan, compile_plan
from model.run import Run, without_warnings
from model.settings import TrainingSettings
from model.shapes import infer

EVALUATION_BATCH = 512


@dataclass(frozen=True)
class Figures:
    """loss: J with its penalty, in test mode. accuracy: share of right answers, or None."""

    loss: float
    accuracy: float | None


class Trainer:
    """Owns a plan, the data and the optimiser's memory. Not thread-safe: one owner at a time.

    `graph` is read, never changed; give the trainer a copy if somebody else may edit it.
    Raises: DesignError where the design cannot run, DataError where the data cannot be used.
    """

    def __init__(self, graph: NetworkGraph, *, dtype: Any = np.float32) -> None:
        self.dtype = dtype
        self._take(graph)
        self.restart()

    def _take(self, graph: NetworkGraph) -> None:
        found = infer(graph)
        plan = compile_plan(graph, found, dtype=self.dtype)
        feeding = prepare(graph, found.order, self.dtype)
        self.graph = graph
        self.settings: TrainingSettings = graph.training
        self.plan: Plan = plan
        self.feeding: Feeding = feeding
        self._feed = feeding.arrays()

    def restart(self) -> None:
        """Back to step 0: the same seed gives the very same numbers again."""
        self.plan = compile_plan(self.graph, dtype=self.dtype)
        self.step_count = 0
        self.epoch = 0
        self.position = 0
        """Items of this epoch that have been used."""
        self.curves: dict[str, Curve] = {"loss": Curve(), "data_loss": Curve()}
        self.test_figures: dict[str, float] = {}
        self.run: Run | None = None
        self.indices: Array = self.feeding.parts.train[:0]
        self.data_loss = self.penalty = math.nan
        self.phase_seconds = (0.0, 0.0, 0.0)
        self._updates = 0
        self._order_stream = stream(self.settings.seed, "batch order")
        self._order: Array = self.feeding.parts.train.copy()
        self._allocate_memory()

    def _allocate_memory(self) -> None:
        """The optimiser's slots, zero, and room for one vector of intermediate results."""
        size = len(self.plan.theta)
        optimizer: Optimizer = self.settings.optimizer
        self.slots: Array = np.zeros((len(optimizer.slots), size), self.dtype)
        self.scratch: Array = np.zeros(size, self.dtype)

    @property
    def loss(self) -> float:
        """J of the last step: data term plus penalty."""
        return self.data_loss + self.penalty

    @property
    def batch_size(self) -> int:
        """Items of a full batch; never more than the training part has."""
        size = len(self.feeding.parts.train)
        return min(self.settings.batch_size or size, size)

    @property
    def n_batches(self) -> int:
        """Steps of an epoch; the last batch may be smaller."""
        return math.ceil(len(self.feeding.parts.train) / self.batch_size)

    @property
    def batch_index(self) -> int:
        return math.ceil(self.position / self.batch_size)

    # one step

    @without_warnings
    def step(self) -> None:
        """One mini-batch: forward, backward, update. Raises: DivergedError; the batch then counts
        as not used."""
        start_of_batch = self.position
        run = self._next_batch()
        start = perf_counter()
        data_loss = run.forward()
        middle = perf_counter()
        run.backward()
        self.penalty = self._penalise()
        end = perf_counter()
        if not math.isfinite(data_loss + self.penalty):
            self.data_loss = data_loss
            self.position = start_of_batch
            raise self._diverged(run)
        self._updates += 1
        self.settings.optimizer.update(
            self.plan.theta, self.plan.grads, self.slots, self.scratch, self._updates
        )
        self.phase_seconds = (middle - start, end - middle, perf_counter() - end)
        self.data_loss = data_loss
        self.step_count += 1
        self.curves["loss"].add(self.step_count, data_loss + self.penalty)
        if self.penalty:
            self.curves["data_loss"].add(self.step_count, data_loss)
        if self.position >= len(self._order):
            self.position = 0
            self.epoch += 1
        if self.step_count % self.evaluation_interval == 0:
            self.record_evaluation()

    def _next_batch(self) -> Run:
        if self.position == 0 and self.settings.shuffle:
            self._order_stream.shuffle(self._order)
        self.indices = self._order[self.position : self.position + self.batch_size]
        self.position += len(self.indices)
        self.run = run = self.plan.bind(len(self.indices), is_training=True)
        run.load(self._feed, self.indices)
        return run

    def _penalise(self) -> float:
        """Add the penalty's gradient to plan.grads; returns the penalty of these weights."""
        l1, l2 = self.settings.l1, self.settings.l2
        if not l1 and not l2:
            return 0.0
        size = self.plan.n_penalised
        weights, scratch = self.plan.theta[:size], self.scratch[:size]
        grads = self.plan.grads[:size]
        if l2:
            np.multiply(weights, 2 * l2, out=scratch)
            grads += scratch
        if l1:
            np.sign(weights, out=scratch)
            scratch *= l1
            grads += scratch
        return self.penalty_now()

    def penalty_now(self) -> float:
        """l1 sum |w| + l2 sum w^2 of the present weights."""
        l1, l2 = self.settings.l1, self.settings.l2
        weights = self.plan.theta[: self.plan.n_penalised]
        total = l2 * float(np.dot(weights, weights)) if l2 else 0.0
        if l1:
            np.abs(weights, out=self.scratch[: len(weights)])
            total += l1 * float(self.scratch[: len(weights)].sum())
        return total

    def _diverged(self, run: Run) -> DivergedError:
        """Name the first node, in the order of computation, that shows NaN or infinity."""
        remedy = "Try a smaller learning rate ρ, or scale the data; Reset starts anew."
        for node in self.plan.nodes:
            n = run.at[node.node_id]
            title = self.graph.node(node.node_id).title
            for name in node.parameters:
                if not np.isfinite(self.plan.parameter(node.node_id, name)).all():
                    return DivergedError(
                        f"Training stopped at step {self.step_count + 1}: the parameter {name} of"
                        f" {title} is no longer a finite number.",
                        node_id=node.node_id,
                        hint=remedy,
                    )
            values = n.loss if n.out is None or not node.outputs else n.out
            if not np.isfinite(values).all() or not math.isfinite(n.loss):
                return DivergedError(
                    f"Training stopped at step {self.step_count + 1}: NaN or infinity appeared"
                    f" first in the output of {title}.",
                    node_id=node.node_id,
                    hint=remedy,
                )
        return DivergedError(
            f"Training stopped at step {self.step_count + 1}: the penalty is not finite.",
            hint="Try a smaller λ or ρ; Reset starts anew.",
        )

    # epochs and evaluation

    def run_epoch(self, most: int | None = None) -> Figures:
        """Steps to the end of this epoch, at most `most`. Returns the mean loss and accuracy of
        its steps, each in training mode, as they were computed. Raises: DivergedError."""
        last = math.inf if most is None else self.step_count + most
        epoch, total, items, hits = self.epoch, 0.0, 0, 0
        has_labels = False
        while self.epoch == epoch and self.step_count < last:
            self.step()
            size = len(self.indices)
            total += self.loss * size
            items += size
            right = self._hits(self.run)
            if right is not None:
                has_labels = True
                hits += int(right.sum())
        return Figures(total / items, hits / items if has_labels else None)

    @staticmethod
    def _hits(run: Run | None) -> Array | None:
        """(B,) of the first loss that knows labels."""
        for node_id, n in run.losses if run is not None else ():
            found = run.layer(node_id).hits(n) if run is not None else None
            if found is not None:
                return found
        return None

    @property
    def evaluation_interval(self) -> int:
        """Steps between two evaluations for the curves: four an epoch, but 20 steps at least."""
        return max(20, math.ceil(self.n_batches / 4))

    def record_evaluation(self) -> None:
        """A point of the validation curves, and of the accuracy of the present batch."""
        right = self._hits(self.run)
        if right is not None:
            self.curve("accuracy").add(self.step_count, float(right.mean()))
        if len(self.feeding.parts.validation):
            figures = self.evaluate("validation")
            self.curve("val_loss").add(self.step_count, figures.loss)
            if figures.accuracy is not None:
                self.curve("val_accuracy").add(self.step_count, figures.accuracy)

    def curve(self, name: str) -> Curve:
        return self.curves.setdefault(name, Curve())

    def part(self, name: str) -> Array:
        """Item numbers of "training", "validation" or "test"."""
        parts = self.feeding.parts
        return {"training": parts.train, "validation": parts.validation, "test": parts.test}[name]

    @without_warnings
    def evaluate(self, name: str) -> Figures:
        """J (with its penalty) and accuracy over a part, in test mode. NaN for an empty part."""
        indices = self.part(name)
        if not len(indices):
            return Figures(math.nan, None)
        means: dict[str, float] = {}
        hits, has_labels = 0, False
        for start in range(0, len(indices), EVALUATION_BATCH):
            chunk = indices[start : start + EVALUATION_BATCH]
            run = self.plan.bind(len(chunk), is_training=False)
            run.load(self._feed, chunk)
            run.forward()
            for node_id, n in run.losses:
                weight = run.layer(node_id).weight
                share = 1.0 if run.layer(node_id).is_summed else len(chunk) / len(indices)
                means[node_id] = means.get(node_id, 0.0) + weight * share * n.loss
            right = self._hits(run)
            if right is not None:
                has_labels = True
                hits += int(right.sum())
        total = sum(means.values()) + self.penalty_now()
        return Figures(total, hits / len(indices) if has_labels else None)

    def evaluate_test(self) -> None:
        """Judge the network on the test part; kept in `test_figures` for display."""
        if len(self.feeding.parts.test):
            figures = self.evaluate("test")
            self.test_figures = {"loss": figures.loss}
            if figures.accuracy is not None:
                self.test_figures["accuracy"] = figures.accuracy

    # edits while training

    def update(self, graph: NetworkGraph) -> str:
        """Go on with an edited design; keep all that can be kept.

        Returns a sentence about what was restarted, "" where nothing was. Raises: DesignError or
        DataError where the edited design cannot run; the trainer is then as it was.
        """
        old_graph, old = self.graph, self.plan
        if self._has_new_draws(graph):
            self._take(graph)
            self.restart()
            return "Seed or split have changed: training starts anew."
        if not self._is_structural(graph):
            self._swap(graph)
            return self._change_settings(graph)
        plan = compile_plan(graph, dtype=self.dtype)
        said = " ".join(
            filter(None, [self._change_data(graph, plan), self._change_settings(graph)])
        )
        fresh, kept = plan.adopt(old)
        slots = self.slots
        self.graph, self.plan = graph, plan
        self._allocate_memory()
        if len(slots) == len(self.slots):
            for new, before in kept:
                self.slots[:, new] = slots[:, before]
        self.run = None
        gone = [key for key in old.by_id if key not in plan.by_id and old.by_id[key].parameters]
        return " ".join(filter(None, [_restarted(graph, old_graph, fresh, gone), said]))

    def _has_new_draws(self, graph: NetworkGraph) -> bool:
        """Items would move between the parts, or every stream would start elsewhere."""
        names = ("seed", "validation_share", "test_share")
        return any(getattr(graph.training, name) != getattr(self.settings, name) for name in names)

    def _change_data(self, graph: NetworkGraph, plan: Plan) -> str:
        """Prepare the data anew where a data node has changed."""
        sources = {key: node.layer for key, node in plan.by_id.items() if not node.layer.inputs}
        if sources == {key: source.layer for key, source in self.feeding.sources.items()}:
            return ""
        self.feeding = prepare(graph, tuple(plan.by_id), self.dtype)
        self._feed = self.feeding.arrays()
        self._order = self.feeding.parts.train.copy()
        self.position = 0
        return "The data were loaded, split and scaled anew; the epoch starts again."

    def _is_structural(self, graph: NetworkGraph) -> bool:
        """Wires, nodes or shapes differ; fields such as p do not count."""
        if graph.wires() != self.graph.wires() or list(graph) != list(self.graph):
            return True
        new, old = infer(graph), infer(self.graph)
        if (new.outputs, new.order) != (old.outputs, old.order):
            return True
        return any(_is_rebuilt(graph.node(k).layer, self.graph.node(k).layer) for k in graph) or {
            key: _parameter_shapes(found) for key, found in new.parameters.items()
        } != {key: _parameter_shapes(found) for key, found in old.parameters.items()}

    def _swap(self, graph: NetworkGraph) -> None:
        for key in self.plan.by_id:
            if graph.node(key).layer != self.plan.by_id[key].layer:
                self.plan.swap_layer(key, graph.node(key).layer)
        self.graph = graph

    def _change_settings(self, graph: NetworkGraph) -> str:
        old, self.settings = self.settings, graph.training
        if type(old.optimizer) is type(self.settings.optimizer):
            return ""
        self._updates = 0
        self._allocate_memory()
        return f"{self.settings.optimizer.title} starts with an empty memory; the weights stay."


def _is_rebuilt(new: Layer, old: Layer) -> bool:
    """Another kind of layer, or other data: more than a field to read in the next step."""
    return type(new) is not type(old) or (not new.inputs and new != old)


def _parameter_shapes(parameters: dict[str, Parameter]) -> dict[str, Shape]:
    return {name: parameter.shape for name, parameter in parameters.items()}


def _restarted(graph: NetworkGraph, before: NetworkGraph, fresh: list[str], gone: list[str]) -> str:
    words = []
    if fresh:
        names = ", ".join(graph.node(key).title for key in fresh)
        words.append(f"{names} {'starts' if len(fresh) == 1 else 'start'} with new parameters.")
    if gone:
        words.append(f"{', '.join(before.node(key).title for key in gone)} left the network.")
    if words:
        words.append("All other weights were kept.")
    return " ".join(words)
