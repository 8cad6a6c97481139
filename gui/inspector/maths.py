"""The Maths tab: what the layer computes forwards and backwards, typeset and as NumPy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.inspector.pieces import FormulaRow, caption, clear, numbered
from gui.inspector.sources import latex_of, numpy_source
from gui.theme import Theme
from model.layer import Formulas, Layer

_FOCUS_RING = 2  # px


class MathsPage(QWidget):
    """Two cards, Forward and Backward, and buttons that copy them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer: Layer | None = None
        self._index: int | None = None
        self._formulas = Formulas((), ())
        self._cards = QVBoxLayout()
        self._cards.setSpacing(16)
        self.copy_latex = _copy_button("Copy LaTeX", "content-copy", "copy_latex")
        self.copy_numpy = _copy_button("Copy NumPy", "code-tags", "copy_numpy")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy_latex)
        buttons.addWidget(self.copy_numpy)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(16)
        rows.addLayout(self._cards)
        rows.addLayout(buttons)
        rows.addStretch(1)
        self.copy_latex.clicked.connect(self._on_copy_latex)
        self.copy_numpy.clicked.connect(self._on_copy_numpy)

    def show_layer(self, layer: Layer, layer_index: int | None) -> None:
        """Show the mathematics of a node; l is filled in where it is known."""
        formulas = layer.chosen_formulas()
        is_same = type(layer) is type(self._layer) and formulas == self._formulas
        if is_same and layer_index == self._index:
            self._layer = layer
            return
        self._layer, self._index, self._formulas = layer, layer_index, formulas
        clear(self._cards)
        kind = type(layer)
        forward = numpy_source(kind, "forward")
        backward = numpy_source(kind, "gradient", "backward")
        self._cards.addWidget(PhaseCard("Forward", "fwd", formulas.forward, forward, layer_index))
        if formulas.backward or backward:
            self._cards.addWidget(
                PhaseCard("Backward", "bwd", formulas.backward, backward, layer_index)
            )
        self.copy_numpy.setEnabled(bool(forward or backward))
        self.copy_numpy.setToolTip(
            "Copy the NumPy lines that run"
            if forward or backward
            else "This layer computes nothing: it hands on the data"
        )

    @Slot()
    def _on_copy_latex(self) -> None:
        if self._layer is not None:
            QGuiApplication.clipboard().setText(latex_of(self._layer.chosen_formulas()))

    @Slot()
    def _on_copy_numpy(self) -> None:
        if self._layer is not None:
            kind = type(self._layer)
            text = numpy_source(kind, "forward", "gradient", "backward")
            QGuiApplication.clipboard().setText(text + "\n")


def _copy_button(text: str, icon: str, name: str) -> QPushButton:
    button = QPushButton(theme.icon(icon), text)
    button.setObjectName(name)
    button.setToolTip(f"{text} of this layer to the clipboard")
    return button


class PhaseCard(QFrame):
    """One phase: coloured head, formulas, code."""

    def __init__(
        self,
        title: str,
        token: str,
        formulas: Sequence[tuple[str, str]],
        source: str,
        layer_index: int | None,
    ) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        rows.addWidget(_PhaseHead(title, token))
        body = QVBoxLayout()
        body.setContentsMargins(14, 12, 14, 12)
        body.setSpacing(10)
        for words, tex in formulas:
            body.addWidget(FormulaRow(words, numbered(tex, layer_index)))
        if not formulas:
            body.addWidget(caption("Nothing is computed here."))
        rows.addLayout(body)
        if source:
            code = CodeBlock(source)
            code.setObjectName(f"code_{title.lower()}")
            code.setAccessibleName(f"{title} in NumPy")
            code.setToolTip("The very lines that run; n holds the arrays of this node")
            frame = QVBoxLayout()
            frame.setContentsMargins(8, 0, 8, 8)
            frame.addWidget(code)
            rows.addLayout(frame)


class _PhaseHead(QWidget):
    """The coloured strip with the arrow of the phase."""

    def __init__(self, title: str, token: str) -> None:
        super().__init__()
        self._title, self._token = title, token
        self.setAccessibleName(title)
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.setFixedHeight(round(look.size("control")))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Rounded above, straight below."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = look.card_radius - 1
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(self.rect()).adjusted(0, 0, 0, radius), radius, radius)
        painter.setClipRect(self.rect())
        painter.fillPath(ground, look.color(f"{self._token}bg"))
        side = look.size("icon_small") + 2
        icon = "arrow-right-bold" if self._token == "fwd" else "arrow-left-bold"
        place = QRectF(14, (self.height() - side) / 2, side, side)
        theme.paint_icon(painter, icon, place, look.color(self._token))
        painter.setFont(look.font("strong"))
        painter.setPen(look.color(self._token))
        area = QRectF(self.rect()).adjusted(14 + side + 10, 0, -8, 0)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), self._title)
        painter.end()


class CodeBlock(QPlainTextEdit):
    """Lines of code that can be read, scrolled and copied; Tab leaves it."""

    _MOST_LINES = 18

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setProperty("kind", "code")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._lines = text.count("\n") + 1
        if self._lines <= self._MOST_LINES:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    def sizeHint(self) -> QSize:
        """Every line, up to a limit, and the scroll bar below, px."""
        shown = min(self._lines, self._MOST_LINES)
        line = QFontMetricsF(self.font()).lineSpacing()
        bar = self.horizontalScrollBar().sizeHint().height()
        frame = 2 * (self.document().documentMargin() + _FOCUS_RING)
        return QSize(120, round(shown * line + frame + bar + line / 2))

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.setFont(look.font("chip"))
        self.setFixedHeight(self.sizeHint().height())
