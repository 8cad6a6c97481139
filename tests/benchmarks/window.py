"""Figures of the window: start, liveness while training, large designs, memory.

    python tests/benchmarks/window.py            a table of all figures
    python tests/benchmarks/window.py --json     one JSON object

Each figure is measured in a process of its own, on the present display, or on a virtual screen of
its own where there is none. Unset OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE for it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
EXAMPLE = ROOT / "resources" / "examples" / "mnist_mlp.json"
BARE = "import PySide6.QtWidgets, pyqtgraph, networkx, numpy, os; os._exit(0)"
START_ROUNDS = 7
WARM_UP_SECONDS = 2.0
MEASURED_SECONDS = 8.0
HEADLESS_SECONDS = 3.0
TICK_MS = 5
LARGE_NODES = 500
PAN_FRAMES = 120
DROPS = 10
MEMORY_STEPS = 1_000_000
MEMORY_FROM = 100_000

Figures = dict[str, float]


# start: in the parent, two commands in turn


def measure_start() -> Figures:
    """From `python main.py EXAMPLE` to a painted window, over the bare import of the libraries."""
    bare, full = [], []
    for _ in range(START_ROUNDS):
        bare.append(_seconds([sys.executable, "-c", BARE]))
        full.append(_seconds([sys.executable, __file__, "--part", "painted"]))
    ratio = statistics.median(full) / statistics.median(bare)
    return {"start_ratio": ratio, "start_s": statistics.median(full)}


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT)
    return time.perf_counter() - began


def until_painted() -> Figures:
    """The program itself, ended by its first painted frame."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    import main

    original = QApplication.exec

    def run(*_args: Any) -> int:
        timer = QTimer(interval=1)

        def look() -> None:
            if any(getattr(w, "is_painted", False) for w in QApplication.topLevelWidgets()):
                os._exit(0)

        timer.timeout.connect(look)
        timer.start()
        return int(original())

    QApplication.exec = run  # type: ignore[method-assign]
    main.main([str(EXAMPLE)])
    return {}


# the window in this process


def make_window(path: Path | None = None) -> tuple[Any, Any]:
    """The application and a shown, painted window, as `gui.app.run` makes them."""
    from gui import crash, theme
    from gui.app import GarbageCollector, make_application
    from gui.main_window import MainWindow
    from gui.settings import Settings

    app = make_application()
    crash.start_log()
    theme.apply(app, "light")
    app.collector = GarbageCollector(app)
    window = MainWindow(path, Settings())
    window.show()
    wait(app, lambda: window.is_painted, 20)
    return app, window


def wait(app: Any, is_done: Callable[[], bool], seconds: float) -> bool:
    """Run the event loop until it is so, or time is up."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, end = QEventLoop(), time.perf_counter() + seconds
    timer = QTimer(interval=2)
    timer.timeout.connect(lambda: (is_done() or time.perf_counter() > end) and loop.quit())
    timer.start()
    loop.exec()
    return is_done()


def design_of(kind: str) -> Any:
    """The large network 784-512-512-10 or the tiny 2-8-8-2."""
    from model import editing
    from model.design import Wire
    from model.graph import NetworkGraph
    from model.layer import Layer
    from model.layers import LAYERS
    from model.optimizers import Adam

    def layer(tag: str, **fields: Any) -> Layer:
        return LAYERS[tag](**fields)

    large = kind == "large"
    units = (512, 512, 10) if large else (8, 8, 2)
    source = layer("data", dataset="mnist" if large else "spiral", scaling="unit")
    graph = NetworkGraph()
    graph.apply(editing.add_node(graph, source, 0, 0).changes)
    last, port, y = "data_1", "x", 0.0
    chain = [layer("flatten")] if large else []
    for count in units:
        chain += [layer("dense", units=count), layer("relu")]
    for found in chain[:-1]:
        y += 150
        edit = editing.add_node_to_port(graph, found, 260, y, last, port)
        graph.apply(edit.changes)
        last, port = edit.created[0], "h"
    edit = editing.add_node_to_port(graph, layer("softmax_cross_entropy"), 800, 0, last, port)
    graph.apply(edit.changes)
    graph.apply(editing.add_wire(graph, Wire("data_1", "y", edit.created[0], "target")).changes)
    values = {"optimizer": Adam(lr=0.001), "batch_size": 128 if large else 32}
    graph.apply(editing.set_training(graph, values).changes)
    return graph.design()


def headless_speed(design: Any) -> float:
    """Steps per second of the engine alone."""
    from model.graph import NetworkGraph
    from model.trainer import Trainer

    trainer = Trainer(NetworkGraph(design))
    for _ in range(20):
        trainer.step()
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < HEADLESS_SECONDS:
        trainer.step()
        count += 1
    return count / (time.perf_counter() - began)


def measure_training(kind: str) -> Figures:
    """Lateness of a 5 ms timer and speed kept, with all docks shown."""
    from PySide6.QtCore import Qt, QTimer

    design = design_of(kind)
    before = headless_speed(design)
    app, window = make_window()
    for dock in window.docks.docks.values():
        dock.show()
    window.document.load(design, None)
    wait(app, lambda: window.controller.latest is not None, 10)
    window.controller.run()
    wait(app, lambda: False, WARM_UP_SECONDS)
    lateness: list[float] = []
    frames: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        lateness.append((now - last) * 1000 - TICK_MS)
        last = now

    timer = QTimer(interval=TICK_MS)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    window.controller.snapshot.connect(lambda _s: frames.append(window.controller.frame_seconds))
    step, began, last = window.controller.latest.step, time.perf_counter(), time.perf_counter()
    timer.start()
    wait(app, lambda: False, MEASURED_SECONDS)
    timer.stop()
    elapsed = time.perf_counter() - began
    speed = (window.controller.latest.step - step) / elapsed
    window.controller.shutdown()
    after = headless_speed(design)
    lateness.sort()
    return {
        f"keep_{kind}": speed / statistics.mean([before, after]),
        f"lateness_p99_ms_{kind}": lateness[int(len(lateness) * 0.99)],
        f"longest_stall_ms_{kind}": lateness[-1],
        f"snapshots_per_s_{kind}": len(frames) / elapsed,
        f"frame_ms_{kind}": statistics.median(frames) * 1000,
    }


def measure_large() -> Figures:
    """Open 500 nodes, pan and zoom over them, drop a layer."""
    from model import files
    from tests.benchmarks.designs import columns

    app, window = make_window()
    path = Path(os.environ["DELTABOARD_BENCHMARK_FOLDER"]) / "large.json"
    files.write_design(path, columns(LARGE_NODES))
    wait(app, lambda: False, 0.3)
    window.is_painted = False
    began = time.perf_counter()
    window.document.open(path)
    app.processEvents()
    window.repaint()
    opened = time.perf_counter() - began
    wait(app, lambda: False, 1.0)
    frames = [*_pan(app, window), *_zoom(app, window)]
    frames.sort()
    return {
        "open_500_ms": opened * 1000,
        "pan_p95_ms": frames[int(len(frames) * 0.95)] * 1000,
        "drop_ms": statistics.median(_drops(app, window)) * 1000,
    }


def _pan(app: Any, window: Any) -> list[float]:
    view = window.view
    view.zoom_to_100()
    found = []
    for _ in range(PAN_FRAMES):
        began = time.perf_counter()
        bar = view.horizontalScrollBar()
        bar.setValue(bar.value() + 40)
        view.viewport().repaint()
        found.append(time.perf_counter() - began)
        app.processEvents()
    return found


def _zoom(app: Any, window: Any) -> list[float]:
    view = window.view
    found = []
    for i in range(PAN_FRAMES):
        began = time.perf_counter()
        view.set_zoom(view.zoom * (0.97 if i < PAN_FRAMES / 2 else 1 / 0.97))
        view.viewport().repaint()
        found.append(time.perf_counter() - began)
        app.processEvents()
    return found


def _drops(app: Any, window: Any) -> list[float]:
    from model import editing
    from model.layers import LAYERS

    found = []
    for i in range(DROPS):
        began = time.perf_counter()
        window.document.attempt(editing.add_node, LAYERS["relu"](), 40.0 * i, -300.0)
        app.processEvents()
        window.view.viewport().repaint()
        found.append(time.perf_counter() - began)
        wait(app, lambda: False, 0.05)
    return found


def measure_memory() -> Figures:
    """Resident memory gained from step 100,000 to step 1,000,000 of the tiny network."""
    app, window = make_window()
    for dock in window.docks.docks.values():
        dock.show()
    window.document.load(design_of("tiny"), None)
    wait(app, lambda: window.controller.latest is not None, 10)
    window.controller.run()
    wait(app, lambda: window.controller.latest.step >= MEMORY_FROM, 60)
    start = _resident_mib()
    wait(app, lambda: window.controller.latest.step >= MEMORY_STEPS, 400)
    grown = _resident_mib() - start
    steps = window.controller.latest.step
    window.controller.shutdown()
    return {"rss_growth_mib": grown, "rss_steps": float(steps)}


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


PARTS: dict[str, Callable[[], Figures]] = {
    "painted": until_painted,
    "large_network": lambda: measure_training("large"),
    "tiny_network": lambda: measure_training("tiny"),
    "large_design": measure_large,
    "memory": measure_memory,
}


def measure_part(name: str) -> Figures:
    """One part in a process of its own."""
    command = [sys.executable, __file__, "--part", name]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    found: Figures = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measure(names: list[str]) -> Figures:
    """All parts of these names; the two trainings share their worst figures."""
    found: Figures = {}
    if "start" in names:
        found |= measure_start()
    for name in PARTS:
        if name in names:
            found |= measure_part(name)
    for figure in ("lateness_p99_ms", "longest_stall_ms"):
        both = [
            found[f"{figure}_{kind}"] for kind in ("large", "tiny") if f"{figure}_{kind}" in found
        ]
        if both:
            found[figure] = max(both)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--part", help="measure one part in this process (used by the program)")
    parser.add_argument("--only", nargs="*", default=["start", *list(PARTS)[1:]])
    chosen = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    if chosen.part:
        found = PARTS[chosen.part]()
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
        os._exit(0)
    found = in_clean_home(chosen.only)
    if chosen.json:
        sys.stdout.write(
            json.dumps({name: round(value, 4) for name, value in found.items()}) + "\n"
        )
        return 0
    for name, value in found.items():
        sys.stdout.write(f"{name:28} {value:10.3f}\n")
    return 0


def in_clean_home(names: list[str]) -> Figures:
    """With settings of its own and, where there is no display, a virtual screen."""
    import tempfile

    from tests.run import virtual_screen

    with tempfile.TemporaryDirectory() as folder:
        # an installed program is compiled once, not at every start
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ |= {
            "PYTHONPYCACHEPREFIX": folder,
            "HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "XDG_DATA_HOME": folder,
            "DELTABOARD_BENCHMARK_FOLDER": folder,
        }
        if os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
            return measure(names)
        with virtual_screen() as display:
            os.environ |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
            return measure(names)


if __name__ == "__main__":
    raise SystemExit(main())
