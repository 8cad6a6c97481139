"""Nodes of a computation graph as it is drawn by hand: variables, formulas, and the goal J."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import DesignError, FieldError, ShapeError
from model.expressions import DomainError, Expression, FormulaError, Program, names_of, parse
from model.expressions.symbolic import derivative_latex, latex
from model.layer import (
    Array,
    Formulas,
    Layer,
    Loss,
    Parameter,
    Port,
    Preset,
    Shape,
    Spec,
    Workspace,
)

MAX_NUMBERS = 4096
MAX_TEXT = 20_000


@lru_cache(maxsize=1024)
def numbers(text: str) -> tuple[Shape, tuple[float, ...]]:
    """Typed numbers: `2`, a vector `1, 2, 3`, a matrix `1, 2; 3, 4` or, of one row, `1, 2;`. Each
    may be a formula without names, such as `1/3`. Returns (shape, numbers row by row).

    Raises: FieldError."""
    if len(text) > MAX_TEXT or sum(map(text.count, ",;\n")) > MAX_NUMBERS:
        raise FieldError(
            f"A variable holds at most {MAX_NUMBERS} numbers,"
            f" typed with at most {MAX_TEXT:,} characters."
        )
    text = text.strip()
    rows = [row for row in text.replace("\n", ";").split(";") if row.strip()]
    cells = [[_number(cell, text) for cell in row.split(",") if cell.strip()] for row in rows]
    lengths = {len(row) for row in cells}
    if not cells or 0 in lengths:
        raise FieldError("A variable needs a value.", hint="Type a number such as 1.5.")
    if len(lengths) > 1:
        raise FieldError(
            "The rows of a matrix need the same length, but have "
            + " and ".join(map(str, sorted(lengths)))
            + " numbers.",
            hint="Separate numbers by commas and rows by semicolons: 1, 2; 3, 4.",
        )
    flat = tuple(value for row in cells for value in row)
    if len(flat) > MAX_NUMBERS:
        raise FieldError(f"A variable holds at most {MAX_NUMBERS} numbers.")
    if len(rows) > 1 or text.endswith(";"):
        return (len(cells), len(cells[0])), flat
    return ((len(flat),) if len(flat) > 1 or text.endswith(",") else ()), flat


def _number(cell: str, text: str) -> float:
    try:
        expression = parse(cell.strip())
        if names_of(expression):
            raise FieldError(
                f"'{_shown(cell)}' in '{_shown(text)}' is no number.",
                hint="A variable holds numbers; names belong into a Function.",
            )
        value = float(Program(expression).forward({}, 1)[0])
    except (FormulaError, DomainError) as fault:
        raise FieldError(f"'{_shown(cell)}' is no number: {fault.message}") from None
    if not np.isfinite(value):
        raise FieldError(f"'{_shown(cell)}' is not a finite number.")
    return value


def _shown(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 40 else f"{text[:40]}…"


class Variable(Layer, frozen=True, kw_only=True, tag="variable"):
    """A number, vector or matrix of your own; a trainable one is moved by gradient descent.

    Type `2`, a vector `1, 2, 3` or a matrix `1, 2; 3, 4`. Shapes: -> (B, ...), the same for every
    item of the batch; its gradient is the sum over the batch.
    """

    title: ClassVar[str] = "Variable"
    category: ClassVar[str] = "scalar"
    icon: ClassVar[str] = "numeric"
    inputs: ClassVar[tuple[Port, ...]] = ()
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h^{(l+1)} = \theta"),),
        backward=(
            ("gradient", r"\frac{\partial J}{\partial \theta} = \sum_{i=1}^{B} \delta_i^{(l+1)}"),
        ),
    )

    value: Annotated[
        str,
        Meta(
            max_length=MAX_TEXT,
            description="Number, vector 1, 2, 3 or matrix 1, 2; 3, 4",
            extra={"notation": "numbers"},
        ),
    ] = "1"
    is_trainable: Annotated[bool, Meta(description="Moved by training")] = True
    is_random: Annotated[
        bool, Meta(description="Start from random numbers of the same shape (deviation 1)")
    ] = False

    is_penalised: Annotated[
        bool, Meta(description="Counts in the L1 and L2 penalty, as the weights of a layer do")
    ] = False

    def label(self) -> str:
        return f"Variable {self.value}" if len(self.value) <= 12 else "Variable"

    def validate(self) -> None:
        numbers(self.value)

    def out_spec(self, *specs: Spec) -> Spec:
        return Spec(numbers(self.value)[0])

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        if not self.is_trainable:
            return {}
        shape, values = numbers(self.value)
        if self.is_random:
            return {"theta": Parameter(shape, "normal", (1, 1), self.is_penalised, 1.0)}
        return {"theta": Parameter(shape, "zeros", (1, 1), self.is_penalised, values=values)}

    def forward(self, n: Workspace) -> None:
        n.out[...] = n.theta if self.is_trainable else self._constant()

    def _constant(self) -> Array:
        shape, values = numbers(self.value)
        return np.array(values).reshape(shape)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """theta: the present value, after the update of the step."""
        return {"theta": n.theta.copy()} if self.is_trainable else {}

    def gradient(self, n: Workspace) -> None:
        n.dtheta[...] = n.delta_out.sum(axis=0)


READY_OPERATIONS: tuple[tuple[str, str, str, str], ...] = (
    ("+", "plus", "a + b", "The sum; its δ goes down both wires unchanged."),
    ("−", "minus", "a - b", "The difference; δ goes down to b with the other sign."),
    ("×", "close", "a*b", "The product, number by number; δ meets the other factor."),
    ("÷", "division", "a/b", "The quotient; b must not be zero."),
    ("Power", "exponent", "a**n", "a to the power of n."),
    ("exp", "alpha-e-circle-outline", "exp(x)", "e to the power of x: its own derivative."),
    ("log", "math-log", "log(x)", "The natural logarithm of positive numbers; derivative 1/x."),
    ("sin", "math-sin", "sin(x)", "The sine; derivative cos(x)."),
    ("cos", "math-cos", "cos(x)", "The cosine; derivative −sin(x)."),
    ("tan", "math-tan", "tan(x)", "The tangent; derivative 1 + tan(x)²."),
    ("√", "square-root", "sqrt(x)", "The square root; derivative 1/(2√x)."),
    ("max", "format-vertical-align-top", "max(a, b)", "The larger number takes the whole δ."),
    ("dot", "circle-small", "dot(a, b)", "Two vectors multiplied and added up to one number."),
    ("norm", "math-norm-box", "norm(x)", "The length of a vector: √(Σ x²)."),
    ("Sigmoid", "sine-wave", "sigmoid(x)", "Squash every number into (0, 1)."),
    ("tanh", "sine-wave", "tanh(x)", "Squash every number into (−1, 1)."),
    ("ReLU", "chart-line-variant", "relu(x)", "Let positive numbers pass, set the rest to zero."),
    (
        "Squared error",
        "square-rounded",
        "sum((prediction - target)**2)",
        "How far a prediction is from its target: Σ (prediction − target)².",
    ),
)
"""Title, icon, formula and help of the operations that the palette offers ready-made."""


class _FormulaPorts:
    """One input port for each free name of the formula, in the order of the text."""

    def __get__(self, layer: Function | None, _kind: type) -> tuple[Port, ...]:
        return ports_of(layer.formula if layer is not None else "x")


@lru_cache(maxsize=1024)
def tree_of(formula: str) -> Expression:
    """The syntax tree, read once. Raises: FormulaError."""
    return parse(formula)


@lru_cache(maxsize=1024)
def ports_of(formula: str) -> tuple[Port, ...]:
    """No ports while the formula cannot be read."""
    try:
        return tuple(Port(name, f"{name} of the formula") for name in names_of(parse(formula)))
    except FormulaError:
        return ()


class Function(Layer, frozen=True, kw_only=True, tag="function"):
    """A formula of your own: each name in it becomes a port, such as `2*w + 3` or `W @ x + b`.

    Operators + - * / ** @, functions exp log sin cos tan sqrt abs square sigmoid tanh relu softmax
    sum mean max dot norm, pick(x, 0) a number of a vector, stack(a, b) a vector of numbers, and
    batch_mean(x) the mean over the items of the batch. Numbers broadcast as in NumPy, item by
    item; delta goes down every port by the chain rule, piece by piece.
    Shapes: (B, ...) at each port -> (B, ...). Raises: DomainError at the node, with the value,
    where a logarithm or a division is not defined.
    """

    title: ClassVar[str] = "Function"
    category: ClassVar[str] = "scalar"
    icon: ClassVar[str] = "function-variant"
    inputs: ClassVar[tuple[Port, ...]] = _FormulaPorts()  # type: ignore[assignment]
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", "h^{(l+1)} = f(x)"),),
        backward=(
            ("passed down", r"\delta_x^{(l)} = \delta^{(l+1)} \frac{\partial f}{\partial x}"),
        ),
    )

    formula: Annotated[
        str,
        Meta(max_length=500, description="A formula in the inputs", extra={"notation": "formula"}),
    ] = "2*x + 3"

    @classmethod
    def presets(cls) -> tuple[Preset, ...]:
        return tuple(
            Preset(title, icon, cls(formula=formula), said)
            for title, icon, formula, said in READY_OPERATIONS
        )

    def label(self) -> str:
        return self.formula if len(self.formula) <= 24 else self.title

    def validate(self) -> None:
        tree_of(self.formula)

    def out_spec(self, *specs: Spec) -> Spec:
        expression = tree_of(self.formula)
        names = names_of(expression)
        if not names:
            raise ShapeError(
                "This formula has no inputs.", hint="Use a Variable for plain numbers."
            )
        shapes = {name: spec.shape for name, spec in zip(names, specs, strict=True)}
        return Spec(Program(expression).shape(shapes))

    def cost(self, *specs: Spec) -> int:
        pieces = Program(tree_of(self.formula)).pieces
        return len(pieces) * max((spec.size for spec in specs), default=0)

    def chosen_formulas(self) -> Formulas:
        try:
            expression = tree_of(self.formula)
        except FormulaError:
            return self.formulas
        slopes = [(name, derivative_latex(expression, name)) for name in names_of(expression)]
        return Formulas(
            forward=(("output", f"h^{{(l+1)}} = {latex(expression)}"),),
            backward=tuple(
                (f"by {name}", rf"\frac{{\partial f}}{{\partial {name}}} = {slope}")
                for name, slope in slopes
                if slope
            )
            + self.formulas.backward,
        )

    def _program(self, n: Workspace) -> Program:
        """The formula ready to run, with the tape of this workspace."""
        if getattr(n, "formula", None) != self.formula:
            n.formula, n.program = self.formula, Program(tree_of(self.formula))
        found: Program = n.program
        return found

    def forward(self, n: Workspace) -> None:
        program = self._program(n)
        try:
            n.out[...] = program.forward(dict(zip(program.names, n.hs, strict=True)), n.batch)
        except DesignError as fault:
            raise fault.at(n.node_id) from None

    def backward(self, n: Workspace) -> None:
        passed = n.program.backward(n.delta_out)
        for name, delta in zip(n.program.names, n.deltas, strict=True):
            if delta is not None:
                delta[...] = passed.get(name, 0)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """inputs: the item's numbers at each port, by name."""
        names = [port.name for port in self.inputs]
        return {"inputs": {name: h[item].copy() for name, h in zip(names, n.hs, strict=True)}}


class Goal(Loss, frozen=True, kw_only=True, tag="goal"):
    """Call a number of the graph the goal J: gradient descent makes it small.

    J = mean over the batch; delta = weight / B. Shapes: (B,) or (B, 1).
    """

    title: ClassVar[str] = "Goal J"
    inputs: ClassVar[tuple[Port, ...]] = (Port("prediction", "The number to make small"),)
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("goal", r"J = \frac{1}{B} \sum_i h_i"),),
        backward=(("passed down", r"\delta_i = \frac{1}{B}"),),
    )

    def check(self, prediction: Spec, *others: Spec) -> None:
        if prediction.size != 1:
            raise ShapeError(
                f"The goal J is one number an item, but it is given {prediction}.",
                hint="Put a Function such as sum(x) in front.",
            )

    def forward(self, n: Workspace) -> None:
        n.loss = float(n.h.sum()) / n.batch

    def backward(self, n: Workspace) -> None:
        n.delta[...] = self.weight / n.batch
