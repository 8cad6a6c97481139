"""Whether a design fits into the memory of this machine: asked before the memory is taken.

Systems that promise more memory than there is end a program that uses it, without a word.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from model.errors import DesignError
from model.graph import NetworkGraph
from model.shapes import Inference

USABLE = 0.8
"""Share of the machine's memory that a training may take."""
_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")


def check_room(graph: NetworkGraph, found: Inference, dtype: Any) -> None:
    """Raises: DesignError where training would take more memory than this machine can give."""
    have = machine_bytes()
    if have is None:
        return
    needs = needed_bytes(graph, found, dtype)
    need = sum(needs.values())
    if need <= USABLE * have:
        return
    key = max(needs, key=lambda key: needs[key])
    raise DesignError(
        f"This design needs about {in_words(need)} of memory, and this machine has"
        f" {in_words(have)}.",
        node_id=key,
        hint=f"Make {graph.title_of(key)} smaller, or the batch size.",
    )


def needed_bytes(graph: NetworkGraph, found: Inference, dtype: Any) -> dict[str, int]:
    """About what each node takes: its parameters, their gradients and the optimiser's memory, the
    float64 numbers they are drawn from, and output and delta of a batch."""
    settings = graph.training
    width = np.dtype(dtype).itemsize
    kept = 2 + 2 + len(settings.optimizer.slots)  # at a reset the old plan stands beside the new
    needs = {key: found.n_parameters(key) * (width * kept + 8) for key in found.order}
    for (key, _port), spec in found.outputs.items():
        if key in needs:
            needs[key] += 2 * width * spec.size * max(settings.batch_size, 1)
    return needs


def machine_bytes() -> int | None:
    """The machine's memory; None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def out_of_memory() -> DesignError:
    """What to say where the memory has run out all the same."""
    return DesignError(
        "There is not enough memory for this design.",
        hint="Make its largest layers or the batch smaller, or close other programs.",
    )


def in_words(count: float) -> str:
    """17179869184 -> "17 GB"."""
    power = 0
    while count >= 1000 and power < len(_UNITS) - 1:
        count /= 1000
        power += 1
    return f"{count:.2g} {_UNITS[power]}" if count < 100 else f"{count:.0f} {_UNITS[power]}"
