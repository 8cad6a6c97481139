"""Keeps routes, port circles and labels in step with the cards."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from gui.canvas.geometry import Rect, Side, Slot, sides_of_wire, slots_of
from gui.canvas.labels import Label, Size, place_labels
from gui.canvas.obstacles import Obstacles, Route
from gui.canvas.routing import End, Router
from model.design import Wire
from model.graph import NetworkGraph

LEVEL = 24.0
"""Two cards side by side whose circles differ by no more are joined by a straight wire, px."""
FULL_UP_TO = 120
"""Designs with this many wires are routed as a whole, so that the picture has no history."""


class WireGeometry:
    """Knows the rectangle of every card; answers with routes and circles."""

    def __init__(self, graph: NetworkGraph) -> None:
        self._graph = graph
        self._router = Router()
        self._sides: dict[Wire, tuple[Side, Side]] = {}
        self.rects: dict[str, Rect] = {}
        self.slots: dict[str, list[Slot]] = {}
        self._labels: dict[Wire, Label] = {}
        self._labelled: dict[Wire, Route] = {}
        self._places: list[Rect] = []
        self._in_hand: dict[str, Rect] = {}

    @property
    def routes(self) -> Mapping[Wire, Route]:
        return self._router.routes

    def clear(self) -> None:
        self._router.clear()
        self._sides.clear()
        self.rects.clear()
        self.slots.clear()
        self._labels.clear()

    def update(
        self,
        rects: Mapping[str, Rect],
        changed: Collection[Wire] = (),
        *,
        dragged: Collection[str] = (),
        renewed: Collection[str] = (),
    ) -> set[str]:
        """New rectangles of all cards and notes, and wires that came; the nodes whose circles have
        moved.

        renewed: nodes that may have other ports than before, such as those of another formula.

        dragged: cards in the hand; only their own wires are routed anew, and the other wires stand
        still below them, so that a card can be let go on one.
        """
        wires = self._graph.wires()
        present = set(wires)
        for gone in [wire for wire in self._router.routes if wire not in present]:
            changed = {*changed, gone}
            self._router.forget(gone)
            self._sides.pop(gone, None)
        renewed = [key for key in renewed if self._has_new_ports(key)]
        moved = {key for key in {*rects, *self.rects} if rects.get(key) != self.rects.get(key)}
        is_still = present == self._router.routes.keys() and not self._in_hand
        if is_still and not (moved or changed or renewed or dragged):
            return set()  # a value was changed, not the picture
        before = {**self.rects, **self._in_hand}
        if dragged:
            self._in_hand = {key: before[key] for key in dragged if key in before}
        else:
            moved |= self._in_hand.keys()
            self._in_hand = {}
        steady = moved.difference(dragged)
        places = [old for key in steady for old in (before.get(key), rects.get(key)) if old]
        self._places += places
        self.rects = dict(rects)
        self._router.set_cards(rect for key, rect in rects.items() if key not in dragged)
        if not dragged and len(wires) <= FULL_UP_TO:
            touched = present
            self._router.clear()
        else:
            touched = {w for w in wires if w.source in moved or w.target in moved}
            touched |= {*changed} & present
            touched |= self._router.touching(places)
            touched |= present - self._router.routes.keys()
        ends = {key for wire in (*touched, *changed) for key in (wire.source, wire.target)}
        nodes = (ends | moved).union(renewed)
        shifted = self._reslot(touched, {key for key in nodes if key in self._graph})
        touched |= {w for w in wires if w.source in shifted or w.target in shifted}
        self._router.route({wire: self._ends(wire) for wire in touched})
        return shifted

    def _has_new_ports(self, key: str) -> bool:
        """Whether the circles of a node are those of other ports than it has now."""
        if key not in self._graph or key not in self.slots:
            return key in self._graph
        layer = self._graph.node(key).layer
        ports = {(port.name, True) for port in layer.inputs}
        ports |= {(port.name, False) for port in layer.outputs}
        return ports != {(slot.port, slot.is_input) for slot in self.slots[key]}

    def _reslot(self, touched: Collection[Wire], nodes: Collection[str]) -> set[str]:
        """Sides of the wires and circles of the nodes; the nodes where something has changed."""
        for wire in touched:
            self._sides[wire] = sides_of_wire(
                self.rects[wire.source], self.rects[wire.target], self._router.cards.hits
            )
        for key in [key for key in self.slots if key not in self.rects]:
            del self.slots[key]
        old = {key: self.slots.get(key) for key in nodes}
        for key in nodes:
            rect = self.rects[key]
            entering, leaving = self._graph.wires_into(key), self._graph.wires_from(key)
            for wire in (*entering, *leaving):
                if wire not in self._sides:
                    self._sides[wire] = sides_of_wire(
                        self.rects[wire.source], self.rects[wire.target], self._router.cards.hits
                    )
            self.slots[key] = slots_of(
                self._graph.node(key), (rect.width, rect.height), entering, leaving, self._sides
            )
        for key in nodes:
            self._straighten(key)
        return {key for key in nodes if old[key] != self.slots[key]}

    def _straighten(self, key: str) -> None:
        """A lone circle at the top stands right under the circle it hangs from, and one on the left
        level with it, where the two cards lie at nearly one height."""
        slots, rect = self.slots[key], self.rects[key]
        for side in (Side.TOP, Side.LEFT):
            found = [index for index, slot in enumerate(slots) if slot.side is side]
            if len(found) != 1 or (wire := slots[found[0]].wire) is None:
                continue
            start, source = self._source_slot(wire), self.rects[wire.source]
            x, y = source.x + start.x - rect.x, source.y + start.y - rect.y
            slot = slots[found[0]]
            if side is Side.TOP and 20 <= x <= rect.width - 20:
                slots[found[0]] = slot._replace(x=x)
            elif side is Side.LEFT and abs(y - slot.y) <= LEVEL and 12 <= y <= rect.height - 12:
                slots[found[0]] = slot._replace(y=y)

    def _source_slot(self, wire: Wire) -> Slot:
        side = self._sides[wire][0]
        found = [
            s
            for s in self.slots.get(wire.source, ())
            if not s.is_input and s.side is side and s.port == wire.source_port
        ]
        if found:
            return found[0]
        rect = self.rects[wire.source]
        return Slot(wire.source_port, False, side, rect.width / 2, rect.height)

    def _ends(self, wire: Wire) -> tuple[End, End]:
        start = self._source_slot(wire)
        source, target = self.rects[wire.source], self.rects[wire.target]
        stop = next(slot for slot in self.slots[wire.target] if slot.wire == wire)
        return (
            End(source.x + start.x, source.y + start.y, start.side),
            End(target.x + stop.x, target.y + stop.y, stop.side),
        )

    def labels(self, texts: Mapping[Wire, str], size_of: Size) -> dict[Wire, Label]:
        """Labels of all wires; in a large design, and while a card is in the hand, those of
        untouched wires stay where they are. size_of: (width, height) of a text."""
        routes = self._router.routes
        cards = Obstacles([*self.rects.values(), *self._port_names()])
        kept: dict[Wire, Label] = {}
        if len(routes) > FULL_UP_TO or self._in_hand:
            kept = {
                wire: label
                for wire, label in self._labels.items()
                if routes.get(wire) == self._labelled.get(wire)
                and texts.get(wire) == label.text
                and not self._in_hand.keys() & {wire.source, wire.target}
                and not any(label.box.meets(place) for place in self._places)
            }
        self._labels = place_labels(routes, texts, size_of, cards, kept)
        self._labelled = dict(routes)
        self._places = []
        return self._labels

    def _port_names(self) -> Iterator[Rect]:
        """Where the names of outputs stand, on cards that have more than one."""
        for key, slots in self.slots.items():
            if len(self._graph.node(key).layer.outputs) < 2:
                continue
            rect = self.rects[key]
            for slot in slots:
                x, y = rect.x + slot.x, rect.y + slot.y
                if slot.side is Side.RIGHT:
                    yield Rect(x, y - 22, 20, 44)
                else:
                    yield Rect(x - 24, y, 22, 22)
