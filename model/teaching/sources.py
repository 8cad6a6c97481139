"""The engine's own lines for an operation: which of them ran, and which name is which term."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

Terms = tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """A name in a line, from column `start` to before `stop`. name: of the array, `delta_out` for
    `n.delta_out`. terms: what it is; see `terms`."""

    start: int
    stop: int
    name: str
    terms: Terms


@dataclass(frozen=True)
class SourceLine:
    """has_run: this time, with these numbers."""

    text: str
    has_run: bool
    spans: tuple[Span, ...] = ()


@lru_cache(maxsize=512)
def source_of(function: Callable[..., Any]) -> str:
    """The lines of a function, moved to the left margin; a remark where they are not at hand, as
    in a program that was packed without them."""
    try:
        return textwrap.dedent(inspect.getsource(function))
    except OSError:
        return f"# {function.__qualname__}: its source is not at hand\n"


@lru_cache(maxsize=512)
def _tree_of(source: str) -> ast.Module:
    """Empty where a file has changed since it was loaded, so that its lines make no sense."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def code_of(function: Callable[..., Any]) -> CodeType:
    """The code that runs, below decorators."""
    plain = inspect.unwrap(getattr(function, "__func__", function))
    code: CodeType = plain.__code__
    return code


def watch(code: CodeType, act: Callable[[], object]) -> frozenset[int]:
    """Do something, and say which lines of this code ran meanwhile, counted from its first."""
    seen: set[int] = set()

    def inside(frame: FrameType, event: str, _arg: object) -> Any:
        if event == "line":
            seen.add(frame.f_lineno - code.co_firstlineno)
        return inside

    def enters(frame: FrameType, _event: str, _arg: object) -> Any:
        return inside if frame.f_code is code else None

    before = sys.gettrace()
    sys.settrace(enters)
    try:
        act()
    finally:
        sys.settrace(before)
    return frozenset(seen)


def source_lines(
    source: str, ran: Iterable[int], names: Mapping[str, Terms]
) -> tuple[SourceLine, ...]:
    """The lines of a function with the names in them.

    ran: numbers of lines, from 0. names: the terms of the arrays of its workspace (by `n.W`), of
    its fields (by `self.lr`) and of its arguments (by `theta`). A name that is worked out from
    others is the same term as these, if they are all of one: `n.slope` is local where `n.out` is.
    """
    tree = _tree_of(source)
    has_run = _whole_statements(tree, frozenset(ran))
    spans = _spans(tree, names)
    return tuple(
        SourceLine(text, number in has_run, tuple(spans.get(number, ())))
        for number, text in enumerate(source.rstrip("\n").split("\n"))
    )


def _whole_statements(tree: ast.Module, ran: frozenset[int]) -> set[int]:
    """All lines of a statement of which one has run."""
    found = set(ran)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            lines = range(node.lineno - 1, (node.end_lineno or node.lineno))
            if ran.intersection(lines):
                found.update(lines)
    return found


def _spans(tree: ast.Module, names: Mapping[str, Terms]) -> dict[int, list[Span]]:
    known = _Names(names).read(tree)
    found: dict[int, list[Span]] = {}
    for node in ast.walk(tree):
        key = _key_of(node)
        if key in known and isinstance(node, ast.Attribute | ast.Name):
            name = key.rpartition(".")[2]
            span = Span(node.col_offset, node.end_col_offset or 0, name, known[key])
            found.setdefault(node.lineno - 1, []).append(span)
    return {line: sorted(spans, key=lambda span: span.start) for line, spans in found.items()}


def _key_of(node: ast.AST) -> str:
    """`n.W` of that or of a part of it, `delta` of a plain name."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}" if node.value.id in ("n", "self") else ""
    return node.id if isinstance(node, ast.Name) and node.id != "n" else ""


_Pair = tuple[ast.expr, list[ast.expr]]
"""What is filled, and what from."""


class _Names:
    """What each name is, statement by statement."""

    def __init__(self, given: Mapping[str, Terms]) -> None:
        self._given = given
        self._found: dict[str, Terms] = {}
        self._mixed: set[str] = set()

    def read(self, tree: ast.Module) -> dict[str, Terms]:
        """All that are one term."""
        statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt | ast.expr)]
        statements.sort(key=lambda node: (node.lineno, node.col_offset))
        for statement in statements:
            for target, sources in _filled(statement):
                key = _key_of(target)
                is_alias = isinstance(target, ast.Name) and key in self._found
                if key and key not in self._given and not is_alias:
                    self._fill(key, self._terms(sources))
        return {**self._found, **self._given}

    def _terms(self, sources: Iterable[ast.expr]) -> set[Terms]:
        known = {**self._found, **self._given}
        keys = {_key_of(node) for each in sources for node in ast.walk(each)}
        is_mixed = bool(keys & self._mixed)
        return {known[key] for key in keys if key in known} | ({()} if is_mixed else set())

    def _fill(self, key: str, terms: set[Terms]) -> None:
        terms = terms | ({self._found[key]} if key in self._found else set())
        if len(terms) == 1 and key not in self._mixed and () not in terms:
            self._found[key] = next(iter(terms))
        elif terms:
            self._mixed.add(key)
            self._found.pop(key, None)


def _filled(statement: ast.AST) -> list[_Pair]:
    """Of assignments, loops, and calls that fill an array."""
    if isinstance(statement, ast.Assign):
        return _paired(statement.targets[0], statement.value)
    if isinstance(statement, ast.AugAssign):
        return [(statement.target, [statement.value])]
    if isinstance(statement, ast.For):
        return _paired(statement.target, statement.iter)
    if isinstance(statement, ast.Call):
        if ast.unparse(statement.func) == "np.copyto" and statement.args:
            return [(statement.args[0], list(statement.args[1:]))]
        out = [each.value for each in statement.keywords if each.arg == "out"]
        return [(target, list(statement.args)) for target in out]
    return []


def _paired(target: ast.expr, value: ast.expr) -> list[_Pair]:
    """`a, b = c, d` and `for a, b in zip(c, d)` are two assignments."""
    values: list[ast.expr] = []
    if isinstance(value, ast.Tuple):
        values = value.elts
    elif isinstance(value, ast.Call) and ast.unparse(value.func) == "zip":
        values = value.args
    if isinstance(target, ast.Tuple) and len(values) >= len(target.elts):
        return [(part, [each]) for part, each in zip(target.elts, values, strict=False)]
    return [(target, [value])]
