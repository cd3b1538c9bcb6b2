"""Which documents lie over which ground, and what they do to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.area import ellipsoidal_area
from spatial.overlay.polygons import intersect, unite
from spatial.rules.places import PROTECTIONS, Document, Effect
from spatial.rules.question import Question
from spatial.rules.schema import When
from spatial.words import ZoneKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """``exempt``: pieces that a document takes out of suspicion. ``of_place``: documents over
    each place, in the order in which they claim ground. ``lapsed``: farmland of each place under
    documents that had ended, m², each ground once."""

    exempt: NDArray[np.bool_]
    of_place: tuple[tuple[Document, ...], ...]
    lapsed: NDArray[np.float64]


def find_documents(question: Question) -> Documents:
    """Documents of all places, valid ones from the pieces, ended ones from the zones."""
    pieces = question.pieces
    found: list[list[Document]] = [[] for _ in question.first]
    exempt = np.zeros(len(pieces), dtype=bool)
    for piece in np.flatnonzero(pieces.zone >= 0).tolist():
        document = _document(question, piece)
        exempt[piece] = document.effect is Effect.EXEMPTS
        found[question.place[piece]].append(document)
    lapsed = _find_lapsed(question, found)
    order = {kind: rank for rank, kind in enumerate(question.table.exemption_order)}
    for documents in found:
        documents.sort(key=lambda document: _claim(question, order, document))
    return Documents(exempt=exempt, of_place=tuple(map(tuple, found)), lapsed=lapsed)


def _document(question: Question, piece: int) -> Document:
    pieces = question.pieces
    zone = int(pieces.zone[piece])
    group = question.groups[pieces.patch[piece]]
    protection = PROTECTIONS[question.protection[piece]]
    kind = question.kinds[zone]
    row = question.table.document_row(group, protection, kind)
    effect = Effect.SILENT
    if row is not None:
        effect = Effect.EXEMPTS if row.when is When.EXEMPT else Effect.DOCUMENTED
    return Document(zone, kind, protection, float(pieces.area_m2[piece]), effect)


def _claim(
    question: Question, order: dict[ZoneKind, int], document: Document
) -> tuple[int, str, int, int]:
    zones = question.ground.zones
    return (
        order.get(document.kind, len(order)),
        zones.document_no[document.zone] or "",
        int(zones.ids[document.zone]),
        PROTECTIONS.index(document.protection),
    )


def _find_lapsed(question: Question, found: list[list[Document]]) -> NDArray[np.float64]:
    """Add ended documents to the places they lie over; returns the ground under them."""
    lapsed = np.zeros(len(question.first))
    piece, zone = _lapsed_pairs(question)
    if not len(piece):
        return lapsed
    ground, zones = question.pieces.geometry, question.ground.zones.geometry
    areas = ellipsoidal_area(intersect(ground[piece], zones[zone]))
    for which, where, area in zip(piece.tolist(), zone.tolist(), areas.tolist(), strict=True):
        if area > question.settings.dust_area_m2:
            protection = PROTECTIONS[question.protection[which]]
            document = Document(where, question.kinds[where], protection, area, Effect.EXPIRED)
            found[question.place[which]].append(document)
    pieces, group = np.unique(piece, return_inverse=True)
    covered = intersect(ground[pieces], unite(zones[zone], group))
    np.add.at(lapsed, question.place[pieces], ellipsoidal_area(covered))
    return lapsed


def _lapsed_pairs(question: Question) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Farmland pieces and the zones over them that ended before the after-image, where the table
    has a row for that; ordered by piece and zone id."""
    zones, pieces = question.ground.zones, question.pieces
    expirable = question.table.expirable
    groups = {group for group, _ in expirable}
    kinds = {kind for _, kind in expirable}
    asked = np.array([group in groups for group in question.groups], dtype=bool)
    chosen = np.flatnonzero(question.farmland & asked[pieces.patch])
    ended = np.array([kind in kinds for kind in question.kinds], dtype=bool)
    ending = np.flatnonzero(ended & ~np.isnat(zones.valid_to))
    tree = shapely.STRtree(zones.geometry[ending])
    piece, zone = tree.query(pieces.geometry[chosen], predicate="intersects")
    piece, zone = chosen[piece], ending[zone]
    before = zones.valid_to[zone] < question.patches.after_date[pieces.patch[piece]]
    piece, zone = piece[before], zone[before]
    order = np.lexsort((zones.ids[zone], piece))
    return piece[order].astype(np.int64), zone[order].astype(np.int64)
