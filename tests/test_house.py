"""The rules of the house: which way things depend, how the program starts, what files may say."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import pkgutil
import re
import socket
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

import main
import model

ROOT = Path(__file__).resolve().parents[1]
QT = ("PySide6", "shiboken6", "pyqtgraph", "qtawesome", "qtpy", "gui")
HEAVY = ("pandas", "sympy", "ziamath", "torch", "joblib", "distributed")


def run_python(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run a fresh interpreter in the project's folder; a change to None takes a variable away."""
    environment = {**os.environ, **changes}
    kept = {name: value for name, value in environment.items() if value is not None}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, check=False, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=60
    )


def loaded_after(statements: str, packages: tuple[str, ...]) -> list[str]:
    """Return those of the packages that a fresh interpreter has loaded after these statements."""
    code = f"import sys\n{statements}\nprint(*(set({packages!r}) & sys.modules.keys()))"
    answer = run_python("-c", code)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split()


def test_no_module_of_the_model_loads_qt():
    names = [module.name for module in pkgutil.walk_packages(model.__path__, "model.")]
    assert len(names) > 10
    imports = "\n".join(f"import {name}" for name in ["model", *names])
    assert loaded_after(imports, QT) == []


def test_the_command_line_loads_neither_qt_nor_the_heavy_libraries():
    assert loaded_after("import model.cli", QT + HEAVY) == []


def test_main_itself_loads_neither_qt_nor_numpy():
    assert loaded_after("import main", (*QT, *HEAVY, "numpy", "model")) == []


NO_DISPLAY = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}
needs_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere a session always has a display"
)


@needs_linux
def test_without_a_display_the_window_says_so_in_one_sentence_and_exits_with_2():
    answer = run_python("main.py", **NO_DISPLAY)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert len(answer.stderr.splitlines()) == 1
    assert "needs a display" in answer.stderr


@needs_linux
def test_without_a_display_qt_is_not_even_loaded():
    statements = "import main\nassert main.main([]) == 2"
    code = f"import os\nfor name in {list(NO_DISPLAY)}: os.environ.pop(name, None)\n{statements}"
    assert loaded_after(code, QT) == []


@needs_linux
def test_a_display_that_does_not_answer_is_named_instead_of_an_abort():
    answer = run_python("main.py", **{**NO_DISPLAY, "DISPLAY": ":6543"})
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert "Traceback" not in answer.stderr


@needs_linux
def test_a_wayland_session_that_is_over_is_no_display():
    with tempfile.TemporaryDirectory() as folder:
        gone = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": folder}
        answer = run_python("main.py", **{**NO_DISPLAY, **gone})
    assert answer.returncode == 2
    assert "needs a display" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@needs_linux
def test_a_wayland_session_that_answers_is_a_display(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name in NO_DISPLAY:
        monkeypatch.delenv(name, raising=False)
    with socket.socket(socket.AF_UNIX) as session, contextlib.chdir(tmp_path):
        session.bind("wayland-9")
        session.listen()
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        assert main.display_fault() is None


@needs_linux
def test_a_missing_library_is_named_with_the_packages_that_hold_it(
    monkeypatch: pytest.MonkeyPatch,
):
    def no_library(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(main.ctypes, "CDLL", no_library)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    fault = main.display_fault() or ""
    assert "libxcb-cursor.so.0" in fault
    assert "libxcb-cursor0" in fault


def test_the_pyside_that_crashes_under_python_3_11_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "6.12.0")
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    assert "6.12.0 crashes under Python 3.11" in (main.pyside_fault() or "")
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    assert main.pyside_fault() is None


@pytest.mark.parametrize(
    ("arguments", "word"), [(["--colour"], "--colour"), (["a.json", "b.json"], "one file")]
)
def test_a_wrong_call_gets_one_sentence(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
):
    assert main.main(arguments) == 2
    said = capsys.readouterr().err
    assert word in said
    assert len(said.splitlines()) == 1


def test_help_and_version_need_nothing(capsys: pytest.CaptureFixture[str]):
    assert main.main(["--version"]) == 0
    assert capsys.readouterr().out == f"Deltaboard {main.VERSION}\n"
    assert main.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert [verb for verb in (*main.HEADLESS_VERBS, "screenshot") if verb not in said] == []


def test_one_core_is_left_to_the_window_unless_the_user_says_otherwise():
    ask = "import os, main; main.main(['--version']); print(os.environ['OPENBLAS_NUM_THREADS'])"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    answer = run_python("-c", ask, OPENBLAS_NUM_THREADS=None)
    assert int(answer.stdout.split()[-1]) == max(1, (cores or 1) - 1)
    answer = run_python("-c", ask, OPENBLAS_NUM_THREADS="7")
    assert int(answer.stdout.split()[-1]) == 7


def test_project_program_and_changelog_agree_on_the_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert project["version"] == entries[0] == main.VERSION


def test_the_readme_gives_a_reason_for_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(name for extra in extras for name in extra)]
    names = {re.match(r"[\w-]+", requirement).group() for requirement in wanted}  # type: ignore[union-attr]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in names if f"| {name} |" not in readme} == set()


def test_no_file_names_a_path_of_one_persons_machine():
    # A folder that only one machine has: /home/somebody, /Users/somebody, /root, C:\Users, or the
    # top-level folders of a build machine. The pattern is built so as not to find itself.
    start = r"(?<![\w.~$}:/-])"
    folders = "|".join(("home/\\w", "Users/\\w", "root/", "w" + "ork/", "t" + "mp/", "opt/\\w"))
    pattern = re.compile(start + "/(?:" + folders + ")|C:\\\\Users")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def text_files() -> list[Path]:
    """Return the files of the tree that people wrote, this one left out."""
    suffixes = {".py", ".toml", ".md", ".json", ".txt", ".csv", ".svg", ""}
    rooms = ("model", "gui", "resources", "tests", ".ci")
    inside = [path for room in rooms for path in (ROOT / room).rglob("*") if path.is_file()]
    on_top = [path for path in ROOT.iterdir() if path.is_file()]
    return [
        path
        for path in (*inside, *on_top)
        if path.suffix in suffixes and "__pycache__" not in path.parts and path != Path(__file__)
    ]
