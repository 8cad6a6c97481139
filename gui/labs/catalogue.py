"""All laboratories, in the order of the menu."""

from __future__ import annotations

from gui.labs.spec import LabSpec, Lazy
from model.layer import Layer, Loss, Source
from model.layers.activations import Activation
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.scalar import Function


def _has_jacobian(layer: Layer) -> bool:
    """Something enters it that can be differentiated."""
    return not isinstance(layer, Source)


def _is_dropout(layer: Layer) -> bool:
    return isinstance(layer, Dropout)


def _is_squared_error(layer: Layer) -> bool:
    """Its loss is the RSS over N."""
    return isinstance(layer, MeanSquaredError)


def _is_batch_norm(layer: Layer) -> bool:
    return isinstance(layer, BatchNorm)


def _has_twins(layer: Layer) -> bool:
    """A training with and without it, or with dropout behind it, can be compared."""
    return isinstance(layer, (Dropout, BatchNorm, Activation))


def _is_often_swept(layer: Layer) -> bool:
    """It has units, or a p."""
    return isinstance(layer, (Dense, Dropout))


def _is_loss(layer: Layer) -> bool:
    return isinstance(layer, Loss)


def _has_weights(layer: Layer) -> bool:
    """There is something in it that an optimiser moves."""
    return type(layer).parameters is not Layer.parameters


def _has_width(layer: Layer) -> bool:
    """It can be made larger and smaller."""
    fields = layer.__struct_fields__
    return "units" in fields or "channels" in fields


def _has_slope(layer: Layer) -> bool:
    """A weight of it, or a formula of one number."""
    is_formula = isinstance(layer, Function) and len(layer.inputs) == 1
    return is_formula or _has_weights(layer)


LABS: tuple[LabSpec, ...] = (
    LabSpec(
        "slope",
        "Slope and step",
        "chart-line-variant",
        "One parameter: the slope, the tangent, and where the next step leads",
        Lazy("slope", "SlopePanel"),
        concerns=_has_slope,
        example="sin_x_squared",
    ),
    LabSpec(
        "regression",
        "Regression",
        "chart-scatter-plot",
        "A line among its points, and the path of its β₀ and β₁ over the RSS",
        Lazy("regression", "RegressionPanel"),
        concerns=_is_squared_error,
    ),
    LabSpec(
        "penalties",
        "L1 and L2",
        "rhombus-outline",
        "Weights, losses and exact zeros over λ, of a linear model or of this network",
        Lazy("penalties", "PenaltyPanel"),
        concerns=_is_loss,
    ),
    LabSpec(
        "overfitting",
        "Overfitting",
        "chart-bell-curve-cumulative",
        "Training, validation and test loss over model size, number of items and steps",
        Lazy("overfitting", "OverfittingPanel"),
        concerns=_has_width,
    ),
    LabSpec(
        "landscape",
        "Landscape and race",
        "terrain",
        "Contour maps of textbook surfaces or of this network, and a race of optimisers down them",
        Lazy("landscape", "LandscapePanel"),
        concerns=_has_weights,
    ),
    LabSpec(
        "anatomy",
        "Anatomy of an update",
        "chart-waterfall",
        "What gradient, velocity, second moment, bias correction and decay add to one step",
        Lazy("anatomy", "AnatomyPanel"),
        concerns=_has_weights,
    ),
    LabSpec(
        "jacobian",
        "Jacobian inspector",
        "matrix",
        "The local Jacobian of a node and a wire, and chains of them multiplied out",
        Lazy("jacobian", "JacobianPanel"),
        concerns=_has_jacobian,
        needs_design=True,
        example="iris",
    ),
    LabSpec(
        "dropout",
        "Dropout",
        "scatter-plot-outline",
        "Which sub-networks a run has trained, and what their committee answers",
        Lazy("dropout", "DropoutPanel"),
        concerns=_is_dropout,
        needs_design=True,
        example="breast_cancer_dropout",
    ),
    LabSpec(
        "batch_norm",
        "Batch norm microscope",
        "chart-bell-curve",
        "Features before and after, the company in the batch, the three paths back",
        Lazy("batch_norm", "BatchNormPanel"),
        concerns=_is_batch_norm,
        needs_design=True,
        example="mnist_mlp",
    ),
    LabSpec(
        "twins",
        "Twin run",
        "source-fork",
        "The training goes on from one state several times, one thing changed",
        Lazy("twins", "TwinPanel"),
        concerns=_has_twins,
        needs_design=True,
        example="breast_cancer_dropout",
    ),
    LabSpec(
        "learning_rate",
        "Learning rate finder",
        "speedometer",
        "ρ grows step by step until the loss runs away; where it falls fastest is a good one",
        Lazy("learning_rate", "LearningRatePanel"),
        concerns=_is_loss,
        needs_design=True,
        example="mnist_mlp",
    ),
    LabSpec(
        "sweep",
        "Sweep",
        "tune-variant",
        "A grid or random draws over any fields of the design and over seeds, in many processes",
        Lazy("sweep", "SweepPanel"),
        concerns=_is_often_swept,
        needs_design=True,
        example="breast_cancer_dropout",
    ),
    LabSpec(
        "averaging",
        "Model averaging",
        "vector-combine",
        "The same design from K seeds or bootstrap samples, and the mean of its answers",
        Lazy("averaging", "AveragingPanel"),
        concerns=_is_loss,
        needs_design=True,
        example="spiral",
    ),
    LabSpec(
        "exercises",
        "Exercises",
        "school-outline",
        "The lecture's questions: shapes, parameters, p of a dropout picture, slopes",
        Lazy("exercises", "ExercisePanel"),
    ),
)
