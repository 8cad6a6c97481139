"""Recurrent layers: the same numbers as PyTorch's cells, and what a student should see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.errors import DesignError
from model.layer import Array, Spec
from model.layers.gru import GRU
from model.layers.lstm import LSTM
from model.layers.recurrent import Recurrent, SimpleRNN
from model.plan import Plan, compile_plan
from model.run import Run
from tests.model.layers.registry import Case, case_of

CLOSE: dict[str, Any] = {"rtol": 1e-6, "atol": 1e-12}
CELLS: list[Recurrent] = [
    SimpleRNN(units=5),
    SimpleRNN(units=5, activation="relu"),
    LSTM(units=5, forget_bias=0.0),
    LSTM(units=5),
    GRU(units=5),
]
every_cell = pytest.mark.parametrize("cell", CELLS, ids=repr)


def trained(case: Case) -> tuple[Plan, Run]:
    plan = compile_plan(case.graph, dtype=np.float64)
    rng = np.random.default_rng(3)
    plan.theta[...] = 0.6 * rng.normal(size=plan.theta.shape)
    run = plan.bind(case.batch, is_training=True)
    run.fill(case.arrays)
    run.forward()
    run.backward()
    return plan, run


def case(cell: Recurrent, shape: tuple[int, int] = (6, 4), batch: int = 3, seed: int = 1) -> Case:
    found = case_of(cell, shape, batch=batch, seed=seed)
    assert found is not None
    return found


def with_option(cell: Recurrent, **values: Any) -> Recurrent:
    plain = {name: getattr(cell, name) for name in cell.__struct_fields__}
    return type(cell)(**(plain | values))


# PyTorch


def module_of(cell: Recurrent, inputs: int) -> Any:
    torch = pytest.importorskip("torch")
    options = {"batch_first": True, "bidirectional": cell.both_directions, "dtype": torch.float64}
    if isinstance(cell, SimpleRNN):
        return torch.nn.RNN(inputs, cell.units, nonlinearity=cell.activation, **options)
    kind = torch.nn.LSTM if isinstance(cell, LSTM) else torch.nn.GRU
    return kind(inputs, cell.units, **options)


def fill_module(module: Any, cell: Recurrent, plan: Plan) -> None:
    torch = pytest.importorskip("torch")
    with torch.no_grad():
        for ours, theirs in (("", ""), ("_back", "_reverse"))[: 1 + cell.both_directions]:
            W, U, b = (plan.parameter("tried", f"{name}{ours}") for name in "WUb")
            recurrent_bias = np.zeros_like(b)
            if isinstance(cell, GRU):
                recurrent_bias[-cell.units :] = plan.parameter("tried", f"c{ours}")
            if isinstance(cell, LSTM):
                recurrent_bias[cell.units : 2 * cell.units] = cell.forget_bias
            for name, values in (
                ("weight_ih", W.T),
                ("weight_hh", U.T),
                ("bias_ih", b),
                ("bias_hh", recurrent_bias),
            ):
                getattr(module, f"{name}_l0{theirs}").copy_(torch.tensor(np.array(values)))


def gradients_of(module: Any, cell: Recurrent) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for ours, theirs in (("", ""), ("_back", "_reverse"))[: 1 + cell.both_directions]:
        found[f"W{ours}"] = getattr(module, f"weight_ih_l0{theirs}").grad.numpy().T
        found[f"U{ours}"] = getattr(module, f"weight_hh_l0{theirs}").grad.numpy().T
        found[f"b{ours}"] = getattr(module, f"bias_ih_l0{theirs}").grad.numpy()
        if isinstance(cell, GRU):
            hh = getattr(module, f"bias_hh_l0{theirs}").grad.numpy()
            found[f"c{ours}"] = hh[-cell.units :]
    return found


@every_cell
@pytest.mark.parametrize("returns", ["all states", "last state"])
@pytest.mark.parametrize("both_directions", [False, True])
@pytest.mark.parametrize("batch", [1, 3])
def test_states_deltas_and_gradients_are_those_of_pytorch(
    cell: Recurrent, returns: str, both_directions: bool, batch: int
):
    torch = pytest.importorskip("torch")
    cell = with_option(cell, returns=returns, both_directions=both_directions)
    plan, run = trained(case(cell, batch=batch))
    n = run.at["tried"]
    module = module_of(cell, inputs=4)
    fill_module(module, cell, plan)
    x = torch.tensor(np.array(n.h), requires_grad=True)
    states, last = module(x)
    last = last[0] if isinstance(last, tuple) else last
    out = states if returns == "all states" else last.transpose(0, 1).reshape(batch, -1)
    out.backward(torch.tensor(np.array(n.delta_out)))
    np.testing.assert_allclose(n.out, out.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(n.delta, x.grad.numpy(), **CLOSE)
    for name, expected in gradients_of(module, cell).items():
        np.testing.assert_allclose(plan.gradient("tried", name), expected, **CLOSE)


# by themselves


@every_cell
def test_the_last_state_is_the_last_of_all_states(cell: Recurrent):
    _, every = trained(case(cell))
    _, last = trained(case(with_option(cell, returns="last state")))
    np.testing.assert_array_equal(last.at["tried"].out, every.at["tried"].out[:, -1])


@every_cell
def test_a_later_input_changes_no_earlier_state(cell: Recurrent):
    given = case(cell)
    _, before = trained(given)
    out = before.at["tried"].out.copy()
    given.arrays["given"]["a"][:, 4] += 1
    _, after = trained(given)
    np.testing.assert_array_equal(after.at["tried"].out[:, :4], out[:, :4])
    assert (after.at["tried"].out[:, 4] != out[:, 4]).any()


@every_cell
def test_a_second_step_starts_from_an_empty_memory_again(cell: Recurrent):
    given = case(with_option(cell, both_directions=True))
    plan, run = trained(given)
    out, grads = run.at["tried"].out.copy(), plan.grads.copy()
    run.forward()
    run.backward()
    np.testing.assert_array_equal(run.at["tried"].out, out)
    np.testing.assert_array_equal(plan.grads, grads)


def test_the_gradient_of_a_simple_network_vanishes_and_is_shown():
    cell = SimpleRNN(units=8, returns="last state", gain=0.5)  # every step halves it, or more
    given = case(cell, shape=(30, 2))
    plan = compile_plan(given.graph, dtype=np.float64)
    run = plan.bind(given.batch, is_training=True)
    run.fill(given.arrays)
    run.forward()
    run.backward()
    shown = cell.view(run.at["tried"], 0, 0)["delta_by_step"]
    assert shown.shape == (30,)
    assert shown[0] < 0.5**28 * shown[-1]


def test_the_card_of_an_lstm_shows_gates_and_memory_of_one_neuron():
    cell = LSTM(units=4)
    _, run = trained(case(cell))
    n = run.at["tried"]
    shown = cell.view(n, 1, 2)
    assert shown["gates"].shape == (4, 6)
    i, f, g, o = shown["gates"]
    c = 0.0
    for t in range(6):  # the definition, by hand
        c = f[t] * c + i[t] * g[t]
        assert shown["memory"][t] == pytest.approx(c, rel=1e-12)
        assert n.out[1, t, 2] == pytest.approx(o[t] * np.tanh(c), rel=1e-12)


@pytest.mark.parametrize("cell", [SimpleRNN(units=5), LSTM(units=5), GRU(units=5)], ids=repr)
def test_saturated_states_stay_finite(cell: Recurrent):
    given = case(cell)
    given.arrays["given"]["a"] *= 1e6
    plan, run = trained(given)
    assert np.isfinite(run.at["tried"].out).all()
    assert np.isfinite(plan.grads).all()


@every_cell
@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4)])
def test_what_is_no_sequence_is_refused_with_a_repair(cell: Recurrent, shape: tuple[int, ...]):
    with pytest.raises(DesignError, match="takes sequences") as caught:
        cell.out_spec(Spec(shape))
    assert "Embedding" in caught.value.hint


def test_costs_and_numbers_of_parameters_are_those_of_the_definition():
    cell = LSTM(units=64)
    specs = (Spec((32, 32)),)
    total = sum(Spec(p.shape).size for p in cell.parameters(*specs).values())
    assert total == 4 * (32 * 64 + 64 * 64 + 64)  # by hand
    assert cell.cost(*specs) == 32 * 4 * 64 * (32 + 64)
    both = LSTM(units=64, both_directions=True)
    assert both.cost(*specs) == 2 * cell.cost(*specs)
    assert both.out_spec(*specs) == Spec((32, 128))
