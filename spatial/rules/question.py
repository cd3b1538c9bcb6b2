"""What is judged, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.errors import RuleError
from spatial.messages import Message
from spatial.overlay.model import Ground, OverlaySettings, Patches, Pieces
from spatial.rules.places import FARMLAND, PROTECTIONS
from spatial.rules.table import RuleTable
from spatial.words import ChangeGroup, ZoneKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Patches, the ground they were laid over, and the pieces that came of it.

    ``groups``: change group of each patch. ``kinds``: kind of each zone. ``place``: for each
    piece the number of its patch and village; ``first``: the first piece of each number.
    ``protection``: position in ``Protection`` of each piece; ``farmland``: whether it is any.
    """

    patches: Patches
    ground: Ground
    pieces: Pieces
    table: RuleTable
    settings: OverlaySettings
    groups: Sequence[ChangeGroup]
    kinds: Sequence[ZoneKind]
    place: NDArray[np.int64]
    first: NDArray[np.int64]
    protection: NDArray[np.int64]
    farmland: NDArray[np.bool_]


def ask(
    patches: Patches, ground: Ground, pieces: Pieces, table: RuleTable, settings: OverlaySettings
) -> Question:
    """Number the places of pieces, which are ordered by patch and village.

    Raises:
        RuleError: for a change group that is no word of ours.
    """
    words = {word: _change_group(word) for word in set(patches.change_group.tolist())}
    ranks = {protection.value: rank for rank, protection in enumerate(PROTECTIONS)}
    protection = np.array([ranks[str(word)] for word in pieces.protection], dtype=np.int64)
    begins = np.ones(len(pieces), dtype=bool)
    begins[1:] = (np.diff(pieces.patch) != 0) | (np.diff(pieces.village) != 0)
    return Question(
        patches=patches,
        ground=ground,
        pieces=pieces,
        table=table,
        settings=settings,
        groups=[words[word] for word in patches.change_group.tolist()],
        kinds=[ZoneKind(kind) for kind in ground.zones.kind.tolist()],
        place=np.cumsum(begins) - 1,
        first=np.flatnonzero(begins),
        protection=protection,
        farmland=protection < len(FARMLAND),
    )


def _change_group(word: Any) -> ChangeGroup:
    try:
        return ChangeGroup(word) if word else ChangeGroup.UNKNOWN
    except ValueError as error:
        raise RuleError(
            Message(f"规则表没有变化类型 {word}。", f"The rule table has no change group {word}.")
        ) from error
