"""The verbs that need no window: train, sweep, check, trace, examples. They touch no Qt.

Exit codes: 0 all well, 1 the design has a fault, 2 the call has one, 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from model.cli.arguments import Parser, whole_number
from model.cli.speaking import say_error, say_json
from model.errors import DesignError

SET_HELP = (
    "set a field before training: dropout_1.p=0.2, training.lr=0.05, training.optimizer=adam"
    " (repeatable)"
)
SWEEP_HELP = (
    "a field and its values: dropout_1.p=0,0.2,0.5, dense_1.units=4..64:5,"
    " training.rho=1e-4..1:9:log; with --random also training.rho=1e-4..1:log (repeatable)"
)


def main(argv: list[str]) -> int:
    """Run one verb; argv starts with its name. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an old console lacks ×, which is no reason to fail
            stream.reconfigure(errors="replace")
    try:
        options = _parser().parse_args(argv)
    except SystemExit as ending:
        return int(ending.code or 0)
    try:
        return _run(options)
    except DesignError as fault:
        return _say_fault(fault, options.json)
    except MemoryError:
        from model.room import out_of_memory

        return _say_fault(out_of_memory(), options.json)
    except KeyboardInterrupt:
        say_error("Stopped.")
        return 130
    except BrokenPipeError:  # the reader of our output, such as head, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _say_fault(fault: DesignError, is_json: bool) -> int:
    if is_json:
        say_json({"error": fault.message, "hint": fault.hint, "node": fault.node_id})
    say_error(str(fault))
    return 1


def _run(options: argparse.Namespace) -> int:
    if options.verb == "train":
        from model.cli.training import train

        return train(options)
    if options.verb == "sweep":
        from model.cli.sweeping import sweep

        return sweep(options)
    if options.verb == "trace":
        from model.cli.tracing import show_trace

        return show_trace(options.file, options.item, options.json)
    from model.cli.reports import check, list_examples

    return (
        check(options.file, options.json)
        if options.verb == "check"
        else list_examples(options.json)
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="deltaboard", description="Deltaboard without its window.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=Parser)
    train = verbs.add_parser("train", help="train a design", description="Train a design.")
    train.add_argument("file", type=Path, metavar="FILE", help="a design that Deltaboard has saved")
    _add_length(train)
    train.add_argument("--seed", type=_seed, metavar="S", help="start of all random streams")
    train.add_argument(
        "--set", action="append", default=[], metavar="NODE.FIELD=VALUE", help=SET_HELP
    )
    train.add_argument(
        "--save",
        type=Path,
        metavar="CKPT",
        help="write a checkpoint (.safetensors) when the training is over or has been stopped",
    )
    train.add_argument(
        "--resume",
        type=Path,
        metavar="CKPT",
        help="go on from a checkpoint of this design; --epochs and --steps count from its start",
    )
    train.add_argument("--json", action="store_true", help="one JSON object a line for each epoch")
    _add_sweep(verbs)
    check = verbs.add_parser(
        "check",
        help="shapes, parameters and problems of a design",
        description="Shapes (without the batch axis), parameters and problems of a design.",
    )
    check.add_argument("file", type=Path, metavar="FILE", help="a design that Deltaboard has saved")
    check.add_argument("--json", action="store_true", help="one JSON object")
    tracing = verbs.add_parser(
        "trace",
        help="one step of a design, number by number",
        description="The first training step of a design: for every node its inputs and output,"
        " the delta that arrives, the delta passed down, and the gradients. Nothing is updated.",
    )
    tracing.add_argument(
        "file", type=Path, metavar="FILE", help="a design that Deltaboard has saved"
    )
    tracing.add_argument(
        "--item", type=_item, default=0, metavar="I", help="which item of the batch (default 0)"
    )
    tracing.add_argument("--json", action="store_true", help="one JSON object")
    listing = verbs.add_parser(
        "examples",
        help="the designs that come with the program",
        description="List the designs that come with the program.",
    )
    listing.add_argument("--json", action="store_true", help="one JSON list")
    return parser


def _add_length(verb: argparse.ArgumentParser) -> None:
    length = verb.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs",
        type=_count,
        metavar="N",
        help="passes through the training part (default: those of the design, else 10)",
    )
    length.add_argument("--steps", type=_count, metavar="N", help="mini-batches instead of epochs")


def _add_sweep(verbs: argparse._SubParsersAction[Parser]) -> None:
    verb = verbs.add_parser(
        "sweep",
        help="train a design many times, over values of its fields and over seeds",
        description="Train a design many times, over values of its fields and over seeds, in a pool"
        " of processes. A run gives the very figures that train gives with its setting and seed.",
    )
    verb.add_argument("file", type=Path, metavar="FILE", help="a design that Deltaboard has saved")
    verb.add_argument(
        "--set", action="append", default=[], metavar="NODE.FIELD=VALUES", help=SWEEP_HELP
    )
    verb.add_argument(
        "--random", type=_draws, metavar="N", help="N settings at random instead of the whole grid"
    )
    verb.add_argument(
        "--seeds", type=_seeds, default=1, metavar="K", help="runs of each setting (default 1)"
    )
    verb.add_argument(
        "--seed", type=_seed, metavar="S", help="the first seed (default: that of the design)"
    )
    _add_length(verb)
    verb.add_argument(
        "--jobs", type=_jobs, metavar="J", help="processes at work (default: one a processor)"
    )
    verb.add_argument(
        "--out",
        type=Path,
        metavar="RESULTS",
        help="add each finished run to this file (.jsonl); the same sweep goes on from there",
    )
    verb.add_argument(
        "--dask",
        default="",
        metavar="ADDRESS",
        help="on the workers of a Dask cluster, such as tcp://host:8786",
    )
    verb.add_argument(
        "--json", action="store_true", help="one JSON object a line for each finished run"
    )


def _draws(text: str) -> int:
    return whole_number(text, 1, 100_000)


def _seeds(text: str) -> int:
    return whole_number(text, 1, 10_000)


def _jobs(text: str) -> int:
    return whole_number(text, 1, 256)


def _count(text: str) -> int:
    return whole_number(text, 1, 10**9)


def _item(text: str) -> int:
    return whole_number(text, 0, 10**6)


def _seed(text: str) -> int:
    return whole_number(text, 0, 2**31 - 1)
