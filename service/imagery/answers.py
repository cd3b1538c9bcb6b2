"""What scenes show of a case, as JSON."""

from __future__ import annotations

from typing import Any

from service.imagery.models import CaseImagery
from spatial.imagery.support import Seen, contradictions
from spatial.messages import Message
from spatial.words import ChangeGroup

SIDES = ("before", "after")
NONE_FITS = {
    "before": Message(
        "没有覆盖该图斑的前时相影像，请先上传影像。",
        "No scene before the change covers this case; send one first.",
    ),
    "after": Message(
        "没有覆盖该图斑的后时相影像，请先上传影像。",
        "No scene after the change covers this case; send one first.",
    ),
}


def imagery_json(
    case_id: int, imagery: CaseImagery, group: ChangeGroup, *, said_restored: bool
) -> dict[str, Any]:
    """Scenes, figures, links to the pictures, what is missing and what a reviewer should see.

    Figures support a person's look; they never change a category.
    """
    figures = imagery.figures
    shown = {side: figures.get(side) for side in (*SIDES, "latest")}
    seen = {side: Seen.of(one) if one else None for side, one in shown.items()}
    flags = contradictions(
        group,
        seen["before"],
        seen["after"],
        seen["latest"] or seen["after"],
        said_restored=said_restored,
    )
    return {
        **shown,
        "overlaps": figures.get("overlaps", []),
        "contradictions": [
            {"code": flag.value, "detail": flag.label.zh, "detail_en": flag.label.en}
            for flag in flags
        ],
        "missing": [
            {"side": side, "detail": NONE_FITS[side].zh, "detail_en": NONE_FITS[side].en}
            for side in SIDES
            if shown[side] is None
        ],
        "chips": chip_links(case_id, [side for side in SIDES if shown[side] is not None]),
        "measured_at": imagery.measured_at,
    }


def chip_links(case_id: int, sides: list[str]) -> dict[str, str]:
    """Addresses of the pictures that there are, by what they show."""
    names = [*sides, "pair"] if len(sides) == len(SIDES) else sides
    return {name: f"/api/cases/{case_id}/chips/{name}.png" for name in names}
