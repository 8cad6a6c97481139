"""A lock that the system lets go of when its process dies, however it dies."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def try_lock(handle: int) -> None:
        """Lock an open file. Raises: OSError where another has it."""
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def try_lock(handle: int) -> None:
        """Lock an open file. Raises: OSError where another has it."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProcessLock:
    """A locked file. It says that a process lives; a process number could have a new owner."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle

    @classmethod
    def take(cls, path: Path) -> ProcessLock | None:
        """The lock, or None where a living process has it.

        Raises: OSError where the file cannot be made.
        """
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try_lock(handle)
            is_ours = os.path.samestat(path.stat(), os.fstat(handle))  # not removed meanwhile
        except OSError:
            is_ours = False
        if not is_ours:
            os.close(handle)
            return None
        return cls(path, handle)

    def release(self, *, is_removed: bool) -> None:
        """Let go; `is_removed`: nothing is left that the lock should guard."""
        if is_removed and sys.platform != "win32":  # while it is ours; Windows keeps open files
            with contextlib.suppress(OSError):
                self.path.unlink()
        os.close(self._handle)
        if is_removed and sys.platform == "win32":
            with contextlib.suppress(OSError):
                self.path.unlink()
