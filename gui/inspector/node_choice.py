"""The choice of another node, such as the one whose weights a tied layer uses."""

from __future__ import annotations

from gui.widgets import Choice, ChoiceField

GONE = "not in this design"


class NodeField(ChoiceField):
    """A list of nodes; an id that is no node of the design is shown as such instead of refused."""

    def set_value(self, value: object) -> None:
        """Show a node; emits nothing."""
        if value not in [choice.value for choice in self._choices] and self._combo is not None:
            self._choices.append(Choice(value, f"{value}: {GONE}"))
            self._combo.addItem(self._choices[-1].label)
        super().set_value(value)
