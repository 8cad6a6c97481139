"""The inspector: head, three tabs for a node, and the training while nothing is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWhatsThis, QWidget

from gui import theme
from gui.document import Document
from gui.inspector.header import InspectorHeader
from gui.inspector.maths import MathsPage
from gui.inspector.neuron import NeuronBlock, neuron_view
from gui.inspector.pieces import caption, fit_width, scrolled
from gui.inspector.properties import PropertiesPage
from gui.inspector.tensors import TensorsPage
from gui.inspector.training import TrainingPage
from gui.palette.search import documentation
from gui.theme import Theme
from gui.widgets.walking import focusable
from model import clipboard, editing
from model.design import Edit, Node
from model.fields import fields_of
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.dropout import Dropout
from model.settings import TrainingSettings
from model.shapes import Inference

if TYPE_CHECKING:
    from gui.training.controller import TrainingController

_LIVE_MS = 100  # numbers that change faster cannot be read
_LATE_MS = 150  # the window is painted first; setting the first formulas takes longer than that
_ONE = ("rename", "duplicate", "defaults", "help", "remove")
_SEVERAL = ("duplicate", "defaults", "remove")
_PAGES = ("Properties", "Maths", "Tensors")


class InspectorPanel(QWidget):
    """The right column. `node_requested(node_id)`: a problem of this node was clicked;
    `training_requested()`: the settings of the training are wanted instead of the selection."""

    node_requested = Signal(str)
    training_requested = Signal()

    def __init__(
        self, document: Document, controller: TrainingController, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._controller = controller
        self._ids: tuple[str, ...] = ()
        self._note_count = 0
        self.header = InspectorHeader()
        self.tabs = QTabBar()
        self.tabs.setObjectName("inspector_tabs")
        self.tabs.setAccessibleName("Inspector")
        self.tabs.setExpanding(False)
        for title in _PAGES:
            self.tabs.addTab(title)
        self.properties = PropertiesPage(document)
        self.neuron = NeuronBlock()
        self.properties.set_live(self.neuron)
        self.maths = MathsPage()
        self.tensors = TensorsPage(document, controller)
        self._training: TrainingPage | None = None
        self.notes = _NotesPage()
        self._stack = QStackedWidget()
        self._training_area = scrolled(QWidget(), "inspector_training")
        self._stack.addWidget(scrolled(self.properties, "inspector_properties"))
        self._stack.addWidget(scrolled(self.maths, "inspector_maths"))
        self._stack.addWidget(scrolled(self.tensors, "inspector_tensors"))
        self._stack.addWidget(self._training_area)
        self._stack.addWidget(scrolled(self.notes, "inspector_notes"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addWidget(self.tabs)
        rows.addWidget(self._stack, 1)
        self._live = QTimer(self, singleShot=True, interval=_LIVE_MS)
        self._order = QTimer(self, singleShot=True, interval=0)
        self._late = QTimer(self, singleShot=True, interval=_LATE_MS)
        self._connect()
        self._on_theme_changed(theme.current())
        self.show_selection(())

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.header.renamed.connect(self._on_renamed)
        self.header.training_wanted.connect(self.training_requested)
        self.header.action_chosen.connect(self._on_action)
        self.properties.problem_chosen.connect(self.node_requested)
        rename = QShortcut(QKeySequence(Qt.Key.Key_F2), self)
        rename.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        rename.activated.connect(self.header.start_renaming)
        graph = self._document.graph
        graph.node_changed.connect(self._on_node_changed)
        graph.training_changed.connect(self._on_training_changed)
        self._document.inference_changed.connect(self._on_inference_changed)
        self._live.timeout.connect(self._show_live)
        self._late.timeout.connect(self._show)
        self._order.timeout.connect(self._order_focus)
        self._controller.snapshot.connect(self._on_snapshot)
        self._controller.reset_done.connect(self._show_live)
        self._controller.neuron_changed.connect(self._on_neuron_changed)
        theme.notifier().changed.connect(self._on_theme_changed)

    # what is shown

    @Slot(object)
    def show_selection(self, ids: tuple[str, ...]) -> None:
        """Show these nodes and notes; an empty selection shows the training."""
        graph = self._document.graph
        self._ids = tuple(key for key in ids if key in graph)
        self._note_count = sum(key in graph.notes for key in ids)
        if self.header.is_renaming:
            self.header.stop_renaming()
        self._show()

    @property
    def shown_ids(self) -> tuple[str, ...]:
        """The nodes that are shown."""
        return self._ids

    def _show(self) -> None:
        is_single = len(self._ids) == 1
        self.tabs.setVisible(is_single)
        self.header.training_button.setVisible(bool(self._ids or self._note_count))
        self._show_header()
        if is_single:
            self._show_tab()
        elif self._ids:
            self.neuron.hide()
            self.properties.show_nodes(self._ids)
            self._stack.setCurrentIndex(0)
        elif self._note_count:
            self._stack.setCurrentIndex(4)
        else:
            self._stack.setCurrentIndex(3)
            self._show_training()
        self._order.start()

    @Slot()
    def _order_focus(self) -> None:
        """Tab goes from the tabs through the page in front: Qt puts new widgets at the end of the
        window's chain, behind all other panels."""
        before: QWidget = self.tabs
        pages = (self.properties, self.maths, self.tensors, self._training, self.notes)
        page = pages[self._stack.currentIndex()]
        for widget in focusable(page) if page is not None else ():
            QWidget.setTabOrder(before, widget)
            before = widget

    def _show_training(self) -> None:
        """Fill the page of the training; the first time when the window has been painted."""
        if self._training is not None or (self.isVisible() and not self._late.isActive()):
            self.training.refresh()
        else:
            self._late.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Count from the moment in which the window appears."""
        super().showEvent(event)
        if self._late.isActive():
            self._late.start()

    @property
    def training(self) -> TrainingPage:
        """The page that is shown while nothing is selected."""
        if self._training is None:
            troubles = getattr(self._controller, "troubles", None)
            self._training = TrainingPage(self._document, troubles=troubles)
            fit_width(self._training)
            self._training_area.setWidget(self._training)
        return self._training

    def _show_header(self) -> None:
        graph = self._document.graph
        if len(self._ids) == 1:
            node = graph.node(self._ids[0])
            self.header.set_icon(node.layer.icon, f"category:{node.layer.category}")
            self.header.set_title(node.title, self._subtitle(node))
            self.header.set_actions(_ONE)
        elif self._ids:
            titles = [graph.node(key).title for key in self._ids]
            self.header.set_icon("select-multiple", "accent")
            self.header.set_title(f"{len(self._ids)} layers", ", ".join(titles))
            self.header.set_actions(_SEVERAL)
        elif self._note_count:
            self.header.set_icon("note-text-outline")
            count = self._note_count
            self.header.set_title("Note" if count == 1 else f"{count} notes", "")
            self.header.set_actions(())
        else:
            self.header.set_icon("tune-variant", "accent")
            self.header.set_title("Training", "of the whole design")
            self.header.set_actions(())

    def _subtitle(self, node: Node) -> str:
        """`layer l = 5, no parameters`, with the kind of layer in front where it has a name."""
        index = self._layer_index()
        count = self._document.inference.n_parameters(self._ids[0])
        kind = f"{node.layer.title}, " if node.name else ""
        if index is None:
            return f"{kind}not wired into the network"
        if count:
            return f"{kind}l = {index}, θ {count:,} parameter{'s' if count > 1 else ''}"
        return f"{kind or 'layer '}l = {index}, no parameters"

    def _layer_index(self) -> int | None:
        """The l of the node that is shown: its place in the order of computation."""
        order = self._document.inference.order
        return order.index(self._ids[0]) if self._ids and self._ids[0] in order else None

    def _show_tab(self) -> None:
        """Fill the tab in front; the others wait until they are looked at."""
        node_id, index = self._ids[0], self._layer_index()
        layer = self._document.graph.node(node_id).layer
        tab = self.tabs.currentIndex()
        if tab == 0:
            self.neuron.setVisible(isinstance(layer, Dropout))
            self.properties.show_nodes(self._ids, index)
        elif tab == 1:
            self.maths.show_layer(layer, index)
        else:
            self.tensors.show_node(node_id, index)
        self._stack.setCurrentIndex(tab)
        self._show_live()

    @Slot(int)
    def _on_tab_changed(self, _tab: int) -> None:
        if len(self._ids) == 1:
            self._show_tab()
            self._order.start()

    # following the design

    def _on_node_changed(self, node_id: str, _old: Node, _new: Node) -> None:
        if node_id in self._ids and self._stack.currentIndex() == 0:
            self.properties.refresh()

    def _on_training_changed(self, _settings: TrainingSettings) -> None:
        if self._stack.currentIndex() == 3:
            self._show_training()

    @Slot(object)
    def _on_inference_changed(self, _inference: Inference) -> None:
        """Once per turn: shapes, problems and titles may differ, shown nodes may be gone."""
        self._ids = tuple(key for key in self._ids if key in self._document.graph)
        self._show()

    # live numbers

    @Slot(object)
    def _on_snapshot(self, _snapshot: object) -> None:
        if not self._live.isActive():
            self._live.start()

    @Slot(int)
    def _on_neuron_changed(self, _neuron: int) -> None:
        self._show_live()

    @Slot()
    def _show_live(self) -> None:
        if len(self._ids) != 1:
            return
        snapshot, graph = self._controller.latest, self._document.graph
        if self.tabs.currentIndex() == 2:
            self.tensors.show_snapshot(snapshot)
        elif self.tabs.currentIndex() == 0 and not self.neuron.isHidden():
            neuron = self._controller.request.neuron
            view = neuron_view(graph, snapshot, self._ids[0], neuron)
            self.neuron.show_view(view, self._layer_index())

    # acting

    @Slot(str)
    def _on_renamed(self, name: str) -> None:
        if len(self._ids) == 1:
            self._document.attempt(editing.rename, self._ids[0], name)

    @Slot(str)
    def _on_action(self, name: str) -> None:
        if not self._ids:
            return
        if name == "remove":
            self._document.attempt(editing.remove, self._ids)
        elif name == "duplicate":
            self._document.attempt(clipboard.duplicate, self._ids)
        elif name == "defaults":
            self._document.attempt(reset_to_defaults, self._ids)
        elif name == "help":
            self.show_help()

    def show_help(self) -> None:
        """The whole docstring of the layer in a box that any click closes."""
        if len(self._ids) == 1:
            kind = type(self._document.graph.node(self._ids[0]).layer)
            place = self.header.mapToGlobal(QPoint(16, self.header.height()))
            QWhatsThis.showText(place, help_text(kind), self)

    def sizeHint(self) -> QSize:
        """The column's width in the present theme, px."""
        return QSize(round(theme.current().size("inspector")), 600)

    @Slot(object)
    def _on_theme_changed(self, look: Theme) -> None:
        self.setMinimumWidth(round(look.size("inspector")))
        self.updateGeometry()


def reset_to_defaults(graph: NetworkGraph, ids: tuple[str, ...]) -> Edit:
    """Every field of these nodes back to its default, as one step."""
    edits = [
        editing.set_fields(graph, key, {f.name: f.default for f in fields_of(type(layer))})
        for key in ids
        for layer in [graph.node(key).layer]
    ]
    changes = tuple(c for edit in edits for c in edit.changes if c.old != c.new)
    what = graph.node(ids[0]).title if len(ids) == 1 else f"{len(ids)} layers"
    return Edit(f"Reset {what} to defaults", changes)


def help_text(kind: type[Layer]) -> str:
    """A layer's title and documentation."""
    return f"{kind.title}\n\n{documentation(kind)}"


class _NotesPage(QWidget):
    """A hint: the text of a note is written on the canvas."""

    def __init__(self) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.addWidget(
            caption(
                "Double-click a note on the canvas to write in it, or press Enter while it is"
                " selected. Drag its corner to change its size."
            )
        )
        rows.addStretch(1)
