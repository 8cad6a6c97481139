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
        short="Loss",
    ),
    PlotSpec(
        "delta",
        "δ seismograph",
        "pulse",
        _factory("delta", "DeltaPlot"),
        is_open_at_first=True,
        help="How large the error term δ is at each node, over the steps",
        short="δ",
    ),
    PlotSpec(
        "masks",
        "Dropout masks",
        "scatter-plot-outline",
        _factory("masks", "MaskPlot"),
        help="Which neurons spoke in the last steps, as a film strip",
        short="Masks",
    ),
    PlotSpec(
        "predictions",
        "Predictions",
        "image-outline",
        _factory("predictions", "PredictionPlot"),
        help="What the network answers for items it has not trained on",
    ),
    PlotSpec(
        "accuracy",
        "Accuracy",
        "bullseye-arrow",
        _factory("accuracy", "AccuracyPlot"),
        help="The share of right answers in training and validation",
    ),
    PlotSpec(
        "boundary",
        "Decision boundary",
        "chart-scatter-plot",
        _factory("boundary", "BoundaryPlot"),
        help="What the network answers everywhere, for one or two inputs",
        short="Boundary",
    ),
    PlotSpec(
        "histograms",
        "Weights and gradients",
        "chart-bell-curve",
        _factory("histograms", "HistogramPlot"),
        help="How weights and gradients of a node are distributed",
        short="Weights",
    ),
    PlotSpec(
        "confusion",
        "Confusion matrix",
        "grid",
        _factory("confusion", "ConfusionPlot"),
        help="Which classes are taken for which",
        short="Confusion",
    ),
    PlotSpec(
        "codes",
        "Codes",
        "scatter-plot",
        _factory("codes", "CodePlot"),
        help="The output of a narrow layer over many items, coloured by class",
    ),
    PlotSpec(
        "latent",
        "Latent map",
        "view-grid-outline",
        _factory("latent", "LatentPlot"),
        help="What an autoencoder makes of each code",
        short="Latent",
    ),
    PlotSpec(
        "samples",
        "Written text",
        "text-box-outline",
        _factory("samples", "SamplePlot"),
        help="What a character model writes after each epoch",
        short="Text",
    ),
    PlotSpec(
        "rho",
        "Learning rate",
        "speedometer",
        _factory("rho", "RhoPlot"),
        help="The learning rate ρ over the steps, where a schedule changes it",
        short="ρ",
    ),
)

__all__ = ["PLOTS", "PlotSpec"]
