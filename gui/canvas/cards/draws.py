"""What a layer draws by chance in a step and gives in the output's shape: noise, factor, mask."""

from __future__ import annotations

from gui.canvas.cards.block_grid import Kind

LETTERS: dict[str, str] = {"noise": "ε", "factor": "m", "mask": "m"}
KINDS: dict[str, Kind] = {"noise": "signed", "factor": "signed", "mask": "share"}
MIDDLES: dict[str, float] = {"noise": 0.0, "factor": 1.0}
"""The draw that changes nothing: the middle of the colours."""
