"""Ready exercises: the lecture's own questions, about the open design or a picture of their own."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPen, QPixmap
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
from gui.canvas.zooms import FAR_BELOW
from gui.debugger.predict_panel import save_summary
from gui.document import Document
from gui.inspector.pieces import section
from gui.labs.panel import LabPanel
from gui.labs.pieces import scrolled
from gui.plots.figure import Figure
from gui.teaching.quiz_box import QuizBox
from gui.theme import Theme
from model.graph import NetworkGraph
from model.layer import Array
from model.teaching.exercises import Exercise, exercises
from model.teaching.predicting import Quiz

_WIDTH = 860
_FARTHEST = 0.14
"""Zoom under which titles could not be read however they are drawn."""
_LARGEST = 44
"""px of a neuron's cell at a desk, at most."""
_LOWEST = 150
"""px of a picture's height at a desk, at least; where there is less, the page scrolls."""
_MORE = "With a design that runs there are two more, about its dimensions and parameters."
_EXAMPLES = {"shape": "B × 10", "yes_no": "yes or no"}
"""What an answer may look like, by the kind of its question."""


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
        self._follows_end = False
        self.choice = QListWidget()
        self.choice.setObjectName("exercise_list")
        self.choice.setAccessibleName("Exercises")
        self.choice.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        self.box.hint_button.clicked.connect(self._on_hint)

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
        self._page = QWidget()
        self._page.setLayout(column)
        middle = QWidget()
        middle.setProperty("kind", "panel")
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self._page, 100)
        row.addStretch(1)
        self._area = scrolled(middle)
        self._area.verticalScrollBar().rangeChanged.connect(self._on_range)
        self.stage.addWidget(self._area, 1)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme(theme.current())

    @Slot(object)
    def _on_theme(self, look: Theme) -> None:
        self._page.setMaximumWidth(round(_WIDTH * look.scale))
        for picture in (self.picture, self.board):
            picture.setMinimumHeight(round(_LOWEST * look.scale))

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
        has_design = any(exercise.key == "dimensions" for exercise in self._all)
        self.say(self.help if has_design else _MORE)

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

    @Slot()
    def _on_hint(self) -> None:
        """It stands at the end of the page, which grows with it."""
        self._follows_end = True

    @Slot(int, int)
    def _on_range(self, _low: int, high: int) -> None:
        if self._follows_end:
            self._area.verticalScrollBar().setValue(high)

    def _ask(self, place: int) -> None:
        if self._quiz is None:
            return
        self._place = place % len(self._quiz.items)
        self._follows_end = False
        self.box.ask(self._quiz, self._place)
        kind = self._quiz.items[self._place].question.kind
        self.box.line.setPlaceholderText(_EXAMPLES.get(kind, "1.5 or 1/3"))
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
        room = QRectF(left, top, width, height)
        if not _FARTHEST < zoom < FAR_BELOW:
            self._scene.render(painter, room, source)
            return
        # a little smaller than cards with titles are drawn: those, and shrunk, instead of blocks
        ratio = self.devicePixelRatioF()
        size = source.size() * FAR_BELOW * 1.01
        picture = QPixmap((size * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(look.color("canvas"))
        inner = QPainter(picture)
        inner.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._scene.render(inner, QRectF(QPointF(0, 0), size), source)
        inner.end()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(room, picture, QRectF(picture.rect()))


class MaskFigure(Figure):
    """Dropout masks, one item a row, as on the card of a dropout layer: a disc is kept, a ring with
    a cross is off."""

    def __init__(self) -> None:
        super().__init__("exercise_mask", "Dropout masks: crossed neurons are off")
        self._mask: Array | None = None

    def show_mask(self, mask: Array | None) -> None:
        """(rows, columns) booleans, True where a neuron speaks."""
        self._mask = mask
        self.update()

    def paint(self, painter: QPainter, look: Theme) -> None:
        """As large as there is room."""
        painter.fillRect(self.rect(), look.color("surface"))
        if self._mask is None:
            return
        rows, columns = self._mask.shape
        side = min(self.width() / columns, self.height() / rows, _LARGEST * look.scale)
        left = (self.width() - columns * side) / 2
        top = (self.height() - rows * side) / 2
        for row, column in np.ndindex(rows, columns):
            middle = QPointF(left + (column + 0.5) * side, top + (row + 0.5) * side)
            _paint_neuron(painter, look, middle, 0.35 * side, bool(self._mask[row, column]))


def _paint_neuron(
    painter: QPainter, look: Theme, middle: QPointF, radius: float, is_kept: bool
) -> None:
    if is_kept:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.category("Regularise"))
        painter.drawEllipse(middle, radius, radius)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.color("text2"), 0.2 * radius))
    painter.drawEllipse(middle, 0.9 * radius, 0.9 * radius)
    arm = 0.9 * radius * math.sqrt(0.5)
    painter.drawLine(middle - QPointF(arm, arm), middle + QPointF(arm, arm))
    painter.drawLine(middle + QPointF(arm, -arm), middle + QPointF(-arm, arm))
