"""Ready exercises: the lecture's own questions, about the open design or a picture of their own."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.canvas.scene import CanvasScene
from gui.debugger.predict_panel import save_summary
from gui.document import Document
from gui.inspector.pieces import section
from gui.labs.panel import LabPanel
from gui.plots.figure import Figure
from gui.teaching.quiz_box import QuizBox
from gui.theme import Theme
from model.graph import NetworkGraph
from model.layer import Array
from model.teaching.exercises import Exercise, exercises
from model.teaching.predicting import Quiz

_WIDTH = 860


class ExercisePanel(LabPanel):
    """Choose an exercise, answer question by question, save the marks."""

    title: ClassVar[str] = "Exercises"
    help: ClassVar[str] = "The lecture's questions, about this design; type, check, take a hint"

    def build(self) -> None:
        self._seed = 0
        self._all: tuple[Exercise, ...] = ()
        self._quiz: Quiz | None = None
        self._exercise: Exercise | None = None
        self._place = 0
        self.choice = QListWidget()
        self.choice.setObjectName("exercise_list")
        self.choice.setAccessibleName("Exercises")
        self.choice.setWordWrap(True)
        self.choice.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.choice.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.controls.addWidget(section("Exercises"))
        self.controls.addWidget(self.choice, 1)
        self.again = QPushButton("Other numbers")
        self.again.setToolTip("Draw another picture and begin all exercises again")
        self.controls.addWidget(self.again)
        self.save = QPushButton(theme.icon("content-save-outline"), "Save the marks…")
        self.save.setToolTip("Questions, answers, hints and marks as a file")
        self.controls.addWidget(self.save)
        self._fill_stage()
        self.choice.currentRowChanged.connect(self._on_chosen)
        self.again.clicked.connect(self._on_again)
        self.save.clicked.connect(self._on_save)
        self.box.passed.connect(self._on_passed)
        self.box.answered.connect(self._show_marks)

    def _fill_stage(self) -> None:
        self.introduction = QLabel()
        self.introduction.setWordWrap(True)
        self.introduction.setProperty("role", "card")
        self.marks = QLabel()
        self.marks.setObjectName("exercise_marks")
        self.marks.setProperty("role", "caption")
        self.picture = MaskFigure()
        self.board = BoardFigure()
        self.box = QuizBox()
        column = QVBoxLayout()
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addWidget(self.introduction)
        column.addWidget(self.marks)
        column.addWidget(self.picture, 2)
        column.addWidget(self.board, 3)
        column.addWidget(self.box, 1)
        page = QWidget()
        page.setLayout(column)
        page.setMaximumWidth(round(_WIDTH * theme.current().scale))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(page, 8)
        row.addStretch(1)
        self.stage.addLayout(row, 1)

    def begin(self) -> None:
        """The questions fit the design as it is now."""
        self._all = exercises(self.document.graph, self._seed)
        self.choice.blockSignals(True)
        self.choice.clear()
        for exercise in self._all:
            item = QListWidgetItem(exercise.title)
            item.setToolTip(exercise.introduction)
            self.choice.addItem(item)
        self.choice.blockSignals(False)
        self.choice.setCurrentRow(0)

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        if not 0 <= row < len(self._all):
            return
        self._exercise = self._all[row]
        self._quiz = Quiz(self._exercise.questions, self._exercise.title)
        self.introduction.setText(self._exercise.introduction)
        mask, graph = self._exercise.picture, self._exercise.graph
        self.picture.show_mask(mask)
        self.picture.setVisible(mask is not None)
        self.board.setVisible(mask is None)
        if mask is None:
            self.board.show_graph(self.document.graph if graph is None else graph)
        self._ask(0)

    def _ask(self, place: int) -> None:
        if self._quiz is None:
            return
        self._place = place % len(self._quiz.items)
        self.box.ask(self._quiz, self._place)
        self._show_marks()

    @Slot()
    def _on_passed(self) -> None:
        """The next question that is not answered, from here on and round."""
        if self._quiz is None:
            return
        count = len(self._quiz.items)
        ahead = [(self._place + k) % count for k in range(1, count + 1)]
        left = [place for place in ahead if not self._quiz.items[place].is_right]
        if left:
            self._ask(left[0])
        else:
            self._show_marks()
            self.say("All questions of this exercise are answered.")

    @Slot()
    def _show_marks(self, _verdict: object = None) -> None:
        if self._quiz is None:
            return
        reached, total = self._quiz.marks
        right = sum(item.is_right for item in self._quiz.items)
        self.marks.setText(
            f"Question {self._place + 1} of {total} · {right} right · {reached:.3g} marks"
        )

    @Slot()
    def _on_again(self) -> None:
        self._seed += 1
        row = self.choice.currentRow()
        self.begin()
        self.choice.setCurrentRow(row)

    @Slot()
    def _on_save(self) -> None:
        if self._quiz is not None:
            save_summary(self, self._quiz, self.document)

    def tables(self) -> dict[str, list[list[Any]]]:
        if self._quiz is None:
            return {}
        rows = [
            [item.question.prompt, item.question.answer_text, item.is_right, item.mark]
            for item in self._quiz.items
        ]
        return {"marks": [["question", "answer", "right", "mark"], *rows]}


class BoardFigure(Figure):
    """A design as the canvas shows it, with question marks in the place of shapes."""

    def __init__(self) -> None:
        super().__init__("exercise_board", "The design that the questions are about")
        self._document = Document(self)
        self._scene: CanvasScene | None = None

    def show_graph(self, graph: NetworkGraph) -> None:
        """Show a copy of this design."""
        self._document.load(replace(graph.design(), notes={}), None)
        if self._scene is None:
            self._scene = CanvasScene(self._document, None, self)
        self._scene.set_shapes_hidden(True)
        self.update()

    def paint(self, painter: QPainter, look: Theme) -> None:
        """The whole design, as large as there is room, never larger than on the canvas."""
        painter.fillRect(self.rect(), look.color("canvas"))
        if self._scene is None or not self._scene.nodes:
            return
        source = self._scene.drawn_rect().adjusted(-12, -12, 12, 12)
        zoom = min(self.width() / source.width(), self.height() / source.height(), 1.0)
        width, height = zoom * source.width(), zoom * source.height()
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        self._scene.render(painter, QRectF(left, top, width, height), source)


class MaskFigure(Figure):
    """Dropout masks, one item a row: dark cells are off."""

    def __init__(self) -> None:
        super().__init__("exercise_mask", "Dropout masks: dark cells are off")
        self._mask: Array | None = None

    def show_mask(self, mask: Array | None) -> None:
        """(rows, columns) booleans, True where a neuron speaks."""
        self._mask = mask
        self.update()

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Round cells, as on the card of a dropout layer."""
        painter.fillRect(self.rect(), look.color("surface"))
        if self._mask is None:
            return
        rows, columns = self._mask.shape
        side = min(self.width() / columns, self.height() / rows)
        left = (self.width() - columns * side) / 2
        top = (self.height() - rows * side) / 2
        for row, column in np.ndindex(rows, columns):
            cell = QRectF(left + column * side, top + row * side, side, side)
            cell = cell.adjusted(0.15 * side, 0.15 * side, -0.15 * side, -0.15 * side)
            is_on = bool(self._mask[row, column])
            painter.setPen(look.color("border2"))
            painter.setBrush(look.color("surface") if is_on else look.color("text"))
            if is_on:
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(cell)
