"""Reports that are sent by mail as days, weeks and months end."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.names import Name
from config.part import Language, Part, YesNo

ReportKind = Literal["queues", "agents", "numbers", "menus", "dispositions"]
Every = Literal["day", "week", "month"]


class ReportMail(Part):
    """One report that some addresses get at an ``hour`` of the company's clock: of the day before, or on Mondays of the
    week before, or on the first of the month of the month before."""

    name: Name
    title: Annotated[str, Field(max_length=100)] = ""
    report: ReportKind = "queues"
    only: Annotated[str, Field(max_length=64)] = Field(
        default="", description="one queue, agent, number or menu; empty: all of them"
    )
    every: Every = "week"
    hour: Annotated[int, Field(ge=0, le=23)] = Field(default=8, description="of the company's clock")
    mail_to: tuple[Annotated[str, Field(pattern=r"^[^@\s]{1,64}@[^@\s]{1,189}$")], ...] = Field(
        min_length=1, max_length=20, description="addresses that get it"
    )
    language: Language = "es"
    is_active: YesNo = True
