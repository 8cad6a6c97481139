r"""Functions of one and two parameters that show a point: valleys, saddles, plateaus, many minima.

Sources of the test functions: Rosenbrock 1960; Beale 1958; Himmelblau 1972; Rastrigin 1974.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.objective import FormulaObjective, RegressionObjective
from model.chance import stream
from model.expressions import FormulaError, names_of, parse


@dataclass(frozen=True)
class Surface:
    """J(theta_0, theta_1), typed with x and y; tex: the same as it stands in a book. start: where a
    race shows the point best. minima: all places with the least J in the box; note: what is to be
    seen. rate: a learning rate with which gradient descent shows it.
    """

    key: str
    title: str
    text: str
    tex: str
    box: tuple[tuple[float, float], tuple[float, float]]
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    rate: float
    note: str

    def objective(self) -> FormulaObjective:
        """A fresh one: its tape belongs to one thread."""
        return FormulaObjective(
            self.text,
            ("x", "y"),
            self.box,
            title=self.title,
            names=(r"\theta_0", r"\theta_1"),
            minimum=self.minima[0] if self.minima else None,
        )


SURFACES: tuple[Surface, ...] = (
    Surface(
        "bowl",
        "Bowl",
        "x**2 + y**2",
        r"\theta_0^2 + \theta_1^2",
        ((-3.0, 3.0), (-3.0, 3.0)),
        (-2.4, 1.8),
        ((0.0, 0.0),),
        0.1,
        "Curved alike on all sides: the gradient points straight at the minimum",
    ),
    Surface(
        "ravine",
        "Ravine",
        "0.5*x**2 + 12*y**2",
        r"\frac{1}{2} \theta_0^2 + 12 \theta_1^2",
        ((-4.0, 4.0), (-1.6, 1.6)),
        (-3.4, 1.2),
        ((0.0, 0.0),),
        0.075,
        "24 times steeper across than along: gradient descent jumps from wall to wall",
    ),
    Surface(
        "saddle",
        "Saddle",
        "x**2 - y**2 + 0.25*y**4",
        r"\theta_0^2 - \theta_1^2 + \frac{1}{4} \theta_1^4",
        ((-2.4, 2.4), (-2.4, 2.4)),
        (-2.0, 0.01),
        ((0.0, 2.0**0.5), (0.0, -(2.0**0.5))),
        0.1,
        "The slope is 0 at the origin too, though it is no minimum: who escapes first?",
    ),
    Surface(
        "plateau",
        "Plateau",
        "1 - exp(-(x**2 + y**2)/2)",
        r"1 - e^{-(\theta_0^2 + \theta_1^2) / 2}",
        ((-4.0, 4.0), (-4.0, 4.0)),
        (-2.4, 1.6),
        ((0.0, 0.0),),
        0.5,
        "Far from the minimum there is hardly any slope: steps in proportion to it creep",
    ),
    Surface(
        "rosenbrock",
        "Rosenbrock's valley",
        "(1 - x)**2 + 100*(y - x**2)**2",
        r"(1 - \theta_0)^2 + 100 (\theta_1 - \theta_0^2)^2",
        ((-2.0, 2.0), (-1.0, 3.0)),
        (-1.3, 2.2),
        ((1.0, 1.0),),
        0.0008,
        "A bent valley with a nearly flat floor: easy to find, slow to follow",
    ),
    Surface(
        "beale",
        "Beale's function",
        "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
        r"\sum_{k=1}^{3} (c_k - \theta_0 + \theta_0 \theta_1^k)^2",
        ((-4.5, 4.5), (-2.5, 2.5)),
        (0.7, -1.4),
        ((3.0, 0.5),),
        0.01,
        "Flat along the middle, cliffs at the corners; c = (1.5, 2.25, 2.625)",
    ),
    Surface(
        "himmelblau",
        "Himmelblau's function",
        "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
        r"(\theta_0^2 + \theta_1 - 11)^2 + (\theta_0 + \theta_1^2 - 7)^2",
        ((-5.0, 5.0), (-5.0, 5.0)),
        (-0.3, -1.0),
        (
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
        0.01,
        "Four minima, equally deep: the start decides, and so does the optimiser",
    ),
    Surface(
        "rastrigin",
        "Rastrigin's function",
        "20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
        r"20 + \sum_k (\theta_k^2 - 10 \cos 2 \pi \theta_k)",
        ((-3.2, 3.2), (-3.2, 3.2)),
        (-2.3, 1.75),
        ((0.0, 0.0),),
        0.002,
        "A local minimum in every cell: descent finds the nearest one",
    ),
)


@dataclass(frozen=True)
class Line:
    """J(theta) of one parameter, as it may be typed. box, start, rate: that show the note."""

    key: str
    title: str
    text: str
    box: tuple[float, float]
    start: float
    rate: float
    note: str

    def objective(self) -> FormulaObjective:
        return line_objective(self.text, self.box, self.title)


def line_objective(text: str, box: tuple[float, float], title: str = "") -> FormulaObjective:
    """J of one parameter, which may have any name. Raises: FormulaError at the second name, or
    where there is none; FieldError."""
    names = names_of(parse(text))
    if not names:
        raise FormulaError(
            "There is no parameter in it.",
            0,
            max(len(text), 1),
            hint="Use theta, such as theta**2.",
        )
    return FormulaObjective(text, names[:1], (box,), title=title, names=(r"\theta",))


LINES: tuple[Line, ...] = (
    Line(
        "parabola",
        "Parabola",
        "theta**2",
        (-4.0, 4.0),
        3.2,
        0.15,
        "J'' = 2 everywhere: above ρ = 1 every step ends higher than it began",
    ),
    Line(
        "double_well",
        "Double well",
        "(theta**2 - 4)**2/8 + theta/4",
        (-3.6, 3.6),
        3.2,
        0.05,
        "Two minima: the start and ρ decide which one is found",
    ),
    Line(
        "sine_bowl",
        "Sine bowl",
        "theta**2/6 + sin(3*theta)",
        (-5.0, 5.0),
        4.4,
        0.12,
        "A bowl with waves: small steps stay in the nearest one",
    ),
    Line(
        "kink",
        "Absolute value |θ|",
        "abs(theta)",
        (-4.0, 4.0),
        3.3,
        0.4,
        "The slope does not shrink near the minimum, so neither do the steps: they bounce",
    ),
    Line(
        "quartic",
        "Quartic",
        "theta**4/16",
        (-4.0, 4.0),
        3.4,
        0.1,
        "Flat floor, steep walls: a ρ that is right below is too large above",
    ),
    Line(
        "cliff",
        "Plateau and cliff",
        "3*sigmoid(4*theta - 6) + theta**2/40",
        (-4.0, 4.0),
        3.6,
        0.8,
        "Hardly any slope at the start, then far too much",
    ),
)


LECTURE_BOX = ((-4.0, 3.0), (-0.5, 4.5))
"""Of beta_0 and beta_1: in it the paths of a regression are seen."""


def lecture_points(count: int = 24, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """x in [0, 3] and y = 0.5 + 1.6 x plus noise of spread 0.5, (N,) each: for the regression."""
    rng = stream(seed, "regression points")
    x = np.round(np.sort(rng.uniform(0.1, 3.0, count)), 2)
    return x, np.round(0.5 + 1.6 * x + rng.normal(0, 0.5, count), 2)


def lecture_regression(reduction: str = "mean", count: int = 24) -> RegressionObjective:
    """The RSS of a line through these points, over a box in which paths are seen."""
    x, y = lecture_points(count)
    return RegressionObjective(x, y, LECTURE_BOX, "sum" if reduction == "sum" else "mean")
