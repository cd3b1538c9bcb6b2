"""How fast intake reads: rows a second and peak memory, from the zip to checked batches.

python benchmarks/intake_reading.py [ROWS]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from plot_layers import write_plots

from spatial.intake import open_upload
from spatial.intake.model import Source
from spatial.words import LayerName


def main(count: int) -> None:
    """Write a layer, read it, print what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "layer").mkdir()
        write_plots(folder / "layer", count)
        archive = folder / "upload.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for file in (folder / "layer").iterdir():
                packed.write(file, file.name)
        for label, path in (("zip", archive),):
            _read(label, path, folder / "work")


def _read(label: str, path: Path, workspace: Path) -> None:
    workspace.mkdir()
    begin = time.perf_counter()
    with open_upload(Source(path, workspace), LayerName.PLOTS) as upload:
        opened = time.perf_counter()
        rows = sum(len(batch.rows) for batch in upload.batches())
        read = time.perf_counter()
        findings = upload.findings()
        done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{label}: {rows} rows; open {opened - begin:.2f} s, read {read - opened:.2f} s "
        f"({rows / (read - opened):,.0f} rows/s), findings {done - read:.2f} s "
        f"({len(findings)}), peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
