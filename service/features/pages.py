"""Pages of features: keyset by keyset, tagged by the data, written only when it is news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service import clock
from service.features.access import Access, Admission
from service.features.fragments import Fragment
from service.features.geojson import page_query
from service.features.selection import Selection, picked, versions_read
from service.features.state import PublishedVersion, entity_tag, tag_matches
from service.features.types import FeatureType
from service.paging import cut_page

FORMAT = 2
"""Raised when pages of the same data come to look different."""


@dataclass(frozen=True, slots=True)
class Page:
    """Features as JSON texts; ``following`` is the key to go on after, None at the end.

    ``matched`` counts the whole selection, None when nobody asked and it was not free.
    """

    features: tuple[bytes, ...]
    following: int | None
    matched: int | None
    versions: tuple[PublishedVersion, ...]


def selection_tag(selection: Selection, admission: Admission, *more: object) -> str:
    """The entity tag of an answer about a selection, as this caller may see it."""
    versions = versions_read(selection, admission)
    parts: list[object] = [FORMAT, *type_tags(selection.type, versions, admission), more]
    parts += [selection.boxes, selection.period, selection.conditions, selection.after]
    parts += [selection.crs.uri, [prop.name for prop in selection.properties]]
    return entity_tag(parts)


def type_tags(
    kind: FeatureType, versions: Sequence[PublishedVersion], admission: Admission
) -> list[object]:
    """All that decides which rows of a type a caller sees, and what they say."""
    tags: list[object] = [kind.name, kind.scope(admission.principal)]
    tags += [version.tag for version in versions]
    tags += [admission.state.revisions.get(name, 0) for name in kind.changes]
    if kind.by_clock:
        tags.append(int(clock.now().timestamp() // 60))
    return tags


async def read_page(
    access: Access, admission: Admission, selection: Selection, limit: int, count: bool
) -> Page:
    """One page of a selection; one more row is read to know whether another follows."""
    versions = versions_read(selection, admission)
    rows_picked = picked(selection, admission)
    if rows_picked is None:
        return Page((), None, 0, versions)
    query = page_query(rows_picked, selection.type, selection.properties, selection.crs, limit + 1)
    rows = await access.reader.rows(query, filtered=selection.filtered)
    page, last = cut_page(rows, limit)
    matched = await _matched(access, admission, selection, len(page), last is not None, count)
    following = None if last is None else int(last[0])
    return Page(tuple(row[1] for row in page), following, matched, versions)


async def read_feature(
    access: Access, admission: Admission, selection: Selection, key: int
) -> bytes | None:
    """One feature as JSON text; None when there is none of that key for this caller."""
    rows_picked = picked(selection, admission)
    if rows_picked is None or not 0 <= key < 2**63:
        return None
    one = Fragment(
        f"{rows_picked.text} AND {selection.type.table}.id = %s", (*rows_picked.parameters, key)
    )
    query = page_query(one, selection.type, selection.properties, selection.crs, None)
    rows = await access.reader.rows(query)
    return bytes(rows[0][1]) if rows else None


async def _matched(
    access: Access,
    admission: Admission,
    selection: Selection,
    seen: int,
    more: bool,
    count: bool,
) -> int | None:
    if not more and selection.after is None:
        return seen
    kind = selection.type
    whole = selection.whole and kind.shown_whole(admission.principal)
    if whole and kind.base and not kind.by_clock:
        return sum(version.feature_count for version in versions_read(selection, admission))
    if not count:
        return None
    everything = picked(selection.from_the_first(), admission)
    if everything is None:
        return 0
    query = Fragment(f"SELECT count(*) {everything.text}", everything.parameters)
    return int((await access.reader.rows(query, filtered=selection.filtered))[0][0])


def collection_bytes(page: Page, head: bytes) -> bytes:
    """A FeatureCollection; ``head`` is a JSON object of its other members."""
    return b"".join((head[:-1], b',"features":[', b",".join(page.features), b"]}"))


def stale(if_none_match: str | None, tag: str) -> bool:
    """Whether the caller needs the answer: it has none, or an old one."""
    return not tag_matches(if_none_match, tag)
