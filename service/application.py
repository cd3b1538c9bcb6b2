"""The HTTP application: wiring only."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from service import health, pages
from service.accounts.management_router import router as managed_accounts
from service.accounts.oidc_router import router as oidc
from service.accounts.router import router as accounts
from service.accounts.tokens_router import router as api_tokens
from service.alerts.router import router as alerts
from service.assessment.router import router as assessment
from service.basemap.fetching import Basemap
from service.basemap.router import router as basemap
from service.cases.evidence.router import router as evidence
from service.cases.life.router import router as case_life
from service.cases.router import router as cases
from service.documentation.completing import complete
from service.documentation.failures import FAILURES
from service.documentation.pages import router as documentation
from service.features.dependencies import reading_features
from service.foreign_pages import RefuseForeignPages
from service.imports.router import router as imports
from service.ledger.router import router as ledger
from service.ogc.routes import ogc_routes
from service.plots.router import router as plots
from service.problems import install_error_handlers
from service.query_dependencies import refuse_unknown_parameters
from service.runtime import Runtime
from service.scenes.detections_router import router as scene_detections
from service.scenes.router import router as scenes
from service.scenes.tiles_router import router as scene_tiles
from service.screening.router import router as screening
from service.stac.router import router as stac
from service.tiles.router import router as tiles
from service.villages.router import router as villages
from service.workdays.router import router as workdays

API_ROUTERS: tuple[APIRouter, ...] = (
    cases,
    screening,
    ledger,
    assessment,
    case_life,
    evidence,
    accounts,
    managed_accounts,
    api_tokens,
    alerts,
    workdays,
    imports,
    villages,
    plots,
    tiles,
    basemap,
    scene_detections,
    scene_tiles,
    scenes,
)


class DocumentedApplication(FastAPI):
    """An application whose document is completed."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        return complete(super().openapi())


def create_application(runtime: Runtime) -> FastAPI:
    """The whole service on one runtime."""
    app = DocumentedApplication(
        title="Plotwatch",
        version="2026.1",
        summary="Spatial monitoring of protected farmland",
        docs_url=None,
        openapi_url="/api/openapi.json",
        redoc_url=None,
        responses=FAILURES,
        lifespan=reading_features,
    )
    app.state.runtime = runtime
    app.state.basemap = Basemap(runtime.settings.basemap)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(RefuseForeignPages, settings=runtime.settings)
    install_error_handlers(app)
    # Pages of features are asked for most: one prefix tells them from all that follows.
    app.router.routes.extend(ogc_routes())
    strict = [Depends(refuse_unknown_parameters)]
    for router in API_ROUTERS:
        app.include_router(router, prefix="/api", dependencies=strict)
    app.include_router(stac, dependencies=strict)
    # An identity provider sends back what it likes.
    for router in (oidc, documentation):
        app.include_router(router, prefix="/api")
    app.include_router(health.router)
    # Last: it answers every address that nothing else has taken.
    app.include_router(pages.router)
    assemble_routes(app)
    return app


def assemble_routes(app: FastAPI) -> None:
    """Ask every router once: FastAPI puts routes together at the first request, for seconds."""
    scope = {"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []}
    for route in app.router.routes:
        route.matches(scope)
