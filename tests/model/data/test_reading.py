"""Damaged files: each fault is named with its file, row and column."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from model.data.catalogue import DataSetInfo
from model.data.reading import read_pictures, read_table
from model.errors import DataError

FLOWERS = DataSetInfo(
    key="flowers",
    title="Flowers",
    description="",
    x_shape=(2,),
    features=("height", "width"),
    classes=("rose", "tulip"),
    size=2,
    source="",
    file_name="flowers.csv",
)
PRICES = DataSetInfo(
    key="prices",
    title="Prices",
    description="",
    x_shape=(1,),
    y_shape=(1,),
    features=("area",),
    target="price",
    size=2,
    source="",
    file_name="prices.csv",
)
PICTURES = DataSetInfo(
    key="pictures",
    title="Pictures",
    description="",
    x_shape=(2, 3),
    classes=("a", "b"),
    size=4,
    is_picture=True,
    source="",
    file_name="pictures.npz",
)


def test_a_table_of_classes_becomes_numbers_and_class_positions(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_text("height,width,class\n1,2.5,tulip\n-3e1,0,rose\n")
    x, y = read_table(path, FLOWERS)
    assert x.tolist() == [[1.0, 2.5], [-30.0, 0.0]]
    assert y.tolist() == [1, 0]


def test_a_regression_table_keeps_its_target_as_a_column(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("area,price\n50,100\n70,150\n")
    x, y = read_table(path, PRICES)
    assert x.tolist() == [[50.0], [70.0]]
    assert y.tolist() == [[100.0], [150.0]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "height,width,class\n1,2,rose\n1,nan,rose\n",
            "flowers.csv, row 3, column width: “nan” is not a finite number.",
        ),
        (
            "height,width,class\ninf,2,rose\n",
            "flowers.csv, row 2, column height: “inf” is not a finite number.",
        ),
        (
            "height,width,class\n1,wide,rose\n",
            "flowers.csv, row 2, column width: “wide” is not a finite number.",
        ),
        (
            "height,width,class\n1,,rose\n",
            "flowers.csv, row 2, column width: “” is not a finite number.",
        ),
        (
            "height,width,class\n1,2,daisy\n",
            "flowers.csv, row 2, column class: “daisy” is none of rose, tulip.",
        ),
        (
            "height,width,class\n1,rose\n",
            "flowers.csv, row 2: has 2 cells, but there are 3 columns.",
        ),
        (
            "width,height,class\n1,2,rose\n",
            "flowers.csv, row 1: the columns should be height, width, class, "
            "but they are width, height, class.",
        ),
        (
            "",
            "flowers.csv, row 1: the columns should be height, width, class, but they are missing.",
        ),
        ("height,width,class\n", "flowers.csv has no rows under its header."),
    ],
)
def test_a_fault_in_a_table_is_named_with_its_place(tmp_path, text, message):
    path = tmp_path / "flowers.csv"
    path.write_text(text)
    with pytest.raises(DataError) as raised:
        read_table(path, FLOWERS)
    assert raised.value.message == message
    assert raised.value.hint


def test_a_target_that_is_no_number_is_named_with_its_place(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("area,price\n50,dear\n")
    with pytest.raises(DataError, match=r"prices.csv, row 2, column price: “dear”"):
        read_table(path, PRICES)


@pytest.mark.parametrize("content", [None, b"height,width,class\n\xff\xfe,2,rose\n"])
def test_a_table_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "flowers.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"flowers.csv cannot be read"):
        read_table(path, FLOWERS)


def test_pictures_become_floats_with_whole_labels(tmp_path):
    path = tmp_path / "pictures.npz"
    images = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    np.savez(path, images=images, labels=np.array([1, 0], dtype=np.uint8))
    x, y = read_pictures(path, PICTURES)
    assert x.dtype == np.float64
    assert x.tolist() == images.tolist()
    assert y.dtype == np.int64
    assert y.tolist() == [1, 0]


GOOD_IMAGES = np.zeros((2, 2, 3), dtype=np.uint8)
GOOD_LABELS = np.array([0, 1], dtype=np.uint8)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"images": GOOD_IMAGES}, "labels"),
        ({"images": np.zeros((2, 3, 2)), "labels": GOOD_LABELS}, r"images: .*\(2, 3, 2\)"),
        ({"images": GOOD_IMAGES.astype(str), "labels": GOOD_LABELS}, "images: should be numbers"),
        ({"images": GOOD_IMAGES, "labels": np.array([0])}, "labels: should be 2 whole numbers"),
        ({"images": GOOD_IMAGES, "labels": np.array([0.0, 1.0])}, "labels: .* float64"),
        ({"images": GOOD_IMAGES, "labels": np.array([0, 2])}, "labels: should lie in 0 to 1"),
        ({"images": GOOD_IMAGES, "labels": np.array([0, None])}, "cannot be read: Object arrays"),
    ],
)
def test_a_fault_in_a_picture_file_is_named(tmp_path, arrays, words):
    path = tmp_path / "pictures.npz"
    np.savez(path, **arrays)
    with pytest.raises(DataError, match=rf"pictures.npz.*{words}") as raised:
        read_pictures(path, PICTURES)
    assert raised.value.hint


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 not a zip", pickle.dumps([1, 2])])
def test_a_file_that_holds_no_pictures_is_refused_and_never_unpickled(tmp_path, content):
    path = tmp_path / "pictures.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"pictures.npz cannot be read"):
        read_pictures(path, PICTURES)


def test_a_single_array_in_place_of_an_archive_is_refused(tmp_path):
    path = tmp_path / "pictures.npz"
    with path.open("wb") as file:
        np.save(file, GOOD_IMAGES)
    with pytest.raises(DataError, match=r"pictures.npz cannot be read: it is no archive"):
        read_pictures(path, PICTURES)


def test_a_truncated_archive_is_refused(tmp_path):
    path = tmp_path / "pictures.npz"
    np.savez_compressed(path, images=GOOD_IMAGES, labels=GOOD_LABELS)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"pictures.npz cannot be read"):
        read_pictures(path, PICTURES)


def test_an_archive_with_damaged_bytes_is_refused(tmp_path):
    path = tmp_path / "pictures.npz"
    noise = np.random.default_rng(0).integers(0, 255, (2, 2, 3), dtype=np.uint8)
    np.savez_compressed(path, images=noise, labels=GOOD_LABELS)
    whole = bytearray(path.read_bytes())
    for position in range(60, 130):
        whole[position] ^= 0xFF
    path.write_bytes(bytes(whole))
    with pytest.raises(DataError, match=r"pictures.npz cannot be read"):
        read_pictures(path, PICTURES)
