"""What terms are, in words, for tips and screen readers."""

from __future__ import annotations

WORDS = {
    "upstream": "upstream: the δ that arrives from above",
    "local": "local derivative: how the output depends on the input",
    "downstream": "downstream: the δ that is passed down",
    "arriving": "a δ that arrives over one of several wires",
    "gradient": "gradient: how J depends on the parameter",
    "input": "input of the layer",
    "out": "output of the layer",
    "parameter": "parameter of the layer",
    "part": "part of the update",
}
"""By the first word of a term."""


def words_of(terms: tuple[str, ...]) -> str:
    """`parameter of the layer: W`."""
    kind, _, name = terms[0].partition(":") if terms else ("", "", "")
    return f"{WORDS.get(kind, kind)}{f': {name}' if name else ''}"
