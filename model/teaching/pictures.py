"""What can be drawn of an operation; made by `picturing`."""

from __future__ import annotations

from dataclasses import dataclass

from model.layer import Array
from model.teaching.equation import Equation


@dataclass(frozen=True)
class Curve:
    """y = f(x) of one number of an element-wise function, all others held fast.

    xs, ys: (SAMPLES,), NaN where f is not defined. x, y: the point. slope: f'(x), None in the
    forward pass. run: along x, of a triangle that shows the slope. others: (xs, ys) of the item's
    other numbers, which lie on the same curve. label: LaTeX of the function, x_name of its input.
    """

    xs: Array
    ys: Array
    x: float
    y: float
    slope: float | None
    run: float
    label: str
    x_name: str
    port: str
    others: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Rectangle:
    """a times b as an area; by: the side that moves, whose local derivative is the other."""

    a: float
    b: float
    a_name: str
    b_name: str
    by: str


@dataclass(frozen=True)
class Bars:
    """A loss: what the network says, what it should have said, and what is passed down.

    predictions, targets, deltas: (k,); deltas None in the forward pass.
    """

    predictions: Array
    targets: Array
    deltas: Array | None
    prediction_name: str
    factor: float | None


@dataclass(frozen=True)
class Stack:
    """Numbers that add up to one, each with its name and term: what arrives at a fan-out, or the
    ways on which a normalised number passes its delta down."""

    names: tuple[str, ...]
    values: tuple[float, ...]
    terms: tuple[str, ...]
    total: float
    total_name: str
    total_term: str


@dataclass(frozen=True)
class NumberLine:
    """old - step = new, of one weight. symbol: LaTeX. decayed: the old value after weight decay,
    from which the step is taken. terms: of the old value and of the new."""

    symbol: str
    old: float
    step: float
    new: float
    decayed: float | None = None
    terms: tuple[str, str] = ("part:theta", "part:new")


@dataclass(frozen=True)
class Strips:
    """An equation as strips and maps of colour."""

    equation: Equation


@dataclass(frozen=True)
class TimeRow:
    """One number of a unit at every step. symbol: LaTeX with t; values: (T,). look: h, delta, or
    gate (from 0 to 1, or -1 to 1)."""

    key: str
    symbol: str
    caption: str
    terms: tuple[str, ...]
    values: Array
    look: str


@dataclass(frozen=True)
class Unrolled:
    """A box for every step of a sequence. cell: what it is, in words. times: of the sequence, in
    the order in which a recurrent cell reads them; time: the place of the chosen one. overview: the
    row that is drawn for all steps. is_linked: something goes from step to step. chooses: by step
    the number that chooses it, () where none can be."""

    cell: str
    times: tuple[int, ...]
    time: int
    rows: tuple[TimeRow, ...]
    overview: int
    is_forward: bool
    chooses: tuple[int, ...] = ()
    is_linked: bool = True


Picture = Curve | Rectangle | Bars | Stack | NumberLine | Strips | Unrolled
