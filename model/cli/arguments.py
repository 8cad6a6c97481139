"""How every verb reads its arguments: what is wrong with them is said in one sentence."""

from __future__ import annotations

import argparse
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """argparse, saying one sentence where it would print two paragraphs. Exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. `{self.prog} --help` lists what there is.\n")


def whole_number(text: str, low: int, high: int) -> int:
    """The number from low to high that the text is.

    Raises: argparse.ArgumentTypeError, which the parser turns into its sentence.
    """
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else -1
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from {low} to {high}")
    return number
