"""A second, newer QGIS for the tests, in a folder of its own: the one of Debian's backports.

The system's QGIS on Debian 12 is 3.22, which many offices have; 3.40 speaks more of OGC API. Two
versions cannot be installed side by side, so the newer one gets a small system of its own.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

from service.errors import StartupError
from service.setup.packages import announce, apt_install

PLACE = Path("/var/lib/plotwatch/qgis-backports")
MIRROR = "http://deb.debian.org/debian"
PACKAGES = ("python3-qgis", "qgis-providers", "fonts-noto-cjk")
CODENAME = "bookworm"


def newer_qgis() -> Path | None:
    """The folder of the newer QGIS's system; None when it has not been made."""
    return PLACE if (PLACE / "usr/lib/python3/dist-packages/qgis/core").exists() else None


def ensure_newer_qgis() -> None:
    """Make it, on Debian 12 and as root; elsewhere the system's own QGIS is tested alone.

    Raises:
        StartupError: when its packages cannot be had.
    """
    release = platform.freedesktop_os_release()
    if newer_qgis() or release.get("VERSION_CODENAME") != CODENAME or os.geteuid() != 0:
        return
    announce("making a second QGIS (3.40, Debian backports) for the tests (once; some minutes)")
    if shutil.which("mmdebstrap") is None:
        apt_install(["mmdebstrap"], "What the tests need")
    fresh = PLACE.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    sources = [f"deb {MIRROR} {CODENAME} main", f"deb {MIRROR} {CODENAME}-backports main"]
    hook = (
        'DEBIAN_FRONTEND=noninteractive chroot "$1" apt-get install -y -qq'
        f" --no-install-recommends -t {CODENAME}-backports {' '.join(PACKAGES)}"
    )
    _run(
        "mmdebstrap", "--variant=apt", "--include=ca-certificates", f"--customize-hook={hook}",
        CODENAME, str(fresh), *sources,
    )  # fmt: skip
    fresh.rename(PLACE)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartupError(f"The second QGIS could not be made:\n{done.stderr[-1500:]}")
