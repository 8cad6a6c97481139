"""What every data set is, known without opening a file, so that shapes can be inferred at once.

A test compares the constants written here with the files in `resources/datasets`.
"""

from __future__ import annotations

from model.data.info import DataSetInfo
from model.data.sequence_catalogue import SEQUENCE_SETS
from model.errors import DataError

UCI_TERMS = "UCI Machine Learning Repository, CC BY 4.0"
PLAYGROUND = "after TensorFlow Playground (Smilkov et al. 2017, arXiv:1708.03788)"


_CELL_MEASURES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave_points",
    "symmetry",
    "fractal_dimension",
)
_DIGITS = tuple(str(digit) for digit in range(10))

_GENERATED = (
    DataSetInfo(
        key="xor",
        title="XOR",
        description="Four squares of points; the class says whether the two signs differ",
        x_shape=(2,),
        features=("x1", "x2"),
        classes=("same sign", "different sign"),
        size=400,
        is_generated=True,
        default_noise=0.02,
        source=f"Generated, {PLAYGROUND}",
    ),
    DataSetInfo(
        key="gaussians",
        title="Two Gaussians",
        description="Two round clouds that one straight line can tell apart",
        x_shape=(2,),
        features=("x1", "x2"),
        classes=("lower left", "upper right"),
        size=400,
        is_generated=True,
        default_noise=0.2,
        source=f"Generated, {PLAYGROUND}",
    ),
    DataSetInfo(
        key="circles",
        title="Circles",
        description="A disc inside a ring; no straight line tells them apart",
        x_shape=(2,),
        features=("x1", "x2"),
        classes=("disc", "ring"),
        size=400,
        is_generated=True,
        default_noise=0.02,
        source=f"Generated, {PLAYGROUND}",
    ),
    DataSetInfo(
        key="spiral",
        title="Spiral",
        description="Two arms wound around each other, a hard case for a small network",
        x_shape=(2,),
        features=("x1", "x2"),
        classes=("first arm", "second arm"),
        size=500,
        is_generated=True,
        default_noise=0.02,
        source=f"Generated, {PLAYGROUND}",
    ),
    DataSetInfo(
        key="moons",
        title="Moons",
        description="Two half circles that reach into each other",
        x_shape=(2,),
        features=("x1", "x2"),
        classes=("upper moon", "lower moon"),
        size=400,
        is_generated=True,
        default_noise=0.06,
        source="Generated, after make_moons of scikit-learn (Pedregosa et al. 2011), centred",
    ),
    DataSetInfo(
        key="plane",
        title="Plane",
        description="Regression: a tilted plane over two inputs, y = (x1 + x2) / 2 plus noise",
        x_shape=(2,),
        y_shape=(1,),
        features=("x1", "x2"),
        size=400,
        is_generated=True,
        default_noise=0.05,
        target="y",
        source=f"Generated, {PLAYGROUND}",
    ),
    DataSetInfo(
        key="curve",
        title="Curve",
        description="Regression: a wave on a slope, y = 0.7 sin(2πx) + 0.3 x plus noise",
        x_shape=(1,),
        y_shape=(1,),
        features=("x",),
        size=300,
        is_generated=True,
        default_noise=0.05,
        target="y",
        source="Generated",
    ),
)

_TABLES = (
    DataSetInfo(
        key="iris",
        title="Iris",
        description="Three species of iris, told apart by the sizes of sepals and petals",
        x_shape=(4,),
        features=("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm"),
        classes=("setosa", "versicolor", "virginica"),
        size=150,
        source=f"R. A. Fisher 1936; {UCI_TERMS}",
        file_name="iris.csv",
    ),
    DataSetInfo(
        key="wine",
        title="Wine",
        description="Three cultivars of one region, told apart by chemical analysis",
        x_shape=(13,),
        features=(
            "alcohol",
            "malic_acid",
            "ash",
            "alcalinity_of_ash",
            "magnesium",
            "total_phenols",
            "flavanoids",
            "nonflavanoid_phenols",
            "proanthocyanins",
            "color_intensity",
            "hue",
            "od280/od315_of_diluted_wines",
            "proline",
        ),
        classes=("class_0", "class_1", "class_2"),
        size=178,
        source=f"Forina et al.; {UCI_TERMS}",
        file_name="wine.csv",
    ),
    DataSetInfo(
        key="breast_cancer",
        title="Breast cancer",
        description="Wisconsin (Diagnostic): malignant or benign, from 30 measures of cell nuclei",
        x_shape=(30,),
        features=tuple(
            pattern.format(measure)
            for pattern in ("mean_{}", "{}_error", "worst_{}")
            for measure in _CELL_MEASURES
        ),
        classes=("malignant", "benign"),
        size=569,
        source=f"Wolberg, Street, Mangasarian; {UCI_TERMS}",
        file_name="breast_cancer.csv",
    ),
    DataSetInfo(
        key="diabetes",
        title="Diabetes",
        description="Regression: progression of the disease after a year, from 10 measures",
        x_shape=(10,),
        y_shape=(1,),
        features=("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"),
        size=442,
        target="disease_progression",
        source="Efron, Hastie, Johnstone, Tibshirani 2004, Least Angle Regression",
        file_name="diabetes.csv",
    ),
)

_PICTURES = (
    DataSetInfo(
        key="digits",
        title="Digits 8×8",
        description="1,797 handwritten digits, 8×8 pixels of 0 to 16",
        x_shape=(8, 8),
        classes=_DIGITS,
        size=1797,
        is_picture=True,
        source=f"Optical Recognition of Handwritten Digits (test part); {UCI_TERMS}",
        file_name="digits_8x8.npz",
    ),
    DataSetInfo(
        key="mnist",
        title="MNIST",
        description="5,000 handwritten digits, 500 of each, 28×28 pixels of 0 to 255",
        x_shape=(28, 28),
        classes=_DIGITS,
        size=5000,
        is_picture=True,
        source="LeCun, Cortes, Burges; subset of the MNIST training set, CC BY-SA 3.0",
        file_name="mnist_5k.npz",
    ),
)

_CATALOGUE = {entry.key: entry for entry in (*_GENERATED, *_TABLES, *_PICTURES, *SEQUENCE_SETS)}


def catalogue() -> dict[str, DataSetInfo]:
    """Return every data set by key, in the order to show them: generated, tables, pictures,
    sequences."""
    return dict(_CATALOGUE)


def info_of(key: str) -> DataSetInfo:
    """Return the description of one data set.

    Raises:
        DataError: when no data set has this key; the message lists those that exist.
    """
    try:
        return _CATALOGUE[key]
    except KeyError:
        raise DataError(
            f"There is no data set called “{key}”; there are {', '.join(_CATALOGUE)}.",
            hint="Choose one of these in the data source.",
        ) from None
