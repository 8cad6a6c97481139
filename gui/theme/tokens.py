"""The numbers of the look: colours, text sizes, spaces, motion. Nothing here needs Qt.

Every other file of the program asks a `Theme` for a colour or a size; this file is where
they are written down.
"""

from __future__ import annotations

from typing import Final

NAMES: Final = ("light", "dark", "projector")

# token: (light, dark, projector); hex RRGGBB, "" = draws nothing
_COLOURS: Final[dict[str, tuple[str, str, str]]] = {
    "window": ("E9EDF3", "0E131B", "FFFFFF"),
    "canvas": ("F5F7FA", "121924", "FFFFFF"),
    "griddot": ("D3DAE4", "263141", ""),
    "surface": ("FFFFFF", "1B2431", "FFFFFF"),
    "sunken": ("F0F3F7", "141C27", "F2F2F2"),
    "hover": ("E6ECF5", "2A3748", "E6E6E6"),
    "border": ("D2D9E3", "344254", "000000"),
    "border2": ("8391A4", "6F8199", "000000"),
    "text": ("141C28", "EDF2F9", "000000"),
    "text2": ("3F4B5B", "C0CBDA", "1A1A1A"),
    "text3": ("596677", "9AA8BA", "333333"),
    "accent": ("2856CC", "8DB0FF", "0A3D9E"),
    "onaccent": ("FFFFFF", "0B1220", "FFFFFF"),
    "accentbg": ("E3EBFC", "22345A", "DCE7FF"),
    "accenttext": ("1F47AF", "B3CAFF", "0A2F7A"),
    "fwd": ("0B6E69", "4FD1C5", "00504C"),
    "fwdbg": ("DDF1EF", "12393A", "D5F2EF"),
    "bwd": ("A34B00", "FFB454", "7A3600"),
    "bwdbg": ("FCEBD6", "43300F", "FFE6C7"),
    "upd": ("6A36B8", "C9A6FF", "4B1E91"),
    "updbg": ("EEE6FA", "33264F", "EADFFB"),
    "onphase": ("FFFFFF", "0B1220", "FFFFFF"),
    "pos": ("C00206", "F26B5C", "A80005"),
    "neg": ("2151DB", "4A9BFF", "103FC4"),
    "ok": ("1B6E2E", "6FD686", "0C5220"),
    "okbg": ("E0F2E3", "173822", "DDF3E2"),
    "err": ("B3152B", "FF8A94", "8E0B1E"),
    "errbg": ("FCE4E7", "4A1D25", "FCE0E4"),
    "breakpoint": ("D3122B", "FF5A68", "C00020"),
    "highlight": ("FFE27A", "6B5710", "FFDD4D"),
    "hitext": ("141C28", "EDF2F9", "000000"),
    "wire": ("768396", "7C8DA3", "333333"),
    "plotgrid": ("E4E9F0", "2C394A", "D0D0D0"),
    "film": ("101820", "05080C", "000000"),
    "filmhole": ("E8EDF3", "8FA0B5", "FFFFFF"),
    "axis": ("596677", "9AA8BA", "1A1A1A"),
}

# One meaning, two names: the second name may part from the first some day.
_ALIASES: Final = {"plotbg": "surface", "warn": "bwd", "warnbg": "bwdbg"}

_SERIES: Final[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = (
    ("2856CC", "A34B00", "0B6E69", "8E2F88", "5F6300"),
    ("8DB0FF", "FFB454", "4FD1C5", "F09BE8", "CDD35C"),
    ("0A3D9E", "7A3600", "00504C", "6E1D69", "464900"),
)

_CATEGORIES: Final[dict[str, tuple[str, str, str]]] = {
    "data": ("465A73", "A9B8CB", "33455C"),
    "dense": ("2F55C4", "8DB0FF", "173E9E"),
    "regularise": ("2C6E1F", "86D272", "1D5213"),
    "conv": ("0A6B86", "5CC8E6", "06506A"),
    "sequence": ("B02C6E", "FF8FC2", "8A1450"),
    "attention": ("7A35B5", "CFA3FF", "5B1F94"),
    "merge": ("7A5520", "E0B778", "5A3C10"),
    "scalar": ("5F6300", "CDD35C", "464900"),
    "loss": ("B3152B", "FF8A94", "8E0B1E"),
}

CATEGORY_ICONS: Final = {
    "data": "database-outline",
    "dense": "hub-outline",
    "regularise": "scatter-plot-outline",
    "conv": "grid",
    "sequence": "timeline-outline",
    "attention": "eye-outline",
    "merge": "merge",
    "scalar": "function-variant",
    "loss": "bullseye-arrow",
}

FONT_ROLES: Final[dict[str, tuple[int, int, int, bool]]] = {
    # role: (px at a desk, px on a projector, weight, is monospaced)
    "title": (19, 24, 700, False),
    "card": (15, 24, 600, False),
    "body": (14, 22, 400, False),
    "strong": (14, 22, 600, False),
    "section": (13, 20, 600, False),
    "caption": (13, 20, 400, False),
    "chip": (12, 20, 500, True),
    "mono": (14, 22, 500, True),
    "hero": (24, 34, 700, True),
    "maths": (16, 22, 400, False),
    "display": (20, 34, 400, False),
}

UI_FAMILIES: Final = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans")
MONO_FAMILIES: Final = ("JetBrains Mono", "Cascadia Mono", "DejaVu Sans Mono")

# name: (px at a desk, px on a projector)
SIZES: Final[dict[str, tuple[float, float]]] = {
    "toolbar": (56, 62),
    "statusbar": (32, 42),
    "palette": (232, 344),
    "rail": (56, 72),
    "inspector": (328, 480),
    "bottom_dock": (240, 320),
    "dock_header": (36, 48),
    "tab_row": (44, 54),
    "category_row": (34, 46),
    "item_row": (29, 42),
    "control": (36, 46),
    "field": (32, 44),
    "icon": (20, 28),
    "icon_small": (16, 24),
    "canvas_margin": (16, 20),
    "column_gutter": (72, 72),
    "card_gap": (30, 30),
    "grid": (24, 24),
    "card_header": (36, 46),
    "canvas_spread": (1, 1.36),  # how far cards lie apart: the projector's are larger
    "compact_height": (66, 90),
    "card_radius": (10, 8),
    "button_radius": (8, 8),
    "field_radius": (6, 6),
    "stripe": (5, 9),
    "port_radius": (5, 8),
    "bend_radius": (14, 14),
    "card_border": (1, 2),
    "selection": (2.5, 4),
    "curve": (2, 5),
    "wire": (2.5, 4),
    "breakpoint_radius": (10, 14),
}

DURATIONS_MS: Final = {"hover": 90, "panel": 160, "layout": 240, "pulse": 320, "debugger": 200}


def colours_of(name: str) -> dict[str, str]:
    """All colour tokens of one theme as `RRGGBB`, aliases included; "" draws nothing."""
    column = NAMES.index(name)
    colours = {token: row[column] for token, row in _COLOURS.items()}
    colours |= {alias: colours[token] for alias, token in _ALIASES.items()}
    return colours


def categories_of(name: str) -> dict[str, str]:
    """The colour of each layer category in one theme, as `RRGGBB`."""
    column = NAMES.index(name)
    return {category: row[column] for category, row in _CATEGORIES.items()}


def series_of(name: str) -> tuple[str, ...]:
    """The colours of plot curves 1 to 5 in one theme, as `RRGGBB`."""
    return _SERIES[NAMES.index(name)]


def category_key(category: str) -> str:
    """The token for a category as a layer spells it: `Regularise & normalise` -> `regularise`.

    Unknown categories count as `scalar`, the category of functions of any kind.
    """
    words = category.strip().lower().replace("_", " ").split()
    first = words[0] if words else ""
    for key in _CATEGORIES:
        if first.startswith(key):
            return key
    return "dense" if first.startswith("activation") else _SPELLINGS.get(first, "scalar")


_SPELLINGS: Final = {
    "source": "data",
    "input": "data",
    "linear": "dense",
    "regularize": "regularise",
    "regularization": "regularise",
    "normalise": "regularise",
    "normalize": "regularise",
    "normalisation": "regularise",
    "normalization": "regularise",
    "recurrent": "sequence",
    "reshape": "data",
    "losses": "loss",
}
