"""The time machine in the window: a strip below the canvas that leads to every past step."""
