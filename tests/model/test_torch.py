"""The same numbers as PyTorch: layers, losses and optimisers, forward and backward, in float64.

Skipped where PyTorch is not installed (the extra `oracle`). Where the conventions differ:
- momentum: PyTorch keeps rho outside the velocity (v <- gamma v + g, theta <- theta - rho v); with
  a constant rho both walk the same path;
- dropout: ours scales by (1 - p) at test time, PyTorch by 1 / (1 - p) while training; our
  `inverted` is PyTorch's way. Masks are drawn by different generators, so ours is handed over;
- L2: our penalty is lambda sum w^2, its gradient 2 lambda w; PyTorch's weight_decay adds
  weight_decay * w, so weight_decay = 2 lambda, and it would take the biases too;
- W: ours is (n_in, n_out), PyTorch's Linear keeps the transpose.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model import editing
from model.layer import Array, Layer, Loss
from model.layers import LAYERS
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
    MeanAbsoluteError,
    MeanSquaredError,
    SoftmaxCrossEntropy,
)
from model.layers.margin_losses import Hinge
from model.layers.merge import Add, Concatenate, Multiply
from model.layers.reshape import Flatten, Reshape
from model.layers.scalar import Function, Goal, Variable
from model.layers.source import DataSource
from model.optimizers import SGD, Adam, Momentum
from model.plan import compile_plan
from model.run import Run
from model.trainer import Trainer
from tests.model.layers.registry import Case, case_of
from tests.model.samples import Given, Shift, build, chain

torch = pytest.importorskip("torch")
F = torch.nn.functional

CLOSE: dict[str, Any] = {"rtol": 1e-6, "atol": 1e-12}


def tensor(array: Array, *, learns: bool = False) -> Any:
    return torch.tensor(np.array(array), requires_grad=learns)


def ran(case: Case) -> Run:
    run = compile_plan(case.graph, dtype=np.float64).bind(case.batch, is_training=True)
    run.fill(case.arrays)
    run.forward()
    run.backward()
    return run


ELEMENTWISE: list[tuple[Layer, Any]] = [
    (Linear(), lambda x: x),
    (ReLU(), F.relu),
    (LeakyReLU(), F.leaky_relu),
    (LeakyReLU(negative_slope=0.3), lambda x: F.leaky_relu(x, 0.3)),
    (ELU(), F.elu),
    (ELU(alpha=2.5), lambda x: F.elu(x, 2.5)),
    (GELU(), lambda x: F.gelu(x, approximate="tanh")),
    (Softplus(), F.softplus),
    (Sigmoid(), torch.sigmoid),
    (Tanh(), torch.tanh),
    (Softmax(), lambda x: torch.softmax(x, -1)),
    (Flatten(), lambda x: x.flatten(1)),
    (Reshape(shape=(2, -1)), lambda x: x.reshape(x.shape[0], 2, -1)),
    (Dropout(p=0.0), lambda x: F.dropout(x, 0.0)),
    (Add(), lambda *xs: sum(xs)),
    (Multiply(), lambda *xs: torch.stack(xs).prod(0)),
    (Concatenate(), lambda *xs: torch.cat(xs, -1)),
    (Concatenate(axis=0), lambda *xs: torch.cat(xs, 1)),
]


@pytest.mark.parametrize(("layer", "theirs"), ELEMENTWISE, ids=[repr(a) for a, _ in ELEMENTWISE])
@pytest.mark.parametrize("shape", [(6,), (2, 3), (2, 2, 3)])
def test_outputs_and_deltas_are_those_of_pytorch(layer: Layer, theirs: Any, shape: tuple[int, ...]):
    case = case_of(layer, shape, batch=4, seed=1, wires=3)
    assert case is not None
    run = ran(case)
    n = run.at["tried"]
    inputs = [tensor(h, learns=True) for h in n.hs]
    out = theirs(*inputs)
    out.backward(tensor(n.delta_out))
    np.testing.assert_allclose(n.out, out.detach().numpy(), **CLOSE)
    for ours, given in zip(n.deltas, inputs, strict=True):
        np.testing.assert_allclose(ours, given.grad.numpy(), **CLOSE)


@pytest.mark.parametrize("use_bias", [True, False])
def test_a_dense_layer_is_pytorchs_linear_with_w_transposed(use_bias: bool):
    case = case_of(Dense(units=3, use_bias=use_bias), (5,), batch=4, seed=2)
    assert case is not None
    n = ran(case).at["tried"]
    h, W = tensor(n.h, learns=True), tensor(n.W.T, learns=True)
    b = tensor(n.b, learns=True) if use_bias else None
    out = F.linear(h, W, b)
    out.backward(tensor(n.delta_out))
    np.testing.assert_allclose(n.out, out.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(n.delta, h.grad.numpy(), **CLOSE)
    np.testing.assert_allclose(n.dW, W.grad.numpy().T, **CLOSE)
    if b is not None:
        np.testing.assert_allclose(n.db, b.grad.numpy(), **CLOSE)


@pytest.mark.parametrize(("epsilon", "momentum"), [(1e-5, 0.1), (0.05, 0.5), (1e-3, 1.0)])
def test_batch_norm_and_its_running_statistics_are_those_of_pytorch(
    epsilon: float, momentum: float
):
    layer = BatchNorm(epsilon=epsilon, running_momentum=momentum)
    case = case_of(layer, (5,), batch=4, seed=3)
    assert case is not None
    plan = compile_plan(case.graph, dtype=np.float64)
    gamma, beta = np.linspace(0.5, 2, 5), np.linspace(-1, 1, 5)
    plan.parameter("tried", "gamma")[...] = gamma
    plan.parameter("tried", "beta")[...] = beta
    theirs = torch.nn.BatchNorm1d(5, eps=epsilon, momentum=momentum, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight.copy_(tensor(gamma))
        theirs.bias.copy_(tensor(beta))
    run = plan.bind(4, is_training=True)
    for scale in (1.0, 2.0, 3.0):  # three batches, so that the statistics move
        arrays = {name: scale * array for name, array in case.arrays["given"].items()}
        run.fill({"given": arrays})
        run.forward()
        run.backward()
        n = run.at["tried"]
        h = tensor(n.h, learns=True)
        theirs.zero_grad()
        out = theirs(h)
        out.backward(tensor(n.delta_out))
        np.testing.assert_allclose(n.out, out.detach().numpy(), **CLOSE)
        np.testing.assert_allclose(n.delta, h.grad.numpy(), rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(n.dgamma, theirs.weight.grad.numpy(), **CLOSE)
        np.testing.assert_allclose(n.dbeta, theirs.bias.grad.numpy(), **CLOSE)
    np.testing.assert_allclose(n.running_mean, theirs.running_mean.numpy(), **CLOSE)
    np.testing.assert_allclose(n.running_var, theirs.running_var.numpy(), **CLOSE)
    theirs.eval()
    tested = plan.bind(4, is_training=False)
    tested.fill(case.arrays)
    tested.forward()
    out = theirs(tensor(tested.at["tried"].h))
    np.testing.assert_allclose(tested.at["tried"].out, out.detach().numpy(), **CLOSE)


def test_inverted_dropout_is_pytorchs_given_the_same_mask():
    case = case_of(Dropout(p=0.4, scaling="inverted"), (6,), batch=50, seed=4)
    assert case is not None
    n = ran(case).at["tried"]
    h = tensor(n.h, learns=True)
    out = h * tensor(n.mask) / (1 - 0.4)  # what F.dropout(h, 0.4) computes for its own mask
    out.backward(tensor(n.delta_out))
    np.testing.assert_allclose(n.out, out.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(n.delta, h.grad.numpy(), **CLOSE)
    theirs = F.dropout(tensor(n.h), 0.4)
    kept = theirs != 0
    np.testing.assert_allclose(theirs[kept], (tensor(n.h) / (1 - 0.4))[kept], **CLOSE)


def judged(loss: Loss, h: Array, y: Array, classes: int) -> tuple[float, Array]:
    given = Given(shapes=(h.shape[1:],), classes=classes, target=y.shape[1:])
    graph = build(
        {"given": given, "shift": Shift(), "loss": loss},
        "given.a > shift.h",
        "shift.h > loss.prediction",
        "given.y > loss.target",
    )
    run = compile_plan(graph, dtype=np.float64).bind(len(h), is_training=True)
    run.fill({"given": {"a": h, "y": y}})
    value = run.forward()
    run.backward()
    return value, run.at["loss"].delta


def binary_hinge(h: Any, y: Any) -> Any:
    return torch.clamp(1 - (2 * y - 1) * h[:, 0], min=0).mean()


def logits(h: Any, y: Any) -> Any:
    return F.binary_cross_entropy_with_logits(h[:, 0], y.double())


LOSSES: list[tuple[Loss, str, Any]] = [
    (MeanSquaredError(), "values", F.mse_loss),
    (MeanSquaredError(reduction="sum"), "values", lambda h, y: F.mse_loss(h, y, reduction="sum")),
    (MeanAbsoluteError(), "values", F.l1_loss),
    (MeanAbsoluteError(reduction="sum"), "values", lambda h, y: F.l1_loss(h, y, reduction="sum")),
    (BinaryCrossEntropy(), "shares", F.binary_cross_entropy_with_logits),
    (BinaryCrossEntropy(), "yes or no", logits),
    (SoftmaxCrossEntropy(), "labels", F.cross_entropy),
    (SoftmaxCrossEntropy(), "shares", F.cross_entropy),
    (Hinge(), "labels", F.multi_margin_loss),
    (Hinge(), "yes or no", binary_hinge),
    (MeanSquaredError(weight=2.5), "values", lambda h, y: 2.5 * F.mse_loss(h, y)),
]


@pytest.mark.parametrize(
    ("loss", "target", "theirs"), LOSSES, ids=[f"{a!r} {b}" for a, b, _ in LOSSES]
)
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_losses_and_their_deltas_are_those_of_pytorch(
    loss: Loss, target: str, theirs: Any, scale: float
):
    rng = np.random.default_rng(5)
    width = 1 if target == "yes or no" else 4
    h = scale * rng.normal(size=(7, width))
    classes = {"labels": 4, "yes or no": 2}.get(target, 0)
    y: Array = rng.integers(0, classes, 7) if classes else rng.normal(size=(7, width))
    if target == "shares":
        y = rng.dirichlet(np.ones(width), 7)
    value, delta = judged(loss, h, y, classes)
    h_theirs = tensor(h, learns=True)
    expected = theirs(h_theirs, tensor(y))
    expected.backward()
    assert value == pytest.approx(expected.item(), rel=1e-9)
    np.testing.assert_allclose(delta, h_theirs.grad.numpy(), **CLOSE)


def test_every_layer_of_the_registry_that_pytorch_has_is_compared():
    """Here, or in a file of its own family that asks for PyTorch too; the oracle of typed formulas
    is sympy."""
    files = Path(__file__).parent.rglob("test_*.py")
    texts = [path.read_text(encoding="utf-8") for path in files]
    compared = " ".join(text for text in texts if "torch" in text)
    missing = {k for k in LAYERS.values() if not re.search(rf"\b{k.__name__}\(", compared)}
    assert missing <= {DataSource, Variable, Function, Goal}


# twenty steps


@dataclasses.dataclass
class Twin:
    """A trainer, and the same network in PyTorch with the same weights."""

    trainer: Trainer
    network: Any


def twin(optimizer: Any, **training: Any) -> Twin:
    graph = chain(
        DataSource(dataset="iris", scaling="standardize"),
        Dense(units=6),
        BatchNorm(),
        Tanh(),
        Dense(units=3),
        loss=SoftmaxCrossEntropy(),
        optimizer=optimizer,
        batch_size=20,
        **training,
    )
    trainer = Trainer(graph, dtype=np.float64)
    network = torch.nn.Sequential(
        torch.nn.Linear(4, 6), torch.nn.BatchNorm1d(6), torch.nn.Tanh(), torch.nn.Linear(6, 3)
    ).double()
    with torch.no_grad():
        for layer, key in ((network[0], "dense_1"), (network[3], "dense_2")):
            layer.weight.copy_(tensor(trainer.plan.parameter(key, "W").T))
            layer.bias.copy_(tensor(trainer.plan.parameter(key, "b")))
    return Twin(trainer, network)


def compare_walks(pair: Twin, theirs: Any, penalty: Any = None, steps: int = 20) -> None:
    trainer, network = pair.trainer, pair.network
    feed = trainer.feeding.arrays()["data"]
    for _ in range(steps):
        trainer.step()
        x, y = feed["x"][trainer.indices], feed["y"][trainer.indices]
        theirs.zero_grad()
        loss = F.cross_entropy(network(tensor(x)), tensor(y))
        if penalty is not None:
            loss = loss + penalty(network)
        loss.backward()
        theirs.step()
        assert trainer.loss == pytest.approx(loss.item(), rel=1e-6)
    for layer, key in ((network[0], "dense_1"), (network[3], "dense_2")):
        W, b = (trainer.plan.parameter(key, name) for name in ("W", "b"))
        np.testing.assert_allclose(W, layer.weight.detach().numpy().T, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(b, layer.bias.detach().numpy(), rtol=1e-6, atol=1e-9)


def test_twenty_steps_of_gradient_descent():
    pair = twin(SGD(lr=0.2))
    compare_walks(pair, torch.optim.SGD(pair.network.parameters(), lr=0.2))


def test_twenty_steps_with_momentum():
    pair = twin(Momentum(lr=0.1, momentum=0.8))
    compare_walks(pair, torch.optim.SGD(pair.network.parameters(), lr=0.1, momentum=0.8))


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.8)])
def test_twenty_steps_of_adam(betas: tuple[float, float]):
    # The bias of the first layer has no gradient but rounding errors, as batch norm takes any
    # shift away, and Adam makes steps of full length of these. So it is left out on both sides.
    pair = twin(Adam(lr=0.01, beta1=betas[0], beta2=betas[1], epsilon=1e-6))
    graph = pair.trainer.graph
    graph.apply(editing.set_fields(graph, "dense_1", {"use_bias": False}).changes)
    pair.trainer = Trainer(graph, dtype=np.float64)
    pair.network[0].bias = None
    adam = torch.optim.Adam(pair.network.parameters(), lr=0.01, betas=betas, eps=1e-6)
    trainer, network = pair.trainer, pair.network
    feed = trainer.feeding.arrays()["data"]
    for _ in range(20):
        trainer.step()
        x, y = feed["x"][trainer.indices], feed["y"][trainer.indices]
        adam.zero_grad()
        loss = F.cross_entropy(network(tensor(x)), tensor(y))
        loss.backward()
        adam.step()
        assert trainer.loss == pytest.approx(loss.item(), rel=1e-6)
    W = trainer.plan.parameter("dense_2", "W")
    np.testing.assert_allclose(W, network[3].weight.detach().numpy().T, rtol=1e-6, atol=1e-9)


def test_the_penalty_is_weight_decay_of_twice_lambda_on_the_weights_alone():
    pair = twin(SGD(lr=0.1), l2=0.05)
    weights = [pair.network[0].weight, pair.network[3].weight]
    known = {id(weight) for weight in weights}
    others = [p for p in pair.network.parameters() if id(p) not in known]
    theirs = torch.optim.SGD(
        [{"params": weights, "weight_decay": 2 * 0.05}, {"params": others}], lr=0.1
    )
    feed = pair.trainer.feeding.arrays()["data"]
    for _ in range(20):
        pair.trainer.step()
        rows = pair.trainer.indices
        theirs.zero_grad()
        F.cross_entropy(pair.network(tensor(feed["x"][rows])), tensor(feed["y"][rows])).backward()
        theirs.step()
    W = pair.trainer.plan.parameter("dense_1", "W")
    np.testing.assert_allclose(W, weights[0].detach().numpy().T, rtol=1e-6, atol=1e-9)


def test_l1_and_l2_are_in_the_loss_and_its_gradient():
    pair = twin(SGD(lr=0.1), l1=0.01, l2=0.02)

    def penalty(network: Any) -> Any:
        weights = [network[0].weight, network[3].weight]
        return sum(0.01 * w.abs().sum() + 0.02 * (w**2).sum() for w in weights)

    compare_walks(pair, torch.optim.SGD(pair.network.parameters(), lr=0.1), penalty)
