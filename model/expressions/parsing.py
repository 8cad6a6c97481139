"""From text to syntax tree, by precedence climbing. A fault says its place and what was expected.

    sum      := product (('+' | '-') product)*
    product  := sign (('*' | '/' | '@') sign)*
    sign     := '-' sign | power
    power    := atom ('**' sign)?            right to left; -x**2 is -(x**2)
    atom     := number | name | function '(' sum (',' sum)* ')' | '(' sum ')'

Also read: ^ as **, × and · as *, ÷ as /, − as -, ² and ³ as powers.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from model.errors import DesignError
from model.expressions.operations import OPERATIONS
from model.expressions.syntax import Call, Expression, Name, Number

MAX_LENGTH = 500
MAX_DEPTH = 40
MAX_PIECES = 300
MAX_INDEX = 4095
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-zα-ωΑ-Ω_][A-Za-z0-9α-ωΑ-Ω_]*)"
    r"|(?P<mark>\*\*|[-+*/@^(),×·÷−²³]))"
)
_MARKS = {"^": "**", "×": "*", "·": "*", "÷": "/", "−": "-"}
_SUMS = {"+": "add", "-": "subtract"}
_PRODUCTS = {"*": "multiply", "/": "divide", "@": "matmul"}
_SQUARES = {"²": 2.0, "³": 3.0}


class FormulaError(DesignError):
    """A formula that cannot be read. start, end: the place in the text, to be underlined."""

    def __init__(self, message: str, start: int, end: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.start = start
        self.end = end


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse(text: str) -> Expression:
    """Raises: FormulaError."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"The formula has {len(text):,} characters; at most {MAX_LENGTH} can be read.",
            MAX_LENGTH,
            MAX_LENGTH + 1,
            hint="Split it over several nodes.",
        )
    parser = _Parser(_tokens(text), len(text))
    found = parser.sum(0)
    parser.expect_end()
    return found


def _tokens(text: str) -> list[_Token]:
    found = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise FormulaError(
                f"'{text[at]}' at place {at + 1} is not part of any formula.",
                at,
                at + 1,
                hint="Use numbers, names, + - * / ** @, brackets and functions.",
            )
        kind = str(match.lastgroup)
        found.append(_Token(kind, match.group(kind), match.start(kind), match.end(kind)))
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._length = length
        self._at = 0
        self._pieces = 0

    @property
    def _next(self) -> _Token:
        if self._at < len(self._tokens):
            return self._tokens[self._at]
        return _Token("end", "", self._length, self._length + 1)

    def _mark(self) -> str:
        token = self._next
        return _MARKS.get(token.text, token.text) if token.kind == "mark" else ""

    def _made(self, piece: Expression) -> Expression:
        self._pieces += 1
        if self._pieces > MAX_PIECES:
            raise FormulaError(
                f"The formula has more than {MAX_PIECES} pieces.",
                *piece.span,
                hint="Split it over several nodes.",
            )
        return piece

    def _call(self, operation: str, *arguments: Expression) -> Expression:
        span = (arguments[0].span[0], arguments[-1].span[1])
        return self._made(Call(operation, arguments, span))

    def sum(self, depth: int) -> Expression:
        found = self._product(depth)
        while self._mark() in _SUMS:
            operation = _SUMS[self._mark()]
            self._at += 1
            found = self._call(operation, found, self._product(depth))
        return found

    def _product(self, depth: int) -> Expression:
        found = self._sign(depth)
        while self._mark() in _PRODUCTS:
            operation = _PRODUCTS[self._mark()]
            self._at += 1
            found = self._call(operation, found, self._sign(depth))
        return found

    def _sign(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise FormulaError(
                f"The formula is nested more than {MAX_DEPTH} deep.",
                self._next.start,
                self._next.end,
                hint="Split it over several nodes.",
            )
        if self._mark() != "-":
            return self._power(depth)
        start = self._next.start
        self._at += 1
        inner = self._sign(depth + 1)
        if isinstance(inner, Number):
            return self._made(Number(-inner.value, (start, inner.span[1])))
        return self._made(Call("negative", (inner,), (start, inner.span[1])))

    def _power(self, depth: int) -> Expression:
        base = self._atom(depth)
        while self._mark() in _SQUARES:
            token = self._next
            self._at += 1
            exponent = self._made(Number(_SQUARES[token.text], (token.start, token.end)))
            base = self._call("power", base, exponent)
        if self._mark() != "**":
            return base
        self._at += 1
        return self._call("power", base, self._sign(depth + 1))

    def _atom(self, depth: int) -> Expression:
        token = self._next
        if token.kind == "number":
            self._at += 1
            return self._made(Number(float(token.text), (token.start, token.end)))
        if token.kind == "name":
            self._at += 1
            return self._name(token, depth)
        if token.text == "(":
            self._at += 1
            inner = self.sum(depth + 1)
            self._close(token)
            return inner
        raise self._unexpected("a number, a name or a bracket")

    def _name(self, token: _Token, depth: int) -> Expression:
        span = (token.start, token.end)
        if self._mark() == "(":
            return self._function(token, depth)
        if token.text in CONSTANTS:
            return self._made(Number(CONSTANTS[token.text], span))
        if token.text in OPERATIONS:
            raise FormulaError(
                f"{token.text} is a function: it needs brackets.",
                *span,
                hint=f"Write {token.text}(x).",
            )
        if token.text.startswith("_") or "__" in token.text:
            raise FormulaError(f"'{token.text}' is no name for an input.", *span)
        return self._made(Name(token.text, span))

    def _function(self, token: _Token, depth: int) -> Expression:
        span = (token.start, token.end)
        known = OPERATIONS.get(token.text)
        if known is None or not known.is_function:
            names = ", ".join(name for name, found in OPERATIONS.items() if found.is_function)
            raise FormulaError(
                f"There is no function named '{token.text}'.", *span, hint=f"Known are: {names}."
            )
        bracket = self._next
        self._at += 1
        arguments = [self.sum(depth + 1)]
        while self._mark() == ",":
            self._at += 1
            arguments.append(self.sum(depth + 1))
        end = self._close(bracket)
        if len(arguments) not in known.arity:
            few = known.arity if len(known.arity) < 4 else ()
            wanted = " or ".join(map(str, few)) or f"1 to {known.arity[-1]}"
            raise FormulaError(
                f"{token.text} takes {wanted} argument{'s' if wanted != '1' else ''},"
                f" but is given {len(arguments)}.",
                token.start,
                end,
            )
        if known.is_indexed:
            _check_indices(token.text, arguments[1:])
        return self._made(Call(token.text, tuple(arguments), (token.start, end)))

    def _close(self, bracket: _Token) -> int:
        if self._mark() != ")":
            raise self._unexpected(f"the ')' that closes the bracket at place {bracket.start + 1}")
        end = self._next.end
        self._at += 1
        return end

    def expect_end(self) -> None:
        if self._next.kind != "end":
            raise self._unexpected("an operator such as + or *")

    def _unexpected(self, expected: str) -> FormulaError:
        token = self._next
        said = f"'{token.text}'" if token.kind != "end" else "the end of the formula"
        place = f" at place {token.start + 1}" if token.kind != "end" else ""
        return FormulaError(
            f"Expected {expected}, but found {said}{place}.", token.start, token.end
        )


def _check_indices(name: str, indices: list[Expression]) -> None:
    for index in indices:
        is_place = isinstance(index, Number) and index.value in range(MAX_INDEX + 1)
        if not is_place:
            raise FormulaError(
                f"{name} needs a whole number to say the place.",
                *index.span,
                hint=f"Places are counted from 0: {name}(x, 0) is the first.",
            )
