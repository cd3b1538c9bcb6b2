"""The overlay and the judgement of one set of patches."""

from __future__ import annotations

from dataclasses import dataclass, replace

from spatial.overlay import Ground, OverlaySettings, Patches, Pieces, overlay
from spatial.rules import Finding, RuleTable, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What came of patches: their pieces of ground, and what the rules say of them."""

    pieces: Pieces
    findings: list[Finding]


def screen(
    patches: Patches, ground: Ground, table: RuleTable, settings: OverlaySettings
) -> Screening:
    """Lay patches over the ground and judge them.

    Zones take ground in the order that the rule table gives. Results follow from the arguments
    alone, to the last bit.

    Raises:
        RuleError: if the table has no row for a patch.
    """
    ordered = replace(settings, exemption_order=table.exemption_order)
    pieces = overlay(patches, ground, ordered)
    return Screening(pieces=pieces, findings=judge(patches, ground, pieces, table, ordered))
