"""A layer of pictures and its counterpart in PyTorch, forward and backward, in float64.

Unlike `oracle` the batch may be of one, and a picture may come without its axis of channels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from model.layer import Layer, Shape, Workspace
from model.plan import compile_plan
from tests.model.layers.registry import case_of

CLOSE: dict[str, Any] = {"rtol": 1e-6, "atol": 1e-11}


def ran(layer: Layer, shape: Shape, batch: int, *, seed: int = 0) -> Workspace:
    """The layer's workspace after one step with random parameters; one loss sends its delta."""
    case = case_of(layer, shape, batch, seed)
    assert case is not None, f"{layer} does not take {shape}"
    plan = compile_plan(case.graph, dtype=np.float64)
    rng = np.random.default_rng(seed)
    for name in plan.by_id["tried"].parameters:
        values = plan.parameter("tried", name)
        values[...] = rng.normal(size=values.shape)
    run = plan.bind(batch, is_training=True)
    run.fill(case.arrays)
    run.forward()
    run.backward()
    return run.at["tried"]


def agree(
    layer: Layer,
    theirs: Callable[..., Any],
    shape: Shape,
    batch: int = 3,
    *,
    one_channel: bool = False,
) -> None:
    """`theirs(h, parameters)` gives the same output, delta and parameter gradients.

    one_channel: PyTorch wants the axis of channels that we may leave out.
    """
    torch = pytest.importorskip("torch")
    n = ran(layer, shape, batch)
    given = n.h[:, np.newaxis] if one_channel else n.h
    h = torch.tensor(given.copy(), requires_grad=True)
    names = [name for name in ("W", "b", "gamma", "beta") if hasattr(n, f"d{name}")]
    parameters = {name: torch.tensor(getattr(n, name).copy(), requires_grad=True) for name in names}
    out = theirs(h, parameters)
    if out.ndim == n.out.ndim + 1:
        out = out[:, 0]
    assert tuple(out.shape) == n.out.shape
    np.testing.assert_allclose(n.out, out.detach().numpy(), **CLOSE)
    out.backward(torch.tensor(n.delta_out.copy()))
    np.testing.assert_allclose(n.delta, h.grad.numpy().reshape(n.delta.shape), **CLOSE)
    for name in names:
        np.testing.assert_allclose(getattr(n, f"d{name}"), parameters[name].grad.numpy(), **CLOSE)
