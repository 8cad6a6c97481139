"""A + or − at the strongest place of a picture, so that its sign can be read without colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF

_ARM = 3.0  # px at a scale of 1


def sign_mark(values: NDArray[np.floating], box: QRectF, scale: float) -> list[QLineF]:
    """The lines of the mark, inside the box; none where no number is the largest in size.

    values: (rows, columns), stretched over the box. scale: of the theme.
    """
    if not np.isfinite(values).all() or not values.any():
        return []
    place = int(np.abs(values).argmax())
    row, column = divmod(place, values.shape[1])
    arm = min(_ARM * scale, box.width() / 5, box.height() / 3)
    x = box.left() + (column + 0.5) / values.shape[1] * box.width()
    y = box.top() + (row + 0.5) / values.shape[0] * box.height()
    x = min(max(x, box.left() + arm + 1), box.right() - arm - 1)
    y = min(max(y, box.top() + arm + 1), box.bottom() - arm - 1)
    lines = [QLineF(x - arm, y, x + arm, y)]
    if values.flat[place] > 0:
        lines.append(QLineF(x, y - arm, x, y + arm))
    return lines
