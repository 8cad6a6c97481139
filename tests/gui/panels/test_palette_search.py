"""Layers and blocks are found by the words that people type."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.palette import PalettePanel, find_layers
from gui.palette.entries import PRESET, entries
from gui.palette.search import find_blocks
from gui.palette.synonyms import BLOCKS as BLOCK_NAMES
from gui.palette.synonyms import LAYERS as LAYER_NAMES
from gui.palette.synonyms import PRESETS as PRESET_NAMES
from model.blocks import BLOCKS
from model.layers import LAYERS


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("dropout", "dropout"),
        ("log", "function:log"),
        ("sin", "function:sin"),
        ("dot", "function:dot"),
        ("+", "function:+"),
        ("-", "function:−"),
        ("*", "function:×"),
        ("/", "function:÷"),
        ("^", "function:Power"),
        ("sqrt", "function:√"),
        ("squared error", "function:Squared error"),
        ("relu", "relu"),
        ("tanh", "tanh"),
        ("Drop", "dropout"),
        ("fully connected", "dense"),
        ("image", "data"),
        ("sum", "add"),
        ("plus", "add"),
        ("skip", "add"),
        ("residual", "add"),
        ("residual connection", "add"),
        ("product", "multiply"),
        ("minus", "subtract"),
        ("concat", "concatenate"),
        ("batchnorm", "batch_norm"),
        ("batch_norm", "batch_norm"),
        ("ln", "layer_norm"),
        ("noise", "gaussian_noise"),
        ("denoising", "gaussian_noise"),
        ("dropout2d", "spatial_dropout"),
        ("leaky", "leaky_relu"),
        ("silu", "swish"),
        ("logits", "softmax"),
        ("identity", "linear"),
        ("permute", "transpose"),
        ("last step", "slice"),
        ("cnn", "conv_2d"),
        ("filter", "conv_2d"),
        ("wavenet", "conv_1d"),
        ("pooling", "max_pool_2d"),
        ("maxpool", "max_pool_2d"),
        ("gap", "global_average_pool"),
        ("deconvolution", "transposed_conv_2d"),
        ("padding", "zero_pad"),
        ("rnn", "simple_rnn"),
        ("recurrent", "simple_rnn"),
        ("lstm memory", "lstm"),
        ("forget gate", "lstm"),
        ("gated recurrent", "gru"),
        ("word", "embedding"),
        ("one hot", "embedding"),
        ("one-hot", "embedding"),
        ("position", "positional_encoding"),
        ("attention", "self_attention"),
        ("multi-head", "self_attention"),
        ("query key value", "self_attention"),
        ("translation", "cross_attention"),
        ("vae", "sampling"),
        ("reparameterization", "sampling"),
        ("kl", "kl_divergence"),
        ("kullback", "kl_divergence"),
        ("formula", "function"),
        ("parameter", "variable"),
        ("objective", "goal"),
        ("rss", "mse"),
        ("l1", "mae"),
        ("l2", "mse"),
        ("smooth l1", "huber"),
        ("bce", "binary_cross_entropy"),
        ("nll", "softmax_cross_entropy"),
        ("language model", "sequence_cross_entropy"),
        ("svm", "hinge"),
    ],
)
def test_the_layer_that_is_meant_comes_first(query: str, best: str) -> None:
    assert find_layers(query)[0] == best


@pytest.mark.parametrize(
    ("query", "members"),
    [
        ("merge", {"add", "multiply", "subtract", "average", "maximum", "concatenate"}),
        ("recurrent", {"simple_rnn", "gru", "lstm"}),
        ("cnn", {"conv_2d", "conv_1d", "max_pool_2d", "average_pool_2d", "transposed_conv_2d"}),
        ("transformer", {"self_attention", "cross_attention", "positional_encoding"}),
        ("vae", {"sampling", "kl_divergence"}),
        ("noise", {"gaussian_noise", "gaussian_dropout", "dropout"}),
        ("normalization", {"batch_norm", "layer_norm", "rms_norm", "group_norm"}),
        ("logits", {"softmax_cross_entropy", "binary_cross_entropy"}),
        ("activation", {"relu", "tanh", "sigmoid", "gelu", "swish", "selu"}),
    ],
)
def test_a_family_finds_its_members(query: str, members: set[str]) -> None:
    assert members <= set(find_layers(query))


def test_every_layer_and_block_has_other_names_and_none_is_of_a_layer_that_is_gone() -> None:
    assert set(LAYER_NAMES) == set(LAYERS)
    assert set(PRESET_NAMES) == {key for key in entries() if PRESET in key}
    assert set(BLOCK_NAMES) == set(BLOCKS)


def test_a_short_word_is_no_piece_of_another() -> None:
    assert "max_pool_1d" not in find_layers("l1")  # ...pool 1D


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("resnet", ["residual_block"]),
        ("gpt", ["transformer_block"]),
        ("skip", ["transformer_block", "residual_block"]),
        ("lstm", []),
        ("", list(BLOCKS)),
    ],
)
def test_blocks_are_found_too(query: str, keys: list[str]) -> None:
    assert find_blocks(query) == keys


def test_a_search_leaves_the_blocks_that_fit_and_says_only_then_that_nothing_does(
    qtbot: QtBot, document: Document
) -> None:
    palette = PalettePanel(document)
    qtbot.addWidget(palette)
    palette.show()
    blocks = palette.layers.blocks
    palette.layers.search.set_text("resnet")
    shown = [key for key, button in blocks.buttons.items() if button.isVisible()]
    assert shown == ["residual_block"]
    palette.layers.search.set_text("lstm")
    assert not blocks.isVisible()
    palette.layers.search.set_text("")
    assert blocks.isVisible()
    assert blocks.is_folded
    assert not any(button.isVisible() for button in blocks.buttons.values())
    blocks.heading.click()
    assert all(button.isVisible() for button in blocks.buttons.values())
    assert not palette.layers._nothing.isVisible()


def test_drawing_a_formula_is_found_beside_the_blocks(qtbot: QtBot, document: Document) -> None:
    palette = PalettePanel(document)
    qtbot.addWidget(palette)
    palette.layers.search.set_text("expression")
    assert not palette.layers.blocks.expression.isHidden()
    with qtbot.waitSignal(palette.expression_wanted):
        palette.layers.blocks.expression.click()
    palette.layers.search.set_text("dropout")
    assert palette.layers.blocks.expression.isHidden()
