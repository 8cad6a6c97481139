"""What the operation that was done last has computed: picture, formula, NumPy lines, numbers."""

from gui.debugger.views.panel import OperationViews

__all__ = ["OperationViews"]
