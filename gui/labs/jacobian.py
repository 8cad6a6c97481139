"""The Jacobian inspector: the local Jacobian of any node and wire, and chains of them."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.formulas import FormulaLabel
from gui.inspector.pieces import caption, section
from gui.inspector.sources import numpy_source
from gui.labs.jacobian_ends import ends_of
from gui.labs.jacobian_fields import JacobianFields
from gui.labs.jacobian_figure import JacobianFigure
from gui.labs.jacobian_latex import latex_of
from gui.labs.jacobian_map import Map
from gui.labs.jacobian_side import SidePanel
from gui.labs.jacobian_where import StructureTiles, WhereFigure
from gui.labs.job import Job
from gui.labs.panel import CONTROLS_WIDTH, LabPanel
from gui.theme import Theme
from gui.widgets import Segmented
from model.analysis.jacobian import Jacobian
from model.analysis.jacobian_check import JacobianCheck, check_jacobian
from model.analysis.local_study import (
    ChainStudy,
    LocalStudy,
    chain_study,
    facts_of,
    local_study,
)
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal, rehearse
from model.analysis.structure import structure_of
from model.layer import Array
from model.teaching.jacobian_symbols import Symbols, slope_tex, symbols_of
from model.trainer import Trainer

_SIDE_WIDTH = 330
_AFTER_MS = 60
"""Symbols and differences come once the matrix has been painted."""
_FORMS = (("colours", "Heat map"), ("numbers", "Numbers"), ("symbols", "Symbols"))
_NO_SYMBOLS = "A product of several Jacobians has no short symbols; choose one of its links"


class Found(NamedTuple):
    """An answer, and the step that it was taken from."""

    study: LocalStudy | ChainStudy
    step: Rehearsal


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
        self.figure = JacobianFigure()
        self.side = SidePanel()
        self.where = WhereFigure()
        self.tiles = StructureTiles()
        self.formula, self.whole = FormulaLabel(), FormulaLabel()
        self._shape, self._structure = QLabel(), QLabel()
        self._meaning = caption()
        self._facts = QGridLayout()
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
        self._where_title = section("Where")
        for widget in (self._where_title, self.where, section("Structure"), self.tiles):
            self.controls.addWidget(widget)
        self.controls.addWidget(self._meaning)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self.controls.addLayout(self._facts)
        said = "rows = outputs, columns = inputs, float64. Wheel or + and − zoom; arrows move."
        self.controls.addWidget(caption(said))

    def _fill_stage(self) -> None:
        for label in (self._shape, self._structure):
            label.setProperty("kind", "chip")
        self._structure.setProperty("level", "accent")
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 4)
        head.setSpacing(8)
        head.addWidget(self.formula)
        head.addWidget(self.whole)
        head.addStretch(1)
        head.addWidget(self._shape)
        head.addWidget(self._structure)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(self.figure)
        self._area.viewport().installEventFilter(self)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(head)
        middle.addWidget(self._area, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(middle, 1)
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
        self.where.pressed.connect(self.fields.choose_node)
        self.figure.chosen.connect(self._on_chosen)
        self.figure.moved.connect(self._on_moved)
        self.copy.clicked.connect(self._on_copy)
        self.job.done.connect(self._on_done)
        self.after.partial.connect(self._on_symbols)
        self.after.done.connect(self._on_checked)
        self._soon.timeout.connect(self._start_after)
        for bar in (self._area.horizontalScrollBar(), self._area.verticalScrollBar()):
            bar.valueChanged.connect(self._on_scrolled)

    @Slot(int)
    def _on_scrolled(self, _value: int) -> None:
        self.figure.update()  # its labels stay in sight

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        super()._apply_theme(look)
        self._set_sizes(look)

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
        self.fields.show_step(step, self.node_id)

    @Slot()
    def _study(self) -> None:
        step, fields = self._step, self.fields
        if step is None or not fields.node_id:
            return
        if fields.is_chain and fields.last_id:
            ends = (fields.node_id, fields.last_id)
            self.job.start(_chain, step.twin(), *ends, fields.item_index)
        elif not fields.is_chain and fields.place:
            place = (fields.node_id, fields.place)
            self.job.start(_local, step.twin(), *place, fields.item_index)

    # what has been found

    @Slot(object)
    def _on_done(self, found: Found) -> None:
        self._looked, self._found = found.step, found.study
        if isinstance(found.study, LocalStudy):
            study = found.study
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
        self._show_facts(facts_of(jac), jac.structure, jac.shape)
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
        self._show_formula(rf"\mathbf{{J}}_{{ij}} = {slope_tex(rows, columns, axes)}")
        self._show_where(ends_of(step, jac))
        self.side.show_cost(jac)
        names = ("gradient",) if jac.is_parameter else ("backward",)
        self.side.show_source(numpy_source(type(layer), *names))
        self.side.check.show_waiting()
        self._soon.start()

    def _show_formula(self, entry: str, whole: str = "") -> None:
        self.formula.set_tex(entry)
        self.whole.set_tex(whole)
        self._fit_head()

    def _fit_head(self) -> None:
        """What has no room beside the formula is left out; the facts say it too."""
        room = self._area.width() - 40 - self.formula.sizeHint().width()
        chips = [self._shape] + ([self._structure] if self._structure.text() else [])
        room -= sum(chip.sizeHint().width() + 8 for chip in chips)
        for chip in (self._shape, self._structure):
            chip.setVisible(room >= 0 and chip in chips)
        wide = self.whole.sizeHint().width() + 24
        self.whole.setVisible(bool(self.whole.tex()) and room >= wide)

    def _show_where(self, ends: tuple[Any, ...]) -> None:
        self._where_title.setVisible(bool(ends))
        self.where.setVisible(bool(ends))
        if ends:
            self.where.show_ends(ends)

    @Slot()
    def _show_link(self) -> None:
        """The whole chain, one of its ways, or one link of it."""
        found, chosen = self._found, self.fields.link
        if not isinstance(found, ChainStudy):
            return
        if chosen is not None and chosen[1] is not None:
            nothing = np.zeros(0)
            self._show_jacobian(found.chain.ways[chosen[0]].links[chosen[1]], nothing, nothing)
            return
        self._soon.stop()
        self.after.cancel()
        self._jacobian, self.symbols, self.check = None, None, None
        matrix = found.chain.total if chosen is None else found.chain.ways[chosen[0]].product
        m, n = matrix.shape
        self._show_facts((("shape", f"{m:,} × {n:,}"),), structure_of(matrix), (m, n))
        self._show_map(Map(matrix, found.inputs, found.outputs, None, None, "y", "x"))
        self._show_formula(
            r"\frac{\partial y}{\partial x} = \sum_{\mathrm{ways}} \mathbf{J}_k \cdots \mathbf{J}_1"
        )
        self._show_where(())
        count = found.chain.n_ways
        ways = "One way leads" if count == 1 else f"{count} ways lead"
        listed = "<br>".join(way.described for way in found.chain.ways)
        self.side.show_words(f"{ways} from {found.first} to {found.last}.<br><br>{listed}")
        self.side.show_source("")
        self.side.check.show_none()

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

    def _show_facts(
        self, facts: tuple[tuple[str, str], ...], structure: str, shape: tuple[int, int]
    ) -> None:
        self._shape.setText(f"{shape[0]:,} × {shape[1]:,}")
        self._structure.setText(structure)
        self.tiles.show_structure(structure)
        while self._facts.count():
            entry = self._facts.takeAt(0)
            old = entry.widget() if entry is not None else None
            if old is not None:
                old.deleteLater()
        told = dict(facts)
        self._meaning.setText(told.pop("structure", ""))
        for row, (name, words) in enumerate(told.items()):
            value = QLabel(words)
            value.setWordWrap(True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            key = caption(name)
            key.setWordWrap(False)
            self._facts.addWidget(key, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, row, 1)

    # symbols and differences, a moment later

    @Slot()
    def _start_after(self) -> None:
        if self._looked is not None and self._jacobian is not None and self.isVisible():
            self.after.start(_look_closer, self._looked, self._jacobian)

    @Slot(object)
    def _on_symbols(self, symbols: Symbols) -> None:
        if self.symbols is symbols or self._map is None:
            return
        self.symbols = symbols
        self._show_formula(symbols.tex, symbols.whole_tex)
        self._map = self.figure.take_symbols(symbols) or self._map
        self.side.show_letters(symbols if self.forms.value() == "symbols" else None)
        self.side.show_column(self._map, self.figure.column, self.figure.row)

    @Slot(object)
    def _on_checked(self, found: tuple[Symbols, JacobianCheck]) -> None:
        symbols, self.check = found
        self._on_symbols(symbols)
        if self._map is not None:
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

    @Slot(QRectF)
    def _on_moved(self, cell: QRectF) -> None:
        middle = cell.center().toPoint()
        across = min(round(cell.width() / 2) + 60, self._area.viewport().width() // 2)
        down = min(round(cell.height() / 2) + 40, self._area.viewport().height() // 2)
        self._area.ensureVisible(middle.x(), middle.y(), across, down)

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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The figure fills the room that there is."""
        if event.type() == QEvent.Type.Resize and watched is self._area.viewport():
            self.figure.set_room(self._area.viewport().size() - QSize(2, 2))
            self._set_sizes(theme.current())
            self._fit_head()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: Any) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self._soon.stop()
        self.after.cancel()


def _local(_progress: Progress, step: Rehearsal, node_id: str, by: str, item: int) -> Found:
    return Found(local_study(step, node_id, by, item), step)


def _chain(_progress: Progress, step: Rehearsal, first: str, last: str, item: int) -> Found:
    return Found(chain_study(step, first, last, item), step)


def _look_closer(
    progress: Progress, step: Rehearsal, jac: Jacobian
) -> tuple[Symbols, JacobianCheck]:
    symbols = symbols_of(step, jac)
    progress.report(0.0, "", symbols)
    return symbols, check_jacobian(step, jac, progress)
