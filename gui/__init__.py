"""The window: PySide6 and pyqtgraph. It knows `model`; `model` never knows it."""
