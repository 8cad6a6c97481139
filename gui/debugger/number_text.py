"""How the debugger writes numbers: one style for all of it, remembered from start to start."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from gui.settings import Settings
from model.teaching.number_style import FEWEST_DIGITS, MOST_DIGITS, PLAIN, NumberStyle

_DIGITS, _FRACTIONS, _COMMA = "debugger/digits", "debugger/fractions", "debugger/comma"

__all__ = ["FEWEST_DIGITS", "MOST_DIGITS", "NumberStyle", "remember", "remembered"]


def remembered(settings: Settings) -> NumberStyle:
    """The style chosen last; at first with the decimal sign of the person's country."""
    has_comma = QLocale.system().decimalPoint() == ","
    digits = settings.number(_DIGITS, PLAIN.digits)
    return NumberStyle(
        digits=min(max(digits, FEWEST_DIGITS), MOST_DIGITS),
        has_fractions=settings.flag(_FRACTIONS, False),
        has_comma=settings.flag(_COMMA, has_comma),
    )


def remember(settings: Settings, style: NumberStyle) -> None:
    """For the next start."""
    settings.set_number(_DIGITS, style.digits)
    settings.set_flag(_FRACTIONS, style.has_fractions)
    settings.set_flag(_COMMA, style.has_comma)
