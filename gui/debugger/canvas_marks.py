"""What the canvas shows of a walk: numbers, marks on cards and wires, the active card in large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer, Slot

from gui import theme
from gui.canvas.card_mark import NO_MARK
from gui.canvas.geometry import Rect
from gui.canvas.obstacles import Obstacles
from gui.canvas.view import CanvasView
from gui.canvas.walk_looks import Held
from gui.debugger.choosing import number_of
from gui.debugger.following import Follower
from gui.debugger.marking import absences, card_marks, valued_wires, wire_numbers, wire_states
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.debugger.step_face import StepFace
from gui.debugger.step_face_content import Design
from gui.debugger.step_face_lines import content_of
from gui.debugger.step_face_place import Obstacle
from gui.debugger.value_places import value_places
from gui.debugger.wire_values import Values, WireValues, sizes_for
from model.graph import Wire
from model.layer import Array
from model.snapshot import NodeView, Snapshot
from model.teaching.impossible import Impossible

_WORDS_MS = 60
"""So long the box of the active card waits for words: without them it would be laid out twice."""


class CanvasMarks(QObject):
    """Listens to the session and marks the canvas; takes all marks away when it closes."""

    def __init__(self, session: DebugSession, view: CanvasView) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._valued: frozenset[Wire] = frozenset()
        self._is_rms = False
        self._failed = ""
        """The node of an operation that cannot be done."""
        self._errors: Mapping[str, float] = {}
        """By node, what the gradient check has found."""
        self.follower = Follower(view)
        self.step_face = StepFace(view)
        self.wire_values = WireValues()
        self.wire_values.setVisible(False)
        view.canvas.addItem(self.wire_values)
        self._late = QTimer(self, singleShot=True, interval=_WORDS_MS)
        self._late.timeout.connect(self._on_late)
        session.opened.connect(self._on_opened)
        session.moved.connect(self._on_moved)
        session.described.connect(self.show_moment)
        session.looked.connect(self.show_moment)
        session.player.changed.connect(self._on_playing_changed)
        session.term_lit.connect(self.step_face.set_term)
        session.style_changed.connect(self._on_style_changed)
        session.closed.connect(self.clear)
        session.checked.connect(self._on_checked)
        view.breakpoint_pressed.connect(session.toggle_breakpoint)
        view.canvas.geometry_changed.connect(self._on_geometry_changed)
        view.viewport_changed.connect(self._place_face)
        self.step_face.term_pointed.connect(session.light)
        self.step_face.place_chosen.connect(self._on_place_chosen)

    @Slot()
    def _on_opened(self) -> None:
        self.follower.forget()

    @Slot(object)
    def _on_moved(self, moment: Moment) -> None:
        """The walk stands elsewhere."""
        self.show_moment(moment)
        goal = moment.last or moment.next
        if goal is not None and goal.node_id:
            self.follower.follow(goal.node_id)

    @Slot(object)
    def show_moment(self, moment: Moment) -> None:
        """Numbers, marks and wires; only what has changed is painted."""
        held = Held(
            snapshot=self._snapshot_of(moment),
            wires=wire_states(moment),
            absences=absences(moment),
            delta_size=moment.delta_size,
        )
        self._view.canvas.live.hold(held)
        self._mark_cards(moment)
        self._mark_impossible(moment.impossible)
        self._write_values(moment)
        if moment.is_described or self._session.is_hurried or not moment.position:
            self._fill_face(moment)
        else:
            self._late.start()

    def _snapshot_of(self, moment: Moment) -> Snapshot:
        """The card of an operation that cannot be done says why it has no number."""
        found = moment.impossible
        if found is None or found.info.phase != "forward":
            return moment.snapshot
        why = NodeView(extras={"why": found.sentence(self._session.style)})
        return replace(moment.snapshot, nodes={**moment.snapshot.nodes, found.info.node_id: why})

    def _titles(self) -> dict[str, str]:
        graph = self._session.document.graph
        return {key: graph.title_of(key) for key in graph.nodes}

    # cards

    def _mark_cards(self, moment: Moment) -> None:
        nodes = self._view.canvas.nodes
        titles = self._titles()
        is_paused = not self._session.player.is_playing
        style = self._session.style
        marks = card_marks(moment, titles, is_paused=is_paused, style=style)
        for key, item in nodes.items():
            mark = marks.get(key, NO_MARK)
            if key in self._errors:
                mark = mark._replace(check=self._errors[key])
            if mark != item.mark:
                item.mark = mark
                item.update()

    def _mark_impossible(self, found: Impossible | None) -> None:
        """A badge on the card of an operation that cannot be done."""
        nodes = self._view.canvas.nodes
        key = "" if found is None else found.info.node_id
        if self._failed != key and self._failed in nodes:
            nodes[self._failed].set_failure("")
        self._failed = key
        if found is not None and key in nodes:
            nodes[key].set_failure(str(found.error(self._session.style)))

    @Slot(bool)
    def _on_playing_changed(self, _is_playing: bool) -> None:
        if self._session.moment is not None:
            self._mark_cards(self._session.moment)

    # wires

    def _write_values(self, moment: Moment) -> None:
        canvas = self._view.canvas
        specs = canvas.document.inference.wires
        valued = valued_wires(moment, specs)
        is_rms = moment.item is None and moment.batch > 1
        is_new = (valued, is_rms) != (self._valued, self._is_rms)
        if is_new or not self.wire_values.isVisible():
            self._valued, self._is_rms = valued, is_rms
            self._place_values()
        first = {key: _first_output(item.node.layer) for key, item in canvas.nodes.items()}
        numbers = wire_numbers(moment, first)
        write = self._session.style.text
        values = {}
        for wire in self._valued & numbers.keys():
            h, delta = numbers[wire]
            index = canvas.layer_index(wire.source)
            values[wire] = Values.of(index, h, delta, write, is_rms=is_rms)
        self.wire_values.set_values(values)

    def _place_values(self) -> None:
        canvas = self._view.canvas
        digits = self._session.style.digits
        sizes = sizes_for(theme.current(), digits, is_rms=self._is_rms)
        cards = Obstacles(list(canvas.geometry.rects.values()))
        places = value_places(canvas.geometry.routes, self._valued, cards, sizes)
        self.wire_values.set_places(places)
        self.wire_values.setVisible(True)
        self._hide_labels(frozenset(places))

    def _hide_labels(self, wires: frozenset[Wire]) -> None:
        layer = self._view.canvas.wires
        if wires != layer.unlabelled:
            changed, layer.unlabelled = wires ^ layer.unlabelled, wires
            for wire in changed:
                layer.touch(wire)

    # the active card in large

    @Slot()
    def _on_late(self) -> None:
        """Words take their time: show the numbers without them."""
        if self._session.moment is not None:
            self._fill_face(self._session.moment)

    def _fill_face(self, moment: Moment) -> None:
        self._late.stop()
        canvas = self._view.canvas
        nodes = canvas.document.graph.nodes
        design = Design(nodes, {key: canvas.layer_index(key) for key in nodes}, self._titles())
        style = self._session.style
        self.step_face.show_content(content_of(moment, design, style), style)
        self._place_face()

    @Slot()
    def _place_face(self) -> None:
        moment = self._session.moment
        if moment is None or moment.last is None or self.step_face.content is None:
            return
        if self._late.isActive():
            return  # it still shows the operation before
        view, canvas = self._view, self._view.canvas
        active = moment.last.node_id
        window = QRectF(view.viewport().rect()).adjusted(6, 6, -6, -6)
        if active in canvas.nodes:
            card = self._on_screen(canvas.rect_of(active))
        else:  # an operation of the whole network: at the top, in the middle
            card = QRectF(window.center().x(), window.top() - 20, 0, 0)
        self.step_face.lie_beside(card, window, self._obstacles(moment, active))

    def _obstacles(self, moment: Moment, active: str) -> list[Obstacle]:
        """What the box should not hide, as far as it is in the window."""
        view, canvas = self._view, self._view.canvas
        following = moment.next.node_id if moment.next is not None else ""
        near = {wire.source for wire in moment.entering.get(active, ())}
        near |= {wire.target for wire in canvas.geometry.routes if wire.source == active}
        weights = dict.fromkeys(canvas.nodes.keys() - {active}, (0.8, 0.0))
        weights |= dict.fromkeys(near & weights.keys(), (1.0, 0.2))
        weights |= dict.fromkeys({following} & weights.keys(), (1.0, 0.5))
        weights |= dict.fromkeys(canvas.notes, (0.4, 0.0))
        rects = [(canvas.rect_of(key), weight) for key, weight in weights.items()]
        for place in self.wire_values.places.values():
            rects += [(place.h, (1.0, 0.0)), (place.delta, (1.0, 0.0))]
        seen = view.visible_rect()
        shown = Rect(seen.x(), seen.y(), seen.width(), seen.height())
        return [Obstacle(self._on_screen(rect), *w) for rect, w in rects if rect.meets(shown)]

    def _on_screen(self, rect: Rect) -> QRectF:
        """In pixels of the window."""
        zoom, corner = self._view.zoom, self._view.mapFromScene(QPointF(rect.x, rect.y))
        return QRectF(corner.x(), corner.y(), rect.width * zoom, rect.height * zoom)

    @Slot(object)
    def _on_place_chosen(self, found: tuple[Array, str, int, int]) -> None:
        self._session.choose_element(number_of(self._session.moment, *found))

    # what happens meanwhile

    @Slot()
    def _on_geometry_changed(self) -> None:
        if self._session.moment is not None:
            self._place_values()
            self._place_face()

    @Slot(object)
    def _on_style_changed(self, _style: object) -> None:
        if self._session.moment is not None:
            self._place_values()
            self.show_moment(self._session.moment)

    @Slot(object)
    def _on_checked(self, errors: Mapping[str, float]) -> None:
        self._errors = errors
        if self._session.moment is not None:
            self._mark_cards(self._session.moment)

    @Slot()
    def clear(self) -> None:
        """The canvas as the training has it."""
        canvas = self._view.canvas
        for item in canvas.nodes.values():
            item.mark, item.is_stop_hovered = NO_MARK, False
            item.update()
        self._mark_impossible(None)
        self._late.stop()
        self.wire_values.setVisible(False)
        self.wire_values.set_values({})
        self._hide_labels(frozenset())
        self.step_face.show_content(None, self._session.style)
        canvas.live.release(self._session.controller.latest)
        self.follower.forget()


def _first_output(layer: object) -> str:
    outputs = getattr(layer, "outputs", ())
    return outputs[0].name if outputs else ""
