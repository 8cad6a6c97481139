"""What happens to the design and to the training while a walk is open, and what the walk does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Slot

from gui.document import Document
from model.errors import DesignError
from model.shapes import Inference

if TYPE_CHECKING:
    from gui.debugger.session import DebugSession


class KeepingUp(QObject):
    """The walk begins anew after an edit, follows the item and the neuron that are shown, and ends
    where the design cannot be walked through any more, or runs."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__(session)
        self._session = session
        self._essence: object = None
        """Of the design that is walked through."""
        document, controller = session.document, session.controller
        document.opened.connect(session.close)
        document.inference_changed.connect(self._on_inference_changed)
        controller.state_changed.connect(self._on_state_changed)
        controller.reset_done.connect(self._on_reset)
        controller.time.travelled.connect(self._on_reset)
        controller.item_changed.connect(self._on_item_shown)
        controller.neuron_changed.connect(self._on_neuron_shown)

    def note(self) -> None:
        """A walk begins through the design as it is now."""
        self._essence = _essence_of(self._session.document)

    @Slot(object)
    def _on_inference_changed(self, found: Inference) -> None:
        """The design was edited: the walk begins anew, unless cards were only moved."""
        session = self._session
        if not session.is_open:
            return
        if not found.can_be_walked:
            session.close()
            fault = next(p for p in found.problems if p.is_blocking and not p.is_of_value)
            session.document.report(
                DesignError(
                    f"The walk has ended, for the design cannot run any more. {fault}",
                    node_id=fault.node_id,
                    hint="Repair it, then press F9.",
                )
            )
        elif _essence_of(session.document) != self._essence:
            session.controller.prepare(despite_values=True)
            session.begin_anew()

    @Slot(int)
    def _on_item_shown(self, item: int) -> None:
        """The arrows of the data card: another item, or of the whole batch another picture."""
        if self._session.item is None:
            self._session.look_again()
        else:
            self._session.set_item(item)

    @Slot(int)
    def _on_neuron_shown(self, _neuron: int) -> None:
        self._session.look_again()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        if state == "running":
            self._session.close()

    @Slot()
    def _on_reset(self) -> None:
        self._session.begin_anew()


def _essence_of(document: Document) -> object:
    """Everything of a design but the places of its cards and notes."""
    graph = document.graph
    nodes = {key: msgspec.structs.replace(node, x=0, y=0) for key, node in graph.nodes.items()}
    return nodes, graph.wires(), graph.training
