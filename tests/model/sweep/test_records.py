"""The file of results: added line by line, mended after a kill, closed to other sweeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import FileError
from model.sweep.records import Records
from model.sweep.result import Result


def result(seed: int, name: str = "mine") -> Result:
    return Result(settings={"d.p": 0.5}, seed=seed, last={"loss": None}, best={}, sweep=name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two results of the sweep "mine"."""
    found = tmp_path / "runs.jsonl"
    with Records(found, "mine") as records:
        assert records.found == []
        records.add(result(1))
        records.add(result(2))
    return found


def seeds(path: Path, name: str = "mine") -> list[int]:
    with Records(path, name) as records:
        return [each.seed for each in records.found]


def test_what_was_added_is_found_again(path: Path):
    with Records(path, "mine") as records:
        assert records.found == [result(1), result(2)]
    assert len(path.read_bytes().splitlines()) == 2


def test_wherever_a_kill_tears_the_last_line_the_others_stay_and_more_can_be_added(path: Path):
    whole = path.read_bytes()
    second = whole.index(b"\n") + 1
    for end in range(second, len(whole)):
        path.write_bytes(whole[:end])
        expected = [1, 2] if end == len(whole) - 1 else [1]
        with Records(path, "mine") as records:
            assert [each.seed for each in records.found] == expected
            records.add(result(3))
        assert seeds(path) == [*expected, 3]


def test_results_of_another_sweep_are_refused_and_left(path: Path):
    before = path.read_bytes()
    with pytest.raises(FileError, match=r"runs\.jsonl holds the results of another sweep"):
        Records(path, "another")
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"a shopping list", b"{}\n", b"1\n2\n", b"\xff\xfe\n", b"{"])
def test_a_file_that_is_something_else_is_refused_and_left(path: Path, content: bytes):
    path.write_bytes(content)
    if content == b"{":  # may be the first byte of a result
        assert seeds(path) == []
        return
    with pytest.raises(FileError, match=r"Line 1 of runs\.jsonl is no result"):
        Records(path, "mine")
    assert path.read_bytes() == content


def test_a_folder_and_a_missing_folder_are_refused(tmp_path: Path):
    with pytest.raises(FileError, match="it is a folder"):
        Records(tmp_path, "mine")
    with pytest.raises(FileError, match="it is not there"):
        Records(tmp_path / "no" / "runs.jsonl", "mine")


def test_two_sweeps_do_not_write_into_one_file(path: Path):
    with Records(path, "mine"), pytest.raises(FileError, match="another sweep"):
        Records(path, "mine")
    assert seeds(path) == [1, 2]
