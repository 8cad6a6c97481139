"""Unsaved work after a crash: found once, never stolen from the living, never deleted silently."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.design import Design, Note
from model.errors import FileError
from model.files import Recovered, RecoveryStore

ROOT = Path(__file__).resolve().parents[3]
KEEP_AND_WAIT = """
import sys
from pathlib import Path
from model.files import RecoveryStore
from model.design import Design, Note
store = RecoveryStore(Path(sys.argv[1]))
store.keep("main", Design(notes={"note_1": Note(text="unsaved")}), Path("mine.json"), 3)
print("kept", flush=True)
sys.stdin.readline()
store.close()
"""


def design(text: str) -> Design:
    return Design(notes={"note_1": Note(text=text)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def other_program(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has kept one document and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", KEEP_AND_WAIT, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline().strip() == b"kept"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()
    process.stdin.close()


def crash(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def test_work_of_a_killed_program_is_found_with_all_that_is_known_of_it(
    folder: Path, other_program: subprocess.Popen[bytes]
):
    crash(other_program)
    store = RecoveryStore(folder)
    (found,) = store.stale()
    assert (found.key, found.original_path, found.version) == ("main", Path("mine.json"), 3)
    assert found.title == "mine.json"
    assert store.load(found) == design("unsaved")
    store.forget(found)
    assert list(folder.iterdir()) == []
    store.close()


def test_work_of_a_living_program_is_not_stolen(
    folder: Path, other_program: subprocess.Popen[bytes]
):
    store = RecoveryStore(folder)
    assert store.stale() == []
    crash(other_program)
    assert len(store.stale()) == 1
    store.close()


def test_a_program_that_ends_in_good_order_leaves_nothing(
    folder: Path, other_program: subprocess.Popen[bytes]
):
    other_program.communicate(b"\n")
    assert RecoveryStore(folder).stale() == []
    assert list(folder.iterdir()) == []


def test_what_is_found_is_offered_to_one_window_only_until_that_ends(
    folder: Path, other_program: subprocess.Popen[bytes]
):
    crash(other_program)
    first, second = RecoveryStore(folder), RecoveryStore(folder)
    assert len(first.stale()) == 1
    assert len(first.stale()) == 1, "asking again gives the same answer"
    assert second.stale() == []
    first.close()
    assert len(second.stale()) == 1, "nobody decided, so it is offered again"
    second.close()


def test_an_unchanged_document_is_not_written_again(folder: Path):
    store = RecoveryStore(folder)
    assert store.keep("main", design("a"), None, 1)
    assert not store.keep("main", design("a"), None, 1)
    assert store.keep("main", design("b"), None, 2)
    assert len(list(folder.glob("*.json"))) == 1
    store.close()


def test_a_saved_document_is_discarded_and_can_be_kept_again(folder: Path):
    store = RecoveryStore(folder)
    store.keep("main", design("a"), None, 1)
    store.discard("main")
    assert list(folder.glob("*.json")) == []
    store.discard("main")
    assert store.keep("main", design("a"), None, 1)
    store.close()
    assert list(folder.iterdir()) == []


def test_damaged_copies_are_moved_aside_and_not_deleted(folder: Path):
    folder.mkdir()
    for name, content in (("torn", b'{"recovery": 1, "orig'), ("empty", b""), ("other", b"[]")):
        (folder / f"1-{name}.main.json").write_bytes(content)
    store = RecoveryStore(folder)
    assert store.stale() == []
    assert sorted(path.name for path in store.damaged) == [
        "1-empty.main.json",
        "1-other.main.json",
        "1-torn.main.json",
    ]
    assert (folder / "damaged" / "1-torn.main.json").read_bytes() == b'{"recovery": 1, "orig'
    store.close()


def test_a_copy_whose_design_is_broken_is_refused_with_its_place_and_kept(
    folder: Path, other_program: subprocess.Popen[bytes]
):
    crash(other_program)
    (path,) = folder.glob("*.json")
    path.write_bytes(path.read_bytes().replace(b'"width":260.0', b'"width":1'))
    store = RecoveryStore(folder)
    (found,) = store.stale()
    with pytest.raises(FileError, match=r"mine\.json.*notes › note_1 › width.*damaged"):
        store.load(found)
    assert (folder / "damaged" / path.name).exists()
    assert store.stale() == []
    store.close()


def test_several_documents_come_back_the_newest_first(folder: Path):
    dead = RecoveryStore(folder)
    dead.keep("one", design("one"), None, 1)
    dead.keep("two", design("two"), folder / "two.json", 1)
    for lock in dead._locks.values():  # as when the process dies: the lock goes, the files stay
        lock.release(is_removed=False)
    store = RecoveryStore(folder)
    found = store.stale()
    assert [each.key for each in found] == ["two", "one"]
    assert [each.title for each in found] == ["two.json", "untitled"]
    assert [store.load(each).notes["note_1"].text for each in found] == ["two", "one"]
    store.close()


def test_a_copy_that_has_gone_is_said_to_be_gone(folder: Path):
    store = RecoveryStore(folder)
    folder.mkdir()
    import datetime as dt

    gone = Recovered(folder / "1-a.main.json", "main", None, 1, dt.datetime.now(dt.UTC))
    with pytest.raises(FileError, match="cannot be read: it is not there"):
        store.load(gone)
    store.forget(gone)


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    store = RecoveryStore(tmp_path / "file" / "recovery")
    with pytest.raises(FileError, match="cannot be kept safe"):
        store.keep("main", design("a"), None, 1)
    assert store.stale() == []


def test_a_key_that_would_lead_elsewhere_is_refused(folder: Path):
    with pytest.raises(ValueError, match="file's name"):
        RecoveryStore(folder).keep("../up", design("a"), None, 1)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_copies_are_private(folder: Path):
    store = RecoveryStore(folder)
    store.keep("main", design("a"), None, 1)
    assert folder.stat().st_mode & 0o077 == 0
    store.close()
