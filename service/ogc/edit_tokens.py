"""Which version of a plot an editor saw, so that nobody overwrites what he has not seen.

Three ways lead to it. A program sends back the entity tag it read, as ``If-Match``. A whole feature
that is put back carries the ``row_version`` that it was read with: so QGIS, which knows no
``If-Match``, is asked for whole features (see the editing routes). And a QGIS layer of a Plotwatch
project sends ``edit_token`` among the properties, by the layer's default on update, as it does on
the database itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from service.errors import InvalidParameter, PreconditionFailed, PreconditionRequired
from spatial.messages import Message

TOKEN_NAMES = frozenset({"edit_token", "row_version"})
TAG = re.compile(r'\s*(?:W/)?"v([1-9]\d{0,8})-[0-9a-f]+"\s*', re.ASCII)
TOKEN = re.compile(r"v([1-9]\d{0,8})", re.ASCII)
NOT_A_TOKEN = Message(
    "edit_token 应为 'v' 加读到的 row_version，如 v3。",
    "The edit token is 'v' and the row version that was read, such as v3.",
)
STALE = Message(
    "地块已被他人修改，您的修改没有保存。请重新读取后再编辑。",
    "The plot was changed by another and your change is not kept; read it again first.",
)
MISSING = Message(
    "整体替换地块时必须说明读到的版本：请带 If-Match 请求头，或在属性中保留 row_version。",
    "Replacing a plot needs the version that was read: send If-Match, or keep row_version.",
)


@dataclass(frozen=True, slots=True)
class EditToken:
    """The row version an editor saw; None when it does not say.

    ``header``: told by If-Match. ``shared``: told among the properties, as by a desktop, which
    saves an outline and the properties of a plot one after the other with the same version.
    """

    version: int | None = None
    header: bool = False
    shared: bool = False


def token_of(if_match: str | None, properties: Mapping[str, object]) -> EditToken:
    """The token of an edit, from its header or its properties.

    Raises:
        PreconditionFailed: for a tag that no plot has.
        InvalidParameter: for an edit token or row version that is none.
    """
    if if_match is not None and if_match.strip() != "*":
        seen = [int(found[1]) for found in map(TAG.fullmatch, if_match.split(",")) if found]
        if not seen:
            raise PreconditionFailed(STALE)
        # Of several tags any may fit; versions only grow, so the latest one decides.
        return EditToken(max(seen), header=True)
    token = properties.get("edit_token")
    if token is not None:
        told = TOKEN.fullmatch(token) if isinstance(token, str) else None
        if told is None:
            raise InvalidParameter("edit_token", NOT_A_TOKEN)
        return EditToken(int(told[1]), shared=True)
    version = properties.get("row_version")
    if version is None:
        return EditToken()
    if isinstance(version, bool) or not isinstance(version, int) or not 0 < version < 2**31:
        raise InvalidParameter("row_version", NOT_A_TOKEN)
    return EditToken(version, shared=True)


def require_token(token: EditToken, if_match: str | None) -> None:
    """Refuse to replace a whole plot that the editor may never have seen.

    Raises:
        PreconditionRequired: without a version; ``If-Match: *`` says that any will do.
    """
    if token.version is None and if_match is None:
        raise PreconditionRequired(MISSING)


def versioned_tag(tag: str, row_version: int) -> str:
    """The tag of one plot: the version that ``If-Match`` names, and the tag of its page."""
    digest = tag.removeprefix("W/").strip('"')
    return f'"v{row_version}-{digest}"'


def page_tags(if_none_match: str | None) -> str | None:
    """A list of tags without the versions that ``versioned_tag`` puts in front."""
    return None if if_none_match is None else re.sub(r'"v\d{1,9}-', '"', if_none_match)
