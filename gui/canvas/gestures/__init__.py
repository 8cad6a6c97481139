"""What the mouse does on the canvas: one class a gesture, one gesture at a time."""

from gui.canvas.gestures.band import BandGesture
from gui.canvas.gestures.base import Gesture
from gui.canvas.gestures.keyboard_wire import KeyboardWire
from gui.canvas.gestures.layer_drop import LayerDrop
from gui.canvas.gestures.move import MoveGesture
from gui.canvas.gestures.pan import PanGesture
from gui.canvas.gestures.resize_note import ResizeNote
from gui.canvas.gestures.wire import RewireGesture, WireGesture

__all__ = [
    "BandGesture",
    "Gesture",
    "KeyboardWire",
    "LayerDrop",
    "MoveGesture",
    "PanGesture",
    "ResizeNote",
    "RewireGesture",
    "WireGesture",
]
