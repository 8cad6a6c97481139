"""What the program remembers between two starts: look, window, recent files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from gui import theme

RECENT_LIMIT = 10
ORGANISATION = "Deltaboard"
APPLICATION = "Deltaboard"
LAYOUT_VERSION = 1
"""Raise it when docks change their names: an older layout is then left aside."""


class Settings:
    """Typed access to one small INI file in the person's own folder."""

    def __init__(self, file: Path | None = None) -> None:
        """`file`: keep it there; `None` = in the person's own folder."""
        form = QSettings.Format.IniFormat
        if file is None:
            user = QSettings.Scope.UserScope
            self._store = QSettings(form, user, ORGANISATION, APPLICATION)
        else:
            self._store = QSettings(str(file), form)

    @property
    def theme_name(self) -> str:
        """light, dark or projector; a name that is unknown by now counts as light."""
        name = str(self._store.value("look/theme", "light"))
        return name if name in theme.THEMES else "light"

    @theme_name.setter
    def theme_name(self, name: str) -> None:
        self._store.setValue("look/theme", name)

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window, as `QWidget.saveGeometry` gives it; empty = none yet."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def layout(self) -> QByteArray:
        """Places of the docks, as `QMainWindow.saveState` gives them; empty = none yet."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, value: QByteArray) -> None:
        self._store.setValue("window/layout", value)

    def forget_layout(self) -> None:
        """The next start and the present window use the layout the program comes with."""
        self._store.remove("window/layout")
        self._store.remove("panels")

    def panel_choice(self, panel: str, is_narrow: bool) -> bool | None:
        """Whether the person wants a side panel in full at this kind of width; `None` = has not
        said so."""
        value = self._store.value(_panel_key(panel, is_narrow))
        return None if value is None else str(value) == "true"

    def set_panel_choice(self, panel: str, is_narrow: bool, is_open: bool) -> None:
        """Remember what the person has done to a side panel."""
        self.set_flag(_panel_key(panel, is_narrow), is_open)

    @property
    def folded_categories(self) -> tuple[str, ...] | None:
        """The categories of the palette that the person has left folded; `None` = never touched."""
        value = self._store.value("panels/folded")
        return None if value is None else tuple(str(value).split())

    @folded_categories.setter
    def folded_categories(self, categories: tuple[str, ...]) -> None:
        self._store.setValue("panels/folded", " ".join(categories))

    def flag(self, name: str, default: bool) -> bool:
        """A switch such as `canvas/snap`."""
        return str(self._store.value(name, default)).lower() in ("true", "1")

    def set_flag(self, name: str, is_on: bool) -> None:
        """Remember a switch."""
        self._store.setValue(name, "true" if is_on else "false")

    def number(self, name: str, default: int) -> int:
        """A whole number such as `debugger/digits`; what cannot be read counts as the default."""
        text = str(self._store.value(name, default))
        return int(text) if text.isdecimal() else default

    def set_number(self, name: str, value: int) -> None:
        """Remember a whole number, 0 or more."""
        self._store.setValue(name, value)

    @property
    def folder(self) -> Path:
        """Where the last file was opened or saved; the home folder before that."""
        found = Path(str(self._store.value("files/folder", "")) or Path.home())
        return found if found.is_dir() else Path.home()

    @property
    def recent_files(self) -> list[Path]:
        """The files opened or saved last, newest first, those that are gone included."""
        count = self._store.beginReadArray("files/recent")
        found: list[Path] = []
        for index in range(min(count, RECENT_LIMIT)):  # the file may have been damaged
            self._store.setArrayIndex(index)
            if name := str(self._store.value("path", "")):
                found.append(Path(name))
        self._store.endArray()
        return found

    def remember_file(self, path: Path) -> None:
        """Put a file on top of the recent ones."""
        path = path.absolute()
        others = [known for known in self.recent_files if known != path]
        self._write_recent([path, *others][:RECENT_LIMIT])
        self._store.setValue("files/folder", str(path.parent))

    def forget_file(self, path: Path) -> None:
        """Take a file off the recent ones."""
        self._write_recent([known for known in self.recent_files if known != path])

    def clear_recent(self) -> None:
        """Forget all recent files."""
        self._write_recent([])

    def sync(self) -> None:
        """Write to the disk now."""
        self._store.sync()

    def _write_recent(self, paths: list[Path]) -> None:
        self._store.remove("files/recent")
        self._store.beginWriteArray("files/recent", len(paths))
        for index, path in enumerate(paths):
            self._store.setArrayIndex(index)
            self._store.setValue("path", str(path))
        self._store.endArray()

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()


def _panel_key(panel: str, is_narrow: bool) -> str:
    return f"panels/{panel}_{'narrow' if is_narrow else 'wide'}"
