"""The formulas of the update phase, general and with the numbers of one weight put in, marked."""

from __future__ import annotations

from model.layer import Array
from model.settings import TrainingSettings
from model.teaching.anatomy import SYMBOLS as OF_OPTIMISERS
from model.teaching.number_style import NumberStyle
from model.teaching.operation_view import Lines, OperationView
from model.teaching.operations import Kind
from model.teaching.terms import mark
from model.teaching.weight_changes import SYMBOLS
from model.teaching.wording import factor, indexed, parameter_symbol, spoken

_ALL = {**OF_OPTIMISERS, **SYMBOLS}


def _m(name: str, tex: str = "") -> str:
    return mark(f"part:{name}", tex or _ALL[name])


def general_lines(kind: Kind, settings: TrainingSettings) -> Lines:
    """Of penalty, clip, limit, tie and frozen, as the settings ask for them."""
    match kind:
        case "tie":
            text = f"{_m('own gradient')} + {_m('tied gradient')}"
            return (("tied", f"{_m('summed gradient')} = {text}"),)
        case "frozen":
            return (("frozen", rf"{_m('new', chr(92) + 'theta')} \leftarrow {_m('theta')}"),)
        case "penalty":
            return (("penalty", _penalty()),)
        case "clip":
            return _clip(settings)
        case "limit":
            return _limit(settings)
    return ()


def _penalty() -> str:
    l2 = _m("l2 part", rf"2 {_m('lambda2')} {_m('theta')}")
    l1 = _m("l1 part", rf"{_m('lambda1')} \, \mathrm{{sign}}({_m('theta')})")
    return f"{_m('penalised')} = {_m('data gradient')} + {_m('penalty', f'{l2} + {l1}')}"


def _clip(settings: TrainingSettings) -> Lines:
    lines = []
    gradient = _m("gradient")
    if settings.clip_value:
        c = _m("limit of a number")
        lines.append(("by value", rf"{_m('clipped')} = \max(-{c}, \min({gradient}, {c}))"))
    if settings.clip_norm:
        start = _m("clipped") if settings.clip_value else gradient
        share = rf"\frac{{{_m('limit of the length')}}}{{{_m('length')}}}"
        lines.append(("factor", rf"{_m('factor')} = \min(1, {share})"))
        lines.append(("by norm", rf"{_m('clipped gradient')} = {_m('factor')} \cdot {start}"))
    return tuple(lines)


def _limit(settings: TrainingSettings) -> Lines:
    lines = []
    start = _m("theta")
    if settings.l1_step == "proximal" and settings.l1:
        threshold = _m("threshold")
        text = rf"\mathrm{{sign}}({start}) \, \max(|{start}| - {threshold}, 0)"
        lines.append(("L1 step", f"{_m('shrunk')} = {text}"))
        start = _m("shrunk")
    if settings.max_norm:
        c = _m("max norm")
        share = rf"\frac{{{c}}}{{\max({_m('unit length')}, {c})}}"
        lines.append(("factor", f"{_m('unit factor')} = {share}"))
        lines.append(("max-norm", rf"{_m('limited')} = {_m('unit factor')} \cdot {start}"))
    return tuple(lines)


def lines_with_numbers(view: OperationView, style: NumberStyle) -> Lines:
    """Of one weight of each parameter."""
    lines: list[tuple[str, str]] = []
    for by, parts in view.parts.items():
        found = _Numbers(parts, view.places[by], style)
        name = by.rpartition(".")[2]
        shape = next(iter(parts.values())).shape
        symbol = indexed(parameter_symbol(name), shape, view.places[by])
        lines += _lines_of(view.info.kind, found, symbol, spoken(name))
    return tuple(lines)


class _Numbers:
    """The parts of the chosen weight, as LaTeX with their marks."""

    def __init__(self, parts: dict[str, Array], place: int, style: NumberStyle) -> None:
        self._parts, self._place, self._style = parts, place, style

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def value(self, name: str) -> float:
        values = self._parts[name].reshape(-1)
        return float(values[self._place if values.size > 1 else 0])

    def plain(self, name: str) -> str:
        """As it stands alone."""
        return mark(f"part:{name}", self._style.latex(self.value(name)))

    def factor(self, name: str) -> str:
        """In brackets where it is negative."""
        return mark(f"part:{name}", factor(self.value(name), self._style))


def _lines_of(kind: Kind, found: _Numbers, symbol: str, name: str) -> Lines:
    by = rf"\frac{{\partial J}}{{\partial {symbol}}}"
    match kind:
        case "update" | "frozen":
            return _update(found, symbol, name)
        case "tie":
            text = f"{found.plain('own gradient')} + {found.factor('tied gradient')}"
            total = found.plain("summed gradient")
            return ((name, f"{_m('summed gradient', by)} = {text} = {total}"),)
        case "penalty":
            text = f"{found.plain('data gradient')} + {found.factor('penalty')}"
            line = f"{_m('penalised', by)} = {text} = {found.plain('penalised')}"
            return (*_penalties(found), (name, line))
        case "clip":
            return _clipped(found, by, name)
        case "limit":
            return _limited(found, symbol, name)
    return ()


def _update(found: _Numbers, symbol: str, name: str) -> Lines:
    new = _m("new", symbol)
    text = f"{found.plain('theta')} - {found.factor('step')} = {found.plain('new')}"
    if "decayed" not in found:
        return ((name, rf"{new} \leftarrow {text}"),)
    decay = rf"(1 - {_m('rho')} \lambda) \cdot {found.factor('theta')}"
    start = found.plain("decayed")
    text = f"{start} - {found.factor('step')} = {found.plain('new')}"
    return (
        ("weight decay", f"{_m('decayed', symbol)} \\leftarrow {decay} = {start}"),
        (name, rf"{new} \leftarrow {text}"),
    )


def _penalties(found: _Numbers) -> Lines:
    lines = []
    if "l2 part" in found:
        text = rf"2 \cdot {found.plain('lambda2')} \cdot {found.factor('theta')}"
        lines.append(("L2", f"{_m('l2 part')} = {text} = {found.plain('l2 part')}"))
    if "l1 part" in found:
        sign = rf"\mathrm{{sign}}({found.plain('theta')})"
        text = rf"{found.plain('lambda1')} \cdot {sign}"
        lines.append(("L1", f"{_m('l1 part')} = {text} = {found.plain('l1 part')}"))
    return tuple(lines)


def _clipped(found: _Numbers, by: str, name: str) -> Lines:
    lines = []
    start = "gradient"
    if "clipped" in found:
        c = found.plain("limit of a number")
        text = rf"\max(-{c}, \min({found.plain('gradient')}, {c}))"
        lines.append(("by value", f"{_m('clipped')} = {text} = {found.plain('clipped')}"))
        start = "clipped"
    if "factor" in found:
        share = rf"\frac{{{found.plain('limit of the length')}}}{{{found.plain('length')}}}"
        lines.append(("factor", rf"\min(1, {share}) = {found.plain('factor')}"))
        text = rf"{found.plain('factor')} \cdot {found.factor(start)}"
        total = found.plain("clipped gradient")
        lines.append((name, f"{_m('clipped gradient', by)} = {text} = {total}"))
    return tuple(lines)


def _limited(found: _Numbers, symbol: str, name: str) -> Lines:
    lines = []
    start = "theta"
    if "shrunk" in found:
        theta = found.plain("theta")
        step = rf"\max(|{theta}| - {found.plain('threshold')}, 0)"
        text = rf"\mathrm{{sign}}({theta}) \cdot {step} = {found.plain('shrunk')}"
        lines.append(("L1 step", f"{_m('shrunk')} = {text}"))
        start = "shrunk"
    if "unit factor" in found:
        c, length = found.plain("max norm"), found.plain("unit length")
        share = rf"\frac{{{c}}}{{\max({length}, {c})}}"
        lines.append(("factor", f"{share} = {found.plain('unit factor')}"))
        text = rf"{found.plain('unit factor')} \cdot {found.factor(start)}"
        new = _m("limited", symbol)
        lines.append((name, rf"{new} \leftarrow {text} = {found.plain('limited')}"))
    return tuple(lines)
