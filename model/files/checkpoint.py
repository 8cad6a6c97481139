"""A training as one `.safetensors` file: arrays by name, and the design in its metadata.

The format holds numbers and text only; nothing in it is ever unpickled or evaluated. Source:
https://github.com/huggingface/safetensors
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from model.design import Design
from model.errors import FileError
from model.files.atomic import in_words, write_atomically
from model.files.design_file import parse_design, to_bytes
from model.layer import Array
from model.trainer import Trainer
from model.trainer_state import TrainerState, restore, state_of

CHOOSE = "Choose a checkpoint that Deltaboard has saved."


@dataclass(frozen=True)
class Checkpoint:
    """A design and the state that its training had."""

    design: Design
    state: TrainerState


def write_checkpoint(path: Path, trainer: Trainer) -> None:
    """Save a training; the file is whole at every moment, and read back before this returns.

    Raises: FileError.
    """
    from safetensors.numpy import save

    state = state_of(trainer)
    design = trainer.graph.design()
    metadata = {
        "deltaboard": to_bytes(design).decode(),
        "training": msgspec.json.encode(state.words).decode(),
    }
    arrays = {name: np.ascontiguousarray(array) for name, array in state.arrays.items()}
    write_atomically(path, save(arrays, metadata=metadata))
    found = read_checkpoint(path)
    is_same = found.design == design and found.state.words == state.words
    if not is_same or not _are_same(found.state.arrays, arrays):
        raise FileError(
            f"{path.name} does not hold what was written to it.",
            hint="Check the disk, and save to another one.",
        )


def _are_same(found: dict[str, Array], wanted: dict[str, Array]) -> bool:
    """Bit for bit, NaN included."""
    return found.keys() == wanted.keys() and all(
        found[name].shape == array.shape
        and found[name].dtype == array.dtype
        and found[name].tobytes() == array.tobytes()
        for name, array in wanted.items()
    )


def read_checkpoint(path: Path) -> Checkpoint:
    """Raises: FileError, one sentence with what is wrong and what to do."""
    from safetensors import SafetensorError, safe_open

    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device might never end
            raise FileError(f"{path.name} cannot be opened: it is no ordinary file.", hint=CHOOSE)
        with path.open("rb"):  # safetensors itself gives no number for a fault of the system
            pass
        with safe_open(str(path), framework="numpy") as file:
            metadata: dict[str, str] = file.metadata() or {}
            arrays = {name: np.array(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118
    except OSError as fault:
        said, hint = in_words(fault)
        raise FileError(f"{path.name} cannot be opened: {said}.", hint=hint) from None
    except SafetensorError:
        raise FileError(
            f"{path.name} cannot be opened: it is no checkpoint, or a damaged one.", hint=CHOOSE
        ) from None
    if not {"deltaboard", "training"} <= metadata.keys() or "order" not in arrays:
        raise FileError(
            f"{path.name} cannot be opened: it holds weights, but no training of Deltaboard.",
            hint=CHOOSE,
        )
    design = parse_design(metadata["deltaboard"].encode(), f"The design in {path.name}")
    return Checkpoint(design, TrainerState(arrays, _words(metadata["training"], path.name)))


def _words(text: str, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise FileError(
            f"{name} cannot be opened: what it says of the training is damaged.", hint=CHOOSE
        ) from None
    return found


def resume(trainer: Trainer, path: Path) -> None:
    """Put the state of a checkpoint into a trainer. Raises: FileError; ShapeError or DataError
    where the trainer's design is another one."""
    found = read_checkpoint(path)
    try:
        restore(trainer, found.state)
    except (KeyError, TypeError, ValueError):
        raise FileError(
            f"{path.name} cannot be used: what it says of the training is damaged.", hint=CHOOSE
        ) from None
