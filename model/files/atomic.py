"""Writing a file so that at every moment either the old or the new one is there, whole."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import time
from pathlib import Path

from model.errors import FileError
from model.files.locks import ProcessLock, try_lock

LEFT_OVER_AFTER_S = 60.0
"""No save takes as long: a waiting file older than this, and locked by nobody, is left over."""
_WORDS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", "Free some space, or choose another disk."),
    errno.EDQUOT: ("your share of the disk is used up", "Free some space, or choose another disk."),
    errno.EACCES: ("there is no permission for it", "Choose another folder, or ask for the right."),
    errno.EPERM: ("there is no permission for it", "Choose another folder, or ask for the right."),
    errno.EROFS: ("the disk cannot be written to", "Choose another folder."),
    errno.ENOENT: ("it is not there", "Check the name and the folder."),
    errno.ENOTDIR: ("a part of its path is no folder", "Check the name and the folder."),
    errno.EISDIR: ("it is a folder", "Give the name of a file."),
    errno.ENAMETOOLONG: ("its name is too long", "Choose a shorter name."),
    errno.ELOOP: ("its links point at one another", "Give the real file instead of the link."),
    errno.EIO: ("the disk reports a fault", "Check the disk, and choose another one."),
}


def in_words(fault: OSError | ValueError) -> tuple[str, str]:
    """What the system says, as half a sentence, and what to do about it."""
    number = fault.errno if isinstance(fault, OSError) else None
    if number in _WORDS:
        return _WORDS[number]
    said = fault.strerror if isinstance(fault, OSError) else None
    return f"the system says: {said or fault}", "Choose another name or folder."


def write_atomically(path: Path, content: bytes, *, is_forced: bool = True) -> None:
    """Replace the file, or make it; links are followed, and a file's permissions are kept.

    The content goes to a new file in the same folder, is forced onto the disk, and takes the
    old one's name in one stroke. is_forced=False leaves the moment of reaching the disk to the
    system: milliseconds faster, whole after a crash of the program though not of the machine.
    What a save that was killed has left in the folder goes.

    Raises: FileError saying why; the old file is as it was then.
    """
    try:
        target = Path(os.path.realpath(path))
        old = _status(target)
        if old is not None and not stat.S_ISREG(old.st_mode):
            kind = "a folder" if stat.S_ISDIR(old.st_mode) else "no ordinary file"
            raise FileError(
                f"{path.name} cannot be saved: it is {kind}.", hint="Choose another name."
            )
        if old is not None and not os.access(target, os.W_OK):
            raise FileError(
                f"{path.name} cannot be saved: it is protected against writing.",
                hint="Choose another name, or take the protection away.",
            )
        _replace(target, content, old, is_forced)
    except FileNotFoundError:
        raise FileError(
            f"{path.name} cannot be saved: the folder {path.parent} is not there.",
            hint="Choose another folder, or make this one first.",
        ) from None
    except (OSError, ValueError) as fault:
        said, hint = in_words(fault)
        place = f"{path.name} cannot be saved in {path.parent}"
        raise FileError(f"{place}: {said}.", hint=hint) from None
    _clear_left_overs(target.parent)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _replace(target: Path, content: bytes, old: os.stat_result | None, is_forced: bool) -> None:
    waiting = target.with_name(f".deltaboard-{os.getpid()}-{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(waiting, flags, 0o666)  # the person's umask takes its part
    try:
        with os.fdopen(handle, "wb") as file:
            with contextlib.suppress(OSError):  # a disk without locks has the age of the file
                try_lock(handle)
            file.write(content)
            if is_forced:
                file.flush()
                os.fsync(file.fileno())
        if old is not None:
            _keep_permissions(waiting, old)
        os.replace(waiting, target)  # noqa: PTH105 - the word of the manual for this stroke
    except BaseException:
        with contextlib.suppress(OSError):
            waiting.unlink()
        raise
    if is_forced:
        _sync_folder(target.parent)


def _clear_left_overs(folder: Path) -> None:
    """Remove what programs that were killed while they saved have left behind."""
    with contextlib.suppress(OSError):
        for path in folder.glob(".deltaboard-*.tmp"):
            status = path.lstat()
            is_old = time.time() - status.st_mtime > LEFT_OVER_AFTER_S
            if is_old and stat.S_ISREG(status.st_mode):
                lock = ProcessLock.take(path)
                if lock is not None:
                    lock.release(is_removed=True)


def _keep_permissions(path: Path, old: os.stat_result) -> None:
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):  # only an administrator may give files away
            os.chown(path, old.st_uid, old.st_gid)
    path.chmod(stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    """Force the new name onto the disk, where the system can do that (Windows cannot)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
