"""Functions to descend on: J of a few parameters, its gradient, and the samples it is a mean over.

Everything is float64. theta: (n,), or (..., n) where many points are asked for at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from model.errors import FieldError
from model.expressions import Program, names_of, parse
from model.layer import Array


class Objective:
    """What an optimiser descends on. title, formula (LaTeX), names of the parameters (LaTeX).

    items: how many samples J is a mean or sum over, 1 where it has none. box: (n, 2), the part
    that is worth looking at. minimum: (n,), None where it is not known in closed form.
    """

    title = ""
    formula = ""
    names: tuple[str, ...] = (r"\theta_0", r"\theta_1")
    items = 1
    minimum: Array | None = None

    def __init__(self, box: Sequence[tuple[float, float]]) -> None:
        self.box: Array = np.array(box, dtype=np.float64)

    @property
    def size(self) -> int:
        """The number of parameters."""
        return len(self.box)

    def value(self, theta: Array, items: Array | None = None) -> Array:
        """J at (..., n) -> (...). items: the samples of a mini-batch, None: all of them."""
        raise NotImplementedError

    def gradient(self, theta: Array, items: Array | None = None) -> Array:
        """The gradient at (n,) -> (n,), of the same samples."""
        raise NotImplementedError

    def surface(self, resolution: int = 81) -> tuple[Array, Array, Array]:
        """J of two parameters on a grid over the box: x (r,), y (r,), values (r, r), rows by y."""
        x = np.linspace(self.box[0, 0], self.box[0, 1], resolution)
        y = np.linspace(self.box[1, 0], self.box[1, 1], resolution)
        points = np.stack(np.meshgrid(x, y), axis=-1)
        return x, y, self.value(points)


class FormulaObjective(Objective):
    """J typed as a formula in its parameters, such as `x**2 + 10*y**2`; slopes by the chain rule.

    names: of the parameters as they stand in the formula, in order. Raises: FormulaError,
    FieldError where a name is missing or the result is not one number.
    """

    def __init__(
        self,
        text: str,
        parameters: Sequence[str],
        box: Sequence[tuple[float, float]],
        *,
        title: str = "",
        minimum: Sequence[float] | None = None,
    ) -> None:
        super().__init__(box)
        expression = parse(text)
        unknown = [name for name in names_of(expression) if name not in parameters]
        if unknown:
            raise FieldError(
                f"'{unknown[0]}' is no parameter of this function.",
                hint=f"Use {' and '.join(parameters)}.",
            )
        self.text, self.parameters = text, tuple(parameters)
        self.names = tuple(parameters)
        self.title = title or text
        self._program = Program(expression)
        if self._program.shape(dict.fromkeys(parameters, ())) != ():
            raise FieldError("J is one number.", hint="Put sum(...) around it.")
        self.minimum = None if minimum is None else np.array(minimum, dtype=np.float64)

    def _forward(self, theta: Array) -> Array:
        """theta: (m, n) -> (m,)."""
        inputs = {name: theta[:, k] for k, name in enumerate(self.parameters)}
        used = {name: inputs[name] for name in self._program.names}
        found = np.asarray(self._program.forward(used, len(theta)), dtype=np.float64)
        return np.broadcast_to(found.reshape(-1), (len(theta),))

    def value(self, theta: Array, items: Array | None = None) -> Array:
        theta = np.asarray(theta, dtype=np.float64)
        flat = theta.reshape(-1, self.size)
        return self._forward(flat).reshape(theta.shape[:-1]).copy()

    def gradient(self, theta: Array, items: Array | None = None) -> Array:
        self._forward(np.asarray(theta, dtype=np.float64).reshape(1, -1))
        passed = self._program.backward(np.ones(1))
        slopes = [np.sum(passed.get(name, 0.0)) for name in self.parameters]
        return np.array(slopes, dtype=np.float64)


Reduction = Literal["sum", "mean"]


class RegressionObjective(Objective):
    r"""The line y = beta_0 + beta_1 x through points: RSS = sum (y_i - beta_0 - beta_1 x_i)^2.

    x, y: (N,). reduction: "sum" is the lecture's RSS, "mean" RSS / N. The minimum is the solution
    of the normal equations. Raises: FieldError where fewer than two points differ in x.
    """

    title = "Linear regression"
    names = (r"\beta_0", r"\beta_1")

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
        self.hessian: Array = 2 * design.T @ design / self._count(None)
        """(2, 2), the same everywhere."""
        reach = 3.5 * np.abs(best).max() + 1
        super().__init__(box if box is not None else [(b - reach, b + reach) for b in best])
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

    def gradient(self, theta: Array, items: Array | None = None) -> Array:
        x, y = self._chosen(items)
        residuals = y - theta[0] - theta[1] * x
        slopes = np.array([-2 * residuals.sum(), -2 * (residuals * x).sum()])
        found: Array = slopes / self._count(items) * self._scale(items)
        return found

    @property
    def largest_rate(self) -> float:
        """Gradient descent diverges above this rho: 2 / the largest eigenvalue of the Hessian."""
        return float(2 / np.linalg.eigvalsh(self.hessian)[-1])
