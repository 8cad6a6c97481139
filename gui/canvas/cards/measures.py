"""Where things lie inside a card: lengths, and the columns in which neurons stand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

from gui.theme import Theme

# name: (px at a desk, px on a projector)
_LENGTHS: Final[dict[str, tuple[float, float]]] = {
    "left": (32, 51),  # card edge to first neuron: room for h and its superscript
    "right": (12, 13),
    "top": (3, 4),
    "bottom": (10, 12),
    "gap": (5, 6),
    "h_strip": (16, 24),
    "delta_bars": (34, 38),
    "delta_bars_tall": (34, 52),  # with the numbers themselves in them
    "widest_bar": (44, 70),
    "digits": (22, 34),  # a row of neuron numbers
    "fewest": (220, 350),  # width of a strip of a few neurons
    "widest": (384, 460.8),  # of up to 128 neurons: 3 px each (3.6 on a projector)
    "widest_of_all": (512, 614.4),
    "cell": (22, 35),  # widest column of more than ten neurons
    "pad": (14, 20),
    "stripe": (5, 9),
    "row": (22, 34),
    "dot": (9, 10.8),  # of a lattice, where 128 neurons stand
    "dot_most": (14, 20),
    "small_picture": (96, 150),
    "between_pictures": (28, 50),
    "histogram": (52, 80),
    "picture": (136, 160),
    "pager": (30, 44),
    "hero": (58, 84),
    "answer": (68, 84),
    "tile_row": (24, 38),
    "table": (240, 380),
    "maps": (264, 400),  # across the small pictures of an output of several axes
    "note": (18, 26),
    "steps": (30, 44),  # bars of delta, one a step of a sequence
    "token": (16, 24),
    "compact": (180, 288),
    "scalar": (232, 344),  # a card of the computation graph
    "small_scalar": (112, 168),  # its small form, of an unfolded layer
    "small_numbers": (23, 35),
    "formula": (42, 60),
    "label": (20, 30),  # a letter above its number
    "number": (32, 46),
    "state": (26, 36),
    "table_cell": (66, 102),
}

DESK_MAPS: Final = _LENGTHS["maps"][0]
MAX_CELLS: Final = 256
NUMBERED: Final = 16
"""Up to so many neurons, each has its number beneath its column."""
WITH_VALUE: Final = 4
"""Up to so many neurons, the number itself stands in the column."""


def length(theme: Theme, name: str) -> float:
    """A length inside a card, px."""
    return _LENGTHS[name][1 if theme.is_projector else 0]


@dataclass(frozen=True)
class Columns:
    """The columns of `count` neurons. Cards of equal count have them at the same x.

    cell: width of a column, px. per_cell: neurons that share one (1: none do). left: x of the
    first column, px from the card's edge. strip: px of all columns; card: px of the whole card.
    """

    count: int
    cells: int
    per_cell: int
    cell: float
    left: float
    strip: float
    card: float
    room: float
    """px there are for the strip; more than `strip` where the neurons are few."""

    def x_of(self, neuron: int) -> float:
        """Middle of the neuron's column, px from the card's left edge."""
        return self.left + (neuron // self.per_cell + 0.5) * self.cell

    def cell_at(self, x: float) -> int | None:
        """The column at x, px from the card's left edge."""
        index = math.floor((x - self.left) / self.cell)
        return index if 0 <= index < self.cells else None

    def neuron_at(self, x: float) -> int | None:
        """The first neuron of the column at x."""
        cell = self.cell_at(x)
        return None if cell is None else cell * self.per_cell

    def neurons_of(self, cell: int) -> range:
        """All neurons of a column."""
        return range(cell * self.per_cell, min((cell + 1) * self.per_cell, self.count))


@cache
def columns(count: int, is_projector: bool) -> Columns:
    """Columns for a layer of `count` neurons.

    Up to ten share out a short strip; up to 128 get as many whole pixels as 384 px allow (3 for
    128); up to 256 get 2 px; beyond, several neurons share a column of 2 px.
    """
    side = 1 if is_projector else 0
    fewest, widest, cell_max = (_LENGTHS[key][side] for key in ("fewest", "widest", "cell"))
    left, right = _LENGTHS["left"][side], _LENGTHS["right"][side]
    stretch = widest / _LENGTHS["widest"][0]
    per_cell = max(1, math.ceil(count / MAX_CELLS))
    cells = math.ceil(count / per_cell)
    if count <= 10:
        cell = fewest / cells
        cell = cell if is_projector else float(math.floor(cell))
    elif count <= 128:
        cell = min(math.floor(_LENGTHS["widest"][0] / cells) * stretch, cell_max)
    else:
        cell = 2 * stretch
    strip = cells * cell
    room = max(strip, fewest)
    return Columns(count, cells, per_cell, cell, left, strip, left + room + right, room)


def columns_for(count: int, theme: Theme) -> Columns:
    """`columns` in a theme."""
    return columns(count, theme.is_projector)
