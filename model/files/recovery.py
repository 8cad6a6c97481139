"""Unsaved work survives a crash: copies in a folder of the program, guarded by a lock a process.

File names: SESSION.lock, held while the process lives, and SESSION.KEY.json, a copy of the document
KEY. What a dead session has left is offered once, to the first window that asks.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from model.design import Design
from model.errors import FileError
from model.files.atomic import in_words, write_atomically
from model.files.design_file import parse_design
from model.files.locks import ProcessLock

DAMAGED = "damaged"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


class _Copy(msgspec.Struct, frozen=True, kw_only=True):
    """What a copy's file holds. original: where the document was saved, "" for nowhere yet."""

    recovery: Literal[1] = 1
    original: str
    version: int
    saved_at: dt.datetime
    design: msgspec.Raw


@dataclass(frozen=True)
class Recovered:
    """Work that a dead process has left behind; `load` reads it."""

    path: Path
    key: str
    original_path: Path | None
    version: int
    saved_at: dt.datetime

    @property
    def title(self) -> str:
        return self.original_path.name if self.original_path is not None else "untitled"


class RecoveryStore:
    """The copies of one running program; `close` it when the program ends in good order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.damaged: list[Path] = []
        """Copies that could not be read, moved aside for whoever can mend them."""
        self._session = ""
        self._locks: dict[str, ProcessLock] = {}
        self._kept: dict[str, int] = {}

    def keep(self, key: str, design: Design, original_path: Path | None, version: int) -> bool:
        """Copy a document aside. `version`: a number that grows with its edits; False where this
        one is kept already. The copy is not judged: work with a fault in it is work too.

        Raises: FileError where there is no room or no right to write.
        """
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} cannot be a part of a file's name")
        if self._kept.get(key) == version:
            return False
        self._begin()
        copy = _Copy(
            original=str(original_path or ""),
            version=version,
            saved_at=dt.datetime.now(dt.UTC),
            design=msgspec.Raw(msgspec.json.encode(design)),
        )
        write_atomically(self._path(key), msgspec.json.encode(copy), is_forced=False)
        self._kept[key] = version
        return True

    def discard(self, key: str) -> None:
        """The document is saved or closed: its copy is not needed any more."""
        if self._kept.pop(key, None) is not None:
            with contextlib.suppress(OSError):
                self._path(key).unlink(missing_ok=True)

    def stale(self) -> list[Recovered]:
        """What dead processes have left, the newest first. It belongs to this store from now on:
        no other window is offered it before this one ends. What cannot be read goes to `damaged`.
        """
        if not self.folder.is_dir():
            return []
        found: list[Recovered] = []
        sessions = {path.name.split(".")[0] for path in self._files("lock", "json")}
        for session in sorted(sessions - {self._session, ""}):
            if not self._adopt(session):
                continue
            for path in sorted(self.folder.glob(f"{session}.*.json")):
                recovered = self._described(path)
                if recovered is not None:
                    found.append(recovered)
            self._tidy(session)
        return sorted(found, key=lambda each: each.saved_at, reverse=True)

    def load(self, recovered: Recovered) -> Design:
        """Raises: FileError; the copy is moved aside then, into the folder `damaged`."""
        try:
            copy = msgspec.json.decode(recovered.path.read_bytes(), type=_Copy)
            return parse_design(bytes(copy.design), f"The copy of {recovered.title}")
        except OSError as fault:
            said, hint = in_words(fault)
            raise FileError(
                f"The copy of {recovered.title} cannot be read: {said}.", hint=hint
            ) from None
        except (FileError, msgspec.DecodeError, RecursionError) as fault:
            aside = self._set_aside(recovered.path)
            said = fault.message if isinstance(fault, FileError) else f"It is damaged ({fault})."
            raise FileError(
                f"The copy of {recovered.title} could not be restored: {said}",
                hint=f"It is kept as {aside}.",
            ) from None

    def forget(self, recovered: Recovered) -> None:
        """The person has restored this copy, or does not want it."""
        with contextlib.suppress(OSError):
            recovered.path.unlink(missing_ok=True)
        self._tidy(recovered.path.name.split(".")[0])

    def close(self) -> None:
        """The program ends in good order: its own copies go, those not decided upon stay."""
        for key in list(self._kept):
            self.discard(key)
        for session, lock in list(self._locks.items()):
            lock.release(is_removed=not any(self.folder.glob(f"{session}.*.json")))
        self._locks.clear()
        self._session = ""

    # sessions

    def _path(self, key: str) -> Path:
        return self.folder / f"{self._session}.{key}.json"

    def _files(self, *endings: str) -> list[Path]:
        return [path for ending in endings for path in self.folder.glob(f"*.{ending}")]

    def _begin(self) -> None:
        """A lock of our own, made with the first copy. Raises: FileError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            while not self._session:
                session = f"{os.getpid()}-{secrets.token_hex(4)}"
                if self._adopt(session):
                    self._session = session
        except OSError as fault:
            said, hint = in_words(fault)
            raise FileError(
                f"Unsaved work cannot be kept safe in {self.folder}: {said}.", hint=hint
            ) from None

    def _adopt(self, session: str) -> bool:
        """Take the session's lock; False where its process lives."""
        if session not in self._locks:
            lock = ProcessLock.take(self.folder / f"{session}.lock")
            if lock is None:
                return False
            self._locks[session] = lock
        return True

    def _tidy(self, session: str) -> None:
        """Remove the lock of a dead session that guards nothing any more."""
        if session in self._locks and not any(self.folder.glob(f"{session}.*.json")):
            self._locks.pop(session).release(is_removed=True)

    def _described(self, path: Path) -> Recovered | None:
        try:
            copy = msgspec.json.decode(path.read_bytes(), type=_Copy)
        except OSError:
            return None  # it may be readable at the next start
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._set_aside(path)
            return None
        return Recovered(
            path=path,
            key=path.name.split(".")[1],
            original_path=Path(copy.original) if copy.original else None,
            version=copy.version,
            saved_at=copy.saved_at,
        )

    def _set_aside(self, path: Path) -> Path:
        """Move a copy that cannot be read out of the way; it is never deleted."""
        aside = self.folder / DAMAGED / path.name
        try:
            aside.parent.mkdir(exist_ok=True)
            path.replace(aside)
        except OSError:
            aside = path
        self.damaged.append(aside)
        return aside
