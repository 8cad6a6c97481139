"""The numbers of an operation: tiles that are multiplied and summed, and one sum written out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from gui.canvas.cards.paint import metrics
from gui.debugger.choosing import number_of
from gui.debugger.session import DebugSession
from gui.debugger.views import math_paint
from gui.debugger.views.pointing import Pointing
from gui.debugger.views.sum_table import SumTable
from gui.debugger.views.term_canvas import Hit, TermCanvas
from gui.debugger.views.term_words import words_of
from gui.debugger.views.tiles import Tiles
from gui.theme import Theme
from model.layer import Array
from model.teaching.equation import Equation, Part
from model.teaching.operation_view import OperationView
from model.teaching.wording import indexed

_GAP = 14.0
_OF_STATE = {"done": "done before", "next": "comes next"}


@dataclass(frozen=True)
class _Text:
    """Words, which may take several lines, or a formula."""

    rect: QRectF
    text: str
    role: str
    token: str
    is_formula: bool = False


class NumbersView(TermCanvas):
    """One equation below the other."""

    def __init__(self, session: DebugSession, pointing: Pointing) -> None:
        super().__init__(session, pointing, "Numbers")
        self.setObjectName("numbers_view")
        self._of: OperationView | None = None
        self._tiles: list[Tiles] = []
        self._texts: list[_Text] = []
        self._tables: list[SumTable] = []

    def numpy(self) -> str:
        """The arrays as NumPy code, full numbers."""
        view = self.moment.view if self.moment is not None else None
        lines = _assignments(view.equations) if view is not None else []
        return "\n".join(lines) + "\n" if lines else ""

    def arrange(self, width: float, look: Theme) -> float:
        self._texts, self._tables = [], []
        view = self.moment.view if self.moment is not None else None
        if view is None:
            self._tiles = []
            return 0.0
        if view is not self._of:  # maps of colour are kept while the same is shown
            self._of = view
            self._tiles = [Tiles(self._with_numbers(each)) for each in view.equations]
        y = 2.0
        for tiles in self._tiles:
            y = self._put(tiles, view, y, (width, look)) + _GAP
        return max(y - _GAP + 2, 8.0)

    def _with_numbers(self, equation: Equation) -> Equation:
        """l and l+1 as on the cards."""
        parts = tuple(replace(part, symbol=self.numbered(part.symbol)) for part in equation.parts)
        return replace(equation, formula=self.numbered(equation.formula), parts=parts)

    def _put(self, tiles: Tiles, view: OperationView, y: float, room: tuple[float, Theme]) -> float:
        width, look = room
        equation = tiles.equation
        y = self._put_title(equation, y, width, look)
        if equation.state != "now":
            return y
        y += tiles.arrange(1.0, y, width - 2, self.session.style, look)
        for tile in tiles.tiles:
            choose = partial(self._choose, tile.part) if tile.part.chooses else None
            tip = f"{tile.part.caption}, {tile.shape or 'scalar'}: {words_of(tile.part.terms)}"
            if choose is not None and not tile.grid.is_scalar:
                tip += "\nClick a number, or move with the arrow keys, to write it out"
            part, grid = tile.part, tile.grid
            where = tile.grid_rect
            self.hits.append(Hit(tile.whole, part.terms, tip, grid, where, part.lit, choose))
        if equation.note:
            y = self._put_note(equation.note, y, width, look)
        return self._put_table(equation, view, y, room)

    def _put_title(self, equation: Equation, y: float, width: float, look: Theme) -> float:
        is_now = equation.state == "now"
        words = equation.title if is_now else f"{equation.title}, {_OF_STATE[equation.state]}"
        shapes = [" × ".join(map(str, part.values.shape)) for part in equation.parts]
        if not is_now and shapes and shapes[0]:
            words += f", {shapes[0]}"
        token = "text" if is_now else "text3"
        y = self._put_words(words, y, width, look, "strong", token) + 2
        if equation.formula:
            size = math_paint.size_of(equation.formula, look.px("body"))
            rect = QRectF(4, y, size.width(), size.height())
            self._texts.append(_Text(rect, equation.formula, "body", token, is_formula=True))
            y += size.height() + 6
        return y

    def _put_note(self, note: str, y: float, width: float, look: Theme) -> float:
        return self._put_words(note, y, width, look, "caption", "text3") + 2

    def _put_words(
        self, words: str, y: float, width: float, look: Theme, role: str, token: str
    ) -> float:
        """On several lines where needed."""
        flags = int(Qt.TextFlag.TextWordWrap)
        room = metrics(look, role).boundingRect(QRectF(0, 0, width, 1000), flags, words)
        rect = QRectF(0, y, width, room.height() + 2)
        self._texts.append(_Text(rect, words, role, token))
        return rect.bottom()

    def _put_table(
        self, equation: Equation, view: OperationView, y: float, room: tuple[float, Theme]
    ) -> float:
        """One number written out; plain numbers have said all in their tiles."""
        width, look = room
        table = SumTable(self.session.style, look, width)
        note = ""
        if equation.by in view.parts:
            y = self._put_name(equation, view.places[equation.by], y, look)
            y = table.put_anatomy(view.parts[equation.by], view.places[equation.by], y)
        elif all(part.values.size <= 1 for part in equation.parts):
            return y
        elif equation.by == "sum":
            y = table.put_terms(equation, y, self._name_of(equation, equation.parts[-1]))
        elif equation.written is not None:
            result = next(part for part in equation.parts if part.chooses == "place")
            y, note = table.put_products(equation, y, self._name_of(equation, result))
        self._tables.append(table)
        self.hits += table.hits
        return self._put_note(note, y, width, look) if note else y

    def _put_name(self, equation: Equation, place: int, y: float, look: Theme) -> float:
        """Which weight it is of which all parts follow."""
        first = equation.parts[0]
        if first.values.size <= 1:
            return y
        name = indexed(first.symbol, first.values.shape, place)
        size = math_paint.size_of(name, look.px("body"))
        rect = QRectF(4, y, size.width(), size.height())
        self._texts.append(_Text(rect, name, "body", "text2", is_formula=True))
        return y + size.height() + 4

    def _name_of(self, equation: Equation, result: Part) -> str:
        r"""`\delta_{18}`, or the gradient of `W_{2,3}`."""
        view, moment = self._of, self.moment
        is_gradient = view is not None and view.info.kind == "gradient"
        shape, place = result.values.shape, result.lit[0]
        if is_gradient:
            inner = result.symbol.removeprefix(r"\frac{\partial J}{\partial ")[:-1]
            return rf"\frac{{\partial J}}{{\partial {indexed(inner.strip(), shape, place)}}}"
        if moment is not None and moment.item is None:
            shape = shape[1:]
        return indexed(r"\delta", shape, place)

    # choosing

    def _choose(self, part: Part, place: int) -> None:
        """Write another number out."""
        number = number_of(self.moment, part.values, part.chooses, part.start, place)
        self.session.choose_element(number)

    # painting

    def draw(self, painter: QPainter, look: Theme, lit: str) -> None:
        for text in self._texts:
            if text.is_formula:
                place, px = text.rect.topLeft(), look.px(text.role)
                math_paint.paint(painter, place, text.text, px, look, lit=lit, default=text.token)
            else:
                painter.setFont(look.font(text.role))
                painter.setPen(look.color(text.token))
                painter.drawText(text.rect, int(Qt.TextFlag.TextWordWrap), text.text)
        for tiles in self._tiles:
            if tiles.equation.state == "now":
                tiles.paint(painter, self.session.style, look, lit)
        for table in self._tables:
            table.paint(painter, lit)


def _assignments(equations: tuple[Equation, ...]) -> list[str]:
    """`name = np.array(...)` for every array, once; where several have a name, that of the
    parameter is added, or a number."""
    parts = [(equation.by, part) for equation in equations for part in equation.parts]
    kinds: dict[str, list[Array]] = {}
    for _, part in parts:
        _add_new(kinds.setdefault(_identifier(part), []), part.values)
    taken: dict[str, list[Array]] = {}
    lines = []
    for by, part in parts:
        name = _identifier(part)
        if len(kinds[name]) > 1 and by and not name.endswith(f"_{_as_name(by)}"):
            name = f"{name}_{_as_name(by)}"
        held = taken.setdefault(name, [])
        if _add_new(held, part.values):
            number = f"_{len(held)}" if len(held) > 1 else ""
            lines.append(f"{name}{number} = {_literal(part)}")
    return lines


def _add_new(held: list[Array], values: Array) -> bool:
    """Whether the array was not among them; it is now."""
    is_new = not any(each is values or np.array_equal(each, values) for each in held)
    if is_new:
        held.append(values)
    return is_new


def _identifier(part: Part) -> str:
    """A Python name: `upstream`, `W`, `gradient_W`; `share_W` of one item."""
    kind, _, name = part.terms[0].partition(":")
    if kind == "gradient" and part.caption == "this item's share":
        kind = "share"
    words = name if kind in ("parameter", "input", "part") else f"{kind}_{name}" if name else kind
    return _as_name(words) or "values"


def _as_name(words: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in words).strip("_")


def _literal(part: Part) -> str:
    """`np.array([...])` with all digits."""
    text = np.array2string(
        part.values,
        separator=", ",
        threshold=part.values.size + 1,
        floatmode="unique",
        max_line_width=96,
    )
    return f"np.array({text})"
