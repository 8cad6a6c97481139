"""How a layer or a block travels from the palette to the canvas: its tag, as utf-8 bytes."""

from __future__ import annotations

from typing import Final

LAYER_MIME: Final = "application/x-deltaboard-layer"
BLOCK: Final = "block:"
"""Stands in front of the tag of a block."""
