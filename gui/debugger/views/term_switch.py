"""The switch that keeps a term lit in all views: upstream, local derivative, downstream."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton

from gui import theme
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.debugger.views.pointing import Pointing
from gui.theme import Theme

Term = tuple[str, str, str]
"""Name of the term, its words, and its words where there is little room."""
BACKWARD: tuple[Term, ...] = (
    ("upstream", "upstream", "up"),
    ("local", "local derivative", "local"),
    ("downstream", "downstream", "down"),
)
OF_KIND: dict[str, tuple[Term, ...]] = {
    "forward": (
        ("input", "inputs", "in"),
        ("parameter", "parameters", "param."),
        ("out", "output", "out"),
    ),
    "sum": (("arriving", "arriving", "arriving"), ("upstream", "their sum", "sum")),
    "gradient": (*BACKWARD[:2], ("gradient", "gradient", "grad.")),
    "backward": BACKWARD,
    "update": (
        ("part:theta", "old value", "old"),
        ("part:step", "step", "step"),
        ("part:new", "new value", "new"),
    ),
    "frozen": (
        ("part:theta", "old value", "old"),
        ("part:step", "step", "step"),
        ("part:new", "new value", "new"),
    ),
    "tie": (
        ("part:own gradient", "own", "own"),
        ("part:tied gradient", "shared", "shared"),
        ("part:summed gradient", "their sum", "sum"),
    ),
    "penalty": (
        ("part:data gradient", "of the data", "data"),
        ("part:penalty", "of the penalty", "penalty"),
        ("part:penalised", "their sum", "sum"),
    ),
    "clip": (
        ("part:gradient", "gradient", "grad."),
        ("part:factor", "factor", "factor"),
        ("part:clipped gradient", "clipped", "clipped"),
    ),
    "limit": (
        ("part:theta", "weight", "weight"),
        ("part:unit factor", "factor", "factor"),
        ("part:limited", "limited", "limited"),
    ),
}
"""Of the kinds of operations."""


class TermSwitch(QFrame):
    """At most one is on; another click switches it off."""

    def __init__(self, session: DebugSession, pointing: Pointing) -> None:
        super().__init__()
        self.setObjectName("term_switch")
        self.setProperty("kind", "segmented")
        self.setAccessibleName("Term that is lit in all views")
        self._session = session
        self._pointing = pointing
        self._shown: tuple[Term, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.buttons = [_TermButton(k) for k in range(3)]
        for button in self.buttons:
            button.clicked.connect(self._on_clicked)
            row.addWidget(button)
        pointing.held_changed.connect(self._show_held)
        session.term_lit.connect(self._on_term_lit)
        theme.notifier().changed.connect(self._set_height)
        self._set_height(theme.current())
        self.show_terms(BACKWARD)

    def show_moment(self, moment: Moment | None) -> None:
        """The terms that the operation has."""
        last = moment.last if moment is not None else None
        terms = OF_KIND.get(last.kind, ()) if last is not None else BACKWARD
        self.setEnabled(bool(terms))
        self.setToolTip("" if terms else "This operation has no terms")
        if terms:
            self.show_terms(terms)

    def show_terms(self, terms: tuple[Term, ...]) -> None:
        """Offer these."""
        if terms == self._shown:
            return
        self._shown = terms
        for k, button in enumerate(self.buttons):
            button.setVisible(k < len(terms))
            if k < len(terms):
                button.offer(*terms[k])
        if self._pointing.held and self._pointing.held not in [term for term, _, _ in terms]:
            self._pointing.hold("")
        self._show_held(self._pointing.held)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer words where there is less room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """One long name may be shortened before all are."""
        count = max(len(self._shown), 1)
        room = (self.width() - 4) / count - 16 * theme.current().scale
        metric = self.buttons[0].fontMetrics()
        widths = [metric.horizontalAdvance(words) * 1.06 for _, words, _ in self._shown]
        middle = [metric.horizontalAdvance(words) for _, words, _ in BACKWARD]
        is_tight = room < max((width for width in widths if width < max(middle)), default=0)
        for button, width in zip(self.buttons, widths, strict=False):
            button.shorten(is_tight or width > room)

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, _TermButton):
            self._pointing.hold("" if self._pointing.held == button.term else button.term)

    @Slot(str)
    def _show_held(self, held: str) -> None:
        for button in self.buttons:
            button.setChecked(button.term == held and bool(held))

    @Slot(str)
    def _on_term_lit(self, lit: str) -> None:
        for button in self.buttons:
            button.light(bool(lit) and lit.startswith(button.term))

    @Slot(object)
    def _set_height(self, look: Theme) -> None:
        height = round(look.size("field"))
        self.setFixedHeight(height)
        for button in self.buttons:
            button.setFixedHeight(height - 2)
            button.setIconSize(QSize(round(12 * look.scale), round(12 * look.scale)))


class _TermButton(QToolButton):
    """One term, with a patch of the highlight while it is lit."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.term = ""
        self._words = ("", "")
        self.setObjectName(f"term_{number}")
        self.setProperty("kind", "segment")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setIcon(QIcon(_Patch()))

    def offer(self, term: str, words: str, short: str) -> None:
        """Stand for another term."""
        self.term = term
        self._words = (words, short)
        self.setText(words)
        self.setAccessibleName(f"Light up: {words}")
        self.setToolTip(f"Light up the {words} in all views; click again to switch it off")

    def shorten(self, is_short: bool) -> None:
        """Say it in fewer words."""
        self.setText(self._words[is_short])

    def light(self, is_lit: bool) -> None:
        """Show the patch."""
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if is_lit else style.ToolButtonTextOnly
        )


class _Patch(QIconEngine):
    """A small square of the highlight."""

    def paint(self, painter: QPainter, rect: QRect, _mode: QIcon.Mode, _state: QIcon.State) -> None:
        look = theme.current()
        painter.setPen(QPen(look.color("text3"), 1))
        painter.setBrush(look.color("highlight"))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        found = QPixmap(size)
        found.fill(Qt.GlobalColor.transparent)
        painter = QPainter(found)
        self.paint(painter, found.rect(), mode, state)
        painter.end()
        return found

    def clone(self) -> QIconEngine:
        return _Patch()
