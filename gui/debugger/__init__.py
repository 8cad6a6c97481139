"""The debugger: a training step walked through on the canvas, one operation at a time."""
