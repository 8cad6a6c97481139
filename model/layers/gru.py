"""The gated recurrent unit."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from model.layer import Formulas, Parameter, Spec, Workspace
from model.layers.recurrent import Recurrent


class GRU(Recurrent, frozen=True, kw_only=True, tag="gru"):
    """Let two gates decide how much of the state is kept and how much of it the new one sees.

    r, z = sigmoid(x_t W + h_(t-1) U + b); q = h_(t-1) U_n + c; n = tanh(x_t W_n + b_n + r q);
    h_t = (1 - z) n + z h_(t-1). The gates stand in W, U and b in PyTorch's order r, z, n. As in
    PyTorch the reset gate works on the product q with a bias c of its own; PyTorch's recurrent
    biases of r and z always appear as a sum with b, so that there is only one of these here.
    Shapes: (B, T, n) -> (B, T, units) or (B, units).
    Source: Cho et al. 2014; the place of the reset gate as in cuDNN and PyTorch.
    """

    title: ClassVar[str] = "GRU"
    icon: ClassVar[str] = "sync-circle"
    gates: ClassVar[int] = 3
    weights: ClassVar[tuple[str, ...]] = ("W", "U", "b", "c")
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("reset gate", r"r_t = \sigma(x_t W_r + h_{t-1} U_r + b_r)"),
            ("update gate", r"z_t = \sigma(x_t W_z + h_{t-1} U_z + b_z)"),
            ("recurrent", r"q_t = h_{t-1} U_n + c"),
            ("candidate", r"n_t = \tanh(x_t W_n + b_n + r_t \, q_t)"),
            ("state", r"h_t = (1 - z_t) \, n_t + z_t \, h_{t-1}"),
        ),
        backward=(
            (
                "through time",
                r"\frac{\partial J}{\partial h_t} = \delta_t + z_{t+1} \frac{\partial J}"
                r"{\partial h_{t+1}} + [\delta^r, \delta^z, \delta^q]_{t+1} U^T",
            ),
            (
                "candidate",
                r"\delta^n_t = \frac{\partial J}{\partial h_t} (1 - z_t) (1 - n_t^2)",
            ),
            ("recurrent", r"\delta^q_t = \delta^n_t \, r_t"),
            ("reset gate", r"\delta^r_t = \delta^n_t \, q_t \, r_t (1 - r_t)"),
            (
                "update gate",
                r"\delta^z_t = \frac{\partial J}{\partial h_t} (h_{t-1} - n_t) z_t (1 - z_t)",
            ),
            ("passed down", r"\delta^{(l)}_t = [\delta^r, \delta^z, \delta^n]_t W^T"),
        ),
    )

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        found = super().parameters(*specs)
        for way in self._suffixes:
            found[f"c{way}"] = Parameter((self.units,), "zeros", is_penalised=False)
        return found

    def setup_cell(self, way: Workspace) -> None:
        """gate: r, z, n, (T, 3, B, units); slope: dh_t/d(r, z, q, n before their functions)."""
        steps, B, units = way.steps, way.batch, self.units
        way.gate, way.slope = way.empty(steps, 3, B, units), way.empty(steps, 3, B, units)
        way.q, way.n_slope = way.empty(steps, B, units), way.empty(steps, B, units)
        way.dq, way.mixed = way.empty(steps + 1, B, 3 * units), way.empty(B, 3 * units)
        way.dq_rows = way.dq[:-1].reshape(-1, 3 * units)
        way.change, way.scratch = way.empty(steps, B, units), way.empty(B, units)
        way.mixed_gate = way.mixed.reshape(B, 3, units).swapaxes(0, 1)
        z = way.z.reshape(steps, B, 3, units).swapaxes(1, 2)
        dq = way.dq.reshape(-1, B, 3, units).swapaxes(1, 2)
        gate, h, rz = way.gate, way.h, way.gate[:, :2]
        way.forward_steps = list(
            zip(z[:, :2], z[:, 2], rz, *gate.swapaxes(0, 1), way.q, h[:-1], h[1:], strict=True)
        )
        way.backward_steps = list(
            zip(way.dq[1:], way.dh, way.arriving, way.slope, gate[:, 1], dq[:-1], strict=True)
        )[::-1]

    def read(self, way: Workspace) -> None:
        np.dot(way.x_rows, way.W, out=way.z_rows)
        way.z_rows += way.b
        mixed, scratch, U, c = way.mixed, way.scratch, way.U, way.c
        mixed_rz, mixed_n = way.mixed_gate[:2], way.mixed_gate[2]
        for z_rz, z_n, rz, r, z, n, q, h_before, h in way.forward_steps:
            np.dot(h_before, U, out=mixed)
            np.add(mixed_rz, z_rz, out=rz)
            rz *= 0.5  # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2
            np.tanh(rz, out=rz)
            rz += 1
            rz *= 0.5
            np.add(mixed_n, c, out=q)
            np.multiply(r, q, out=n)
            n += z_n
            np.tanh(n, out=n)
            np.subtract(h_before, n, out=scratch)
            np.multiply(scratch, z, out=h)
            h += n

    def read_back(self, way: Workspace) -> None:
        self._slopes(way)
        kept, U = way.scratch, way.U.T
        kept.fill(0)
        for dq_after, dh, arriving, slope, z, dq in way.backward_steps:
            np.dot(dq_after, U, out=dh)
            dh += arriving
            dh += kept
            np.multiply(slope, dh, out=dq)
            np.multiply(dh, z, out=kept)
        np.copyto(way.dz, way.dq)
        np.multiply(way.dh, way.n_slope, out=way.dz[:-1, :, 2 * self.units :])

    def _slopes(self, way: Workspace) -> None:
        """dh_t/d(...) of r, z and q, and of n on the side of the inputs: all steps at once."""
        gate, slope, n_slope = way.gate, way.slope, way.n_slope
        r, z, n = gate[:, 0], gate[:, 1], gate[:, 2]
        np.multiply(gate, gate, out=slope)
        np.subtract(1, slope[:, 2], out=n_slope)
        np.subtract(gate[:, :2], slope[:, :2], out=slope[:, :2])
        np.subtract(1, z, out=slope[:, 2])
        n_slope *= slope[:, 2]
        np.multiply(n_slope, r, out=slope[:, 2])
        slope[:, 0] *= n_slope
        slope[:, 0] *= way.q
        np.subtract(way.h[:-1], n, out=way.change)
        slope[:, 1] *= way.change

    def sum_up(self, way: Workspace) -> None:
        np.dot(way.x_rows.T, way.dz_rows, out=way.dW)
        np.dot(way.h_rows.T, way.dq_rows, out=way.dU)
        np.add.reduce(way.dz_rows, axis=0, out=way.db)
        np.add.reduce(way.dq_rows[:, 2 * self.units :], axis=0, out=way.dc)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """gates: (3, T) r, z, n of one neuron; and what every cell has."""
        found = super().view(n, item, neuron)
        found["gates"] = n.ways[0].gate[:, :, item, self.neuron_of(neuron)].T.copy()
        return found
