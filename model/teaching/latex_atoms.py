r"""LaTeX of formulas, read into atoms and written back: enough to find the terms in them, and to
paint them.

An atom is a letter, a number, a command with what it takes, or a group in braces, together with
its lower and upper index. Only the LaTeX that this program writes itself is meant to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

GROUP = "{}"
"""Base of an atom that is a group in braces; its one argument is what stands inside."""
TAKES = {
    "\\frac": 2,
    "\\sqrt": 1,
    "\\hat": 1,
    "\\bar": 1,
    "\\mathrm": 1,
    "\\mathbf": 1,
    "\\text": 1,
    "\\operatorname": 1,
}
"""How many groups a command takes; a mark takes one."""
MARK = "\\class"
"""`\\class{terms}{...}` marks a part of a formula; `\\class{terms}` is the base of its atom."""
_TOKEN = re.compile(
    r"\\class\{[^{}]*\}"
    r"|\\(?:left|right)(?![a-z])\s*(?:\\[a-zA-Z]+|\\.|.)"
    r"|\\[a-zA-Z]+\*?|\\.|\d+(?:(?:\.|\{,\})\d+)?|\s+|."
)


@dataclass(frozen=True)
class Atom:
    r"""base: as it is written, such as `x`, `0.25`, `\delta`, `\left(`, or GROUP. arguments: of a
    command. below, above: its indices. primes: f' has one."""

    base: str
    arguments: tuple[tuple[Atom, ...], ...] = ()
    below: tuple[Atom, ...] = ()
    above: tuple[Atom, ...] = ()
    primes: int = 0

    def walk(self) -> Iterator[Atom]:
        """The atom and all inside and at it."""
        yield self
        for part in (*self.arguments, self.below, self.above):
            for atom in part:
                yield from atom.walk()


Atoms = tuple[Atom, ...]


@lru_cache(maxsize=2048)
def read(tex: str) -> Atoms:
    """The atoms of a formula. Raises: ValueError where braces do not close."""
    tokens = [token for token in _TOKEN.findall(tex) if not token.isspace()]
    return _Reader(tokens).sequence(until="")


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise ValueError("a formula ends too soon")
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def sequence(self, until: str) -> Atoms:
        found: list[Atom] = []
        while self._peek() != until:
            token = self._next()
            if token in ("^", "_", "'"):
                owner = found.pop() if found else Atom(GROUP, ((),))
                found.append(self._with_index(owner, token))
            else:
                found.append(self._atom(token))
        if until:
            self._next()
        return tuple(found)

    def _with_index(self, owner: Atom, token: str) -> Atom:
        if token == "'":
            return replace(owner, primes=owner.primes + 1)
        index = self._argument()
        return replace(owner, below=index) if token == "_" else replace(owner, above=index)

    def _atom(self, token: str) -> Atom:
        if token == "{":
            return Atom(GROUP, (self.sequence("}"),))
        if token == "}":
            raise ValueError("a brace closes that was not opened")
        count = 1 if token.startswith(MARK) else TAKES.get(token, 0)
        return Atom(token, tuple(self._argument() for _ in range(count)))

    def _argument(self) -> Atoms:
        token = self._next()
        if token == "{":
            return self.sequence("}")
        if token.isdigit() and len(token) > 1:  # x^12 is x^{1} 2
            self._at -= 1
            self._tokens[self._at : self._at + 1] = [token[0], token[1:]]
            token = self._next()
        return (self._atom(token),)


def write(atoms: Atoms) -> str:
    """LaTeX of atoms; what was read comes back with the same meaning."""
    text = ""
    for atom in atoms:
        text = joined(text, _write_one(atom))
    return text


def joined(left: str, right: str) -> str:
    r"""Two pieces one behind the other: `\log` and `x` need a space between."""
    is_open = re.search(r"\\[a-zA-Z]+$", left) and re.match(r"[a-zA-Z]", right)
    return f"{left} {right}" if is_open else left + right


def _write_one(atom: Atom) -> str:
    inner = "".join(f"{{{write(part)}}}" for part in atom.arguments)
    text = inner if atom.base == GROUP else atom.base + inner
    text += "'" * atom.primes
    if atom.below:
        text += f"_{{{write(atom.below)}}}"
    if atom.above:
        text += f"^{{{write(atom.above)}}}"
    return text


def letters(atoms: Atoms) -> str:
    r"""What stands in it as plain text, for names such as those in `\mathrm{if}`."""
    return "".join(
        letters(atom.arguments[0]) if atom.base == GROUP else atom.base for atom in atoms
    )
