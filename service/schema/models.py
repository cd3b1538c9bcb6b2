"""Every model of the product, so that the metadata is complete for Alembic."""

from service.accounts import models as accounts
from service.alerts import models as alerts
from service.assessment import models as assessment
from service.cases import models as cases
from service.evidence import models as evidence
from service.features import models as features
from service.findings import models as findings
from service.imagery import models as imagery
from service.imports import models as imports
from service.layers import models as layers
from service.patches import models as patches
from service.plots import models as plots
from service.qgis import models as qgis
from service.scenes import models as scenes
from service.villages import models as villages
from service.workdays import models as workdays
from service.zones import models as zones

__all__ = [
    "accounts",
    "alerts",
    "assessment",
    "cases",
    "evidence",
    "features",
    "findings",
    "imagery",
    "imports",
    "layers",
    "patches",
    "plots",
    "qgis",
    "scenes",
    "villages",
    "workdays",
    "zones",
]
