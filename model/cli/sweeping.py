"""The verb sweep: many trainings of one design in a pool of processes, or on a Dask cluster."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from model.cli.speaking import console, printable, say_error, say_json
from model.files import read_design
from model.graph import NetworkGraph
from model.sweep.executor import cores, results
from model.sweep.plan import Plan, factors_of, key_of, make_plan
from model.sweep.records import Records
from model.sweep.result import (
    Result,
    Spread,
    by_setting,
    figure_names,
    is_better_high,
    plain,
    spread_of,
)
from model.sweep.run import task_of
from model.trainer import Trainer

_MOST_ROWS = 30
_SHOWN_FIGURES = 4

Heard = Callable[[Result], None]


def sweep(options: argparse.Namespace) -> int:
    """0: all runs are done, whatever became of them. Raises: DesignError."""
    design = read_design(options.file)
    plan = make_plan(
        design,
        factors_of(design, options.set),
        seeds=options.seeds,
        seed=options.seed,
        draws=options.random,
        epochs=options.epochs,
        steps=options.steps,
    )
    if not plan.places:
        Trainer(NetworkGraph(design))  # a design that cannot run is told at once
    with contextlib.ExitStack() as stack:
        records = None
        if options.out is not None:
            records = stack.enter_context(Records(options.out, plan.name))
        found = _known(plan, records)
        heard = stack.enter_context(_hearing(options, plan, found))
        try:
            for result in _missing(plan, options, found):
                if records is not None:
                    records.add(result)
                found.append(result)
                heard(result)
        except KeyboardInterrupt:
            _say_what_is_kept(options, plan, found)
            raise
    if not options.json:
        _show(plan, found)
    return 0


def _known(plan: Plan, records: Records | None) -> list[Result]:
    """What the file holds of this plan."""
    if records is None:
        return []
    wanted = {(key_of(setting), seed) for setting, seed in plan.runs()}
    return [result for result in records.found if result.key in wanted]


def _missing(plan: Plan, options: argparse.Namespace, found: list[Result]) -> Iterator[Result]:
    known = {result.key for result in found}
    tasks = [
        task_of(plan, setting, seed)
        for setting, seed in plan.runs()
        if (key_of(setting), seed) not in known
    ]
    jobs = min(options.jobs or cores(), max(len(tasks), 1))
    return results(tasks, jobs, cluster=options.dask) if tasks else iter(())


def _say_what_is_kept(options: argparse.Namespace, plan: Plan, found: list[Result]) -> None:
    words = f"{len(found):,} of {plan.n_runs:,} runs are done"
    if options.out is None:
        say_error(f"{words}; with --out FILE they would be kept.")
    else:
        say_error(f"{words} and kept in {options.out.name}; the same command goes on from there.")


@contextmanager
def _hearing(options: argparse.Namespace, plan: Plan, found: list[Result]) -> Iterator[Heard]:
    """What is done with each result: a line of JSON, or a step of a bar on the error stream."""
    if options.json:
        for result in found:
            say_json(plain(result))
        yield lambda result: say_json(plain(result))
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    screen = console(is_error=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("runs"),
        TimeRemainingColumn(),
    )
    hides = not screen.is_terminal
    with Progress(*columns, console=screen, transient=True, disable=hides) as progress:
        name = printable(options.file.name)
        task = progress.add_task(name, total=plan.n_runs, completed=len(found))
        yield lambda _result: progress.advance(task)


def _show(plan: Plan, found: list[Result]) -> None:
    from rich.table import Table

    groups = by_setting(found)
    names = figure_names(found)
    if names:
        groups.sort(key=lambda group: _rank(group, names[0]))
    shown = [name for name in names if "val_" in name or "test_" in name][:_SHOWN_FIGURES]
    shown = shown or names[:_SHOWN_FIGURES]
    table = Table()
    for head in plan.places:
        table.add_column(head, overflow="fold")
    for name in shown:
        table.add_column(name.replace(".", " ").replace("_", " "), justify="right")
    table.add_column("runs", justify="right")
    for group in groups[:_MOST_ROWS]:
        cells = [printable(_value(group[0].settings[place])) for place in plan.places]
        cells += [_spread(spread_of(r.figure(name) for r in group)) for name in shown]
        failed = sum(bool(result.fault) for result in group)
        table.add_row(*cells, f"{len(group)}" + (f", {failed} failed" if failed else ""))
    screen = console()
    screen.print(table)
    if len(groups) > _MOST_ROWS:
        screen.print(f"and {len(groups) - _MOST_ROWS:,} more settings; --json has them all")
    faults = [result for result in found if result.fault]
    if faults:
        first = faults[0]
        said = ", ".join(f"{place} = {_value(v)}" for place, v in first.settings.items())
        many = "1 run" if len(faults) == 1 else f"{len(faults):,} runs"
        screen.print(printable(f"{many} failed, such as {said}: {first.fault}"))
    words = ", best first by " + names[0].replace(".", " ").replace("_", " ") if names else ""
    screen.print(f"{len(found):,} runs; mean ± standard deviation over the seeds{words}")


def _rank(group: list[Result], name: str) -> float:
    mean = spread_of(result.figure(name) for result in group).mean
    if mean != mean:
        return float("inf")
    return -mean if is_better_high(name) else mean


def _value(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _spread(spread: Spread) -> str:
    if not spread.count:
        return "-"
    mean = f"{spread.mean:.4g}"
    return mean if spread.count < 2 else f"{mean} ± {spread.deviation:.2g}"
