"""First values of parameters. Each initializer draws an array from a shape and its fans.

fan_in and fan_out are the numbers of inputs and outputs of one neuron.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from model.layer import Array, Parameter

Initializer = Callable[[np.random.Generator, Parameter], Array]


def _uniform(variance: float, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    bound = math.sqrt(3 * variance)
    return rng.uniform(-bound, bound, shape)


def _normal(variance: float, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.normal(0.0, math.sqrt(variance), shape)


def _orthogonal(rng: np.random.Generator, parameter: Parameter) -> Array:
    """Orthonormal rows or columns (Saxe et al. 2014), by the QR decomposition of a normal draw."""
    rows = parameter.shape[0]
    columns = math.prod(parameter.shape[1:])
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))  # makes the draw uniform over the orthogonal group
    return (q if rows >= columns else q.T).reshape(parameter.shape)


INITIALIZERS: dict[str, Initializer] = {
    "glorot_uniform": lambda rng, p: _uniform(2 / (p.fans[0] + p.fans[1]), rng, p.shape),
    "glorot_normal": lambda rng, p: _normal(2 / (p.fans[0] + p.fans[1]), rng, p.shape),
    "he_uniform": lambda rng, p: _uniform(2 / p.fans[0], rng, p.shape),
    "he_normal": lambda rng, p: _normal(2 / p.fans[0], rng, p.shape),
    "lecun_uniform": lambda rng, p: _uniform(1 / p.fans[0], rng, p.shape),
    "lecun_normal": lambda rng, p: _normal(1 / p.fans[0], rng, p.shape),
    "orthogonal": _orthogonal,
    "scaled_orthogonal": lambda rng, p: p.spread * _orthogonal(rng, p),
    "normal": lambda rng, p: rng.normal(0.0, abs(p.spread), p.shape),
    "uniform": lambda rng, p: rng.uniform(-abs(p.spread), abs(p.spread), p.shape),
    "constant": lambda rng, p: np.full(p.shape, p.spread),
    "zeros": lambda rng, p: np.zeros(p.shape),
    "ones": lambda rng, p: np.ones(p.shape),
}
"""Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998, Saxe et al. 2014. `spread`: the standard
deviation of normal, the bound of uniform, the value of constant, the factor of scaled_orthogonal.
"""
