"""With which values all weights start: a choice that starts the training again."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.document import Document
from gui.inspector.pieces import caption
from gui.widgets import ChoiceField
from gui.widgets.choice_field import Choice
from model.first_values import CHOICES, present_choice, with_first_values

_OWN = Choice("", "as each layer says")
_SAID = (
    "Another choice starts the training again, with the same seed, and can be undone. The"
    " seismograph keeps the δ of the run before as thin lines."
)


class FirstValuesField(QWidget):
    """One choice for all layers that have one."""

    def __init__(self, document: Document, troubles: Any = None) -> None:
        """troubles: who starts the training again; without it the design alone is edited."""
        super().__init__()
        self._document = document
        self._troubles = troubles
        choices = [_OWN, *(Choice(each.key, each.title) for each in CHOICES)]
        tip = "First values of all weights at once, for contrast"
        self.choice = ChoiceField("First values of all weights", choices, "", tooltip=tip)
        self.choice.setObjectName("field_first_values")
        self.choice.edited.connect(self._on_edited)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.choice)
        rows.addWidget(caption(_SAID))

    def refresh(self) -> None:
        """Show what the layers of the present design have in common."""
        self.choice.set_value(present_choice(self._document.graph))

    @Slot(object)
    def _on_edited(self, key: object) -> None:
        if key and self._troubles is not None:
            self._troubles.start_with(str(key))
        elif key:
            self._document.attempt(with_first_values, str(key))
        self.refresh()
