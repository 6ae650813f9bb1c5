"""What all catalogue entries have in common."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Severity = Literal["error", "warning"]
Operator = Literal[">=", "<=", "<", ">"]
# Ids appear in expressions (`cases`, FORM.MEASURE) and in file and column names.
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Slug = Annotated[
    str,
    BeforeValidator(
        lambda v: str(v) if isinstance(v, int) and not isinstance(v, bool) else v, json_schema_input_type=str | int
    ),
    Field(pattern=r"^[^\s/][^/\n]*$"),
]


class Entry(BaseModel):
    """Common to all: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
