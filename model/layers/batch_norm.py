"""Batch normalisation."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Parameter, Spec, State, Workspace


class BatchNorm(Layer, frozen=True, kw_only=True, tag="batch_norm"):
    """Give every feature mean 0 and standard deviation 1 over the batch, then scale and shift it.

    Training: h_out = gamma * (h - mean) / std + beta, std = sqrt(variance + epsilon), with mean and
    variance (1/m) of the batch. Testing: the running mean and variance take their place.
    As in PyTorch the running variance is the unbiased one (1/(m-1)).
    Shapes: (B, n) -> same; gamma, beta: (n,), both exempt from the penalty. Of (B, C, H, W) and
    (B, C, L) a channel is a feature: its m = B H W numbers share mean, variance, gamma and beta.
    Source: Ioffe & Szegedy 2015.
    """

    title: ClassVar[str] = "Batch norm"
    category: ClassVar[str] = "regularise"
    icon: ClassVar[str] = "chart-bell-curve"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            (
                "batch",
                r"\mu_j = \frac{1}{m}\sum_i h_{ij}, \; "
                r"\sigma_j^2 = \frac{1}{m}\sum_i (h_{ij} - \mu_j)^2",
            ),
            ("normalise", r"\hat{h}_{ij} = \frac{h_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \epsilon}}"),
            ("output", r"h^{(l+1)}_{ij} = \gamma_j \hat{h}_{ij} + \beta_j"),
        ),
        backward=(
            (
                "scale",
                r"\frac{\partial J}{\partial \gamma_j} = "
                r"\sum_i \delta_{ij}^{(l+1)} \hat{h}_{ij}",
            ),
            ("shift", r"\frac{\partial J}{\partial \beta_j} = \sum_i \delta_{ij}^{(l+1)}"),
            (
                "passed down",
                r"\delta_{ij}^{(l)} = \frac{\gamma_j}{\sigma_j} ( \delta_{ij}^{(l+1)} - "
                r"\frac{1}{m}\frac{\partial J}{\partial \beta_j} - "
                r"\frac{\hat{h}_{ij}}{m}\frac{\partial J}{\partial \gamma_j} )",
            ),
        ),
    )

    epsilon: Annotated[
        float,
        Meta(gt=0, le=0.1, description="Added to the variance", extra={"symbol": r"\epsilon"}),
    ] = 1e-5
    running_momentum: Annotated[
        float, Meta(gt=0, le=1, description="Share of the new batch in the running statistics")
    ] = 0.1

    def out_spec(self, *specs: Spec) -> Spec:
        if len(specs[0].shape) not in (1, 2, 3):
            raise ShapeError(
                "Batch norm takes vectors (B × n) or channels (B × C × L, B × C × H × W), but it is"
                f" given {specs[0]}.",
                hint="Put a Flatten or Reshape layer in front.",
            )
        return Spec(specs[0].shape)

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        shape = specs[0].shape[:1]
        return {
            "gamma": Parameter(shape, "ones", is_penalised=False),
            "beta": Parameter(shape, "zeros", is_penalised=False),
        }

    def states(self, *specs: Spec) -> dict[str, State]:
        shape = specs[0].shape[:1]
        return {"running_mean": State(shape, 0.0), "running_var": State(shape, 1.0)}

    def cost(self, *specs: Spec) -> int:
        return 2 * specs[0].size

    def setup(self, n: Workspace) -> None:
        n.normal = n.like(n.h)
        n.square = n.like(n.h)
        n.mean, n.var, n.std, n.scratch = (n.empty(n.h.shape[1]) for _ in range(4))
        n.others = (0, *range(2, n.h.ndim))  # all axes but that of the features
        n.m = n.h.size // n.h.shape[1]
        n.mean_, n.std_, n.scratch_, n.gamma_, n.beta_ = (
            feature.reshape(-1, *(1,) * (n.h.ndim - 2))
            for feature in (n.mean, n.std, n.scratch, n.gamma, n.beta)
        )
        if n.is_training:
            n.dgamma_, n.dbeta_ = (x.reshape(n.mean_.shape) for x in (n.dgamma, n.dbeta))

    def forward(self, n: Workspace) -> None:
        """A name with _ at its end is the same feature's number, to be taken for all its places."""
        if n.is_training:
            np.add.reduce(n.h, axis=n.others, out=n.mean)
            n.mean /= n.m
            np.subtract(n.h, n.mean_, out=n.normal)
            np.multiply(n.normal, n.normal, out=n.square)
            np.add.reduce(n.square, axis=n.others, out=n.var)
            n.var /= n.m
            self._follow(n)
        else:
            np.copyto(n.mean, n.running_mean)
            np.copyto(n.var, n.running_var)
            np.subtract(n.h, n.mean_, out=n.normal)
        np.add(n.var, self.epsilon, out=n.std)
        np.sqrt(n.std, out=n.std)
        n.normal /= n.std_
        np.multiply(n.normal, n.gamma_, out=n.out)
        n.out += n.beta_

    def _follow(self, n: Workspace) -> None:
        """Move the running statistics towards those of this batch."""
        share = self.running_momentum
        n.running_mean *= 1 - share
        np.multiply(n.mean, share, out=n.scratch)
        n.running_mean += n.scratch
        n.running_var *= 1 - share
        np.multiply(n.var, share * n.m / max(n.m - 1, 1), out=n.scratch)
        n.running_var += n.scratch

    def gradient(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.normal, out=n.square)
        np.add.reduce(n.square, axis=n.others, out=n.dgamma)
        np.add.reduce(n.delta_out, axis=n.others, out=n.dbeta)

    def backward(self, n: Workspace) -> None:
        np.multiply(n.normal, n.dgamma_, out=n.delta)
        n.delta += n.dbeta_
        n.delta /= -n.m
        n.delta += n.delta_out
        np.divide(n.gamma, n.std, out=n.scratch)
        n.delta *= n.scratch_

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """before, after: the feature of the chosen neuron over the batch and, for channels, all
        places; mean, std: its statistics; neuron: which feature that is."""
        places = n.h[0, 0].size
        feature = min(neuron // places, n.h.shape[1] - 1)
        return {
            "before": n.h[:, feature].flatten(),
            "after": n.out[:, feature].flatten(),
            "mean": float(n.mean[feature]),
            "std": float(n.std[feature]),
            "neuron": feature,
        }
