"""Training as a plain object: steps and epochs in, figures out. It knows no thread."""

from __future__ import annotations

import math
from time import perf_counter
from typing import Any

import numpy as np

from model.chance import stream
from model.curves import Curve
from model.evaluating import Figures, Tally, diverged, evaluate
from model.feeding import Feeding, prepare
from model.following import Edited, follow
from model.graph import NetworkGraph
from model.layer import Array
from model.plan import Plan, compile_plan
from model.room import check_room
from model.run import Run, without_warnings
from model.schedules import Constant
from model.settings import TrainingSettings
from model.shapes import has_data, infer
from model.tripwires import Tripwires
from model.updating import Updater
from model.vitals import Vitals, deltas_of
from model.watching import Watch

__all__ = ["Figures", "Trainer"]

FEWEST_STEPS = 20
"""Between two evaluations that patience and plateaus hear of."""
FIRST_EPOCHS = 20
"""Of short epochs, those that end with an evaluation."""


def number_type(graph: NetworkGraph) -> Any:
    """float64 for a graph of variables, whose numbers are followed by hand; float32 for data."""
    return np.float32 if has_data(graph) else np.float64


class Trainer:
    """Owns a plan, the data and the optimiser's memory. Not thread-safe: one owner at a time.

    `graph` is read, never changed; give the trainer a copy if somebody else may edit it.
    Raises: DesignError where the design cannot run, DataError where the data cannot be used.
    """

    def __init__(
        self, graph: NetworkGraph, *, dtype: Any = None, feeding: Feeding | None = None
    ) -> None:
        """feeding: the data as another trainer of the same data nodes has prepared them."""
        self.dtype = number_type(graph) if dtype is None else dtype
        self._is_watched = False
        self._take(graph, feeding)
        self.restart()

    def _take(self, graph: NetworkGraph, feeding: Feeding | None = None) -> None:
        found = infer(graph)
        check_room(graph, found, self.dtype)
        plan = compile_plan(graph, found, dtype=self.dtype)
        if feeding is None:
            feeding = prepare(graph, found.order, self.dtype)
        self.graph = graph
        self.settings: TrainingSettings = graph.training
        self.plan: Plan = plan
        self.feeding: Feeding = feeding

    def restart(self) -> None:
        """Back to step 0: the same seed gives the very same numbers again."""
        self.plan = compile_plan(self.graph, dtype=self.dtype)
        self._feed = self.feeding.arrays()
        self.step_count = 0
        self.epoch = 0
        self.position = 0
        """Items of this epoch that have been used."""
        self.curves: dict[str, Curve] = {"loss": Curve(), "data_loss": Curve()}
        self.test_figures: dict[str, float] = {}
        self.run: Run | None = None
        self.indices: Array = self.feeding.parts.train[:0]
        self.data_loss = self.penalty = math.nan
        self.stepped = self.graph
        """The design as it was at the last step: J and the batch are its."""
        self.phase_seconds = (0.0, 0.0, 0.0)
        self.order_stream = stream(self.settings.seed, "batch order")
        self.order: Array = self.feeding.parts.train.copy()
        self.watch = Watch()
        self.updater = Updater(self.plan, self.settings)
        self._new_vitals()
        self._read_settings()

    def _new_vitals(self) -> None:
        """Anew for every plan."""
        size = len(self.feeding.parts.train)
        self.vitals = Vitals(self.plan, size, is_watched=self._is_watched)
        self.tripwires = Tripwires(self.plan)

    def watch_vitals(self) -> None:
        """From now on look at δ, at silent and saturated units and at updates while training, as
        often as 1 % of the time allows; else that is done where somebody asks for it."""
        self._is_watched = True
        self._new_vitals()

    def _answers_to_sample(self) -> Run:
        """Always the same items of the training part, in test mode: no stream is drawn from."""
        items = self.feeding.parts.train[: self.vitals.needed]
        run = self.plan.bind(len(items), is_training=False)
        run.load(self._feed, items)
        run.forward()
        return run

    def look(self) -> None:
        """Add the vital signs of the last step to the curves, and let the tripwires hear them."""
        run, vitals, step = self.run, self.vitals, self.step_count
        start = perf_counter()
        if run is None or vitals.looked_step == step:
            return
        vitals.look(run, step, self._answers_to_sample() if vitals.wants_sample else None)
        deltas = deltas_of(run)
        found = {"delta:": deltas, "dead:": vitals.dead, "saturated:": vitals.saturated}
        updates = found["update:"] = vitals.updates if vitals.update_step == step else {}
        for prefix, values in found.items():
            for node_id, value in values.items():
                curve = self.curve(prefix + node_id)
                if curve.last_step < step:
                    curve.add(step, value)
        self.tripwires.hear(step, self.loss, deltas, vitals.dead, updates)
        vitals.spend(perf_counter() - start)

    def _read_settings(self) -> None:
        """What each step asks for, worked out once."""
        schedule = self.settings.schedule
        self._draws_rho = not isinstance(schedule, Constant) or bool(schedule.warmup)
        size = len(self.feeding.parts.train)
        self.batch_size = min(self.settings.batch_size or size, size)
        """Items of a full batch; never more than the training part has."""
        self.n_batches = math.ceil(size / self.batch_size)
        """Steps of an epoch; the last batch may be smaller."""
        self.evaluation_interval = max(FEWEST_STEPS, math.ceil(self.n_batches / 4))
        """Steps between two evaluations for the curves: four an epoch, but 20 steps at least. So
        that short trainings have a curve, the end of each of the first 20 short epochs counts too;
        patience and plateaus do not hear of these."""
        infos = [source.data.info for source in self.feeding.sources.values()]
        self._is_text = any(info.is_text for info in infos)

    @property
    def slots(self) -> Array:
        """The optimiser's memory, (n_slots, P)."""
        return self.updater.slots

    @property
    def rho(self) -> float:
        """The learning rate of the last step, schedule and all."""
        return self.updater.rho

    @property
    def loss(self) -> float:
        """J of the last step: data term plus penalty."""
        return self.data_loss + self.penalty

    @property
    def batch_index(self) -> int:
        return math.ceil(self.position / self.batch_size)

    @property
    def finished(self) -> str:
        """Why patience has ended the training, "" while it has not; another step goes on."""
        return self.watch.finished

    def parameters(self, node_id: str) -> dict[str, Array]:
        """Copies of a node's present parameters by name, as tables. Raises: DesignError."""
        self.graph.node(node_id)
        names = self.plan.by_id[node_id].parameters if node_id in self.plan.by_id else {}
        return {name: self.plan.parameter(node_id, name).copy() for name in names}

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
        self.penalty = penalty = self.updater.penalise()
        end = perf_counter()
        self.data_loss = data_loss
        self.stepped = self.graph
        if not math.isfinite(data_loss + penalty):
            self.position = start_of_batch
            raise diverged(self.graph, self.plan, run, self.step_count + 1)
        is_seen = self.vitals.is_awaited or end >= self.vitals.due_at
        if is_seen:
            update_seconds = self.vitals.measure(self.updater, self.step_count)
        else:
            self.updater.step(self.step_count)
            update_seconds = perf_counter() - end
        self.phase_seconds = (middle - start, end - middle, update_seconds)
        self.step_count += 1
        self.test_figures = {}
        self.curves["loss"].add(self.step_count, data_loss + penalty)
        if penalty:
            self.curves["data_loss"].add(self.step_count, data_loss)
        if self._draws_rho:
            self.curve("lr").add(self.step_count, self.updater.rho)
        if is_seen:
            self.look()
        if self.position >= len(self.order):
            self.position = 0
            self.epoch += 1
        if self.step_count % self.evaluation_interval == 0:
            self.record_evaluation()
        elif self.position == 0 and self.n_batches < FEWEST_STEPS and self.epoch <= FIRST_EPOCHS:
            self.record_evaluation(is_heard=False)

    def _next_batch(self) -> Run:
        if self.watch.finished:
            self.watch.go_on()
        if self.position == 0 and self.settings.shuffle:
            self.order_stream.shuffle(self.order)
        self.indices = self.order[self.position : self.position + self.batch_size]
        size = len(self.indices)
        self.position += size
        run = self.run
        if run is None or run.batch != size:
            self.run = run = self.plan.bind(size, is_training=True)
        run.load(self._feed, self.indices)
        return run

    def penalty_now(self) -> float:
        """l1 sum |w| + l2 sum w^2 of the present weights."""
        return self.updater.regularizer.penalty()

    # epochs and evaluation

    def run_epoch(self, most: int | None = None) -> Figures:
        """Steps to the end of this epoch, at most `most`, or to where patience ends. Returns the
        mean loss and accuracy of its steps, each in training mode, as they were computed.

        Raises: DivergedError.
        """
        last = math.inf if most is None else self.step_count + most
        epoch, total, tally = self.epoch, 0.0, Tally(self._is_text)
        while self.epoch == epoch and self.step_count < last:
            self.step()
            total += self.loss * len(self.indices)
            tally.add(self.run)
            if self.watch.finished:
                break
        return tally.figures(total / tally.items)

    def record_evaluation(self, *, is_heard: bool = True) -> None:
        """A point of the validation curves, and of the accuracies of the present batch. is_heard:
        patience and plateaus count it."""
        tally = Tally(self._is_text)
        tally.add(self.run)
        for name, value in tally.figures(self.loss).accuracies.items():
            self.curve(name).add(self.step_count, value)
        if not len(self.feeding.parts.validation):
            return
        figures = self.evaluate("validation")
        self.curve("val_loss").add(self.step_count, figures.loss)
        for name, value in figures.accuracies.items():
            self.curve(f"val_{name}").add(self.step_count, value)
        if is_heard:
            self.watch.hear(figures.loss, self.step_count, self.plan, self.settings)
            self.updater.reductions = self.watch.reductions

    def curve(self, name: str) -> Curve:
        return self.curves.setdefault(name, Curve())

    def part(self, name: str) -> Array:
        """Item numbers of "training", "validation" or "test"."""
        parts = self.feeding.parts
        return {"training": parts.train, "validation": parts.validation, "test": parts.test}[name]

    @without_warnings
    def evaluate(self, name: str) -> Figures:
        """J (with its penalty) and accuracy over a part, in test mode. NaN for an empty part."""
        indices, penalty = self.part(name), self.penalty_now()
        return evaluate(self.plan, self._feed, indices, penalty, is_text=self._is_text)

    def evaluate_test(self) -> None:
        """Judge the network on the test part; kept in `test_figures` until the next step. The
        curves of the validation part get a point here as well, so that they end where all do."""
        last = self.curves["val_loss"].last_step if "val_loss" in self.curves else 0
        if self.run is not None and last < self.step_count:
            self.record_evaluation(is_heard=False)
        if len(self.feeding.parts.test):
            figures = self.evaluate("test")
            self.test_figures = {"loss": figures.loss, **figures.accuracies}

    # edits while training

    def update(self, graph: NetworkGraph) -> str:
        """Go on with an edited design; keep all that can be kept.

        Returns a sentence about what was restarted, "" where nothing was. Raises: DesignError or
        DataError where the edited design cannot run; the trainer is then as it was.
        """
        edited = follow(self.graph, graph, self.plan, self.feeding, self.dtype)
        if edited.is_anew:
            self._take(graph)
            self.restart()
            return edited.sentence
        self._adopt(graph, edited)
        return edited.sentence

    def _adopt(self, graph: NetworkGraph, edited: Edited) -> None:
        self.graph, self.settings = graph, graph.training
        if edited.feeding is not None:
            self.feeding = edited.feeding
            self._feed = edited.feeding.arrays()
            self.order = edited.feeding.parts.train.copy()
            self.position = 0
        if edited.plan is not None:
            old, self.plan = self.updater, edited.plan
            self.updater = Updater(self.plan, old.settings)
            self.updater.count, self.updater.reductions = old.count, old.reductions
            self.updater.remember(old.slots, edited.kept)
            self.run = None
        if edited.is_outdated:
            self.run = None  # until the next step, the present values are shown without delta
        if edited.plan is not None or edited.feeding is not None:
            self.watch.forget_best()
            self.test_figures = {}
            self._new_vitals()
        if self.run is not None:
            self.run.list_operations()
        self.updater.use(self.settings)
        self._read_settings()
