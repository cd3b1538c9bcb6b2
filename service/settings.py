"""The one place for settings: environment variables with the prefix ``PLOTWATCH_``."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PLOTWATCH_"
PublicUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$"),
    AfterValidator(lambda address: address.rstrip("/")),
]
"""An address without a slash at its end, and without query and fragment."""


class ImportSettings(BaseModel):
    """How strict imports are (``PLOTWATCH_IMPORTS__…``)."""

    rejected_share: float = Field(0.05, ge=0, le=1)
    """The largest share of rejected rows that still lets an import be published."""
    problems_shown: int = 1000
    memory_mb: int = 4096
    """Address space that a reading process may add to its own."""
    seconds: int = 1800
    preview_seconds: int = 60
    look_mb: int = 8
    """Uploads up to this size are opened before they are accepted, to refuse them at once."""
    unpacked_mb: int = 8192
    compression_ratio: float = 250.0
    members: int = 10_000
    nesting: int = 4
    rows: int = 20_000_000
    columns: int = 1_024
    vertices_per_row: int = 10_000_000


class ScreeningDefaults(BaseModel):
    """Thresholds of overlay and cases (``PLOTWATCH_SCREENING__…``)."""

    tolerance_m: float = Field(2.0, ge=0)
    dust_area_m2: float = Field(5.0, ge=0)
    dust_width_m: float = Field(0.5, ge=0)
    sliver_area_m2: float = Field(100.0, ge=0)
    """Suspect ground below this is kept for the record only; in place of the table's own border."""
    rules: Path | None = None
    """A rule table of the office's own; the documented one without it."""
    join_iou: float = Field(0.5, gt=0, le=1)
    join_cover: float = Field(0.8, gt=0, le=1)


class AlertSettings(BaseModel):
    """How alerts are delivered (``PLOTWATCH_ALERTS__…``)."""

    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_starttls: bool = False
    sender: str = "plotwatch@localhost"
    allowed_networks: list[str] = []
    """Private networks that webhooks may reach, such as ``10.2.0.0/16``."""
    timeout_seconds: float = Field(10.0, gt=0)
    lease_seconds: float = Field(120.0, gt=0)
    """After this long an attempt whose worker died is made again; well over four time-outs."""
    retry_seconds: list[float] = [10, 60, 300, 1800, 7200, 21600, 43200, 86400, 86400]
    """Pauses between attempts, about three days in all; then a message is given up as dead."""
    parallel: int = Field(8, ge=1)


class FeatureSettings(BaseModel):
    """Limits of pages, tiles and filters (``PLOTWATCH_FEATURES__…``)."""

    seconds: float = Field(15.0, gt=0)
    """How long one query of one request may take."""
    connections: int = Field(4, ge=1)
    """Connections of one process that read features; more do not make two cores faster."""
    patience: float = Field(1.0, ge=0)
    """How long a filter may take before it counts as a long one; half of the connections serve
    those at a time, and one is left to whoever asks without a filter."""
    downloads: int = Field(2, ge=1)
    """Whole collections that one process sends at the same time."""


class CaseSettings(BaseModel):
    """The clock of cases and the conditions of their moves (``PLOTWATCH_CASES__…``)."""

    verify_workdays: int = Field(3, ge=0, le=365)
    """For the village's check, where the rule gives no number."""
    review_workdays: int = Field(2, ge=0, le=365)
    rectify_days: int = Field(30, ge=0, le=3650)
    """Calendar days for rectification, where the rule gives no number."""
    remind_workdays: int = Field(1, ge=0, le=365)
    """How long before something is due one is reminded; rectification: three times as long."""
    escalate_days: int = Field(15, ge=1)
    """Calendar days overdue after which a case is escalated by itself."""
    escalate_again_days: int = Field(30, ge=1)
    returns_before_escalation: int = Field(3, ge=1)
    photo_distance_m: float = Field(200.0, gt=0)
    illegal_cropland_limit: float = Field(0.15, ge=0, le=1)
    """Share of illegally taken cropland in what construction took that asks for accountability."""


class EvidenceSettings(BaseModel):
    """Limits of photos and documents (``PLOTWATCH_EVIDENCE__…``)."""

    photo_mb: int = Field(40, ge=1)
    document_mb: int = Field(50, ge=1)
    megapixels: int = Field(120, ge=1)
    """Larger pictures are refused before they are decoded."""
    files_of_case: int = Field(500, ge=1)
    unfinished_hours: int = Field(72, ge=1)
    """How long an upload that stopped half-way can be taken up again."""


class SceneSettings(BaseModel):
    """Pictures and tiles of scenes (``PLOTWATCH_SCENES__…``)."""

    cache_mb: int = Field(512, ge=0)
    """Pictures of cases that are kept in the home so that they need not be drawn again."""
    mosaic_scenes: int = Field(8, ge=1)
    """Scenes that one tile of a mosaic may be put together from."""


class LoginSettings(BaseModel):
    """Lock-out and the length of sessions (``PLOTWATCH_LOGIN__…``)."""

    failures: int = Field(5, ge=1)
    """Wrong passwords for one name from one address before it is locked."""
    failures_of_address: int = Field(100, ge=1)
    """Wrong passwords from one address, whatever the names."""
    failures_of_name: int = Field(200, ge=1)
    """Wrong passwords for one name, from wherever."""
    window_minutes: int = Field(15, ge=1)
    """How long failures are counted together, and a lock lasts."""
    session_hours: int = Field(12, ge=1)
    """After this long tokens are no longer renewed: log in again."""
    link_minutes: int = Field(15, ge=1)


class OidcSettings(BaseModel):
    """Logging in through an OpenID Connect provider (``PLOTWATCH_OIDC__…``)."""

    issuer: str | None = None
    """The provider's issuer address; without it the door does not exist."""
    client_id: str = "plotwatch"
    client_secret: str | None = None
    """None for a public client; PKCE protects both."""
    scopes: str = "openid profile"
    username_claim: str = "preferred_username"
    """The claim that names the account at its first login this way."""
    timeout_seconds: float = Field(10.0, gt=0)


class BasemapSettings(BaseModel):
    """The ground beneath the map (``PLOTWATCH_BASEMAP__…``); without an address there is none."""

    url: str = ""
    """An XYZ or WMTS address of tiles in the web's grid, with ``{z}``, ``{x}`` and ``{y}``."""
    attribution: str = ""
    """Whose map it is; shown on the map."""
    tianditu_key: str = ""
    """A server key of 天地图, in place of an address: its images with the names of places."""
    deepest: int = Field(18, ge=1, le=22)
    """The deepest zoom that has tiles; deeper ones are drawn from it."""
    timeout_seconds: float = Field(10.0, gt=0)


class Settings(BaseSettings):
    """Everything a deployment can decide."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="ignore",
        env_ignore_empty=True,
    )

    home: Path = Path(".plotwatch")
    database_url: str | None = None
    admin_password: str | None = None
    max_upload_mb: int = 512
    timezone: str = "Asia/Shanghai"
    files_url: str | None = None
    """Where uploads, photos and scenes are kept: a folder or ``s3://bucket/prefix``."""
    public_url: PublicUrl | None = None
    """The address people use, such as ``https://host`` or ``https://host/path`` behind a proxy that
    takes the path away: links in alerts and in answers begin with it. Without it those in answers
    have the request's own address, or the one in ``X-Forwarded-Host`` and ``-Proto``."""
    inbox: Path | None = None
    """A watched folder: complete files in it are imported by themselves, as patches; those in a
    folder in it that is named like a layer, as that layer."""
    inbox_settle_seconds: float = Field(10.0, ge=0)
    """How long a file must have been at rest to count as complete."""
    token_minutes: int = 60
    workers: int = 1
    database_pool: int = 8
    imports: ImportSettings = ImportSettings()
    login: LoginSettings = LoginSettings()
    cases: CaseSettings = CaseSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    scenes: SceneSettings = SceneSettings()
    basemap: BasemapSettings = BasemapSettings()
    oidc: OidcSettings = OidcSettings()
    features: FeatureSettings = FeatureSettings()
    alerts: AlertSettings = AlertSettings()
    screening: ScreeningDefaults = ScreeningDefaults()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone deadlines and dates are counted in."""
        return ZoneInfo(self.timezone)

    @property
    def secrets_folder(self) -> Path:
        """Private files of this home: keys and the database password."""
        return self.home / "secrets"

    def secret(self, name: str) -> str:
        """A random secret of this home, made at first use and readable by its owner only."""
        path = self.secrets_folder / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(32))
            fresh.replace(path)
        return path.read_text().strip()
