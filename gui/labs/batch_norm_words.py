"""What the batch norm microscope says of what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.labs.batch_norm_asking import COMPANIES
from gui.plots.numbers import short

if TYPE_CHECKING:
    from gui.labs.batch_norm_asking import Found

RUNNING_DEVIATION = (
    "Running deviation: square root of the running variance, which follows the unbiased one"
    " (1/(m − 1)) of the batches."
)


def sentence_of(found: Found, feature: int, *, is_own: bool, is_back: bool) -> str:
    """For the head. is_own: it is the open design; is_back: the way back is looked at."""
    start = "" if is_own else "Your design has no Batch norm: a built-in network. "
    if is_back:
        return start + _back(found)
    if not found.wish.is_training:
        return f"{start}Test mode: the running statistics, so the company makes no difference"
    if len(found.items) == 1 and found.pool.h.ndim == 2:
        return f"{start}A batch of one is its own mean: whatever comes in, β goes out"
    jitter = found.jitter[:, feature].reshape(COMPANIES, -1)[:, 0].std()
    return (
        f"{start}Item {found.wish.item + 1} in {COMPANIES} batches of {len(found.items)}: feature"
        f" {feature + 1} comes out with a spread of {short(jitter)}"
    )


def _back(found: Found) -> str:
    if found.paths is None:
        return "No δ goes further down here: nothing below this layer learns"
    return (
        "δ of the input is the sum of three paths; greatest difference from the engine's δ:"
        f" {found.paths.error:.1e}"
    )
