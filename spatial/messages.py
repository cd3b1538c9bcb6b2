"""Sentences shown to people: Chinese first, English beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in both languages of the interface."""

    zh: str
    en: str

    def format(self, **values: object) -> Message:
        """Fill the same named placeholders in both languages."""
        return Message(self.zh.format(**values), self.en.format(**values))

    def to_dict(self) -> dict[str, str]:
        """As JSON carries it: ``{"zh": …, "en": …}``."""
        return {"zh": self.zh, "en": self.en}

    def __str__(self) -> str:
        return self.zh
