"""Shows what the document has to say in the message bar above the canvas. Nothing is modal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot

from gui.document import Document, Message
from gui.widgets import MessageBar
from model.design import Edit
from model.errors import DesignError

Action = tuple[str, Callable[[], None]]
_MOST_ACTIONS = 2
KINDS = {"info": "info", "warn": "warn", "warning": "warn", "error": "error"}


class Messages(QObject):
    """`bar` shows the newest message; repairs go to the document, "Show" to `show_node(id)`."""

    def __init__(
        self, bar: MessageBar, document: Document, show_node: Callable[[str], None]
    ) -> None:
        super().__init__(bar)
        self._bar = bar
        self._document = document
        self._show_node = show_node
        self._problem_text = ""
        self._refused_at: int | None = None
        document.message.connect(self._on_message)
        document.opened.connect(bar.close_message)
        document.inference_changed.connect(self._on_inference_changed)
        document.stack.indexChanged.connect(self._on_edited)

    def say(self, text: str, kind: str = "info", actions: tuple[Action, ...] = ()) -> None:
        """Show a sentence with up to two buttons."""
        self._problem_text = ""
        self._refused_at = None
        self._bar.show_message(text, KINDS.get(kind, "info"), actions[:_MOST_ACTIONS])

    def report(self, fault: DesignError, actions: tuple[Action, ...] = ()) -> None:
        """Show a fault with its place and its remedy."""
        jump = self._jump(fault.node_id or "")
        self.say(str(fault), "error", (*actions, *jump))

    @Slot(object)
    def _on_message(self, message: Message) -> None:
        jump = self._jump(message.node_id)
        repairs = tuple(self._repair(edit) for edit in message.actions)
        room = _MOST_ACTIONS - len(jump) if repairs else 0
        self.say(message.text, message.kind, (*repairs[:room], *jump))
        problems = map(str, self._document.inference.problems)
        self._problem_text = next((text for text in problems if text in message.text), "")
        if not self._problem_text and message.kind == "error":
            self._refused_at = self._document.stack.index()

    @Slot(object)
    def _on_inference_changed(self, _inference: object) -> None:
        """A message goes with its cause: a problem that is mended."""
        if not self._problem_text:
            return
        left = [str(problem) for problem in self._document.inference.problems]
        if self._problem_text not in left:
            self._problem_text = ""
            self._bar.close_message()

    @Slot(int)
    def _on_edited(self, index: int) -> None:
        """What was refused is over with the next edit, be it only a move."""
        if self._refused_at not in (None, index):
            self._refused_at = None
            self._bar.close_message()

    def _repair(self, edit: Edit) -> Action:
        return edit.text, partial(self._apply, edit)

    def _apply(self, edit: Edit) -> None:
        try:
            self._document.apply(edit)
        except DesignError:  # the design has changed since the repair was offered
            self.say("The design has changed meanwhile; this repair no longer fits.", "warn")

    def _jump(self, node_id: str) -> tuple[Action, ...]:
        if not node_id or node_id not in self._document.graph:
            return ()
        return (("Show", partial(self._show_node, node_id)),)
