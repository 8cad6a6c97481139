"""Formats: how an older file would be brought up to date, and which ones are refused."""

from __future__ import annotations

import pytest

from model.design import FORMAT
from model.errors import FileError
from model.files.migrations import FIRST_FORMAT, MIGRATIONS, Plain, check_format, migrate


def rename_width(plain: Plain) -> Plain:
    """An invented step from format 1 to 2: `width` becomes `units`."""
    return {"units" if key == "width" else key: value for key, value in plain.items()}


def double_units(plain: Plain) -> Plain:
    """An invented step from format 2 to 3."""
    return plain | {"units": 2 * plain["units"]}


def test_steps_are_taken_in_their_order_and_the_format_is_counted_up():
    old = {"format": 1, "width": 5}
    new = migrate(old, 1, newest=3, table={1: rename_width, 2: double_units})
    assert new == {"format": 3, "units": 10}
    assert old == {"format": 1, "width": 5}


def test_a_file_of_the_present_format_is_left_alone():
    plain = {"format": FORMAT, "nodes": {}}
    assert migrate(plain, FORMAT) is plain


def test_there_is_a_step_from_every_older_format():
    assert sorted(MIGRATIONS) == list(range(FIRST_FORMAT, FORMAT))


def test_only_formats_that_are_known_pass():
    check_format(FORMAT, "x.json")
    with pytest.raises(FileError, match="newer Deltaboard"):
        check_format(FORMAT + 1, "x.json")
    with pytest.raises(FileError, match="counted from 1"):
        check_format(0, "x.json")
