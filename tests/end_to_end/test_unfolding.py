"""A Dense layer is unfolded into its scalars by mouse, trained a step, folded back, and undone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Launch
from tests.end_to_end.test_main_job import Person
from tests.end_to_end.xdo import Desktop, Probe, centre

XOR = Path(__file__).resolve().parents[2] / "resources" / "examples" / "xor.json"
N_IN, UNITS = 2, 8


class Student(Person):
    """Uses the menu of a card."""

    def choose(self, key: str, words: str) -> None:
        """Select a card by its header, open its menu, and click an entry."""
        x, y, width, _height = self.now()["nodes"][key]["rect"]
        self.desktop.click(x + 0.35 * width, y + 8)
        self.see(lambda seen: seen["nodes"][key]["selected"], "the selected card")
        self.desktop.click(x + 0.35 * width, y + 8, button=3)
        seen = self.see(lambda later: entries(later, words), "the open menu")
        self.desktop.click(*centre(entries(seen, words)[0]))


def number(said: str, letter: str) -> float:
    """h or δ as a card says it."""
    found = re.search(rf"{letter}\S* = ([−\d.e]+)", said)
    assert found is not None, said
    return float(found.group(1).replace("−", "-"))


def test_a_layer_is_unfolded_trained_folded_and_undone(launch: Launch, desktop: Desktop):
    person = Student(launch([XOR]), desktop)
    seen = person.see(lambda later: later["nodes"], "the example")
    before = set(seen["nodes"])
    person.choose("dense_1", "Unfold")
    added = N_IN + N_IN * UNITS + 2 * UNITS + 1
    seen = person.see(lambda later: len(later["nodes"]) == len(before) - 1 + added, "the scalars")
    desktop.key("F11")
    person.see(lambda later: later["training"]["step"] == 1, "a step")
    seen = person.see(
        lambda later: "δ" in named(later, "W_00")["said"], "numbers on the small cards"
    )
    h = [number(named(seen, f"h_{i}")["said"], "h") for i in range(N_IN)]
    for j in range(UNITS):
        W = [number(named(seen, f"W_{i}{j}")["said"], "h") for i in range(N_IN)]
        out = number(named(seen, f"out_{j}")["said"], "h")
        b = number(named(seen, f"b_{j}")["said"], "h")
        assert out == pytest.approx(sum(w * x for w, x in zip(W, h, strict=True)) + b, abs=1e-5)
    member = next(k for k, node in seen["nodes"].items() if node["title"] == "out_3")
    person.choose(member, "Fold back")
    person.see(lambda later: len(later["nodes"]) == len(before), "the folded layer")
    while person.now()["undo"]:
        desktop.key("ctrl+z")
    assert set(person.now()["nodes"]) == before
    person.quit()


def entries(seen: Probe, words: str) -> list[Any]:
    """Where the entries of the open menu lie that begin with these words."""
    found = seen["menu"].items()
    return [rect for text, rect in found if text.replace("&", "").startswith(words)]


def named(seen: Probe, title: str) -> Probe:
    """The card with this title."""
    return next(node for node in seen["nodes"].values() if node["title"] == title)
