"""What can be drawn of one weight in the update phase: a number line, or terms that add up."""

from __future__ import annotations

from model.layer import Array
from model.teaching.operation_view import OperationView
from model.teaching.pictures import NumberLine, Picture, Stack
from model.teaching.weight_changes import WORDS
from model.teaching.wording import indexed, parameter_symbol

MOST_LINES = 4
_ADDED = ("own gradient", "tied gradient", "data gradient", "l2 part", "l1 part")
_ENDS = ("new", "clipped gradient", "limited")


def number_lines(view: OperationView) -> tuple[Picture, ...]:
    """Where a weight, or a gradient that is clipped, stood before, and where it stands then."""
    found = []
    for name, parts in list(view.parts.items())[:MOST_LINES]:
        j = view.places[name]
        is_clip = view.info.kind == "clip"
        start = parts["gradient" if is_clip else "theta"]
        end = next(parts[key] for key in _ENDS if key in parts)
        old, new = (float(each.reshape(-1)[j]) for each in (start, end))
        by = name.rpartition(".")[2]
        symbol = indexed(parameter_symbol(by), start.shape, j)
        symbol = rf"\frac{{\partial J}}{{\partial {symbol}}}" if is_clip else symbol
        step = float(parts["step"].reshape(-1)[j]) if "step" in parts else old - new
        middle = float(parts["decayed"].reshape(-1)[j]) if "decayed" in parts else None
        terms = ("part:gradient" if is_clip else "part:theta", _end_term(parts))
        found.append(NumberLine(symbol, old, step, new, middle, terms))
    return tuple(found)


def _end_term(parts: dict[str, Array]) -> str:
    return next(f"part:{key}" for key in _ENDS if key in parts)


def added(view: OperationView) -> tuple[Picture, ...]:
    """A gradient that is the sum of several."""
    found = []
    for name, parts in view.parts.items():
        keys = [key for key in _ADDED if key in parts]
        total = next(key for key in ("summed gradient", "penalised") if key in parts)
        j = view.places[name]
        shape = parts[total].shape
        symbol = indexed(parameter_symbol(name.rpartition(".")[2]), shape, j)
        found.append(
            Stack(
                tuple(WORDS[key] for key in keys),
                tuple(float(parts[key].reshape(-1)[j]) for key in keys),
                tuple(f"part:{key}" for key in keys),
                float(parts[total].reshape(-1)[j]),
                rf"\partial J / \partial {symbol}",
                f"part:{total}",
            )
        )
    return tuple(found)
