"""The parameters of a node as training has left them, fetched from the training thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from gui.document import Document
from gui.training.controller import TrainingController
from model.errors import DesignError
from model.layers.scalar import Variable
from model.snapshot import Snapshot
from model.teaching.replacing import Weights

_PATIENCE_MS = 4000
Use = Callable[[Weights], None]


class PresentParameters(QObject):
    """One question at a time; a new one takes the place of the old."""

    def __init__(self, document: Document, controller: TrainingController) -> None:
        super().__init__(controller)
        self._document, self._controller = document, controller
        self._node_id = ""
        self._before = ""
        self._use: Use | None = None
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_ended)

    def fetch(self, node_id: str, use: Use) -> None:
        """Call `use` with the node's parameters: at once with None, which stands for those that the
        design starts from, where no step has been taken."""
        self._end()
        latest = self._controller.latest
        if latest is None or latest.step == 0 or node_id not in latest.nodes:
            use(None)
            return
        self._node_id, self._use = node_id, use
        self._before = self._controller.request.parameters_of
        self._controller.snapshot.connect(self._on_snapshot)
        self._controller.want("parameters", self, True)
        self._controller.ask(parameters_of=node_id)
        self._patience.start()

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        found, use = snapshot.parameters, self._use
        if use is None or found is None or snapshot.parameters_of != self._node_id:
            return
        node_id = self._node_id
        self._end()
        use({node_id: {name: np.array(values) for name, values in found.items()}})

    @Slot()
    def _on_patience_ended(self) -> None:
        """Nobody answers: better nothing than numbers that are not the present ones."""
        self._end()
        said = "The training has not given its present weights in time."
        self._document.report(DesignError(said, hint="Try once more."))

    def _end(self) -> None:
        if self._use is None:
            return
        self._use = None
        self._patience.stop()
        self._controller.snapshot.disconnect(self._on_snapshot)
        self._controller.want("parameters", self, False)
        self._controller.ask(parameters_of=self._before)

    def of_variables(self) -> Weights:
        """The present values of all variables; they are in every snapshot."""
        latest = self._controller.latest
        graph = self._document.graph
        if latest is None:
            return None
        found = {}
        for key, view in latest.nodes.items():
            is_variable = key in graph and isinstance(graph.node(key).layer, Variable)
            if is_variable and "theta" in view.extras:
                found[key] = {"theta": np.array(view.extras["theta"])}
        return found
