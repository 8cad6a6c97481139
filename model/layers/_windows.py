"""Windows that slide over pictures, shared by convolution and pooling.

A batch of pictures is (B, C, H, W) for everybody else. In memory the order is (C, H, W, B), planes:
the same pixel of all items lies side by side. So what a kernel sees is copied in long runs, a bias
is added to one long row, and all items and places enter one matrix product.
Sequences (B, C, L) are pictures of height 1, and pictures (B, H, W) have one channel.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from model.errors import ShapeError
from model.layer import Array, Shape, Spec, Workspace
from model.layers._products import blocks_in, column_blocks

BLOCK = 1024
"""Columns of a product over all places that are summed in one go; they fit into the cache."""
LEAST = 64
"""Places that are multiplied in one go, at least."""
ROOM = 1 << 22
"""Numbers in the columns of a convolution (16 MB); where there are more they are worked off in
blocks, so that a test of hundreds of pictures fits into any memory."""
EVERYWHERE = slice(None)


class Axis(NamedTuple):
    """How a kernel moves along one axis. Lengths in pixels; before, after: the margin; most: the
    largest number of places."""

    length: int
    kernel: int = 1
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    most: int = sys.maxsize

    @property
    def reach(self) -> int:
        """Pixels from the first to the last that the kernel sees."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def padded(self) -> int:
        return self.before + self.length + self.after

    @property
    def places(self) -> int:
        """How often the kernel fits; 0 or less where it does not."""
        return min((self.padded - self.reach) // self.stride + 1, self.most)

    def seen_by(self, k: int) -> slice:
        """What entry k of the kernel sees, place after place."""
        start = k * self.dilation
        return slice(start, start + self.stride * (self.places - 1) + 1, self.stride)


def volume(shape: Shape, *, is_line: bool) -> tuple[int, int, int]:
    """Channels, height, width of one item."""
    if is_line:
        return shape[0], 1, shape[1]
    return (1, *shape) if len(shape) == 2 else shape  # type: ignore[return-value]


def check_picture(title: str, spec: Spec, *, is_line: bool) -> None:
    """Raises: ShapeError where the items are no pictures, or no sequences of channels."""
    if len(spec.shape) in ((2,) if is_line else (2, 3)):
        return
    wanted = "sequences (B × C × L)" if is_line else "pictures (B × C × H × W or B × H × W)"
    raise ShapeError(
        f"{title} takes {wanted}, but it is given {spec}.",
        hint=f"Put a Reshape layer in front, such as {'4, 16' if is_line else '1, 8, 8'}.",
    )


def check_places(title: str, spec: Spec, *axes: Axis) -> None:
    """Raises: ShapeError where the kernel is larger than the picture with its margin."""
    if all(axis.places > 0 for axis in axes):
        return
    reach = " × ".join(str(axis.reach) for axis in axes)
    room = " × ".join(str(axis.padded) for axis in axes)
    raise ShapeError(
        f"{title} looks at {reach} pixels at a time, but {spec} with its padding has {room}.",
        hint="Make the kernel smaller, or the padding larger.",
    )


def planes(items: Array, *, is_line: bool) -> Array:
    """A view (C, H, W, B) of (B, C, H, W), (B, H, W) or, for lines, (B, C, L)."""
    turned = items.transpose(*range(1, items.ndim), 0)
    if is_line:
        return turned[:, np.newaxis]
    return turned if items.ndim == 4 else turned[np.newaxis]


def items(found: Array, shape: Shape, *, is_line: bool) -> Array:
    """The view (B, *shape) of planes (C, H, W, B)."""
    if len(shape) == 2:
        found = found[:, 0] if is_line else found[0]
    return np.moveaxis(found, -1, 0)


def new_planes(n: Workspace, shape: Shape, *, is_line: bool) -> Array:
    """Bind n.out, (B, *shape), to new memory; returns its planes."""
    found = n.empty(*volume(shape, is_line=is_line), n.batch)
    n.out = items(found, shape, is_line=is_line)
    return found


def whole(found: Array) -> tuple[Axis, Axis]:
    """The axes of planes that nothing moves over."""
    return Axis(found.shape[1]), Axis(found.shape[2])


class Windows:
    """Planes with a margin, and what a kernel sees of them.

    inner: (C, H, W, B), where the picture is. frame: the picture and its margin.
    parts: kH kW views (C, H', W', B): what one entry of the kernel sees, place after place.
    view: (C, kH, kW, H', W', B): all of them in one.
    """

    def __init__(self, source: Array, rows: Axis, columns: Axis, margin: float = 0.0) -> None:
        """Without a margin the windows look at `source` itself, otherwise at a copy of it."""
        self.source = source
        channels, _, _, batch = source.shape
        self.is_copy = (rows.padded, columns.padded) != source.shape[1:3]
        self.is_copy |= not source.flags.c_contiguous
        self.frame = source
        if self.is_copy:
            shape = (channels, rows.padded, columns.padded, batch)
            self.frame = np.full(shape, margin, source.dtype)
        self.inner = self.frame[
            :,
            rows.before : rows.before + rows.length,
            columns.before : columns.before + columns.length,
        ]
        self.parts = [
            self.frame[:, rows.seen_by(i), columns.seen_by(j)]
            for i in range(rows.kernel)
            for j in range(columns.kernel)
        ]
        c, y, x, b = self.frame.strides
        self.view = as_strided(
            self.frame,
            (channels, rows.kernel, columns.kernel, rows.places, columns.places, batch),
            (c, y * rows.dilation, x * columns.dilation, y * rows.stride, x * columns.stride, b),
        )
        self.is_disjoint = rows.stride >= rows.reach and columns.stride >= columns.reach

    def load(self) -> None:
        """Bring the picture into its frame."""
        if self.is_copy:
            np.copyto(self.inner, self.source)

    def store(self) -> None:
        """Bring what is inside the frame back."""
        if self.is_copy:
            np.copyto(self.source, self.inner)

    def fold(self, columns: Array, rows: slice = EVERYWHERE) -> None:
        """Add every entry of (C, kH, kW, H', W', B) where the kernel saw it; the reverse of a copy
        of `view`. Where windows overlap the entries are summed. rows: the rows of places that
        these columns are of."""
        channels, height, width = columns.shape[:3]
        entries = columns.reshape(channels, height * width, *columns.shape[3:])
        for k, part in enumerate(self.parts):
            seen = part[:, rows]
            seen += entries[:, k]


class Block(NamedTuple):
    """Some rows of places of windows, and their columns.

    rows: which. places: where they stand among all places and items, (H' W' B) in a row.
    view, columns: (C, kH, kW, rows, W', B); patches: (G, C kH kW / G, rows W' B), the same memory,
    and pieces too: (G, pieces, C kH kW / G, rows W' B / pieces).
    """

    rows: slice
    places: slice
    view: Array
    columns: Array
    patches: Array
    pieces: Array

    def pieces_of(self, channels: Array) -> Array:
        """Its places of (G, c, H' W' B), cut like `pieces`."""
        return column_blocks(channels[:, :, self.places], self.pieces.shape[1])


def in_pieces(patches: Array, channels: int) -> Array:
    """A view of patches (G, k, places) that products with channels x k kernels take best."""
    _, entries, places = patches.shape
    return column_blocks(patches, blocks_in(places, entries * channels, LEAST))


def blocks_of(n: Workspace, windows: Windows, groups: int, channels: int) -> list[Block]:
    """Blocks that share one buffer of at most ROOM numbers, or of one row of places. channels: of
    a group on the other side of the kernel."""
    *kernel, height, width, batch = windows.view.shape
    row = width * batch
    entries = int(np.prod(kernel))
    step = min(height, max(1, ROOM // (entries * row)))
    buffer = n.empty(entries * step * row)
    found = []
    for start in range(0, height, step):
        stop = min(start + step, height)
        view = windows.view[:, :, :, start:stop]
        columns = buffer[: view.size].reshape(view.shape)
        patches = columns.reshape(groups, entries // groups, -1)
        places = slice(start * row, stop * row)
        pieces = in_pieces(patches, channels)
        found.append(Block(slice(start, stop), places, view, columns, patches, pieces))
    return found


class PlaceSum:
    """left right^T summed over N places, in parts that fit into the cache.

    left: (G, m, N), right: (G, k, N) -> (G, m, k). A product with a very long inner side and a
    small result is up to five times as fast in parts.
    """

    def __init__(self, n: Workspace, like: Array, places: int) -> None:
        groups, m, k = like.shape
        blocks = -(-places // BLOCK)
        while places % blocks:
            blocks += 1
        self._cut = (blocks, places // blocks)
        self._parts = n.empty(blocks, groups, k, m)
        self._total = n.empty(groups, k, m)

    def add(self, left: Array, right: Array, out: Array) -> None:
        lefts = left.reshape(*left.shape[:2], *self._cut).transpose(2, 0, 3, 1)
        rights = right.reshape(*right.shape[:2], *self._cut).transpose(2, 0, 1, 3)
        np.matmul(rights, lefts, out=self._parts)
        np.add.reduce(self._parts, axis=0, out=self._total)
        out += self._total.transpose(0, 2, 1)
