"""Tags of answers already given, so that a copy that still holds costs next to nothing."""

from __future__ import annotations

from service.features.state import DataState

REMEMBERED = 5000

Question = tuple[object, ...]
"""All of a request, and of who sent it, that its answer depends on beside the data."""


class KnownTags:
    """The tag of an answer follows from the question and the state of the data alone.

    So it need not be worked out twice while the state is the same; with another state everything
    is forgotten. Answers that depend on the time of day are not to be remembered.
    """

    def __init__(self) -> None:
        self._state: DataState | None = None
        self._tags: dict[Question, str] = {}

    def recall(self, asked: Question, state: DataState) -> str | None:
        """The tag that the question's answer has in this state, if it was worked out before."""
        return self._tags.get(asked) if state is self._state else None

    def remember(self, asked: Question, state: DataState, tag: str) -> None:
        """Keep a tag for as long as the state lasts."""
        if state is not self._state or len(self._tags) >= REMEMBERED:
            self._state, self._tags = state, {}
        self._tags[asked] = tag
