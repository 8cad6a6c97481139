"""Curves of bounded size over any number of steps."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from model.layer import Array
from model.snapshot import CurveView

CAPACITY = 1024
"""Points kept; when they are full, neighbours are joined in pairs."""
BLOCK = 512
"""Values that wait before they become points. Both are powers of two, as `stride` is: groups and
pairs come out even, however often somebody looks."""


class Curve:
    """Every value counts: a point is the mean, least and greatest of `stride` values."""

    def __init__(self) -> None:
        self.stride = 1
        self._steps: list[int] = []
        self._values: list[float] = []
        self._points: Array = np.empty((0, 4))
        self.last_step = -1

    def add(self, step: int, value: float) -> None:
        """One value; cheap enough for every training step."""
        self.last_step = step
        self._steps.append(step)
        self._values.append(value)
        if len(self._values) >= max(BLOCK, self.stride):
            self._flush()

    def _flush(self) -> None:
        """Turn all waiting values, whole groups of `stride`, into points."""
        self._points = np.concatenate([self._points, self._grouped()])
        self._values.clear()
        self._steps.clear()
        if len(self._points) >= CAPACITY:
            self._join()

    def _grouped(self) -> Array:
        """Points of the whole groups among the waiting values."""
        whole = len(self._values) // self.stride * self.stride
        values = np.array(self._values[:whole]).reshape(-1, self.stride)
        steps = np.array(self._steps[:whole]).reshape(-1, self.stride)
        points = [steps[:, -1], values.mean(axis=1), values.min(axis=1), values.max(axis=1)]
        return np.stack(points, axis=1)

    def _join(self) -> None:
        even = len(self._points) // 2 * 2  # a curve that was cut may have an odd one at its end
        pairs = self._points[:even].reshape(-1, 2, 4)
        joined = np.stack(
            [pairs[:, 1, 0], pairs[:, :, 1].mean(1), pairs[:, :, 2].min(1), pairs[:, :, 3].max(1)],
            axis=1,
        )
        self._points = np.concatenate([joined, self._points[even:]])
        self.stride *= 2

    def cut(self, step: int) -> Curve:
        """A copy that ends at a step. A point that stands for steps beyond it is left out."""
        found = Curve()
        found.stride = self.stride
        found._points = self._points[self._points[:, 0] <= step].copy()
        waiting = bisect_right(self._steps, step)
        found._steps, found._values = self._steps[:waiting], self._values[:waiting]
        if found._steps:
            found.last_step = found._steps[-1]
        elif len(found._points):
            found.last_step = int(found._points[-1, 0])
        return found

    def view(self) -> CurveView:
        """A copy for display; values that do not fill a group yet stand as a last point."""
        points = np.concatenate([self._points, self._grouped()])
        tail = np.array(self._values[len(self._values) // self.stride * self.stride :])
        if len(tail):
            last = [self._steps[-1], tail.mean(), tail.min(), tail.max()]
            points = np.concatenate([points, [last]])
        columns = points.T.copy()
        columns.flags.writeable = False
        return CurveView(columns[0], columns[1], columns[2], columns[3], self.stride)
