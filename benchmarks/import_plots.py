"""A whole import of plots against a bare ``ogr2ogr`` into the same database, round by round.

    python benchmarks/import_plots.py [ROWS] [ROUNDS]

The import starts from the zip and ends when readers see the new version: unpacked, decoded,
checked, repaired, measured, reprojected, copied, indexed, published. ``ogr2ogr`` starts from the
unpacked shapefile and only decodes, reprojects, copies and indexes. Both write to the embedded
cluster with its durable settings. Memory is the proportional set size of the import's processes
(the database's own left out), sampled; of ogr2ogr it is the peak resident size.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.embedded import Cluster
from service.imports.models import Import
from service.imports.pipeline import run_import
from service.imports.submitting import ImportOptions, submit
from service.runtime import Runtime
from service.schema import migrate
from service.settings import Settings
from spatial.words import LayerName

PASSWORD = "benchmark-only"
SAMPLE_EVERY_SECONDS = 0.1
WRITE = "import sys; from pathlib import Path; from plot_layers import write_plots;"


class Memory:
    """The highest total of this process and its descendants, in MB, while it watches."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._done = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch for the length of a ``with`` block."""
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def _watch(self) -> None:
        while not self._done.wait(SAMPLE_EVERY_SECONDS):
            total = sum(proportional_kb(pid) for pid in descendants(os.getpid()))
            self.peak = max(self.peak, total / 1024)


def descendants(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in found:
            yield from descendants(int(child))


def proportional_kb(pid: int) -> int:
    """The proportional set size of a process in kB; 0 when it has just ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


@contextmanager
def private_runtime(folder: Path) -> Iterator[Runtime]:
    """A runtime on a durable cluster of its own."""
    home = folder / "home"
    home.mkdir(mode=0o755)
    cluster = Cluster(home, PASSWORD)
    url = cluster.start()
    try:
        runtime = Runtime.connect(Settings(home=home, database_url=None), url)
        migrate(runtime.database)
        yield runtime
        runtime.database.dispose()
    finally:
        cluster.stop()


def import_seconds(runtime: Runtime, folder: Path, number: int) -> tuple[float, float]:
    """Seconds from the stored zip to the published version, and peak memory in MB."""
    packed = folder / f"plots-{number}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part in folder.glob("DLTB.*"):
            archive.write(part, part.name)
        archive.comment = str(number).encode()  # Other bytes, so that it is another import.
    submission = submit(runtime, packed, LayerName.PLOTS, ImportOptions(), account_id=None)
    memory = Memory()
    start = time.perf_counter()
    with memory.watched():
        run_import(runtime, submission.import_id)
    seconds = time.perf_counter() - start
    with runtime.database.reading() as session:
        job = session.get_one(Import, submission.import_id)
        if job.status != "published":
            raise SystemExit(f"the import ended as {job.status}: {job.problem}")
    packed.unlink()
    return seconds, memory.peak


def ogr2ogr_seconds(runtime: Runtime, shapefile: Path) -> tuple[float, float]:
    """Seconds that ogr2ogr takes with COPY, and its peak resident memory in MB."""
    command = [
        "ogr2ogr", "-f", "PostgreSQL", f"PG:{runtime.database.dsn}", str(shapefile),
        "-t_srs", "EPSG:4490", "-nln", "public.peer", "-nlt", "PROMOTE_TO_MULTI", "-overwrite",
        "-oo", "ENCODING=GBK", "--config", "PG_USE_COPY", "YES",
    ]  # fmt: skip
    start = time.perf_counter()
    with subprocess.Popen(command) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit("ogr2ogr failed")
    return seconds, usage.ru_maxrss / 1024


def main(rows: int, rounds: int) -> None:
    """Take turns, and print medians and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        write = f"{WRITE} write_plots(Path(sys.argv[1]), int(sys.argv[2]))"
        subprocess.run(
            [sys.executable, "-c", write, name, str(rows)],
            check=True,
            cwd=Path(__file__).parent,
        )
        with private_runtime(folder) as runtime:
            ours, peers = [], []
            for number in range(rounds):
                peers.append(ogr2ogr_seconds(runtime, folder / "DLTB.shp"))
                ours.append(import_seconds(runtime, folder, number))
                print(
                    f"round {number + 1}: ogr2ogr {peers[-1][0]:.1f} s {peers[-1][1]:.0f} MB,"
                    f" import {ours[-1][0]:.1f} s {ours[-1][1]:.0f} MB,"
                    f" load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
    own, peer = (statistics.median(seconds for seconds, _ in taken) for taken in (ours, peers))
    print(f"{rows} plots, median of {rounds}: import {own:.1f} s, ogr2ogr {peer:.1f} s")
    print(f"ratio {own / peer:.2f}, peak memory {max(peak for _, peak in ours):.0f} MB")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [500_000, 5][len(given) :]))
