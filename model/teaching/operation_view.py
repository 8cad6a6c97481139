"""What there is to say about one operation of a walk, as it goes to whoever shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from model.analysis.jacobian import Jacobian
from model.layer import Array
from model.teaching.equation import Equation, WrittenSum
from model.teaching.impossible import Impossible
from model.teaching.operations import StepInfo
from model.teaching.pictures import Picture
from model.teaching.reading import Read
from model.teaching.sources import SourceLine
from model.teaching.wording import spoken

Lines = tuple[tuple[str, str], ...]
"""(caption, LaTeX)."""


@dataclass(frozen=True)
class Term:
    """A delta that arrives over one of several wires. source: the node that has passed it down."""

    source: str
    port: str
    delta: Array


@dataclass(frozen=True)
class OperationView:
    """One operation. Arrays are those of the chosen item, or of the batch; copies.

    formulas: of the layer; with_numbers: the same with numbers put in; marked, marked_numbers: both
    with their terms marked (see `terms`). source: the NumPy function that ran; lines: its lines,
    with names and terms. reads: what they read. inputs, downstream: by port. local: Jacobians by
    port or parameter, where they are small. slopes: by port, the diagonal of a Jacobian that has
    nothing beside it. terms: what is summed at a fan-out. gradients: result 1 over the batch,
    shares: of the item, by parameter. parts: by parameter, the anatomy of its update. places: of
    the chosen number, row by row, by port or parameter, or `out` or `sum`. equations: how the
    numbers hang together; pictures: what can be drawn of them. impossible: the operation was tried,
    and cannot be done: there are no results.
    """

    info: StepInfo
    source: str
    formulas: Lines = ()
    with_numbers: Lines = ()
    marked: Lines = ()
    marked_numbers: Lines = ()
    lines: tuple[SourceLine, ...] = ()
    reads: tuple[Read, ...] = ()
    inputs: dict[str, Array] = field(default_factory=dict)
    out: Array | None = None
    upstream: Array | None = None
    local: dict[str, Jacobian] = field(default_factory=dict)
    slopes: dict[str, Array] = field(default_factory=dict)
    downstream: dict[str, Array] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    written_out: tuple[WrittenSum, ...] = ()
    gradients: dict[str, Array] = field(default_factory=dict)
    shares: dict[str, Array] = field(default_factory=dict)
    parts: dict[str, dict[str, Array]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    equations: tuple[Equation, ...] = ()
    pictures: tuple[Picture, ...] = ()
    impossible: Impossible | None = None

    @property
    def lit(self) -> tuple[str, ...]:
        """Ids of the nodes whose stored outputs (the tape) the operation reads."""
        own = (self.info.node_id for each in self.reads if each.origin == "output")
        below = (each.source for each in self.reads if each.origin == "input")
        return tuple(dict.fromkeys([*below, *own]))

    def written(self, by: str) -> WrittenSum | None:
        """The chosen number of a port or parameter, written out."""
        return next((each for each in self.written_out if each.by == by), None)


def headline(info: StepInfo, parameters: Sequence[str] = ()) -> str:
    """The operation in words. parameters: of its node."""
    said = [spoken(name) for name in parameters]
    names = " and ".join(filter(None, (", ".join(said[:-1]), *said[-1:])))
    match info.kind:
        case "forward":
            return f"Output of {info.title}"
        case "sum":
            return f"δ that arrive at {info.title}, added up"
        case "gradient":
            return f"Gradient of {names or 'the parameters'} of {info.title}"
        case "backward":
            return f"δ of {info.title} passed down"
        case "tie":
            return f"Gradient of {info.title} added to that of the owner of its weights"
        case "update":
            return f"{names or 'Parameters'} of {info.title} updated"
        case "frozen":
            return f"{info.title} is frozen: not updated"
        case "penalty":
            return "Gradient of the penalty added to that of the loss"
        case "clip":
            return "Gradients clipped"
        case "limit":
            return "Weights brought back within their limits"
