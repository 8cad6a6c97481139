"""Small widgets that every panel uses: fields of forms, labels, the message bar, the search box."""

from gui.widgets.choice_field import Choice, ChoiceField
from gui.widgets.field import Field
from gui.widgets.labels import Chip, ElidedLabel, PanelHeader
from gui.widgets.message_bar import MessageBar
from gui.widgets.number_field import NumberField
from gui.widgets.search_field import SearchField
from gui.widgets.segmented import Segmented
from gui.widgets.simple_fields import TextField, ToggleField

__all__ = [
    "Chip",
    "Choice",
    "ChoiceField",
    "ElidedLabel",
    "Field",
    "MessageBar",
    "NumberField",
    "PanelHeader",
    "SearchField",
    "Segmented",
    "TextField",
    "ToggleField",
]
