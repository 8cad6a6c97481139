"""Sampling and KL divergence: Kingma & Welling's formulas, by hand and as in PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from model.design import Change
from model.errors import ShapeError
from model.graph import NetworkGraph
from model.layer import Spec
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.sampling import KLDivergence, Sampling
from model.layers.source import DataSource
from model.observing import take_snapshot
from model.plan import compile_plan
from model.repairs import with_repairs
from model.run import Run
from model.shapes import infer
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from tests.model.layers.oracle import CLOSE, assert_like_torch, tried
from tests.model.layers.registry import case_of
from tests.model.samples import build


def sampled(mean: float, log_variance: float, *, is_training: bool = True) -> Run:
    case = case_of(Sampling(), (100,), 100, 1)
    assert case is not None
    run = compile_plan(case.graph, dtype=np.float64).bind(100, is_training=is_training)
    whole = np.ones((100, 100))
    run.fill({"given": {"a": mean * whole, "b": log_variance * whole, "y": whole}})
    run.forward()
    if is_training:
        run.backward()
    return run


def test_a_code_is_drawn_with_the_mean_and_the_variance_that_come_in():
    z = sampled(2.0, np.log(0.25)).at["tried"].out
    # 10,000 draws with deviation 0.5: the mean within 0.02, the deviation within 0.015
    assert z.mean() == pytest.approx(2, abs=0.02)
    assert z.std() == pytest.approx(0.5, abs=0.015)


def test_in_test_mode_the_code_is_the_mean():
    n = sampled(2.0, 5.0, is_training=False).at["tried"]
    np.testing.assert_array_equal(n.out, n.hs[0])
    assert Sampling().view(n, 0, 0) == {}


def test_sampling_passes_down_what_autograd_does():
    torch = pytest.importorskip("torch")
    n = tried(Sampling(), (3, 4))
    e = torch.tensor((n.out - n.hs[0]) / np.exp(n.hs[1] / 2))
    assert_like_torch(torch, Sampling(), (3, 4), lambda m, v: m + torch.exp(v / 2) * e)


def judged(mean: list[list[float]], log_variance: list[list[float]], weight: float = 1.0) -> Run:
    case = case_of(KLDivergence(weight=weight), (len(mean[0]),), len(mean), 1)
    assert case is not None
    run = compile_plan(case.graph, dtype=np.float64).bind(len(mean), is_training=True)
    run.fill({"given": {"a": np.array(mean), "b": np.array(log_variance)}})
    run.forward()
    run.backward()
    return run


def test_kl_divergence_by_hand():
    # 1/2 (e^0 + 1 - 1 - 0) = 1/2 and 1/2 (e^log 4 + 0 - 1 - log 4) = 1.5 - log 2; mean of two items
    run = judged([[1.0], [0.0]], [[0.0], [np.log(4.0)]], weight=2.0)
    n = run.at["tried"]
    assert n.loss == pytest.approx((0.5 + 1.5 - np.log(2)) / 2)
    np.testing.assert_allclose(n.deltas[0], [[1], [0]])  # 2 mean / B
    np.testing.assert_allclose(n.deltas[1], [[0], [1.5]])  # 2 (e^v - 1) / (2 B)
    assert KLDivergence().view(n, 1, 0)["divergence"] == pytest.approx(1.5 - np.log(2))


def test_kl_divergence_is_pytorchs():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(2)
    mean, log_variance = rng.normal(size=(2, 6, 3))
    n = judged(mean.tolist(), log_variance.tolist()).at["tried"]
    m, v = (torch.tensor(a, requires_grad=True) for a in (mean, log_variance))
    code = torch.distributions.Normal(m, torch.exp(v / 2))
    standard = torch.distributions.Normal(torch.zeros(()).double(), torch.ones(()).double())
    expected = torch.distributions.kl_divergence(code, standard).sum() / 6
    expected.backward()
    np.testing.assert_allclose(n.loss, expected.item(), **CLOSE)
    np.testing.assert_allclose(n.deltas[0], m.grad.numpy(), **CLOSE)
    np.testing.assert_allclose(n.deltas[1], v.grad.numpy(), **CLOSE)


def test_mean_and_log_variance_must_be_alike():
    for layer in (Sampling(), KLDivergence()):
        with pytest.raises(ShapeError, match="B × 2 and B × 3"):
            layer.out_spec(Spec((2,)), Spec((3,)))


def variational() -> NetworkGraph:
    """The curve's one number through a code of two: enough to see both losses at work."""
    return build(
        {
            "data": DataSource(dataset="curve", size=60),
            "mean": Dense(units=2),
            "log_variance": Dense(units=2),
            "code": Sampling(),
            "decoder": Dense(units=1),
            "mse": MeanSquaredError(),
            "kl": KLDivergence(weight=0.1),
        },
        "data.x > mean.h",
        "data.x > log_variance.h",
        "mean.h > code.mean",
        "log_variance.h > code.log_variance",
        "mean.h > kl.mean",
        "log_variance.h > kl.log_variance",
        "code.h > decoder.h",
        "decoder.h > mse.prediction",
        "data.x > mse.target",
    )


def test_a_variational_autoencoder_trains_with_two_losses():
    trainer = Trainer(variational())
    first = [trainer.run_epoch().loss for _ in range(30)]
    assert first[-1] < first[0]
    # a loss without a target gets a delta at both ports
    run = trainer.run
    assert run is not None
    assert all(delta is not None and delta.any() for delta in run.at["kl"].deltas)


def test_a_missing_log_variance_is_named_and_no_target_is_offered():
    graph = variational()
    wire = next(wire for wire in graph.wires_into("kl") if wire.target_port == "log_variance")
    graph.apply([Change("", wire, None)])
    (problem,) = with_repairs(graph, infer(graph)).problems
    assert problem.message == "KL divergence has no input at its port log-variance."
    assert problem.repairs == ()


def test_predictions_are_those_of_the_loss_that_has_a_target():
    """The KL divergence may come first in the order of computation; it answers nothing."""
    trainer = Trainer(variational())
    trainer.step()
    found = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"predictions"})))
    assert found.predictions is not None
    assert found.predictions.outcomes.shape[1:] == (1,)
