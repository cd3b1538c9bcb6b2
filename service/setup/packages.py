"""System packages by apt: installed when missing, with one clear sentence when they cannot be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from service.embedded.binaries import has_postgis, installations
from service.errors import StartupError


def ensure_postgis() -> None:
    """Install PostgreSQL with PostGIS unless the system has one.

    Raises:
        StartupError: when it is missing and cannot be installed from here.
    """
    found = list(installations())
    if any(has_postgis(binaries) for binaries in found):
        return
    if found:
        version = max(binaries.version for binaries in found)
        packages = [f"postgresql-{version}-postgis-3"]
    else:
        packages = ["postgresql", "postgresql-postgis"]
    announce("installing PostGIS from the system's packages (once; about half a minute)")
    apt_install(packages, "PostGIS")


def apt_install(packages: Sequence[str], purpose: str) -> None:
    """Install Debian packages.

    Raises:
        StartupError: without apt, without the rights, or when apt fails.
    """
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    apt = shutil.which("apt-get")
    if apt is None:
        raise StartupError(
            f"{purpose} is missing and this system has no apt-get. Install it by hand "
            "(Homebrew: brew install postgis), or set PLOTWATCH_DATABASE_URL."
        )
    prefix = _privilege(purpose, command)
    for arguments in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            [*prefix, apt, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            check=False,
        )
    if done.returncode != 0:
        raise StartupError(
            f"{purpose} could not be installed. Is the network there? Try: {command}\n"
            + done.stdout[-800:]
        )


def _privilege(purpose: str, command: str) -> list[str]:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode:
        sudo = None
    if sudo is None:
        raise StartupError(
            f"{purpose} is missing and installing it needs an administrator. Ask one to run: "
            f"{command}"
        )
    return [sudo, "--preserve-env=DEBIAN_FRONTEND"]


def announce(sentence: str) -> None:
    """Tell whoever waits what takes time."""
    print(f"plotwatch: {sentence}", file=sys.stderr, flush=True)
