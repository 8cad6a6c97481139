"""TensorFlow Playground's own engine, beside ours: the network of W1 under node.

Its source is not part of this project. Give the `src/nn.ts` of a checkout of tensorflow/playground
(Apache-2.0); types are taken off by esbuild where it is on the PATH or beside the file, else by
node itself, from version 22.6 on.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import IO

from tests.benchmarks.engine_workloads import Workload, trainer_of

DRIVER = Path(__file__).parent / "playground" / "step.mjs"


class MissingError(Exception):
    """Why the Playground cannot be measured, as words for the table."""


class Playground:
    """A node process that trains W1 for as long as it is asked to; close it at the end."""

    def __init__(self, workload: Workload, source: Path | None, scratch: Path) -> None:
        """Raises: MissingError where the source, node or what takes types off is not there."""
        if source is None or not source.is_file():
            raise MissingError("no source given (--playground PATH of its src/nn.ts)")
        node = shutil.which("node")
        if node is None:
            raise MissingError("node is not installed")
        command = [node, *_without_types(node, source, scratch)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        trainer = trainer_of(workload)
        arrays = trainer.feeding.arrays()["data"]
        dense = [node for node in trainer.plan.nodes if "W" in node.parameters]
        task = {
            "shape": [2, *(node.layer.units for node in dense)],  # type: ignore[attr-defined]
            "rate": trainer.settings.optimizer.lr,
            "inputs": arrays["x"][: workload.batch].tolist(),
            "targets": arrays["y"][: workload.batch].tolist(),
        }
        self._say(json.dumps(task))

    def rate(self, seconds: float) -> float:
        """Steps a second."""
        self._say(str(seconds))
        return float(self._end(self._process.stdout).readline())

    def close(self) -> None:
        self._end(self._process.stdin).close()
        self._end(self._process.stdout).close()
        self._process.wait(10)

    def _say(self, line: str) -> None:
        stdin = self._end(self._process.stdin)
        stdin.write(f"{line}\n")
        stdin.flush()

    @staticmethod
    def _end(pipe: IO[str] | None) -> IO[str]:
        if pipe is None:
            raise MissingError("node has no pipe")
        return pipe


def _without_types(node: str, source: Path, scratch: Path) -> list[str]:
    """The arguments of node for the driver, with the source as JavaScript."""
    if source.suffix != ".ts":
        return [str(DRIVER), str(source)]
    beside = source.parent / "node_modules" / ".bin"
    esbuild = shutil.which("esbuild") or shutil.which("esbuild", path=str(beside))
    if esbuild is not None:
        plain = scratch / "nn.mjs"
        command = [esbuild, str(source), "--format=esm", f"--outfile={plain}", "--log-level=error"]
        subprocess.run(command, check=True)
        return [str(DRIVER), str(plain)]
    answer = subprocess.run([node, "--version"], check=True, capture_output=True, text=True)
    version = tuple(int(part) for part in answer.stdout.strip().lstrip("v").split(".")[:2])
    if version < (22, 6):
        raise MissingError("esbuild is not installed, and this node keeps no types apart")
    return ["--experimental-strip-types", "--no-warnings", str(DRIVER), str(source)]
