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
