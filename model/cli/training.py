"""The verb train: epochs with a progress bar and a table, or JSON lines."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import numpy as np

from model.assigning import assigned
from model.cli.speaking import console, printable, say_json
from model.epochs import Line, lines, wanted_steps
from model.errors import FileError
from model.files import read_design
from model.files.checkpoint import resume, write_checkpoint
from model.graph import NetworkGraph
from model.trainer import Trainer

MOST_ROWS = 20
"""Of the table; more epochs are thinned out evenly."""

MOST_KEPT = 1000
"""Rows kept in memory until then."""


def train(options: argparse.Namespace) -> int:
    """Raises: DesignError where the design cannot run, or the loss stops being a number."""
    design = assigned(read_design(options.file), options.set)
    if options.seed is not None:
        training = msgspec.structs.replace(design.training, seed=options.seed)
        design = msgspec.structs.replace(design, training=training)
    trainer = Trainer(NetworkGraph(design))
    if options.resume is not None:
        resume(trainer, options.resume)
    steps = wanted_steps(trainer, options.epochs, options.steps)
    if trainer.step_count >= steps:
        raise FileError(
            f"{options.resume.name} has {trainer.step_count} steps already, {steps} are wanted.",
            hint="Ask for more with --epochs or --steps; they count from the beginning.",
        )
    try:
        _train(trainer, steps, options)
    finally:
        if options.save is not None:
            write_checkpoint(options.save, trainer)
    return 0


def _train(trainer: Trainer, steps: int, options: argparse.Namespace) -> None:
    with np.errstate(all="ignore"):  # the trainer itself looks for infinity, and says where
        if options.json:
            for line in lines(trainer, steps):
                say_json(line)
            return
        _show_table(_with_progress(trainer, steps, printable(options.file.name)))
        if trainer.finished:
            console().print(trainer.finished)


def _with_progress(trainer: Trainer, steps: int, name: str) -> list[Line]:
    rows = []
    every = max(1, steps // trainer.n_batches // MOST_KEPT)
    screen = console()
    with _progress(name, steps) as advance:
        for line in lines(trainer, steps):
            if line["epoch"] % every == 1 % every or "done" in line:
                rows.append(line)
            advance(line)
            if "sample" in line:
                screen.print(f"epoch {line['epoch']}: {printable(line['sample'])}")
    return rows


@contextmanager
def _progress(name: str, steps: int) -> Iterator[Callable[[Line], None]]:
    """A bar on the error stream, gone when the training is over; gives what moves it on."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[figures]}", markup=False),
        TimeRemainingColumn(),
    )
    screen = console(is_error=True)
    is_hidden = not screen.is_terminal
    with Progress(*columns, console=screen, transient=True, disable=is_hidden) as progress:
        task = progress.add_task(name, total=steps, figures="")

        def advance(line: Line) -> None:
            said = f"epoch {line['epoch']}  loss {_number(line['loss'])}"
            for name in _accuracies(line):
                if line[f"val_{name}"] is not None:
                    said += f"  {_caption(line, name, 'validation ')} {line[f'val_{name}']:.1%}"
            progress.update(task, completed=line["step"], figures=said)

        yield advance


def _show_table(rows: list[Line]) -> None:
    from rich.table import Table

    names = _accuracies(rows[-1])
    heads = ["epoch", "step", "loss", "validation loss"]
    parts = ("", "val_") if len(names) < 2 else ("val_",)  # four columns would be cut
    columns = [(part, name) for name in names for part in parts]
    heads += [_caption(rows[-1], name, _PARTS[part]) for part, name in columns]
    table = Table()
    for head in [*heads, "steps/s"]:
        table.add_column(head, justify="right")
    for line in _thinned(rows):
        cells = [str(line["epoch"]), f"{line['step']:,}"]
        cells += [_number(line["loss"]), _number(line["val_loss"])]
        cells += [_percent(line[part + name]) for part, name in columns]
        table.add_row(*cells, f"{line['steps_per_second']:,.0f}")
    screen = console()
    screen.print(table)
    last = rows[-1]
    said = f"Test part: loss {_number(last['test_loss'])}"
    for name in names:
        said += f", {_caption(last, name)} {_percent(last[f'test_{name}'])}"
    screen.print(f"{said} (seed {last['seed']})")


_PARTS = {"": "", "val_": "validation "}


def _accuracies(line: Line) -> list[str]:
    return [name for name in ("accuracy", "token_accuracy") if name in line]


def _caption(line: Line, name: str, part: str = "") -> str:
    """Beside the tokens, an accuracy is that of whole sequences."""
    if name == "token_accuracy":
        return f"{part}tokens right"
    return f"{part}sequences right" if "token_accuracy" in line else f"{part}accuracy"


def _thinned(rows: list[Line]) -> list[Line]:
    """The first, the last and evenly chosen rows between."""
    if len(rows) <= MOST_ROWS:
        return rows
    return [rows[round(k * (len(rows) - 1) / (MOST_ROWS - 1))] for k in range(MOST_ROWS)]


def _number(value: float) -> str:
    return "-" if value != value else f"{value:.4g}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
