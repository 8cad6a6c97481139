"""Where the results of a sweep are kept: the session's own place, or a file of the person."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtWidgets import QWidget

from gui.crash import data_folder
from gui.plots.export_menu import ExportMenu
from gui.widgets.file_dialog import FileDialog
from model.errors import FileError
from model.sweep.plan import Plan, key_of
from model.sweep.records import kept_file, peek
from model.sweep.result import Result


class ResultsFile:
    """own: what the person has chosen, None = nothing; panel: in whose window it is."""

    def __init__(self, panel: QWidget) -> None:
        self._panel = panel
        self.own: Path | None = None

    def path(self, plan: Plan) -> Path:
        """For the results of this plan. Raises: FileError."""
        if self.own is not None:
            return self.own
        store = getattr(getattr(self._panel.window(), "recovery", None), "store", None)
        folder = store.folder if store is not None else data_folder()
        return kept_file(folder / "sweeps", plan.name)

    def known(self, plan: Plan) -> list[Result]:
        """Those of the plan's runs that are done. Raises: FileError."""
        wanted = {(key_of(setting), seed) for setting, seed in plan.runs()}
        return [each for each in peek(self.path(plan), plan.name) if each.key in wanted]

    def forget(self, plan: Plan | None) -> None:
        """Begin anew; a file of the person stays as it is."""
        if self.own is None and plan is not None:
            with contextlib.suppress(OSError, FileError):
                self.path(plan).unlink()
        self.own = None

    def take(self, path: Path, plan: Plan | None) -> None:
        """Keep them there from now on. Raises: FileError where it holds something else."""
        before, self.own = self.own, path
        if plan is not None:
            try:
                self.known(plan)
            except FileError:
                self.own = before
                raise

    def ask(self) -> Path | None:
        """A file that the person chooses; one with results is gone on with."""
        folder = ExportMenu.folder or Path.home()
        kind = "Results of sweeps"
        dialog = FileDialog(self._panel, "Keep results in", folder, kind, "jsonl", is_saving=True)
        dialog.setOption(FileDialog.Option.DontConfirmOverwrite)
        chosen = dialog.ask("sweep.jsonl")
        if chosen is not None:
            ExportMenu.folder = chosen.parent
        return chosen
