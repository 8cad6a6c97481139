"""The right column: everything about what is selected, and how the design is trained."""

from gui.inspector.panel import InspectorPanel

__all__ = ["InspectorPanel"]
