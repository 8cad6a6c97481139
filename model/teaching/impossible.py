"""An operation that cannot be done: which numbers it was given, and what would be needed.

The engine says that a formula leaves its domain. Here the piece of the formula is found that does,
with the value that it met, and what the engine lets pass until the loss shows it: numbers that
become infinite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.errors import DesignError
from model.expressions import Call, Expression, Name, Number, Program, parse
from model.expressions.operations import OPERATIONS, DomainError
from model.expressions.writing import text_of
from model.layer import Array, Loss
from model.layers.scalar import Function
from model.plan import PlanNode
from model.run import Run
from model.teaching.number_style import PLAIN, NumberStyle
from model.teaching.operations import StepInfo

MOST_LETTERS = 60
"""Of a piece of a formula that is told as it stands."""
_NEEDED = {"log": "{0} > 0", "sqrt": "{0} ≥ 0", "divide": "{1} ≠ 0", "power": "{0} ≥ 0"}
"""By operation, what its arguments must be."""
_ELSEWHERE = "Choose another value, or change the formula: its slope is not defined here."
_SMALLER = "Make the values smaller: a smaller start, a smaller learning rate, or scaled data."


@dataclass(frozen=True)
class Given:
    """A number that an operation was given. name: as in the formula."""

    name: str
    value: float


@dataclass(frozen=True)
class Impossible:
    """Why an operation could not be done. info: the operation. what: `log(x) needs x > 0`.

    given: the numbers that it met instead. item: of the batch, None where that needs no saying.
    repair: what to do. node_id: "" for an operation of the whole network.
    """

    info: StepInfo
    what: str
    given: tuple[Given, ...]
    item: int | None
    repair: str

    def sentence(self, style: NumberStyle = PLAIN) -> str:
        """`log(x) needs x > 0; x = −2 here.`"""
        where = "here" if self.item is None else f"in item {self.item + 1} of the batch"
        numbers = ", ".join(f"{each.name} = {style.text(each.value)}" for each in self.given)
        return f"{self.what}; {numbers} {where}." if numbers else f"{self.what}."

    def error(self, style: NumberStyle = PLAIN) -> DesignError:
        """The same as a fault of the design, for whoever catches those."""
        node_id = self.info.node_id or None
        return DomainError(self.sentence(style), node_id=node_id, hint=self.repair)


def refused(
    info: StepInfo, node: PlanNode | None, run: Run, item: int | None, fault: DesignError
) -> Impossible:
    """What the engine has refused to compute."""
    if node is not None and isinstance(node.layer, Function):
        found = _of_formula(info, node, run, item)
        if found is not None:
            return found
    return Impossible(info, fault.message.rstrip("."), (), None, fault.hint)


def overflown(
    info: StepInfo,
    node: PlanNode | None,
    run: Run,
    item: int | None,
    changed: Mapping[str, Array],
) -> Impossible | None:
    """An operation that has given infinity or NaN; None where all numbers are finite.

    changed: what it has computed, by name; (B, ...) in both passes.
    """
    wrong = {name: values for name, values in changed.items() if not np.isfinite(values).all()}
    if not wrong:
        return None
    name, values = next(iter(wrong.items()))
    if node is not None and isinstance(node.layer, Function):
        found = _of_formula(info, node, run, item)
        if found is not None:
            return found
    place = int(np.flatnonzero(~np.isfinite(values.reshape(-1)))[0])
    said = "is not a number" if np.isnan(values.reshape(-1)[place]) else "becomes infinite"
    told = {"forward": "The output", "sum": "The sum", "backward": "δ"}.get(info.kind, name)
    of = f" of {info.title}" if info.title else ""
    given = () if node is None else _largest(node, run)
    is_item = info.kind in ("forward", "sum", "backward") and values.ndim > 0
    at = place // max(values[0].size, 1) if is_item and len(values) == run.batch else None
    shown = None if at == item or run.batch == 1 else at
    return Impossible(info, f"{told}{of} {said}", given, shown, _SMALLER)


def _largest(node: PlanNode, run: Run) -> tuple[Given, ...]:
    """The largest number that goes in, and the largest parameter."""
    n = run.at[node.node_id]
    found = []
    inputs = [h for h in n.hs if h.dtype.kind == "f" and h.size]
    if inputs and not isinstance(node.layer, Loss):
        found.append(Given("the largest input", _strongest(inputs)))
    parameters = [getattr(n, name) for name in node.parameters]
    if parameters:
        found.append(Given("the largest parameter", _strongest(parameters)))
    return tuple(found)


def _strongest(arrays: list[Array]) -> float:
    values = np.concatenate([np.asarray(each, dtype=np.float64).reshape(-1) for each in arrays])
    unknown = np.flatnonzero(np.isnan(values))
    return float(values[unknown[0] if len(unknown) else int(np.argmax(np.abs(values)))])


# formulas: the piece that fails, and what it was given


def _of_formula(info: StepInfo, node: PlanNode, run: Run, item: int | None) -> Impossible | None:
    """The first piece, forwards or backwards, that cannot be computed."""
    if not isinstance(node.layer, Function):
        return None
    n = run.at[node.node_id]
    program = Program(parse(node.layer.formula))
    inputs = dict(zip(program.names, n.hs, strict=True))
    tape = _Tape(program, info, run.batch, item)
    try:
        program.forward(inputs, run.batch)
    except DomainError:
        return tape.outside(len(program.tape))
    over = [k for k, values in enumerate(program.tape) if not np.isfinite(values).all()]
    if over:
        return tape.too_large(over[0])
    if info.kind != "backward" or n.delta_out is None:
        return None
    program.backward(n.delta_out)
    for place in range(len(program.pieces) - 1, -1, -1):
        for argument in program.arguments[place]:
            delta = program.deltas[argument]
            if delta is not None and not np.isfinite(delta).all():
                return tape.without_slope(place, delta)
    return None


@dataclass(frozen=True)
class _Tape:
    """A formula that has been computed as far as it goes."""

    program: Program
    info: StepInfo
    batch: int
    item: int | None

    def outside(self, place: int) -> Impossible | None:
        """The piece that was asked for something that is not defined."""
        piece = self.program.pieces[place]
        if not isinstance(piece, Call):
            return None
        operation = OPERATIONS[piece.operation]
        values = [self.program.tape[k] for k in self.program.arguments[place]]
        if operation.forbidden is None:
            return None
        wrong = np.asarray(operation.forbidden[0](*values))
        texts = [_short(each, piece) for each in piece.arguments]
        is_zero = piece.operation == "power" and not (values[0] < 0).any()
        needed = "{0} ≠ 0" if is_zero else _NEEDED.get(piece.operation, "another value")
        need = needed.format(*texts)
        told = (1,) if piece.operation == "divide" else tuple(range(len(values)))
        repair = f"Choose values with {need}, or change the formula."
        return self._told(f"{_short(piece)} needs {need}", place, wrong, told, repair)

    def too_large(self, place: int) -> Impossible | None:
        """The piece whose value no number can hold."""
        wrong = ~np.isfinite(self.program.tape[place])
        what = f"{_short(self.program.pieces[place])} is larger than any number can be"
        told = tuple(range(len(self.program.arguments[place])))
        return self._told(what, place, wrong, told, _SMALLER)

    def without_slope(self, place: int, delta: Array) -> Impossible | None:
        """The piece whose derivative is infinite."""
        wrong = ~np.isfinite(delta)
        what = f"{_short(self.program.pieces[place])} has no finite slope"
        told = tuple(range(len(self.program.arguments[place])))
        return self._told(what, place, wrong, told, _ELSEWHERE)

    def _told(
        self, what: str, place: int, wrong: Array, told: tuple[int, ...], repair: str
    ) -> Impossible:
        """With the values of the piece's arguments where it went wrong, and behind an argument that
        is computed itself, with those of the names in it."""
        items = np.flatnonzero(wrong.reshape(len(wrong), -1).any(axis=1))
        shown = self.item if self.item in items else int(items[0]) if len(items) else 0
        flat = wrong[min(shown or 0, len(wrong) - 1)].reshape(-1)
        at = int(np.flatnonzero(flat)[0]) if flat.any() else 0
        given: dict[str, Given] = {}
        places = [self.program.arguments[place][k] for k in told] or [place]
        names = [k for each in places for k in self._names(each)]
        for k in (*places, *names):
            piece = self.program.pieces[k]
            if isinstance(piece, Number):
                continue
            name, value = self._value(k, shown or 0, at)
            given.setdefault(name, Given(name, value))
        is_other = shown != self.item and self.batch > 1
        return Impossible(
            self.info, what, tuple(given.values()), shown if is_other else None, repair
        )

    def _names(self, place: int) -> list[int]:
        """Where the names that a piece is made of stand."""
        found = []
        for k in self.program.arguments[place]:
            found += [k] if isinstance(self.program.pieces[k], Name) else self._names(k)
        return found

    def _value(self, place: int, item: int, at: int) -> tuple[str, float]:
        """Name and number of a piece: of several numbers the one that is wrong."""
        values = self.program.tape[place]
        flat = values[min(item, len(values) - 1)].reshape(-1)
        name = _short(self.program.pieces[place])
        if flat.size == 1:
            return name, float(flat[0])
        k = at if at < flat.size else 0
        return f"number {k + 1} of {name}", float(flat[k])


def _short(piece: Expression, inside: Expression | None = None) -> str:
    """The piece as it is written; a long one by its kind."""
    text = text_of(piece)
    if len(text) <= MOST_LETTERS:
        return text
    kind = piece.operation if isinstance(piece, Call) else "number"
    return f"its {kind}" if inside is not None else f"a {kind} in the formula"
