"""The designs that come with the program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model.files.design_file import read_design

DESCRIPTION_NOTE = "note_1"
"""The note whose first line reads `Title: description`."""
_FROM_EASY_TO_HARD = (
    "chain_rule",
    "sin_x_squared",
    "xor",
    "spiral",
    "curve_regression",
    "iris",
    "diabetes_regression",
    "breast_cancer",
    "breast_cancer_dropout",
    "digits",
    "mnist_mlp",
    "mnist_cnn",
    "two_branches",
    "two_losses",
    "vanishing_delta",
    "dead_relu",
    "plain_20",
    "residual_20",
    "autoencoder",
    "denoising_autoencoder",
    "autoencoder_2d",
    "variational_autoencoder",
    "time_series",
    "long_memory",
    "character_model",
    "transformer_reverse",
    "transformer_addition",
)


@dataclass(frozen=True)
class Example:
    """name: that of the file without its ending; title and description: each one line."""

    name: str
    title: str
    path: Path
    description: str


def examples_folder() -> Path:
    return Path(__file__).resolve().parents[2] / "resources" / "examples"


def examples(folder: Path | None = None) -> list[Example]:
    """All examples, from the easiest to the hardest; `folder`: another one than the program's.

    Raises: FileError where one of them is damaged.
    """
    paths = sorted((folder or examples_folder()).glob("*.json"), key=_rank)
    return [_described(path) for path in paths]


def _rank(path: Path) -> tuple[int, str]:
    known = path.stem in _FROM_EASY_TO_HARD
    return _FROM_EASY_TO_HARD.index(path.stem) if known else len(_FROM_EASY_TO_HARD), path.stem


def _described(path: Path) -> Example:
    note = read_design(path).notes.get(DESCRIPTION_NOTE)
    first_line = note.text.strip().split("\n")[0] if note is not None else ""
    title, _, description = first_line.partition(":")
    return Example(path.stem, title.strip() or path.stem, path, description.strip())
