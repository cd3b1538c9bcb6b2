"""Which of the layers in an upload is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from spatial.errors import LayerError
from spatial.intake.containers.datasets import Dataset
from spatial.intake.fields.profile import Profile, heading_key
from spatial.messages import Message
from spatial.words import LayerName

_MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """A layer that may be meant; ``layer`` is None where the dataset holds just one."""

    dataset: Dataset
    name: str
    layer: str | None = None

    @property
    def label(self) -> str:
        """What a sender names it by: the path inside the upload, and the layer."""
        path = str(self.dataset.name)
        # A layer without a name is called by GDAL like the file that it was put in.
        nameless = self.layer in (None, self.dataset.path.stem)
        return path if nameless else f"{path}/{self.layer}"


def choose(candidates: Sequence[Candidate], profile: Profile, wanted: str | None) -> Candidate:
    """The wanted layer, or the one whose name the profile knows, or the only one.

    Raises ``LayerError`` that lists what there is.
    """
    if wanted is not None:
        return _only(_named(candidates, wanted), candidates, _NOT_FOUND, wanted)
    if len(candidates) == 1:
        return candidates[0]
    ranks = {candidate: _rank(candidate, profile) for candidate in candidates}
    best = min((rank for rank in ranks.values() if rank is not None), default=None)
    matching = [] if best is None else [c for c, rank in ranks.items() if rank == best]
    return _only(matching, candidates, _SEVERAL, profile.layer.label.zh)


def _named(candidates: Sequence[Candidate], wanted: str) -> list[Candidate]:
    key = heading_key(wanted)
    names = [
        (c, (c.label, c.layer or c.name, c.dataset.name.name, c.dataset.name.stem))
        for c in candidates
    ]
    for place in range(4):
        found = [c for c, known in names if heading_key(known[place]) == key]
        if found:
            return found
    return []


def _rank(candidate: Candidate, profile: Profile) -> tuple[int, int] | None:
    """How well a layer's name fits: equal before contained, the preferred name first."""
    key = heading_key(candidate.layer or candidate.name)
    names = [heading_key(name) for name in profile.source_layers]
    if key in names:
        return (0, names.index(key))
    for position, name in enumerate(names):
        # DLTB is in 500118DLTB2025, but TB is not a name inside DLTB.
        if len(name) > 1 and re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", key):
            return (1, position)
    return None


def _only(
    found: Sequence[Candidate], all_: Sequence[Candidate], message: Message, name: str
) -> Candidate:
    if len(found) == 1:
        return found[0]
    labels = tuple(candidate.label for candidate in (found or all_))[:_MOST_SHOWN]
    raise LayerError(message.format(name=name[:100], layers="；".join(labels[:10])), choices=labels)


def empty(candidate: Candidate, layer: LayerName) -> LayerError:
    """A layer without rows."""
    return LayerError(
        Message(
            "图层“{name}”没有任何行，未导入。", "The layer “{name}” has no rows; nothing imported."
        ).format(name=candidate.label),
        code="layer-empty",
        layer=layer.value,
        choices=(candidate.label,),
    )


_SEVERAL = Message(
    "文件里有多个图层，无法确定哪一个是{name}：{layers}。请用 source_layer 指明。",
    "The file holds several layers and none stands out ({layers}). Name one with source_layer.",
)
_NOT_FOUND = Message(
    "文件里没有唯一名为“{name}”的图层，现有：{layers}。",
    "There is no single layer named “{name}”; there are: {layers}.",
)
