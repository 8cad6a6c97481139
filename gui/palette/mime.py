"""How a layer travels from the palette to the canvas: its tag, as utf-8 bytes."""

from __future__ import annotations

from typing import Final

LAYER_MIME: Final = "application/x-deltaboard-layer"
