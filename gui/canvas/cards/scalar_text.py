"""What stands on a card of the computation graph in letters: name, formula, state."""

from __future__ import annotations

from dataclasses import dataclass

from gui.canvas.cards import numbers, symbols
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.why_not import NO_STEP
from model.design import Node
from model.expressions import FormulaError, Name, parse
from model.expressions.symbolic import latex
from model.layers.scalar import Function, Variable


@dataclass(frozen=True)
class ScalarText:
    """name: as the person gave it. tex, source: the formula with `x =` in front, typeset and as
    typed, tex "" where there is none. state: what a variable is, "" for others."""

    name: str
    formula: str
    tex: str
    source: str
    state: str
    explanation: str

    def why_empty(self, context: FaceContext) -> str:
        """Why there is no number."""
        if context.view is not None and context.view.extras.get("why"):
            return str(context.view.extras["why"])
        is_open = context.spec is None and bool(self.tex)
        return "Wire its inputs, then press Run or Step." if is_open else NO_STEP


def power_of(context: FaceContext) -> str:
    """The number of h and delta; "" where the card is not wired into the graph."""
    return f"({context.layer_index})" if context.layer_index else ""


def numbers_up(context: FaceContext) -> str:
    """The same as text: ⁽²⁾."""
    return numbers.superscript(context.layer_index) if context.layer_index else ""


def text_of(node: Node) -> ScalarText:
    """Of a Variable or Function."""
    layer, name = node.layer, node.name
    if isinstance(layer, Function):
        tex, formula = _tex(layer.formula), layer.formula
        source = formula
        if symbols.is_name(name):
            tex, source = f"{latex(Name(name))} = {tex}" if tex else "", f"{name} = {formula}"
        said = f"{source}\nDouble-click to type another formula."
        return ScalarText(name, formula, tex or " ", source, "", said)
    if isinstance(layer, Variable):
        return ScalarText(name, layer.value, "", name or "variable", _state(node, layer), "")
    return ScalarText(name, "", "", node.title, "", "")


def _tex(formula: str) -> str:
    try:
        return latex(parse(formula))
    except FormulaError:
        return ""


def _state(node: Node, layer: Variable) -> str:
    if not layer.is_trainable:
        return "constant"
    if node.is_frozen:
        return "frozen"
    return "trainable, random start" if layer.is_random else "trainable"
