"""Splitting a case: parts that are judged apart, and a frozen parent that no longer counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import combinations
from typing import Any

import numpy as np
import orjson
import shapely
from geoalchemy2.shape import from_shape, to_shape
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select

from service.cases import history
from service.cases.details import ground_of
from service.cases.life.deadlines import working_state
from service.cases.life.desk import Desk, touch
from service.cases.life.forms import FieldType
from service.cases.life.measures import office_case
from service.cases.life.states import MOVES
from service.cases.models import Case, CaseSighting
from service.cases.numbering import take_codes
from service.cases.statuses import TERMINAL, Status
from service.database.base import STORAGE_SRID
from service.errors import Conflict, InvalidParameter
from spatial.area import ellipsoidal_area, to_mu
from spatial.messages import Message
from spatial.words import Protection

TOLERANCE_M2 = 0.5
INHERITED = frozenset(
    {
        "village_code", "patch_id", "batch_id", "recurrence_of", "category", "rule",
        "rule_version", "prohibitions", "severity", "department", "supporting_departments",
        "legal_basis", "run_id", "provenance", "countable",
        "verify_workdays", "rectify_days", "rectify_until", "after_date", "conclusion",
        "assignee_id", "status", "due_at", "paused_at",
    }
)  # fmt: skip
"""What a part has from its parent; ground, areas, sentence, code and history are its own."""
RECORDED_AREAS = {
    (move.records, field.name)
    for move in MOVES
    for field in move.form
    if move.records and field.type is FieldType.NUMBER
}
"""The record and name of every area that people fill in on a case's forms."""


def split_case(
    desk: Desk,
    case_id: int,
    geometries: Sequence[Mapping[str, Any]],
    note: str,
    version: int | None,
) -> list[Case]:
    """Split a case into parts, which go on in the state it was in; the parent is frozen.

    ``geometries`` are GeoJSON polygons in degrees of EPSG:4490. What a part reaches beyond the
    case's ground is cut off; together the parts have the area of the whole within 0.5 m², and
    no two share more than that.

    Raises:
        NotFound, NotAllowed, Conflict: as for a move; also when the case has ended.
        InvalidParameter: when the parts are no polygons, overlap or do not add up.
    """
    parent = office_case(desk, case_id, version)
    if Status(parent.status) in TERMINAL:
        raise Conflict(
            Message("已办结的图斑不能拆分，请先重开。", "An ended case is not split; reopen it."),
            code="not-from-here",
        )
    ground = to_shape(parent.geom)
    parts = _cut(ground, geometries)
    areas = ellipsoidal_area(np.array([ground, *parts]))
    _check_areas(parts, areas)
    before = parent.status
    children = _make_children(desk, parent, parts, areas)
    parent.status = Status.SPLIT.value
    parent.due_at = parent.paused_at = None
    parent.closed_at = desk.now
    touch(parent, desk.now)
    history.append(
        desk.session,
        parent,
        actor=desk.actor,
        kind="split",
        note=note,
        data={"parts": [child.code for child in children]},
        from_status=before,
        to_status=parent.status,
    )
    return children


def _cut(ground: BaseGeometry, geometries: Sequence[Mapping[str, Any]]) -> list[MultiPolygon]:
    return [_part(ground, number, drawn) for number, drawn in enumerate(geometries, start=1)]


def _part(ground: BaseGeometry, number: int, drawn: Mapping[str, Any]) -> MultiPolygon:
    try:
        shape = shapely.from_geojson(orjson.dumps(dict(drawn)))
    except (shapely.errors.GEOSException, orjson.JSONEncodeError) as error:
        raise _refused(number, "不是有效的 GeoJSON", "is not GeoJSON") from error
    if not isinstance(shape, Polygon | MultiPolygon) or shape.is_empty:
        raise _refused(number, "应为多边形", "has to be a polygon")
    if not np.isfinite(shapely.get_coordinates(shape)).all() or not shape.is_valid:
        raise _refused(number, "多边形自相交或坐标无效", "crosses itself or has bad coordinates")
    inside = [part for part in _polygons(shapely.intersection(shape, ground)) if not part.is_empty]
    if not inside:
        raise _refused(number, "不在图斑范围内", "does not lie on the case's ground")
    return MultiPolygon(inside)


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    parts = shapely.get_parts(shape).tolist()
    return [part for part in parts if isinstance(part, Polygon)]


def _refused(number: int, zh: str, en: str) -> InvalidParameter:
    return InvalidParameter("parts", Message(f"第 {number} 部分{zh}。", f"Part {number} {en}."))


def _check_areas(parts: Sequence[MultiPolygon], areas: np.ndarray[Any, Any]) -> None:
    whole, total = float(areas[0]), float(areas[1:].sum())
    if abs(whole - total) > TOLERANCE_M2:
        raise InvalidParameter(
            "parts",
            Message(
                f"各部分面积合计 {total:.2f} 平方米，与图斑面积 {whole:.2f} 平方米不符"
                f"（允许误差 {TOLERANCE_M2} 平方米）。",
                f"The parts have {total:.2f} m² together, the case {whole:.2f} m²"
                f" (tolerance {TOLERANCE_M2} m²).",
            ),
            code="areas-differ",
            whole_m2=round(whole, 3),
            parts_m2=[round(float(area), 3) for area in areas[1:]],
        )
    shared = np.array([shapely.intersection(one, other) for one, other in combinations(parts, 2)])
    if float(ellipsoidal_area(shared).max(initial=0.0)) > TOLERANCE_M2:
        raise InvalidParameter(
            "parts",
            Message("各部分之间有重叠。", "Two of the parts overlap."),
            code="parts-overlap",
        )


def _make_children(
    desk: Desk,
    parent: Case,
    parts: Sequence[MultiPolygon],
    areas: np.ndarray[Any, Any],
) -> list[Case]:
    year = desk.now.astimezone(desk.settings.zone).year
    codes = take_codes(desk.session, [parent.village_code] * len(parts), year)
    inherited = {name: getattr(parent, name) for name in INHERITED}
    children = [
        Case(
            **inherited,
            code=code,
            parent_id=parent.id,
            **_reasons_of(parent, float(area)),
            areas=_areas_of(desk, parent, part, float(area), float(area / areas[0])),
            facts=_facts_of(parent, float(area / areas[0])),
            exemptions=parent.exemptions if parent.areas["suspect"] == 0 else [],
            version=1,
            created_at=desk.now,
            updated_at=desk.now,
            geom=from_shape(part, srid=STORAGE_SRID),
        )
        for code, part, area in zip(codes, parts, areas[1:], strict=True)
    ]
    desk.session.add_all(children)
    desk.session.flush()
    _hand_on_sightings(desk, parent, children)
    history.append_many(desk.session, [_born(desk, parent, child) for child in children])
    return children


def _reasons_of(parent: Case, area: float) -> dict[str, str]:
    """Why a part is suspected: the whole's sentence, which names the whole's area, and its own."""
    mu = f"{to_mu(area):.2f}"
    return {
        "reason": f"由 {parent.code} 拆分，本部分{mu}亩；拆分前：{parent.reason}",
        "reason_en": f"Part of {parent.code}, {mu} mu; before the split: {parent.reason_en}",
    }


def _born(desk: Desk, parent: Case, child: Case) -> history.Entry:
    data: dict[str, Any] = {"parent": parent.code, "areas": child.areas}
    if child.status == Status.ESCALATED.value:
        data[history.STAYS_ESCALATED] = True
    return history.Entry(
        case_id=child.id,
        actor=desk.actor,
        kind="split_from",
        note=f"由 {parent.code} 拆分",
        data=data,
        to_status=working_state(child),
    )


def _hand_on_sightings(desk: Desk, parent: Case, children: Sequence[Case]) -> None:
    """The parts are seen by whatever saw the whole."""
    seen = desk.session.scalars(select(CaseSighting).where(CaseSighting.case_id == parent.id))
    desk.session.add_all(
        CaseSighting(
            case_id=child.id,
            patch_id=sighting.patch_id,
            finding_id=sighting.finding_id,
            joined_at=sighting.joined_at,
        )
        for sighting in seen.all()
        for child in children
    )


def _facts_of(parent: Case, share: float) -> dict[str, Any]:
    """What is known of the whole, with its share of the areas that people concluded.

    Parts that all kept the whole's violation would count it as often as there are parts.
    """
    facts: dict[str, Any] = deepcopy(parent.facts)
    for record, name in RECORDED_AREAS:
        if name in facts.get(record, {}):
            facts[record][name] *= share
    return facts


def _areas_of(
    desk: Desk, parent: Case, part: MultiPolygon, area: float, share: float
) -> dict[str, float]:
    """The areas of a part: suspect by its own ground, protections by the pieces under it.

    What lists name as its area is the part's, not that of the whole patch; the range of the
    suspect area is shared out by area.
    """
    exempt = parent.areas["suspect"] == 0
    areas = {name: float(value) * share for name, value in parent.areas.items()}
    areas |= _protections(desk, parent, part)
    return areas | {
        "patch": area,
        "exempt": area if exempt else 0.0,
        "suspect": 0.0 if exempt else area,
        "suspect_mu": 0.0 if exempt else round(to_mu(area), 2),
    }


def _protections(desk: Desk, parent: Case, part: MultiPolygon) -> dict[str, float]:
    pieces = [piece for piece, _ in ground_of(desk.session, parent)]
    if not pieces:
        return {}
    shared = np.array(
        [
            MultiPolygon(_polygons(shapely.intersection(to_shape(piece.geom), part)))
            for piece in pieces
        ]
    )
    found = dict.fromkeys((kind.value for kind in Protection if kind is not Protection.NONE), 0.0)
    for piece, area in zip(pieces, ellipsoidal_area(shared), strict=True):
        found[piece.protection] = found.get(piece.protection, 0.0) + float(area)
    farmland = sum(area for name, area in found.items() if name != Protection.RECOVERABLE.value)
    return found | {"farmland": farmland}
