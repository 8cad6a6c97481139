"""The design as data: nodes, wires, notes and training settings, and what changes between two.

Every edit is a list of `Change`s, each with its old and its new value, so undo is the same list
backwards, and a journal of edits can be replayed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Union

import msgspec
from msgspec import Meta

from model.layer import Layer, Port, tag_of
from model.layers import LAYERS
from model.settings import Penalty, TrainingSettings

if TYPE_CHECKING:
    AnyLayer = Layer
else:
    AnyLayer = Union[tuple(LAYERS.values())]  # noqa: UP007 - msgspec reads it

NodeId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,60}\Z")]
Coordinate = Annotated[float, Meta(ge=-1e6, le=1e6)]
FORMAT = 1


class Node(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A layer on the canvas. x, y: its top left corner in scene pixels.

    is_frozen: training leaves the node's parameters as they are. l1, l2: penalty weights of the
    node's own, None: those of the training. weights: first values of parameters by name, typed by
    hand as nested lists. is_compact: how the card of a single number is drawn. What has its default
    is left out of files.
    """

    layer: AnyLayer
    name: Annotated[str, Meta(max_length=200)] = ""
    x: Coordinate = 0.0
    y: Coordinate = 0.0
    is_frozen: Annotated[
        bool, Meta(description="Leave the parameters as they are while training")
    ] = False
    l1: Annotated[
        Penalty | None,
        Meta(
            description="Weight of the L1 penalty of this node (empty: as in the training)",
            extra={"symbol": r"\lambda_1"},
        ),
    ] = None
    l2: Annotated[
        Penalty | None,
        Meta(
            description="Weight of the L2 penalty of this node (empty: as in the training)",
            extra={"symbol": r"\lambda_2"},
        ),
    ] = None
    weights: dict[Annotated[str, Meta(max_length=60)], list[Any]] = {}
    is_compact: Annotated[
        bool, Meta(description="A number's card is small: its name and its numbers alone")
    ] = False

    @property
    def title(self) -> str:
        return self.name or self.layer.label()

    def port(self, name: str, *, is_input: bool) -> Port | None:
        ports = self.layer.inputs if is_input else self.layer.outputs
        return next((port for port in ports if port.name == name), None)


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """From an output port to an input port; `order` ranks the wires of a variadic port."""

    source: NodeId
    source_port: str
    target: NodeId
    target_port: str
    order: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class Note(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text on the canvas; sizes in scene pixels."""

    text: Annotated[str, Meta(max_length=20_000)] = ""
    x: Coordinate = 0.0
    y: Coordinate = 0.0
    width: Annotated[float, Meta(ge=40, le=10_000)] = 260.0
    height: Annotated[float, Meta(ge=24, le=10_000)] = 120.0


class Design(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a design file holds."""

    format: int = FORMAT
    nodes: dict[NodeId, Node] = {}
    wires: tuple[Wire, ...] = ()
    notes: dict[NodeId, Note] = {}
    training: TrainingSettings = TrainingSettings()


class Change(NamedTuple):
    """One piece of the design, before and after; None: it is not there.

    key: a node id for Node, a note id for Note, "" for Wire and TrainingSettings.
    """

    key: str
    old: Node | Wire | Note | TrainingSettings | None
    new: Node | Wire | Note | TrainingSettings | None

    def reversed(self) -> Change:
        return Change(self.key, self.new, self.old)


class Edit(NamedTuple):
    """A step a person can undo: its text, its changes, and the ids of nodes and notes it made."""

    text: str
    changes: tuple[Change, ...]
    created: tuple[str, ...] = ()

    def reversed(self) -> Edit:
        return Edit(self.text, tuple(change.reversed() for change in reversed(self.changes)))


def stem_of(layer: Layer) -> str:
    """The stem of a node's id: the layer's tag."""
    return tag_of(layer)
