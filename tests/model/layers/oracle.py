"""One layer of ours beside a function of PyTorch, in float64: outputs, deltas and gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from model.layer import Array, Layer, Shape, Workspace
from model.plan import compile_plan
from tests.model.layers.registry import case_of

CLOSE: dict[str, Any] = {"rtol": 1e-6, "atol": 1e-12}


def tried(layer: Layer, shape: Shape, *, wires: int = 2, seed: int = 1) -> Workspace:
    """The layer's workspace after one pass there and back; parameters are random numbers."""
    case = case_of(layer, shape, 4, seed, wires=wires)
    assert case is not None
    plan = compile_plan(case.graph, dtype=np.float64)
    rng = np.random.default_rng(seed)
    for name in plan.by_id["tried"].parameters:
        values = plan.parameter("tried", name)
        values[...] = rng.normal(size=values.shape)
    run = plan.bind(4, is_training=True)
    run.fill(case.arrays)
    run.forward()
    run.backward()
    return run.at["tried"]


def assert_like_torch(
    torch: Any,
    layer: Layer,
    shape: Shape,
    theirs: Callable[..., Any],
    parameters: tuple[str, ...] = (),
    *,
    wires: int = 2,
) -> None:
    """theirs(*inputs, *parameters) with our numbers; every gradient agrees to 1e-6."""

    def tensor(array: Array, learns: bool = True) -> Any:
        return torch.tensor(np.array(array), requires_grad=learns)

    n = tried(layer, shape, wires=wires)
    inputs = [tensor(h) for h in n.hs]
    learned = [tensor(getattr(n, name)) for name in parameters]
    out = theirs(*inputs, *learned)
    np.testing.assert_allclose(n.out, out.detach().numpy(), **CLOSE)
    out.backward(tensor(n.delta_out, learns=False))
    for ours, given in zip(n.deltas, inputs, strict=True):
        np.testing.assert_allclose(ours, given.grad.numpy(), **CLOSE)
    for name, value in zip(parameters, learned, strict=True):
        np.testing.assert_allclose(getattr(n, f"d{name}"), value.grad.numpy(), **CLOSE)
