"""Attention: the same numbers as PyTorch's MultiheadAttention, and what masks promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from model.design import Change
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Array, Layer, Spec, Workspace
from model.layers.attention import Attention, CrossAttention, SelfAttention
from model.plan import Plan, compile_plan
from model.run import Run
from model.shapes import infer
from tests.model.samples import Given, Projection, Shift, build

CLOSE: dict[str, Any] = {"rtol": 1e-6, "atol": 1e-11}
BATCH, STEPS, OTHER, WIDTH, CONTEXT = 3, 5, 7, 8, 6


@dataclass(frozen=True)
class Trial:
    plan: Plan
    run: Run

    @property
    def n(self) -> Workspace:
        return self.run.at["tried"]


def design(layer: Attention, *, is_masked: bool) -> NetworkGraph:
    """given.a, .b: sequences that learn; given.c: token numbers as the mask, 0 for padding."""
    is_cross = isinstance(layer, CrossAttention)
    keys = OTHER if is_cross else STEPS
    given = Given(
        shapes=((STEPS, WIDTH), (OTHER, CONTEXT), (keys,)),
        tokens=(0, 0, 5),
        target=(STEPS, WIDTH),
    )
    layers: dict[str, Layer] = {"given": given, "shift_a": Shift(), "tried": layer}
    wires = ["given.a > shift_a.h", "shift_a.h > tried.h"]
    if is_cross:
        layers["shift_b"] = Shift()
        wires += ["given.b > shift_b.h", "shift_b.h > tried.context"]
    if is_masked:
        wires += ["given.c > tried.mask"]
    layers["loss"] = Projection()
    wires += ["tried.h > loss.prediction", "given.y > loss.target"]
    return build(layers, *wires)


def tried(layer: Attention, mask: Array | None = None) -> Trial:
    rng = np.random.default_rng(4)
    plan = compile_plan(design(layer, is_masked=mask is not None), dtype=np.float64)
    for name in plan.by_id["tried"].parameters:
        values = plan.parameter("tried", name)
        values[...] = 0.5 * rng.normal(size=values.shape)
    run = plan.bind(BATCH, is_training=True)
    outs = run.at["given"].outs
    run.fill(
        {
            "given": {
                "a": rng.normal(size=(BATCH, STEPS, WIDTH)),
                "b": rng.normal(size=(BATCH, OTHER, CONTEXT)),
                "c": np.ones(outs["c"].shape, np.int64) if mask is None else mask,
                "y": rng.normal(size=(BATCH, STEPS, WIDTH)),
            }
        }
    )
    run.forward()
    run.backward()
    return Trial(plan, run)


def padding(keys: int) -> Array:
    """Token numbers; behind the end of each item stand zeros. Not all items end alike."""
    tokens = np.random.default_rng(5).integers(1, 5, (BATCH, keys))
    for item, end in enumerate((keys, keys - 2, 1)):
        tokens[item, end:] = 0
    return tokens


# PyTorch


def weights_of(layer: Attention, plan: Plan) -> dict[str, Array]:
    """By PyTorch's names: the projections of q, k, v transposed and below each other."""
    own = {name: plan.parameter("tried", name) for name in plan.by_id["tried"].parameters}
    found = {"out_proj.weight": own["W_o"].T, "out_proj.bias": own["b_o"]}
    if isinstance(layer, SelfAttention):
        return found | {"in_proj_weight": own["W"].T, "in_proj_bias": own["b"]}
    k, v = np.split(own["W_kv"], 2, axis=1)
    return found | {
        "q_proj_weight": own["W_q"].T,
        "k_proj_weight": k.T,
        "v_proj_weight": v.T,
        "in_proj_bias": np.concatenate([own["b_q"], own["b_kv"]]),
    }


def gradients_of(layer: Attention, module: Any) -> dict[str, Array]:
    theirs = {name: p.grad.numpy() for name, p in module.named_parameters()}
    found = {"W_o": theirs["out_proj.weight"].T, "b_o": theirs["out_proj.bias"]}
    bias = theirs["in_proj_bias"]
    if isinstance(layer, SelfAttention):
        return found | {"W": theirs["in_proj_weight"].T, "b": bias}
    k, v = theirs["k_proj_weight"].T, theirs["v_proj_weight"].T
    return found | {
        "W_q": theirs["q_proj_weight"].T,
        "W_kv": np.concatenate([k, v], axis=1),
        "b_q": bias[:WIDTH],
        "b_kv": bias[WIDTH:],
    }


@pytest.mark.parametrize("is_masked", [False, True])
@pytest.mark.parametrize(
    "layer",
    [
        SelfAttention(heads=1),
        SelfAttention(heads=4),
        SelfAttention(heads=2, causal=True),
        CrossAttention(heads=2),
        CrossAttention(heads=8),
    ],
    ids=repr,
)
def test_output_deltas_gradients_and_weights_are_those_of_pytorch(
    layer: Attention, is_masked: bool
):
    torch = pytest.importorskip("torch")
    is_cross = isinstance(layer, CrossAttention)
    mask = padding(OTHER if is_cross else STEPS) if is_masked else None
    trial = tried(layer, mask)
    n = trial.n
    extra = {"kdim": CONTEXT, "vdim": CONTEXT} if is_cross else {}
    module = torch.nn.MultiheadAttention(
        WIDTH, layer.heads, batch_first=True, dtype=torch.float64, **extra
    )
    with torch.no_grad():
        for name, values in weights_of(layer, trial.plan).items():
            module.get_parameter(name).copy_(torch.tensor(np.array(values)))
    h = torch.tensor(np.array(n.h), requires_grad=True)
    context = torch.tensor(np.array(n.hs[1]), requires_grad=True) if is_cross else h
    later = torch.ones(STEPS, STEPS, dtype=torch.bool).triu(1)
    out, attention = module(
        h,
        context,
        context,
        key_padding_mask=None if mask is None else torch.tensor(mask == 0),
        attn_mask=later if getattr(layer, "causal", False) else None,
        average_attn_weights=False,
    )
    out.backward(torch.tensor(np.array(n.delta_out)))
    np.testing.assert_allclose(n.out, out.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(n.deltas[0], h.grad.numpy(), **CLOSE)
    if is_cross:
        np.testing.assert_allclose(n.deltas[1], context.grad.numpy(), **CLOSE)
    for name, expected in gradients_of(layer, module).items():
        np.testing.assert_allclose(trial.plan.gradient("tried", name), expected, **CLOSE)
    for item in range(BATCH):
        shown = layer.view(n, item, 0)["attention"]
        np.testing.assert_allclose(shown, attention[item].detach().numpy(), **CLOSE)


# masks


def test_a_causal_step_sees_nothing_later():
    shown = SelfAttention(heads=2).view(tried(SelfAttention(heads=2, causal=True)).n, 0, 0)
    attention = shown["attention"]
    assert attention.shape == (2, STEPS, STEPS)
    assert (attention[:, *np.triu_indices(STEPS, 1)] == 0).all()
    np.testing.assert_allclose(attention.sum(axis=-1), 1)
    np.testing.assert_allclose(attention[:, 0, 0], 1)


@pytest.mark.parametrize("causal", [False, True])
def test_an_item_of_padding_alone_takes_nothing_and_learns_nothing(causal: bool):
    mask = padding(STEPS)
    mask[1] = 0
    n = tried(SelfAttention(heads=2, causal=causal), mask).n
    np.testing.assert_array_equal(n.out[1], np.broadcast_to(n.b_o, (STEPS, WIDTH)))
    np.testing.assert_array_equal(n.delta[1], 0)
    assert np.isfinite(n.dW).all()


def test_padding_in_front_hides_later_steps_of_a_causal_layer_too():
    mask = np.ones((BATCH, STEPS), np.int64)
    mask[:, :2] = 0
    attention = SelfAttention().view(tried(SelfAttention(causal=True), mask).n, 0, 0)["attention"]
    np.testing.assert_array_equal(attention[:, :2], 0)  # steps 0 and 1 see padding only
    np.testing.assert_allclose(attention[:, 2, 2], 1)


def test_the_mask_port_may_stay_empty_and_the_context_may_not():
    assert infer(design(SelfAttention(), is_masked=False)).can_run
    graph = design(CrossAttention(heads=2), is_masked=False)
    wire = next(iter(graph.wires_into("tried", "context")))
    graph.apply([Change("", wire, None)])
    assert not infer(graph).can_run


def test_the_number_of_heads_and_causality_may_change_while_training():
    trial = tried(SelfAttention(heads=4))
    trial.plan.swap_layer("tried", SelfAttention(heads=2, causal=True))
    trial.run.forward()
    trial.run.backward()
    expected = tried(SelfAttention(heads=2, causal=True))
    np.testing.assert_array_equal(trial.n.out, expected.n.out)
    np.testing.assert_array_equal(trial.plan.grads, expected.plan.grads)


def test_huge_scores_stay_finite():
    layer = SelfAttention(heads=2, causal=True)
    trial = tried(layer)
    trial.plan.parameter("tried", "W")[...] *= 1e6
    trial.run.forward()
    trial.run.backward()
    assert np.isfinite(trial.n.out).all()
    assert np.isfinite(trial.plan.grads).all()


# refusals


@pytest.mark.parametrize(
    ("layer", "specs", "said", "hint"),
    [
        (SelfAttention(), (Spec((4,)),), "takes sequences", "Embedding"),
        (SelfAttention(heads=4), (Spec((5, 6)),), "cannot share 6", "Take 3 heads"),
        (SelfAttention(heads=2), (Spec((5, 6)), Spec((4,), 3)), "padding mask", "token"),
        (CrossAttention(heads=2), (Spec((5, 6)), Spec((4,))), "takes sequences", "Embedding"),
        (
            CrossAttention(heads=2),
            (Spec((5, 6)), Spec((4, 3)), Spec((5,))),
            "each of the 4 steps",
            "token",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_a_repair(
    layer: Attention, specs: tuple[Spec, ...], said: str, hint: str
):
    with pytest.raises(DesignError, match=said) as caught:
        layer.out_spec(*specs)
    assert hint in caught.value.hint
