"""System packages that only the tests need: a browser, fonts, QGIS, GDAL's commands."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from service.setup.packages import announce, apt_install

CJK_FONT = "NotoSansCJK-Regular.ttc"


def ensure_test_packages() -> None:
    """Install what is missing.

    Raises:
        StartupError: when something cannot be installed.
    """
    missing = list(missing_packages())
    if missing:
        announce(f"installing for the tests: {' '.join(missing)} (once; a minute or two)")
        apt_install(missing, "What the tests need")


def missing_packages() -> list[str]:
    """Debian packages to install for the tests."""
    wanted = {
        "chromium": shutil.which("chromium") is not None,
        "fonts-noto-cjk": any(Path("/usr/share/fonts").rglob(CJK_FONT)),
        "python3-qgis": _has_qgis(),
        "qgis-providers": Path("/usr/lib/qgis/plugins").exists()
        or any(Path("/usr/lib").glob("*/qgis/plugins")),
        "gdal-bin": shutil.which("ogr2ogr") is not None,
    }
    return [package for package, present in wanted.items() if not present]


def _has_qgis() -> bool:
    check = subprocess.run(
        ["/usr/bin/python3", "-c", "import qgis.core"], capture_output=True, check=False
    )
    return check.returncode == 0
