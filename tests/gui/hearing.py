"""Remembers what a field tells."""

from __future__ import annotations

from gui.widgets import Field


class Ear:
    """Hears every value that is edited, and "finished"."""

    def __init__(self, field: Field) -> None:
        self.heard: list[object] = []
        field.edited.connect(self.heard.append)
        field.finished.connect(self._on_finished)

    def _on_finished(self) -> None:
        self.heard.append("finished")
