"""What a plot is called and how it is made; the window reads these and needs no list of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gui.plots.panel import PlotPanel


@dataclass(frozen=True)
class PlotSpec:
    """key: for settings and tests; icon: its name; factory(controller, document) -> the panel.

    short: the title where there is little room, "" = the title itself.
    """

    key: str
    title: str
    icon: str
    factory: Callable[[Any, Any], PlotPanel]
    is_open_at_first: bool = False
    help: str = ""
    short: str = ""
