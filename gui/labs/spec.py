"""What a laboratory is called, which nodes it concerns, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from model.layer import Layer

if TYPE_CHECKING:
    from gui.labs.panel import LabPanel


@dataclass(frozen=True)
class Lazy:
    """A factory that imports `gui.labs.<module>` when the laboratory is first opened."""

    module: str
    name: str

    def load(self) -> Any:
        """The panel's class."""
        return getattr(import_module(f"gui.labs.{self.module}"), self.name)

    def __call__(self, document: Any, controller: Any) -> LabPanel:
        panel: LabPanel = self.load()(document, controller)
        return panel


def concerns_no_node(_layer: Layer) -> bool:
    """It is about a whole design, or about none."""
    return False


@dataclass(frozen=True)
class LabSpec:
    """key: for settings and tests; icon: its name; factory(document, controller) -> the panel.

    concerns: the nodes from whose menu it is opened. needs_design: it studies the open design,
    which must be able to run. example: the bundled design that shows its point; "" where the
    laboratory begins with something of its own.
    """

    key: str
    title: str
    icon: str
    help: str
    factory: Lazy
    concerns: Callable[[Layer], bool] = concerns_no_node
    needs_design: bool = False
    example: str = ""
