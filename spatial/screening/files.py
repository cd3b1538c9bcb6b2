"""Screening from files to a file, with no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from spatial.intake.model import ReadOptions
from spatial.overlay import Ground, OverlaySettings, Patches
from spatial.rules import Finding, RuleTable, load_rule_table
from spatial.screening.progress import Report, no_report, within
from spatial.screening.reading import (
    GroundFiles,
    as_patches,
    read_ground,
    read_rows,
    read_villages,
)
from spatial.screening.remarks import Tell, tell_nobody
from spatial.screening.results import SummaryLine, summarise, to_table
from spatial.screening.screening import screen
from spatial.screening.writing import check_format, write_table
from spatial.words import LayerName, ZoneKind

PATCHES_AT_ONCE = 2_000
"""Between two reports of progress."""


def screen_files(
    patches: Path,
    plots: Path,
    out: Path,
    *,
    villages: Path | None = None,
    zones: Sequence[tuple[ZoneKind, Path]] = (),
    options: ReadOptions | None = None,
    table: RuleTable | None = None,
    settings: OverlaySettings | None = None,
    report: Report = no_report,
    tell: Tell = tell_nobody,
) -> list[SummaryLine]:
    """Overlay and judge the patches of a file and write what was found.

    All files may be anything that an import takes. ``out``: ``.gpkg``, ``.geojson``, ``.parquet``
    or ``.xlsx`` by its name. ``options``: what the caller knows better of the file of patches.
    Without ``table`` and ``settings`` the ones in force are used. ``tell`` is called with whatever
    a person should know of the files: rows left out, coordinate systems guessed, nothing near.
    Returns the findings counted by village and category.

    Raises:
        SpatialError: if a file is refused.
    """
    check_format(out)
    rules = table or load_rule_table()
    outlines = read_villages(villages, within(report, 0.0, 0.05), tell)
    rows = read_rows(
        patches,
        LayerName.PATCHES,
        within(report, 0.05, 0.15),
        villages=outlines,
        options=options,
        tell=tell,
    )
    asked = as_patches(rows)
    files = GroundFiles(plots=plots, villages=villages, zones=zones)
    near = within(report, 0.15, 0.7)
    ground = read_ground(files, asked, outlines, rules.green_belts, near, tell)
    findings = _screen_in_parts(
        asked, ground, rules, settings or OverlaySettings(), within(report, 0.7, 0.95)
    )
    report(0.95, "写出 writing")
    write_table(to_table(findings, rows, outlines, rules), out)
    report(1.0, "完成 done")
    return summarise(findings, rows, outlines, rules)


def _screen_in_parts(
    patches: Patches, ground: Ground, table: RuleTable, settings: OverlaySettings, report: Report
) -> list[Finding]:
    findings: list[Finding] = []
    for start in range(0, len(patches), PATCHES_AT_ONCE):
        report(start / len(patches), "套合判定 screening")
        part = patches.take(np.arange(start, min(start + PATCHES_AT_ONCE, len(patches))))
        found = screen(part, ground, table, settings).findings
        findings += [replace(finding, patch=start + finding.patch) for finding in found]
    return findings
