"""Data sets drawn by formula: points near [-1, 1], so that a network learns them unscaled.

Every generator takes (size, noise, rng) and returns exactly `size` items in random order: x float64
(size, features) and y, int64 classes (size,) or float64 targets (size, 1). Classes are balanced; an
odd size gives class 0 the extra item. Noise is the standard deviation of a Gaussian added to every
coordinate of a point (classes) or to the target (regression).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Generator = Callable[
    [int, float, np.random.Generator], tuple[Floats, Integers] | tuple[Floats, Floats]
]

XOR_MARGIN = 0.1  # half the width of the empty cross between the four squares
SPIRAL_START = 0.08  # the Playground starts at 0, where one point would belong to both arms
SPIRAL_TURNS = 1.75


def xor(size: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Integers]:
    """Draw points in four squares; the class is XOR of the signs, taken before the noise.

    |x1|, |x2| uniform in [0.1, 1]; the quadrants hold equally many points, to within one.
    """
    quadrant = np.arange(size) % 4
    y = quadrant % 2
    sign1 = np.where(quadrant < 2, 1.0, -1.0)
    sign2 = np.where(y == 0, sign1, -sign1)
    x = np.column_stack((sign1, sign2)) * rng.uniform(XOR_MARGIN, 1.0, (size, 2))
    return _jittered_and_shuffled(x, y, noise, rng)


def gaussians(size: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Integers]:
    """Draw two round clouds around (-0.5, -0.5) and (0.5, 0.5); noise is their radius (σ)."""
    y = _alternating_classes(size)
    x = np.column_stack((y - 0.5, y - 0.5))
    return _jittered_and_shuffled(x, y, noise, rng)


def circles(size: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Integers]:
    """Draw a disc (radius uniform in [0, 0.5]) and a ring around it (radius in [0.7, 1])."""
    y = _alternating_classes(size)
    radius = np.where(y == 0, rng.uniform(0.0, 0.5, size), rng.uniform(0.7, 1.0, size))
    x = _polar(radius, rng.uniform(0.0, 2.0 * np.pi, size))
    return _jittered_and_shuffled(x, y, noise, rng)


def spiral(size: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Integers]:
    """Draw two arms of 1.75 turns, the second being the first turned by half a circle.

    (x1, x2) = r (sin t, cos t), t = 1.75 · 2π r + π class, with r in even steps from 0.08 to 1.
    """
    y = _alternating_classes(size)
    steps_along_arm = (size + 1) // 2
    radius = np.linspace(SPIRAL_START, 1.0, steps_along_arm)[np.arange(size) // 2]
    angle = SPIRAL_TURNS * 2.0 * np.pi * radius + np.pi * y
    x = np.column_stack((radius * np.sin(angle), radius * np.cos(angle)))
    return _jittered_and_shuffled(x, y, noise, rng)


def moons(size: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Integers]:
    """Draw two half circles of radius 2/3 that reach into each other, centred on the origin.

    Upper: (cos t, sin t); lower: (1 - cos t, 1/2 - sin t); t uniform in [0, π]; both are moved by
    (-1/2, -1/4) and scaled by 2/3, so that x1 spans [-1, 1] and x2 [-1/2, 1/2].
    """
    y = _alternating_classes(size)
    angle = rng.uniform(0.0, np.pi, size)
    upper = np.column_stack((np.cos(angle), np.sin(angle)))
    lower = np.column_stack((1.0 - np.cos(angle), 0.5 - np.sin(angle)))
    x = (np.where(y[:, np.newaxis] == 0, upper, lower) - (0.5, 0.25)) / 1.5
    return _jittered_and_shuffled(x, y, noise, rng)


def plane(size: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw y = (x1 + x2) / 2 + noise over x1, x2 uniform in [-1, 1]."""
    x = rng.uniform(-1.0, 1.0, (size, 2))
    y = x.mean(axis=1, keepdims=True)
    return x, y + noise * rng.standard_normal(y.shape)


def curve(size: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw y = curve_without_noise(x) + noise over x uniform in [-1, 1]."""
    x = rng.uniform(-1.0, 1.0, (size, 1))
    return x, curve_without_noise(x) + noise * rng.standard_normal(x.shape)


def curve_without_noise(x: Floats) -> Floats:
    """Return 0.7 sin(2πx) + 0.3 x, what a perfect network would predict; shape as x."""
    return 0.7 * np.sin(2.0 * np.pi * x) + 0.3 * x


GENERATORS: dict[str, Generator] = {
    "xor": xor,
    "gaussians": gaussians,
    "circles": circles,
    "spiral": spiral,
    "moons": moons,
    "plane": plane,
    "curve": curve,
}


def _alternating_classes(size: int) -> Integers:
    """Return 0, 1, 0, 1, ...: balanced, with class 0 ahead when the size is odd."""
    return np.arange(size, dtype=np.int64) % 2


def _polar(radius: Floats, angle: Floats) -> Floats:
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def _jittered_and_shuffled(
    x: Floats, y: Integers, noise: float, rng: np.random.Generator
) -> tuple[Floats, Integers]:
    """Add the noise to every coordinate and put the items in random order."""
    x = x + noise * rng.standard_normal(x.shape)
    order = rng.permutation(len(y))
    return x[order], y[order].astype(np.int64)
