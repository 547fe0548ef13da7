"""What an API request can end with instead of an answer; each becomes one problem document (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class ApiError(Exception):
    """Base: ``status`` is the HTTP status, ``detail`` says it to a person, ``faults`` names fields."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self,
        detail: str = "",
        *,
        faults: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.faults = list(faults)
        self.headers = dict(headers or {})


class MalformedError(ApiError):
    """The request is not what it claims to be: broken JSON, a cursor of another list."""

    status = 400
    title = "Malformed request"


class UnauthenticatedError(ApiError):
    """Nobody is signed in, or not any more."""

    status = 401
    title = "Sign in first"

    def __init__(self, detail: str = "", *, faults: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(detail, faults=faults, headers={"WWW-Authenticate": 'Bearer realm="centralita"'})


class ForbiddenError(ApiError):
    """Signed in, but not allowed."""

    status = 403
    title = "Not allowed"


class MissingError(ApiError):
    """There is no such thing, or none that this person may see."""

    status = 404
    title = "Not found"


class NotAcceptableError(ApiError):
    """None of the media types asked for can be made."""

    status = 406
    title = "Not acceptable"


class ConflictError(ApiError):
    """The thing is in a state in which this cannot be done, or it exists already."""

    status = 409
    title = "Conflict"


class TooSlowError(ApiError):
    """The body did not come within its time (RFC 9110 §15.5.9)."""

    status = 408
    title = "Too slow"


class TooLargeError(ApiError):
    """The body is larger than allowed."""

    status = 413
    title = "Too large"


class UnsupportedTypeError(ApiError):
    """The body is of a media type that is not read here."""

    status = 415
    title = "Unsupported media type"


class RangeError(ApiError):
    """The part asked for is not there; the headers say how much there is (RFC 9110 §15.5.17)."""

    status = 416
    title = "No such range"

    def __init__(self, size: int) -> None:
        super().__init__(f"there are {size} bytes", headers={"Content-Range": f"bytes */{size}"})


class InvalidError(ApiError):
    """The body or the query is well formed, but its fields are not what they should be."""

    status = 422
    title = "Some fields are wrong"


class TooManyError(ApiError):
    """Too many attempts; ``Retry-After`` says when to come back."""

    status = 429
    title = "Too many attempts"

    def __init__(self, detail: str, retry_after_s: float) -> None:
        super().__init__(detail, headers={"Retry-After": str(max(1, round(retry_after_s)))})


class UnavailableError(ApiError):
    """Something that this needs (the exchange) is away at the moment."""

    status = 503
    title = "Not available at the moment"


BY_STATUS: dict[int, type[ApiError]] = {
    error.status: error
    for error in (
        MalformedError,
        UnauthenticatedError,
        ForbiddenError,
        MissingError,
        NotAcceptableError,
        ConflictError,
        TooLargeError,
        UnsupportedTypeError,
        RangeError,
        InvalidError,
        TooManyError,
        UnavailableError,
    )
}
