"""The catalogue's constants against the files, and against figures published elsewhere."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from model.data import catalogue, info_of, load
from model.data.generators import GENERATORS
from model.data.loading import FOLDER
from model.data.sequences import SEQUENCES
from model.errors import DataError

ALL = list(catalogue().values())
MEASURED = [info for info in ALL if not info.is_generated]
TABLES = [info for info in MEASURED if not info.is_picture and not info.is_sequence]


def by_key(info: object) -> str:
    return str(getattr(info, "key", info))


@pytest.mark.parametrize("info", ALL, ids=by_key)
def test_a_loaded_set_is_as_the_catalogue_says(info):
    loaded = load(info.key)
    assert loaded.x.shape == (info.size, *info.x_shape)
    assert loaded.y.shape == (info.size, *info.y_shape)
    assert loaded.x.dtype == (np.int64 if info.x_classes else np.float64)
    assert loaded.y.dtype == (np.int64 if info.has_classes or info.y_classes else np.float64)
    assert np.isfinite(loaded.x).all()
    assert len(loaded) == info.size


@pytest.mark.parametrize("info", ALL, ids=by_key)
def test_a_description_is_complete(info):
    assert info.title
    assert info.source
    assert "\n" not in info.description
    assert info.has_classes == (info.y_shape == ()) == (info.target == "")
    has_columns = not info.is_picture and not info.is_sequence
    assert len(info.features) == (info.x_shape[0] if has_columns else 0)
    assert (info.file_name == "") == info.is_generated
    assert info.has_noise == (info.default_noise > 0)
    assert len(info.tokens) == info.x_classes
    assert info.y_classes in (0, info.x_classes)


def test_every_generated_set_has_its_generator():
    generated = [info for info in ALL if info.is_generated]
    assert list(GENERATORS) == [info.key for info in generated if not info.is_sequence]
    assert list(SEQUENCES) == [info.key for info in generated if info.is_sequence]


@pytest.mark.parametrize("info", TABLES, ids=by_key)
def test_a_table_has_the_columns_and_classes_of_the_catalogue(info):
    with (FOLDER / info.file_name).open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    assert tuple(header[:-1]) == info.features
    assert header[-1] == (info.target or "class")
    if info.has_classes:
        assert {row[-1] for row in rows} == set(info.classes)


@pytest.mark.parametrize(
    ("key", "counts"),
    [  # from the data sets' own descriptions in the UCI repository
        ("iris", [50, 50, 50]),
        ("wine", [59, 71, 48]),
        ("breast_cancer", [212, 357]),
        ("digits", [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
        ("mnist", [500] * 10),
    ],
)
def test_each_class_has_as_many_items_as_its_source_says(key, counts):
    assert np.bincount(load(key).y).tolist() == counts


@pytest.mark.parametrize(
    ("key", "column", "mean"),
    [  # from the summary tables of UCI (iris, wine), Street et al. (radius), Efron et al. (age)
        ("iris", "sepal_length_cm", 5.84),
        ("iris", "petal_width_cm", 1.20),
        ("wine", "alcohol", 13.0),
        ("breast_cancer", "mean_radius", 14.13),
        ("diabetes", "age", 48.52),
    ],
)
def test_a_column_has_its_published_mean(key, column, mean):
    loaded = load(key)
    values = loaded.x[:, loaded.info.features.index(column)]
    assert values.mean() == pytest.approx(mean, abs=0.006)


def test_the_diabetes_target_is_its_published_progression():
    y = load("diabetes").y
    assert y.mean() == pytest.approx(152.13, abs=0.005)
    assert (y.min(), y.max()) == (25, 346)


@pytest.mark.parametrize(("key", "brightest"), [("digits", 16), ("mnist", 255)])
def test_pictures_keep_their_raw_range(key, brightest):
    pictures = load(key).x
    assert (pictures.min(), pictures.max()) == (0, brightest)


def test_every_bundled_file_is_in_the_catalogue_and_its_source_in_the_readme():
    bundled = {path.name for path in FOLDER.iterdir()} - {"README.md"}
    assert bundled == {info.file_name for info in MEASURED}
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(info.file_name in readme for info in MEASURED)


def test_changing_the_returned_catalogue_changes_nothing():
    catalogue().clear()
    assert len(catalogue()) == 18


def test_an_unknown_key_is_answered_with_the_known_ones():
    with pytest.raises(DataError) as raised:
        info_of("irsi")
    assert "“irsi”" in raised.value.message
    assert all(key in raised.value.message for key in catalogue())
    assert raised.value.hint
