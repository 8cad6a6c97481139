"""A design as one JSON file: readable, diffable, versioned. Nothing in it is ever evaluated."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec

from model.design import FORMAT, Design
from model.errors import FileError
from model.files.atomic import in_words, write_atomically
from model.files.checks import check_design
from model.files.faults import (
    check_no_repeats,
    design_fault,
    line_and_column,
    syntax_fault,
)
from model.files.migrations import check_format, migrate

LARGEST_FILE = 16 * 2**20
"""Bytes; a design of 10,000 nodes takes about a third of it."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Head(msgspec.Struct):
    """What is asked first of every file; the rest is skipped."""

    format: int


def read_design(path: Path) -> Design:
    """The design in a file, wholly checked: a `NetworkGraph` takes it as it is.

    Raises: FileError, one sentence with the place of the fault and what to do.
    """
    return parse_design(_read(path), path.name)


def write_design(path: Path, design: Design) -> None:
    """Save a design; at every moment the file is whole, the old one or the new one.

    Raises: FileError; the old file is as it was then.
    """
    content = to_bytes(design)
    try:
        parse_design(content, "The design")
    except FileError as fault:
        said = fault.message.replace("cannot be opened: ", "", 1)
        raise FileError(
            f"{path.name} was not saved, for it could not be opened again: {said}",
            hint="Undo the last edit and save again; the old file is as it was.",
        ) from None
    write_atomically(path, content)


def to_bytes(design: Design) -> bytes:
    """The file's content: two spaces of indent, always the same order, a line break at the end."""
    return msgspec.json.format(msgspec.json.encode(design), indent=2) + b"\n"


def parse_design(content: bytes, name: str) -> Design:
    """The design in these bytes. `name`: how messages call the file.

    Raises: FileError.
    """
    if len(content) > LARGEST_FILE:
        raise _too_large(name)
    content = _utf8(content, name)
    try:
        number = msgspec.json.decode(content, type=_Head).format
    except msgspec.ValidationError:
        raise FileError(
            f'{name} is no design of Deltaboard: it has no whole number called "format".',
            hint="Choose a file that Deltaboard has saved.",
        ) from None
    except (msgspec.DecodeError, RecursionError) as fault:
        raise syntax_fault(content, fault, name) from None
    check_format(number, name)
    if number < FORMAT:
        content = msgspec.json.encode(migrate(msgspec.json.decode(content), number))
    design = _decode(content, name)
    check_no_repeats(content, name)
    check_design(design, name)
    return design


def _decode(content: bytes, name: str) -> Design:
    try:
        return msgspec.json.decode(content, type=Design)
    except msgspec.ValidationError as fault:
        raise design_fault(content, fault, name) from None
    except (msgspec.DecodeError, RecursionError) as fault:
        raise syntax_fault(content, fault, name) from None


def _utf8(content: bytes, name: str) -> bytes:
    """Without the mark that some editors put in front. Raises: FileError."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileError(
            f"{name} cannot be opened: it is text in UTF-16, and a design is in UTF-8.",
            hint="Save it as UTF-8 in your text editor.",
        )
    content = content.removeprefix(_BYTE_ORDER_MARK)
    try:
        content.decode()
    except UnicodeDecodeError as fault:
        place = line_and_column(content, fault.start)
        raise FileError(
            f"{name} cannot be opened: it holds bytes that are no text in UTF-8, {place}.",
            hint="Choose a design that Deltaboard has saved.",
        ) from None
    return content


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # a pipe or a device might never end
            kind = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
            raise FileError(
                f"{path.name} cannot be opened: it is {kind}.", hint="Choose a design file."
            )
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as fault:
        said, hint = in_words(fault)
        raise FileError(f"{path.name} cannot be opened: {said}.", hint=hint) from None
    if len(content) > LARGEST_FILE:
        raise _too_large(path.name)
    return content


def _too_large(name: str) -> FileError:
    return FileError(
        f"{name} cannot be opened: it is larger than {LARGEST_FILE // 2**20} MiB, as no design is.",
        hint="Choose a design that Deltaboard has saved.",
    )
