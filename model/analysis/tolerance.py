"""When a gradient counts as right; a file of its own, for the window asks it at its start."""

from __future__ import annotations

GOOD = 1e-6
"""The largest relative error of a gradient that is right."""
