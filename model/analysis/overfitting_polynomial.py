r"""A noisy sine wave and polynomials of growing degree: overfitting at its smallest.

y = sin(2 pi x) + noise. The x of an order are spread over [0, 1] by the golden ratio, so that the
first n of them always cover it: x_i = (x_0 + i (sqrt 5 - 1) / 2) mod 1, x_0 random. The polynomial
is \sum_k c_k P_k(2 x - 1) with the Legendre polynomials P_k, k = 0 ... degree, so that high degrees
stay exact in float64.
J = 1/n \sum (y_i - f(x_i))^2. The fit is the least-squares one; of several the shortest c. On its
way it is gradient descent from c = 0 with rho = 1 / (greatest second derivative of J), whose place
after t steps is known without taking them: with Phi = U S V^T,
c_t = V diag((1 - (1 - s^2 / s_max^2)^t) / s) U^T y.
Source: Bishop 2006, section 1.1 (the example); Goodfellow et al. 2016, section 7.8 (the formula).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial import legendre

from model.analysis.overfitting import FitRun, early_stop
from model.analysis.progress import Progress
from model.chance import stream
from model.layer import Array
from model.snapshot import Boundary

MOST_ITEMS = 100
MOST_DEGREE = 16
HELD_OUT = 200
"""Items of the validation part, and of the test part."""
GOLDEN = (5**0.5 - 1) / 2
STEPS = 1_000_000
MARKS = 61
_X = np.linspace(0.0, 1.0, 201)


def wave(x: Array) -> Array:
    """What the data come from: sin(2 pi x)."""
    return np.asarray(np.sin(2 * np.pi * x))


def design_matrix(x: Array, degree: int) -> Array:
    """Phi: (n, degree + 1), P_k(2 x - 1)."""
    return np.asarray(legendre.legvander(2 * np.asarray(x, float) - 1, degree))


def least_squares(x: Array, y: Array, degree: int) -> Array:
    """c: (degree + 1,) of the least J; of several the shortest."""
    return np.asarray(np.linalg.lstsq(design_matrix(x, degree), y, rcond=None)[0])


def descent(x: Array, y: Array, degree: int, steps: Array) -> Array:
    """c after each number of steps of gradient descent from 0, (len(steps), degree + 1)."""
    u, s, vt = np.linalg.svd(design_matrix(x, degree), full_matrices=False)
    share = np.minimum((s / s[0]) ** 2, 1.0)
    t = np.asarray(steps, float)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        done = np.where(t > 0, -np.expm1(t * np.log1p(-share)), 0.0)
    pull = u.T @ y / np.maximum(s, 1e-300)
    return np.asarray((done * pull) @ vt)


def mean_squared(x: Array, y: Array, c: Array) -> float:
    """J of coefficients (degree + 1,)."""
    return float(np.mean((design_matrix(x, len(c) - 1) @ c - y) ** 2))


@dataclass(frozen=True)
class Wave:
    """Polynomials fitted to a noisy wave. noise: its standard deviation; seed 0 is drawn in the
    picture, the others draw all of their items anew."""

    noise: float = 0.25

    @property
    def title(self) -> str:
        return "Noisy sine wave, polynomial"

    @property
    def sizes(self) -> tuple[float, ...]:
        return tuple(float(degree) for degree in range(MOST_DEGREE + 1))

    @property
    def most_items(self) -> int:
        return MOST_ITEMS

    def size_words(self, size: float) -> str:
        """The degree."""
        return f"degree {round(size)}"

    def parameters(self, size: float) -> int:
        """Coefficients of the polynomial."""
        return round(size) + 1

    def parts(self, number: int) -> tuple[tuple[Array, Array], ...]:
        """(x, y) of training, validation and test for the number-th seed."""
        return _drawn(self.noise, number)

    def judge(self, _progress: Progress, size: float, items: int, number: int) -> Array:
        """(3,) losses of the least-squares fit."""
        parts = self.parts(number)
        x, y = parts[0]
        kept = ((x[:items], y[:items]), *parts[1:])
        c = least_squares(x[:items], y[:items], round(size))
        return np.array([mean_squared(*part, c) for part in kept])

    def run(self, progress: Progress, size: float, items: int, patience: int) -> FitRun:
        """Gradient descent on the coefficients, judged after 1 to `STEPS` steps."""
        (x, y), validation, test = self.parts(0)
        x, y = x[:items], y[:items]
        degree = round(size)
        steps = np.unique(np.round(np.geomspace(1, STEPS, MARKS)))
        places = descent(x, y, degree, steps)
        progress.report(0.5, "Gradient descent")
        parts = ((x, y), validation, test)
        losses = np.array([[mean_squared(*part, c) for c in places] for part in parts])
        values = places @ design_matrix(_X, degree).T
        maps = tuple(_map(x, y, curve) for curve in values)
        held_out = (validation[0][:, None], validation[1])
        stop = early_stop(losses[1].tolist(), patience)
        return FitRun(size, items, steps, losses, stop, maps, held_out, wave(_X))


def _map(x: Array, y: Array, values: Array) -> Boundary:
    nothing = np.empty(0)
    return Boundary(False, _X, nothing, values[:, None], x[:, None], y)


@cache
def _drawn(noise: float, number: int) -> tuple[tuple[Array, Array], ...]:
    found = []
    for name, count in (("train", MOST_ITEMS), ("validation", HELD_OUT), ("test", HELD_OUT)):
        start = stream(number, f"wave {name}", "x").random()
        x = (start + np.arange(count) * GOLDEN) % 1.0
        y = wave(x) + noise * stream(number, f"wave {name}", "noise").standard_normal(count)
        found.append((x, y))
    return tuple(found)
