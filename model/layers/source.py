"""Where the batch comes from."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from model.data import DataSetInfo, catalogue
from model.errors import DataError
from model.layer import Formulas, Port, Shape, Source, Spec

Scaling = Literal["none", "standardize", "unit"]
_CAPTIONS = {
    "none": "none",
    "standardize": "standardise: mean 0, deviation 1",
    "unit": "scale to [0, 1]",
}


class DataSource(Source, frozen=True, kw_only=True, tag="data"):
    """Feed a data set into the network, one mini-batch a step.

    Port x gives the inputs (B, ...), port y the labels (B,) or target values (B, k). Scaling is
    fitted on the training part only. `features` picks columns of a table (empty: all). Sequences
    of tokens come as token numbers (B, T), of values as (B, T, n). With the target "inputs" port y
    gives what port x gives, so that an autoencoder can be judged.
    """

    title: ClassVar[str] = "Data set"
    icon: ClassVar[str] = "database-outline"
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("x", "The inputs"),
        Port("y", "Labels, or the values to predict"),
    )
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("batch", r"B_t = \{ (x_i, y_i) \}_{i=1}^{B}"),), backward=()
    )

    dataset: Annotated[str, Meta(description="Which data", extra={"choices": "datasets"})] = "xor"
    size: Annotated[int, Meta(ge=10, le=100_000, description="Items (generated sets only)")] = 400
    noise: Annotated[float, Meta(ge=0, le=2, description="Noise (generated sets only)")] = 0.1
    scaling: Annotated[Scaling, Meta(description="Scaling of x", extra={"captions": _CAPTIONS})] = (
        "none"
    )
    target_scaling: Annotated[
        Scaling, Meta(description="Scaling of y (regression)", extra={"captions": _CAPTIONS})
    ] = "none"
    one_hot: Annotated[bool, Meta(description="Give labels as one-hot vectors")] = False
    features: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=100_000)], ...],
        Meta(description="Columns of x by number, such as 0, 1 (empty: all)"),
    ] = ()
    steps: Annotated[
        int, Meta(ge=0, le=500, description="Steps of a sequence (0: as the set comes)")
    ] = 0
    target: Annotated[
        Literal["labels", "inputs"],
        Meta(
            description="What port y gives",
            extra={
                "captions": {
                    "labels": "the labels or values of the set",
                    "inputs": "the inputs once more: an autoencoder's target",
                }
            },
        ),
    ] = "labels"

    def label(self) -> str:
        found = catalogue().get(self.dataset)
        return found.title if found else self.title

    def described(self) -> DataSetInfo:
        """Raises: DataError for a data set that is not there, or not with so many steps."""
        found = catalogue().get(self.dataset)
        if found is None:
            raise DataError(
                f"There is no data set named '{self.dataset}'.",
                hint="Choose one of: " + ", ".join(catalogue()) + ".",
            )
        return found.with_steps(self.steps)

    def _x_shape(self, info: DataSetInfo) -> Shape:
        if not self.features:
            return info.x_shape
        if info.is_sequence or len(info.x_shape) != 1 or max(self.features) >= info.x_shape[0]:
            raise DataError(
                f"{info.title} has no column {max(self.features)}: its items have the shape"
                f" {info.x_shape}.",
                hint="Leave the list of columns empty to take all.",
            )
        return (len(self.features),)

    def out_specs(self) -> dict[str, Spec]:
        info = self.described()
        x = Spec(self._x_shape(info), info.x_classes)
        return {"x": x, "y": x if self.target == "inputs" else self._labels(info)}

    def _labels(self, info: DataSetInfo) -> Spec:
        classes = len(info.classes)
        if not classes:
            return Spec(info.y_shape, info.y_classes)
        return Spec((classes,)) if self.one_hot else Spec((), classes)
