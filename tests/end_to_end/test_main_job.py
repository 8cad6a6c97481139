"""The main job in the real window: build, run, watch the loss fall, save, close, open again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.end_to_end.conftest import Launch
from tests.end_to_end.xdo import Desktop, Probe, Program, centre

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
START_S = 40.0
Graph = tuple[dict[str, str], list[list[str]]]


class Person:
    """What somebody does with the window, in their own words."""

    def __init__(self, program: Program, desktop: Desktop) -> None:
        self.program = program
        self.desktop = desktop
        self.see(lambda seen: seen["is_painted"] and seen["count"] > 3, "the window")

    def see(self, predicate: Any, what: str, timeout: float = START_S) -> Probe:
        return self.program.wait_until(predicate, timeout, what)

    def now(self) -> Probe:
        """What is there after all that has been done so far: two words of the probe later."""
        seen = self.program.probe()
        count = seen["count"] if seen is not None else 0
        return self.see(lambda later: later["count"] > count + 1, "the probe")

    def drag_layer(self, tag: str, across: float, down: float) -> str:
        """From the palette to a place of the canvas (shares of its size); the new node's id."""
        seen = self.now()
        if tag not in seen["palette"]:
            self.desktop.scroll(*centre(seen["widgets"]["palette_layers"]), 60)
            seen = self.now()
        for _ in range(40):
            if tag in seen["palette"]:
                break
            self.desktop.scroll(*centre(seen["widgets"]["palette_layers"]), -2)
            seen = self.now()
        before = set(seen["nodes"])
        x, y, width, height = seen["widgets"]["canvas_view"]
        start = centre(seen["palette"][tag])
        self.desktop.drag(*start, x + across * width, y + down * height)
        seen = self.see(lambda later: set(later["nodes"]) - before, f"the new {tag}")
        return next(iter(set(seen["nodes"]) - before))

    def draw_wire(self, source: str, target: str, port: str, out: str = "h") -> None:
        """From an output port to an input port."""
        nodes = self.now()["nodes"]
        start, goal = nodes[source]["outputs"][out], nodes[target]["inputs"][port]
        self.desktop.drag(*start, *goal)

    def wire(self, source: str, target: str, port: str, out: str = "h") -> None:
        """Show everything, draw a wire and see that it is there."""
        self.desktop.key("f")
        self.draw_wire(source, target, port, out)
        wanted = [source, out, target, port]
        self.see(lambda later: wanted in later["wires"], f"the wire {wanted}", 10)

    def press(self, name: str) -> None:
        """Click a button by its name."""
        self.desktop.click(*centre(self.now()["widgets"][name]))

    def run_until_the_loss_has_fallen(self) -> None:
        def has_fallen(seen: Probe) -> bool:
            training = seen["training"]
            return training["step"] > 50 and training["loss"] < 0.7 * training["first_loss"]

        self.see(has_fallen, "a loss that has fallen by a third", 60)

    def save(self, path: Path) -> None:
        """Type a name into the dialog that is open."""
        self.see(lambda seen: seen["dialog"] == "file_dialog", "the dialog")
        self.now()
        self.desktop.key("ctrl+a")
        self.desktop.type(str(path))
        self.desktop.key("Return")
        self.see(lambda seen: seen["path"] == str(path) and not seen["modified"], "the file")

    def quit(self) -> None:
        self.desktop.key("ctrl+q")
        assert self.program.wait_for_end() == 0


def graph_of(seen: Probe) -> Graph:
    """Nodes by id with their kinds, and the wires."""
    return {key: node["tag"] for key, node in seen["nodes"].items()}, seen["wires"]


def test_with_the_mouse_a_network_is_built_trained_saved_and_opened_again(
    launch: Launch, desktop: Desktop, tmp_path: Path
):
    person = Person(launch([]), desktop)
    data = person.drag_layer("data", 0.15, 0.2)
    hidden = person.drag_layer("dense", 0.45, 0.2)
    tanh = person.drag_layer("tanh", 0.45, 0.55)
    out = person.drag_layer("dense", 0.45, 0.85)
    loss = person.drag_layer("softmax_cross_entropy", 0.8, 0.3)
    person.wire(data, hidden, "h", out="x")
    person.wire(hidden, tanh, "h")
    person.wire(tanh, out, "h")
    person.wire(out, loss, "prediction")
    person.wire(data, loss, "target", out="y")

    person.press("run_button")  # the last layer has a width that does not fit the labels
    seen = person.see(lambda later: later["message"]["text"], "what is missing")
    assert "Not ready to run" in seen["message"]["text"]
    person.press("message_action_1")
    person.see(lambda later: not later["problems"], "the repaired design")
    person.press("run_button")
    person.run_until_the_loss_has_fallen()
    person.press("run_button")
    person.see(lambda later: later["training"]["state"] == "paused", "the pause")

    goal = tmp_path / "mine.json"
    desktop.key("ctrl+s")
    person.save(goal)
    wanted = graph_of(person.now())
    person.quit()
    again = Person(launch([goal]), desktop)
    assert graph_of(again.now()) == wanted
    again.quit()


def test_the_keyboard_alone_is_enough(launch: Launch, desktop: Desktop, tmp_path: Path):
    person = Person(launch([]), desktop)
    for count, words in enumerate(("data set", "dense", "tanh", "dense", "softmax cross"), 1):
        desktop.key("ctrl+f")
        person.see(lambda seen: "palette" in seen["focus"], "the search box")
        desktop.key("ctrl+a")
        desktop.type(words)
        desktop.key("Return")
        person.see(lambda seen, count=count: len(seen["nodes"]) == count, words)
    seen = person.now()
    assert len(seen["wires"]) == 5  # each layer behind the one before, the loss to the labels too
    loss = next(k for k, node in seen["nodes"].items() if node["tag"] == "softmax_cross_entropy")
    assert {wire[3] for wire in seen["wires"] if wire[2] == loss} == {"prediction", "target"}

    desktop.key("F11")
    person.see(lambda later: later["message"]["text"], "what is missing")
    desktop.key("ctrl+z")  # the loss goes, the last layer is narrowed, the loss comes back
    desktop.key("ctrl+shift+z")
    person.see(lambda later: len(later["nodes"]) == 5, "the loss again")
    while not person.now()["focus"].endswith("message_action_1"):
        desktop.key("Tab")
    desktop.key("space")
    person.see(lambda later: not later["problems"], "the repaired design")
    desktop.key("ctrl+r")
    person.run_until_the_loss_has_fallen()
    desktop.key("ctrl+r")
    person.see(lambda later: later["training"]["state"] == "paused", "the pause")
    desktop.key("ctrl+shift+s")
    person.save(tmp_path / "typed.json")
    person.quit()
    assert (tmp_path / "typed.json").is_file()


def test_a_wire_that_may_not_be_drawn_says_why(launch: Launch, desktop: Desktop):
    person = Person(launch([EXAMPLES / "xor.json"]), desktop)
    before = graph_of(person.now())
    first, _, last, _ = next(wire for wire in before[1] if before[0][wire[0]] != "data")
    person.draw_wire(last, first, "h")
    seen = person.see(lambda later: later["bubble"] or later["message"]["text"], "the reason")
    assert "would close a cycle" in seen["bubble"] + seen["message"]["text"]
    assert graph_of(seen) == before
    person.quit()
