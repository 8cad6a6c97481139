"""Functions to descend on: J of a few parameters, its gradient, and the samples it is a mean over.

Everything is float64. theta: (n,), or (..., n) where many points are asked for at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from model.analysis.progress import Progress
from model.errors import FieldError
from model.expressions import DomainError, Name, Program, parse
from model.expressions.parsing import FormulaError
from model.expressions.symbolic import latex
from model.expressions.syntax import walk
from model.layer import Array

FARTHEST = 1e6
"""A path that leaves the box by so many of its widths has diverged."""


class Objective:
    """What an optimiser descends on. title, formula (LaTeX), names of the parameters (LaTeX).

    items: how many samples J is a mean or sum over, 1 where it has none. box: (n, 2), the part
    that is worth looking at. minimum: (n,), None where it is not known in closed form. is_weight:
    (n,), the parameters that decoupled weight decay touches.
    """

    title = ""
    formula = ""
    names: tuple[str, ...] = (r"\theta_0", r"\theta_1")
    items = 1
    minimum: Array | None = None
    watched: Array | None = None
    """The parameters whose anatomy is worth keeping, None: all of a few."""
    watched_names: tuple[str, ...] = ()
    """LaTeX of these, () where they are all."""

    def __init__(self, box: Sequence[tuple[float, float]] | Array) -> None:
        self.box: Array = np.array(box, dtype=np.float64)
        self.is_weight: Array = np.ones(len(self.box), dtype=bool)

    @property
    def size(self) -> int:
        """The number of parameters."""
        return len(self.box)

    @property
    def farthest(self) -> float:
        """A parameter beyond this has run away."""
        return float(FARTHEST * (np.abs(self.box).max() + np.ptp(self.box)))

    def value(self, theta: Array, items: Array | None = None) -> Array:
        """J at (..., n) -> (...). items: the samples of a mini-batch, None: all of them."""
        raise NotImplementedError

    def gradient(self, theta: Array, items: Array | None = None, draw: int = 0) -> Array:
        """The gradient at (n,) -> (n,), of the same samples. draw: where J has chance in it, the
        number of the draw; 0 is the one that `value` uses."""
        raise NotImplementedError

    def shown(self, theta: Array) -> Array:
        """What a picture keeps of a place on a path, (n,) -> (k,)."""
        return theta.copy()

    def place(self, shown: Array) -> Array:
        """The parameters at a place of the picture, (k,) -> (n,)."""
        return np.array(shown, dtype=np.float64)

    def hessian(self, theta: Array) -> Array:
        """Second derivatives at (n,) -> (n, n): central differences of the gradient, which is
        exact; wrong by about 1e-9 of their size. NaN where J is not defined."""
        theta = np.asarray(theta, dtype=np.float64)
        rows = []
        for k in range(self.size):
            h = 1e-5 * max(1.0, abs(theta[k]))
            step = np.zeros(self.size)
            step[k] = h
            difference = self.gradient(theta + step) - self.gradient(theta - step)
            rows.append(difference / (2 * h))
        found = np.array(rows)
        return np.asarray((found + found.T) / 2)

    def surface(
        self, resolution: int = 81, items: Array | None = None, progress: Progress | None = None
    ) -> tuple[Array, Array, Array]:
        """J of two parameters on a grid over the box: x (r,), y (r,), values (r, r), rows by y."""
        x = np.linspace(self.box[0, 0], self.box[0, 1], resolution)
        y = np.linspace(self.box[1, 0], self.box[1, 1], resolution)
        rows = []
        for k, height in enumerate(y):
            if progress is not None:
                progress.report(k / resolution)
            points = np.stack([x, np.full(resolution, height)], axis=-1)
            rows.append(self.value(points, items))
        return x, y, np.array(rows)


class FormulaObjective(Objective):
    """J typed as a formula in its parameters, such as `x**2 + 10*y**2`; slopes by the chain rule.

    parameters: as they stand in the formula, in order. names: their LaTeX. Where the formula is
    not defined, J is NaN. Raises: FormulaError with the place in the text, FieldError where the
    result is not one number.
    """

    def __init__(
        self,
        text: str,
        parameters: Sequence[str],
        box: Sequence[tuple[float, float]],
        *,
        title: str = "",
        names: Sequence[str] = (),
        minimum: Sequence[float] | None = None,
    ) -> None:
        super().__init__(box)
        expression = parse(text)
        check_names(expression, tuple(parameters))
        self.text, self.parameters = text, tuple(parameters)
        self.names = tuple(names or parameters)
        self.title = title or text
        self.formula = f"J = {latex(expression)}"
        self._program = Program(expression)
        if self._program.shape(dict.fromkeys(parameters, ())) != ():
            raise FieldError("J is one number.", hint="Put sum(...) around it.")
        self.minimum = None if minimum is None else np.array(minimum, dtype=np.float64)

    def _forward(self, theta: Array) -> Array:
        """theta: (m, n) -> (m,). Raises: DomainError."""
        inputs = {name: theta[:, k] for k, name in enumerate(self.parameters)}
        used = {name: inputs[name] for name in self._program.names}
        found = np.asarray(self._program.forward(used, len(theta)), dtype=np.float64)
        return np.broadcast_to(found.reshape(-1), (len(theta),))

    def _defined(self, theta: Array) -> Array:
        """The same, NaN where the formula is not defined: found by halving."""
        try:
            return self._forward(theta)
        except DomainError:
            if len(theta) == 1:
                return np.full(1, np.nan)
        middle = len(theta) // 2
        return np.concatenate([self._defined(theta[:middle]), self._defined(theta[middle:])])

    def value(self, theta: Array, items: Array | None = None) -> Array:
        theta = np.asarray(theta, dtype=np.float64)
        flat = theta.reshape(-1, self.size)
        return self._defined(flat).reshape(theta.shape[:-1]).copy()

    def gradient(self, theta: Array, items: Array | None = None, draw: int = 0) -> Array:
        try:
            self._forward(np.asarray(theta, dtype=np.float64).reshape(1, -1))
        except DomainError:
            return np.full(self.size, np.nan)
        passed = self._program.backward(np.ones(1))
        slopes = [np.sum(passed.get(name, 0.0)) for name in self.parameters]
        return np.array(slopes, dtype=np.float64)


def check_names(expression: object, parameters: tuple[str, ...]) -> None:
    """Raises: FormulaError at the first name that is none of the parameters."""
    for piece in walk(expression):  # type: ignore[arg-type]
        if isinstance(piece, Name) and piece.name not in parameters:
            raise FormulaError(
                f"'{piece.name}' is no parameter of this function.",
                *piece.span,
                hint=f"Use {' and '.join(parameters)}.",
            )


Reduction = Literal["sum", "mean"]


class RegressionObjective(Objective):
    r"""The line y = beta_0 + beta_1 x through points: RSS = sum (y_i - beta_0 - beta_1 x_i)^2.

    x, y: (N,). reduction: "sum" is the lecture's RSS, "mean" RSS / N. The minimum is the solution
    of the normal equations. beta_0 is a bias: weight decay leaves it alone. Raises: FieldError
    where fewer than two points differ in x.
    """

    title = "Linear regression"
    names = (r"\beta_0", r"\beta_1")
    minimum: Array

    def __init__(
        self,
        x: Array,
        y: Array,
        box: Sequence[tuple[float, float]] | None = None,
        reduction: Reduction = "sum",
    ) -> None:
        self.x, self.y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        if len(np.unique(self.x)) < 2:
            raise FieldError(
                "A line needs points at two places of x at least.", hint="Move a point sideways."
            )
        self.reduction: Reduction = reduction
        self.items = len(self.x)
        design = np.stack([np.ones_like(self.x), self.x], axis=1)
        best = np.linalg.lstsq(design, self.y, rcond=None)[0]
        self.minimum = best
        self._hessian: Array = 2 * design.T @ design / self._count(None)
        reach = 3.5 * np.abs(best).max() + 1
        super().__init__(box if box is not None else [(b - reach, b + reach) for b in best])
        self.is_weight = np.array([False, True])
        outer = r"\frac{1}{N} " if reduction == "mean" else ""
        self.formula = rf"J = {outer}\sum_i (y_i - \beta_0 - \beta_1 x_i)^2"

    def _count(self, items: Array | None) -> int:
        if self.reduction == "sum":
            return 1
        return self.items if items is None else len(items)

    def _scale(self, items: Array | None) -> float:
        """What makes a mini-batch's sum an unbiased guess of the whole sum."""
        if items is None or self.reduction == "mean":
            return 1.0
        return self.items / len(items)

    def _chosen(self, items: Array | None) -> tuple[Array, Array]:
        return (self.x, self.y) if items is None else (self.x[items], self.y[items])

    def value(self, theta: Array, items: Array | None = None) -> Array:
        x, y = self._chosen(items)
        theta = np.asarray(theta, np.float64)
        residuals = y - theta[..., :1] - theta[..., 1:] * x
        total: Array = (residuals**2).sum(axis=-1) / self._count(items) * self._scale(items)
        return total

    def gradient(self, theta: Array, items: Array | None = None, draw: int = 0) -> Array:
        x, y = self._chosen(items)
        residuals = y - theta[0] - theta[1] * x
        slopes = np.array([-2 * residuals.sum(), -2 * (residuals * x).sum()])
        found: Array = slopes / self._count(items) * self._scale(items)
        return found

    def hessian(self, theta: Array) -> Array:
        """(2, 2), the same everywhere: 2 X^T X, over N for the mean."""
        return self._hessian

    @property
    def largest_rate(self) -> float:
        """Gradient descent diverges above this rho: 2 / the largest eigenvalue of the Hessian."""
        return float(2 / np.linalg.eigvalsh(self._hessian)[-1])
