"""The middle of a race: the map, or the height along the way of every racer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gui.labs.landscape_levels import Box
from gui.labs.landscape_map import MapFigure, Track
from gui.labs.landscape_relief import ReliefFigure
from gui.labs.landscape_surface import Surface, surface_of
from gui.labs.pieces import icon_button
from gui.labs.race_curves import CurvesFigure, Run
from gui.plots.numbers import short
from gui.widgets import ElidedLabel, Segmented
from model.analysis.penalty_level import plane_penalty
from model.analysis.racing import Race
from model.analysis.racing_grounds import place_of
from model.analysis.racing_study import GroundSurface, Profiles
from model.layer import Array

_HINT = "click: start; wheel: zoom; right drag: move"
_VIEWS = ("map", "relief", "profile")


class LandscapeView(QWidget):
    """`placed(x, y)`: a start; `box_wanted(box)`: another part of the surface; `view_changed`."""

    placed = Signal(float, float)
    box_wanted = Signal(object)
    view_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.map = MapFigure()
        self.relief = ReliefFigure()
        self.profile = CurvesFigure("race_profile", "J along the way of each racer", "distance")
        self.profile.y_name = "J"
        self.profile.x_is_whole = False
        self.profile.empty_text = "No race yet"
        self.home: Box = ((0.0, 1.0), (0.0, 1.0))
        """The whole surface."""
        self.box: Box = self.home
        """What is looked at."""
        self._found: GroundSurface | None = None
        self._profiles: Profiles = {}
        self._stack = QStackedWidget()
        for figure in (self.map, self.relief, self.profile):
            self._stack.addWidget(figure)
        labels = [("map", "map"), ("relief", "relief"), ("profile", "profile")]
        self.view = Segmented(labels, "map", "View")
        self.view.setObjectName("race_view")
        tips = ("From above", "In perspective: drag to turn it", "J along the way of each racer")
        for button, tip in zip(self.view.buttons(), tips, strict=True):
            button.setToolTip(tip)
        self._heading = ElidedLabel("Loss landscape", role="card")
        self._hint = ElidedLabel(_HINT, role="caption")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.fit = icon_button("fit-to-screen-outline", "Fit the map to the race", "race_fit")
        self.whole = icon_button(
            "image-filter-center-focus", "The whole surface again", "race_home"
        )
        self._arrange()
        self.view.changed.connect(self._on_view)
        self.map.pressed.connect(self.placed)
        self.map.dragged.connect(self.placed)
        self.map.zoomed.connect(self._on_zoomed)
        self.whole.clicked.connect(self._on_whole)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 12, 2)
        head.setSpacing(8)
        for label in (self._heading, self._hint):  # as wide as its words, or away
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            head.addWidget(label)
        head.addStretch(1)
        for part in (self.fit, self.whole, self.view):
            head.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, heading and hint give way."""
        super().resizeEvent(event)
        self._fit_head()

    def _fit_head(self) -> None:
        """No word of the head is cut: first the hint goes, then the heading."""
        there = [part for part in (self.fit, self.whole, self.view) if not part.isHidden()]
        room = self.width() - sum(part.sizeHint().width() + 8 for part in there) - 40
        for label in (self._heading, self._hint):
            needed = label.sizeHint().width() + 8
            label.setVisible(room >= needed > 10)
            room -= needed

    @property
    def shown(self) -> str:
        """ "map", "relief" or "profile"."""
        return str(self.view.value())

    @Slot(object)
    def _on_view(self, view: object) -> None:
        self._stack.setCurrentIndex(_VIEWS.index(str(view)))
        hints = {"map": _HINT, "relief": "drag: turn"}
        self._hint.set_text(hints.get(str(view), ""))
        for button in (self.fit, self.whole):
            button.setVisible(view == "map")
        self._fit_head()
        self.view_changed.emit(str(view))

    # the ground

    def show_ground(self, found: GroundSurface) -> None:
        """Another ground, seen as a whole."""
        ground = found.ground
        self.map.x_name, self.map.y_name = ground.view.names
        self.relief.x_name, self.relief.y_name = ground.view.names
        self.map.minima = [(float(p[0]), float(p[1])) for p in ground.minima]
        self.map.minimum_words = "minimum"
        self.map.penalty = plane_penalty(ground.view)
        now = place_of(ground)
        if now is not None:
            self.map.minima = [(float(now[0]), float(now[1]))]
            self.map.minimum_words = "weights now"
        (left, right), (low, high) = ground.view.box.tolist()
        self.box = self.home = ((left, right), (low, high))
        self.show_surface(found)

    def show_surface(self, found: GroundSurface) -> None:
        """The same ground, finer or elsewhere; what is looked at stays."""
        self._found = found
        surface = surface_of(*found.grid, found.lowest)
        self.map.show_surface(surface)
        self.map.show_box(self.box)
        self.relief.show_surface(surface)

    def show_overlay(self, overlay: Surface | None) -> None:
        """The surface of a mini-batch over it."""
        self.map.show_overlay(overlay)

    def clear(self, reason: str) -> None:
        """There is nothing to see, and why."""
        self._found = None
        self._profiles = {}
        self.map.show_surface(None, reason)
        self.relief.show_surface(None, reason)
        self.profile.empty_text = reason
        self.profile.update()

    # what is looked at

    @Slot(object)
    def _on_zoomed(self, box: Box) -> None:
        """There at once; the surface follows."""
        self.box = box
        self.map.show_box(box)
        self.box_wanted.emit(box)

    @Slot()
    def _on_whole(self) -> None:
        self._on_zoomed(self.home)

    def fit_race(self, race: Race) -> None:
        """As large a part as the race needs."""
        places = [path.thetas for path in race.paths.values()]
        points = np.concatenate([*places, *[np.array([place]) for place in self.map.minima]])
        home = np.array(self.home)
        reach = 3 * np.ptp(home, axis=1).max()
        near = np.abs(points - home.mean(axis=1)).max(axis=1) < reach
        points = points[near & np.isfinite(points).all(axis=1)]
        if not len(points):
            return
        low, high = points.min(axis=0), points.max(axis=0)
        room = 0.12 * (high - low) + 1e-3 * np.ptp(home, axis=1)
        low, high = low - room, high + room
        self._on_zoomed(((float(low[0]), float(high[0])), (float(low[1]), float(high[1]))))

    def fit_if_outside(self, race: Race) -> None:
        """A network's plane has no natural part: where the race leaves it, it is made larger."""
        ends = np.array([path.thetas[-1] for path in race.paths.values()])
        low, high = np.array(self.home).T
        if len(ends) and not ((low <= ends) & (ends <= high)).all():
            self.fit_race(race)

    # the race

    def show_tracks(self, tracks: list[Track], start: Array | None) -> None:
        """Where everybody is."""
        place = None if start is None else (float(start[0]), float(start[1]))
        self.map.show_tracks(tracks, place)
        self.relief.show_tracks(tracks)

    def show_profiles(self, profiles: Profiles, names: dict[int, str], position: int) -> None:
        """J along the ways."""
        self._profiles = profiles
        self.profile.empty_text = ""
        self.move_profile(names, position)

    def move_profile(self, names: dict[int, str], position: int) -> None:
        """The same, standing at another step."""
        runs = []
        for key, (along, heights, stops) in self._profiles.items():
            stop = float(stops[min(position, len(stops) - 1)])
            at = int(np.searchsorted(along, stop - 1e-12))
            runs.append(Run(key, names.get(key, ""), along, heights, at))
        lowest = self._found.lowest if self._found is not None else float("nan")
        level = (lowest, f"minimum {short(lowest)}") if np.isfinite(lowest) else None
        self.profile.show_runs(runs, level=level)
