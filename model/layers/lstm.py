"""The long short-term memory."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta

from model.layer import Formulas, Workspace
from model.layers.recurrent import Recurrent


class LSTM(Recurrent, frozen=True, kw_only=True, tag="lstm"):
    """Keep a memory c beside the state, and let gates decide what enters, stays and leaves it.

    i, f, o = sigmoid(x_t W + h_(t-1) U + b), g = tanh(...); c_t = f c_(t-1) + i g;
    h_t = o tanh(c_t). The gates stand in W, U and b in PyTorch's order i, f, g, o; there is one
    bias, PyTorch's two always appear as their sum. `forget_bias` is added to the forget gate's
    sum, so that a new network remembers (Jozefowicz et al. 2015); PyTorch has 0 there.
    Shapes: (B, T, n) -> (B, T, units) or (B, units).
    Source: Hochreiter & Schmidhuber 1997; the forget gate by Gers et al. 2000.
    """

    title: ClassVar[str] = "LSTM"
    icon: ClassVar[str] = "memory"
    gates: ClassVar[int] = 4
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("input gate", r"i_t = \sigma(x_t W_i + h_{t-1} U_i + b_i)"),
            ("forget gate", r"f_t = \sigma(x_t W_f + h_{t-1} U_f + b_f + \beta)"),
            ("candidate", r"g_t = \tanh(x_t W_g + h_{t-1} U_g + b_g)"),
            ("output gate", r"o_t = \sigma(x_t W_o + h_{t-1} U_o + b_o)"),
            ("memory", r"c_t = f_t \, c_{t-1} + i_t \, g_t"),
            ("state", r"h_t = o_t \tanh(c_t)"),
        ),
        backward=(
            ("through time", r"\frac{\partial J}{\partial h_t} = \delta_t + \delta^z_{t+1} U^T"),
            (
                "memory",
                r"\frac{\partial J}{\partial c_t} = \frac{\partial J}{\partial h_t} o_t "
                r"(1 - \tanh^2 c_t) + f_{t+1} \frac{\partial J}{\partial c_{t+1}}",
            ),
            ("input gate", r"\delta^i_t = \frac{\partial J}{\partial c_t} g_t \, i_t (1 - i_t)"),
            (
                "forget gate",
                r"\delta^f_t = \frac{\partial J}{\partial c_t} c_{t-1} f_t (1 - f_t)",
            ),
            ("candidate", r"\delta^g_t = \frac{\partial J}{\partial c_t} i_t (1 - g_t^2)"),
            (
                "output gate",
                r"\delta^o_t = \frac{\partial J}{\partial h_t} \tanh(c_t) \, o_t (1 - o_t)",
            ),
            ("passed down", r"\delta^{(l)}_t = \delta^z_t W^T"),
        ),
    )
    forget_bias: Annotated[
        float,
        Meta(
            ge=-10,
            le=10,
            description="Added to the forget gate, so that a new network remembers",
            extra={"symbol": "β"},
        ),
    ] = 1.0

    def setup_cell(self, way: Workspace) -> None:
        """gate: i, f, g, o, (T, 4, B, units); slope: what dJ/dc and dJ/dh are multiplied with."""
        steps, B, units = way.steps, way.batch, self.units
        way.gate, way.slope = way.empty(steps, 4, B, units), way.empty(steps, 4, B, units)
        way.c, way.tanh_c = way.empty(steps + 1, B, units), way.empty(steps, B, units)
        way.c_slope, way.dc = way.empty(steps, B, units), way.empty(B, units)
        way.mixed, way.scratch = way.empty(B, 4 * units), way.empty(B, units)
        way.mixed_gate = way.mixed.reshape(B, 4, units).swapaxes(0, 1)
        gate, slope, c, h = way.gate, way.slope, way.c, way.h
        dz = way.dz.reshape(-1, B, 4, units).swapaxes(1, 2)[:-1]
        way.forward_steps = list(
            zip(
                way.z,
                gate,
                *gate.swapaxes(0, 1),
                c[:-1],
                c[1:],
                way.tanh_c,
                h[:-1],
                h[1:],
                strict=True,
            )
        )
        arrive = (way.dz[1:], way.dh, way.arriving, way.c_slope)
        leave = (slope[:, :3], slope[:, 3], gate[:, 1], dz[:, :3], dz[:, 3])
        way.backward_steps = list(zip(*arrive, *leave, strict=True))[::-1]
        self._setup_halves(way)

    def _setup_halves(self, way: Workspace) -> None:
        """sigmoid(z) = tanh(z / 2) / 2 + 1 / 2, so that one tanh does for all four gates."""
        way.half = way.empty(4, way.batch, self.units)
        way.half[...] = np.array([0.5, 0.5, 1, 0.5])[:, None, None]
        way.shift = 1 - way.half
        way.halves = way.half[:, 0].reshape(-1).copy()
        way.W_half, way.U_half, way.b_half = way.like(way.W), way.like(way.U), way.like(way.b)

    def read(self, way: Workspace) -> None:
        np.multiply(way.W, way.halves, out=way.W_half)
        np.multiply(way.U, way.halves, out=way.U_half)
        np.multiply(way.b, way.halves, out=way.b_half)
        way.b_half[self.units : 2 * self.units] += self.forget_bias / 2
        np.dot(way.x_rows, way.W_half, out=way.z_rows)
        way.z_rows += way.b_half
        mixed, mixed_gate, scratch, U = way.mixed, way.mixed_gate, way.scratch, way.U_half
        half, shift = way.half, way.shift
        for z, gate, i, f, g, o, c_before, c, tanh_c, h_before, h in way.forward_steps:
            np.dot(h_before, U, out=mixed)
            mixed += z
            np.tanh(mixed_gate, out=gate)
            gate *= half
            gate += shift
            np.multiply(f, c_before, out=c)
            np.multiply(i, g, out=scratch)
            c += scratch
            np.tanh(c, out=tanh_c)
            np.multiply(o, tanh_c, out=h)

    def read_back(self, way: Workspace) -> None:
        self._slopes(way)
        scratch, dc, U = way.scratch, way.dc, way.U.T
        dc.fill(0)
        for dz_after, dh, arriving, c_slope, ifg, o_slope, f, dz_ifg, dz_o in way.backward_steps:
            np.dot(dz_after, U, out=dh)
            dh += arriving
            np.multiply(dh, c_slope, out=scratch)
            dc += scratch
            np.multiply(dc, ifg, out=dz_ifg)
            np.multiply(dh, o_slope, out=dz_o)
            dc *= f

    def _slopes(self, way: Workspace) -> None:
        """dc_t/dz for i, f and g, dh_t/dz for o, dh_t/dc_t: all steps at once."""
        gate, slope, c_slope, tanh_c = way.gate, way.slope, way.c_slope, way.tanh_c
        np.multiply(gate, gate, out=slope)
        np.subtract(1, slope[:, 2], out=slope[:, 2])
        slope[:, 2] *= gate[:, 0]
        np.subtract(gate[:, :2], slope[:, :2], out=slope[:, :2])
        slope[:, 0] *= gate[:, 2]
        slope[:, 1] *= way.c[:-1]
        np.subtract(gate[:, 3], slope[:, 3], out=slope[:, 3])
        slope[:, 3] *= tanh_c
        np.multiply(tanh_c, tanh_c, out=c_slope)
        np.subtract(1, c_slope, out=c_slope)
        c_slope *= gate[:, 3]

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """gates: (4, T) i, f, g, o of one neuron; memory: (T,) its c; and what every cell has."""
        way, j = n.ways[0], self.neuron_of(neuron)
        found = super().view(n, item, neuron)
        found["gates"] = way.gate[:, :, item, j].T.copy()
        found["memory"] = way.c[1:, item, j].copy()
        return found
