"""What the menus offer for computation graphs: draw an expression, name a goal, unfold, fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.actions import Actions, set_tip
from gui.canvas.framing import Frame
from gui.canvas.geometry import Rect, united
from gui.canvas.layout import GUTTER
from gui.canvas.placing import free_spot
from gui.canvas.view import CanvasView
from gui.canvas.zooms import collapse_zoom
from gui.document import Document
from gui.teaching.laying_out import fitted
from gui.teaching.present_parameters import PresentParameters
from gui.training.controller import TrainingController
from model.errors import DesignError
from model.layer import Loss
from model.layers.scalar import Function, Variable
from model.teaching.card_size import resize_cards, why_no_other_size
from model.teaching.folding import fold
from model.teaching.from_expression import from_expression
from model.teaching.goals import make_goal, why_no_goal
from model.teaching.replacing import Weights
from model.teaching.unfolding import can_unfold, unfold

if TYPE_CHECKING:
    from gui.teaching.expression_dialog import Expression

OF_CARDS = ("make_goal", "unfold", "fold", "card_size")
_ONE = "Select one layer first."
_AROUND = 8


class TeachingActions(QObject):
    """Connects its actions with canvas, document and training; a disabled one says why."""

    def __init__(
        self, window: QWidget, actions: Actions, view: CanvasView, controller: TrainingController
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._view = window, actions, view
        self._document: Document = view.canvas.document
        self._present = PresentParameters(self._document, controller)
        self._tips = {name: actions[name].whatsThis() for name in OF_CARDS}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        actions["new_expression"].triggered.connect(self.ask_expression)
        view.overlays.hint.expression_requested.connect(self.ask_expression)
        actions["make_goal"].triggered.connect(self.make_goal)
        actions["unfold"].triggered.connect(self.unfold)
        actions["fold"].triggered.connect(self.fold)
        actions["card_size"].triggered.connect(self.resize)
        view.selection_changed.connect(self._on_changed)
        self._document.inference_changed.connect(self._on_changed)
        view.card_actions = tuple(actions[name] for name in OF_CARDS)
        view.new_actions = (actions["new_expression"],)
        self.refresh()

    # what is possible now

    @Slot(object)
    def _on_changed(self, _what: object) -> None:
        self._soon.start()

    @Slot()
    def refresh(self) -> None:
        """Enable what can be done with the selection."""
        node_id = self._chosen()
        reasons = dict.fromkeys(OF_CARDS, _ONE)
        graph, found = self._document.graph, self._document.inference
        if node_id:
            reasons |= {
                "make_goal": why_no_goal(graph, found, node_id),
                "unfold": can_unfold(graph, node_id),
                "fold": self._why_not_fold(node_id),
            }
        reasons["card_size"] = why_no_other_size(graph, self._view.selected_ids())
        for name, reason in reasons.items():
            action: QAction = self._actions[name]
            action.setEnabled(not reason)
            set_tip(action, reason or self._tips[name])

    def _chosen(self) -> str:
        """The one card that is selected, else ""."""
        keys = [key for key in self._view.selected_ids() if key in self._document.graph]
        return keys[0] if len(keys) == 1 else ""

    def _why_not_fold(self, node_id: str) -> str:
        graph = self._document.graph
        if not isinstance(graph.node(node_id).layer, (Function, Variable)):
            return f"{graph.title_of(node_id)} is no part of an unfolded layer."
        try:
            fold(graph, None, node_id)
        except DesignError as fault:
            return str(fault)
        return ""

    # what they do

    @Slot()
    def ask_expression(self) -> None:
        """Open the dialog; what is accepted is drawn as one step."""
        graph = self._document.graph
        has_loss = any(isinstance(node.layer, Loss) for node in graph.nodes.values())
        from gui.teaching.expression_dialog import ExpressionDialog

        dialog = ExpressionDialog(self._window, has_loss=has_loss)
        try:
            if dialog.exec():
                self.draw(dialog.expression())
        finally:
            dialog.deleteLater()

    def draw(self, chosen: Expression) -> bool:
        """Draw an expression beside what is on the canvas."""
        graph = self._document.graph
        try:
            edit = from_expression(
                graph,
                chosen.text,
                granularity=chosen.granularity,
                values=chosen.values,
                wants_goal=chosen.wants_goal,
            )
        except DesignError as fault:
            self._document.report(fault)
            return False
        done = self._document.apply(fitted(self._view.canvas, edit))
        self._view.select(())
        self._view.fit_smoothly()
        return done

    @Slot()
    def make_goal(self) -> None:
        """The selected number becomes J."""
        node_id = self._chosen()
        if not node_id:
            return
        scene = self._view.canvas
        card = scene.design_rects()[node_id]
        wish = Rect(card.right + GUTTER, card.y, card.width, card.height)
        x, y = free_spot(scene.design_rects(), wish)
        if self._document.attempt(make_goal, self._document.inference, node_id, x, y):
            for key in self._view.selected_ids():
                self._view.ensure_visible(key)

    @Slot()
    def unfold(self) -> None:
        """The scalar graph in place of the selected layer, with its present weights."""
        node_id = self._chosen()
        if node_id:
            self._present.fetch(node_id, _Unfold(self, node_id))

    def unfold_with(self, weights: Weights, node_id: str) -> None:
        """Unfold with these parameters."""
        if node_id in self._document.graph:
            self._show(self._document.attempt(unfold, weights, node_id))

    @Slot()
    def fold(self) -> None:
        """The layer in place of the scalar graph around the selected card."""
        node_id = self._chosen()
        if node_id:
            weights = self._present.of_variables()
            self._show(self._document.attempt(fold, weights, node_id))

    @Slot()
    def resize(self) -> None:
        """The selected numbers on small cards, or on large ones again."""
        self._document.attempt(resize_cards, self._view.selected_ids())

    def _show(self, is_done: bool) -> None:
        """What has been made, at a size at which its numbers can be read."""
        view = self._view
        box = united(view.canvas.rect_of(key) for key in view.selected_ids()) if is_done else None
        if box is None:
            return
        margin = round(theme.current().size("canvas_margin")) + _AROUND
        room = view.viewport().rect().adjusted(margin, margin, -margin, -margin)
        zoom = min(room.width() / box.width, room.height() / box.height, 1.0)
        if zoom >= collapse_zoom():
            frame = Frame(zoom, QPointF(*box.centre), room.center())
        else:
            frame = Frame(collapse_zoom(), QPointF(box.x, box.y), room.topLeft())
        view.glide.to(frame)


class _Unfold:
    """Remembers which node the parameters were asked for."""

    def __init__(self, actions: TeachingActions, node_id: str) -> None:
        self._actions, self._node_id = actions, node_id

    def __call__(self, weights: Weights) -> None:
        self._actions.unfold_with(weights, self._node_id)
