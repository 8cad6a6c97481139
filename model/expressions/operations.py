"""What a formula may do: each operation forwards, and backwards as a vector-Jacobian product.

Arrays are (B, ...): axis 0 is the batch, the rest one item's axes. Operations with several
arguments are given arrays that broadcast against one another; `program.Program` sees to it and
adds up what was broadcast.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.errors import DesignError, ShapeError
from model.layer import Array, Shape

Forward = Callable[..., Array]
Backward = Callable[..., tuple[Array, ...]]
MAX_STACKED = 64


class DomainError(DesignError):
    """An operation was given a number for which it is not defined. value: that number."""

    value = math.nan


@dataclass(frozen=True)
class Operation:
    """forward(*values) -> value; backward(delta, value, *values) -> one delta an argument.

    shape: item shapes of the arguments to the item shape of the result; None: they broadcast.
    latex: a template with {0}, {1}; forbidden: (test, words) for numbers outside the domain.
    is_indexed: all arguments but the first are whole numbers >= 0, written out in the formula;
    `shape` is given them as they are.
    """

    arity: tuple[int, ...]
    forward: Forward
    backward: Backward
    latex: str
    shape: Callable[..., Shape] | None = None
    is_function: bool = True
    forbidden: tuple[Callable[..., Array], str] | None = None
    is_indexed: bool = False


def _items(values: Array) -> tuple[int, ...]:
    """The axes of one item."""
    return tuple(range(1, values.ndim))


def _spread(delta: Array, like: Array) -> Array:
    """delta of a reduced item (B,), laid over the item's axes again."""
    return np.broadcast_to(delta.reshape(len(delta), *[1] * (like.ndim - 1)), like.shape)


def _sigmoid(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


def _softmax(x: Array) -> Array:
    raised = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _power_backward(d: Array, z: Array, x: Array, n: Array) -> tuple[Array, Array]:
    by_base = d * n * np.power(x, n - 1, where=n != 0, out=np.zeros(z.shape))
    logarithm = np.log(x, where=x > 0, out=np.zeros(np.broadcast_shapes(x.shape, z.shape)))
    return by_base, d * z * logarithm


def _matmul(a: Array, b: Array) -> Array:
    """Item by item: matrices and vectors, (m, n) @ (n, p), (m, n) @ (n,), (n,) @ (n, p)."""
    left = a[:, None, :] if a.ndim == 2 else a
    right = b[:, :, None] if b.ndim == 2 else b
    found = left @ right
    if b.ndim == 2:
        found = found[..., 0]
    return np.asarray(found[:, 0] if a.ndim == 2 else found)


def _matmul_backward(d: Array, z: Array, a: Array, b: Array) -> tuple[Array, Array]:
    left = a[:, None, :] if a.ndim == 2 else a
    right = b[:, :, None] if b.ndim == 2 else b
    delta = d.reshape(len(d), left.shape[1], right.shape[2])
    return (
        (delta @ right.swapaxes(1, 2)).reshape(a.shape),
        (left.swapaxes(1, 2) @ delta).reshape(b.shape),
    )


def _matmul_shape(a: Shape, b: Shape) -> Shape:
    if len(a) not in (1, 2) or len(b) not in (1, 2) or a[-1] != b[0]:
        raise ShapeError(
            f"@ multiplies (m × n) by (n × p), but is given {_text(a)} and {_text(b)}.",
            hint="The inner sizes must be equal; use * for number by number.",
        )
    return (*a[:-1], *b[1:])


def _text(shape: Shape) -> str:
    return "(" + " × ".join(map(str, shape)) + ")" if shape else "a scalar"


def _same(a: Shape) -> Shape:
    return a


def _scalar(*_shapes: Shape) -> Shape:
    return ()


def _dot_shape(a: Shape, b: Shape) -> Shape:
    if a != b or len(a) != 1:
        raise ShapeError(
            f"dot takes two vectors of one length, but is given {_text(a)} and {_text(b)}."
        )
    return ()


def _softmax_shape(a: Shape) -> Shape:
    if not a:
        raise ShapeError("softmax takes a vector, but is given a scalar.")
    return a


def _largest(*values: Array) -> Array:
    if len(values) == 2:
        return np.maximum(*values)
    return np.asarray(values[0].reshape(len(values[0]), -1).max(axis=1))


def _largest_backward(d: Array, z: Array, *values: Array) -> tuple[Array, ...]:
    """Where several are equally large, the first of them takes the whole delta."""
    if len(values) == 2:
        first = values[0] >= values[1]
        return d * first, d * ~first
    flat = values[0].reshape(len(z), -1)
    found = np.zeros(flat.shape)
    found[np.arange(len(z)), flat.argmax(axis=1)] = d
    return (found.reshape(values[0].shape),)


def _largest_shape(*shapes: Shape) -> Shape:
    return np.broadcast_shapes(*shapes) if len(shapes) == 2 else ()


def _norm_backward(d: Array, z: Array, x: Array) -> tuple[Array]:
    safe = np.where(z > 0, z, 1)
    return (_spread(d / safe, x) * x,)


def _place(indices: tuple[Array, ...]) -> tuple[slice | int, ...]:
    """Written-out indices come as (B,) arrays of one number."""
    return (slice(None), *(int(index[0]) for index in indices))


def _pick_backward(d: Array, z: Array, x: Array, *indices: Array) -> tuple[Array, ...]:
    found = np.zeros_like(x, dtype=d.dtype)
    found[_place(indices)] = d
    return (found, *(np.zeros(len(d)) for _ in indices))


def _pick_shape(a: Shape, *indices: int) -> Shape:
    if len(indices) > len(a):
        raise ShapeError(
            f"pick is given {len(indices)} place{'s' if len(indices) > 1 else ''} in {_text(a)}.",
            hint="Give pick a vector and one place, or a matrix and a row and a column.",
        )
    for index, size in zip(indices, a, strict=False):
        if index >= size:
            raise ShapeError(
                f"pick asks for place {index} of {size}.",
                hint=f"Places are counted from 0; the last one is {size - 1}.",
            )
    return a[len(indices) :]


def _stack_shape(*shapes: Shape) -> Shape:
    if len(set(shapes)) > 1:
        said = ", ".join(_text(shape) for shape in shapes)
        raise ShapeError(f"stack takes arguments of one shape, but is given {said}.")
    return (len(shapes), *shapes[0])


def _batch_mean(x: Array) -> Array:
    """(B, ...): every item is given the mean over the batch."""
    return np.broadcast_to(x.mean(axis=0, keepdims=True), x.shape)


def _element(
    forward: Callable[[Array], Array],
    slope: Callable[[Array, Array], Array],
    latex: str,
    forbidden: tuple[Callable[..., Array], str] | None = None,
) -> Operation:
    """An operation on each number by itself; slope(x, f(x)) is its derivative."""
    return Operation(
        (1,), forward, lambda d, z, x: (d * slope(x, z),), latex, _same, forbidden=forbidden
    )


def _infix(
    forward: Forward,
    backward: Backward,
    latex: str,
    shape: Callable[..., Shape] | None = None,
    forbidden: tuple[Callable[..., Array], str] | None = None,
) -> Operation:
    return Operation((2,), forward, backward, latex, shape, False, forbidden)


OPERATIONS: dict[str, Operation] = {
    "add": _infix(np.add, lambda d, z, x, y: (d, d), "{0} + {1}"),
    "subtract": _infix(np.subtract, lambda d, z, x, y: (d, -d), "{0} - {1}"),
    "multiply": _infix(np.multiply, lambda d, z, x, y: (d * y, d * x), r"{0} \cdot {1}"),
    "divide": _infix(
        np.divide,
        lambda d, z, x, y: (d / y, -d * z / y),
        r"\frac{{{0}}}{{{1}}}",
        forbidden=(lambda x, y: y == 0, "division by zero"),
    ),
    "power": _infix(
        np.power,
        _power_backward,
        "{0}^{{{1}}}",
        forbidden=(
            lambda x, n: ((x < 0) & (n != np.round(n))) | ((x == 0) & (n < 0)),
            "a power that is not a real number",
        ),
    ),
    "matmul": _infix(_matmul, _matmul_backward, r"{0} \, {1}", _matmul_shape),
    "negative": Operation((1,), np.negative, lambda d, z, x: (-d,), "-{0}", _same, False),
    "exp": _element(np.exp, lambda x, z: z, r"e^{{{0}}}"),
    "log": _element(
        np.log,
        lambda x, z: 1 / x,
        r"\log({0})",
        (lambda x: x <= 0, "the logarithm of a number that is not positive"),
    ),
    "sin": _element(np.sin, lambda x, z: np.cos(x), r"\sin({0})"),
    "cos": _element(np.cos, lambda x, z: -np.sin(x), r"\cos({0})"),
    "tan": _element(np.tan, lambda x, z: 1 + z * z, r"\tan({0})"),
    "sqrt": _element(
        np.sqrt,
        lambda x, z: 0.5 / z,
        r"\sqrt{{{0}}}",
        (lambda x: x < 0, "the square root of a negative number"),
    ),
    "abs": _element(np.abs, lambda x, z: np.sign(x), r"|{0}|"),
    "square": _element(np.square, lambda x, z: 2 * x, r"({0})^2"),
    "sigmoid": _element(_sigmoid, lambda x, z: z * (1 - z), r"\mathrm{{sigmoid}}({0})"),
    "tanh": _element(np.tanh, lambda x, z: 1 - z * z, r"\tanh({0})"),
    "relu": _element(
        lambda x: np.maximum(x, 0), lambda x, z: (x > 0).astype(x.dtype), r"\max(0, {0})"
    ),
    "softmax": Operation(
        (1,),
        _softmax,
        lambda d, z, x: (z * (d - (d * z).sum(axis=-1, keepdims=True)),),
        r"\mathrm{{softmax}}({0})",
        _softmax_shape,
    ),
    "sum": Operation(
        (1,),
        lambda x: x.sum(axis=_items(x)),
        lambda d, z, x: (_spread(d, x),),
        r"\sum {0}",
        _scalar,
    ),
    "mean": Operation(
        (1,),
        lambda x: x.mean(axis=_items(x)),
        lambda d, z, x: (_spread(d, x) * (len(x) / x.size),),
        r"\mathrm{{mean}}({0})",
        _scalar,
    ),
    "max": Operation((1, 2), _largest, _largest_backward, r"\max({0})", _largest_shape),
    "dot": Operation(
        (2,),
        lambda x, y: (x * y).sum(axis=1),
        lambda d, z, x, y: (_spread(d, x) * y, _spread(d, y) * x),
        r"{0}^T {1}",
        _dot_shape,
    ),
    "norm": Operation(
        (1,),
        lambda x: np.sqrt((x * x).sum(axis=_items(x))),
        _norm_backward,
        r"\|{0}\|",
        _scalar,
    ),
    "pick": Operation(
        (2, 3),
        lambda x, *indices: x[_place(indices)],
        _pick_backward,
        "[{0}]_{{{1}}}",
        _pick_shape,
        is_indexed=True,
    ),
    "stack": Operation(
        tuple(range(1, MAX_STACKED + 1)),
        lambda *values: np.stack(values, axis=1),
        lambda d, z, *values: tuple(d[:, place] for place in range(len(values))),
        "({0})^T",
        _stack_shape,
    ),
    "batch_mean": Operation(
        (1,),
        _batch_mean,
        lambda d, z, x: (_batch_mean(d),),
        r"\frac{{1}}{{B}} \sum_i ({0})_i",
        _same,
    ),
}
"""By the name in a formula; the names of infix operators stand for + - * / ** @ and the sign."""
