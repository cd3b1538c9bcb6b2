"""What each move asks for. Areas are in m²."""

from __future__ import annotations

from service.cases.life.forms import Field, FieldType
from spatial.messages import Message

VIOLATIONS = frozenset({"non_farm", "non_grain"})
VIOLATED = ("conclusion", VIOLATIONS)
NO_VIOLATIONS = frozenset({"legal", "pseudo_change", "other"})
When = tuple[str, frozenset[str]]


def _choice(
    name: str,
    choices: str,
    zh: str,
    en: str,
    *,
    required: bool = True,
    many: bool = False,
    when: When | None = None,
) -> Field:
    label = Message(zh, en)
    return Field(
        name=name,
        type=FieldType.CHOICE,
        label=label,
        choices=choices,
        required=required,
        many=many,
        asked_when=when,
    )


def _text(name: str, zh: str, en: str, *, required: bool = False) -> Field:
    return Field(name=name, type=FieldType.TEXT, label=Message(zh, en), required=required)


def _number(
    name: str, zh: str, en: str, *, required: bool = False, when: When | None = None
) -> Field:
    label = Message(zh, en)
    return Field(name=name, type=FieldType.NUMBER, label=label, required=required, asked_when=when)


def _date(name: str, zh: str, en: str, *, when: When | None = None) -> Field:
    return Field(name=name, type=FieldType.DATE, label=Message(zh, en), asked_when=when)


def _detail(conclusion: str, zh: str, en: str) -> Field:
    """The kind of a conclusion, asked while it is the one chosen."""
    name, choices = f"detail_{conclusion}", f"details_{conclusion}"
    when = ("conclusion", frozenset({conclusion}))
    return _choice(name, choices, zh, en, required=False, when=when)


DISPATCH = (
    _date("due_on", "核查截止日期（不填按规则计算）", "due on (by the rule when left out)"),
    _text("responsible", "责任人", "person responsible"),
)

START_CHECK = (
    Field(
        name="ongoing",
        type=FieldType.BOOLEAN,
        label=Message("现场正在施工", "work is under way"),
    ),
    Field(
        name="stop_record",
        type=FieldType.TEXT,
        label=Message("制止记录（何人何时如何制止）", "record of stopping it (who, when, how)"),
        needed_when=("ongoing", frozenset({True})),
    ),
)

SUBMIT = (
    _choice("opinion", "conclusions", "核实认定意见", "what was found"),
    _text("description", "现场核查描述", "what the place looks like"),
    Field(
        name="document_no",
        type=FieldType.TEXT,
        label=Message("批准文号", "approval document"),
        needed_when=("opinion", frozenset({"legal"})),
    ),
    Field(
        name="stop_notice_no",
        type=FieldType.TEXT,
        label=Message("制止通知书文号", "stop notice"),
        needed_when=("opinion", VIOLATIONS),
    ),
    _date(
        "stop_notice_on", "制止通知书日期", "date of the stop notice", when=("opinion", VIOLATIONS)
    ),
)

RETURN = (_choice("reasons", "return_reasons", "不通过理由", "reasons", many=True),)

CONCLUDE = (
    _choice("conclusion", "conclusions", "认定结论", "conclusion"),
    Field(
        name="reasons",
        type=FieldType.CHOICE,
        label=Message("通过理由", "reasons"),
        choices="approval_reasons",
        many=True,
        needed_when=("conclusion", NO_VIOLATIONS),
    ),
    _detail("legal", "合法分类", "kind of legal use"),
    _detail("other", "其他分类", "kind of other"),
    _detail("non_farm", "非农违法分类", "kind of violation"),
    Field(
        name="confirmed",
        type=FieldType.BOOLEAN,
        label=Message("办公室主任已确认（非农违法或重大以上）", "confirmed by the office's head"),
    ),
    _text("document_no", "批准文号", "approval document"),
    _number("violation_area", "违法面积（平方米）", "violation (m²)", when=VIOLATED),
    _number("violation_cropland", "其中耕地（平方米）", "of it cropland (m²)", when=VIOLATED),
    _number(
        "violation_permanent",
        "其中永久基本农田（平方米）",
        "of it permanent basic farmland (m²)",
        when=VIOLATED,
    ),
    _text("project_name", "项目名称", "project"),
    _text("project_owner", "项目主体", "who is behind it"),
    _text("land_use", "土地用途", "what the land is used for"),
)

PLAN = (
    _choice("method", "rectification_methods", "整改方式", "method"),
    _date("deadline", "整改期限（不填按规则计算）", "deadline (by the rule when left out)"),
    _text("responsible", "整改责任人", "person responsible", required=True),
    _text("measures", "整改措施", "measures"),
)

ENFORCE = (
    _choice("reason", "enforcement_reasons", "移送原因", "reason"),
    _text("order_no", "责令停止违法行为通知书文号", "number of the order to stop", required=True),
)

REPORT_RECTIFIED = (
    _number("rectified_area", "已整改面积（平方米）", "rectified (m²)", required=True),
    _number("restored_area", "其中拆除复耕、恢复种植（平方米）", "of it restored (m²)"),
    _number("regularised_area", "其中补办手续（平方米）", "of it regularised (m²)"),
    _text("approval_no", "补办手续批准文号", "approval of what was regularised"),
    _text("description", "整改落实情况", "what was done"),
)

ACCEPT = (
    _date("inspected_on", "现场验收日期", "inspected on"),
    _text("land_class_after", "验收后地类", "land class afterwards"),
)

REJECT = (_choice("reasons", "return_reasons", "不通过理由", "reasons", many=True),)

TRANSFER = (
    _choice("reason", "transfer_reasons", "移送原因", "reason"),
    _choice("receiver", "transfer_receivers", "移送单位", "receiver"),
    _text("transfer_no", "移送文号", "number of the transfer", required=True),
)

REOPEN = (_choice("reason", "reopening_reasons", "重开原因", "reason"),)

ESCALATE = (_choice("reason", "escalation_reasons", "督办原因", "reason"),)
