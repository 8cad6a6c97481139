"""Networks that make something: the plan run from a node onward, and texts token by token.

Everything here runs in test mode and draws from random streams of its own, so that looking at
what a network makes never changes what it learns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.answering import answering, outcome
from model.chance import stream
from model.evaluating import EVALUATION_BATCH
from model.feeding import Source
from model.layer import Array
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.sequence_losses import SequenceCrossEntropy
from model.run import without_warnings
from model.snapshot import Sample
from model.trainer import Trainer

SAMPLE_LENGTH = 160
PROMPT_LENGTH = 12
_CHECKED_ITEMS = 20


def cut_off(trainer: Trainer, node_id: str) -> frozenset[str]:
    """The nodes that make the shown answer out of this node's output, the loss included.

    Empty where the answer hears of the inputs by another way as well (a skip connection), or does
    not depend on the node.
    """
    graph, plan = trainer.graph, trainer.plan
    loss_id = answering(plan.bind(1, is_training=False))[0]
    if node_id not in plan.by_id or not graph.reaches(node_id, loss_id):
        return frozenset()
    below = {key for key in plan.by_id if key != node_id and graph.reaches(node_id, key)}
    needed = {loss_id, *graph.ancestors(loss_id)} & below
    for key in needed:
        for wire in plan.by_id[key].wires:
            is_target = key == loss_id and wire.target_port == "target"
            if wire.source != node_id and wire.source not in needed and not is_target:
                return frozenset()
    return frozenset(needed)


@without_warnings
def run_from(trainer: Trainer, node_id: str, values: Array) -> Array:
    """The shown answer, (m, ...), where the node's output were `values`, (m, ...).

    Only the nodes of `cut_off` are run. Raises: ValueError where there are none.
    """
    needed = cut_off(trainer, node_id)
    if not needed:
        raise ValueError(f"{node_id} does not decide the answer alone")
    found = []
    for start in range(0, len(values), EVALUATION_BATCH):
        chunk = values[start : start + EVALUATION_BATCH]
        run = trainer.plan.bind(len(chunk), is_training=False)
        run.at[node_id].out[...] = chunk
        for node in trainer.plan.nodes:
            if node.node_id in needed:
                node.layer.forward(run.at[node.node_id])
        found.append(outcome(run))
    return np.concatenate(found)


# texts


@dataclass(frozen=True)
class Writer:
    """A network that says which token comes next. steps: how many it looks back.

    at_every_step: it answers at each step, otherwise behind the last one only.
    """

    trainer: Trainer
    source_id: str
    source: Source
    steps: int
    at_every_step: bool

    @property
    def tokens(self) -> tuple[str, ...]:
        """How token numbers are written."""
        return self.source.data.info.tokens

    @without_warnings
    def scores(self, written: list[int]) -> Array:
        """log p of each token to come after these, (k,)."""
        seen = written[-self.steps :]
        x = np.zeros((1, self.steps), dtype=np.int64)
        x[0, : len(seen)] = seen
        run = self.trainer.plan.bind(1, is_training=False)
        run.fill({self.source_id: {"x": x}})
        run.forward()
        found = outcome(run)[0]
        probability = found[len(seen) - 1] if self.at_every_step else found
        return np.asarray(np.log(np.maximum(probability, 1e-30), dtype=np.float64))


def writer_of(trainer: Trainer) -> Writer | None:
    """None where the design does not predict the next token of a sequence."""
    if len(trainer.feeding.sources) != 1:
        return None
    source_id, source = next(iter(trainer.feeding.sources.items()))
    info, layer = source.data.info, source.layer
    if not (info.tokens and info.y_classes == info.x_classes) or layer.target == "inputs":
        return None
    run = trainer.plan.bind(1, is_training=False)
    loss_id = answering(run)[0]
    wires = trainer.graph.wires_into(loss_id, "target")
    is_asked = bool(wires) and (wires[0].source, wires[0].source_port) == (source_id, "y")
    kinds = (SequenceCrossEntropy, SoftmaxCrossEntropy)
    if not is_asked or not isinstance(run.layer(loss_id), kinds) or not _looks_ahead(source):
        return None
    return Writer(trainer, source_id, source, source.raw_x.shape[1], source.raw_y.ndim == 2)


def _looks_ahead(source: Source) -> bool:
    """The target is the input one step later, wherever an answer is asked for."""
    x, y = source.raw_x[:_CHECKED_ITEMS], source.raw_y[:_CHECKED_ITEMS]
    if y.ndim != 2 or y.shape != x.shape:
        return False
    ahead, asked = x[:, 1:], y[:, :-1] >= 0
    return bool(asked.any()) and bool((ahead[asked] == y[:, :-1][asked]).all())


def default_prompt(writer: Writer) -> str:
    """The beginning of the first item that has not been trained on, as far as it asks for no
    answer."""
    part = "validation" if len(writer.trainer.part("validation")) else "training"
    index = int(writer.trainer.part(part)[0])
    x, y = writer.source.raw_x[index], writer.source.raw_y[index]
    silent = int(np.argmax(y >= 0)) + 1 if (y < 0).any() else PROMPT_LENGTH
    return writer.source.data.info.text_of(int(token) for token in x[:silent])


def write(
    writer: Writer, prompt: str, length: int, temperature: float, rng: np.random.Generator
) -> str:
    """So many tokens behind the prompt, of which unknown characters are passed over.

    Each token is drawn with p ~ exp(log p / temperature); temperature 0 takes the likeliest.
    """
    numbers = {token: number for number, token in enumerate(writer.tokens)}
    written = [numbers[character] for character in prompt if character in numbers] or [0]
    start = len(written)
    for _ in range(length):
        written.append(draw(writer.scores(written), temperature, rng))
    return "".join(writer.tokens[token] for token in written[start:])


def draw(scores: Array, temperature: float, rng: np.random.Generator) -> int:
    """A token number by its log-probability."""
    if temperature <= 0 or not np.isfinite(scores).all():
        return int(np.argmax(np.nan_to_num(scores, nan=-np.inf)))
    shares = np.exp((scores - scores.max()) / temperature)
    edges = np.cumsum(shares)
    return int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))


def sample(trainer: Trainer, prompt: str = "", temperature: float = 0.7) -> Sample | None:
    """A text as the network would write it now; None where it writes none.

    The same seed, step, prompt and temperature give the same text.
    """
    writer = writer_of(trainer)
    if writer is None:
        return None
    prompt = prompt or default_prompt(writer)
    is_free = writer.source.raw_y[0].min() >= 0
    asked = int((writer.source.raw_y[0] >= 0).sum())
    rng = stream(trainer.settings.seed, "written text", str(trainer.step_count))
    text = write(writer, prompt, SAMPLE_LENGTH if is_free else asked, temperature, rng)
    return Sample(prompt, text, temperature, trainer.step_count, trainer.epoch)
