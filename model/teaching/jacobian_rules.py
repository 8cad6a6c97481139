"""What the entries of a Jacobian are called, layer by layer: see `jacobian_symbols`."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from model.expressions import parse
from model.expressions.symbolic import derivative_latex
from model.layer import Array
from model.layers.activations import Activation, Softmax
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.layer_norm import LayerNorm, RMSNorm
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.noise import GaussianDropout
from model.layers.pooling import MaxPool1D, MaxPool2D
from model.layers.scalar import Function
from model.teaching.jacobian_symbols import Place, Rule, Symbols, indexed

_SAME = r"1_{[i=j]}"


def _dense(place: Place) -> Symbols | None:
    """h W + b: W transposed; by W the inputs; by b the identity."""
    if not isinstance(place.layer, Dense):
        return None
    W = place.parameters["W"]
    n_in, units = W.shape
    rows = place.h.size // n_in
    if place.by == "W":
        return _dense_by_weights(place, rows, n_in, units)
    if place.by == "b":
        return _selection(place, np.tile(np.eye(units), (rows, 1)), _SAME)

    def cell(i: int, j: int) -> str:
        if i // units != j // n_in:
            return "0"
        return f"W_{{{place.index((j % n_in) * units + i % units, W.shape)}}}"

    same = "" if rows == 1 else r" \;\mathrm{(same\,step)}"
    numbers = np.kron(np.eye(rows), W.T)
    return Symbols(f"W_{{ji}}{same}", cell, "W^{T}" if rows == 1 else "", numbers)


def _dense_by_weights(place: Place, rows: int, n_in: int, units: int) -> Symbols:
    h = place.h.reshape(rows, n_in)

    def cell(i: int, j: int) -> str:
        step, unit = divmod(i, units)
        k, column = divmod(j, units)
        return f"h_{{{place.index(step * n_in + k, place.h.shape)}}}" if unit == column else "0"

    numbers = np.einsum("tk,uv->tukv", h, np.eye(units)).reshape(rows * units, n_in * units)
    return Symbols(r"h_k \, 1_{[i=l]}", cell, "", numbers)


def _diagonal(place: Place, letter: str, notes: tuple[tuple[str, str], ...]) -> Symbols | None:
    """One letter with the output's own index, on the diagonal."""
    m, n = place.found.shape
    matrix = place.found.matrix
    if m != n or place.by:
        return None

    def cell(i: int, j: int) -> str:
        return letter.format(place.row(i)) if i == j else "0"

    whole = rf"\mathrm{{diag}}({letter.replace('_{{{}}}', '')})"
    entry = f"{letter.format('i')} \\, {_SAME}"
    return Symbols(entry, cell, whole, np.diag(np.diag(matrix)), notes)


def _activation(place: Place) -> Symbols | None:
    if not isinstance(place.layer, Activation):
        return None
    lines = place.layer.chosen_formulas()
    notes = tuple(line for line in (*lines.forward, *lines.backward) if "f" in line[1][:3])
    return _diagonal(place, "f'(h_{{{}}})", notes)


def _mask(place: Place) -> Symbols | None:
    if not isinstance(place.layer, (Dropout, GaussianDropout)):
        return None
    return _diagonal(place, "m_{{{}}}", place.layer.chosen_formulas().forward[:1])


def _softmax(place: Place) -> Symbols | None:
    """p_i (1_[i=j] - p_j) within each row of the last axis."""
    if not isinstance(place.layer, Softmax) or not place.out.shape:
        return None
    n = place.out.shape[-1]
    p = place.out.reshape(-1, n)
    numbers = np.zeros((p.size, p.size))
    for k, row in enumerate(p):
        at = slice(k * n, (k + 1) * n)
        numbers[at, at] = np.diag(row) - np.outer(row, row)

    def cell(i: int, j: int) -> str:
        first, second = f"p_{{{place.row(i)}}}", f"p_{{{place.column(j)}}}"
        if i // n != j // n:
            return "0"
        return f"{first}(1 - {first})" if i == j else f"-{first}{second}"

    whole = r"\mathrm{diag}(p) - p p^{T}" if len(p) == 1 else ""
    return Symbols(rf"p_i ( {_SAME} - p_j )", cell, whole, numbers, output="p")


def _batch_norm(place: Place) -> Symbols | None:
    """The item's own block of a batch norm over vectors."""
    layer = place.layer
    if not isinstance(layer, BatchNorm) or place.batch_h.ndim != 2:
        return None
    B = len(place.batch_h)
    deviation = np.sqrt(place.batch_h.var(axis=0) + layer.epsilon)
    normal = (place.h - place.batch_h.mean(axis=0)) / deviation
    hat = place.layer.formulas.forward[:2]
    if place.by:
        return _of_scale_or_shift(place, normal, hat)
    own = place.parameters["gamma"] / deviation * (1 - 1 / B - normal**2 / B)

    def cell(i: int, j: int) -> str:
        k = place.row(i)
        return rf"\gamma_{{{k}}}(1 - 1/B - \hat{{h}}_{{{k}}}^2/B)/\sigma_{{{k}}}" if i == j else "0"

    entry = r"\frac{\gamma_i}{\sigma_i} ( 1 - \frac{1}{B} - \frac{\hat{h}_i^2}{B} ) \, 1_{[i=j]}"
    return Symbols(entry, cell, "", np.diag(own), hat)


def _of_scale_or_shift(
    place: Place, normal: Array, notes: tuple[tuple[str, str], ...]
) -> Symbols | None:
    """gamma h_hat + beta by gamma or beta, every feature with its own."""
    m, n = place.found.shape
    flat = normal.reshape(-1)
    if flat.size != m or m % n:
        return None
    places = np.tile(np.arange(n), m // n)
    pattern = places[:, None] == np.arange(n)[None]
    if place.by == "beta":
        return _selection(place, pattern.astype(float), _SAME)

    def cell(i: int, j: int) -> str:
        return rf"\hat{{h}}_{{{place.row(i)}}}" if pattern[i, j] else "0"

    entry = rf"\hat{{h}}_i \, {_SAME}"
    return Symbols(entry, cell, "", np.where(pattern, flat[:, None], 0.0), notes)


def _item_norm(place: Place) -> Symbols | None:
    """Layer norm and RMS norm: rows of m numbers that share mean and deviation."""
    layer = place.layer
    if not isinstance(layer, (LayerNorm, RMSNorm)):
        return None
    n = place.h.shape[-1] if layer.over == "last axis" else place.h.size
    rows = place.h.reshape(-1, n)
    centred = rows - rows.mean(axis=1, keepdims=True) if layer.is_centred else rows
    sigma = np.sqrt((centred**2).mean(axis=1, keepdims=True) + layer.epsilon)
    hat = centred / sigma
    notes = layer.formulas.forward[:-1]
    if place.by:
        return _of_scale_or_shift(place, hat, notes)
    gamma = place.parameters["gamma"].reshape(-1)
    flat = np.eye(n) - (1 / n if layer.is_centred else 0.0)
    numbers = np.zeros((rows.size, rows.size))
    for k, row in enumerate(hat):
        at = slice(k * n, (k + 1) * n)
        numbers[at, at] = gamma[:, None] / sigma[k] * (flat - np.outer(row, row) / n)
    is_last = layer.over == "last axis"

    def cell(i: int, j: int) -> str:
        if i // n != j // n:
            return "0"
        first, second = rf"\hat{{h}}_{{{place.row(i)}}}", rf"\hat{{h}}_{{{place.column(j)}}}"
        scale = rf"\gamma_{{{i % n + 1 if is_last else place.row(i)}}}"
        if i == j:
            return rf"{scale}(1{' - 1/m' if layer.is_centred else ''} - {first}^2/m)/\sigma"
        product = f"(1 + {first}{second})" if layer.is_centred else f"{first}{second}"
        return rf"-{scale}{product}/(m\sigma)"

    own_mean = r" - \frac{1}{m}" if layer.is_centred else ""
    entry = (
        rf"\frac{{\gamma_i}}{{\sigma}} ( {_SAME}{own_mean}"
        r" - \frac{\hat{h}_i \hat{h}_j}{m} )"
    )
    return Symbols(entry, cell, "", numbers, notes)


def _loss(place: Place) -> Symbols | None:
    """What starts back-propagation: the slope of J by each prediction."""
    layer, B = place.layer, len(place.batch_h)
    if place.by or place.found.by != "prediction" or len(place.hs) < 2:
        return None
    target = place.hs[1]
    if isinstance(layer, MeanSquaredError):
        k = 1.0 if layer.reduction == "sum" else 1 / place.batch_h.size
        numbers = 2 * layer.weight * k * (place.h - target).reshape(1, -1)
        over = "" if layer.reduction == "sum" else "/(Bk)"
        entry = r"2 (h_j - y_j)" if layer.reduction == "sum" else r"\frac{2}{B k} (h_j - y_j)"

        def cell(_i: int, j: int) -> str:
            return f"2(h_{{{place.column(j)}}} - y_{{{place.column(j)}}}){over}"

        return Symbols(entry, cell, "", numbers, output="J")
    if isinstance(layer, SoftmaxCrossEntropy) and place.h.ndim == 1:
        powers = np.exp(place.h - place.h.max())
        p = powers / powers.sum()
        label = int(np.reshape(target, -1)[0])
        hot = np.eye(len(p))[label] if target.size == 1 else target.reshape(-1)
        numbers = layer.weight * (p - hot)[None] / B

        def of_class(_i: int, j: int) -> str:
            return f"(p_{{{place.column(j)}}} - y_{{{place.column(j)}}})/B"

        note = ("softmax", r"p_j = \frac{e^{h_j}}{\sum_k e^{h_k}}")
        return Symbols(r"\frac{1}{B} (p_j - y_j)", of_class, "", numbers, (note,), output="J")
    return None


def _function(place: Place) -> Symbols | None:
    """A formula of the person's own: its derivative."""
    layer = place.layer
    if not isinstance(layer, Function):
        return None
    by = place.found.by
    slope = derivative_latex(parse(layer.formula), by)
    if not slope:
        return None
    if place.found.matrix.size != 1:
        note = ("slope", rf"f'({by}) = {slope}")
        found = _diagonal(place, f"f'({by}_{{{{{{}}}}}})", (note,))
        return None if found is None else replace(found, input=by)
    return Symbols(slope, lambda _i, _j: slope, input=by)


def _max_pool(place: Place) -> Symbols | None:
    if not isinstance(place.layer, (MaxPool1D, MaxPool2D)):
        return None
    entry = r"1_{[h_j = \max \, w_i]}"
    found = _selection(place, place.found.matrix.round(), entry)
    note = ("window", r"w_i = \mathrm{\,the\,numbers\,below\,output\,} i")
    return None if found is None else Symbols(entry, found.cell, "", found.numbers, (note,))


def _constant(place: Place) -> Symbols | None:
    """Every entry is 0 or one and the same number: what passes on, averages, joins or cuts."""
    matrix = place.found.matrix
    values = np.unique(matrix[matrix != 0])
    if not values.size:
        return Symbols("0", lambda _i, _j: "0", "0", matrix)
    if float(np.ptp(values)) > 1e-12 * float(np.abs(values).max()):
        return None
    value = float(values[0])
    if isinstance(place.layer, Function):
        return None
    share = Fraction(value).limit_denominator(4096)
    if abs(float(share) - value) > 1e-12:
        return None
    is_identity = matrix.shape[0] == matrix.shape[1] and np.array_equal(matrix, np.eye(len(matrix)))
    if is_identity:
        return _selection(place, matrix, _SAME)
    text = str(share)
    tex = text if share.denominator == 1 else rf"\frac{{{share.numerator}}}{{{share.denominator}}}"
    taken = indexed(place.by or "h", "j")
    entry = rf"{tex} \;\mathrm{{where}}\; y_i \;\mathrm{{takes}}\; {taken}"

    def cell(i: int, j: int) -> str:
        return text if matrix[i, j] else "0"

    return Symbols(entry, cell, "", np.where(matrix != 0, value, 0.0))


def _selection(place: Place, pattern: Array, entry: str) -> Symbols | None:
    """Ones and zeros."""

    def cell(i: int, j: int) -> str:
        return str(int(pattern[i, j]))

    m, n = place.found.shape
    is_identity = m == n and bool(np.array_equal(pattern, np.eye(m)))
    return Symbols(entry, cell, "I" if is_identity else "", pattern)


RULES: tuple[Rule, ...] = (
    _dense,
    _activation,
    _mask,
    _softmax,
    _batch_norm,
    _item_norm,
    _loss,
    _function,
    _max_pool,
    _constant,
)
"""The first whose numbers are those of the matrix is taken."""
