"""Faults that the person at the screen can repair: what is wrong, where, and what to do."""

from __future__ import annotations


class DesignError(Exception):
    """A fault in a design. `message` is one sentence; `hint` says how to repair it."""

    def __init__(self, message: str, *, node_id: str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.node_id = node_id
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def at(self, node_id: str) -> DesignError:
        """The same fault, said of a node, where the place was not known when it was raised."""
        if self.node_id is None:
            self.node_id = node_id
        return self


class ShapeError(DesignError):
    """Arrays that do not fit one another."""


class WireError(DesignError):
    """A wire that may not be drawn: cycle, port taken, wrong kind."""


class FieldError(DesignError):
    """A field of a layer or of the training settings that does not exist or is out of bounds."""


class DataError(DesignError):
    """A data set that is unknown, damaged or unusable."""


class FileError(DesignError):
    """A file that cannot be read or written; the present work is untouched."""


class DivergedError(DesignError):
    """NaN or infinity appeared while training; `node_id` is the first node that showed it."""
