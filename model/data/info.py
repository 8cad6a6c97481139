"""What there is to know about a data set without opening a file."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from model.errors import DataError


class DataSetInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One data set's description: what an item looks like and what is to be predicted.

    `x_shape` is the shape of ONE item; pictures are (rows, columns) without a channel axis.
    `y_shape` is () for class labels and (k,) for k regression targets. `size` counts items; for a
    generated set it is the default. `default_noise` has the unit of the inputs for classes (whose
    points it moves) and of the target for regression (whose values it moves).

    Sequences: an item has `x_shape[0]` steps. x_classes: how many tokens x is made of, 0 where it
    is real numbers; y_classes: the same for a target that is a sequence of tokens (y_shape is then
    (steps,), and a label of -1 asks for no answer there). tokens: how to write token numbers.
    is_text: free text, where nobody can know a whole answer: single tokens are right or wrong.
    steps_range: least and most steps that can be chosen, (0, 0) where their number is fixed.
    """

    key: str
    title: str
    description: str
    x_shape: tuple[int, ...]
    y_shape: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    size: int
    is_generated: bool = False
    is_picture: bool = False
    default_noise: float = 0.0
    target: str = ""
    source: str
    file_name: str = ""
    is_sequence: bool = False
    x_classes: int = 0
    y_classes: int = 0
    tokens: tuple[str, ...] = ()
    is_text: bool = False
    steps_range: tuple[int, int] = (0, 0)

    @property
    def has_classes(self) -> bool:
        """True where each item belongs to one class, False for regression."""
        return bool(self.classes)

    @property
    def has_noise(self) -> bool:
        """True where the set is drawn from real numbers, to which noise can be added."""
        return self.is_generated and not self.x_classes

    def with_steps(self, steps: int) -> DataSetInfo:
        """The same set with items of another length; 0: as it is.

        Raises:
            DataError: for a length that the set cannot have.
        """
        if not steps or (self.is_sequence and steps == self.x_shape[0]):
            return self
        least, most = self.steps_range
        if not least <= steps <= most:
            raise DataError(
                f"{self.title} cannot have sequences of {steps} steps.",
                hint=f"Choose {least} to {most} steps, or 0 to leave them as they come."
                if most
                else "Leave the steps at 0: their number is fixed.",
            )
        size = self.size if self.is_generated else self.size * self.x_shape[0] // steps
        return msgspec.structs.replace(
            self,
            x_shape=(steps, *self.x_shape[1:]),
            y_shape=(steps,) if self.y_classes else self.y_shape,
            size=size,
        )

    def text_of(self, tokens: Iterable[int]) -> str:
        """Token numbers as they are read; what asks for no answer is a dot."""
        return "".join(self.tokens[token] if token >= 0 else "·" for token in tokens)
