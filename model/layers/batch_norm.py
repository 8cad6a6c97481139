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
    Shapes: (B, n) -> same; gamma, beta: (n,), both exempt from the penalty.
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
        if len(specs[0].shape) != 1:
            raise ShapeError(
                f"Batch norm takes vectors (B × n), but it is given {specs[0]}.",
                hint="Put a Flatten layer in front.",
            )
        return Spec(specs[0].shape)

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        shape = specs[0].shape
        return {
            "gamma": Parameter(shape, "ones", is_penalised=False),
            "beta": Parameter(shape, "zeros", is_penalised=False),
        }

    def states(self, *specs: Spec) -> dict[str, State]:
        shape = specs[0].shape
        return {"running_mean": State(shape, 0.0), "running_var": State(shape, 1.0)}

    def cost(self, *specs: Spec) -> int:
        return 2 * specs[0].size

    def setup(self, n: Workspace) -> None:
        n.normal = n.like(n.h)
        n.square = n.like(n.h)
        n.mean, n.var, n.std, n.scratch = (n.empty(*n.h.shape[1:]) for _ in range(4))

    def forward(self, n: Workspace) -> None:
        if n.is_training:
            np.mean(n.h, axis=0, out=n.mean)
            np.subtract(n.h, n.mean, out=n.normal)
            np.multiply(n.normal, n.normal, out=n.square)
            np.mean(n.square, axis=0, out=n.var)
            self._follow(n)
        else:
            np.copyto(n.mean, n.running_mean)
            np.copyto(n.var, n.running_var)
            np.subtract(n.h, n.mean, out=n.normal)
        np.add(n.var, self.epsilon, out=n.std)
        np.sqrt(n.std, out=n.std)
        n.normal /= n.std
        np.multiply(n.normal, n.gamma, out=n.out)
        n.out += n.beta

    def _follow(self, n: Workspace) -> None:
        """Move the running statistics towards those of this batch."""
        share = self.running_momentum
        n.running_mean *= 1 - share
        np.multiply(n.mean, share, out=n.scratch)
        n.running_mean += n.scratch
        n.running_var *= 1 - share
        np.multiply(n.var, share * n.batch / max(n.batch - 1, 1), out=n.scratch)
        n.running_var += n.scratch

    def gradient(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.normal, out=n.square)
        np.add.reduce(n.square, axis=0, out=n.dgamma)
        np.add.reduce(n.delta_out, axis=0, out=n.dbeta)

    def backward(self, n: Workspace) -> None:
        np.multiply(n.normal, n.dgamma, out=n.delta)
        n.delta += n.dbeta
        n.delta /= -n.batch
        n.delta += n.delta_out
        np.divide(n.gamma, n.std, out=n.scratch)
        n.delta *= n.scratch

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """before, after: (B,) the chosen neuron over the batch; mean, std: its statistics."""
        neuron = min(neuron, n.h.shape[1] - 1)
        return {
            "before": n.h[:, neuron].copy(),
            "after": n.out[:, neuron].copy(),
            "mean": float(n.mean[neuron]),
            "std": float(n.std[neuron]),
            "neuron": neuron,
        }
