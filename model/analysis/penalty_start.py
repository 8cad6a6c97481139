"""Few items and many features: data on which a linear model overfits without a penalty.

y = x beta + noise; of the 40 features, all standard normal, 6 have a coefficient, the others mean
nothing. 50 items train, 400 validate: without a penalty the model has nearly as many coefficients
as items and learns their noise.
Source: the setting of Hastie, Tibshirani & Friedman 2009, section 3.4.
"""

from __future__ import annotations

import numpy as np

from model.analysis.penalty_path import LinearData, standardised
from model.chance import stream

TRAINING, VALIDATION, FEATURES = 50, 400, 40
TRUE = (2.0, -1.5, 1.2, -1.0, 0.8, 0.6)
"""The coefficients that are there; all others are 0."""
NOISE = 1.5
SEED = 1


def few_items() -> LinearData:
    """The same data each time."""
    count = TRAINING + VALIDATION
    x = stream(SEED, "few items", "x").standard_normal((count, FEATURES))
    noise = stream(SEED, "few items", "noise").standard_normal(count)
    y = x[:, : len(TRUE)] @ np.array(TRUE) + NOISE * noise
    names = tuple(f"x{k + 1}" for k in range(FEATURES))
    items = np.arange(count)
    note = f"Made up: x1 to x{len(TRUE)} have a coefficient, the other features mean nothing."
    return standardised(
        "Few items, many features", names, x, y, items[:TRAINING], items[TRAINING:], note
    )
