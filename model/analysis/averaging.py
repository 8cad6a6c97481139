r"""Model averaging: the same design trained K times, and what the mean of their answers is worth.

All members see the same data and the same split; they differ in first values, masks and order of
batches (seeds), in bagging also in a bootstrap sample of the training items (drawn with
replacement). Squared error: error of the mean = mean error - mean variance of the members.
Sources: Breiman 1996 (bagging); Krogh & Vedelsby 1995 (that identity); Izmailov et al. 2018 (SWA).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
import numpy as np

from model.analysis.averaging_weights import WeightMean
from model.analysis.progress import Progress
from model.answering import answering, boundary
from model.chance import stream
from model.design import Change
from model.errors import DesignError
from model.evaluating import EVALUATION_BATCH
from model.graph import NetworkGraph
from model.layer import Array
from model.layers.dropout import Dropout
from model.plan import compile_plan
from model.run import without_warnings
from model.snapshot import Boundary
from model.trainer import Trainer

TINY = 1e-12


@dataclass(frozen=True)
class Answers:
    """Of N items: outcomes (N, K), targets (N,) labels or (N, K) values."""

    outcomes: Array
    targets: Array
    is_classification: bool

    @property
    def error(self) -> float:
        """Share of wrong answers, or the mean squared error."""
        if not self.is_classification:
            return float(np.mean((self.outcomes - self.targets) ** 2))
        return float(np.mean(self.labels != self.targets))

    @property
    def labels(self) -> Array:
        """(N,) what is answered; of one output whether it is above 1/2."""
        if self.outcomes.shape[1] == 1:
            return np.asarray((self.outcomes[:, 0] > 0.5).astype(np.int64))
        return np.asarray(self.outcomes.argmax(axis=1))

    @property
    def loss(self) -> float:
        """Mean of -log of the right answer's probability, or the mean squared error."""
        if not self.is_classification:
            return self.error
        one = self.outcomes.shape[1] == 1
        shares = np.column_stack([1 - self.outcomes, self.outcomes]) if one else self.outcomes
        right = shares[np.arange(len(shares)), self.targets]
        return float(-np.log(np.maximum(right, TINY)).mean())


def mean_of(answers: list[Answers]) -> Answers:
    """The mean of the outcomes: of probabilities or of values."""
    outcomes = np.mean([each.outcomes for each in answers], axis=0)
    return Answers(outcomes, answers[0].targets, answers[0].is_classification)


@dataclass(frozen=True)
class Member:
    """One trained network: what it answers, and its map where the inputs are one or two numbers."""

    name: str
    answers: Answers
    map: Boundary | None


@dataclass(frozen=True)
class Wish:
    """count: K members; steps: of each; is_bagging: bootstrap samples."""

    count: int = 8
    steps: int = 200
    is_bagging: bool = False


@dataclass
class Ensemble:
    """What is known so far: members, and for comparison the average of one member's weights along
    the second half of its path, and one network with the design's own dropout (None: there is
    none, or not yet). part: the items they are judged on."""

    wish: Wish
    part: str
    members: list[Member] = field(default_factory=list)
    swa: Member | None = None
    dropout: Member | None = None
    has_dropout: bool = False

    @property
    def average(self) -> Answers:
        return mean_of([member.answers for member in self.members])

    def errors(self) -> Array:
        """(k,) of each member."""
        return np.array([member.answers.error for member in self.members])

    def errors_of_average(self) -> Array:
        """(k,) of the average of the first 1, 2, ... members."""
        first = self.members[0].answers
        total = np.zeros_like(first.outcomes)
        found = []
        for k, member in enumerate(self.members):
            total = total + member.answers.outcomes
            found.append(Answers(total / (k + 1), first.targets, first.is_classification).error)
        return np.array(found)

    def maps(self) -> Array | None:
        """(k, ..., K) values on the grid; None where there is no map."""
        found = [member.map.values for member in self.members if member.map is not None]
        return np.array(found, dtype=np.float64) if found else None


def disagreement(maps: Array) -> Array:
    """Standard deviation (1/k) over the members (first axis), mean over the outputs (last)."""
    return np.asarray(maps.std(axis=0).mean(axis=-1))


def train_ensemble(progress: Progress, graph: NetworkGraph, wish: Wish) -> Ensemble:
    """Train all members, report after each. graph: a copy; it is not changed.

    Raises: DesignError where the design does not answer one thing an item.
    """
    has_dropout = any(isinstance(node.layer, Dropout) for node in graph.nodes.values())
    plain = without_dropout(graph) if has_dropout else graph
    first = Trainer(plain)
    found = Ensemble(wish, _part(first), has_dropout=has_dropout)
    runs = wish.count + (1 if has_dropout else 0)
    for k in range(wish.count):
        trainer = member_trainer(plain, k, is_bagging=wish.is_bagging)
        mean = WeightMean(trainer) if k == 0 else None
        _train(progress, trainer, wish.steps, k / runs, 1 / runs, f"Network {k + 1}", mean)
        members = [*found.members, _member(trainer, f"network {k + 1}", found.part)]
        swa = found.swa
        if mean is not None and mean.count:
            with mean:
                swa = _member(trainer, "mean of weights", found.part)
        found = Ensemble(wish, found.part, members, swa, None, has_dropout)
        progress.report(partial=found)
    if has_dropout:
        trainer = member_trainer(graph, 0)
        share = wish.count / runs
        _train(progress, trainer, wish.steps, share, 1 / runs, "The network with dropout", None)
        found.dropout = _member(trainer, "with dropout", found.part)
    return found


def _train(
    progress: Progress,
    trainer: Trainer,
    steps: int,
    start: float,
    share: float,
    words: str,
    mean: WeightMean | None,
) -> None:
    for t in range(steps):
        progress.report(start + share * t / steps, words)
        trainer.step()
        if mean is not None and 2 * t >= steps:
            mean.add()


def member_trainer(graph: NetworkGraph, number: int, *, is_bagging: bool = False) -> Trainer:
    """The number-th member: data and split of the design, first values, draws and order of batches
    from another seed. Number 0 is the design's own. is_bagging: trained on as many items, drawn
    with replacement.
    """
    trainer = Trainer(graph)
    seed = trainer.settings.seed
    reseed(trainer, number)
    if is_bagging:
        train = trainer.part("training")
        rng = stream(seed, "bootstrap", str(number))
        trainer.order = train[rng.integers(0, len(train), len(train))]
    return trainer


def reseed(trainer: Trainer, number: int) -> None:
    """Give a trainer at step 0 the first values, draws and order of batches of the number-th seed;
    number 0 is its own."""
    if not number:
        return
    other, seed = NetworkGraph(trainer.graph.design()), trainer.settings.seed
    settings = msgspec.structs.replace(trainer.settings, seed=seed + 1000 * number)
    other.apply([Change("", other.training, settings)])
    trainer.plan.adopt(compile_plan(other, dtype=trainer.dtype))
    trainer.order_stream = stream(settings.seed, "batch order")


def without_dropout(graph: NetworkGraph) -> NetworkGraph:
    """A copy whose Dropout layers leave everything as it is: p = 0."""
    other = NetworkGraph(graph.design())
    changes = [
        Change(key, node, msgspec.structs.replace(node, layer=_open(node.layer)))
        for key, node in other.nodes.items()
        if isinstance(node.layer, Dropout)
    ]
    other.apply(changes)
    return other


def _open(layer: Dropout) -> Dropout:
    return msgspec.structs.replace(layer, p=0.0)


def _part(trainer: Trainer) -> str:
    """The test items, else the validation items, else those of the training."""
    names = ("test", "validation", "training")
    return next(name for name in names if len(trainer.part(name)))


def _member(trainer: Trainer, name: str, part: str) -> Member:
    return Member(name, answers_of(trainer, part), boundary(trainer))


@without_warnings
def answers_of(trainer: Trainer, part: str) -> Answers:
    """What the network answers to a part of the data, in test mode. Raises: DesignError."""
    feed, items = trainer.feeding.arrays(), trainer.part(part)
    outcomes, targets, is_classification = [], [], False
    for start in range(0, len(items), EVALUATION_BATCH):
        chunk = items[start : start + EVALUATION_BATCH]
        run = trainer.plan.bind(len(chunk), is_training=False)
        run.load(feed, chunk)
        run.forward()
        node_id, n = answering(run)
        layer = run.layer(node_id)
        if len(n.hs) < 2 or (layer.is_classification and layer.token_hits(n) is not None):
            raise DesignError(
                "Averaging needs a network that answers one thing an item.",
                node_id=node_id,
                hint="Open a design that tells classes apart or predicts numbers.",
            )
        is_classification = layer.is_classification and layer.hits(n) is not None
        outcomes.append(np.array(layer.outcome(n), dtype=np.float64).reshape(len(chunk), -1))
        targets.append(np.array(n.hs[1]).reshape(len(chunk), -1))
    found, wanted = np.concatenate(outcomes), np.concatenate(targets)
    is_one_of = wanted.shape[1] == 1 or bool((wanted.sum(axis=1) == 1).all())
    if not is_classification or not is_one_of:  # several labels an item: each answer is a number
        return Answers(found, wanted.astype(np.float64), False)
    labels = wanted.argmax(axis=1) if wanted.shape[1] > 1 else wanted[:, 0]
    return Answers(found, labels.astype(np.int64), True)
