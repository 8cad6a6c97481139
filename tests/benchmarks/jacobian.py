"""How long the Jacobian of a 128 -> 64 Dense layer takes from the press to the picture.

    python tests/benchmarks/jacobian.py [--json]

Prints `open_ms`, the median over several openings of a panel that exists, and `first_ms`, the very
first. Wants a quiet machine; with QT_QPA_PLATFORM=offscreen no display is needed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

ROUNDS = 9


def measure() -> dict[str, float]:
    """Open the inspector again and again; each time until the new matrix is painted."""
    from PySide6.QtWidgets import QApplication

    from gui.main_window import MainWindow
    from model.graph import NetworkGraph
    from model.layers.activations import ReLU
    from model.layers.dense import Dense
    from model.layers.losses import SoftmaxCrossEntropy
    from model.layers.reshape import Flatten
    from model.layers.source import DataSource
    from tests.model.samples import chain

    app = QApplication.instance() or QApplication([])
    graph: NetworkGraph = chain(
        DataSource(dataset="digits"),
        Flatten(),
        Dense(units=128),
        ReLU(),
        Dense(units=64),
        ReLU(),
        Dense(units=10),
        loss=SoftmaxCrossEntropy(),
    )
    node_id = next(
        key for key, node in graph.nodes.items() if getattr(node.layer, "units", 0) == 64
    )
    times = []
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(recovery_folder=Path(folder))
        window.resize(1600, 1000)
        window.show()
        window.document.load(graph.design(), None)
        while window.controller.latest is None:
            app.processEvents()
        for _ in range(ROUNDS + 1):
            began = time.perf_counter()
            window.labs.open("jacobian", node_id)
            panel = window.labs.panels["jacobian"]
            panel._found = None  # type: ignore[attr-defined]
            while panel._found is None:  # type: ignore[attr-defined]
                app.processEvents()
            panel.figure.repaint()  # type: ignore[attr-defined]
            times.append(1000 * (time.perf_counter() - began))
            window.labs.close()
            app.processEvents()
        window.document.stack.setClean()
        window.close()
    return {"open_ms": statistics.median(times[1:]), "first_ms": times[0]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    found = measure()
    if parser.parse_args().json:
        print(json.dumps({key: round(value, 1) for key, value in found.items()}))
    else:
        print(f"Jacobian of 128 → 64: {found['open_ms']:.0f} ms (first {found['first_ms']:.0f} ms)")


if __name__ == "__main__":
    main()
