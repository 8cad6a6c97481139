"""A training as plain arrays and words: all that the next step depends on, and nothing else.

Going on from a state is the same as never having stopped, bit for bit. Curves are not part of it.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from model.errors import DataError, ShapeError
from model.layer import Array
from model.optimizers import Optimizer
from model.trainer import Trainer

ANOTHER = "Use the design that the checkpoint was made with."


@dataclass(frozen=True)
class TrainerState:
    """arrays: by name, such as `dense_1.W`, `optimizer.velocity.dense_1.W`, `best.dense_1.W`,
    `state.batch_norm_1.running_mean`, `order`. words: counters and random streams, as JSON has
    them."""

    arrays: dict[str, Array]
    words: dict[str, Any]


def state_of(trainer: Trainer) -> TrainerState:
    """Copies: the trainer may go on."""
    plan, watch = trainer.plan, trainer.watch
    arrays: dict[str, Array] = {"order": trainer.order}
    for place in plan.slices:
        name = ".".join(place)
        arrays[name] = plan.parameter(*place)
        for slot, values in zip(trainer.settings.optimizer.slots, trainer.slots, strict=True):
            shape = plan.parameter(*place).shape
            arrays[f"optimizer.{slot}.{name}"] = values[plan.slices[place]].reshape(shape)
        if watch.best_theta is not None:
            arrays[f"best.{name}"] = watch.best_theta[plan.slices[place]]
    for place, state in plan.states.items():
        arrays[f"state.{'.'.join(place)}"] = state
        if watch.best_states is not None:
            arrays[f"best.state.{'.'.join(place)}"] = watch.best_states[place]
    for batch, key, noise in plan.kept_draws():
        arrays[f"draws.{batch}.{key}"] = noise
    return TrainerState(
        {name: np.array(array, order="C") for name, array in arrays.items()}, _words(trainer)
    )


def _words(trainer: Trainer) -> dict[str, Any]:
    watch, updater = trainer.watch, trainer.updater
    return {
        "step": trainer.step_count,
        "epoch": trainer.epoch,
        "position": trainer.position,
        "optimizer": str(trainer.settings.optimizer.__struct_config__.tag),
        "optimizer_options": msgspec.to_builtins(trainer.settings.optimizer),
        "updates": updater.count,
        "reductions": watch.reductions,
        "plateau_best": _finite(watch.plateau_best),
        "plateau_waited": watch.plateau_waited,
        "best": _finite(watch.best),
        "best_step": watch.best_step,
        "waited": watch.waited,
        "finished": watch.finished,
        "data_loss": _finite(trainer.data_loss),
        "penalty": _finite(trainer.penalty),
        "test_figures": {name: _finite(v) for name, v in trainer.test_figures.items()},
        "order_stream": _of_stream(trainer.order_stream),
        "streams": {key: _of_stream(rng) for key, rng in trainer.plan.streams.items()},
    }


def restore(trainer: Trainer, state: TrainerState) -> None:
    """Put a state into a trainer of the same design.

    Raises: ShapeError or DataError where they do not belong together; the trainer is then as it
    was. A memory of another kind of optimiser is left out, as in an edit.
    """
    _check(trainer, state)
    plan, arrays, words = trainer.plan, state.arrays, state.words
    before = _optimizer_before(trainer, words)
    updater, watch = trainer.updater, trainer.watch
    plan.forget_runs()
    trainer.order = arrays["order"].astype(trainer.order.dtype)
    is_same_kind = words["optimizer"] == _tag(trainer)
    watch.forget_best()
    has_best = any(name.startswith("best.") for name in arrays)
    best = np.zeros_like(plan.theta)
    for place, where in plan.slices.items():
        name = ".".join(place)
        plan.theta[where] = arrays[name].reshape(-1)
        if is_same_kind:
            for slot, values in zip(trainer.settings.optimizer.slots, updater.slots, strict=True):
                values[where] = arrays[f"optimizer.{slot}.{name}"].reshape(-1)
        if has_best:
            best[where] = arrays[f"best.{name}"].reshape(-1)
    for place, array in plan.states.items():
        array[...] = arrays[f"state.{'.'.join(place)}"]
    if has_best:
        watch.best_theta = best
        watch.best_states = {p: arrays[f"best.state.{'.'.join(p)}"].copy() for p in plan.states}
    _restore_draws(trainer, arrays)
    _restore_words(trainer, words, is_same_kind)
    after = trainer.settings.optimizer
    if is_same_kind and before != after and updater.count:
        after.carry_over(updater.slots, before, updater.count)


def _optimizer_before(trainer: Trainer, words: dict[str, Any]) -> Optimizer:
    """The optimiser whose memory the words go with. Raises: ValueError where they are damaged."""
    if words["optimizer"] != _tag(trainer) or "optimizer_options" not in words:
        return trainer.settings.optimizer
    try:
        return msgspec.convert(words["optimizer_options"], type(trainer.settings.optimizer))
    except msgspec.ValidationError as fault:
        raise ValueError(str(fault)) from None


def _tag(trainer: Trainer) -> str:
    return str(trainer.settings.optimizer.__struct_config__.tag)


def _restore_draws(trainer: Trainer, arrays: dict[str, Array]) -> None:
    for name, noise in arrays.items():
        if name.startswith("draws."):
            _, batch, key = name.split(".", 2)
            n = trainer.plan.bind(int(batch), is_training=True).at[key]
            n.noise[...] = noise
            n.is_drawn = True


def _restore_words(trainer: Trainer, words: dict[str, Any], is_same_kind: bool) -> None:
    updater, watch = trainer.updater, trainer.watch
    trainer.step_count, trainer.epoch = words["step"], words["epoch"]
    trainer.position = words["position"]
    trainer.data_loss, trainer.penalty = _number(words["data_loss"]), _number(words["penalty"])
    trainer.test_figures = {k: _number(v) for k, v in words["test_figures"].items()}
    trainer.run = None
    updater.count = words["updates"] if is_same_kind else 0
    updater.reductions = watch.reductions = words["reductions"]
    watch.plateau_best = _number(words["plateau_best"], math.inf)
    watch.plateau_waited = words["plateau_waited"]
    watch.best, watch.best_step = _number(words["best"], math.inf), words["best_step"]
    watch.waited, watch.finished = words["waited"], words["finished"]
    _into_stream(trainer.order_stream, words["order_stream"])
    for key, rng in trainer.plan.streams.items():
        _into_stream(rng, words["streams"][key])


def _check(trainer: Trainer, state: TrainerState) -> None:
    """Raises: ShapeError, DataError."""
    plan, arrays = trainer.plan, state.arrays
    for place in plan.slices:
        name, shape = ".".join(place), plan.parameter(*place).shape
        title = trainer.graph.title_of(place[0])
        if name not in arrays:
            raise ShapeError(f"The checkpoint has no {place[1]} for {title}.", hint=ANOTHER)
        if arrays[name].shape != shape:
            raise ShapeError(
                f"{place[1]} of {title} has the shape {_shape(shape)}, but in the checkpoint"
                f" {_shape(arrays[name].shape)}.",
                hint=ANOTHER,
            )
    wanted = {f"state.{'.'.join(place)}" for place in plan.states}
    if not wanted <= arrays.keys() or not plan.streams.keys() <= state.words["streams"].keys():
        raise ShapeError("The checkpoint belongs to another design.", hint=ANOTHER)
    train = trainer.feeding.parts.train
    if not np.array_equal(np.sort(arrays["order"]), np.sort(train)):
        raise DataError(
            "The checkpoint was made with other training items: another data set, split or seed.",
            hint=ANOTHER,
        )


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _number(value: float | None, missing: float = math.nan) -> float:
    return missing if value is None else float(value)


def _of_stream(rng: np.random.Generator) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(dict(rng.bit_generator.state))
    found["state"] = {"state": [int(word) for word in found["state"]["state"]]}
    return found


def _into_stream(rng: np.random.Generator, words: dict[str, Any]) -> None:
    inner = {"state": np.array(words["state"]["state"], dtype=np.uint64)}
    rng.bit_generator.state = words | {"state": inner}
