"""The product's words: what outsiders hold on to, with their labels in both languages."""

from __future__ import annotations

from enum import StrEnum

from spatial.messages import Message


class LabelledEnum(StrEnum):
    """A string enumeration whose members carry a Chinese and an English label."""

    label: Message

    def __new__(cls, value: str, zh: str = "", en: str = "") -> LabelledEnum:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = Message(zh or value, en or value)
        return member


class Protection(LabelledEnum):
    """What a place is; members stand from the strongest protection to none."""

    PERMANENT_BASIC_FARMLAND = (
        "permanent_basic_farmland",
        "永久基本农田",
        "permanent basic farmland",
    )
    HIGH_STANDARD_FARMLAND = "high_standard_farmland", "高标准农田", "high-standard farmland"
    CROPLAND = "cropland", "一般耕地", "cropland"
    RECOVERABLE = "recoverable", "可恢复地类", "recoverable land"
    NONE = "none", "非耕地", "not farmland"


class ChangeGroup(LabelledEnum):
    """What a patch says has appeared on the ground (TBLX, grouped)."""

    BUILDING = "building", "建构筑物", "building"
    HARDENED = "hardened", "硬化堆放", "hardened or stacked ground"
    EARTHWORK = "earthwork", "动土推填", "earthwork"
    ROAD = "road", "道路", "road"
    RURAL_ROAD = "rural_road", "农村道路", "rural road"
    PHOTOVOLTAIC = "photovoltaic", "光伏", "photovoltaic"
    MINING = "mining", "采矿取土", "mining"
    PARK_LAWN = "park_lawn", "公园草坪球场", "park, lawn or pitch"
    WATER = "water", "坑塘水面", "pond or water"
    ORCHARD = "orchard", "园地", "orchard"
    FOREST = "forest", "林地苗木", "trees or nursery"
    GRASS = "grass", "草地草皮", "grass or turf"
    FACILITY = "facility", "设施农用地", "facility agriculture"
    IDLE = "idle", "撂荒", "idle land"
    RESTORED = "restored", "恢复耕地", "restored cropland"
    UNKNOWN = "unknown", "类型不明", "unknown change"


class Category(LabelledEnum):
    """What a case is suspected of; every automatic word is 疑似 or 待核实."""

    NON_FARM = "non_farm", "疑似非农化", "suspected non-farm use"
    NON_GRAIN = "non_grain", "疑似非粮化", "suspected non-grain use"
    IDLE = "idle", "疑似撂荒", "suspected idle land"
    UNVERIFIED = "unverified", "待核实", "to be verified"
    LIKELY_LEGAL = "likely_legal", "疑似合法", "likely legal"
    TEMPORARY_ADJUSTMENT = (
        "temporary_adjustment",
        "种植用途临时调整（待核实）",
        "temporary adjustment",
    )
    RESTORED = "restored", "疑似恢复耕地", "likely restored cropland"
    HINT = "hint", "提示（待核实）", "hint"


class ZoneKind(LabelledEnum):
    """A protecting or an exempting layer; the value is the upload layer's name."""

    PERMANENT_BASIC_FARMLAND = (
        "permanent-basic-farmland",
        "永久基本农田",
        "permanent basic farmland",
    )
    HIGH_STANDARD_FARMLAND = "high-standard-farmland", "高标准农田", "high-standard farmland"
    APPROVED_CONSTRUCTION = "approved-construction", "农转用批文", "approved construction"
    TEMPORARY_LAND_USE = "temporary-land-use", "临时用地", "temporary land use"
    FACILITY_AGRICULTURE = "facility-agriculture", "设施农用地备案", "facility agriculture"
    HOMESTEAD_APPROVALS = "homestead-approvals", "宅基地批准", "homestead approvals"
    RURAL_ROADS = "rural-roads", "农村道路批准", "rural roads"
    TEMPORARY_ADJUSTMENT = "temporary-adjustment", "种植用途临时调整", "temporary adjustment"
    RESTORATION_AND_DISASTER = (
        "restoration-and-disaster",
        "抢险救灾与退耕",
        "restoration and disaster",
    )
    SHELTERBELTS = "shelterbelts", "防护林绿化批准", "shelterbelts"

    @property
    def protects(self) -> bool:
        """Whether the layer protects ground rather than exempting a change on it."""
        return self in (ZoneKind.PERMANENT_BASIC_FARMLAND, ZoneKind.HIGH_STANDARD_FARMLAND)


class Department(LabelledEnum):
    """The task force's departments."""

    PLANNING_AND_ENVIRONMENT = "planning_and_environment", "规环办", "planning and environment"
    AGRICULTURE_SERVICE_CENTER = (
        "agriculture_service_center",
        "农业服务中心",
        "agriculture service center",
    )
    CULTURE_SERVICE_CENTER = "culture_service_center", "文化服务中心", "culture service center"
    LAW_ENFORCEMENT = "law_enforcement", "综合执法大队", "law enforcement"
    FINANCE = "finance", "财政办", "finance"
    NATURAL_RESOURCES_STATION = "natural_resources_station", "规资所", "natural resources station"
    TASK_FORCE_OFFICE = "task_force_office", "专班办公室", "task force office"


class LayerName(LabelledEnum):
    """What an upload can be published as."""

    VILLAGES = "villages", "村界", "villages"
    PLOTS = "plots", "地块", "plots"
    PATCHES = "patches", "卫片图斑", "patches"
    PERMANENT_BASIC_FARMLAND = (
        "permanent-basic-farmland",
        "永久基本农田",
        "permanent basic farmland",
    )
    HIGH_STANDARD_FARMLAND = "high-standard-farmland", "高标准农田", "high-standard farmland"
    APPROVED_CONSTRUCTION = "approved-construction", "农转用批文", "approved construction"
    TEMPORARY_LAND_USE = "temporary-land-use", "临时用地", "temporary land use"
    FACILITY_AGRICULTURE = "facility-agriculture", "设施农用地备案", "facility agriculture"
    HOMESTEAD_APPROVALS = "homestead-approvals", "宅基地批准", "homestead approvals"
    RURAL_ROADS = "rural-roads", "农村道路批准", "rural roads"
    TEMPORARY_ADJUSTMENT = "temporary-adjustment", "种植用途临时调整", "temporary adjustment"
    RESTORATION_AND_DISASTER = (
        "restoration-and-disaster",
        "抢险救灾与退耕",
        "restoration and disaster",
    )
    SHELTERBELTS = "shelterbelts", "防护林绿化批准", "shelterbelts"

    @property
    def zone_kind(self) -> ZoneKind | None:
        """The kind of zone this layer holds; None for villages, plots and patches."""
        return ZoneKind(self.value) if self.value in set(ZoneKind) else None
