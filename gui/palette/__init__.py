"""The left column: layers to drag onto the canvas, and examples to open."""

from gui.palette.mime import LAYER_MIME
from gui.palette.panel import PalettePanel
from gui.palette.search import find_layers

__all__ = ["LAYER_MIME", "PalettePanel", "find_layers"]
