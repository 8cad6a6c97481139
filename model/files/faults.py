"""Why a design's JSON is refused: the place in the file, what is wrong there, what is wanted."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection
from typing import Any

import msgspec

from model.design import Node, NodeId, Note, Wire
from model.errors import FileError
from model.layers import LAYERS
from model.optimizers import OPTIMIZERS
from model.schedules import SCHEDULES
from model.settings import TrainingSettings

IN_EDITOR = "Correct it in a text editor, or open an earlier copy."
NEWER = "It may come from a newer Deltaboard: update, or remove this part in a text editor."
_NOUNS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "object": "an object in braces",
    "array": "a list in brackets",
    "null": "nothing",
}
_SIGNS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}
_ENDING = re.compile(r"^(.*?)(?: - at `(.*)`)?$", re.DOTALL)
_LONGEST_QUOTE = 40


class _Pieces(msgspec.Struct, forbid_unknown_fields=True):
    """The outer shape of a design, its pieces still unread."""

    format: int = 0
    nodes: dict[str, msgspec.Raw] = {}
    wires: list[msgspec.Raw] = []
    notes: dict[str, msgspec.Raw] = {}
    training: msgspec.Raw = msgspec.Raw(b"{}")


def syntax_fault(content: bytes, fault: Exception, name: str) -> FileError:
    """No JSON at all. msgspec names a byte; people look for lines."""
    start = f"{name} cannot be opened: "
    if isinstance(fault, RecursionError):
        said = "its lists and objects are nested far deeper than in any design"
    elif not content.strip():
        said = "it is empty"
    elif "truncated" in str(fault):
        said = f"it breaks off in line {content.count(10) + 1}, in the middle of the JSON"
    else:
        found = re.search(r"\(byte (\d+)\)", str(fault))
        place = line_and_column(content, int(found.group(1))) if found else "at an unknown place"
        said = f"it is no JSON {place}"
    return FileError(f"{start}{said}.", hint="Choose a design that Deltaboard has saved.")


def line_and_column(content: bytes, byte: int) -> str:
    before = content[:byte]
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    return f"in line {before.count(10) + 1}, column {column}"


def design_fault(content: bytes, fault: msgspec.ValidationError, name: str) -> FileError:
    """The fault of a file that is JSON but no design: its pieces are read one by one, for the
    name of the piece is what msgspec does not tell."""
    try:
        pieces = msgspec.json.decode(content, type=_Pieces)
    except msgspec.ValidationError as outer:
        return _said(content, outer, (), name)
    for key in [*pieces.nodes, *pieces.notes]:
        try:
            msgspec.convert(key, NodeId)
        except msgspec.ValidationError:
            section = "nodes" if key in pieces.nodes else "notes"
            return FileError(
                f"{name} cannot be opened: {section}: {_quoted(key)} is no id; an id is a"
                " small letter followed by small letters, digits and _, at most 61 in all.",
                hint=IN_EDITOR,
            )
    parts: list[tuple[tuple[str, ...], msgspec.Raw, Any]] = [
        *((("nodes", key), raw, Node) for key, raw in pieces.nodes.items()),
        *((("wires", str(place + 1)), raw, Wire) for place, raw in enumerate(pieces.wires)),
        *((("notes", key), raw, Note) for key, raw in pieces.notes.items()),
        (("training",), pieces.training, TrainingSettings),
    ]
    for path, raw, kind in parts:
        try:
            msgspec.json.decode(raw, type=kind)
        except msgspec.ValidationError as inner:
            return _said(bytes(raw), inner, path, name)
    return _said(content, fault, (), name)


def _said(
    content: bytes, fault: msgspec.ValidationError, path: tuple[str, ...], name: str
) -> FileError:
    found = _ENDING.match(str(fault))
    said, inner = (found.group(1), found.group(2)) if found else (str(fault), None)
    steps = re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", inner or "")
    value = _value_at(content, steps)
    inside = [step or str(int(index) + 1) for step, index in steps]
    words, hint = _in_words(said, [*path, *inside], value)
    place = " › ".join([*path, *inside])
    return FileError(f"{name} cannot be opened: {place + ': ' if place else ''}{words}.", hint=hint)


def _value_at(content: bytes, steps: list[tuple[str, str]]) -> Any:
    """What stands in the file at this place; None where it cannot be reached."""
    try:
        value = msgspec.json.decode(content)
        for step, index in steps:
            value = value[step] if step else value[int(index)]
    except (msgspec.DecodeError, LookupError, TypeError, RecursionError):
        return None
    return value


def _in_words(said: str, path: list[str], value: Any) -> tuple[str, str]:
    """msgspec's English, in that of a person who has the file before them."""
    if found := re.match(r"Object contains unknown field `(.*)`$", said, re.DOTALL):
        return f"there is no field {_quoted(found.group(1))} here", NEWER
    if found := re.match(r"Object missing required field `(.*)`$", said):
        return f"the field {_quoted(found.group(1))} is missing", IN_EDITOR
    if said.startswith("Invalid value") and path[-1:] == ["type"]:
        kind, known = _kinds(path)
        near = difflib.get_close_matches(str(value), known, n=1)
        guess = f" (did you mean {_quoted(near[0])}?)" if near else ""
        return f"there is no {kind} type {_quoted(value)}{guess}", NEWER
    if said.startswith("Invalid enum value"):
        return f"{_quoted(value)} is none of the choices here", IN_EDITOR
    if said == "Number out of range":
        return "the number is too large", IN_EDITOR
    if found := re.match(r"Expected `(\w+)`(.*)$", said, re.DOTALL):
        wanted = _NOUNS.get(found.group(1), found.group(1)) + _bound(found.group(2))
        return f"{_quoted(value)} stands where {wanted} is wanted", IN_EDITOR
    return said[:1].lower() + said[1:], IN_EDITOR


def _kinds(path: list[str]) -> tuple[str, Collection[str]]:
    """What a `type` at this place names, and which there are."""
    if "schedule" in path:
        return "schedule", SCHEDULES
    return ("optimiser", OPTIMIZERS) if "training" in path else ("layer", LAYERS)


def _bound(said: str) -> str:
    """` < 1.0` -> ` below 1`; ` of length >= 1` -> ` of a length of at least 1`."""
    if found := re.match(r" (of length )?([<>]=?) (-?[\d.e+]+)$", said):
        is_length, sign, number = found.groups()
        limit = f"{float(number):g}" if float(number) < 1e15 else number
        return (
            f" of a length of {_SIGNS[sign]} {limit}" if is_length else f" {_SIGNS[sign]} {limit}"
        )
    return ""


def check_no_repeats(content: bytes, name: str) -> None:
    """Of two fields of one name JSON readers keep the last: a node would vanish silently.

    Raises: FileError.
    """

    def once(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise FileError(
                    f"{name} cannot be opened: {_quoted(key)} is there twice in one place.",
                    hint="Remove or rename one of the two in a text editor.",
                )
            seen.add(key)

    json.loads(content, object_pairs_hook=once)


def _quoted(value: Any) -> str:
    """As in the file, cut short."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
