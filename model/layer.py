"""The contract of a layer: one frozen class, and everything else in the program follows from it.

A layer is a frozen `msgspec.Struct` with a tag (its name in files and on the clipboard), fields
with bounds, symbol and description, a title, a category, an icon, formulas and a few methods of
NumPy. Palette, form, file format, undo, shape inference, engine, help, exports and tests all read
the class; none of them has a list of layers of its own.

Shapes never contain the batch axis unless a text says (B, ...).
"""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from model.errors import ShapeError
from model.memory import zeros

Array = NDArray[Any]
Shape = tuple[int, ...]

CATEGORIES: dict[str, str] = {
    "data": "Data",
    "dense": "Dense & activations",
    "regularise": "Regularise & normalise",
    "conv": "Convolution",
    "sequence": "Sequence",
    "attention": "Attention",
    "merge": "Merge",
    "scalar": "Scalar functions",
    "loss": "Loss",
}


class Spec(NamedTuple):
    """What one item of the batch looks like on a wire.

    shape: the item's axes. classes: 0 for real numbers; k > 0 for class indices 0 ... k-1.
    """

    shape: Shape
    classes: int = 0

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def __str__(self) -> str:
        return " × ".join(["B", *map(str, self.shape)])


class Port(NamedTuple):
    """A place where wires end.

    is_variadic: takes two wires or more, in their order. takes_labels: class indices may come.
    is_optional: may stay empty; such ports stand last, so that the others keep their places.
    """

    name: str
    description: str = ""
    is_variadic: bool = False
    takes_labels: bool = False
    is_optional: bool = False


class Parameter(NamedTuple):
    """A trainable array. `initializer` is a key of `model.initializers`; `fans` its (in, out).

    spread: for the initialisers normal, uniform and constant. tied_to: the id of a node whose
    parameter of the same name, transposed, is this one; it is then no array of its own. values:
    typed first values, row by row; empty: drawn. unit_axis: along it the units (neurons, channels)
    are counted, so that all other axes hold the weights that enter one of them. groups: of the
    first axis, each with units of its own.
    """

    shape: Shape
    initializer: str
    fans: tuple[int, int] = (1, 1)
    is_penalised: bool = True
    spread: float = 0.05
    tied_to: str = ""
    values: tuple[float, ...] = ()
    unit_axis: int = -1
    groups: int = 1


class State(NamedTuple):
    """An array that is kept from step to step but not trained, such as a running mean."""

    shape: Shape
    value: float


class Formulas(NamedTuple):
    """LaTeX of the layer, line by line: (caption, formula) pairs."""

    forward: tuple[tuple[str, str], ...]
    backward: tuple[tuple[str, str], ...]


class Preset(NamedTuple):
    """A layer with its fields set, offered by the palette under a title of its own."""

    title: str
    icon: str
    layer: Layer
    help: str


class Workspace:
    """The arrays of one node, bound once, so that `forward(n)` is a few calls with `out=`.

    hs, h           inputs, one a wire (the first is also `h`), each (B, ...)
    out             the node's output h^(l+1), (B, ...)
    delta_out       dJ/dh^(l+1), what arrives from above; None where no loss depends on the node
    deltas, delta   dJ/dh^(l), what is passed down each wire (None where nothing below learns)
    W, dW, ...      each parameter by its name and its gradient with a `d` in front
    running_..., .. each state array by its name
    rng             the node's own random stream;  is_training: train or test mode
    batch           B, dtype, specs: the input specs; node_id
    """

    hs: list[Array]
    h: Any
    out: Any
    outs: dict[str, Array]
    delta_out: Any
    deltas: list[Array | None]
    delta: Any
    rng: np.random.Generator
    is_training: bool
    batch: int
    node_id: str
    dtype: np.dtype[Any]
    specs: tuple[Spec, ...]
    loss: float

    if TYPE_CHECKING:  # layers keep arrays of their own here

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...

    def like(self, array: Array) -> Array:
        """A buffer with the shape and the order in memory of another, so that one pass over both
        is one pass over memory; pictures behind a convolution keep the batch last there."""
        if array.flags.c_contiguous:
            return zeros(array.shape, self.dtype)
        return np.zeros_like(array, dtype=self.dtype)

    def empty(self, *shape: int, dtype: Any = None) -> Array:
        """A buffer of this shape (give the batch axis too), in the plan's number type."""
        return zeros(shape, self.dtype if dtype is None else dtype)


class Layer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"
):
    """Base of all layers; see the module's docstring."""

    title: ClassVar[str] = ""
    category: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    inputs: ClassVar[tuple[Port, ...]] = (Port("h"),)
    outputs: ClassVar[tuple[Port, ...]] = (Port("h"),)
    formulas: ClassVar[Formulas] = Formulas((), ())
    is_view: ClassVar[bool] = False
    """True where the output is the input in another shape: a card has nothing more to show."""
    binds_out: ClassVar[bool] = False
    """True where `setup` makes n.out itself: a view of the input, or memory in another order."""
    bound: ClassVar[tuple[str, ...]] = ()
    """Fields that `setup` reads though shapes may stay the same: a running training binds its
    arrays anew where one of them changes. All others are read in each step."""
    is_signed: ClassVar[bool] = True
    """False where the output is never negative (ReLU, softmax): it is shown on another map."""

    @classmethod
    def presets(cls) -> tuple[Preset, ...]:
        """Ready-made choices of fields that deserve a place of their own in the palette."""
        return ()

    def out_spec(self, *specs: Spec) -> Spec:
        """The output for these inputs. Raises: ShapeError with a repair where they do not fit."""
        return Spec(specs[0].shape)

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        """Trainable arrays by name, in the order in which they are kept."""
        return {}

    def states(self, *specs: Spec) -> dict[str, State]:
        return {}

    def cost(self, *specs: Spec) -> int:
        """Multiply-adds of one forward pass of one item."""
        return 0

    def label(self) -> str:
        """The card's title for an unnamed node, such as `Dense 128`."""
        return self.title

    def validate(self) -> None:
        """Raises: DesignError where a field holds what its declaration cannot refuse."""

    def chosen_formulas(self) -> Formulas:
        """The formulas for the options of this very layer; `formulas` are those of the default."""
        return self.formulas

    def setup(self, n: Workspace) -> None:
        """Allocate what the layer keeps between forward and backward."""

    def forward(self, n: Workspace) -> None:
        """Fill n.out from n.h."""
        raise NotImplementedError

    def gradient(self, n: Workspace) -> None:
        """Result 1 of back-propagation: fill n.dW ... from n.delta_out. Runs before backward."""

    def backward(self, n: Workspace) -> None:
        """Result 2: fill n.delta from n.delta_out. Left out where nothing below learns."""
        raise NotImplementedError

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """Copies of what the card shows besides h and delta, for one item and one neuron."""
        return {}


class Source(Layer, frozen=True, kw_only=True):
    """A layer without inputs; its arrays are the batch. Ports x and y."""

    category: ClassVar[str] = "data"
    inputs: ClassVar[tuple[Port, ...]] = ()

    def out_specs(self) -> dict[str, Spec]:
        """The spec of each output port. Raises: DataError."""
        raise NotImplementedError


class Loss(Layer, frozen=True, kw_only=True):
    """A term of J. It takes a prediction and a target and has no output port.

    The target is taken as given: no delta is sent to it. J is the sum of all losses of the
    design, each times its `weight`, plus the penalty.
    """

    category: ClassVar[str] = "loss"
    icon: ClassVar[str] = "bullseye-arrow"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("prediction", "What the network says"),
        Port("target", "What it should have said", takes_labels=True),
    )
    outputs: ClassVar[tuple[Port, ...]] = ()
    is_classification: ClassVar[bool] = False

    weight: Annotated[
        float, Meta(ge=0, le=1e6, description="Factor of this loss in J", extra={"symbol": "w"})
    ] = 1.0

    @property
    def is_summed(self) -> bool:
        """The loss of a batch is a sum over its items, not a mean."""
        return getattr(self, "reduction", "mean") == "sum"

    def out_spec(self, *specs: Spec) -> Spec:
        self.check(*specs)
        return Spec(())

    def check(self, prediction: Spec, target: Spec) -> None:
        """Raises: ShapeError where prediction and target do not belong together."""
        if target.classes or prediction.shape != target.shape:
            raise ShapeError(
                f"{self.title} compares arrays of one shape, but the prediction is {prediction}"
                f" and the target is {target}{' (class indices)' if target.classes else ''}.",
                hint="Give the last layer as many units as the target has numbers.",
            )

    def outcome(self, n: Workspace) -> Array:
        """What the network answers, (B, ...): probabilities where labels exist, else values."""
        return np.asarray(n.h)

    def hits(self, n: Workspace) -> Array | None:
        """(B,) booleans: the answer is the label. None where there are no labels."""
        return None

    def token_hits(self, n: Workspace) -> tuple[int, int] | None:
        """(right, counted) positions of the batch. None where an answer is no sequence."""
        return None


def registry() -> dict[str, type[Layer]]:
    """All layers by tag, in the order of the palette."""
    from model.layers import LAYERS

    return LAYERS


def tag_of(layer: Layer | type[Layer]) -> str:
    kind = layer if isinstance(layer, type) else type(layer)
    return str(kind.__struct_config__.tag)


def help_line(kind: type[Layer]) -> str:
    """The first line of the layer's docstring: what it does, in one sentence."""
    return (inspect.getdoc(kind) or "").split("\n")[0]
