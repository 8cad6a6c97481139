"""What stands on the active card: tiles with signs between them, and a few sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gui.canvas.live import PHASE_TOKENS
from gui.debugger.moment import Moment
from gui.debugger.number_text import NumberStyle
from model.graph import Node, Wire
from model.layer import Array
from model.layers.scalar import Function
from model.teaching.describing import OperationView, WrittenSum
from model.teaching.equations import DOWNSTREAM, UPSTREAM, Equation, Look
from model.teaching.operations import Kind, StepInfo
from model.teaching.reading import Read

MOST_TILES = 5
MOST_LINES = 2
MOST_TERMS = 3
LOCAL = r"\frac{\partial h^{(l+1)}}{\partial h^{(l)}}"
_HEADLINES: dict[Kind, str] = {
    "forward": "output",
    "sum": "all that arrives, added up",
    "gradient": "gradient of the parameters",
    "backward": "δ passed down",
    "tie": "gradient added to that of the weights' owner",
    "penalty": "the penalty's gradient is added",
    "clip": "gradients are clipped",
    "update": "parameters updated",
    "limit": "weights are brought within their limits",
}


@dataclass(frozen=True)
class Tile:
    """symbol: LaTeX. terms: that light it. values: None while they are not worked out. words: stand
    in the place of numbers, formula: LaTeX in their place. chooses: as in `equations.Part`."""

    symbol: str
    caption: str
    terms: tuple[str, ...]
    values: Array | None = None
    look: Look = "delta"
    lit: tuple[int, ...] = ()
    chooses: str = ""
    words: str = ""
    formula: str = ""


@dataclass(frozen=True)
class TileLine:
    """signs stand between the tiles. below: the l of h^(l). written: the sum behind the chosen
    number, "" where there is none."""

    tiles: tuple[Tile, ...]
    signs: tuple[str, ...]
    below: int = 0
    written: str = ""


@dataclass(frozen=True)
class StepContent:
    """token: colour of the phase. here: the l+1 of the formulas. hidden: lines that had no room."""

    title: str
    headline: str
    token: str
    here: int = 0
    lines: tuple[TileLine, ...] = ()
    hidden: int = 0
    notes: tuple[str, ...] = ()

    def said(self, style: NumberStyle) -> str:
        """In words, for people who listen."""
        parts = [f"{self.title}: {self.headline}."]
        for line in self.lines:
            said = [_said(tile, style) for tile in line.tiles]
            signs = ("", *line.signs)
            parts.append(" ".join(f"{s} {t}".strip() for s, t in zip(signs, said, strict=True)))
        return " ".join((*parts, *self.notes))


def _said(tile: Tile, style: NumberStyle) -> str:
    if tile.words or tile.values is None:
        return f"{tile.caption} {tile.words}".strip()
    if tile.values.size == 1:
        return f"{tile.caption} {style.text(float(tile.values.reshape(-1)[0]))}"
    return f"{tile.caption} ({' × '.join(map(str, tile.values.shape))} numbers)"


@dataclass(frozen=True)
class Design:
    """What of the design the content needs. indices: by node, the l of its output h^(l)."""

    nodes: Mapping[str, Node]
    indices: Mapping[str, int]


def content_of(moment: Moment, design: Design, style: NumberStyle) -> StepContent | None:
    """Of the operation done last; None at the start."""
    info = moment.last
    if info is None:
        return None
    node = design.nodes.get(info.node_id)
    view = moment.view if moment.view is not None and moment.view.info == info else None
    found = _lines_of_view(moment, view, design, style) if view is not None else ()
    lines = found or _lines_of_numbers(moment, info, design)
    if info.kind == "forward" and node is not None:
        lines = tuple(_with_operation(line, node) for line in lines)
    return StepContent(
        title=node.title if node is not None else "All parameters",
        headline=_HEADLINES[info.kind],
        token=PHASE_TOKENS[info.phase],
        here=design.indices.get(info.node_id, 0),
        lines=tuple(_cut(line) for line in lines[:MOST_LINES]),
        hidden=max(len(lines) - MOST_LINES, 0),
        notes=_notes(moment, view, design, style) if view is not None else (),
    )


def _cut(line: TileLine) -> TileLine:
    """Of many tiles the first ones and the result."""
    over = len(line.tiles) - MOST_TILES
    if over <= 0:
        return line
    kept = MOST_TILES - 2
    words = Tile("", "and", (), words=f"{over + 1} more")
    return replace(
        line,
        tiles=(*line.tiles[:kept], words, line.tiles[-1]),
        signs=(*line.signs[:kept], line.signs[-1]),
    )


# with words: the equations that all views show


def _lines_of_view(
    moment: Moment, view: OperationView, design: Design, style: NumberStyle
) -> tuple[TileLine, ...]:
    present = [each for each in view.equations if each.state == "now" and each.parts]
    return tuple(_line(moment, each, design, style) for each in present)


def _line(moment: Moment, found: Equation, design: Design, style: NumberStyle) -> TileLine:
    tiles = tuple(
        Tile(p.symbol, p.caption, p.terms, p.values, p.look, p.lit, p.chooses) for p in found.parts
    )
    below = _index_below(moment, found.by, design)
    return TileLine(tiles, found.signs, below, _sum_text(found.written, found.parts[-1], style))


def _index_below(moment: Moment, port: str, design: Design) -> int:
    """The number of the h that comes in at a port, the first where it is none."""
    info = moment.last
    wires = moment.entering.get(info.node_id, ()) if info is not None else ()
    names = port_names(wires)
    wire = next((w for w, name in zip(wires, names, strict=True) if name == port), None)
    wire = wire or next(iter(wires), None)
    return design.indices.get(wire.source, 0) if wire is not None else 0


def _sum_text(written: WrittenSum | None, result: object, style: NumberStyle) -> str:
    """`δ₁₈ = 0.0057 · 0.198 + ... = 0.0084`, where there are several numbers."""
    values = getattr(result, "values", None)
    if written is None or values is None or np.size(values) < 2:
        return ""
    matters = np.flatnonzero((written.upstream != 0) & (written.local != 0))
    shown = matters[np.argsort(-np.abs(written.upstream * written.local)[matters], kind="stable")]
    terms = [
        f"{_factor(float(written.upstream[k]), style)} · {_factor(float(written.local[k]), style)}"
        for k in shown[:MOST_TERMS]
    ]
    if len(matters) > MOST_TERMS:
        terms.append("…")
    name = "δ" if written.by not in ("W", "b") else f"∂J/∂{written.by}"
    place = place_words(written.place, np.shape(values))
    return f"{name}{place} = {' + '.join(terms) or '0'} = {style.text(written.total)}"


def _factor(value: float, style: NumberStyle) -> str:
    text = style.text(value)
    return f"({text})" if value < 0 else text


def index_words(place: int, shape: tuple[int, ...]) -> str:
    """`3,5`: places are counted from 1, as in formulas."""
    if place >= math.prod(shape):
        return ""
    found = np.unravel_index(place, shape) if shape else ()
    return ",".join(str(int(k) + 1) for k in found)


def place_words(place: int, shape: tuple[int, ...]) -> str:
    """`₃,₅`, behind a letter."""
    return index_words(place, shape).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


# at once: what is known before words are found


def port_names(wires: tuple[Wire, ...]) -> list[str]:
    """As `model.analysis.tracing.port_names`, of the wires of a node in their order."""
    ports = [wire.target_port for wire in wires]
    return [
        port if ports.count(port) == 1 else f"{port}[{ports[:k].count(port)}]"
        for k, port in enumerate(ports)
    ]


def _lines_of_numbers(moment: Moment, info: StepInfo, design: Design) -> tuple[TileLine, ...]:
    numbers = moment.numbers.get(info.node_id)
    if numbers is None:
        return ()
    upstream = Tile(UPSTREAM, "upstream", ("upstream",), _or_one(numbers.delta))
    wires = moment.entering.get(info.node_id, ())
    match info.kind:
        case "forward":
            return (_forward_line(moment, info, wires, design),)
        case "sum":
            return (_sum_line(moment, info, design),)
        case "backward":
            return tuple(
                TileLine(
                    (
                        upstream,
                        Tile(LOCAL, "local derivative", ("local",)),
                        Tile(DOWNSTREAM, "downstream", ("downstream",), passed),
                    ),
                    ("×", "="),
                    design.indices.get(wire.source, 0),
                )
                for wire, passed in zip(wires, numbers.passed, strict=True)
                if passed is not None
            )
        case "gradient":
            return tuple(
                _gradient_line(upstream, name, found) for name, found in numbers.grads.items()
            )
        case "update":
            return tuple(_update_line(name) for name in numbers.grads)
    return ()


def _or_one(delta: Array | None) -> Array:
    """Of a loss the slope of J by itself."""
    return np.ones(()) if delta is None else delta


def _forward_line(
    moment: Moment, info: StepInfo, wires: tuple[Wire, ...], design: Design
) -> TileLine:
    names = port_names(wires)
    tiles = [
        Tile("h^{(l)}", "input", (f"input:{name}", "input"), moment.numbers[wire.source].out, "h")
        for wire, name in zip(wires, names, strict=True)
    ]
    out = moment.numbers[info.node_id].out
    below = design.indices.get(wires[0].source, 0) if wires else 0
    signs = (",",) * (len(tiles) - 1) + ("→",) * bool(tiles)
    return TileLine((*tiles, Tile("h^{(l+1)}", "output", ("out",), out, "h")), signs, below)


def _sum_line(moment: Moment, info: StepInfo, design: Design) -> TileLine:
    tiles = [
        Tile(UPSTREAM, f"from {design.nodes[key].title}", (f"arriving:{k}", "arriving"), delta)
        for k, (key, delta) in enumerate(
            (key, delta)
            for key, wires in moment.entering.items()
            for wire, delta in zip(wires, moment.numbers[key].passed, strict=True)
            if wire.source == info.node_id and delta is not None
        )
    ]
    total = Tile(UPSTREAM, "sum", ("upstream",), moment.numbers[info.node_id].delta)
    return TileLine((*tiles, total), ("+",) * (len(tiles) - 1) + ("=",))


def _gradient_line(upstream: Tile, name: str, gradient: Array) -> TileLine:
    letter = name if len(name) == 1 else rf"\{name}"
    symbol = rf"\frac{{\partial h^{{(l+1)}}}}{{\partial {letter}}}"
    result = rf"\frac{{\partial J}}{{\partial {letter}}}"
    terms = (f"gradient:{name}", "gradient")
    return TileLine(
        (
            upstream,
            Tile(symbol, "local derivative", ("local",)),
            Tile(result, "gradient", terms, gradient),
        ),
        ("×", "="),
    )


def _update_line(name: str) -> TileLine:
    letter = name if len(name) == 1 else rf"\{name}"
    return TileLine(
        (
            Tile(letter, "old value", ("part:theta",)),
            Tile(r"\mathrm{step}", "step", ("part:step",)),
            Tile(letter, "new value", ("part:new",)),
        ),
        ("−", "="),
    )


# forward: the operation between inputs and output


def _with_operation(line: TileLine, node: Node) -> TileLine:
    """An arrow becomes: inputs, the operation, output."""
    if not line.signs or line.signs[-1] != "→":
        return line
    formula = ""
    if isinstance(node.layer, Function):
        from model.expressions import FormulaError, parse
        from model.expressions.symbolic import latex

        try:
            formula = latex(parse(node.layer.formula))
        except FormulaError:
            formula = ""
    kind = type(node.layer).title
    operation = Tile("f", "operation", ("local",), words=kind, formula=formula)
    return replace(
        line,
        tiles=(*line.tiles[:-1], operation, line.tiles[-1]),
        signs=(*line.signs[:-1], "→", "→"),
    )


# sentences


def _notes(
    moment: Moment, view: OperationView, design: Design, style: NumberStyle
) -> tuple[str, ...]:
    """What the operation reads of what was stored; then what the equations have to remark."""
    notes = []
    read = [_read_words(each, moment, design, style) for each in view.reads]
    read = list(dict.fromkeys(words for words in read if words))
    if read and view.info.phase == "backward":
        listed = ", ".join(read[:3]) + (" …" if len(read) > 3 else "")
        notes.append(f"reads {listed} from memory")
    notes += [each.note for each in view.equations if each.state == "now" and each.note]
    if view.info.phase != "update" and moment.item is None and moment.batch > 1:
        notes.append(f"whole batch, {moment.batch} items")
    return tuple(dict.fromkeys(notes))


def _read_words(read: Read, moment: Moment, design: Design, style: NumberStyle) -> str:
    """`x = 5`, or the name where there are many numbers; "" for what has just arrived."""
    if read.origin == "delta":
        return ""
    name = read.name
    if read.origin == "input" and read.source in design.nodes:
        name = design.nodes[read.source].title
    elif read.origin == "output":
        name = "its output"
    values = np.asarray(read.values)
    is_batch = read.origin != "parameter" and values.shape[:1] == (moment.batch,)
    item = values[moment.item or 0] if is_batch else values
    if item.size == 1 and (moment.item is not None or moment.batch == 1):
        return f"{name} = {style.text(float(item.reshape(-1)[0]))}"
    return name
