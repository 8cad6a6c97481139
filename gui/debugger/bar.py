"""The bar over the canvas while debugging: what was done last, which item is shown, the keys."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QAction, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.actions import Actions
from gui.debugger.moment import Moment
from gui.debugger.player import SPEEDS
from gui.debugger.session import DebugSession
from gui.debugger.step_track import StepTrack
from gui.theme import Theme
from gui.widgets import ElidedLabel
from model.teaching.operation_view import headline

PHASE_NAMES = {"forward": "Forward pass", "backward": "Backward pass", "update": "Update"}
_SHORT = 480
"""Width of the bar, px at a desk, below which the item is chosen with fewer words."""
_BEGINNING = "Before the first operation"
_BUTTONS = (
    "debug_restart",
    "debug_back",
    "debug_step",
    "debug_to_node",
    "debug_to_phase_end",
    "debug_play",
)


class DebugBar(QFrame):
    """Words and buttons above, track, item and speed below; three rows where it is narrow."""

    def __init__(self, session: DebugSession, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("debug_bar")
        self.setProperty("kind", "header")
        self._session = session
        self._headline = ElidedLabel(role="title")
        self._headline.setObjectName("debug_headline")
        self._phase = QLabel()
        self._phase.setProperty("role", "strong")
        self._phase.setObjectName("debug_phase")
        self._place = ElidedLabel(role="caption")
        self._place.setObjectName("debug_place")
        self.track = StepTrack(session)
        self.item = ItemChooser(session)
        self.speed = PlaySpeed(session)
        self._buttons = [self._button(actions[name]) for name in _BUTTONS]
        self._leave = self._button(actions["debug"])
        self._leave.setText("Leave")
        self._is_narrow = False
        self._build()
        session.moved.connect(self.show_moment)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())

    def _build(self) -> None:
        words = QHBoxLayout()
        words.setSpacing(10)
        words.addWidget(self._phase)
        words.addWidget(self._place, 1)
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addWidget(self._headline)
        titles.addLayout(words)
        self.row = QHBoxLayout()
        self.row.setSpacing(6)
        self.row.addLayout(titles, 1)
        for button in (*self._buttons, self._leave):
            self.row.addWidget(button)
        self._lower, self._lowest = QHBoxLayout(), QHBoxLayout()
        for row in (self._lower, self._lowest):
            row.setSpacing(12)
        self._lower.addWidget(self.track, 1)
        self._lower.addWidget(self.item)
        self._lower.addWidget(self.speed)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 6, 12, 6)
        rows.setSpacing(4)
        rows.addLayout(self.row)
        rows.addLayout(self._lower)
        rows.addLayout(self._lowest)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setObjectName(f"{action.objectName()}_button")
        button.setProperty("kind", "outlined")
        button.setAccessibleName(action.whatsThis() or action.text())
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @Slot(object)
    def show_moment(self, moment: Moment) -> None:
        """Say where the walk stands."""
        last = moment.last
        phase = last.phase if last is not None else moment.phase
        own = [info for info in moment.operations if info.phase == phase]
        done = sum(info.index < moment.position for info in own)
        found = moment.numbers.get(last.node_id) if last is not None else None
        names = tuple(found.grads) if found is not None else ()
        self._headline.set_text(self._words(moment, names))
        self._phase.setText(PHASE_NAMES[phase])
        self._place.set_text(f"operation {done} of {len(own)} · training step {moment.step:,}")
        self.item.show_moment(moment)

    def _words(self, moment: Moment, names: tuple[str, ...]) -> str:
        if moment.impossible is not None:
            return moment.impossible.sentence(self._session.style)
        return headline(moment.last, names) if moment.last is not None else _BEGINNING

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another row where the tools do not fit beside each other."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.item.shorten(self.width() < _SHORT * theme.current().scale)
        needed = sum(each.sizeHint().width() for each in (self.item, self.speed)) + 140
        is_narrow = self.width() < needed + 28 + 2 * self._lower.spacing()
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        target = self._lowest if is_narrow else self._lower
        for widget in (self.item, self.speed):
            (self._lower if is_narrow else self._lowest).removeWidget(widget)
            target.addWidget(widget)
        if is_narrow:
            self._lowest.addStretch(1)
        else:
            self._lowest.takeAt(self._lowest.count() - 1)

    def minimumSizeHint(self) -> QSize:
        """The buttons and a few letters, px."""
        hint = super().minimumSizeHint()
        buttons = sum(each.sizeHint().width() + 6 for each in (*self._buttons, self._leave))
        return QSize(min(hint.width(), buttons + 90), hint.height())

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        icon = QSize(round(look.size("icon")), round(look.size("icon")))
        for button in (*self._buttons, self._leave):
            button.setIconSize(icon)
        self._arrange()


class ItemChooser(QWidget):
    """One item of the batch, or all of them."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self.spin = QSpinBox()
        self.spin.setObjectName("debug_item")
        self.spin.setAccessibleName("Item of the batch")
        self.spin.setKeyboardTracking(False)
        self.spin.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.spin.setPrefix("item ")
        self.whole = QToolButton()
        self.whole.setObjectName("debug_whole_batch")
        self.whole.setProperty("kind", "outlined")
        self.whole.setCheckable(True)
        self.whole.setText("Whole batch")
        self.whole.setAccessibleName("Look at the whole batch")
        self.whole.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.spin)
        row.addWidget(self.whole)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.spin.valueChanged.connect(self._on_item)
        self.whole.toggled.connect(self._on_whole)

    def shorten(self, is_short: bool) -> None:
        """Fewer words."""
        prefix = "" if is_short else "item "
        if prefix != self.spin.prefix():
            self.spin.setPrefix(prefix)
            self.whole.setText("All" if is_short else "Whole batch")
        self._set_width()

    def _set_width(self) -> None:
        """Qt would leave room for much longer texts."""
        look = theme.current()
        text = f"{self.spin.prefix()}{self.spin.maximum()}{self.spin.suffix()}"
        width = QFontMetricsF(look.font("mono")).horizontalAdvance(text)
        self.spin.setFixedWidth(round(width + 48 * look.scale))

    def show_moment(self, moment: Moment) -> None:
        """The item of this walk; a batch of one leaves no choice."""
        has_choice = moment.batch > 1
        is_whole = moment.item is None
        with QSignalBlocker(self.spin), QSignalBlocker(self.whole):
            self.spin.setRange(1, moment.batch)
            self.spin.setSuffix(f" of {moment.batch}")
            if moment.item is not None:
                self.spin.setValue(moment.item + 1)
            self.whole.setChecked(is_whole)
        self._set_width()
        self.spin.setEnabled(has_choice and not is_whole)
        self.whole.setEnabled(has_choice)
        why = "" if has_choice else "The batch has one item only."
        whole = "The whole batch is looked at; switch that off to choose an item."
        self.spin.setToolTip(why or (whole if is_whole else "The item whose numbers are shown"))
        self.whole.setToolTip(
            why or "Show the numbers of all items; sums are written out for the first"
        )

    @Slot(int)
    def _on_item(self, number: int) -> None:
        self._session.set_item(number - 1)

    @Slot(bool)
    def _on_whole(self, is_whole: bool) -> None:
        self._session.set_item(None if is_whole else self.spin.value() - 1)


class PlaySpeed(QWidget):
    """How fast automatic play goes."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self._icon = QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("debug_speed")
        self.slider.setRange(0, len(SPEEDS) - 1)
        self.slider.setPageStep(1)
        self._label = QLabel()
        self._label.setObjectName("debug_speed_label")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon)
        row.addWidget(self.slider)
        row.addWidget(self._label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        nearest = min(range(len(SPEEDS)), key=lambda k: abs(SPEEDS[k] - session.player.speed))
        self.slider.setValue(nearest)
        self.slider.valueChanged.connect(self._on_moved)
        theme.notifier().changed.connect(self._apply_theme)
        self._say(SPEEDS[nearest])
        self._apply_theme(theme.current())

    @Slot(int)
    def _on_moved(self, place: int) -> None:
        self._session.player.set_speed(SPEEDS[place])
        self._say(SPEEDS[place])

    def _say(self, speed: float) -> None:
        text = f"{speed:g} op/s"
        self._label.setText(text)
        tip = f"Automatic play: {speed:g} operations a second"
        for widget in (self.slider, self._label, self._icon):
            widget.setToolTip(tip)
        self.slider.setAccessibleName(tip)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon"))
        self._icon.setPixmap(theme.icon("speedometer").pixmap(side, side))
        self.slider.setFixedWidth(round(84 * min(look.scale, 1.3)))
        widest = max(
            self._label.fontMetrics().horizontalAdvance(f"{speed:g} op/s") for speed in SPEEDS
        )
        self._label.setMinimumWidth(widest + 4)
