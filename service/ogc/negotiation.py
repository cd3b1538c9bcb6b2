"""Which representation a request wants: ``f`` first, then ``Accept``."""

from __future__ import annotations

from collections.abc import Mapping

from service.errors import InvalidParameter
from spatial.messages import Message

FORMATS: Mapping[str, bool] = {"json": False, "geojson": False, "html": True}
"""Values of ``f``, and whether they mean a page."""
TILE_FORMATS: Mapping[str, bool] = {"mvt": False}


def wants_html(f: str | None, accept: str, formats: Mapping[str, bool] = FORMATS) -> bool:
    """Whether a page for people is wanted rather than JSON, which is also the answer to anything.

    ``formats``: the values that ``f`` may have here.

    Raises:
        InvalidParameter: naming ``f``.
    """
    if f is not None:
        if f not in formats:
            known = ", ".join(formats)
            raise InvalidParameter(
                "f", Message(f"f 只能是：{known}。", f"f must be one of: {known}.")
            )
        return formats[f]
    weights = {"html": 0.0, "json": 0.0}
    for entry in accept.lower().split(","):
        media, _, parameters = entry.partition(";")
        for name in weights:
            if name in media:
                weights[name] = max(weights[name], _weight(parameters))
    return weights["html"] > weights["json"]


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
