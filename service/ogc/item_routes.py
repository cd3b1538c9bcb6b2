"""Features of a collection over HTTP: a page of them, or one."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from service import clock
from service.errors import NotFound
from service.features import pages
from service.features.crs import parse_crs
from service.features.dependencies import admitted, the_access
from service.features.pages import collection_bytes, read_feature, read_page, selection_tag
from service.features.request import equals, take_selection
from service.features.responses import geojson_response, not_modified, question, tagged_headers
from service.features.selection import Selection
from service.features.state import tag_matches
from service.features.types import FeatureType, Property
from service.ogc import links
from service.ogc.collections import collection_named
from service.ogc.dependencies import Call, opened, opened_by
from service.ogc.document_routes import crumbs
from service.ogc.edit_tokens import page_tags, versioned_tag
from service.ogc.html_pages import Page, html_response
from service.ogc.links import Link, link
from service.paging import encode_cursor
from service.plots.features import EDIT_TOKEN, PLOTS
from spatial.messages import Message

NO_FEATURE = Message("没有这个要素。", "There is no such feature.")


async def items(request: Request) -> Response:
    """A page of features."""
    admission = await admitted(request)
    tags, asked = the_access(request).tags, question(request, admission.principal)
    known = tags.recall(asked, admission.state)
    if known is not None and tag_matches(request.headers.get("if-none-match"), known):
        return not_modified(known)
    call = opened_by(request, admission)
    kind = collection_named(request.path_params["collection"])
    limit = call.parameters.take_limit(capped=True)
    count = call.parameters.take_flag("count")
    selection = take_items(call, kind)
    selection = replace(selection, properties=selection.properties + _edit_token(call, kind))
    call.parameters.refuse_rest()
    tag = selection_tag(
        selection, call.admission, limit, count, call.html, request.url.query, call.addresses
    )
    if not selection.by_clock:
        tags.remember(asked, admission.state, tag)
    if not pages.stale(call.if_none_match, tag):
        return not_modified(tag)
    page = await read_page(call.access, call.admission, selection, limit, count)
    head = _head(call, kind, page)
    headers = tagged_headers(tag, **{"Content-Crs": f"<{selection.crs.uri}>"})
    if call.html:
        features = orjson.loads(b"[" + b",".join(page.features) + b"]")
        shown = {"properties": selection.properties, "collection": kind.name}
        body = Page("items", kind.label.zh, crumbs(call, kind), shown)
        return html_response(body, head | {"features": features}, call.addresses, headers)
    return geojson_response(collection_bytes(page, orjson.dumps(head)), headers)


async def item(request: Request) -> Response:
    """One feature."""
    call = await opened(request)
    kind = collection_named(request.path_params["collection"])
    key = feature_key(request.path_params["feature"])
    crs = parse_crs(call.parameters.take("crs"), "crs")
    properties = call.parameters.take_properties("properties", kind) + _edit_token(call, kind)
    call.parameters.refuse_rest()
    selection = Selection(kind, call.settings.zone, properties=properties, crs=crs)
    tag = selection_tag(selection, call.admission, key, call.html, call.addresses)
    if not pages.stale(page_tags(call.if_none_match), tag):
        return not_modified(tag)
    feature = await read_feature(call.access, call.admission, selection, key)
    if feature is None:
        raise NotFound(NO_FEATURE)
    headers = tagged_headers(_item_tag(tag, feature), **{"Content-Crs": f"<{crs.uri}>"})
    if call.html:
        return _item_page(call, kind, properties, feature, headers)
    tail = orjson.dumps({"links": _item_links(call, kind, key)})
    return geojson_response(feature[:-1] + b"," + tail[1:], headers)


def take_items(call: Call, kind: FeatureType) -> Selection:
    """The selection that the parameters of items and downloads describe.

    Raises:
        InvalidParameter: naming the first that cannot be used.
    """
    selection = take_selection(call.parameters, kind, call.settings.zone, fields="properties")
    own = tuple(
        equals(prop, text)
        for prop in kind.properties
        if prop.filterable and (text := call.parameters.take(prop.name)) is not None
    )
    return replace(selection, conditions=selection.conditions + own)


def feature_key(text: str) -> int:
    """The key of a feature; a text that is no number is the key of none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1


def _edit_token(call: Call, kind: FeatureType) -> tuple[Property, ...]:
    """The column that a desktop needs to see in order to send an edit token back."""
    for_people = call.html or "properties" in call.request.query_params
    return (EDIT_TOKEN,) if kind is PLOTS and call.may_edit and not for_people else ()


def _item_tag(tag: str, feature: bytes) -> str:
    """The tag that an edit can name as the version it saw, where a feature has versions."""
    version = orjson.loads(feature)["properties"].get("row_version")
    return tag if version is None else versioned_tag(tag, version)


def _head(call: Call, kind: FeatureType, page: pages.Page) -> dict[str, object]:
    here = call.addresses.collection(kind.name, "items")
    query = dict(call.request.query_params)
    others = {name: value for name, value in query.items() if name != "f"}
    way: list[Link] = [
        link(_with(here, others | {"f": "json"}), "self", links.GEOJSON, kind.label.zh),
        link(_with(here, others | {"f": "html"}), "alternate", links.HTML, kind.label.zh),
        link(call.addresses.collection(kind.name), "collection", links.JSON, kind.label.zh),
    ]
    if page.following is not None:
        following = query | {"after": encode_cursor(page.following)}
        if kind.versioned:
            # Pages that follow stay in the version that the first one showed.
            following["version"] = str(page.versions[0].version)
        media = links.HTML if call.html else links.GEOJSON
        way.append(link(_with(here, following), "next", media, "下一页 / next page"))
    head: dict[str, object] = {
        "type": "FeatureCollection",
        "timeStamp": clock.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberReturned": len(page.features),
        "links": way,
    }
    if page.matched is not None:
        head["numberMatched"] = page.matched
    return head


def _item_links(call: Call, kind: FeatureType, key: int) -> list[Link]:
    here = call.addresses.collection(kind.name, "items", key)
    title = f"{kind.label.zh} {key}"
    return [
        link(f"{here}?f=json", "self", links.GEOJSON, title),
        link(f"{here}?f=html", "alternate", links.HTML, title),
        link(call.addresses.collection(kind.name), "collection", links.JSON, kind.label.zh),
    ]


def _item_page(
    call: Call,
    kind: FeatureType,
    properties: tuple[Property, ...],
    feature: bytes,
    headers: dict[str, str],
) -> Response:
    document = orjson.loads(feature)
    way = (
        *crumbs(call, kind),
        ("要素", call.addresses.collection(kind.name, "items") + "?f=html"),
    )
    page = Page("item", f"{kind.label.zh} {document['id']}", way, {"properties": properties})
    return html_response(page, document, call.addresses, headers)


def _with(address: str, query: dict[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address
