"""What an empty canvas says: how to begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
)

from gui import theme
from gui.canvas.overlay import OverlayBox

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_STEPS = (
    ("numeric-1-circle-outline", "Drag a data set from the list on the left onto this canvas."),
    ("numeric-2-circle-outline", "Drag layers and a loss beside it, and draw wires between them."),
    ("numeric-3-circle-outline", "Press Run, and watch the network learn."),
)

_MARGIN, _SPACE = 36, 12


class EmptyHint(OverlayBox):
    """Three steps and three buttons; hidden as soon as there is a card. A layer dropped on it lands
    on the canvas below."""

    example_requested = Signal()
    search_requested = Signal()
    expression_requested = Signal()

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.setAcceptDrops(True)
        self._icons: list[QLabel] = []
        self._title = QLabel("Build a network")
        self._texts: list[QLabel] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(12)
        for row, (_icon, text) in enumerate(_STEPS):
            mark, label = QLabel(), QLabel(text)
            label.setWordWrap(True)
            grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
            self._icons.append(mark)
            self._texts.append(label)
        grid.setColumnStretch(1, 1)
        self.example = QPushButton("Open an example")
        self.example.setObjectName("open_example")
        self.example.setProperty("kind", "primary")
        self.example.setToolTip("Choose a finished design to start from")
        self.search = QPushButton("Add a layer")
        self.search.setObjectName("add_first_layer")
        self.search.setToolTip("Search all layers (Tab or /)")
        self.expression = QPushButton("Type a formula")
        self.expression.setObjectName("type_first_formula")
        self.expression.setToolTip("A formula is drawn as a computation graph (Ctrl+E)")
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 30, _MARGIN, 30)
        column.setSpacing(20)
        column.addWidget(self._title)
        column.addLayout(grid)
        buttons = QGridLayout()
        buttons.setHorizontalSpacing(_SPACE)
        buttons.addWidget(self.example, 0, 0)
        buttons.addWidget(self.search, 0, 1)
        buttons.addWidget(self.expression, 0, 2)
        buttons.setColumnStretch(3, 1)
        column.addLayout(buttons)
        self.example.clicked.connect(self.example_requested)
        self.search.clicked.connect(self.search_requested)
        self.expression.clicked.connect(self.expression_requested)
        self.dress()

    def dress(self) -> None:
        look = theme.current()
        self._title.setFont(look.font("title"))
        side = round(look.size("icon") * 1.4)
        for mark, (icon, _text) in zip(self._icons, _STEPS, strict=True):
            mark.setPixmap(theme.icon(icon, "accent").pixmap(QSize(side, side)))
        for label in self._texts:
            label.setFont(look.font("body"))
        buttons = (self.example, self.search, self.expression)
        for button in buttons:
            button.ensurePolished()
        needed = sum(button.sizeHint().width() for button in buttons) + 2 * _SPACE + 2 * _MARGIN
        self.setFixedWidth(max(round(470 * (1.4 if look.is_projector else 1.0)), needed))
        self.setFixedHeight(self.layout().heightForWidth(self.width()))

    # Sent events would come back: while something is dragged, Qt hands them to the present target.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """What the canvas takes may come."""
        self._hand_on(event, QDragEnterEvent, self._view.dragEnterEvent)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """What the canvas takes may move on."""
        self._hand_on(event, QDragMoveEvent, self._view.dragMoveEvent)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The canvas shows no longer where the layer would lie."""
        self._view.dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """The canvas gets it, at the same place."""
        self._hand_on(event, QDropEvent, self._view.dropEvent)

    def _hand_on(
        self, event: QDropEvent, kind: type[QDropEvent], take: Callable[[QDropEvent], None]
    ) -> None:
        below = self._view.viewport()
        place = below.mapFrom(self._view, self.mapTo(self._view, event.position().toPoint()))
        same = kind(
            place.toPointF() if kind is QDropEvent else place,
            event.possibleActions(),
            event.mimeData(),
            event.buttons(),
            event.modifiers(),
        )
        same.setDropAction(event.proposedAction())
        take(same)
        event.setDropAction(same.dropAction())
        event.setAccepted(same.isAccepted())
