"""The page's build: made by npm from a checkout's sources, once for each state of them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.errors import StartupError
from service.setup.packages import announce

WEB = Path(__file__).parent.parent / "web"
SYMBOLOGY = Path(__file__).parent.parent / "symbology"
DIST = WEB / "dist"
GENERATED = frozenset({"node_modules", "dist"})


def ensure_page() -> None:
    """Build the page unless the build fits the sources; an installed package brings its build.

    Raises:
        StartupError: when npm is missing or the build fails.
    """
    if not (WEB / "package.json").exists():
        return
    if _is_built():
        return
    with _alone():
        # Whoever had the folder before may have built it.
        if _is_built():
            return
        state = sources_state()
        announce("building the page (once; about half a minute)")
        _npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        _npm("run", "build", "--silent")
        (DIST / ".sources").write_text(state)


def _is_built() -> bool:
    stamp = DIST / ".sources"
    return stamp.exists() and stamp.read_text() == sources_state()


@contextmanager
def _alone() -> Iterator[None]:
    """Two builds at once would take each other's packages away; the second waits."""
    folder = os.open(WEB, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def sources_state() -> str:
    """A hash over everything the build reads."""
    digest = hashlib.sha256()
    for root in (WEB, SYMBOLOGY):
        for path in sorted(root.rglob("*")):
            if path.is_file() and not GENERATED & set(path.relative_to(root).parts):
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _npm(*arguments: str) -> None:
    folder = Path(sys.executable).parent
    path = f"{os.environ.get('PATH', '')}{os.pathsep}{folder}"
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise StartupError("npm is missing. Install Node 20 or newer, then start again.")
    done = subprocess.run(
        [npm, *arguments],
        cwd=WEB,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StartupError(f"'npm {arguments[0]}' failed:\n{done.stdout[-2000:]}")
