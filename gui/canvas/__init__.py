"""The canvas: a scene that mirrors the graph, and the gestures that ask for edits."""
