"""The two pieces of a variational autoencoder: drawing a code, and keeping codes near N(0, 1)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from model.errors import ShapeError
from model.layer import Formulas, Layer, Loss, Port, Spec, Workspace

_PORTS = (
    Port("mean", "Where the code lies"),
    Port("log_variance", "How far it is spread: the logarithm of its variance"),
)


def _check_alike(title: str, specs: tuple[Spec, ...]) -> None:
    for other in specs[1:]:
        if other.shape != specs[0].shape:
            raise ShapeError(
                f"{title} needs a mean and a log-variance for every number of the code, but they"
                f" are {specs[0]} and {other}.",
                hint="Give the two layers before it the same number of units.",
            )


class Sampling(Layer, frozen=True, kw_only=True, tag="sampling"):
    """Draw a code around a mean, in a way that back-propagation can pass: the reparameterisation.

    Training: z = mean + exp(log_variance / 2) e, e ~ N(0, 1) drawn anew each step; the chance lies
    in e, so z has a slope in both inputs. Testing: z = mean.
    Shapes: two of (B, ...) -> same. Source: Kingma & Welling 2014.
    """

    title: ClassVar[str] = "Sampling"
    category: ClassVar[str] = "merge"
    icon: ClassVar[str] = "dice-multiple-outline"
    inputs: ClassVar[tuple[Port, ...]] = _PORTS
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("noise", r"\epsilon_j \sim \mathcal{N}(0, 1)"),
            ("train", r"z_j = \mu_j + \sigma_j \epsilon_j, \; \sigma_j = e^{v_j / 2}"),
            ("test", r"z_j = \mu_j"),
        ),
        backward=(
            ("to the mean", r"\delta_j^{\mu} = \delta_j^{(l+1)}"),
            (
                "to the log-variance",
                r"\delta_j^{v} = \frac{1}{2} \sigma_j \epsilon_j \, \delta_j^{(l+1)}",
            ),
        ),
    )

    def out_spec(self, *specs: Spec) -> Spec:
        _check_alike(self.title, specs)
        return Spec(specs[0].shape)

    def setup(self, n: Workspace) -> None:
        n.noise = n.like(n.h)
        n.draws = n.noise.ravel("K")  # a view: generators fill only what lies in one piece
        n.spread = n.like(n.h)

    def forward(self, n: Workspace) -> None:
        mean, log_variance = n.hs
        if not n.is_training:
            np.copyto(n.out, mean)
            return
        n.rng.standard_normal(out=n.draws, dtype=n.draws.dtype)
        np.multiply(log_variance, 0.5, out=n.spread)
        np.exp(n.spread, out=n.spread)
        n.noise *= n.spread
        np.add(mean, n.noise, out=n.out)

    def backward(self, n: Workspace) -> None:
        to_mean, to_log_variance = n.deltas
        if to_mean is not None:
            np.copyto(to_mean, n.delta_out)
        if to_log_variance is not None:
            np.multiply(n.delta_out, n.noise, out=to_log_variance)
            to_log_variance *= 0.5

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """noise, spread: what was added to the item's mean, and its standard deviation."""
        if not n.is_training:
            return {}
        return {"noise": n.noise[item].copy(), "spread": n.spread[item].copy()}


class KLDivergence(Loss, frozen=True, kw_only=True, tag="kl_divergence"):
    """How far the codes lie from a standard normal cloud; the second term of a variational loss.

    J = 1/B sum_i sum_j 1/2 (exp(v) + mean^2 - 1 - v), v the log-variance: the divergence of
    N(mean, exp(v)) from N(0, 1), summed over the code. It needs no target. Binary cross-entropy and
    mean squared error take the mean over their k outputs as well: for the evidence lower bound give
    this loss the weight 1 / k beside them.
    Shapes: mean and log-variance (B, ...). Source: Kingma & Welling 2014, appendix B.
    """

    title: ClassVar[str] = "KL divergence"
    icon: ClassVar[str] = "chart-bell-curve"
    inputs: ClassVar[tuple[Port, ...]] = _PORTS
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("loss", r"J = \frac{1}{2 B} \sum_{i,j} (e^{v_{ij}} + \mu_{ij}^2 - 1 - v_{ij})"),),
        backward=(
            ("to the mean", r"\delta_{ij}^{\mu} = \frac{1}{B} \mu_{ij}"),
            ("to the log-variance", r"\delta_{ij}^{v} = \frac{1}{2 B} (e^{v_{ij}} - 1)"),
        ),
    )

    def check(self, prediction: Spec, *others: Spec) -> None:
        _check_alike(self.title, (prediction, *others))

    def setup(self, n: Workspace) -> None:
        n.excess = n.like(n.h)  # exp(v) - 1, exact where v is small
        n.square = n.like(n.h)

    def forward(self, n: Workspace) -> None:
        mean, log_variance = n.hs
        np.expm1(log_variance, out=n.excess)
        np.multiply(mean, mean, out=n.square)
        n.square += n.excess
        n.square -= log_variance
        n.loss = 0.5 * float(np.add.reduce(n.square, axis=None)) / n.batch

    def backward(self, n: Workspace) -> None:
        to_mean, to_log_variance = n.deltas
        if to_mean is not None:
            np.multiply(n.hs[0], self.weight / n.batch, out=to_mean)
        if to_log_variance is not None:
            np.multiply(n.excess, 0.5 * self.weight / n.batch, out=to_log_variance)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """log_variance: of the item; divergence: its share of J, before the mean over the batch."""
        return {
            "log_variance": n.hs[1][item].copy(),
            "divergence": 0.5 * float(np.add.reduce(n.square[item], axis=None)),
        }
