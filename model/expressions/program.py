"""A formula made ready to run: a list of operations, forwards and backwards over a tape."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.errors import ShapeError
from model.expressions.operations import OPERATIONS, DomainError, Operation
from model.expressions.syntax import Call, Expression, Name, Number, names_of
from model.layer import Array, Shape


class Program:
    """Computes a formula for a batch, and its vector-Jacobian products.

    Equal pieces of the formula are computed apart, as they are written. The tape (one value a
    piece) is kept from `forward` to `backward`.
    """

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.names = names_of(expression)
        self.pieces: list[Expression] = []
        self.arguments: list[list[int]] = []
        """For each piece the places of its arguments in `pieces` and on the tape."""
        self._place(expression)
        self.tape: list[Array] = []
        self.deltas: list[Array | None] = []

    def _place(self, piece: Expression) -> int:
        """Write a piece down after its arguments; returns its place."""
        inner = piece.arguments if isinstance(piece, Call) else ()
        places = [self._place(argument) for argument in inner]
        self.pieces.append(piece)
        self.arguments.append(places)
        return len(self.pieces) - 1

    def shape(self, shapes: Mapping[str, Shape]) -> Shape:
        """The item shape of the result. Raises: ShapeError."""
        found: list[Shape] = []
        for piece, places in zip(self.pieces, self.arguments, strict=True):
            if isinstance(piece, Call):
                operation = OPERATIONS[piece.operation]
                given = [found[place] for place in places]
                if operation.is_indexed:
                    found.append(_picked(operation, piece, given[0]))
                    continue
                found.append(operation.shape(*given) if operation.shape else _broadcast(given))
            else:
                found.append(shapes[piece.name] if isinstance(piece, Name) else ())
        return found[-1]

    def forward(self, inputs: Mapping[str, Array], batch: int) -> Array:
        """inputs: (B, ...) by name. Returns (B, ...). Raises: DomainError with the value."""
        self.tape = []
        for piece, places in zip(self.pieces, self.arguments, strict=True):
            if isinstance(piece, Name):
                self.tape.append(inputs[piece.name])
            elif isinstance(piece, Number):
                self.tape.append(np.full(batch, piece.value))
            else:
                self.tape.append(self._compute(piece, places))
        return self.tape[-1]

    def _compute(self, piece: Call, places: list[int]) -> Array:
        operation = OPERATIONS[piece.operation]
        values = self._values(piece, places)
        if operation.forbidden is not None:
            test, words = operation.forbidden
            wrong = test(*values)
            if wrong.any():
                where = np.broadcast_to(wrong, np.broadcast_shapes(wrong.shape, values[-1].shape))
                culprit = values[-1] if piece.operation == "divide" else values[0]
                shown = np.broadcast_to(culprit, where.shape)[where].flat[0]
                fault = DomainError(
                    f"This formula asks for {words}: the value is {shown:.7g}.",
                    hint="Change a value or the formula so that it stays inside the domain.",
                )
                fault.value = float(shown)
                raise fault
        with np.errstate(all="ignore"):  # infinities are seen and named by the trainer
            return np.asarray(operation.forward(*values))

    def _values(self, piece: Call, places: list[int]) -> list[Array]:
        """The arguments, with axes put in so that items of several ranks broadcast."""
        values = [self.tape[place] for place in places]
        if OPERATIONS[piece.operation].shape is not None and piece.operation != "max":
            return values
        rank = max(value.ndim for value in values)
        return [_raised(value, rank) for value in values]

    def backward(self, delta: Array) -> dict[str, Array]:
        """delta: dJ/d(result), (B, ...). Returns dJ/d(input) by name; uses add up.

        Afterwards `deltas` holds dJ/d(piece) of every piece.
        """
        self.deltas = [None] * len(self.pieces)
        self.deltas[-1] = delta
        for place in range(len(self.pieces) - 1, -1, -1):
            piece, arriving = self.pieces[place], self.deltas[place]
            if not isinstance(piece, Call) or arriving is None:
                continue
            values = self._values(piece, self.arguments[place])
            with np.errstate(all="ignore"):
                found = OPERATIONS[piece.operation].backward(arriving, self.tape[place], *values)
            for argument, passed in zip(self.arguments[place], found, strict=True):
                self.deltas[argument] = _summed(np.asarray(passed), self.tape[argument])
        return self._by_name()

    def _by_name(self) -> dict[str, Array]:
        found: dict[str, Array] = {}
        for piece, delta in zip(self.pieces, self.deltas, strict=True):
            if isinstance(piece, Name) and delta is not None:
                before = found.get(piece.name)
                found[piece.name] = delta if before is None else before + delta
        return found


def _picked(operation: Operation, piece: Call, shape: Shape) -> Shape:
    """The places are numbers of the formula itself, not shapes."""
    indices = [int(index.value) for index in piece.arguments[1:] if isinstance(index, Number)]
    return operation.shape(shape, *indices) if operation.shape else shape


def _broadcast(shapes: list[Shape]) -> Shape:
    try:
        return tuple(np.broadcast_shapes(*shapes))
    except ValueError:
        said = " and ".join(" × ".join(map(str, shape)) or "a scalar" for shape in shapes)
        raise ShapeError(
            f"These shapes do not fit number by number: {said}.",
            hint="Use equal shapes or a scalar; @ is the matrix product.",
        ) from None


def _raised(value: Array, rank: int) -> Array:
    """(B, n) to (B, 1, n): missing axes of the item go in front."""
    return value.reshape(len(value), *[1] * (rank - value.ndim), *value.shape[1:])


def _summed(delta: Array, like: Array) -> Array:
    """Add up a delta over the axes along which its value was broadcast."""
    extra = delta.ndim - like.ndim
    if extra > 0:
        delta = delta.sum(axis=tuple(range(1, 1 + extra)))
    wide = tuple(
        axis for axis in range(1, like.ndim) if like.shape[axis] == 1 and delta.shape[axis] != 1
    )
    return np.asarray(delta.sum(axis=wide, keepdims=True) if wide else delta)
