"""Results in a file, one JSON object a line, added as they come: a kill loses none of them."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

import msgspec

from model.errors import FileError
from model.files.atomic import in_words
from model.files.locks import try_lock
from model.sweep.result import Result

MOST_BYTES = 1 << 28
MOST_KEPT = 30
"""Files of sweeps for which nobody has chosen a file."""
_BEGINNING = b'{"settings"'
_DECODER = msgspec.json.Decoder(Result)


class Records:
    """The results that a file holds, and the place where further ones go.

    A last line that a kill has torn is dropped. Raises: FileError where the file cannot be used,
    holds the results of another sweep, or something else.
    """

    def __init__(self, path: Path, name: str) -> None:
        """name: of the plan; see `model.sweep.plan.name_of`."""
        self.path = path
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._handle = os.open(path, flags, 0o666)
        except (OSError, ValueError) as fault:
            raise _unusable(path, fault) from None
        try:
            self._lock()
            self.found = self._read(name)
        except BaseException:
            self.close()
            raise

    def _lock(self) -> None:
        try:
            try_lock(self._handle)
        except (BlockingIOError, PermissionError):
            raise FileError(
                f"{self.path.name} is being written by another sweep.",
                hint="Wait for it, or give another file.",
            ) from None
        except OSError:  # a disk without locks
            return

    def _read(self, name: str) -> list[Result]:
        """What is whole stays, what is torn goes."""
        content = self._content()
        found, torn = _parse(content, self.path, name)
        if torn:
            os.ftruncate(self._handle, len(content) - torn)
        elif content and not content.endswith(b"\n"):
            os.write(self._handle, b"\n")
        return found

    def _content(self) -> bytes:
        """Through the handle that has the lock: some systems let no other one read."""
        os.lseek(self._handle, 0, os.SEEK_SET)
        pieces, size = [], 0
        while piece := os.read(self._handle, 1 << 20):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise FileError(f"{self.path.name} is too large to be the results of a sweep.")
        return b"".join(pieces)

    def add(self, result: Result) -> None:
        """Put a result at the end, in one write, and onto the disk. Raises: FileError."""
        line = msgspec.json.encode(result) + b"\n"
        try:
            if os.write(self._handle, line) != len(line):
                raise OSError(28, "No space left on device")
            os.fsync(self._handle)
        except OSError as fault:
            raise _unusable(self.path, fault) from None
        self.found.append(result)

    def close(self) -> None:
        """Let others have the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Records:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def peek(path: Path, name: str) -> list[Result]:
    """What a file holds, which may be written meanwhile; nothing where there is none.

    Raises: FileError as `Records` does.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as fault:
        raise _unusable(path, fault) from None
    return _parse(content, path, name)[0]


def kept_file(folder: Path, name: str) -> Path:
    """The file of a sweep for which the person has chosen none; of many such files the oldest go.

    Raises: FileError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
        for path in files[:-MOST_KEPT]:
            path.unlink()
    except OSError as fault:
        raise _unusable(folder, fault) from None
    return folder / f"{name}.jsonl"


def _parse(content: bytes, path: Path, name: str) -> tuple[list[Result], int]:
    """The results, and how many bytes at the end are the beginning of one that was torn."""
    *whole, last = content.split(b"\n")
    found = [
        _checked(_decoded(line, path, number), path, name)
        for number, line in enumerate(whole, 1)
        if line.strip()
    ]
    if not last:
        return found, 0
    try:
        found.append(_checked(_decoded(last, path, len(whole) + 1), path, name))
    except _ForeignError:
        if not last.startswith(_BEGINNING[: len(last)]):
            raise
        return found, len(last)
    return found, 0


class _ForeignError(FileError):
    """A line that no sweep has written."""


def _decoded(line: bytes, path: Path, number: int) -> Result:
    try:
        return _DECODER.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _ForeignError(
            f"Line {number} of {path.name} is no result of a sweep.",
            hint="Give another file; this one is left as it is.",
        ) from None


def _checked(result: Result, path: Path, name: str) -> Result:
    if result.sweep == name:
        return result
    raise FileError(
        f"{path.name} holds the results of another sweep: of another design, or with other fields"
        " or another length.",
        hint="Give another file; this one is left as it is.",
    )


def _unusable(path: Path, fault: OSError | ValueError) -> FileError:
    said, hint = in_words(fault)
    return FileError(f"{path.name} cannot be used for results: {said}.", hint=hint)
