"""From how far cards still show their faces, and from how far their titles."""

from __future__ import annotations

from gui import theme

FAR_BELOW = 0.28
"""Zoom under which one item paints all cards as plain rectangles."""


def collapse_zoom() -> float:
    """Zoom under which a card shows only stripe, icon and title: its text could not be read."""
    return 0.34 if theme.current().is_projector else 0.4
