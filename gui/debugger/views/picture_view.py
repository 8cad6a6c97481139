"""The picture of an operation: a curve with its slope, a product of maps, bars, a number line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gui.debugger.choosing import number_of
from gui.debugger.session import DebugSession
from gui.debugger.views.bars_picture import BarsPicture
from gui.debugger.views.curve_picture import CurvePicture
from gui.debugger.views.line_picture import LinePicture
from gui.debugger.views.pointing import Pointing
from gui.debugger.views.rectangle_picture import RectanglePicture
from gui.debugger.views.stack_picture import StackPicture
from gui.debugger.views.strips_picture import StripsPicture
from gui.debugger.views.term_canvas import Hit, TermCanvas
from gui.debugger.views.unrolled_picture import UnrolledPicture
from gui.theme import Theme
from model.teaching.equation import Part
from model.teaching.number_style import NumberStyle
from model.teaching.operation_view import OperationView
from model.teaching.pictures import (
    Bars,
    Curve,
    NumberLine,
    Picture,
    Rectangle,
    Stack,
    Strips,
    Unrolled,
)

_GAP = 16.0


class Painted(Protocol):
    """One picture. `arrange` says how high it is for a width; `hits` are then known."""

    hits: list[Hit]

    def arrange(self, rect: QRectF, style: NumberStyle, look: Theme) -> float: ...

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None: ...


class PictureView(TermCanvas):
    """Pictures beside each other where there is room, else one below the other."""

    def __init__(self, session: DebugSession, pointing: Pointing) -> None:
        super().__init__(session, pointing, "Picture")
        self.setObjectName("picture_view")
        self._of: OperationView | None = None
        self._painted: list[Painted] = []

    def arrange(self, width: float, look: Theme) -> float:
        view = self.moment.view if self.moment is not None else None
        if view is None:
            self._painted, self._of = [], None
            return 0.0
        if view is not self._of:
            self._of = view
            self._painted = [self._made(each, view) for each in view.pictures]
        if not self._painted:
            return 0.0
        least = 200 * look.scale
        across = max(1, min(len(self._painted), int((width + _GAP) // (least + _GAP))))
        if isinstance(view.pictures[0], NumberLine | Strips | Unrolled):
            across = 1
        room = (width - (across - 1) * _GAP) / across
        y = 0.0
        for start in range(0, len(self._painted), across):
            highest = 0.0
            for k, picture in enumerate(self._painted[start : start + across]):
                rect = QRectF(k * (room + _GAP), y, room, 1e6)
                highest = max(highest, picture.arrange(rect, self.session.style, look))
                self.hits += picture.hits
            y += highest + _GAP / 2
        return y - _GAP / 2 + 2

    def _made(self, picture: Picture, view: OperationView) -> Painted:
        match picture:
            case Curve():
                return CurvePicture(picture)
            case Rectangle():
                return RectanglePicture(picture)
            case Bars():
                return BarsPicture(picture, self._choose)
            case Stack():
                return StackPicture(picture)
            case NumberLine():
                return LinePicture(picture)
            case Unrolled():
                return UnrolledPicture(picture, self._choose)
            case Strips():
                equation = picture.equation
                parts = tuple(
                    replace(part, symbol=self.numbered(part.symbol)) for part in equation.parts
                )
                return StripsPicture(replace(equation, parts=parts), self._choose_in)

    @property
    def _choose(self) -> Callable[[int], None]:
        return self.session.choose_element

    def _choose_in(self, part: Part, place: int) -> None:
        number = number_of(self.moment, part.values, part.chooses, part.start, place)
        self.session.choose_element(number)

    def draw(self, painter: QPainter, look: Theme, lit: str) -> None:
        for picture in self._painted:
            picture.paint(painter, self.session.style, look, lit)
