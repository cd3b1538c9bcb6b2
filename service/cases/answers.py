"""A case as outsiders hold on to it: the JSON of the contract, and as a GeoJSON feature."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from service.cases.details import kinship
from service.cases.life.deadlines import working_state
from service.cases.models import Case, CaseEvent, CaseSighting
from service.cases.queries import ListedCase
from service.cases.statuses import Status
from service.findings.models import Finding, Piece
from service.imagery.answers import imagery_json
from service.patches.models import Patch
from spatial.words import Category, ChangeGroup, Department

SAID_RESTORED = frozenset({Status.ACCEPTANCE, Status.CLOSED_RECTIFIED})
"""States that a case reaches when somebody said that its ground is put right."""


def case_json(listed: ListedCase, *, geometry: bool = True) -> dict[str, Any]:
    """The case as JSON; ``geometry`` is the text that PostGIS wrote."""
    return case_properties(listed) | {
        "geometry": orjson.Fragment(listed.geojson) if geometry else None
    }


def case_properties(listed: ListedCase) -> dict[str, Any]:
    """Everything but the geometry."""
    case = listed.case
    return {
        "id": case.id,
        "code": case.code,
        "village": {"code": case.village_code, "name": listed.village_name},
        "patch": patch_json(listed.patch) | {"source": listed.source},
        "sightings": listed.sightings,
        "recurrence_of": case.recurrence_of,
        "parent_id": case.parent_id,
        "merged_into": case.merged_into,
        "category": case.category,
        "category_label": Category(case.category).label.zh,
        "rule": case.rule,
        "rule_version": case.rule_version,
        "prohibitions": case.prohibitions,
        "severity": case.severity,
        "department": case.department,
        "department_label": Department(case.department).label.zh,
        "supporting_departments": case.supporting_departments,
        "reason": case.reason,
        "reason_en": case.reason_en,
        "legal_basis": case.legal_basis,
        "areas": case.areas,
        "exemptions": case.exemptions,
        "provenance": case.provenance,
        "countable": case.countable,
        "verify_workdays": case.verify_workdays,
        "rectify_days": case.rectify_days,
        "rectify_until": case.rectify_until,
        "status": case.status,
        "status_label": Status(case.status).label.zh,
        "version": case.version,
        "conclusion": case.conclusion,
        "facts": case.facts,
        "due_at": case.due_at,
        "paused_at": case.paused_at,
        "voided_at": case.voided_at,
        "created_at": case.created_at,
        "updated_at": case.updated_at,
        "closed_at": case.closed_at,
        "imagery": _imagery(listed),
    }


def patch_json(patch: Patch) -> dict[str, Any]:
    """A patch as a case names it."""
    return {
        "id": patch.id,
        "patch_no": patch.patch_no,
        "batch_id": patch.batch_id,
        "change_code": patch.change_code,
        "change_group": patch.change_group,
        "before_date": patch.before_date,
        "after_date": patch.after_date,
    }


def _imagery(listed: ListedCase) -> dict[str, Any] | None:
    """What scenes show of the case; None until somebody's scene was looked at."""
    if listed.imagery is None:
        return None
    group = ChangeGroup(listed.patch.change_group)
    restored = Status(working_state(listed.case)) in SAID_RESTORED
    return imagery_json(listed.case.id, listed.imagery, group, said_restored=restored)


def event_json(event: CaseEvent) -> dict[str, Any]:
    """An entry of a case's history, with the seals that ``plotwatch verify`` checks."""
    return {
        "number": event.number,
        "at": event.at,
        "actor": event.actor,
        "kind": event.kind,
        "from_status": event.from_status,
        "to_status": event.to_status,
        "note": event.note,
        "data": event.data,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


def sighting_json(
    case: Case, sighting: CaseSighting, patch: Patch, finding: Finding
) -> dict[str, Any]:
    """What one patch says of a case's ground."""
    return {
        "patch": patch_json(patch),
        "category": finding.judgement["category"],
        "severity": finding.judgement["severity"],
        "suspect": finding.judgement["areas"]["suspect"],
        "reason": finding.judgement["reason"]["zh"],
        "joined_at": sighting.joined_at,
        "deciding": patch.id == case.patch_id,
    }


def kin_json(case: Case, other: Case) -> dict[str, Any]:
    """Another case of the same ground, with its conclusion."""
    return {
        "relation": kinship(case, other),
        "id": other.id,
        "code": other.code,
        "status": other.status,
        "category": other.category,
        "conclusion": other.conclusion,
        "created_at": other.created_at,
        "closed_at": other.closed_at,
    }


def piece_json(piece: Piece, geojson: str) -> dict[str, Any]:
    """A piece of ground as a GeoJSON feature; areas in m²."""
    return {
        "type": "Feature",
        "id": piece.id,
        "geometry": orjson.Fragment(geojson),
        "properties": {
            "exempt": piece.zone_kind is not None,
            "protection": piece.protection,
            "kind": piece.zone_kind,
            "document_no": piece.document_no,
            "valid_from": piece.valid_from,
            "valid_to": piece.valid_to,
            "dust": piece.dust,
            "area": piece.area_m2,
            "area_low": piece.area_low_m2,
            "area_high": piece.area_high_m2,
        },
    }


def feature_json(listed: ListedCase) -> dict[str, Any]:
    """The case as a GeoJSON feature."""
    return {
        "type": "Feature",
        "id": listed.case.id,
        "geometry": orjson.Fragment(listed.geojson),
        "properties": case_properties(listed),
    }


def feature_collection(cases: Iterable[ListedCase]) -> Iterator[bytes]:
    """A GeoJSON feature collection, one feature at a time."""
    yield b'{"type":"FeatureCollection","features":['
    separator = b""
    for listed in cases:
        yield separator + orjson.dumps(feature_json(listed))
        separator = b",\n"
    yield b"]}"
