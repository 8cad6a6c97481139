"""All layers, one family a file, in the order of the palette."""

from __future__ import annotations

from model.layer import Layer, tag_of
from model.layers.activations import (
    ELU,
    GELU,
    LeakyReLU,
    Linear,
    ReLU,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
)
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import (
    BinaryCrossEntropy,
    Hinge,
    MeanAbsoluteError,
    MeanSquaredError,
    SoftmaxCrossEntropy,
)
from model.layers.merge import Add, Concatenate, Multiply
from model.layers.reshape import Flatten, Reshape
from model.layers.source import DataSource

LAYERS: dict[str, type[Layer]] = {
    tag_of(kind): kind
    for kind in (
        DataSource,
        Dense,
        Flatten,
        Reshape,
        ReLU,
        LeakyReLU,
        ELU,
        GELU,
        Softplus,
        Sigmoid,
        Tanh,
        Softmax,
        Linear,
        Dropout,
        BatchNorm,
        Add,
        Multiply,
        Concatenate,
        MeanSquaredError,
        MeanAbsoluteError,
        BinaryCrossEntropy,
        SoftmaxCrossEntropy,
        Hinge,
    )
}
