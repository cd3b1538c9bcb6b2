"""The page has a word for everything that people are told of."""

from __future__ import annotations

import re
from pathlib import Path

from service.alerts.kinds import NoticeKind

PAGE = Path(__file__).parents[3] / "service" / "web" / "src"


def test_every_kind_of_notice_has_its_words_and_can_be_subscribed_to() -> None:
    kinds = {kind.value for kind in NoticeKind}
    words = (PAGE / "language" / "words" / "alerts.ts").read_text()
    assert {*re.findall(r"^  'notice\.(\w+)': \['.+', '.+'\],$", words, re.MULTILINE)} == kinds
    listed = re.search(r"KINDS = \[(.+)\]", (PAGE / "alerts" / "api.ts").read_text())
    assert listed
    assert {*re.findall(r"'(\w+)'", listed[1])} == kinds
