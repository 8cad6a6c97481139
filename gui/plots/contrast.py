"""Curves of the run before, which stay behind the present ones, thin, for contrast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gui.plots.series import Curve
from gui.plots.vital_modes import MODES
from model.snapshot import CurveView

_BEFORE = "the run before"


class Contrast:
    """The curves that are kept, by the names they had. name: what was different then."""

    def __init__(self) -> None:
        self._views: dict[str, CurveView] = {}
        self.name = _BEFORE

    def __bool__(self) -> bool:
        return bool(self._views)

    def keep(self, views: Mapping[str, CurveView], name: str = "") -> None:
        """Take what the strips of the seismograph show of these curves."""
        prefixes = tuple(mode.prefix for mode in MODES)
        self._views = {key: view for key, view in views.items() if key.startswith(prefixes)}
        self.name = name or _BEFORE

    def forget(self) -> None:
        """Keep none."""
        self._views = {}

    def ghost(self, curve: Curve) -> Curve | None:
        """The same curve in the run that is kept, as far as this run has come."""
        kept = self._views.get(curve.key)
        if kept is None:
            return None
        last = float(curve.view.steps[-1]) if len(curve.view.steps) else 0.0
        count = max(int(np.searchsorted(kept.steps, last, side="right")), 1)
        view = replace(
            kept,
            steps=kept.steps[:count],
            mean=kept.mean[:count],
            low=kept.low[:count],
            high=kept.high[:count],
        )
        return replace(
            curve,
            key=f"before {curve.key}",
            view=view,
            name=f"{curve.name}, {self.name}",
            short=f"{curve.short}, {self.name}",
            style="ghost",
            is_alarming=False,
        )
