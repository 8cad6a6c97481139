"""Finding a layer by what people call it: title, tag, family, help line or another name. No Qt."""

from __future__ import annotations

import inspect
import re
from typing import Final

from model.layer import CATEGORIES, Layer, help_line, registry, tag_of

# What lectures and other programs call a layer; a layer that is missing here is still found.
SYNONYMS: Final[dict[str, str]] = {
    "data": "input source dataset labels images table iris mnist digits xor spiral",
    "dense": "fully connected linear layer affine perceptron weights bias neurons hidden fc mlp",
    "flatten": "vector unroll ravel image to vector",
    "reshape": "view shape axes",
    "relu": "rectifier rectified linear unit activation",
    "leaky_relu": "rectifier lrelu activation",
    "elu": "exponential linear unit activation",
    "gelu": "gaussian error linear unit transformer activation",
    "softplus": "smooth relu activation",
    "sigmoid": "logistic squash probability activation",
    "tanh": "hyperbolic tangent squash activation",
    "softmax": "probabilities logits classes activation",
    "linear": "identity none pass activation",
    "dropout": "mask drop neurons off regularisation regularization overfitting bernoulli",
    "batch_norm": "batchnorm normalisation normalization standardise bn",
    "add": "sum plus residual skip connection merge",
    "multiply": "product times gate hadamard merge",
    "concatenate": "concat join stack merge",
    "mse": "rss squared error l2 regression residual sum of squares quadratic",
    "mae": "absolute error l1 regression robust",
    "binary_cross_entropy": "bce log loss logistic logits two classes",
    "softmax_cross_entropy": "ce nll log likelihood logits classification",
    "hinge": "svm margin max-margin support vector",
}


def find_layers(query: str) -> list[str]:
    """Tags of the layers that fit every word of `query`, the best first; "" gives all.

    A title that begins with the query comes first, then a word of the title, the title, the tag and
    the other names, the family, and last the help line; ties in the order of the palette.
    """
    words = _plain(query).split()
    found = []
    for index, (tag, kind) in enumerate(registry().items()):
        ranks = [_rank(word, tag, kind) for word in words]
        if all(rank is not None for rank in ranks):
            found.append((sum(rank for rank in ranks if rank is not None), index, tag))
    return [tag for _rank_sum, _index, tag in sorted(found)]


def _plain(text: str) -> str:
    return text.lower().replace("_", " ").replace("-", " ").strip()


def _rank(word: str, tag: str, kind: type[Layer]) -> int | None:
    title = _plain(kind.title)
    if title.startswith(word):
        return 0
    if any(part.startswith(word) for part in title.split()):
        return 1
    if word in title or word in title.replace(" ", "") or word in _plain(tag):
        return 2
    if any(part.startswith(word) for part in _plain(SYNONYMS.get(tag, "")).split()):
        return 3
    if word in _plain(CATEGORIES.get(kind.category, "")):
        return 4
    return 5 if word in _plain(help_line(kind)) else None


def layers_by_category() -> dict[str, list[type[Layer]]]:
    """The layers of each category that has any, in the order of the palette."""
    found: dict[str, list[type[Layer]]] = {}
    for category in CATEGORIES:
        members = [kind for kind in registry().values() if kind.category == category]
        if members:
            found[category] = members
    return found


def shapes_line(kind: type[Layer]) -> str:
    """What goes in and out, from the docstring: `(B, n_in) → (B, units)`; "" where it is silent."""
    for base in kind.__mro__:
        match = re.search(r"Shapes:\s*(.*?)(?:\.\s|\.$|;\s|\Z)", inspect.getdoc(base) or "", re.S)
        if base is Layer:
            break
        if match and "Shapes:" in (base.__doc__ or ""):
            return " ".join(match.group(1).split()).replace("->", "→")
    return _ports_line(kind)


def _ports_line(kind: type[Layer]) -> str:
    """Names of the ports of a layer that says nothing of shapes, such as a data set."""
    if kind.inputs or not kind.outputs:
        return ""
    return "gives " + ", ".join(f"{port.name}: {port.description.lower()}" for port in kind.outputs)


def documentation(kind: type[Layer]) -> str:
    """The whole docstring of a layer, for its help."""
    return inspect.getdoc(kind) or tag_of(kind)
