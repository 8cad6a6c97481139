"""The Properties tab: the fields of one layer, or those that several layers have in common."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.document import Document
from gui.inspector.form import FieldForm
from gui.inspector.formula_field import FormulaField
from gui.inspector.pieces import FormulaCard, caption, clear, section
from gui.inspector.rules import notes_of, reasons_of, with_consequences
from gui.problems.card import ProblemCard
from model import editing
from model.design import Edit
from model.errors import DesignError
from model.fields import Field, fields_of
from model.graph import NetworkGraph
from model.layer import Layer
from model.node_fields import node_fields
from model.shapes import Problem
from model.symbols import named
from model.trying import fault_of_value


class PropertiesPage(QWidget):
    """A form that pushes edits, the formulas of the layer, and the problems of its node.

    `problem_chosen(node_id)` when a problem of the list is clicked.
    """

    problem_chosen = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._ids: tuple[str, ...] = ()
        self._kind: type[Layer] | None = None
        self._index: int | None = None
        self._problems: list[Problem] | None = None
        self.form: FieldForm | None = None
        self.node_form: FieldForm | None = None
        self._lenders: tuple[str, ...] = ()
        self._drafts: dict[tuple[str, ...], dict[str, str]] = {}
        """What was typed and cannot be read, by nodes and field: it is there on return."""
        document.opened.connect(self._drafts.clear)
        self._above = QVBoxLayout()
        self._live = QVBoxLayout()
        self._below = QVBoxLayout()
        self._below.setSpacing(8)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(20)
        for part in (self._above, self._live, self._below):
            rows.addLayout(part)
        self._above.setSpacing(20)
        rows.addStretch(1)

    def set_live(self, widget: QWidget) -> None:
        """A block of live numbers between the form and the problems."""
        self._live.addWidget(widget)

    def show_nodes(self, ids: tuple[str, ...], layer_index: int | None = None) -> None:
        """Show the fields of these nodes; nodes of different kinds have none in common."""
        graph = self._document.graph
        kinds = {type(graph.node(key).layer) for key in ids}
        kind = next(iter(kinds)) if len(kinds) == 1 else None
        lenders = lenders_of(graph, ids) if kind is not None else ()
        seen = (self._ids, self._kind, self._index, self._lenders)
        if (ids, kind, layer_index, lenders) != seen:
            self._keep_drafts()
            self._ids, self._kind, self._index, self._lenders = ids, kind, layer_index, lenders
            self._build()
        self.refresh()

    def _keep_drafts(self) -> None:
        fields = [] if self.form is None else [(n, self.form.widget(n)) for n in self.form.names()]
        typed = {
            name: text
            for name, widget in fields
            if isinstance(widget, FormulaField) and (text := widget.draft()) is not None
        }
        self._drafts.pop(self._ids, None)
        if typed:
            self._drafts[self._ids] = typed

    def refresh(self) -> None:
        """Show the values and problems of the present design."""
        if self._kind is None or self.form is None or self._ids[0] not in self._document.graph:
            self._show_problems()
            return
        layer = self._document.graph.node(self._ids[0]).layer
        values = {name: getattr(layer, name) for name in self.form.names()}
        self.form.show_values(values)
        reasons = reasons_of(layer)
        self.form.set_reasons(reasons)
        for name, text in notes_of(layer).items():
            if name not in reasons:
                self.form.set_note(name, text)
        if self.node_form is not None:
            node = self._document.graph.node(self._ids[0])
            self.node_form.show_values({n: getattr(node, n) for n in self.node_form.names()})
            said = "Frozen weights have no penalty: nothing moves them."
            self.node_form.set_reasons({"l1": said, "l2": said} if node.is_frozen else {})
        if len(self._ids) > 1:
            self._note_differences()
        self._show_problems()

    def _build(self) -> None:
        clear(self._above)
        self.form = self.node_form = None
        if self._kind is None:
            self._above.addWidget(
                caption("These layers are of different kinds, so they have no fields in common.")
            )
            return
        graph = self._document.graph
        fields = [with_lenders(field, graph, self._lenders) for field in fields_of(self._kind)]
        layer = self._document.graph.node(self._ids[0]).layer
        if fields:
            self.form = FieldForm(fields, {f.name: getattr(layer, f.name) for f in fields})
            self.form.edited.connect(self._on_edited)
            self.form.finished.connect(self._on_finished)
            self._above.addWidget(self.form)
            for widget in map(self.form.widget, self.form.names()):
                if isinstance(widget, FormulaField):
                    widget.edit.changed.connect(self._on_typed)
            for name, text in self._drafts.get(self._ids, {}).items():
                widget = self.form.widget(name)
                if isinstance(widget, FormulaField):
                    widget.set_draft(text)
        else:
            self._above.addWidget(caption(f"{self._kind.title} has nothing to set."))
        has_own = any(field.notation == "formula" for field in fields)
        if len(self._ids) == 1 and self._kind.formulas.forward and not has_own:
            self._above.addWidget(FormulaCard(self._kind.formulas.forward, self._index))

        if any(self._document.inference.parameters.get(key) for key in self._ids):
            self._add_node_form()

    def _add_node_form(self) -> None:
        """Frozen, and penalties of its own: what only a node with parameters has."""
        node = self._document.graph.node(self._ids[0])
        fields = [field for field in node_fields() if field.name != "weights"]
        self.node_form = FieldForm(fields, {f.name: getattr(node, f.name) for f in fields})
        self.node_form.edited.connect(self._on_node_edited)
        self.node_form.finished.connect(self._on_finished)
        self._above.addWidget(section("Learning of this layer"))
        self._above.addWidget(self.node_form)

    # editing

    @Slot(str, object)
    def _on_node_edited(self, name: str, value: object) -> None:
        graph, form = self._document.graph, self.node_form
        if form is None:
            return
        try:
            edits = [editing.set_node(graph, key, {name: value}) for key in self._ids]
        except DesignError as fault:
            form.set_error(name, str(fault))
            return
        form.set_error(name, "")
        changes = tuple(c for edit in edits for c in edit.changes if c.old != c.new)
        text = edits[0].text if len(edits) == 1 else f"Set {named(name)} of {len(edits)} layers"
        self._document.apply(Edit(text, changes), merge_key=f"{' '.join(self._ids)}.node.{name}")

    @Slot(str, object)
    def _on_edited(self, name: str, value: object) -> None:
        if self.form is None:
            return
        try:
            edit = set_in_all(self._document.graph, self._ids, name, value)
        except DesignError as fault:
            self.form.set_error(name, str(fault))
            return
        self.form.set_error(name, "")
        self._document.apply(edit, merge_key=f"{' '.join(self._ids)}.{name}")

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        """Say at once which node could not be computed with what is being typed."""
        form, graph = self.form, self._document.graph
        if form is None or len(self._ids) != 1 or self._ids[0] not in graph:
            return
        for name in form.names():
            widget = form.widget(name)
            if not isinstance(widget, FormulaField) or widget.edit is not self.sender():
                continue
            is_tried = widget.edit.is_open() and not widget.edit.reading().is_faulty
            fault = fault_of_value(graph, self._ids[0], name, text.strip()) if is_tried else None
            said = "" if fault is None else f"{graph.title_of(fault.node_id or name)}: {fault}"
            form.set_error(name, said)

    @Slot()
    def _on_finished(self) -> None:
        self._document.end_merge()

    def _note_differences(self) -> None:
        if self.form is None:
            return
        layers = [self._document.graph.node(key).layer for key in self._ids]
        for name in self.form.names():
            found = list(dict.fromkeys(str(getattr(layer, name)) for layer in layers))
            text = f"Now {', '.join(found[:4])}: a change sets all." if len(found) > 1 else ""
            self.form.set_note(name, text)

    # problems

    def _show_problems(self) -> None:
        found = [p for key in self._ids for p in self._document.inference.problems_of(key)]
        if found == self._problems:
            return
        self._problems = found
        clear(self._below)
        if not found:
            return
        self._below.addWidget(section("Problems"))
        graph = self._document.graph
        for problem in found:
            title = graph.title_of(problem.node_id) if len(self._ids) > 1 else ""
            card = ProblemCard(problem, self._document, title)
            card.setObjectName("inspector_problem")
            card.chosen.connect(self.problem_chosen)
            self._below.addWidget(card)


def lenders_of(graph: NetworkGraph, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The nodes whose weights a tied layer of one of these kinds could use."""
    kind = type(graph.node(ids[0]).layer)
    if not hasattr(graph.node(ids[0]).layer, "tied_to"):
        return ()
    found = (key for key, node in graph.nodes.items() if isinstance(node.layer, kind))
    return tuple(key for key in found if key not in ids)


def with_lenders(field: Field, graph: NetworkGraph, lenders: tuple[str, ...]) -> Field:
    """The field of tied weights as a choice of nodes; others as they are."""
    if field.name != "tied_to":
        return field
    captions = {"": "none: weights of its own"}
    captions |= {key: graph.title_of(key) for key in lenders}
    return msgspec.structs.replace(field, kind="node", choices=tuple(captions), captions=captions)


def set_in_all(graph: NetworkGraph, ids: tuple[str, ...], name: str, value: Any) -> Edit:
    """Set one field in every node as one step. Raises: FieldError."""
    edits = []
    for key in ids:
        values = with_consequences(graph.node(key).layer, {name: value})
        edits.append(editing.set_fields(graph, key, values))
    changes = tuple(c for edit in edits for c in edit.changes if c.old != c.new)
    symbols = {f.name: f.symbol for f in fields_of(type(graph.node(ids[0]).layer))}
    words = named(name, symbols.get(name, ""))
    if len(ids) == 1:
        return Edit(f"Set {words} of {graph.title_of(ids[0])}", changes)
    return Edit(f"Set {words} of {len(ids)} layers", changes)
