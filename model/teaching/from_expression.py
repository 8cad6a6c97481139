"""A typed formula drawn as a whole graph: a variable for each name, a node for each operation."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count, product
from typing import Literal

from model.design import Change, Edit, Node, Wire, stem_of
from model.errors import ShapeError
from model.expressions import (
    OPERATIONS,
    Call,
    Expression,
    FormulaError,
    Name,
    Program,
    names_of,
    parse,
    text_of,
)
from model.graph import NetworkGraph
from model.layer import Layer, Shape, Spec
from model.layers.scalar import Function, Goal, Variable, numbers

Granularity = Literal["lecture", "fine"]
COLUMN_PX = 328.0
ROW_PX = 208.0
MOST_TRIED = 6
"""Of more names than these no fitting shapes are looked for: 3 to the power of 6 are 729 tries."""
_STARTS = ("1", "1, 2", "1, 2; 3, 4")
_LETTERS = "abcdfghjklmnpqrstuvwxyz"
"""Names of results in between, taken from the end: e is a number, i and o read badly."""


def from_expression(
    graph: NetworkGraph,
    text: str,
    x: float = 0.0,
    y: float = 0.0,
    *,
    granularity: Granularity = "lecture",
    values: Mapping[str, str] | None = None,
    wants_goal: bool = True,
) -> Edit:
    """The graph of a formula, laid out from left to right; its top left corner is (x, y).

    "lecture" makes a node of each function and of each piece of + - * / ** @ between them, such as
    x = 2*w + 3, y = log(x), z = 2*y**2 - 1; "fine" makes one of each single operation. Numbers stay
    inside the formulas; a name that is used twice is one variable with two wires.
    values: first values by name, such as {"W": "1, 2; 3, 4"}; otherwise 1, or a small vector or
    matrix where the formula needs one (capital letters rather a matrix). Where the result is one
    number and that is wanted, it is the goal J.

    Raises: FormulaError with the place in the text.
    """
    tree = parse(text)
    if not names_of(tree):
        raise FormulaError(
            "This formula has no names, so there is nothing to draw.",
            0,
            max(len(text), 1),
            hint="Use a letter for each number that may change, such as 2*w + 3.",
        )
    drawing = _Drawing(tree, granularity)
    typed = _first_values(tree, values or {})
    has_goal = wants_goal and _is_one_number(tree, typed)
    return _laid_out(graph, drawing, has_goal, typed, (x, y))


def first_values(text: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """What `from_expression` would give each variable, in the order of the text. Raises:
    FormulaError."""
    return _first_values(parse(text), given or {})


def gives_one_number(text: str, values: Mapping[str, str]) -> bool:
    """Whether the result can be the goal J. Raises: FormulaError."""
    return _is_one_number(parse(text), values)


def _shape(tree: Expression, values: Mapping[str, str]) -> Shape | None:
    """None where the shapes do not fit; shape inference then says so at the node."""
    try:
        return Program(tree).shape({name: numbers(values[name])[0] for name in names_of(tree)})
    except ShapeError:
        return None


def _is_one_number(tree: Expression, values: Mapping[str, str]) -> bool:
    shape = _shape(tree, values)
    return shape is not None and Spec(shape).size == 1


def _first_values(tree: Expression, given: Mapping[str, str]) -> dict[str, str]:
    """A value for each name: the simplest that fit one another; 1 everywhere if none do."""
    names = names_of(tree)
    plain = {name: given.get(name, "1") for name in names}
    open_names = [name for name in names if name not in given]
    if _shape(tree, plain) is not None or len(open_names) > MOST_TRIED:
        return plain
    kinds = {name: _STARTS[::-1] if name[0].isupper() else _STARTS for name in open_names}
    for ranks in sorted(product(range(len(_STARTS)), repeat=len(open_names)), key=sum):
        chosen = {name: kinds[name][rank] for name, rank in zip(open_names, ranks, strict=True)}
        if _shape(tree, plain | chosen) is not None:
            return plain | chosen
    return plain


class _Drawing:
    """The nodes of the graph by their symbols, each after what it reads.

    names: of the variables, in the order of the text. formulas: by symbol. result: the last symbol.
    """

    def __init__(self, tree: Expression, granularity: Granularity) -> None:
        self._is_fine = granularity == "fine"
        self._pieces: list[tuple[Expression, Expression]] = []
        self.names = names_of(tree)
        last = self._symbol(tree)
        symbols = dict(zip(map(_mark, count()), self._chosen(), strict=False))
        self.formulas: dict[str, str] = {}
        for place, (piece, source) in enumerate(self._pieces):
            self.formulas[symbols[_mark(place)]] = _formula(_renamed(piece, symbols), source)
        self.result = symbols.get(last, last)

    def _symbol(self, piece: Expression) -> str:
        """The name under which a piece is read: its own, or that of a node made for it."""
        if isinstance(piece, Name):
            return piece.name
        if not isinstance(piece, Call):
            raise TypeError("a number is no node of its own")
        self._pieces.append((self._body(piece), piece))
        return _mark(len(self._pieces) - 1)

    def _body(self, piece: Call) -> Expression:
        """The formula of a node: what does not belong to it is a name."""
        is_function = OPERATIONS[piece.operation].is_function
        parts = tuple(
            self._part(argument, is_joined=not is_function and not self._is_fine)
            for argument in piece.arguments
        )
        return Call(piece.operation, parts, piece.span)

    def _part(self, piece: Expression, *, is_joined: bool) -> Expression:
        if not isinstance(piece, Call) or not names_of(piece):
            return piece
        if is_joined and not OPERATIONS[piece.operation].is_function:
            return self._body(piece)
        return Name(self._symbol(piece), piece.span)

    def _chosen(self) -> list[str]:
        """As many new symbols as there are nodes; the last ones of the alphabet where they do."""
        total = len(self._pieces)
        taken = {*self.names, *OPERATIONS}
        letters = [letter for letter in _LETTERS if letter not in taken]
        if total <= len(letters):
            return letters[len(letters) - total :]
        free = (f"h_{number}" for number in count(1))
        return [
            name for name, _ in zip((n for n in free if n not in taken), range(total), strict=False)
        ]


def _mark(place: int) -> str:
    """A name that no text can hold, for a node that has no symbol yet."""
    return f"#{place}"


def _renamed(piece: Expression, symbols: Mapping[str, str]) -> Expression:
    if isinstance(piece, Name):
        return Name(symbols.get(piece.name, piece.name), piece.span)
    if isinstance(piece, Call):
        parts = tuple(_renamed(argument, symbols) for argument in piece.arguments)
        return Call(piece.operation, parts, piece.span)
    return piece


def _formula(piece: Expression, source: Expression) -> str:
    """Raises: FormulaError at the place of the piece where it is too long for one node."""
    for text in (text_of(piece), text_of(piece, spaces=False)):
        try:
            parse(text)
        except FormulaError:
            continue
        return text
    raise FormulaError(
        "This piece of the formula is too long for one node.",
        *source.span,
        hint="Draw it with one operation a node, or shorten it.",
    )


def _laid_out(
    graph: NetworkGraph,
    drawing: _Drawing,
    has_goal: bool,
    values: Mapping[str, str],
    corner: tuple[float, float],
) -> Edit:
    layers: dict[str, Layer] = {name: Variable(value=values[name]) for name in drawing.names}
    layers |= {symbol: Function(formula=text) for symbol, text in drawing.formulas.items()}
    goal = "J"
    while goal in layers:
        goal += "J"
    if has_goal:
        layers[goal] = Goal()
    reads = _reads(drawing) | ({goal: (drawing.result,)} if has_goal else {})
    places = _places(list(layers), reads, corner)
    ids: dict[str, str] = {}
    for symbol, layer in layers.items():
        ids[symbol] = graph.new_id(stem_of(layer), ids.values())
    nodes = [
        Change(
            ids[symbol],
            None,
            Node(
                layer=layer,
                name="" if isinstance(layer, Goal) else symbol,
                x=places[symbol][0],
                y=places[symbol][1],
            ),
        )
        for symbol, layer in layers.items()
    ]
    wires = [
        Change("", None, Wire(ids[source], "h", ids[symbol], port))
        for symbol, sources in reads.items()
        for source, port in zip(sources, _ports(layers[symbol]), strict=True)
    ]
    return Edit("New from expression", (*nodes, *wires), tuple(ids.values()))


def _ports(layer: Layer) -> list[str]:
    return [port.name for port in layer.inputs]


def _reads(drawing: _Drawing) -> dict[str, tuple[str, ...]]:
    """By symbol of a formula, the symbols that stand in it, in the order of its ports."""
    return {symbol: names_of(parse(text)) for symbol, text in drawing.formulas.items()}


def _places(
    symbols: list[str], reads: Mapping[str, tuple[str, ...]], corner: tuple[float, float]
) -> dict[str, tuple[float, float]]:
    """Each formula one column right of the last thing it reads, each variable one column left of
    the first that reads it; columns are centred on one another."""
    column = {symbol: 0 for symbol in symbols if symbol not in reads}
    for symbol, sources in reads.items():
        column[symbol] = 1 + max(column[source] for source in sources)
    for symbol in symbols:
        if symbol not in reads:
            readers = [column[other] for other, sources in reads.items() if symbol in sources]
            column[symbol] = min(readers, default=1) - 1
    heights = {at: list(column.values()).count(at) for at in column.values()}
    tallest = max(heights.values())
    seen: dict[int, int] = {}
    found = {}
    for symbol in symbols:
        at = column[symbol]
        row = seen.get(at, 0) + (tallest - heights[at]) / 2
        seen[at] = seen.get(at, 0) + 1
        found[symbol] = (corner[0] + at * COLUMN_PX, corner[1] + row * ROW_PX)
    return found
