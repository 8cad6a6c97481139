"""Names by which people tell nodes apart, in messages and lists."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.graph import NetworkGraph

_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def distinct_titles(graph: NetworkGraph) -> dict[str, str]:
    """The title of every node; where several have the same, with its rank among them: ReLU (2nd).

    The ranks follow the data from the source to the loss; cards without wires come last.
    """
    titles = {key: graph.node(key).title for key in graph.order()}
    counts = Counter(titles.values())
    if len(counts) == len(titles):
        return titles
    loose = {key for key in titles if not graph.wires_into(key) and not graph.wires_from(key)}
    seen: Counter[str] = Counter()
    for key in (*(k for k in titles if k not in loose), *(k for k in titles if k in loose)):
        title = titles[key]
        if counts[title] > 1:
            seen[title] += 1
            titles[key] = f"{title} ({ordinal(seen[title])})"
    return titles


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    last = number % 10 if number // 10 % 10 != 1 else 0
    return f"{number}{_ENDINGS.get(last, 'th')}"
