"""The letters of the mathematics where only plain text fits: menus, messages, tool tips."""

from __future__ import annotations

import re
import unicodedata

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_UNICODE_NAMES = {"lambda": "LAMDA"}
_WORDS = {
    "lr": "learning rate",
    "l1": "L1 penalty",
    "l2": "L2 penalty",
    "optimizer": "optimiser",
}


def in_text(symbol: str) -> str:
    r"""A symbol of a field's declaration as text: `\lambda_1` is λ₁; what is none stays."""
    match = re.fullmatch(r"\\([a-z]+)(?:_(\d+))?", symbol)
    if match is None:
        return symbol
    name, index = match.group(1), match.group(2) or ""
    try:
        letter = unicodedata.lookup(f"GREEK SMALL LETTER {_UNICODE_NAMES.get(name, name.upper())}")
    except KeyError:
        return symbol
    return letter + index.translate(_SUBSCRIPTS)


def named(field: str, symbol: str = "") -> str:
    """A field in words with its symbol: `learning rate ρ`, `units n`, `p`."""
    words = _WORDS.get(field, field.replace("_", " "))
    letter = in_text(symbol)
    return words if letter in ("", words) else f"{words} {letter}"
