"""Who is listened to, and what may be dialled: the company's rules against intruders and toll fraud."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.addresses import Network
from config.part import Part, YesNo

DestinationClass = Literal["national", "mobile", "shared_cost", "premium", "international", "satellite"]
CLASSES: tuple[DestinationClass, ...] = ("national", "mobile", "shared_cost", "premium", "international", "satellite")


Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Prefix = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{0,14}$")]
RoleName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class Security(Part):
    """Bans, and what signalling is taken."""

    never_banned: tuple[Network, ...] = Field(default=(), description="addresses that failures never ban")
    tls_only: YesNo = Field(default=False, description="telephones register and call over TLS or a browser only")
    srtp_only: YesNo = Field(
        default=False, description="telephones call with encrypted sound (SRTP) only; what trunks do is up to them"
    )


class Spending(Part):
    """What may be dialled outside in any sixty minutes. ``None``: no bound."""

    calls_per_hour: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    minutes_per_hour: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


_EVERYDAY: tuple[DestinationClass, ...] = ("national", "mobile", "shared_cost", "international")


class TollGuard(Part):
    """What each role may dial, and how much of it; emergency numbers always go out.

    International numbers go to ``countries`` (ISO 3166; "*": all of them), and never to what begins with one of
    ``closed_prefixes`` unless an ``open_prefixes`` that is as long or longer says so.
    """

    classes: dict[RoleName, tuple[DestinationClass, ...]] = Field(
        default={}, description="destination classes by role; a role that is not named has the everyday ones"
    )
    everyday: tuple[DestinationClass, ...] = _EVERYDAY
    countries: tuple[Country | Literal["*"], ...] = ("*",)
    closed_prefixes: tuple[Prefix, ...] | None = Field(
        default=None, description="instead of the built-in list of prefixes known for fraud"
    )
    open_prefixes: tuple[Prefix, ...] = ()
    per_extension: Spending = Spending(calls_per_hour=300, minutes_per_hour=1200)
    per_trunk: Spending = Spending()
    alarm_at: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.5, description="the share of an hour's bound at which supervisors are warned"
    )
    alarm_international_calls: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=20, description="calls abroad by one extension within an hour that supervisors are told of"
    )
