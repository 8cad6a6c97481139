"""Every optimiser that PyTorch has walks PyTorch's path for 20 steps, in float64.

Skipped where PyTorch is not installed (the extra `oracle`). Where the conventions differ:
- momentum and Nesterov: our rho stands inside the velocity, theirs outside; with a constant rho
  both walk the same path;
- decoupled weight decay: ours spares biases and scales of norms, theirs takes whatever it is given;
- Lion is not in PyTorch; test_optimizers works it out by hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.optimizers import (
    OPTIMIZERS,
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    NAdam,
    Nesterov,
    Optimizer,
    RMSProp,
)

torch = pytest.importorskip("torch")
optim = torch.optim

PAIRS: list[tuple[Optimizer, Any, dict[str, Any]]] = [
    (SGD(lr=0.3), optim.SGD, {"lr": 0.3}),
    (Momentum(lr=0.1, momentum=0.8), optim.SGD, {"lr": 0.1, "momentum": 0.8}),
    (
        Nesterov(lr=0.1, momentum=0.8),
        optim.SGD,
        {"lr": 0.1, "momentum": 0.8, "nesterov": True},
    ),
    (AdaGrad(), optim.Adagrad, {}),
    (AdaGrad(lr=0.5, epsilon=1e-3), optim.Adagrad, {"lr": 0.5, "eps": 1e-3}),
    (AdaDelta(), optim.Adadelta, {}),
    (
        AdaDelta(lr=0.5, decay=0.7, epsilon=1e-3),
        optim.Adadelta,
        {"lr": 0.5, "rho": 0.7, "eps": 1e-3},
    ),
    (RMSProp(), optim.RMSprop, {}),
    (
        RMSProp(lr=0.1, decay=0.8, epsilon=1e-3, centered=True),
        optim.RMSprop,
        {"lr": 0.1, "alpha": 0.8, "eps": 1e-3, "centered": True},
    ),
    (Adam(), optim.Adam, {}),
    (
        Adam(lr=0.1, beta1=0.5, beta2=0.8, epsilon=1e-3),
        optim.Adam,
        {"lr": 0.1, "betas": (0.5, 0.8), "eps": 1e-3},
    ),
    (AdamW(), optim.AdamW, {}),
    (AdamW(lr=0.1, weight_decay=0.4), optim.AdamW, {"lr": 0.1, "weight_decay": 0.4}),
    (NAdam(), optim.NAdam, {}),
    (
        NAdam(lr=0.1, beta1=0.6, momentum_decay=0.5),
        optim.NAdam,
        {"lr": 0.1, "betas": (0.6, 0.999), "momentum_decay": 0.5},
    ),
]


@pytest.mark.parametrize(("ours", "kind", "options"), PAIRS, ids=[repr(p[0]) for p in PAIRS])
def test_twenty_steps_are_those_of_pytorch(ours: Optimizer, kind: Any, options: dict[str, Any]):
    rng = np.random.default_rng(5)
    start = rng.normal(size=30)
    theta, slots, scratch = start.copy(), np.zeros((len(ours.slots), 30)), np.zeros(30)
    given = torch.nn.Parameter(torch.tensor(start))
    theirs = kind([given], **options)
    for t in range(1, 21):
        grads = rng.normal(size=30) * 10.0 ** rng.integers(-2, 2, size=30)
        ours.shrink(theta)
        ours.update(theta, grads, slots, scratch, t)
        given.grad = torch.tensor(grads)
        theirs.step()
        np.testing.assert_allclose(theta, given.detach().numpy(), rtol=1e-6, atol=1e-12)
    assert not np.allclose(theta, start, rtol=1e-3, atol=0)


def test_all_but_lion_are_compared():
    assert OPTIMIZERS.keys() - {str(p[0].__struct_config__.tag) for p in PAIRS} == {"lion"}


@pytest.mark.parametrize("kind", [AdamW, Adam])
def test_the_defaults_are_those_of_pytorch(kind: type[Adam]):
    theirs = {AdamW: optim.AdamW, Adam: optim.Adam}[kind]
    known = theirs([torch.nn.Parameter(torch.zeros(1))]).defaults
    ours = kind()
    assert (ours.lr, (ours.beta1, ours.beta2), ours.epsilon) == (
        known["lr"],
        known["betas"],
        known["eps"],
    )
