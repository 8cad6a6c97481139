"""Attention: every step asks all others, and takes from each as much as its answer fits."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Layer, Parameter, Port, Spec, Workspace

MINUS_INFINITY = -1e30
"""Added to the score of a key that may not be seen: exp of it is 0, and no NaN can come of it."""
_MASK = Port(
    "mask",
    "Padding: 0 at steps that nobody may look at, such as token 0 (optional)",
    takes_labels=True,
    is_optional=True,
)
_FORWARD = (
    ("scores", r"s = \frac{q k^T}{\sqrt{d / H}}"),
    ("weights", r"a = \mathrm{softmax}(s) \;\mathrm{over\;the\;keys}"),
    ("mixed", r"m = a v"),
    ("output", r"h^{(l+1)} = [m_1, ..., m_H] W_o + b_o"),
)
_BACKWARD = (
    ("heads", r"[\delta^m_1, ..., \delta^m_H] = \delta^{(l+1)} W_o^T"),
    ("values", r"\delta^v = a^T \delta^m"),
    ("weights", r"\delta^a = \delta^m v^T"),
    (
        "scores",
        r"\delta^s_{ij} = a_{ij} (\delta^a_{ij} - \sum_k a_{ik} \delta^a_{ik})",
    ),
    ("queries", r"\delta^q = \frac{\delta^s k}{\sqrt{d / H}}"),
    ("keys", r"\delta^k = \frac{{\delta^s}^T q}{\sqrt{d / H}}"),
)


class Attention(Layer, frozen=True, kw_only=True):
    """Scaled dot-product attention with several heads, between projections of its own.

    q, k, v: (B, heads, T, d / heads) views of the projected inputs. weights: (T_k, B, heads, T_q),
    the keys in front, so that softmax runs over the first axis, which is many times as fast as over
    the last one.
    """

    category: ClassVar[str] = "attention"
    binds_out: ClassVar[bool] = True

    heads: Annotated[
        int, Meta(ge=1, le=256, description="Heads that attend at once", extra={"symbol": "H"})
    ] = 4

    def label(self) -> str:
        return f"{self.title} × {self.heads}"

    def _check_steps(self, *specs: Spec) -> None:
        for spec in specs:
            if len(spec.shape) != 2:
                raise ShapeError(
                    f"{self.title} takes sequences (B × T × d), but it is given {spec}.",
                    hint="Put an Embedding in front of token numbers, or Reshape to T, d.",
                )

    def _check_heads(self, width: int) -> None:
        if width % self.heads:
            fitting = max(h for h in range(1, self.heads + 1) if width % h == 0)
            raise ShapeError(
                f"{self.title} cannot share {width} numbers a step between {self.heads} heads.",
                hint=f"Take {fitting} heads, or a width that can be divided by {self.heads}.",
            )

    def _check_mask(self, keys: Spec, masks: tuple[Spec, ...]) -> None:
        if masks and masks[0].shape != keys.shape[:1]:
            raise ShapeError(
                f"The padding mask of {self.title} needs one number for each of the"
                f" {keys.shape[0]} steps, but it is {masks[0]}.",
                hint="Wire the token numbers here that the sequence was made of.",
            )

    def _setup_core(self, n: Workspace, context: Array, mask: Array | None) -> None:
        """Room for weights and masks. keep: 1 where a key may be seen, (T_k, B or 1, 1, T_q)."""
        B, queries, width = n.h.shape
        keys = context.shape[1]
        n.out = n.empty(B, queries, width)
        n.mixed, n.dmixed = n.like(n.out), n.like(n.out)
        n.dh, n.mask = n.like(n.out), mask
        n.past = (np.arange(keys)[:, None] <= np.arange(queries)).astype(n.dtype)[:, None, None]
        n.keep = n.past if mask is None else n.empty(keys, B, 1, queries)
        n.hide = (1 - n.past) * n.dtype.type(MINUS_INFINITY) if mask is None else n.like(n.keep)
        n.heads = 0

    def _split(self, n: Workspace) -> None:
        """Views of q, k, v and of their deltas by head; anew where the number of heads changes."""
        n.heads = self.heads
        (n.q, n.dq), (n.k, n.dk), (n.v, n.dv), (n.by_head, n.dby_head) = (
            [_by_head(array, self.heads) for array in pair]
            for pair in (*n.projections, (n.mixed, n.dmixed))
        )
        shape = (n.k.shape[2], n.batch, self.heads, n.q.shape[2])
        n.weights, n.dweights, n.scratch = (n.empty(*shape) for _ in range(3))
        n.row = n.empty(*shape[1:])
        n.w, n.dw = (array.transpose(1, 2, 0, 3) for array in (n.weights, n.dweights))

    @property
    def _is_causal(self) -> bool:
        return getattr(self, "causal", False)

    def _attend(self, n: Workspace) -> None:
        """mixed = softmax(q k^T / sqrt(d / heads)) v"""
        np.matmul(n.k, n.q.swapaxes(-1, -2), out=n.w)
        n.weights *= 1 / math.sqrt(n.q.shape[-1])
        if n.mask is not None:
            self._look_at(n)
        if n.mask is not None or self._is_causal:
            n.weights += n.hide
        np.maximum.reduce(n.weights, axis=0, out=n.row)
        n.weights -= n.row
        np.exp(n.weights, out=n.weights)
        if n.mask is not None:
            n.weights *= n.keep
        np.add.reduce(n.weights, axis=0, out=n.row)
        if n.mask is not None:
            n.row += n.row == 0  # a query that may see no key at all takes nothing
        n.weights /= n.row
        np.matmul(n.w.swapaxes(-1, -2), n.v, out=n.by_head)

    def _look_at(self, n: Workspace) -> None:
        """The mask of this batch: 0 in `keep` hides a key."""
        np.copyto(n.keep, n.past if self._is_causal else 1)
        n.keep *= (n.mask != 0).T[:, :, None, None]
        np.subtract(1, n.keep, out=n.hide)
        n.hide *= MINUS_INFINITY

    def _attend_back(self, n: Workspace) -> None:
        """From dmixed to dq, dk and dv."""
        np.matmul(n.w, n.dby_head, out=n.dv)
        np.matmul(n.v, n.dby_head.swapaxes(-1, -2), out=n.dw)
        np.multiply(n.weights, n.dweights, out=n.scratch)
        np.add.reduce(n.scratch, axis=0, out=n.row)
        n.dweights -= n.row
        n.dweights *= n.weights
        n.dweights *= 1 / math.sqrt(n.q.shape[-1])
        np.matmul(n.dw.swapaxes(-1, -2), n.k, out=n.dq)
        np.matmul(n.dw, n.q, out=n.dk)

    def _leave(self, n: Workspace) -> None:
        np.dot(_rows(n.mixed), n.W_o, out=_rows(n.out))
        n.out += n.b_o

    def _leave_back(self, n: Workspace) -> None:
        delta = _rows(n.delta_out)
        np.dot(_rows(n.mixed).T, delta, out=n.dW_o)
        np.add.reduce(delta, axis=0, out=n.db_o)
        np.dot(delta, n.W_o.T, out=_rows(n.dmixed))

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """attention: (heads, T_q, T_k) the weights of the item; every row adds up to 1."""
        return {"attention": n.weights[:, item].transpose(1, 2, 0).copy()} if n.heads else {}


class SelfAttention(Attention, frozen=True, kw_only=True, tag="self_attention"):
    """Let every step of a sequence look at all its steps and mix what it finds.

    q, k, v = h W + b, each shared between the heads; a = softmax(q k^T / sqrt(d / heads)); the
    mixed values a v of all heads, side by side, times W_o plus b_o. Causal: no step sees a later
    one. A mask of 0 at some steps hides these from all (padding); a step that may see none takes
    nothing, where PyTorch says NaN. Otherwise the same as PyTorch's MultiheadAttention.
    Shapes: (B, T, d) -> same; W: (d, 3 d) for q, k, v side by side, W_o: (d, d).
    Source: Vaswani et al. 2017.
    """

    title: ClassVar[str] = "Self-attention"
    icon: ClassVar[str] = "eye-outline"
    inputs: ClassVar[tuple[Port, ...]] = (Port("h", "The sequence"), _MASK)
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("projected", r"[q, k, v] = h^{(l)} W + b"), *_FORWARD),
        backward=(
            *_BACKWARD,
            ("passed down", r"\delta^{(l)} = [\delta^q, \delta^k, \delta^v] W^T"),
        ),
    )
    causal: Annotated[bool, Meta(description="Hide later steps from earlier ones")] = False

    def out_spec(self, *specs: Spec) -> Spec:
        self._check_steps(specs[0])
        self._check_heads(specs[0].shape[1])
        self._check_mask(specs[0], specs[1:])
        return Spec(specs[0].shape)

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        d = specs[0].shape[1]
        return {
            "W": Parameter((d, 3 * d), "glorot_uniform", fans=(d, d)),
            "b": Parameter((3 * d,), "zeros", is_penalised=False),
            "W_o": Parameter((d, d), "glorot_uniform", fans=(d, d)),
            "b_o": Parameter((d,), "zeros", is_penalised=False),
        }

    def cost(self, *specs: Spec) -> int:
        steps, d = specs[0].shape
        return 4 * steps * d * d + 2 * steps * steps * d

    def setup(self, n: Workspace) -> None:
        self._setup_core(n, n.h, n.hs[1] if len(n.hs) > 1 else None)
        d = n.h.shape[2]
        n.qkv, n.dqkv = (n.empty(*n.h.shape[:2], 3 * d) for _ in range(2))
        n.projections = [
            (n.qkv[:, :, k * d : (k + 1) * d], n.dqkv[:, :, k * d : (k + 1) * d]) for k in range(3)
        ]
        self._split(n)

    def forward(self, n: Workspace) -> None:
        if n.heads != self.heads:
            self._split(n)
        np.dot(_rows(n.h), n.W, out=_rows(n.qkv))
        n.qkv += n.b
        self._attend(n)
        self._leave(n)

    def gradient(self, n: Workspace) -> None:
        self._leave_back(n)
        self._attend_back(n)
        np.dot(_rows(n.h).T, _rows(n.dqkv), out=n.dW)
        np.add.reduce(_rows(n.dqkv), axis=0, out=n.db)

    def backward(self, n: Workspace) -> None:
        if n.delta is not None:
            np.dot(_rows(n.dqkv), n.W.T, out=_rows(n.dh))
            np.copyto(n.delta, n.dh)


class CrossAttention(Attention, frozen=True, kw_only=True, tag="cross_attention"):
    """Let every step of one sequence look at all steps of another, as a translator does.

    q = h W_q + b_q; k, v = context W_kv + b_kv; then as in self-attention. A mask of 0 at some
    steps of the context hides these. PyTorch: MultiheadAttention with kdim = vdim = c.
    Shapes: h (B, T, d), context (B, S, c) -> (B, T, d); W_q: (d, d), W_kv: (c, 2 d), W_o: (d, d).
    Source: Bahdanau et al. 2015; Vaswani et al. 2017.
    """

    title: ClassVar[str] = "Cross-attention"
    icon: ClassVar[str] = "eye-arrow-right-outline"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("h", "The sequence that asks: queries"),
        Port("context", "The sequence that is looked at: keys and values"),
        _MASK,
    )
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("queries", r"q = h^{(l)} W_q + b_q"),
            ("context", r"[k, v] = c \, W_{kv} + b_{kv}"),
            *_FORWARD,
        ),
        backward=(
            *_BACKWARD,
            ("passed down", r"\delta^{(l)} = \delta^q W_q^T"),
            ("context", r"\delta^c = [\delta^k, \delta^v] W_{kv}^T"),
        ),
    )

    def out_spec(self, *specs: Spec) -> Spec:
        self._check_steps(*specs[:2])
        self._check_heads(specs[0].shape[1])
        self._check_mask(specs[1] if len(specs) > 1 else specs[0], specs[2:])
        return Spec(specs[0].shape)

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        d, c = specs[0].shape[1], specs[1].shape[1]
        return {
            "W_q": Parameter((d, d), "glorot_uniform", fans=(d, d)),
            "b_q": Parameter((d,), "zeros", is_penalised=False),
            "W_kv": Parameter((c, 2 * d), "glorot_uniform", fans=(c, d)),
            "b_kv": Parameter((2 * d,), "zeros", is_penalised=False),
            "W_o": Parameter((d, d), "glorot_uniform", fans=(d, d)),
            "b_o": Parameter((d,), "zeros", is_penalised=False),
        }

    def cost(self, *specs: Spec) -> int:
        (queries, d), (keys, c) = specs[0].shape, specs[1].shape
        return 2 * queries * d * d + 2 * keys * c * d + 2 * queries * keys * d

    def setup(self, n: Workspace) -> None:
        n.context = n.hs[1]
        self._setup_core(n, n.context, n.hs[2] if len(n.hs) > 2 else None)
        d = n.h.shape[2]
        n.q_all, n.dq_all = n.like(n.out), n.like(n.out)
        n.kv, n.dkv = (n.empty(*n.context.shape[:2], 2 * d) for _ in range(2))
        n.dcontext = n.empty(*n.context.shape)
        n.projections = [
            (n.q_all, n.dq_all),
            (n.kv[:, :, :d], n.dkv[:, :, :d]),
            (n.kv[:, :, d:], n.dkv[:, :, d:]),
        ]
        self._split(n)

    def forward(self, n: Workspace) -> None:
        if n.heads != self.heads:
            self._split(n)
        np.dot(_rows(n.h), n.W_q, out=_rows(n.q_all))
        n.q_all += n.b_q
        np.dot(_rows(n.context), n.W_kv, out=_rows(n.kv))
        n.kv += n.b_kv
        self._attend(n)
        self._leave(n)

    def gradient(self, n: Workspace) -> None:
        self._leave_back(n)
        self._attend_back(n)
        np.dot(_rows(n.h).T, _rows(n.dq_all), out=n.dW_q)
        np.add.reduce(_rows(n.dq_all), axis=0, out=n.db_q)
        np.dot(_rows(n.context).T, _rows(n.dkv), out=n.dW_kv)
        np.add.reduce(_rows(n.dkv), axis=0, out=n.db_kv)

    def backward(self, n: Workspace) -> None:
        if n.delta is not None:
            np.dot(_rows(n.dq_all), n.W_q.T, out=_rows(n.dh))
            np.copyto(n.delta, n.dh)
        if n.deltas[1] is not None:
            np.dot(_rows(n.dkv), n.W_kv.T, out=_rows(n.dcontext))
            np.copyto(n.deltas[1], n.dcontext)


def _rows(array: Array) -> Array:
    """(B, T, n) as the rows of one matrix, (B T, n)."""
    return array.reshape(-1, array.shape[-1])


def _by_head(array: Array, heads: int) -> Array:
    """(B, T, d) as a view (B, heads, T, d / heads)."""
    B, steps, d = array.shape
    return array.reshape(B, steps, heads, d // heads).swapaxes(1, 2)
