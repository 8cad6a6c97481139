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
        if os.fstat(self._handle).st_size > MOST_BYTES:
            raise FileError(f"{self.path.name} is too large to be the results of a sweep.")
        content = self._content()
        *whole, torn = content.split(b"\n")
        found = [
            self._result(line, number, name) for number, line in enumerate(whole, 1) if line.strip()
        ]
        if torn:
            self._mend(content, torn, name, found)
        return found

    def _content(self) -> bytes:
        """Through the handle that has the lock: some systems let no other one read."""
        os.lseek(self._handle, 0, os.SEEK_SET)
        pieces = []
        while piece := os.read(self._handle, 1 << 20):
            pieces.append(piece)
        return b"".join(pieces)

    def _mend(self, content: bytes, torn: bytes, name: str, found: list[Result]) -> None:
        """The last line has no end: what is whole stays, what is torn goes."""
        try:
            result = _DECODER.decode(torn)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            if not torn.startswith(b'{"settings"'[: len(torn)]):
                raise self._foreign(content.count(b"\n") + 1) from None
            os.ftruncate(self._handle, len(content) - len(torn))
            return
        found.append(self._checked(result, name))
        os.write(self._handle, b"\n")

    def _result(self, line: bytes, number: int, name: str) -> Result:
        try:
            return self._checked(_DECODER.decode(line), name)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise self._foreign(number) from None

    def _foreign(self, number: int) -> FileError:
        return FileError(
            f"Line {number} of {self.path.name} is no result of a sweep.",
            hint="Give another file; this one is left as it is.",
        )

    def _checked(self, result: Result, name: str) -> Result:
        if result.sweep == name:
            return result
        raise FileError(
            f"{self.path.name} holds the results of another sweep: of another design, or with"
            " other fields or another length.",
            hint="Give another file; this one is left as it is.",
        )

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


def _unusable(path: Path, fault: OSError | ValueError) -> FileError:
    said, hint = in_words(fault)
    return FileError(f"{path.name} cannot be used for results: {said}.", hint=hint)
