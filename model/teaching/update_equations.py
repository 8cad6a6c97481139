"""How the numbers of the update phase hang together: old value - step = new value, and the like."""

from __future__ import annotations

from model.layer import Array
from model.teaching.describing_update import ALL, tied_parameter
from model.teaching.equation import Equation, Look, Part
from model.teaching.operation_view import OperationView
from model.teaching.places import first_places
from model.teaching.walkthrough import Walkthrough
from model.teaching.weight_changes import SYMBOLS, WORDS, Where, is_exempt, where
from model.teaching.wording import parameter_symbol, spoken

_LIMITED: tuple[str, ...] = ("theta", "shrunk", "unit factor", "limited")
_CLIPPED: tuple[str, ...] = ("gradient", "clipped", "factor", "clipped gradient")
_PENALISED: tuple[str, ...] = ("data gradient", "penalty", "penalised")


def update_equations(walk: Walkthrough, view: OperationView) -> tuple[Equation, ...]:
    """One for each parameter; of the whole network one for the chosen number's parameter, and all
    numbers."""
    match view.info.kind:
        case "update" | "frozen":
            starts = first_places({name: each["theta"] for name, each in view.parts.items()})
            return tuple(_update(walk, view, name, starts[name]) for name in view.parts)
        case "tie":
            return (_tie(walk, view),)
    return _whole_network(walk, view)


def _part(values: Array, name: str, look: Look, place: int, start: int, symbol: str = "") -> Part:
    """A single number that holds for all weights stands as one."""
    is_one = values.size == 1
    return Part(
        symbol or SYMBOLS[name],
        WORDS.get(name, name),
        (f"part:{name}",),
        values,
        look,
        (0,) if is_one else (place,),
        "" if is_one else "place",
        start,
    )


def _update(walk: Walkthrough, view: OperationView, name: str, start: int) -> Equation:
    parts, place = view.parts[name], view.places[name]
    symbol = parameter_symbol(name)

    def part(key: str, caption: str, look: Look, tex: str = symbol) -> Part:
        return Part(tex, caption, (f"part:{key}",), parts[key], look, (place,), "place", start)

    shown = [part("theta", "old value", "weight")]
    signs = ["−", "="]
    if "decayed" in parts:
        shown.append(part("decayed", "decayed", "weight", rf"(1 - \rho \lambda) \, {symbol}"))
        signs.insert(0, "→")
    shown.append(part("step", "step", "delta", r"\mathrm{step}"))
    shown.append(part("new", "new value", "weight"))
    is_frozen = view.info.kind == "frozen"
    words = f"{spoken(name)} is frozen" if is_frozen else f"{spoken(name)} updated"
    note = "Not updated: frozen. Whatever its gradient is, no step is taken." if is_frozen else ""
    return Equation(
        words, name, "", tuple(shown), tuple(signs), note=note or _shared(walk, view, name)
    )


def _shared(walk: Walkthrough, view: OperationView, name: str) -> str:
    """Other layers that use the same array."""
    graph, ties = walk.rehearsal.graph, walk.rehearsal.plan.ties
    users = [
        graph.title_of(key)
        for (key, each), owner in ties.items()
        if owner == view.info.node_id and each == name
    ]
    return f"Shared: the weights of {', '.join(users)} are the same array, transposed." * bool(
        users
    )


def _tie(walk: Walkthrough, view: OperationView) -> Equation:
    _, name, tied = tied_parameter(walk, view)
    parts, place = view.parts[name], view.places[name]
    graph = walk.rehearsal.graph
    symbol = rf"\frac{{\partial J}}{{\partial {parameter_symbol(name)}}}"
    shown = tuple(
        _part(parts[key], key, "delta", place, 0, symbol)
        for key in ("own gradient", "tied gradient", "summed gradient")
    )
    note = f"{graph.title_of(tied)} uses the same array, transposed: both gradients add up."
    return Equation(
        f"Gradient of {spoken(name)}, shared with {graph.title_of(tied)}",
        name,
        parts=shown,
        signs=("+", "="),
        note=note,
    )


def _whole_network(walk: Walkthrough, view: OperationView) -> tuple[Equation, ...]:
    before = view.inputs.get("before")
    if before is None or view.out is None:
        return ()
    at = where(walk.rehearsal.plan, view.places[ALL])
    is_limit = view.info.kind == "limit"
    symbol = r"\theta" if is_limit else r"\nabla J"
    look: Look = "weight" if is_limit else "delta"
    lit = (view.places[ALL],)
    parts = (
        Part(symbol, "before", ("input",), before, look, lit, "place"),
        Part(symbol, "after", ("out",), view.out, look, lit, "place"),
    )
    title = "All weights" if is_limit else "The gradients of all numbers that learn"
    whole = Equation(title, ALL, parts=parts, signs=("→",))
    return (whole,) if at is None else (_of_parameter(walk, view, at), whole)


def _of_parameter(walk: Walkthrough, view: OperationView, at: Where) -> Equation:
    """The parameter in which the chosen number lies."""
    kind, found, place = view.info.kind, view.parts[at.key], view.places[at.key]
    keys = {"penalty": _PENALISED, "clip": _CLIPPED}.get(kind, _LIMITED)
    shown = [key for key in keys if key in found]
    look: Look = "weight" if kind == "limit" else "delta"
    name = parameter_symbol(at.name)
    symbols = {"theta": name, "gradient": rf"\frac{{\partial J}}{{\partial {name}}}"}
    parts = [
        _part(found[key], key, look, place, at.start, symbols.get(key, SYMBOLS.get(key, "")))
        for key in shown
    ]
    signs = [_SIGNS.get(key, "→") for key in shown[1:]]
    if signs and any("factor" in key or key == "penalty" for key in shown):
        signs[-1] = "="
    title = walk.rehearsal.graph.title_of(at.node_id)
    words = {"penalty": "penalty", "clip": "clipped"}.get(kind, "within limits")
    return Equation(
        f"{spoken(at.name)} of {title}: {words}",
        at.key,
        parts=tuple(parts),
        signs=tuple(signs),
        note=_note(walk, view, at, found),
    )


_SIGNS = {"penalty": "+", "factor": "×", "unit factor": "×"}


def _note(walk: Walkthrough, view: OperationView, at: Where, found: dict[str, Array]) -> str:
    if view.info.kind == "penalty" and is_exempt(walk.rehearsal.plan, at):
        return "Biases and the scales of norms are exempt: no penalty touches them."
    if view.info.kind == "clip" and "factor" in found and float(found["factor"]) == 1:
        return "The whole gradient is no longer than c: the factor is 1."
    if view.info.kind == "limit" and "unit factor" in found:
        lengths = found["unit length"].reshape(-1)
        if float(lengths[view.places[at.key]]) <= float(found["max norm"]):
            return "The weights of this unit are no longer than c: the factor is 1."
    return ""
