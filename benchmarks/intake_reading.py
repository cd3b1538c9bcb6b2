"""How fast intake reads: rows a second and peak memory, from the zip to checked batches.

    python benchmarks/intake_reading.py [ROWS]

The layer is written by another process, so that its memory is not counted. Processor seconds are
given beside the clock's: on a machine that others use, only those compare.
"""

from __future__ import annotations

import multiprocessing
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
        writer = multiprocessing.get_context("spawn").Process(target=_pack, args=(folder, count))
        writer.start()
        writer.join()
        (folder / "work").mkdir()
        _read(Source(folder / "upload.zip", folder / "work"))


def _pack(folder: Path, count: int) -> None:
    (folder / "layer").mkdir()
    write_plots(folder / "layer", count)
    with zipfile.ZipFile(
        folder / "upload.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as zipped:
        for file in (folder / "layer").iterdir():
            zipped.write(file, file.name)
            file.unlink()


def _read(source: Source) -> None:
    marks = [(time.perf_counter(), time.process_time())]
    with open_upload(source, LayerName.PLOTS) as upload:
        marks.append((time.perf_counter(), time.process_time()))
        rows = sum(len(batch.rows) for batch in upload.batches())
        marks.append((time.perf_counter(), time.process_time()))
        found = len(upload.findings())
        marks.append((time.perf_counter(), time.process_time()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{rows:,} rows, {found} findings, peak {peak:.0f} MB")
    for step, before, after in zip(("open", "read", "findings"), marks, marks[1:], strict=False):
        clock, processor = after[0] - before[0], after[1] - before[1]
        print(f"{step}: {clock:.2f} s, {processor:.2f} processor s, {rows / clock:,.0f} rows/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
