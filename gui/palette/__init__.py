"""The left column: layers to drag onto the canvas, and examples to open."""
