"""The syntax tree of a formula. Every piece knows where it stands in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Span = tuple[int, int]
"""First character and one past the last, counted from 0."""


@dataclass(frozen=True)
class Number:
    value: float
    span: Span = (0, 0)


@dataclass(frozen=True)
class Name:
    name: str
    span: Span = (0, 0)


@dataclass(frozen=True)
class Call:
    """An operation of the table `operations.OPERATIONS` applied to its arguments."""

    operation: str
    arguments: tuple[Expression, ...]
    span: Span = (0, 0)


Expression = Number | Name | Call


def walk(expression: Expression) -> Iterator[Expression]:
    """All pieces, each after its arguments: the order of computation."""
    if isinstance(expression, Call):
        for argument in expression.arguments:
            yield from walk(argument)
    yield expression


def names_of(expression: Expression) -> tuple[str, ...]:
    """The free names in the order in which they first stand in the text."""
    found = [piece for piece in walk(expression) if isinstance(piece, Name)]
    found.sort(key=lambda piece: piece.span)
    return tuple(dict.fromkeys(piece.name for piece in found))
