"""The numbers of an operation: tiles that are multiplied and summed, and one sum written out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.canvas.cards.paint import CENTRE, LEFT, RIGHT, draw_text, hairline, metrics, text_width
from gui.debugger.session import DebugSession
from gui.debugger.views import math_paint
from gui.debugger.views.pointing import Pointing
from gui.debugger.views.term_canvas import Hit, TermCanvas
from gui.debugger.views.term_words import words_of
from gui.debugger.views.tiles import Tiles
from gui.theme import Theme
from model.teaching.anatomy import SYMBOLS
from model.teaching.describing import OperationView
from model.teaching.equations import Equation, Part
from model.teaching.terms import is_lit, mark
from model.teaching.wording import indexed

_MOST_ROWS = 8
_GAP = 14.0
_IN_WORDS = {
    "theta": "old value",
    "rho": "learning rate",
    "decayed": "old value, decayed",
    "mean": "mean of the gradients",
    "mean before": "mean before",
    "square": "mean of their squares",
    "square before": "squares before",
    "mean correction": "correction of the mean",
    "square correction": "correction of the squares",
    "corrected mean": "mean, corrected",
    "corrected square": "squares, corrected",
    "new": "new value",
}
"""Parts of an update whose name says too little."""
_OF_STATE = {"done": "done before", "next": "comes next"}


@dataclass(frozen=True)
class _Text:
    """A line of words, or of a formula."""

    rect: QRectF
    text: str
    role: str
    token: str
    is_formula: bool = False


@dataclass(frozen=True)
class _Cell:
    """A number of the table below the tiles."""

    rect: QRectF
    text: str
    terms: tuple[str, ...]
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
        self._cells: list[_Cell] = []
        self._lines: list[QRectF] = []

    def numpy(self) -> str:
        """The arrays as NumPy code, full numbers."""
        view = self.moment.view if self.moment is not None else None
        lines = [
            f"{_identifier(part)} = {_literal(part)}"
            for equation in (view.equations if view is not None else ())
            for part in equation.parts
        ]
        return "\n".join(dict.fromkeys(lines)) + "\n" if lines else ""

    def arrange(self, width: float, look: Theme) -> float:
        self._texts, self._cells, self._lines = [], [], []
        view = self.moment.view if self.moment is not None else None
        if view is None:
            self._tiles = []
            return 0.0
        if view is not self._of:  # maps of colour are kept while the same is shown
            self._of = view
            self._tiles = [Tiles(self._with_numbers(each)) for each in view.equations]
        y = 2.0
        for tiles in self._tiles:
            y = self._put(tiles, y, width, look) + _GAP
        return max(y - _GAP + 2, 8.0)

    def _with_numbers(self, equation: Equation) -> Equation:
        """l and l+1 as on the cards."""
        parts = tuple(replace(part, symbol=self.numbered(part.symbol)) for part in equation.parts)
        return replace(equation, formula=self.numbered(equation.formula), parts=parts)

    def _put(self, tiles: Tiles, y: float, width: float, look: Theme) -> float:
        equation = tiles.equation
        y = self._put_title(equation, y, width, look)
        if equation.state != "now":
            return y
        y += tiles.arrange(1.0, y, width - 2, self.session.style, look)
        for tile in tiles.tiles:
            choose = partial(self._choose, tile.part) if tile.part.chooses else None
            tip = f"{tile.part.caption}, {tile.shape}: {words_of(tile.part.terms)}"
            if choose is not None and not tile.grid.is_scalar:
                tip += "\nClick a number, or move with the arrow keys, to write it out"
            self.hits.append(
                Hit(
                    tile.whole,
                    tile.part.terms,
                    tip,
                    tile.grid,
                    tile.grid_rect,
                    tile.part.lit,
                    choose,
                )
            )
        if equation.note:
            y = self._put_note(equation.note, y, width, look)
        return self._put_table(equation, y, width, look)

    def _put_title(self, equation: Equation, y: float, width: float, look: Theme) -> float:
        line = metrics(look, "strong").height()
        is_now = equation.state == "now"
        words = equation.title if is_now else f"{equation.title}, {_OF_STATE[equation.state]}"
        shapes = [" × ".join(map(str, part.values.shape)) for part in equation.parts]
        if not is_now and shapes and shapes[0]:
            words += f", {shapes[0]}"
        token = "text" if is_now else "text3"
        self._texts.append(_Text(QRectF(0, y, width, line), words, "strong", token))
        y += line + 4
        if equation.formula:
            size = math_paint.size_of(equation.formula, look.px("body"))
            rect = QRectF(4, y, size.width(), size.height())
            self._texts.append(_Text(rect, equation.formula, "body", token, is_formula=True))
            y += size.height() + 6
        return y

    def _put_note(self, note: str, y: float, width: float, look: Theme) -> float:
        metric = metrics(look, "caption")
        flags = int(Qt.TextFlag.TextWordWrap)
        room = metric.boundingRect(QRectF(0, 0, width, 1000), flags, note)
        rect = QRectF(0, y, width, room.height() + 2)
        self._texts.append(_Text(rect, note, "caption", "text3"))
        return y + rect.height() + 4

    # one number written out

    def _put_table(self, equation: Equation, y: float, width: float, look: Theme) -> float:
        view = self._of
        if view is None or all(part.values.size == 1 for part in equation.parts):
            is_update = view is not None and view.info.kind == "update"
            return self._put_anatomy(equation, y, width, look) if is_update else y
        if view.info.kind == "update":
            return self._put_anatomy(equation, y, width, look)
        if equation.by == "sum":
            return self._put_sum(equation, y, width, look)
        return self._put_products(equation, y, width, look)

    def _put_products(self, equation: Equation, y: float, width: float, look: Theme) -> float:
        written = equation.written
        if written is None:
            return y
        style = self.session.style
        products = written.upstream * written.local
        order = np.argsort(-np.abs(np.nan_to_num(products)), kind="stable")[:_MOST_ROWS]
        rows = [
            (style.text(written.upstream[k]), style.text(written.local[k]), style.text(products[k]))
            for k in np.sort(order)
        ]
        result = next(part for part in equation.parts if part.lit and part.chooses == "place")
        columns = [max(text_width(look, "chip", row[k]) for row in rows) for k in range(3)]
        sign = text_width(look, "chip", "×") + 12
        row_height = metrics(look, "chip").height() * 1.3
        names = (("upstream",), ("local",), result.terms)
        for number, row in enumerate(rows):
            x = 4.0
            lead = "+" if number else ""
            self._cell(QRectF(x, y, sign, row_height), lead, (), "text3")
            x += sign
            for k, text in enumerate(row):
                rect = QRectF(x, y, columns[k], row_height)
                self._cell(rect, text, names[k], math_paint.token_of(names[k]))
                x += columns[k]
                if k < 2:
                    self._cell(QRectF(x, y, sign, row_height), "×="[k], (), "text3")
                    x += sign
            y += row_height
        left = len(products) - len(rows)
        total = self._symbol_of(equation, result)
        y = self._put_total(total, written.total, result.terms, (y, sum(columns) + 3 * sign), look)
        if left:
            words = f"and {left:,} more terms" if left > 1 else "and 1 more term"
            y = self._put_note(f"The largest {len(rows)} {words}.", y, width, look)
        return y

    def _put_total(
        self,
        symbol: str,
        value: float,
        terms: tuple[str, ...],
        at: tuple[float, float],
        look: Theme,
    ) -> float:
        y, right = at
        row_height = metrics(look, "chip").height() * 1.5
        self._lines.append(QRectF(4, y + 2, right, 0))
        y += 4
        size = math_paint.size_of(symbol, look.px("body"))
        height = max(row_height, size.height() + 4)
        text = self.session.style.text(value)
        needed = text_width(look, "mono", text) + 4
        rect = QRectF(max(right - needed, size.width() + 30), y, needed, height)
        self._cell(rect, text, terms, math_paint.token_of(terms), role_is_mono=True)
        place = QRectF(6, y + (height - size.height()) / 2, size.width(), size.height())
        self._cells.append(_Cell(place, mark(",".join(terms), symbol), terms, "", True))
        return y + height + 4

    def _symbol_of(self, equation: Equation, result: Part) -> str:
        view = self._of
        shape = result.values.shape
        if self.moment is not None and self.moment.item is None and shape:
            shape = shape[1:] if view is not None and view.info.kind != "gradient" else shape
        place = result.lit[0]
        if view is not None and view.info.kind == "gradient":
            inner = result.symbol.removeprefix(r"\frac{\partial J}{\partial ")[:-1]
            return rf"\frac{{\partial J}}{{\partial {indexed(inner, shape, place)}}}"
        return indexed(r"\delta", shape, place)

    def _put_sum(self, equation: Equation, y: float, width: float, look: Theme) -> float:
        style = self.session.style
        *terms, total = equation.parts
        place = total.lit[0]
        values = [float(part.values.reshape(-1)[place]) for part in terms]
        numbers = max(text_width(look, "chip", style.text(value)) for value in values)
        sign = text_width(look, "chip", "+") + 12
        row_height = metrics(look, "chip").height() * 1.3
        for number, (part, value) in enumerate(zip(terms, values, strict=True)):
            self._cell(QRectF(4, y, sign, row_height), "+" if number else "", (), "text3")
            self._cell(
                QRectF(4 + sign, y, numbers, row_height), style.text(value), part.terms, "bwd"
            )
            x = 4 + sign + numbers + 12
            rect = QRectF(x, y, width - x, row_height)
            self._texts.append(_Text(rect, part.caption, "caption", "text2"))
            y += row_height
        value = float(total.values.reshape(-1)[place])
        symbol = self._symbol_of(equation, total)
        return self._put_total(symbol, value, total.terms, (y, sign + numbers), look)

    def _put_anatomy(self, equation: Equation, y: float, width: float, look: Theme) -> float:
        """Every part of the optimiser, for the chosen weight."""
        view = self._of
        if view is None:
            return y
        style = self.session.style
        parts, place = view.parts[equation.by], view.places[equation.by]
        px = look.px("body")
        symbols = {name: SYMBOLS.get(name, "") for name in parts}
        first = max(math_paint.size_of(tex, px).width() for tex in symbols.values()) + 16
        second = 14 + max(text_width(look, "caption", _IN_WORDS.get(name, name)) for name in parts)
        name = indexed(equation.parts[0].symbol, equation.parts[0].values.shape, place)
        if equation.parts[0].values.size > 1:
            height = math_paint.size_of(name, px).height()
            self._texts.append(
                _Text(QRectF(4, y, width, height), name, "body", "text2", is_formula=True)
            )
            y += height + 4
        for part, values in parts.items():
            size = math_paint.size_of(symbols[part], px)
            row = max(size.height() + 4, metrics(look, "chip").height() * 1.4)
            terms = (f"part:{part}",)
            marked = mark(terms[0], symbols[part])
            middle = QRectF(4, y + (row - size.height()) / 2, size.width(), size.height())
            self._cells.append(_Cell(middle, marked, terms, "", True))
            words = QRectF(4 + first, y, second, row)
            said = _IN_WORDS.get(part, part)
            self._texts.append(_Text(words, said, "caption", "text2"))
            value = float(values.reshape(-1)[place if values.size > 1 else 0])
            text = style.text(value)
            rect = QRectF(4 + first + second, y, text_width(look, "chip", text) + 4, row)
            self._cell(rect, text, terms, "text")
            self.hits.append(Hit(QRectF(0, y, width, row), terms, f"{part}: {style.full(value)}"))
            y += row
        return y + 4

    def _cell(
        self,
        rect: QRectF,
        text: str,
        terms: tuple[str, ...],
        token: str,
        *,
        role_is_mono: bool = False,
    ) -> None:
        self._cells.append(_Cell(rect, text, terms, f"{token}{'!' if role_is_mono else ''}"))
        if terms:
            self.hits.append(Hit(rect, terms, words_of(terms)))

    # choosing

    def _choose(self, part: Part, place: int) -> None:
        """Write another number out."""
        moment = self.moment
        if moment is None:
            return
        shape = part.values.shape
        if part.chooses == "column" and shape:
            place %= shape[-1]
        elif moment.item is None and shape and shape[0] == moment.batch:
            place %= max(part.values.size // moment.batch, 1)
        self.session.choose_element(place)

    # painting

    def draw(self, painter: QPainter, look: Theme, lit: str) -> None:
        for text in self._texts:
            if text.is_formula:
                math_paint.paint(
                    painter,
                    text.rect.topLeft(),
                    text.text,
                    look.px(text.role),
                    look,
                    lit=lit,
                    default=text.token,
                )
            elif (
                text.role == "caption"
                and text.rect.height() > metrics(look, "caption").height() * 1.9
            ):
                painter.setFont(look.font("caption"))
                painter.setPen(look.color(text.token))
                painter.drawText(text.rect, int(Qt.TextFlag.TextWordWrap), text.text)
            else:
                draw_text(painter, text.rect, text.text, look, text.role, text.token, LEFT)
        for tiles in self._tiles:
            if tiles.equation.state == "now":
                tiles.paint(painter, self.session.style, look, lit)
        self._draw_table(painter, look, lit)

    def _draw_table(self, painter: QPainter, look: Theme, lit: str) -> None:
        painter.setPen(QPen(look.color("border2"), hairline(look)))
        for line in self._lines:
            painter.drawLine(QPointF(line.x(), line.y()), QPointF(line.right(), line.y()))
        for cell in self._cells:
            is_on = is_lit(lit, cell.terms)
            if cell.is_formula:
                math_paint.paint(
                    painter, cell.rect.topLeft(), cell.text, look.px("body"), look, lit=lit
                )
                continue
            if is_on:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.color("highlight"))
                painter.drawRoundedRect(cell.rect.adjusted(-3, 1, 3, -1), 3, 3)
            role = "mono" if cell.token.endswith("!") else "chip"
            token = "hitext" if is_on else cell.token.rstrip("!")
            side = CENTRE if cell.text in ("×", "=", "+") else RIGHT
            draw_text(painter, cell.rect, cell.text, look, role, token, side)


def _identifier(part: Part) -> str:
    """A Python name: `upstream`, `W`, `gradient_W`."""
    kind, _, name = part.terms[0].partition(":")
    words = name if kind in ("parameter", "input", "part") else f"{kind}_{name}" if name else kind
    return "".join(letter if letter.isalnum() else "_" for letter in words).strip("_") or "values"


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
