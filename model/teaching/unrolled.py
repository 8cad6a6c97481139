"""A typed formula as the lines that the engine goes through for it, forwards and backwards.

A formula runs as a list of operations from one table. Here each gets a line of its own: the code is
that of the table, with the names of the formula put in. What guards the places where a slope is not
defined (`where=`, `out=`) is left out.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache, lru_cache

from model.expressions import Call, Expression, Name, Number, Program, operations, parse
from model.teaching.sources import SourceLine, Span, Terms

_Piece = tuple[str, str, Terms]
"""Text, and where it is a term: the name of the array and what it is."""


@lru_cache(maxsize=256)
def forward_lines(formula: str, inputs: tuple[str, ...]) -> tuple[SourceLine, ...]:
    """One line an operation, the last of which fills `out`. inputs: names that are ports."""
    return _Unrolled(formula, inputs).forward()


@lru_cache(maxsize=256)
def backward_lines(formula: str, inputs: tuple[str, ...]) -> tuple[SourceLine, ...]:
    """One line an operation, from `delta_out` down to `d_x` of every input."""
    return _Unrolled(formula, inputs).backward()


class _Unrolled:
    def __init__(self, formula: str, inputs: tuple[str, ...]) -> None:
        self._program = Program(parse(formula))
        self._inputs = inputs
        self._names: list[str] = []
        self._number = 0
        for place, piece in enumerate(self._program.pieces):
            self._names.append(self._name(place, piece))
        self._seen: set[str] = set()

    def _name(self, place: int, piece: Expression) -> str:
        if isinstance(piece, Name):
            return piece.name
        if isinstance(piece, Number):
            return f"{piece.value:.10g}"
        if place == len(self._program.pieces) - 1:
            return "out"
        self._number += 1
        return f"t{self._number}"

    def _calls(self) -> list[tuple[int, Call, list[str]]]:
        """Place, operation and the names of its arguments."""
        program = self._program
        return [
            (place, piece, [self._names[k] for k in program.arguments[place]])
            for place, piece in enumerate(program.pieces)
            if isinstance(piece, Call)
        ]

    def forward(self) -> tuple[SourceLine, ...]:
        found = []
        for place, piece, names in self._calls():
            name = self._names[place]
            code = _forward_code(piece.operation, names)
            out: Terms = ("out",) if name == "out" else ()
            terms: dict[str, Terms] = {each: (f"input:{each}",) for each in self._inputs}
            found.append(_line([(name, name, out), (" = ", "", ()), *_cut(code, terms)]))
        return tuple(found) or (_line([("out = ", "", ()), (self._names[-1], "", ())]),)

    def backward(self) -> tuple[SourceLine, ...]:
        found = []
        for place, piece, names in reversed(self._calls()):
            delta = "delta_out" if self._names[place] == "out" else f"d_{self._names[place]}"
            parts = _backward_code(piece.operation, delta, self._names[place], names)
            for k, code in zip(self._program.arguments[place], parts, strict=False):
                if self._leads_to_input(k):
                    found.append(self._down(k, delta, code))
        return tuple(found)

    def _down(self, k: int, delta: str, code: ast.expr) -> SourceLine:
        name = f"d_{self._names[k]}"
        sign = " += " if name in self._seen else " = "
        self._seen.add(name)
        is_result = isinstance(self._program.pieces[k], Name)
        result: Terms = ("downstream", f"downstream:{self._names[k]}") if is_result else ()
        upstream: Terms = ("upstream",) if delta == "delta_out" else ()
        return _line([(name, name, result), (sign, "", ()), *_around(code, delta, upstream)])

    def _leads_to_input(self, place: int) -> bool:
        piece = self._program.pieces[place]
        if isinstance(piece, Name):
            return piece.name in self._inputs
        return any(map(self._leads_to_input, self._program.arguments[place]))


def _line(pieces: list[_Piece]) -> SourceLine:
    text, spans = "", []
    for piece, name, terms in pieces:
        if terms:
            spans.append(Span(len(text), len(text) + len(piece), name, terms))
        text += piece
    return SourceLine(text, True, tuple(spans))


def _around(code: ast.expr, delta: str, upstream: Terms) -> list[_Piece]:
    """`delta_out * (1 / x)`: the delta is upstream, what it is multiplied by is local."""
    if isinstance(code, ast.BinOp) and isinstance(code.op, ast.Mult | ast.Div):
        left = code.left
        sign = " * " if isinstance(code.op, ast.Mult) else " / "
        if delta in {node.id for node in ast.walk(left) if isinstance(node, ast.Name)}:
            right = ast.unparse(code.right)
            is_plain = isinstance(code.right, ast.Name | ast.Constant | ast.Call)
            shown = right if is_plain else f"({right})"
            return [*_around(left, delta, upstream), (sign, "", ()), (shown, right, ("local",))]
    if isinstance(code, ast.UnaryOp):
        return [("-", "", ()), *_around(code.operand, delta, upstream)]
    return _cut(code, {delta: upstream}, others=("local",))


def _cut(code: ast.expr, terms: dict[str, Terms], others: Terms = ()) -> list[_Piece]:
    """The code as text, its names apart. others: what names are that stand in no list."""
    text = ast.unparse(code)
    found: list[_Piece] = []
    at = 0
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    for node in sorted(nodes, key=lambda node: node.col_offset):
        if node.id in ("np",) or node.id.startswith("_"):
            continue
        found.append((text[at : node.col_offset], "", ()))
        at = node.end_col_offset or 0
        found.append((node.id, node.id, terms.get(node.id, others)))
    return [*found, (text[at:], "", ())]


# the table of operations, as it is written


@cache
def _table() -> dict[str, ast.Call]:
    """The call that makes each operation, by its name."""
    tree = ast.parse(inspect.getsource(operations))
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            keys = [key.value for key in node.value.keys if isinstance(key, ast.Constant)]
            calls = [each for each in node.value.values if isinstance(each, ast.Call)]
            return {str(key): call for key, call in zip(keys, calls, strict=True)}
    raise LookupError("the table of operations is written in another way by now")


def _functions(operation: str) -> tuple[ast.expr, ast.expr]:
    """Forward and backward as they stand in the table; of an element-wise one, its slope."""
    call = _table()[operation]
    made_by = call.func.id if isinstance(call.func, ast.Name) else ""
    first = 1 if made_by == "Operation" else 0
    return call.args[first], call.args[first + 1]


def _is_element(operation: str) -> bool:
    func = _table()[operation].func
    return isinstance(func, ast.Name) and func.id == "_element"


def _forward_code(operation: str, names: list[str]) -> ast.expr:
    code = _functions(operation)[0]
    values = [ast.parse(name, mode="eval").body for name in names]
    if isinstance(code, ast.Lambda) and not code.args.vararg:
        return _put_in(code.body, dict(zip(_arguments(code), values, strict=True)))
    plain = code if not isinstance(code, ast.Lambda) else ast.parse("np.stack", mode="eval").body
    if operation == "pick":
        plain = ast.parse("pick", mode="eval").body
    return ast.Call(plain, values, [])


def _backward_code(operation: str, delta: str, value: str, names: list[str]) -> list[ast.expr]:
    """One expression an argument."""
    code = _functions(operation)[1]
    values = [ast.parse(name, mode="eval").body for name in names]
    d, z = ast.Name(delta), ast.Name(value)
    if isinstance(code, ast.Lambda) and _is_element(operation):
        slope = _put_in(code.body, dict(zip(_arguments(code), (*values, z), strict=True)))
        return [ast.BinOp(d, ast.Mult(), slope)]
    if isinstance(code, ast.Lambda) and not code.args.vararg:
        body = code.body
        known = dict(zip(_arguments(code), (d, z, *values), strict=True))
        parts = body.elts if isinstance(body, ast.Tuple) else [body]
        return [_put_in(part, known) for part in parts]
    if isinstance(code, ast.Name):
        return _of_function(code.id, [d, z, *values])
    return [
        ast.Subscript(d, ast.parse(f"x[:, {k}]", mode="eval").body.slice)  # type: ignore[attr-defined]
        for k in range(len(names))
    ]


def _of_function(name: str, values: list[ast.expr]) -> list[ast.expr]:
    """What a function of the table returns, its arguments put in; the call where it is long."""
    tree = ast.parse(inspect.getsource(getattr(operations, name))).body[0]
    count = len(values) - 2
    plain = [
        ast.Subscript(ast.Call(ast.Name(name), values, []), ast.Constant(k)) for k in range(count)
    ]
    if not isinstance(tree, ast.FunctionDef) or tree.args.vararg:
        return list(plain)
    known = dict(zip([each.arg for each in tree.args.args], values, strict=False))
    body = [each for each in tree.body if not isinstance(each, ast.Expr)]
    for statement in body[:-1]:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return list(plain)
        known[statement.targets[0].id] = _put_in(statement.value, known)
    last = body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Tuple):
        return list(plain)
    found = [_put_in(part, known) for part in last.value.elts]
    return found if all(len(ast.unparse(each)) <= 60 for each in found) else list(plain)


def _arguments(code: ast.Lambda) -> list[str]:
    return [each.arg for each in code.args.args]


def _put_in(code: ast.expr, known: dict[str, ast.expr]) -> ast.expr:
    return _PutIn(known).visit(ast.parse(ast.unparse(code), mode="eval").body)  # type: ignore[no-any-return]


class _PutIn(ast.NodeTransformer):
    """Names replaced, guards left out, numbers worked out."""

    def __init__(self, known: dict[str, ast.expr]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._known.get(node.id, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        node.keywords = [each for each in node.keywords if each.arg not in ("where", "out")]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant):
            left, right = node.left.value, node.right.value
            if (
                isinstance(node.op, ast.Sub)
                and isinstance(left, int | float)
                and isinstance(right, int | float)
            ):
                return ast.Constant(left - right)
        return node
