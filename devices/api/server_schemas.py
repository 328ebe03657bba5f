"""What servers say of people, and what they are answered."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from .schemas import Saying, Strict


class PersonChange(Saying):
    """One of a batch, with your own id of the person."""

    external_id: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class People(Strict):
    people: Annotated[
        list[Any],
        Field(
            min_length=1,
            max_length=1000,
            json_schema_extra={"items": PersonChange.model_json_schema()},
        ),
    ]


class PersonAnswer(Schema):
    external_id: str
    attributes: dict[str, Any]
    older: list[str] = Field(
        description="Attributes that were left as they are: something later is known."
    )


class PersonFate(Schema):
    external_id: str
    status: Literal["changed", "unchanged", "refused"]
    older: list[str]
    code: str
    message: str
    pointer: str


class PeopleAnswer(Schema):
    people: list[PersonFate]
