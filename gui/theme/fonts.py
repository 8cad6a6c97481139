"""The shipped fonts, so that every machine shows the same window."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtGui import QFontDatabase

_log = logging.getLogger(__name__)
_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "fonts"
_loaded: dict[Path, list[str]] = {}


def load_fonts(folder: Path = _FOLDER) -> list[str]:
    """Make the fonts of `folder` known to Qt, once; the families found, sorted.

    A missing file is no error: the system's own fonts step in. Needs a `QGuiApplication`.
    """
    if folder not in _loaded:
        families: set[str] = set()
        for path in sorted([*folder.glob("*.otf"), *folder.glob("*.ttf")]):
            number = QFontDatabase.addApplicationFont(str(path))
            if number < 0:
                _log.warning("The font %s cannot be read", path.name)
                continue
            families.update(QFontDatabase.applicationFontFamilies(number))
        _loaded[folder] = sorted(families)
    return list(_loaded[folder])
