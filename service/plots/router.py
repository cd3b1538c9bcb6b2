"""Plots by extent, and the card of one plot."""

from __future__ import annotations

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.permissions import Action, require
from service.addresses import public_address, public_place
from service.dependencies import CurrentPrincipal, ReadingSession
from service.documentation.security_dependencies import ANY_OF_THEM
from service.features.dependencies import admitted, the_access
from service.features.pages import Page, collection_bytes, read_page, selection_tag, stale
from service.features.query import QueryParameters
from service.features.responses import GEOJSON, geojson_response, not_modified, tagged_headers
from service.paging import RowId, encode_cursor
from service.plots.parameters import PLOTS_PARAMETERS
from service.plots.queries import covering_zones, find_plot
from service.plots.schemas import PlotCard
from service.plots.selection import take_plots, zone_tags
from service.runtime import Runtime

router = APIRouter(prefix="/plots", tags=["plots"])


@router.get(
    "",
    response_class=Response,
    responses={200: {"content": {GEOJSON: {}}}, 304: {"description": "unchanged"}},
    openapi_extra={"parameters": list(PLOTS_PARAMETERS), "security": ANY_OF_THEM},
)
async def read_plots(request: Request) -> Response:
    """A page of plots as GeoJSON, written by PostGIS and passed on as it is."""
    runtime: Runtime = request.app.state.runtime
    access = the_access(request)
    admission = await admitted(request)
    parameters = QueryParameters(request.query_params.multi_items())
    limit = parameters.take_limit()
    count = parameters.take_flag("count")
    selection = take_plots(parameters, admission.state, runtime.settings.zone)
    parameters.refuse_rest()
    more = (limit, count, public_place(request), zone_tags(admission.state))
    tag = selection_tag(selection, admission, *more)
    if not stale(request.headers.get("if-none-match"), tag):
        return not_modified(tag)
    page = await read_page(access, admission, selection, limit, count)
    head = _head(page, _next_address(request, page))
    headers = tagged_headers(tag, **{"Content-Crs": f"<{selection.crs.uri}>"})
    return geojson_response(collection_bytes(page, head), headers)


@router.get("/{plot_id}")
def read_plot(session: ReadingSession, principal: CurrentPrincipal, plot_id: RowId) -> PlotCard:
    """One plot with the zones in force that lie over it."""
    require(principal, Action.READ_MAP)
    plot, version = find_plot(session, principal, plot_id)
    return PlotCard.of(plot, version, covering_zones(session, plot))


def _next_address(request: Request, page: Page) -> str | None:
    if page.following is None:
        return None
    # Pages that follow stay in the version that the first one showed.
    pinned = {"after": encode_cursor(page.following), "version": page.versions[0].version}
    return public_address(request, **pinned)


def _head(page: Page, following: str | None) -> bytes:
    head: dict[str, object] = {
        "type": "FeatureCollection",
        "numberReturned": len(page.features),
        "next": following,
    }
    if page.matched is not None:
        head["numberMatched"] = page.matched
    if page.versions:
        head["version"] = page.versions[0].version
    return orjson.dumps(head)
