"""The look of the window: every colour, font, size, icon and colour map comes through this door.

from gui import theme
theme.current().color("accent")
theme.icon("play")
theme.notifier().changed.connect(self._on_theme_changed)
"""

from gui.theme.colour_maps import activation_lut, delta_lut, ink_lut, loss_lut
from gui.theme.fonts import load_fonts
from gui.theme.icons import app_icon, has_icon, icon, outline, paint_icon, pixmap, resolve
from gui.theme.state import (
    Notifier,
    apply,
    current,
    duration_ms,
    notifier,
    palette_of,
    set_reduced_motion,
)
from gui.theme.stylesheet import repolish, stylesheet
from gui.theme.themes import THEMES, Theme, contrast, dark, ink_on, light, projector
from gui.theme.tokens import CATEGORY_ICONS, category_key

__all__ = [
    "CATEGORY_ICONS",
    "THEMES",
    "Notifier",
    "Theme",
    "activation_lut",
    "app_icon",
    "apply",
    "category_key",
    "contrast",
    "current",
    "dark",
    "delta_lut",
    "duration_ms",
    "has_icon",
    "icon",
    "ink_lut",
    "ink_on",
    "light",
    "load_fonts",
    "loss_lut",
    "notifier",
    "outline",
    "paint_icon",
    "palette_of",
    "pixmap",
    "projector",
    "repolish",
    "resolve",
    "set_reduced_motion",
    "stylesheet",
]
