"""The plots under the canvas. `PLOTS` lists them; each factory imports its plot when it is called.

dock = dock_for(PLOTS[0], controller, document, window)
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gui.plots.spec import PlotSpec


def _factory(module: str, name: str) -> Any:
    def make(controller: Any, document: Any) -> Any:
        return getattr(import_module(f"gui.plots.{module}"), name)(controller, document)

    return make


PLOTS: tuple[PlotSpec, ...] = (
    PlotSpec(
        "loss",
        "Loss J",
        "chart-line-variant",
        _factory("loss", "LossPlot"),
        is_open_at_first=True,
        help="The loss J of training and validation over the steps",
    ),
)

__all__ = ["PLOTS", "PlotSpec"]
