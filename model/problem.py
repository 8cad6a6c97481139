"""What is wrong with a design, and how it may be repaired."""

from __future__ import annotations

from dataclasses import dataclass

from model.design import Edit, Wire


@dataclass(frozen=True)
class Problem:
    """One thing to repair. node_id "" stands for the whole design.

    is_blocking: the design cannot be trained before it is repaired. is_of_value: only because of
    the present values; everything before this node can be computed. repairs: edits on offer.
    """

    node_id: str
    message: str
    hint: str = ""
    is_blocking: bool = True
    is_of_value: bool = False
    wires: tuple[Wire, ...] = ()
    repairs: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
