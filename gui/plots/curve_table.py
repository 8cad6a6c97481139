"""Curves as a table: one row a step, columns of each curve."""

from __future__ import annotations

from typing import Any

import numpy as np

from gui.plots.export import csv_text
from gui.plots.series import Curve


def csv_of(curves: tuple[Curve, ...]) -> str:
    """All kept points. A cell is empty where a curve has no point at that step."""
    places = [{int(step): i for i, step in enumerate(curve.view.steps)} for curve in curves]
    rows: list[list[Any]] = [["step", *(name for curve in curves for name in _columns(curve))]]
    for step in sorted(set().union(*places)) if places else ():
        row: list[Any] = [step]
        for curve, place in zip(curves, places, strict=True):
            index = place.get(step)
            cells = (np.asarray(values) for values in _values(curve))
            row.extend(None if index is None else cell[index] for cell in cells)
        rows.append(row)
    return csv_text(comment(curves), rows)


def comment(curves: tuple[Curve, ...]) -> str:
    """What the columns are, in one line."""
    parts = []
    for curve in curves:
        stride = curve.view.stride
        kept = (
            "every kept point is one step"
            if stride == 1
            else f"each row is the mean, the least and the greatest of {stride} steps"
        )
        parts.append(f"{curve.key}: {curve.letters}, {curve.name} (stride {stride}: {kept})")
    return "; ".join(parts)


def _columns(curve: Curve) -> list[str]:
    if curve.view.stride == 1:
        return [curve.key]
    return [f"{curve.key} mean", f"{curve.key} low", f"{curve.key} high"]


def _values(curve: Curve) -> tuple[Any, ...]:
    view = curve.view
    return (view.mean,) if view.stride == 1 else (view.mean, view.low, view.high)
