"""What every OGC resource starts from: an admitted caller, its parameters, where it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.permissions import Action, allowed
from service.addresses import public_root
from service.features.access import Access, Admission
from service.features.dependencies import admitted, the_access
from service.features.query import QueryParameters
from service.features.responses import REVALIDATE
from service.ogc.extents import Extents
from service.ogc.html_pages import Page, html_response
from service.ogc.links import Addresses
from service.ogc.negotiation import FORMATS, wants_html
from service.runtime import Runtime
from service.settings import Settings

PREFIX = "/ogc"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an OGC resource, by somebody who may read the map."""

    request: Request
    access: Access
    admission: Admission
    parameters: QueryParameters
    addresses: Addresses
    html: bool

    @property
    def settings(self) -> Settings:
        """The service's settings."""
        runtime: Runtime = self.request.app.state.runtime
        return runtime.settings

    @property
    def extents(self) -> Extents:
        """The extents measured so far."""
        state = self.request.app.state
        if not hasattr(state, "extents"):
            state.extents = Extents()
        extents: Extents = state.extents
        return extents

    @property
    def may_edit(self) -> bool:
        """Whether the caller may edit plots at all; where, its villages decide."""
        return allowed(self.admission.principal, Action.EDIT_PLOTS)

    @property
    def if_none_match(self) -> str | None:
        """The tags of the copies the caller has."""
        return self.request.headers.get("if-none-match")

    def answer(self, document: object, page: Page, media: str = "application/json") -> Response:
        """A document as JSON, or as the page for people.

        Clients keep such documents on disk and read old ones unless told to ask again.
        """
        headers = {"Cache-Control": REVALIDATE, "Vary": "Accept, Authorization"}
        if self.html:
            return html_response(page, document, self.addresses, headers)
        return Response(orjson.dumps(document), media_type=media, headers=headers)


async def opened(request: Request, formats: Mapping[str, bool] = FORMATS) -> Call:
    """Admit the caller and read what every resource understands.

    ``formats``: the values that ``f`` may have here, and whether they mean a page.

    Raises:
        NotAuthenticated: a 401 problem without credentials.
        InvalidParameter: for a repeated parameter or an unknown ``f``.
    """
    return opened_by(request, await admitted(request), formats)


def opened_by(
    request: Request, admission: Admission, formats: Mapping[str, bool] = FORMATS
) -> Call:
    """What every resource understands of the request of a caller who is admitted.

    Raises:
        InvalidParameter: for a repeated parameter or an unknown ``f``.
    """
    parameters = QueryParameters(request.query_params.multi_items())
    return Call(
        request=request,
        access=the_access(request),
        admission=admission,
        parameters=parameters,
        addresses=Addresses(public_root(request) + PREFIX),
        html=wants_html(parameters.take("f"), request.headers.get("accept", ""), formats),
    )
