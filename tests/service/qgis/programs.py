"""The QGIS programs of this machine: the system's own, and a newer one in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.setup.qgis import newer_qgis

DESKTOP = Path(__file__).parent / "desktop.py"
PLOT_FORM = Path(__file__).parent / "plot_form.py"
"""Asked by both scripts: what they import must lie beside them."""
HTTP_DESKTOP = Path(__file__).parent / "http_desktop.py"


@dataclass(frozen=True, slots=True)
class Program:
    """A QGIS; ``root`` is the folder that holds its whole system, or ``/``."""

    root: Path

    def run(self, script: Path, project: Path, *arguments: str, picture: Path) -> dict[str, Any]:
        """Run an analyst's script with a project, its arguments and a picture to draw.

        Returns what it found; pictures are copied beside ``picture``.
        """
        with tempfile.TemporaryDirectory(dir=self.root / "tmp") as folder:
            inside = Path("/") / Path(folder).relative_to(self.root)
            for file in (project, script, PLOT_FORM):
                shutil.copy(file, folder)
            command = [
                "/usr/bin/env", f"HOME={inside}", f"XDG_RUNTIME_DIR={inside}",
                "QT_QPA_PLATFORM=offscreen", "LC_ALL=C.UTF-8", "/usr/bin/python3",
                str(inside / script.name), str(inside / project.name), *arguments,
                str(inside / picture.name),
            ]  # fmt: skip
            if self.root != Path("/"):
                command = ["/usr/sbin/chroot", str(self.root), *command]
            environment = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=300, check=False, env=environment
            )
            for drawn in Path(folder).glob("*.png"):
                shutil.copy(drawn, picture.parent)
        lines = [line for line in done.stdout.splitlines() if line.startswith("ANSWER ")]
        assert lines, f"QGIS gave no answer:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        answer: dict[str, Any] = json.loads(lines[0].removeprefix("ANSWER "))
        return answer


def programs() -> list[Program]:
    """Every QGIS to test with."""
    newer = newer_qgis()
    return [Program(Path("/")), *([Program(newer)] if newer else [])]
