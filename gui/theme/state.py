"""Which theme is on, and who wants to hear of a change."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from gui.theme import themes, tokens
from gui.theme.fonts import load_fonts
from gui.theme.stylesheet import stylesheet
from gui.theme.themes import Theme


class Notifier(QObject):
    """`changed(theme)` is emitted after a theme has been put on."""

    changed = Signal(object)


class _Choice:
    """What the user chose."""

    theme: Theme = themes.light
    is_motion_reduced: bool = False


@cache
def notifier() -> Notifier:
    """The object whose `changed` signal tells of a new theme."""
    return Notifier()


def current() -> Theme:
    """The theme that is on; light until `apply` was called."""
    return _Choice.theme


def duration_ms(name: str) -> int:
    """How long a movement takes (hover, panel, layout, pulse, debugger); 0 with reduced motion.

    Raises:
        KeyError: there is no such movement.
    """
    length = tokens.DURATIONS_MS[name]
    return 0 if _Choice.is_motion_reduced else length


def set_reduced_motion(is_reduced: bool) -> None:
    """Switch movements off or on, for people whom they disturb."""
    _Choice.is_motion_reduced = is_reduced


def apply(app: QApplication, name: str) -> Theme:
    """Put a theme on the whole program: style, palette, fonts, style sheet; then tell everyone.

    Raises:
        KeyError: `name` is none of light, dark, projector.
    """
    theme = themes.THEMES[name]
    _Choice.theme = theme
    load_fonts()
    if app.style().name().lower() != "fusion":
        app.setStyle("Fusion")
    palette = palette_of(theme)
    app.setPalette(palette)
    QToolTip.setPalette(palette)
    app.setFont(theme.font("body"))
    QToolTip.setFont(theme.font("caption"))
    app.setStyleSheet(stylesheet(theme))
    notifier().changed.emit(theme)
    return theme


def palette_of(theme: Theme) -> QPalette:
    """The Qt palette of a theme, for whatever the style sheet does not name."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    pairs = {
        role.Window: "surface",
        role.WindowText: "text",
        role.Base: "surface",
        role.AlternateBase: "sunken",
        role.Text: "text",
        role.PlaceholderText: "text3",
        role.Button: "surface",
        role.ButtonText: "text",
        role.BrightText: "err",
        role.Highlight: "accentbg",
        role.HighlightedText: "accenttext",
        role.Accent: "accent",
        role.Link: "accenttext",
        role.LinkVisited: "upd",
        role.ToolTipBase: "text",
        role.ToolTipText: "surface",
        role.Light: "surface",
        role.Midlight: "hover",
        role.Mid: "border",
        role.Dark: "border2",
        role.Shadow: "text3",
    }
    palette = QPalette()
    for key, token in pairs.items():
        palette.setColor(key, theme.color(token))
    for key in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(group.Disabled, key, theme.with_alpha("text3", 0.75))
    return palette
