"""Noise that is there in training only, so that a network cannot lean on exact numbers."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Spec, Workspace
from model.layers.dropout import Dropout


class GaussianNoise(Layer, frozen=True, kw_only=True, tag="gaussian_noise"):
    """Add normal noise to every number while training; behind the data it makes a denoising net.

    Training: h_out = h + sigma e, e ~ N(0, 1) drawn anew each step. Testing: h_out = h.
    Shapes: (B, ...) -> same. Source: Vincent et al. 2008, Denoising Autoencoders.
    """

    title: ClassVar[str] = "Gaussian noise"
    category: ClassVar[str] = "regularise"
    icon: ClassVar[str] = "grain"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("noise", r"\epsilon_j \sim \mathcal{N}(0, 1)"),
            ("train", r"h_j^{(l+1)} = h_j^{(l)} + \sigma \, \epsilon_j"),
            ("test", r"h_j^{(l+1)} = h_j^{(l)}"),
        ),
        backward=(("passed down", r"\delta_j^{(l)} = \delta_j^{(l+1)}"),),
    )

    sigma: Annotated[
        float,
        Meta(
            ge=0,
            le=100,
            description="Standard deviation of the noise",
            extra={"symbol": r"\sigma", "slider": (0, 2)},
        ),
    ] = 0.1

    def label(self) -> str:
        return f"Gaussian noise {self.sigma:g}"

    def setup(self, n: Workspace) -> None:
        n.noise = n.like(n.h)
        n.draws = n.noise.ravel("K")  # a view: generators fill only what lies in one piece

    def forward(self, n: Workspace) -> None:
        if not n.is_training:
            np.copyto(n.out, n.h)
            return
        n.rng.standard_normal(out=n.draws, dtype=n.draws.dtype)
        n.noise *= self.sigma
        np.add(n.h, n.noise, out=n.out)

    def backward(self, n: Workspace) -> None:
        np.copyto(n.delta, n.delta_out)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """noise: what was added to the item, in its shape."""
        return {"noise": n.noise[item].copy()} if n.is_training else {}


class GaussianDropout(Layer, frozen=True, kw_only=True, tag="gaussian_dropout"):
    """Multiply every neuron by a random factor around 1: dropout without switching anything off.

    Training: h_out = m h, m ~ N(1, p / (1 - p)), which has the variance of dropout with the same p.
    Testing: h_out = h, for the mean of m is 1.
    Shapes: (B, ...) -> same. Source: Srivastava et al. 2014, section 10.
    """

    title: ClassVar[str] = "Gaussian dropout"
    category: ClassVar[str] = "regularise"
    icon: ClassVar[str] = "blur"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("factor", r"m_j \sim \mathcal{N}(1, \sigma^2), \; \sigma^2 = \frac{p}{1 - p}"),
            ("train", r"h_j^{(l+1)} = m_j \, h_j^{(l)}"),
            ("test", r"h_j^{(l+1)} = h_j^{(l)}"),
        ),
        backward=(("passed down", r"\delta_j^{(l)} = m_j \, \delta_j^{(l+1)}"),),
    )

    p: Annotated[
        float, Meta(ge=0, lt=1, description="Noise as strong as dropout's", extra={"symbol": "p"})
    ] = 0.5

    def label(self) -> str:
        return f"Gaussian dropout {self.p:g}"

    def setup(self, n: Workspace) -> None:
        n.factor = n.like(n.h)
        n.draws = n.factor.ravel("K")

    def forward(self, n: Workspace) -> None:
        if not n.is_training:
            np.copyto(n.out, n.h)
            return
        n.rng.standard_normal(out=n.draws, dtype=n.draws.dtype)
        n.factor *= math.sqrt(self.p / (1 - self.p))
        n.factor += 1
        np.multiply(n.h, n.factor, out=n.out)

    def backward(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.factor, out=n.delta)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """factor: what the item was multiplied by, in its shape."""
        return {"factor": n.factor[item].copy()} if n.is_training else {}


_CHANNEL_MASK = ("mask", r"m_c \sim \mathrm{Bernoulli}(1 - p)")


class SpatialDropout(Dropout, frozen=True, kw_only=True, tag="spatial_dropout"):
    """Turn whole channels off while training: neighbours in a picture know too much of each other.

    As dropout, but one draw a channel (the first axis of an item): h_out = m_c h for all places of
    channel c. With the inverted scaling it is PyTorch's Dropout1d and Dropout2d.
    Shapes: (B, C, L) or (B, C, H, W) -> same. Source: Tompson et al. 2015.
    """

    title: ClassVar[str] = "Spatial dropout"
    icon: ClassVar[str] = "layers-off-outline"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            _CHANNEL_MASK,
            ("train", r"h_{cij}^{(l+1)} = m_c \, h_{cij}^{(l)}"),
            ("test", r"h_{cij}^{(l+1)} = (1 - p) \, h_{cij}^{(l)}"),
        ),
        backward=(("passed down", r"\delta_{cij}^{(l)} = m_c \, \delta_{cij}^{(l+1)}"),),
    )
    _INVERTED: ClassVar[Formulas] = Formulas(
        forward=(
            _CHANNEL_MASK,
            ("train", r"h_{cij}^{(l+1)} = \frac{m_c}{1 - p} \, h_{cij}^{(l)}"),
            ("test", r"h_{cij}^{(l+1)} = h_{cij}^{(l)}"),
        ),
        backward=(
            ("passed down", r"\delta_{cij}^{(l)} = \frac{m_c}{1 - p} \, \delta_{cij}^{(l+1)}"),
        ),
    )

    def chosen_formulas(self) -> Formulas:
        return self._INVERTED if self.scaling == "inverted" else self.formulas

    def out_spec(self, *specs: Spec) -> Spec:
        if len(specs[0].shape) < 2:
            raise ShapeError(
                f"Spatial dropout turns off channels with all their places (B × C × H × W or"
                f" B × C × L), but it is given {specs[0]}.",
                hint="Use Dropout for vectors.",
            )
        return Spec(specs[0].shape)

    def setup(self, n: Workspace) -> None:
        places = (1,) * (n.h.ndim - 2)
        n.noise = n.empty(*n.h.shape[:2], *places)
        n.mask = n.like(n.noise)
        n.draws = n.noise.ravel("K")
        n.is_drawn = False

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """mask: booleans in the item's shape; kept: share of channels that spoke in this batch."""
        if not n.is_training:
            return {}
        mask = np.broadcast_to(n.mask[item] > 0, n.h.shape[1:]).copy()
        return {"mask": mask, "kept": float(n.mask.mean())}
