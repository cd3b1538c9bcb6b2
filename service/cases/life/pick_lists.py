"""The fixed lists that people choose from; data, beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spatial.messages import Message


@dataclass(frozen=True, slots=True)
class PickList:
    """Values with their labels, in the order to show them."""

    labels: Mapping[str, Message]

    def find(self, text: str) -> str | None:
        """The value for a value or for its Chinese label; None for anything else."""
        if text in self.labels:
            return text
        return next((value for value, label in self.labels.items() if label.zh == text), None)


@cache
def pick_list(name: str) -> PickList:
    """The list of that name in ``pick_lists.toml``.

    Raises:
        KeyError: when there is none.
    """
    return PickList({value: Message(*labels) for value, labels in _lists()[name].items()})


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("service.cases.life").joinpath("pick_lists.toml").read_text("utf-8"))
