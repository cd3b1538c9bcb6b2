"""A message as a letter: as text, and as HTML for programs that show it."""

from __future__ import annotations

from html import escape
from itertools import groupby

from service.alerts.content import Content
from service.alerts.entries import Entry

CELL = "padding:6px 10px;border-bottom:1px solid #dfe5df;vertical-align:top"


def plain(content: Content) -> str:
    """Every entry with the address of its case, and how the rest is found."""
    lines = [line for entry in content.entries for line in (entry.line, entry.link or "") if line]
    return "\n".join([*lines, *filter(None, [content.rest(), content.link])]) + "\n"


def html(content: Content) -> str:
    """The same, a table for each kind of notice; styled where it stands, as mail programs need."""
    groups = groupby(content.entries, key=lambda entry: entry.kind)
    tables = "".join(_table(kind, list(entries)) for kind, entries in groups)
    rest = f"<p>{escape(content.rest())}</p>" if content.rest() else ""
    link = _link(content.link, "打开图斑列表 All cases") if content.link else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(content.subject)}</title></head>"
        '<body style="font:15px/1.6 sans-serif;color:#16211c">'
        f"{tables}{rest}<p>{link}</p></body></html>"
    )


def _table(kind: str, entries: list[Entry]) -> str:
    rows = "".join(_row(entry) for entry in entries)
    return (
        f'<h2 style="font-size:17px;margin:18px 0 6px">{escape(kind)}（{len(entries)}）</h2>'
        f'<table style="border-collapse:collapse;width:100%">{rows}</table>'
    )


def _row(entry: Entry) -> str:
    place = f"{escape(entry.village)}<br>{_link(entry.link, entry.code)}"
    due = f"期限 {escape(entry.due)}" if entry.due else ""
    note = f"<br>“{escape(entry.note)}”" if entry.note else ""
    what = f"<b>{escape(entry.what)}</b> {due}<br>{escape(entry.reason)}{note}"
    return f'<tr><td style="{CELL}">{place}</td><td style="{CELL}">{what}</td></tr>'


def _link(address: str | None, text: str) -> str:
    if address is None:
        return escape(text)
    return f'<a href="{escape(address, quote=True)}" style="color:#1d6b4f">{escape(text)}</a>'
