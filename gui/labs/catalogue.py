"""All laboratories, in the order of the menu."""

from __future__ import annotations

from gui.labs.spec import LabSpec, lazily

LABS: tuple[LabSpec, ...] = (
    LabSpec(
        "slope",
        "Slope and step",
        "chart-line-variant",
        "One parameter: the slope, the tangent, and where the next step leads",
        lazily("slope", "SlopePanel"),
    ),
)
