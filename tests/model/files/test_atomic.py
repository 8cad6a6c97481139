"""Saving: whatever happens, the old or the new file is there, whole."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model.design import Design, Note
from model.errors import FileError
from model.files import read_design, write_design
from model.files.atomic import write_atomically
from model.files.locks import ProcessLock

ROOT = Path(__file__).resolve().parents[3]


def test_an_existing_file_keeps_its_permissions(tmp_path: Path):
    path = tmp_path / "mine.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_a_new_file_has_the_permissions_of_any_other_new_file(tmp_path: Path):
    (tmp_path / "other").write_bytes(b"")
    write_atomically(tmp_path / "mine.json", b"new")
    assert (tmp_path / "mine.json").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_links_are_followed_and_stay_links(tmp_path: Path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_bytes(b"old")
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("this system makes no links")
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_nothing_else_is_left_in_the_folder(tmp_path: Path):
    write_atomically(tmp_path / "mine.json", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.json"]


def waiting_file(folder: Path, name: str, *, age: float) -> Path:
    """A file as a save that was killed has left it."""
    path = folder / f".deltaboard-{name}.tmp"
    path.write_bytes(b"half")
    then = time.time() - age
    os.utime(path, (then, then))
    return path


def test_what_a_killed_save_has_left_goes_with_the_next_save(tmp_path: Path):
    left = waiting_file(tmp_path, "4711-ab", age=3600.0)
    fresh = waiting_file(tmp_path, "4712-cd", age=0.0)
    write_atomically(tmp_path / "mine.json", b"new")
    assert not left.exists()
    assert fresh.exists(), "another program may be writing it"


def test_a_file_that_another_program_is_still_writing_stays_however_old(tmp_path: Path):
    slow = waiting_file(tmp_path, "4713-ef", age=3600.0)
    lock = ProcessLock.take(slow)
    assert lock is not None
    try:
        write_atomically(tmp_path / "mine.json", b"new")
        assert slow.exists()
    finally:
        lock.release(is_removed=False)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "cannot be written to"),
        (errno.EIO, "disk reports a fault"),
        (errno.EBUSY, "system says"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, step: str
):
    path = tmp_path / "mine.json"
    path.write_bytes(b"old")

    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(FileError, match=words) as caught:
        write_atomically(path, b"new")
    assert f"mine.json cannot be saved in {tmp_path}" in caught.value.message
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["mine.json"]


def test_a_folder_that_is_missing_is_named(tmp_path: Path):
    with pytest.raises(FileError, match=r"folder .*nowhere is not there"):
        write_atomically(tmp_path / "nowhere" / "mine.json", b"new")
    with pytest.raises(FileError, match="it is a folder"):
        write_atomically(tmp_path, b"new")
    with pytest.raises(FileError, match="name is too long"):
        write_atomically(tmp_path / ("x" * 300 + ".json"), b"new")
    with pytest.raises(FileError, match="cannot be saved"):
        write_atomically(tmp_path / "a\0b", b"new")


def test_a_file_that_is_protected_against_writing_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "mine.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda found, mode: mode != os.W_OK)  # root may do all
    with pytest.raises(FileError, match="protected"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"


SAVE_FOR_EVER = """
import sys
from pathlib import Path
from model.files import write_design
from model.design import Design, Note
path, number = Path(sys.argv[1]), 0
while True:
    number += 1
    notes = {f"note_{k}": Note(text=f"{number} " * 300) for k in range(1, 40)}
    write_design(path, Design(notes=notes))
    if number == 1:
        print("begun", flush=True)
"""


def test_a_program_killed_while_saving_never_leaves_a_torn_file(tmp_path: Path):
    path = tmp_path / "mine.json"
    write_design(path, Design(notes={"note_1": Note(text="the first")}))
    moments = random.Random(1)
    for _ in range(20):
        process = subprocess.Popen(
            [sys.executable, "-c", SAVE_FOR_EVER, str(path)], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moments.uniform(0.0, 0.02))
        process.kill()
        process.wait()
        process.stdout.close()
        texts = {note.text.split()[0] for note in read_design(path).notes.values()}
        assert len(texts) == 1, "all notes come from one save"
