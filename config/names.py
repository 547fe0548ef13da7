"""What may be the name of something, and what a number looks like."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Extension = Annotated[str, Field(pattern=r"^[0-9]{2,6}$")]
Login = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
E164 = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{5,14}$")]
LoginOrDepartment = Annotated[str, Field(pattern=r"^(department:[^\x00]{1,64}|[a-z0-9][a-z0-9._-]{0,63})$")]
PromptName = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9._-]{0,63})?$")]
"""A sound that was uploaded under this name, in one language or several; empty: none."""
CalledName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
"""What people read as the name of somebody or something."""
Title = Annotated[str, Field(max_length=100)]
Emergency = Annotated[str, Field(pattern=r"^[0-9]{2,15}$")]
SipUser = Annotated[str, Field(pattern=r'^[^\s"<>\x00]{0,128}$')]
Skill = Annotated[str, Field(min_length=1, max_length=64)]
