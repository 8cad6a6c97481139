"""Shapes in words, for chips and wire labels."""

from __future__ import annotations

from model.design import Wire
from model.layer import Spec


def chip_of(spec: Spec | None) -> str:
    """The output shape on a card: `B × 128`; `scalar` for a loss."""
    if spec is None:
        return ""
    return "scalar" if spec.shape == () and not spec.classes else str(spec)


def carries_target(wire: Wire, spec: Spec | None) -> bool:
    """Whether the wire brings what should come out: it is dotted and no delta flows on it."""
    return wire.target_port == "target" or bool(spec and spec.classes)


def label_of(wire: Wire, spec: Spec | None) -> str:
    """What stands beside a wire; nothing beside one that carries a single number."""
    if spec is None:
        return ""
    if spec.classes:
        return f"labels {spec}"
    if wire.target_port == "target":
        return f"target {spec}"
    return str(spec) if spec.shape else ""
