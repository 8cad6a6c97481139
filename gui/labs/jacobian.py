"""The Jacobian inspector: the local Jacobian of any node and wire, and chains of them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from gui import theme
from gui.inspector.sources import numpy_source
from gui.labs.jacobian_ends import ends_of
from gui.labs.jacobian_facts import JacobianFacts
from gui.labs.jacobian_fields import JacobianFields
from gui.labs.jacobian_latex import latex_of
from gui.labs.jacobian_map import Map
from gui.labs.jacobian_side import SidePanel
from gui.labs.jacobian_stage import JacobianStage
from gui.labs.jacobian_strip import Factor
from gui.labs.jacobian_work import Found, check_total, look_closer, study_chain, study_local
from gui.labs.job import Job
from gui.labs.panel import CONTROLS_WIDTH, LabPanel
from gui.theme import Theme
from gui.widgets import Segmented
from model.analysis.jacobian import Jacobian
from model.analysis.jacobian_check import JacobianCheck
from model.analysis.local_study import ChainStudy, LocalStudy, facts_of
from model.analysis.rehearsal import Rehearsal, rehearse
from model.analysis.structure import structure_of
from model.layer import Array
from model.teaching.jacobian_symbols import Symbols, slope_tex
from model.trainer import Trainer

_SIDE_WIDTH = 330
_AFTER_MS = 60
"""Symbols and differences come once the matrix has been painted."""
_FORMS = (("colours", "Heat map"), ("numbers", "Numbers"), ("symbols", "Symbols"))
_NO_SYMBOLS = "A product of several Jacobians has no short symbols; choose one of its links"


class JacobianPanel(LabPanel):
    """Choose a node and by what to differentiate, or two nodes with a chain between them."""

    title: ClassVar[str] = "Jacobian inspector"
    help: ClassVar[str] = "What a small change of each input does to each output"
    prepared = Signal(object)

    def build(self) -> None:
        self.fields = JacobianFields()
        self.forms = Segmented(_FORMS, "numbers", "Form")
        self.forms.setObjectName("jacobian_form")
        self.copy = QPushButton(theme.icon("content-copy"), "Copy LaTeX")
        self.copy.setObjectName("jacobian_copy")
        self.facts = JacobianFacts()
        self.middle = JacobianStage()
        self.figure = self.middle.figure
        self.side = SidePanel()
        self._step: Rehearsal | None = None
        self._looked: Rehearsal | None = None
        self._found: LocalStudy | ChainStudy | None = None
        self._jacobian: Jacobian | None = None
        self.symbols: Symbols | None = None
        self.check: JacobianCheck | None = None
        self._map: Map | None = None
        self._wish = ""
        self.after = Job(self)
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._fill_head()
        self._fill_controls()
        self._fill_stage()
        self._connect()

    def _fill_head(self) -> None:
        tips = (
            "Colours; numbers where you zoom in",
            "A number in every cell",
            "What each entry is, with its number below",
        )
        for button, tip in zip(self.forms.buttons(), tips, strict=True):
            button.setToolTip(tip)
        self.copy.setToolTip("Copy the matrix as LaTeX, in the form that is shown")
        self.head.insertWidget(3, self.forms)
        self.head.insertWidget(4, self.copy)

    def _fill_controls(self) -> None:
        self.controls.addWidget(self.fields)
        self.controls.addWidget(self.facts)

    def _fill_stage(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.middle, 1)
        line = QFrame()
        line.setProperty("kind", "vline")
        row.addWidget(line)
        row.addWidget(self.side)
        self.stage.addLayout(row, 1)

    def _connect(self) -> None:
        self.prepared.connect(self._on_prepared, Qt.ConnectionType.QueuedConnection)
        self.fields.changed.connect(self._study)
        self.fields.link_chosen.connect(self._show_link)
        self.forms.changed.connect(self._on_form)
        self.facts.where.pressed.connect(self.fields.choose_node)
        self.figure.chosen.connect(self._on_chosen)
        self.middle.resized.connect(self._on_resized)
        self.middle.strip.pressed.connect(self._on_factor)
        self.copy.clicked.connect(self._on_copy)
        self.job.done.connect(self._on_done)
        self.after.partial.connect(self._on_symbols)
        self.after.done.connect(self._on_checked)
        self._soon.timeout.connect(self._start_after)

    @Slot()
    def _on_resized(self) -> None:
        self._set_sizes(theme.current())

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        super()._apply_theme(look)
        self._set_sizes(look)
        for part in (self.facts, self.side, self.middle):
            part.refit()

    def _set_sizes(self, look: Theme) -> None:
        """The matrix keeps the larger part of a narrow window."""
        width = max(self.width(), 800)
        self.side.setFixedWidth(round(min(_SIDE_WIDTH * look.scale, 0.28 * width)))
        self._side.setFixedWidth(round(min(CONTROLS_WIDTH * look.scale, 0.27 * width)))
        is_wide = self.width() > 1150 * look.scale
        self.copy.setText("Copy LaTeX" if is_wide else "")
        self.copy.setAccessibleName("Copy LaTeX")

    # opened: the step that is looked at

    def begin(self) -> None:
        """Take the next step of the training as it is now."""

        def prepare(trainer: Trainer) -> None:
            self.prepared.emit(rehearse(trainer, dtype=np.float64))

        if self.controller.prepare():
            self.fields.item.setValue(self.controller.request.item + 1)
            self.controller.lend(prepare)

    @Slot(object)
    def _on_prepared(self, step: Rehearsal) -> None:
        self._step = step
        self.fields.show_step(step, self.node_id, self.wire)

    @Slot()
    def _study(self) -> None:
        step, fields = self._step, self.fields
        if step is None or not fields.node_id:
            return
        if fields.is_chain and fields.last_id:
            ends = (fields.node_id, fields.last_id)
            self.job.start(study_chain, step.twin(), *ends, fields.item_index)
        elif not fields.is_chain and fields.place:
            place = (fields.node_id, fields.place)
            self.job.start(study_local, step.twin(), *place, fields.item_index)

    # what has been found

    @Slot(object)
    def _on_done(self, found: Found) -> None:
        self._looked, self._found = found.step, found.study
        if isinstance(found.study, LocalStudy):
            study = found.study
            self.middle.show_chain((), -1)
            jac = study.jacobian
            self._show_jacobian(jac, study.inputs, study.outputs)
            self.say(
                f"{study.title} by {jac.by}: row i is output i, column j is number j of {jac.by}"
                + (" (only this item's block)" if jac.mixes_items else "")
            )
            return
        chain = found.study.chain
        self.fields.show_ways(chain, self.document.graph.title_of)
        self._show_link()
        links = [way.described for way in chain.ways]
        self.say(f"{found.study.last} by {found.study.first}: {links[0] if links else ''}")

    def _show_jacobian(self, jac: Jacobian, inputs: Array, outputs: Array) -> None:
        """One Jacobian with all that stands around it; symbols and check follow."""
        step = self._looked
        if step is None:
            return
        self._jacobian, self.symbols, self.check = jac, None, None
        self.facts.show_facts(facts_of(jac), jac.structure)
        self.middle.show_shape(jac.shape, jac.structure)
        layer = step.plan.by_id[jac.node_id].layer
        is_scalar = not jac.out_shape and jac.shape[0] == 1
        rows = "J" if step.plan.by_id[jac.node_id].outputs.keys() == {""} and is_scalar else "y"
        columns = jac.by if jac.is_parameter else "h"
        self._show_map(
            Map(
                jac.matrix,
                inputs,
                outputs,
                jac.delta,
                jac.product,
                rows,
                columns,
                jac.out_shape,
                jac.in_shape,
            )
        )
        axes = len(jac.in_shape) if jac.is_parameter else 1
        self.middle.show_formula(rf"\mathbf{{J}}_{{ij}} = {slope_tex(rows, columns, axes)}")
        self.facts.show_ends(ends_of(step, jac))
        self.side.show_cost(jac)
        names = ("gradient",) if jac.is_parameter else ("backward",)
        self.side.show_source(numpy_source(type(layer), *names))
        self.side.check.show_waiting()
        self._soon.start()

    @Slot()
    def _show_link(self) -> None:
        """The whole chain, one of its ways, or one link of it."""
        found, chosen = self._found, self.fields.link
        if not isinstance(found, ChainStudy):
            return
        self._show_strip(found, chosen)
        if chosen is not None and chosen[1] is not None:
            nothing = np.zeros(0)
            self._show_jacobian(found.chain.ways[chosen[0]].links[chosen[1]], nothing, nothing)
            return
        self._soon.stop()
        self.after.cancel()
        self._jacobian, self.symbols, self.check = None, None, None
        matrix = found.chain.total if chosen is None else found.chain.ways[chosen[0]].product
        m, n = matrix.shape
        structure = structure_of(matrix)
        self.facts.show_facts((("shape", f"{m:,} × {n:,}"),), structure)
        self.facts.show_ends(())
        self.middle.show_shape((m, n), structure)
        self._show_map(Map(matrix, found.inputs, found.outputs, None, None, "y", "x"))
        self.middle.show_formula(
            r"\frac{\partial y}{\partial x} = \sum_{\mathrm{ways}} \mathbf{J}_k \cdots \mathbf{J}_1"
        )
        count = found.chain.n_ways
        ways = "One way leads" if count == 1 else f"{count} ways lead"
        listed = "<br>".join(way.described for way in found.chain.ways)
        self.side.show_words(f"{ways} from {found.first} to {found.last}.<br><br>{listed}")
        self.side.show_source("")
        self.side.check.show_waiting()
        self._soon.start()

    def _show_strip(self, found: ChainStudy, chosen: tuple[int, int | None] | None) -> None:
        """The factors of the chosen way, or of the first, and what they multiply out to."""
        way = found.chain.ways[chosen[0] if chosen is not None else 0]
        title_of = self.document.graph.title_of
        factors = [Factor(link.matrix, title_of(link.node_id)) for link in way.links]
        is_only = found.chain.n_ways == 1
        product = Factor(way.product, "product" if is_only else "product of this way")
        link = chosen[1] if chosen is not None else None
        place = len(factors) if link is None else link
        self.middle.show_chain((*factors, product), place)

    @Slot(int)
    def _on_factor(self, place: int) -> None:
        """A factor has been pressed: look at it alone; the product: at the whole way."""
        way = self.fields.link[0] if self.fields.link is not None else 0
        self.fields.choose_link((way, None if place < 0 else place))

    def _show_map(self, shown: Map) -> None:
        self._map = shown
        self.side.show_letters(None)
        has_symbols = self._jacobian is not None
        symbols = self.forms.buttons()[2]
        symbols.setEnabled(has_symbols)
        symbols.setToolTip(
            "What each entry is, with its number below" if has_symbols else _NO_SYMBOLS
        )
        form = self._wish or ("numbers" if shown.is_small else "colours")
        if form == "symbols" and not has_symbols:
            form = "numbers" if shown.is_small else "colours"
        self.forms.set_value(form)
        self.figure.show_map(shown, form)

    # symbols and differences, a moment later

    @Slot()
    def _start_after(self) -> None:
        step, found = self._looked, self._found
        if step is None or not self.isVisible():
            return
        if self._jacobian is not None:
            self.after.start(look_closer, step, self._jacobian)
        elif isinstance(found, ChainStudy) and self._map is not None:
            is_total = self._map.matrix is found.chain.total or found.chain.n_ways == 1
            item = self.fields.item_index
            if is_total:
                self.after.start(check_total, step, found, item)
            else:
                self.side.check.show_none()

    @Slot(object)
    def _on_symbols(self, symbols: Symbols) -> None:
        if self.symbols is symbols or self._map is None:
            return
        self.symbols = symbols
        self.middle.show_formula(symbols.tex, symbols.whole_tex)
        self._map = self.figure.take_symbols(symbols) or self._map
        self.side.show_letters(symbols if self.forms.value() == "symbols" else None)
        self.side.show_column(self._map, self.figure.column, self.figure.row)

    @Slot(object)
    def _on_checked(self, found: tuple[Symbols | None, JacobianCheck | None]) -> None:
        symbols, self.check = found
        if symbols is not None:
            self._on_symbols(symbols)
        if self._map is None or self.check is None:
            self.side.check.show_none()
        else:
            self.side.check.show_check(self.check, self._map)

    @Slot(object)
    def _on_form(self, form: object) -> None:
        self._wish = str(form)
        self.figure.show_form(str(form))
        self.side.show_letters(self.symbols if form == "symbols" else None)

    # what the person looks at

    @Slot(int, int)
    def _on_chosen(self, row: int, column: int) -> None:
        if self._map is not None:
            self.side.show_column(self._map, column, row)

    # out

    @Slot()
    def _on_copy(self) -> None:
        if self._map is None:
            return
        symbols = self.symbols if self.forms.value() == "symbols" else None
        text = latex_of(self._map.matrix, self.figure.style_of_numbers, symbols)
        QGuiApplication.clipboard().setText(text)

    def figures(self) -> dict[str, QWidget]:
        return {"jacobian": self.figure}

    def tables(self) -> dict[str, list[list[Any]]]:
        return {} if self._map is None else {"jacobian": self._map.matrix.tolist()}

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self._soon.stop()
        self.after.cancel()
