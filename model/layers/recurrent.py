"""Networks with a memory: one cell is applied to step after step of a sequence.

All products with the inputs are one matmul before the loop over the steps; the loop has only what
needs the state before it. Inside, the arrays are in the order of time, (T, B, ...).
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Layer, Parameter, Spec, Workspace

Returns = Annotated[
    Literal["all states", "last state"],
    Meta(
        description="What the layer passes on",
        extra={
            "captions": {
                "all states": "the state after every step (B × T × n)",
                "last state": "the state after the last step only (B × n)",
            }
        },
    ),
]


class Recurrent(Layer, frozen=True, kw_only=True):
    """A cell with weights W for the inputs, U for the state before and a bias b, for each gate.

    Shapes: (B, T, n) -> (B, T, units) or (B, units); W: (n, g units), U: (units, g units),
    b: (g units,) for g gates, which stand side by side. The state before the first step is 0.
    Both directions: a second cell with weights of its own (`_back`) reads the sequence from its
    end; the states of the two are joined, so that there are 2 units numbers. The last state of the
    second is the one after it has read the first step.
    b starts at zero and is exempt from the penalty; U starts orthogonal (Saxe et al. 2014).
    """

    category: ClassVar[str] = "sequence"
    gates: ClassVar[int] = 1
    weights: ClassVar[tuple[str, ...]] = ("W", "U", "b")

    units: Annotated[
        int, Meta(ge=1, le=4096, description="Numbers in the state", extra={"symbol": "n"})
    ] = 32
    returns: Returns = "all states"
    both_directions: Annotated[
        bool, Meta(description="Read from the end as well (bidirectional)")
    ] = False

    def label(self) -> str:
        return f"{self.title} {self.units}"

    def out_spec(self, *specs: Spec) -> Spec:
        if len(specs[0].shape) != 2:
            raise ShapeError(
                f"{self.title} takes sequences (B × T × n), but it is given {specs[0]}.",
                hint="Put an Embedding in front of token numbers, or Reshape to T, n.",
            )
        width = self.units * (2 if self.both_directions else 1)
        return Spec((specs[0].shape[0], width) if self.returns == "all states" else (width,))

    @property
    def _suffixes(self) -> tuple[str, ...]:
        return ("", "_back") if self.both_directions else ("",)

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        inputs, width = specs[0].shape[1], self.gates * self.units
        found = {}
        for way in self._suffixes:
            found[f"W{way}"] = Parameter(
                (inputs, width), "glorot_uniform", fans=(inputs, self.units)
            )
            found[f"U{way}"] = Parameter((self.units, width), "orthogonal")
            found[f"b{way}"] = Parameter((width,), "zeros", is_penalised=False)
        return found

    def cost(self, *specs: Spec) -> int:
        steps, inputs = specs[0].shape
        one_way = steps * self.gates * self.units * (inputs + self.units)
        return one_way * len(self._suffixes)

    # both passes

    def setup(self, n: Workspace) -> None:
        n.ways = []
        for k, suffix in enumerate(self._suffixes):
            way = Workspace()
            way.batch, way.dtype = n.batch, n.dtype
            way.pace = -1 if suffix else 1
            way.columns = slice(k * self.units, (k + 1) * self.units)
            for name in self.weights:
                setattr(way, name, getattr(n, f"{name}{suffix}"))
                setattr(way, f"d{name}", getattr(n, f"d{name}{suffix}"))
            self._setup_arrays(way, *n.specs[0].shape)
            self.setup_cell(way)
            n.ways.append(way)

    def _setup_arrays(self, way: Workspace, steps: int, inputs: int) -> None:
        """x, z: inputs and their products; h: states, the one before the first step in front;
        dh: dJ/dh of every step; dz: dJ/dz, a last one of zeros behind the last step."""
        B, units, width = way.batch, self.units, self.gates * self.units
        way.steps = steps
        way.x, way.dx = way.empty(steps, B, inputs), way.empty(steps, B, inputs)
        way.z, way.dz = way.empty(steps, B, width), way.empty(steps + 1, B, width)
        way.h, way.dh = way.empty(steps + 1, B, units), way.empty(steps, B, units)
        way.arriving = way.empty(steps, B, units)
        way.x_rows, way.dx_rows = way.x.reshape(-1, inputs), way.dx.reshape(-1, inputs)
        way.z_rows, way.dz_rows = way.z.reshape(-1, width), way.dz[:-1].reshape(-1, width)
        way.h_rows = way.h[:-1].reshape(-1, units)

    def setup_cell(self, way: Workspace) -> None:
        """Arrays of one cell, and `way.forward_steps`, `way.backward_steps`: views by step."""
        raise NotImplementedError

    def forward(self, n: Workspace) -> None:
        for way in n.ways:
            np.copyto(way.x, _in_time(n.h, way))
            self.read(way)
            if self.returns == "all states":
                np.copyto(_in_time(n.out, way)[:, :, way.columns], way.h[1:])
            else:
                np.copyto(n.out[:, way.columns], way.h[-1])

    def gradient(self, n: Workspace) -> None:
        """Back through time: the delta of every step, then the sums over all steps."""
        for way in n.ways:
            if self.returns == "all states":
                np.copyto(way.arriving, _in_time(n.delta_out, way)[:, :, way.columns])
            else:
                np.copyto(way.arriving[-1], n.delta_out[:, way.columns])
            self.read_back(way)
            self.sum_up(way)

    def backward(self, n: Workspace) -> None:
        for k, way in enumerate(n.ways):
            np.dot(way.dz_rows, way.W.T, out=way.dx_rows)
            delta = _in_time(n.delta, way)
            if k == 0:
                np.copyto(delta, way.dx)
            else:
                delta += way.dx

    def read(self, way: Workspace) -> None:
        """The cell over all steps: fill way.h from way.x."""
        raise NotImplementedError

    def read_back(self, way: Workspace) -> None:
        """Fill way.dh and way.dz from way.arriving, last step first."""
        raise NotImplementedError

    def sum_up(self, way: Workspace) -> None:
        np.dot(way.x_rows.T, way.dz_rows, out=way.dW)
        np.dot(way.h_rows.T, way.dz_rows, out=way.dU)
        np.add.reduce(way.dz_rows, axis=0, out=way.db)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """states: (T, units) of the item; delta_by_step: (T,) root mean square of dJ/dh_t, which
        fades away from the last step to the first where the gradient vanishes."""
        way = n.ways[0]
        found = {"states": way.h[1:, item].copy()}
        if n.is_training:
            found["delta_by_step"] = np.sqrt(np.square(way.dh[:, item]).mean(axis=-1))
        return found

    def neuron_of(self, neuron: int) -> int:
        return min(neuron, self.units - 1)


def _in_time(array: Array, way: Workspace) -> Array:
    """(B, T, n) as a view (T, B, n), the last step first for the cell that reads backwards."""
    return array.swapaxes(0, 1)[:: way.pace]


class SimpleRNN(Recurrent, frozen=True, kw_only=True, tag="simple_rnn"):
    """Mix each input with the state before it: the plain recurrent network, which forgets fast.

    h_t = f(x_t W + h_(t-1) U + b), f = tanh or ReLU. U starts as `gain` times an orthogonal matrix,
    so that at first no delta can shrink more slowly than gain^T over T steps (PyTorch's first
    values are about as small as a gain of 0.6). The same as PyTorch's RNN, whose two biases
    always appear as their sum, so that there is only one here.
    Shapes: (B, T, n) -> (B, T, units) or (B, units).
    Source: Elman 1990; Bengio et al. 1994 on its vanishing gradient.
    """

    title: ClassVar[str] = "Simple RNN"
    icon: ClassVar[str] = "sync"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("state", r"h_t = f(x_t W + h_{t-1} U + b)"),),
        backward=(
            ("through time", r"\frac{\partial J}{\partial h_t} = \delta_t + \delta^z_{t+1} U^T"),
            ("before f", r"\delta^z_t = \frac{\partial J}{\partial h_t} \, f'(z_t)"),
            ("weights", r"\frac{\partial J}{\partial U} = \sum_t h_{t-1}^T \, \delta^z_t"),
            ("passed down", r"\delta^{(l)}_t = \delta^z_t W^T"),
        ),
    )
    activation: Annotated[
        Literal["tanh", "relu"],
        Meta(
            description="The function f of every state",
            extra={"symbol": "f", "captions": {"tanh": "tanh", "relu": "ReLU"}},
        ),
    ] = "tanh"
    gain: Annotated[
        float,
        Meta(
            ge=0,
            le=4,
            description="Size of U at the start: below 1 the memory fades, 1 keeps it",
            extra={"symbol": "g", "slider": (0, 2)},
        ),
    ] = 1.0

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        found = super().parameters(*specs)
        for name, parameter in found.items():
            if name.startswith("U"):
                found[name] = parameter._replace(initializer="scaled_orthogonal", spread=self.gain)
        return found

    def setup_cell(self, way: Workspace) -> None:
        way.slope = way.like(way.dh)
        way.forward_steps = list(zip(way.z, way.h[:-1], way.h[1:], strict=True))
        way.backward_steps = list(
            zip(way.dz[1:], way.dh, way.arriving, way.slope, way.dz[:-1], strict=True)
        )[::-1]
        way.mixed = way.empty(way.batch, self.units)

    def read(self, way: Workspace) -> None:
        np.dot(way.x_rows, way.W, out=way.z_rows)
        way.z_rows += way.b
        for z, h_before, h in way.forward_steps:
            np.dot(h_before, way.U, out=way.mixed)
            z += way.mixed
            if self.activation == "tanh":
                np.tanh(z, out=h)
            else:
                np.maximum(z, 0, out=h)

    def read_back(self, way: Workspace) -> None:
        h = way.h[1:]
        if self.activation == "tanh":
            np.multiply(h, h, out=way.slope)
            np.subtract(1, way.slope, out=way.slope)
        else:
            np.greater(h, 0, out=way.slope)
        for dz_after, dh, arriving, slope, dz in way.backward_steps:
            np.dot(dz_after, way.U.T, out=dh)
            dh += arriving
            np.multiply(dh, slope, out=dz)
