"""The active card's tiles: at once from the numbers, then from the equations of all views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gui.canvas.live import PHASE_TOKENS
from gui.debugger.moment import Moment
from gui.debugger.number_text import NumberStyle
from gui.debugger.step_face_content import Design, StepContent, Tile, TileLine
from gui.debugger.step_face_notes import notes_of, sum_texts, weight_texts
from model.expressions import FormulaError, parse
from model.expressions.symbolic import latex
from model.graph import Node, Wire
from model.layer import Array
from model.layers.scalar import Function
from model.teaching.describing import OperationView
from model.teaching.equation import Equation
from model.teaching.equations import DOWNSTREAM, UPSTREAM
from model.teaching.impossible import Impossible
from model.teaching.operations import Kind, StepInfo

MOST_TILES = 5
MOST_LINES = 2
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
    "frozen": "not updated: frozen",
    "limit": "weights are brought within their limits",
}


def content_of(moment: Moment, design: Design, style: NumberStyle) -> StepContent | None:
    """Of the operation done last; None at the start."""
    info = moment.last
    if info is None:
        return None
    node = design.nodes.get(info.node_id)
    view = moment.view if moment.view is not None and moment.view.info == info else None
    found = _lines_of_view(moment, view, design, style) if view is not None else ()
    if moment.impossible is not None:
        return _impossible(moment.impossible, found, design, style)
    lines = found or _lines_of_numbers(moment, info, design)
    if info.kind == "forward" and node is not None:
        lines = tuple(_with_operation(line, node) for line in lines)
    return StepContent(
        title=info.title or "All parameters",
        headline=_HEADLINES[info.kind],
        token=PHASE_TOKENS[info.phase],
        here=design.indices.get(info.node_id, 0),
        lines=tuple(_cut(line) for line in lines[:MOST_LINES]),
        hidden=max(len(lines) - MOST_LINES, 0),
        notes=notes_of(moment, view, design, style) if view is not None else (),
        slope=_slope_of(view) if view is not None else "",
    )


def _impossible(
    found: Impossible, lines: tuple[TileLine, ...], design: Design, style: NumberStyle
) -> StepContent:
    """What goes in, and why nothing comes out."""
    info = found.info
    node = design.nodes.get(info.node_id)
    none = Tile("", "output" if info.kind == "forward" else "result", ("out",), words="none")
    shown = tuple(
        replace(line, tiles=(*line.tiles, none), signs=(*line.signs, "→"))
        for line in lines[:1]
        if line.tiles
    )
    if node is not None:
        shown = tuple(_with_operation(line, node) for line in shown)
    return StepContent(
        title=info.title or "All parameters",
        headline="cannot be computed",
        token="err",
        here=design.indices.get(info.node_id, 0),
        lines=tuple(_cut(line) for line in shown),
        notes=(found.sentence(style), found.repair),
    )


def _slope_of(view: OperationView) -> str:
    """Of a typed formula in one number: its derivative, with numbers, and its value."""
    found = [tex for words, tex in view.marked_numbers if words.startswith("slope")]
    return found[0] if len(found) == 1 else ""


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
    if not view.info.node_id:
        present = present[:1]
    return tuple(_line(moment, each, design, style) for each in present)


def _line(moment: Moment, found: Equation, design: Design, style: NumberStyle) -> TileLine:
    tiles = tuple(
        Tile(p.symbol, p.caption, p.terms, p.values, p.look, p.lit, p.chooses, start=p.start)
        for p in found.parts
    )
    below = _index_below(moment, found.by, design)
    written = sum_texts(found.written, found.parts[-1], style)
    if moment.last is not None and (moment.last.phase == "update" or moment.last.kind == "tie"):
        written = weight_texts(found, style)
    return TileLine(tiles, found.signs, below, written)


def _index_below(moment: Moment, port: str, design: Design) -> int:
    """The number of the h that comes in at a port, the first where it is none."""
    info = moment.last
    wires = moment.entering.get(info.node_id, ()) if info is not None else ()
    names = port_names(wires)
    wire = next((w for w, name in zip(wires, names, strict=True) if name == port), None)
    wire = wire or next(iter(wires), None)
    return design.indices.get(wire.source, 0) if wire is not None else 0


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
        Tile(UPSTREAM, f"from {design.titles[key]}", (f"arriving:{k}", "arriving"), delta)
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
