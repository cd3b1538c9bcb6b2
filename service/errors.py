"""What behaviour raises when a request cannot be met; ``service.problems`` turns it into HTTP.

::

    ServiceError
    ├── InvalidParameter   400  a parameter or field cannot be used
    │   └── UnknownParameter    there is no such parameter
    ├── TooCostly          400  a query would take longer than allowed
    ├── NotAuthenticated   401  nobody is logged in
    ├── NotAllowed         403  known, but may not
    ├── NotFound           404  no such thing, or not one the caller may see
    ├── Conflict           409  not in a state that allows this
    ├── PreconditionFailed 412  has changed since the caller read it
    ├── TooLarge           413  the upload exceeds the limit
    ├── PreconditionRequired 428 the caller must say which version it read
    ├── TooManyRequests    429  tried too often
    └── Unavailable        503  something needed is down
    StartupError                the program cannot start; exit code 3
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from spatial.errors import SpatialError
from spatial.messages import Message


class ServiceError(Exception):
    """A request that cannot be met; ``message`` says what to do instead."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"

    def __init__(self, message: Message, *, code: str | None = None, **extra: Any) -> None:
        super().__init__(message.en)
        self.message = message
        self.problem_code = code or self.code
        self.extra = extra


class InvalidParameter(ServiceError):
    """A query parameter or body field has a value that cannot be used."""

    code = "invalid-parameter"

    def __init__(self, parameter: str, message: Message, **extra: Any) -> None:
        super().__init__(message, parameter=parameter, **extra)


class UnknownParameter(InvalidParameter):
    """A parameter or member that there is not; ignored, it would let a misspelt filter pass."""

    code = "unknown-parameter"

    def __init__(self, parameter: str, known: Iterable[str]) -> None:
        names = sorted(known)
        there = Message(f"可用：{'、'.join(names)}", f"there are: {', '.join(names)}")
        if not names:
            there = Message("这里没有参数", "there are none")
        said = Message(
            f"没有参数 {parameter}；{there.zh}。",
            f"There is no parameter '{parameter}' here; {there.en}.",
        )
        super().__init__(parameter, said, choices=names)


class TooCostly(ServiceError):
    """A query would take longer than one request may."""

    code = "too-costly"


class NotAuthenticated(ServiceError):
    """Nobody is logged in, or the credentials are wrong."""

    status = 401
    code = "not-authenticated"


class NotAllowed(ServiceError):
    """The caller is known but may not do this."""

    status = 403
    code = "not-allowed"


class NotFound(ServiceError):
    """No such thing, or not one the caller may see."""

    status = 404
    code = "not-found"


class Conflict(ServiceError):
    """The thing is not in a state that allows this."""

    status = 409
    code = "conflict"


class PreconditionFailed(ServiceError):
    """The thing has changed since the caller read it."""

    status = 412
    code = "precondition-failed"


class PreconditionRequired(ServiceError):
    """The caller must say which version of the thing it read."""

    status = 428
    code = "precondition-required"


class TooLarge(ServiceError):
    """The upload exceeds the configured size."""

    status = 413
    code = "too-large"


class TooManyRequests(ServiceError):
    """The caller tries too often."""

    status = 429
    code = "too-many-requests"


class Unavailable(ServiceError):
    """Something the service needs is down."""

    status = 503
    code = "unavailable"


class StartupError(Exception):
    """Something needed to start is missing or down; the command ends with exit code 3."""


def refusal_body(error: SpatialError) -> dict[str, Any]:
    """What a refused file says: code, sentence, and where in the file."""
    place = {
        "file": error.file,
        "layer": error.layer,
        "row": error.row,
        "field": error.field,
        "choices": list(error.choices) or None,
    }
    body = {
        "code": error.problem_code,
        "detail": error.message.zh,
        "detail_en": error.message.en,
    }
    return body | {name: value for name, value in place.items() if value is not None}
