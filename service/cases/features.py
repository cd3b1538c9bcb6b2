"""Suspect cases as features, each caller's own part of them."""

from __future__ import annotations

from collections.abc import Sequence

from service import clock
from service.accounts.permissions import case_scope
from service.accounts.roles import Principal
from service.cases.filters import is_overdue
from service.cases.models import Case
from service.cases.statuses import Status
from service.features.fragments import Fragment, fragment_of
from service.features.state import PublishedVersion
from service.features.types import FeatureType, Kind, Property
from spatial.messages import Message
from spatial.words import Category, Department


def cases_seen(principal: Principal) -> Fragment:
    """The permission table's word on cases; on no map are void ones and those that were split:
    their ground is that of their parts, and sums would count it twice."""
    seen = fragment_of(
        case_scope(principal, Case.village_code, Case.department, Case.supporting_departments)
    )
    stands = f"suspect_case.voided_at IS NULL AND suspect_case.status <> '{Status.SPLIT.value}'"
    return Fragment(f"{stands} AND ({seen.text})", seen.parameters)


def cases_with_overdue(versions: Sequence[PublishedVersion]) -> Fragment:
    """All cases, each with whether it is overdue by the service's clock."""
    overdue = fragment_of(is_overdue(clock.now()))
    return Fragment(
        f"(SELECT *, {overdue.text} AS overdue FROM suspect_case) AS suspect_case",
        overdue.parameters,
    )


CASES = FeatureType(
    name="cases",
    label=Message("疑似图斑", "Cases"),
    description=Message(
        "待核实的疑似图斑，是否违法由人认定。",
        "Suspect cases to be verified; only a person concludes.",
    ),
    table="suspect_case",
    source=cases_with_overdue,
    scope=cases_seen,
    period=("suspect_case.created_at", "coalesce(suspect_case.closed_at, 'infinity')"),
    period_kind=Kind.INSTANT,
    changes=("cases",),
    by_clock=True,
    properties=(
        Property("case_id", "suspect_case.id", Kind.INTEGER, Message("编号", "number")),
        Property("code", "suspect_case.code", Kind.TEXT, Message("图斑编号", "case code")),
        Property(
            "village_code",
            "suspect_case.village_code",
            Kind.TEXT,
            Message("村代码", "village code"),
        ),
        Property(
            "category",
            "suspect_case.category",
            Kind.TEXT,
            Message("疑似类别", "category"),
            words=Category,
        ),
        Property("severity", "suspect_case.severity", Kind.INTEGER, Message("等级", "severity")),
        Property(
            "status", "suspect_case.status", Kind.TEXT, Message("状态", "status"), words=Status
        ),
        Property("overdue", "suspect_case.overdue", Kind.BOOLEAN, Message("超期", "overdue")),
        Property("due_at", "suspect_case.due_at", Kind.INSTANT, Message("期限", "due")),
        Property(
            "department",
            "suspect_case.department",
            Kind.TEXT,
            Message("责任部门", "department"),
            words=Department,
        ),
        Property("rule", "suspect_case.rule", Kind.INTEGER, Message("规则", "rule")),
        Property(
            "rule_version",
            "suspect_case.rule_version",
            Kind.TEXT,
            Message("规则版本", "rule version"),
        ),
        Property("reason", "suspect_case.reason", Kind.TEXT, Message("原因", "reason")),
        Property(
            "suspect_m2",
            "(suspect_case.areas ->> 'suspect')::float8",
            Kind.NUMBER,
            Message("疑似面积（平方米）", "suspect area in m²"),
        ),
        Property(
            "suspect_mu",
            "(suspect_case.areas ->> 'suspect_mu')::float8",
            Kind.NUMBER,
            Message("疑似面积（亩）", "suspect area in mu"),
        ),
        Property(
            "farmland_m2",
            "(suspect_case.areas ->> 'farmland')::float8",
            Kind.NUMBER,
            Message("占耕地（平方米）", "farmland in m²"),
        ),
        Property(
            "permanent_basic_farmland_m2",
            "(suspect_case.areas ->> 'permanent_basic_farmland')::float8",
            Kind.NUMBER,
            Message("占永农（平方米）", "permanent basic farmland in m²"),
        ),
        Property("countable", "suspect_case.countable", Kind.BOOLEAN, Message("计数", "counted")),
        Property(
            "conclusion", "suspect_case.conclusion", Kind.TEXT, Message("认定结论", "conclusion")
        ),
        Property("patch_id", "suspect_case.patch_id", Kind.INTEGER, Message("图斑", "patch")),
        Property(
            "patch_no",
            # A patch keeps its number for as long as it is there.
            "(SELECT patch.patch_no FROM patch WHERE patch.id = suspect_case.patch_id)",
            Kind.TEXT,
            Message("卫片图斑编号", "patch number"),
        ),
        Property("batch_id", "suspect_case.batch_id", Kind.INTEGER, Message("批次", "batch")),
        Property(
            "after_date", "suspect_case.after_date", Kind.DATE, Message("后时相", "image after")
        ),
        Property(
            "created_at", "suspect_case.created_at", Kind.INSTANT, Message("立案时间", "raised")
        ),
        Property(
            "updated_at", "suspect_case.updated_at", Kind.INSTANT, Message("更新时间", "updated")
        ),
        Property(
            "closed_at", "suspect_case.closed_at", Kind.INSTANT, Message("结案时间", "closed")
        ),
        Property(
            "areas",
            "suspect_case.areas",
            Kind.JSON,
            Message("各类面积", "areas"),
            listed=False,
        ),
        Property(
            "exemptions",
            "suspect_case.exemptions",
            Kind.JSON,
            Message("豁免", "exemptions"),
            listed=False,
        ),
    ),
)
