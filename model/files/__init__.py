"""Designs on disk: reading with every fault named, writing so that nothing is ever half written."""

from model.files.design_file import parse_design, read_design, to_bytes, write_design
from model.files.examples import Example, examples, examples_folder
from model.files.recovery import Recovered, RecoveryStore

__all__ = [
    "Example",
    "Recovered",
    "RecoveryStore",
    "examples",
    "examples_folder",
    "parse_design",
    "read_design",
    "to_bytes",
    "write_design",
]
