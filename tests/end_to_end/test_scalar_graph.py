"""The lecture's chain of formulas, built by mouse and keyboard in the real window.

z = 2 y^2 - 1, y = log x, x = 2 w + 3 at w = 1: x = 5, y = 1.6094379, z = 4.1805808; dz/dy = 4 y =
6.4377516, dz/dx = 4 y / 5 = 1.2875503, dz/dw = 2 dz/dx = 2.5751007.
"""

from __future__ import annotations

import re

import pytest

from tests.end_to_end.conftest import Launch
from tests.end_to_end.test_main_job import Person
from tests.end_to_end.xdo import Desktop, Probe

FORWARD = {"w": 1.0, "x": 5.0, "y": 1.6094379, "z": 4.1805808}
BACKWARD = {"w": 2.5751007, "x": 1.2875503, "y": 6.4377516, "z": 1.0}


class Lecturer(Person):
    """Types formulas on cards."""

    def drag_found(self, words: str, tag: str, across: float, down: float) -> str:
        """Look a layer up in the palette and drag it onto the canvas."""
        self.desktop.key("ctrl+f")
        self.see(lambda seen: "palette" in seen["focus"], "the search box")
        self.desktop.key("ctrl+a")
        self.desktop.type(words)
        self.see(lambda seen: tag in seen["palette"], f"{tag} in the palette")
        return self.drag_layer(tag, across, down)

    def type_on(self, key: str, text: str) -> None:
        """Double-click the formula or value of a card and type another."""
        x, y, width, height = self.now()["nodes"][key]["rect"]
        self.desktop.click(x + 0.3 * width, y + 0.45 * height, count=2)
        self.see(lambda seen: seen["focus"].endswith("edit_formula"), "the line on the card")
        self.desktop.key("ctrl+a")
        self.desktop.type(text)
        self.desktop.key("Return")
        self.see(lambda seen: not seen["focus"].endswith("edit_formula"), "the formula taken over")

    def name(self, key: str, name: str) -> None:
        """Select a card by its header and rename it with F2."""
        x, y, width, _height = self.now()["nodes"][key]["rect"]
        self.desktop.click(x + 0.35 * width, y + 10)
        self.see(lambda seen: seen["nodes"][key]["selected"], "the selected card")
        self.desktop.key("F2")
        self.see(lambda seen: seen["focus"].endswith("rename_node"), "the line in the header")
        self.desktop.key("ctrl+a")
        self.desktop.type(name)
        self.desktop.key("Return")
        self.see(lambda seen: seen["nodes"][key]["title"] == name, f"the name {name}")


def numbers(seen: Probe, letter: str) -> dict[str, float]:
    """h or δ by the name of the card, as the cards say them."""
    found = {}
    for node in seen["nodes"].values():
        match = re.search(rf"{letter}\S* = ([−\d.e]+)", node["said"])
        if match:
            found[node["title"]] = float(match.group(1).replace("−", "-"))
    return found


def build(person: Lecturer) -> None:
    """Five cards, three formulas, four names and four wires."""
    w = person.drag_found("variable", "variable", 0.14, 0.25)
    x = person.drag_found("function", "function", 0.5, 0.25)
    y = person.drag_found("log", "function:log", 0.82, 0.25)
    z = person.drag_found("function", "function", 0.2, 0.7)
    goal = person.drag_found("goal", "goal", 0.6, 0.7)
    person.desktop.key("f")
    person.type_on(x, "2*w + 3")
    person.type_on(z, "2*y**2 - 1")
    for key, name in ((w, "w"), (x, "x"), (y, "y"), (z, "z")):
        person.name(key, name)
    person.wire(w, x, "w")
    person.wire(x, y, "x")
    person.wire(y, z, "y")
    person.wire(z, goal, "prediction")


def walk_through(person: Lecturer) -> None:
    """Step by step with F10: each number stands on its card when its operation is done."""
    desktop = person.desktop
    desktop.key("F9")
    seen = person.see(lambda later: later["walk"].get("position") == 0, "the debugger")
    assert numbers(seen, "h") == {}
    for done, name in enumerate("wxyz", 1):
        desktop.key("F10")
        seen = person.see(lambda later, k=done: later["walk"]["position"] == k, f"h of {name}")
        known = {key: FORWARD[key] for key in "wxyz"[:done]}
        assert numbers(seen, "h") == pytest.approx(known, abs=1e-7)
        assert numbers(seen, "δ") == {}
    desktop.key("F10")
    person.see(lambda later: later["walk"]["phase"] == "backward", "the backward pass")
    for done, name in enumerate("zyxw", 1):
        desktop.key("F10")
        seen = person.see(lambda later, k=done: later["walk"]["position"] == 5 + k, f"δ of {name}")
        known = {key: BACKWARD[key] for key in "zyxw"[:done]}
        assert numbers(seen, "δ") == pytest.approx(known, abs=1e-7)
    desktop.key("ctrl+F10")
    seen = person.see(lambda later: later["walk"]["position"] == 8, "one operation back")
    assert "w" not in numbers(seen, "δ")
    desktop.key("F9")
    person.see(lambda later: later["walk"] == {}, "the end of the walk")


def test_the_lectures_chain_is_built_shows_its_numbers_and_is_undone(
    launch: Launch, desktop: Desktop
):
    person = Lecturer(launch([]), desktop)
    build(person)
    seen = person.see(lambda later: not later["problems"], "a whole graph")
    assert numbers(seen, "h") == pytest.approx(FORWARD, abs=1e-7)
    walk_through(person)
    desktop.key("F11")
    seen = person.see(lambda later: later["training"]["step"] == 1, "one step")
    seen = person.now()
    assert numbers(seen, "h") == pytest.approx(FORWARD, abs=1e-7)
    assert numbers(seen, "δ") == pytest.approx(BACKWARD, abs=1e-7)
    while person.now()["undo"]:
        desktop.key("ctrl+z")
    assert person.now()["nodes"] == {}
    person.quit()


def test_an_expression_is_typed_drawn_and_trained(launch: Launch, desktop: Desktop):
    person = Lecturer(launch([]), desktop)
    desktop.key("ctrl+e")
    person.see(lambda seen: seen["dialog"] == "expression_dialog", "the dialog")
    desktop.key("Return")  # the lecture's example stands in it
    seen = person.see(lambda later: len(later["nodes"]) == 5, "the graph")
    assert numbers(seen, "h") == pytest.approx(FORWARD, abs=1e-7)
    assert seen["undo"] == "New from expression"
    desktop.key("ctrl+r")
    person.see(lambda later: abs(numbers(later, "h")["w"] + 1) < 1e-3, "w at the minimum, −1")
    desktop.key("ctrl+r")
    person.see(lambda later: later["training"]["state"] == "paused", "the pause")
    desktop.key("ctrl+z")
    person.see(lambda later: later["nodes"] == {}, "the empty canvas")
    person.quit()
