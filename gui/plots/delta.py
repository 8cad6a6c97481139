"""The seismograph: δ at each node over time, dead and saturated units, updates over weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui.plots.chart import Chart
from gui.plots.chart_names import in_series
from gui.plots.contrast import Contrast
from gui.plots.curve_list import CurveList
from gui.plots.curve_panel import CurvePanel
from gui.plots.delta_menu import DeltaMenu
from gui.plots.series import Curve
from gui.plots.trouble_strip import TroubleStrip
from gui.plots.vital_modes import BY_KEY, MODES, index_of, limit_lines, why_none
from gui.theme import Theme
from gui.widgets import Segmented

if TYPE_CHECKING:
    from model.snapshot import CurveView, Snapshot

_START_SMOOTHING = 0.8
_SHARE_TOP = 1.05  # of an axis of shares: a mark at 1 is not cut
_MOST_SHARE = 0.4  # of the width that the list of nodes may take
_LEAST_CHART = 300  # px at a desk beside which the list shows itself
_TITLE = 620  # px at a desk from which the title has room beside the switch
_LEAST_HEIGHT = 120  # px at a desk of a chart above which the notice has room
_ARRANGEMENTS = (
    (True, True, True),
    (True, False, True),
    (True, False, False),
    (False, True, True),
    (False, False, True),
    (False, False, False),
)
"""(switch, list, log): which of the controls are seen, the best that has room."""
_LONG_LABELS = 900  # px at a desk from which the switch has long words


class DeltaPlot(CurvePanel):
    """One curve a node. A switch says of what: δ on a log axis, where what vanishes sinks to the
    bottom; the share of dead or of saturated units; or how much an update moves the weights.

    Where there are more nodes than labels have room, a list of all of them stands beside the chart
    if the plot is wide enough, or when it is asked for. Tripwires are lines; what is beyond one
    stands out, and a notice says what may be tried. Curves of the run before may stay, thin.
    """

    key: ClassVar[str] = "delta"
    title: ClassVar[str] = "seismograph"
    symbol: ClassVar[str] = "δ"
    symbol_token: ClassVar[str] = "bwd"
    is_symbol_first: ClassVar[bool] = True
    starts_log: ClassVar[bool] = True

    def make_chart(self) -> Chart:
        """Symbols at the ends of the curves stand in for a legend."""
        return Chart("delta_chart", ends="symbol", has_legend=False)

    def make_menu(self) -> DeltaMenu:
        """With the first values of the weights."""
        return DeltaMenu(self, self.chart)

    def build(self) -> QWidget:
        """A little smoothing to begin with; the header says so. Chart, list and notice."""
        self.mode = MODES[0]
        self._is_log = {mode.key: not mode.is_share for mode in MODES}
        self._vitals: dict[str, CurveView] = {}
        self._contrast = Contrast()
        self._troubles = getattr(self.controller, "troubles", None)
        chart = super().build()
        self.list = CurveList(self.chart, "delta_list")
        self.list.setVisible(False)
        self._wish: bool | None = None  # whether the list is asked for; None: nobody has said
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(chart, 1)
        row.addWidget(self.list)
        later = Qt.ConnectionType.QueuedConnection  # a chart in its resizeEvent is not moved
        self.chart.named_changed.connect(self._place_list, later)
        self.chart_menu.set_smoothing(_START_SMOOTHING)
        if self._troubles is not None:
            self.strip = TroubleStrip(self._troubles)
            self.strip.show_wanted.connect(self.show_trouble)
            self.strip.needed_changed.connect(self._place_strip)
            self.alert = self.header.add_button("alert-outline", "", "delta_alert")
            self.alert.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            self.alert.setMenu(self.strip.menu)
            self.alert.setVisible(False)
            self._troubles.changed.connect(self.refresh)
            self._troubles.restarting.connect(self._on_restarting)
            self._rows.insertWidget(1, self.strip)
        self.document.opened.connect(self.forget_contrast)
        return holder

    def add_switches(self) -> None:
        """Which strip, and whether the list of nodes is shown."""
        options = [(mode.key, mode.short) for mode in MODES]
        self.switch = Segmented(options, self.mode.key, "Strip of the seismograph")
        self.switch.setObjectName("delta_mode")
        for button, mode in zip(self.switch.buttons(), MODES, strict=True):
            button.setObjectName(f"delta_mode_{mode.key}")
            button.setToolTip(mode.tip)
        self.switch.changed.connect(self._on_mode)
        self.chooser = self.header.add_chooser("Strip of the seismograph", "delta_mode_list")
        for mode in MODES:
            self.chooser.addItem(mode.label, mode.key)
            self.chooser.setItemData(
                self.chooser.count() - 1, mode.tip, Qt.ItemDataRole.ToolTipRole
            )
        self.chooser.activated.connect(self._on_chosen)
        self.header.insert_before(self.log_pill, self.switch)
        self.log_pill.toggled.connect(self._on_log)
        self.list_switch = self.header.add_button(
            "format-list-bulleted", "List of all nodes: the chosen one stands out", "delta_nodes"
        )
        self.list_switch.setCheckable(True)
        self.list_switch.clicked.connect(self._on_wish)

    # which strip

    def set_mode(self, key: str) -> None:
        """Show another strip. Raises: KeyError."""
        if key == self.mode.key:
            return
        self.mode = BY_KEY[key]
        self.switch.set_value(key)
        self.chooser.setCurrentIndex(self.chooser.findData(key))
        self.chart.set_curves(())
        is_share = self.mode.is_share
        bounds = (0.0, _SHARE_TOP) if is_share else (None, None)
        self.chart.set_bounds(*bounds, is_whole=is_share)
        self.log_pill.setChecked(self._is_log[key])
        self._place_switches()
        self.chart.set_log(self._is_log[key])
        self.chart_menu.set_smoothing(0.0 if is_share else _START_SMOOTHING)
        self._ask()
        self.refresh()

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        self.set_mode(str(self.chooser.itemData(index)))

    @Slot(object)
    def _on_mode(self, key: object) -> None:
        self.set_mode(str(key))

    @Slot(bool)
    def _on_log(self, is_on: bool) -> None:
        if not self.mode.is_share:
            self._is_log[self.mode.key] = is_on

    @Slot(str, str)
    def show_trouble(self, kind: str, node_id: str) -> None:
        """The strip where a tripwire is seen, with its worst curve picked."""
        mode = next((mode for mode in MODES if kind in mode.kinds), self.mode)
        self.set_mode(mode.key)
        self.show_node(node_id)

    def show_node(self, node_id: str) -> None:
        """Make the curve of a node stand out, where it has one."""
        key = f"{self.mode.prefix}{node_id}"
        if key in [curve.key for curve in self.chart.curves]:
            self.chart.set_highlighted(key)

    def find_node(self, node_id: str) -> None:
        """The same, on the strip of δ where this strip has no curve of the node."""
        self.refresh()
        if f"{self.mode.prefix}{node_id}" not in [curve.key for curve in self.chart.curves]:
            self.set_mode("delta")
        self.show_node(node_id)

    def _ask(self) -> None:
        """The vital signs are copied only while they are looked at."""
        is_on = self.mode.key != "delta" and self.isVisible()
        self.controller.want("vitals", self, is_on)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what this strip needs."""
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._ask()

    # contrast

    @property
    def has_contrast(self) -> bool:
        """Whether curves of a run before are kept."""
        return bool(self._contrast)

    def start_with(self, choice: str) -> None:
        """Start again with other first values of all weights; this run stays as thin lines."""
        if self._troubles is not None:
            self._troubles.start_with(choice)

    @Slot()
    def keep_for_contrast(self, name: str = "") -> None:
        """The present curves stay behind the next run. name: what was different then."""
        views = dict(self.latest.curves) if self.latest is not None else {}
        self._contrast.keep(views | self._vitals, name)
        self.refresh()

    @Slot(str)
    def _on_restarting(self, words: str) -> None:
        if self.latest is not None and self.latest.step > 0:
            self.keep_for_contrast(words)

    @Slot()
    def forget_contrast(self) -> None:
        """No thin lines any more."""
        self._contrast.forget()
        self.refresh()

    # the list

    @Slot(bool)
    def _on_wish(self, is_on: bool) -> None:
        self._wish = is_on
        self._place_list()

    @Slot()
    def _place_list(self) -> None:
        width = min(self.list.sizeHint().width(), int(self.width() * _MOST_SHARE))
        has_room = self.width() - width >= _LEAST_CHART * self.chart.look.scale
        is_on = self.chart.is_crowded and has_room if self._wish is None else self._wish
        self.list.setFixedWidth(width)
        self.list.setVisible(is_on)
        self.list_switch.setChecked(is_on)

    @Slot()
    def _place_strip(self) -> None:
        """The notice, or where it would leave no room for the curves a button with its menu."""
        if self._troubles is None:
            self._place_switches()
            return
        scale = self.chart.look.scale
        has_room = self.height() - self.strip.height() >= _LEAST_HEIGHT * scale
        self.strip.setVisible(self.strip.is_needed and has_room)
        self.alert.setVisible(self.strip.is_needed and not has_room)
        words = self.strip.accessibleName()
        self.alert.setToolTip(words)
        self.alert.setAccessibleName(words)
        self._place_switches()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room for the list, and for words on the switch."""
        super().resizeEvent(event)
        self._place_list()
        self._place_strip()

    def _place_switches(self) -> None:
        """Long words where there is room; where it is short the menu stands in for two buttons, and
        a list to pull down for the switch."""
        scale = self.chart.look.scale
        is_wide = self.width() >= _LONG_LABELS * scale
        self.header.set_title_visible(self.width() >= _TITLE * scale)
        for button, mode in zip(self.switch.buttons(), MODES, strict=True):
            button.setText(mode.label if is_wide else mode.short)
        self.switch.setMinimumWidth(self.switch.sizeHint().width())  # or its words would be cut
        for has_switch, has_list, has_log in _ARRANGEMENTS:
            self.switch.setVisible(has_switch)
            self.chooser.setVisible(not has_switch)
            self.list_switch.setVisible(has_list)
            self.log_pill.setVisible(has_log and not self.mode.is_share)
            if self.header.minimumSizeHint().width() <= self.width():
                return

    def dress(self, look: Theme) -> None:
        """Put on a theme; rows are wider in some."""
        super().dress(look)
        self._place_list()

    def minimumSizeHint(self) -> QSize:
        """The list takes what the chart leaves."""
        return QSize(120, 60)

    # curves

    def note(self, snapshot: Snapshot) -> None:
        """Of the vital signs the last ones stand until new ones come."""
        super().note(snapshot)
        prefixes = tuple(mode.prefix for mode in MODES[1:])
        found = {key: view for key, view in snapshot.curves.items() if key.startswith(prefixes)}
        if found:
            self._vitals = found

    def clear(self) -> None:
        """No curves, but for those that are kept for contrast."""
        self._vitals = {}
        super().clear()

    def curves_of(self, snapshot: Snapshot) -> Sequence[Curve] | str:
        """In the order in which data flows, and the kept ones behind them."""
        order = self.document.inference.order
        nodes = self.document.graph.nodes
        views = snapshot.curves if self.mode.key == "delta" else self._vitals
        alarming = self._troubles.nodes_of(*self.mode.kinds) if self._troubles else frozenset()
        found, ghosts = [], []
        for key in order:
            name = f"{self.mode.prefix}{key}"
            if key not in nodes or name not in views:
                continue
            title, index = nodes[key].title, index_of(self.mode, order, key)
            words = f"{self.mode.caption.removesuffix(' per node')} of {self.mode.symbol}"
            words = f"RMS of δ at {title}" if self.mode.key == "delta" else f"{words} at {title}"
            curve = Curve(name, views[name], words, title, self.mode.symbol, index)
            curve = curve.dressed(0, "solid", "snapshots")
            found.append(replace(curve, is_alarming=key in alarming))
            ghosts.append(self._contrast.ghost(curve))
        seen = [ghost for ghost in ghosts if ghost is not None]
        self._caption(bool(seen))
        self.chart.set_limit_lines(self._lines(snapshot))
        if not found:
            return why_none(self.mode, (nodes[key].layer for key in order if key in nodes))
        return (*in_series(found), *seen)

    def _caption(self, has_ghosts: bool) -> None:
        words = self.mode.caption
        if self.chart.smoothing:
            words += ", smoothed"
        if has_ghosts:
            words += f"; thin: {self._contrast.name}"
        self.header.set_caption(words)

    def _lines(self, snapshot: Snapshot) -> list[Any]:
        """The tripwires of this strip. δ is compared with that of the last node that learns."""
        found = self.document.inference
        graph = self.document.graph
        learning = [
            key
            for key in found.order
            if key in graph
            and f"delta:{key}" in snapshot.curves
            and not graph.node(key).is_frozen
            and found.n_parameters(key)
        ]
        if not learning or self.mode.key != "delta":
            return limit_lines(self.mode, None, "")
        last = learning[-1]
        index = index_of(self.mode, found.order, last)
        name = Curve("", snapshot.curves[f"delta:{last}"], "", "", "δ", index).raised
        return limit_lines(self.mode, snapshot.curves[f"delta:{last}"], name)
