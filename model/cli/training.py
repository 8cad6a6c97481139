"""The verb train: epochs with a progress bar and a table, or JSON lines."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import numpy as np

from model.cli.assignments import assigned
from model.cli.speaking import console, printable, say_json
from model.errors import FileError
from model.files import read_design
from model.files.checkpoint import resume, write_checkpoint
from model.generation import sample
from model.graph import NetworkGraph
from model.trainer import Trainer

DEFAULT_EPOCHS = 10
MOST_ROWS = 20
"""Of the table; more epochs are thinned out evenly."""

MOST_KEPT = 1000
"""Rows kept in memory until then."""

Line = dict[str, Any]


def train(options: argparse.Namespace) -> int:
    """Raises: DesignError where the design cannot run, or the loss stops being a number."""
    design = assigned(read_design(options.file), options.set)
    if options.seed is not None:
        training = msgspec.structs.replace(design.training, seed=options.seed)
        design = msgspec.structs.replace(design, training=training)
    trainer = Trainer(NetworkGraph(design))
    if options.resume is not None:
        resume(trainer, options.resume)
    steps = options.steps or _epochs(options, trainer) * trainer.n_batches
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


def _epochs(options: argparse.Namespace, trainer: Trainer) -> int:
    return options.epochs or trainer.settings.epochs or DEFAULT_EPOCHS


def lines(trainer: Trainer, steps: int) -> Iterator[Line]:
    """Train, and give the figures after every epoch; the last ones come with those of the test.

    loss, accuracy and token_accuracy: means over the steps of the epoch, in training mode; all
    others in test mode. accuracy is the share of right answers, of sequences that of whole ones;
    token_accuracy the share of right positions, for sequences only.
    sample: a text as the network would write it now, where it says which token comes next.
    Raises: DivergedError.
    """
    is_over = trainer.step_count >= steps
    while not is_over:
        started, first = time.perf_counter(), trainer.step_count
        figures = trainer.run_epoch(steps - trainer.step_count)
        seconds = max(time.perf_counter() - started, 1e-9)
        judged = trainer.evaluate("validation")
        line: Line = {
            "epoch": trainer.epoch if trainer.position == 0 else trainer.epoch + 1,
            "step": trainer.step_count,
            "loss": figures.loss,
            "val_loss": judged.loss,
        }
        for name, value in figures.accuracies.items():
            line |= {name: value, f"val_{name}": getattr(judged, name)}
        line["steps_per_second"] = round((trainer.step_count - first) / seconds, 1)
        is_over = trainer.step_count >= steps or bool(trainer.finished)
        if is_over:
            tested = trainer.evaluate("test")
            line |= {"done": True, "seed": trainer.settings.seed, "test_loss": tested.loss}
            line |= {f"test_{name}": getattr(tested, name) for name in figures.accuracies}
            if trainer.finished:
                line["finished"] = trainer.finished
        written = sample(trainer)
        if written is not None:
            line["sample"] = written.prompt + written.text
        yield line


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
