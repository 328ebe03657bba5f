"""What the API takes and gives. Fields that are not here are refused."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StrictBool, StringConstraints

Text = Annotated[str, StringConstraints(max_length=80)]
Version = Annotated[str, StringConstraints(max_length=40)]
Permission = Literal["granted", "provisional", "denied", "unknown"]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class Facts(Strict):
    """What a device says about itself; what is left out stays as it was."""

    permission: Permission | None = None
    model: Text | None = None
    os_version: Version | None = Field(None, examples=["15.1"])
    app_version: Version | None = Field(None, examples=["5.4.0"])
    locale: Annotated[str, StringConstraints(max_length=20)] | None = Field(
        None, examples=["fr-FR"]
    )
    timezone: Annotated[str, StringConstraints(max_length=50)] | None = Field(
        None, examples=["Europe/Paris"]
    )
    text_version: Text = Field("", description="Of the text shown before the prompt.")


class Device(Facts):
    installation_id: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    platform: Literal["android", "ios", "web"]
    token: Annotated[str, StringConstraints(min_length=1, max_length=4096)]
    gateway: Literal["fcm"] = "fcm"
    environment: Literal["production", "sandbox"] = "production"
    device_secret: Annotated[str, StringConstraints(max_length=100)] = Field(
        "", description="When the app has one: proof that it is the same device."
    )


class DeviceChange(Facts):
    token: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = (
        None
    )


class DeviceAnswer(Schema):
    device_id: str
    person_id: str
    server_time: AwareDatetime


class NewDevice(DeviceAnswer):
    device_secret: str | None = Field(description="Keep it: it is not shown again.")


class Identity(Strict):
    identity_token: Annotated[str, StringConstraints(max_length=8192)] = ""
    external_id: Annotated[str, StringConstraints(max_length=128)] = ""


class Attributes(Strict):
    attributes: dict[str, Any] = Field(default_factory=dict)
    locale: Annotated[str, StringConstraints(max_length=20)] = ""
    country: Annotated[str, StringConstraints(max_length=2)] = ""
    timezone: Annotated[str, StringConstraints(max_length=50)] = ""


class AttributesAnswer(Schema):
    attributes: dict[str, Any]


class Preferences(Strict):
    preference: Literal["subscribed", "opted_in", "unsubscribed"] | None = None
    topics: dict[str, StrictBool] = Field(default_factory=dict)
    source: Text = Field("app", description="Where the choice was made.")
    text_version: Text = Field("", description="Of the text that was shown.")


class TopicAnswer(Schema):
    key: str
    name: str
    description: str
    on: bool


class PreferencesAnswer(Schema):
    preference: str
    topics: list[TopicAnswer]


class Happening(Strict):
    id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    name: Annotated[str, StringConstraints(max_length=80)]
    at: AwareDatetime
    properties: dict[str, Any] = Field(default_factory=dict)


class Batch(Strict):
    events: Annotated[list[Happening], Field(min_length=1, max_length=1000)]


class Fate(Schema):
    id: str
    status: Literal["recorded", "duplicate", "refused"]
    code: str
    message: str


class BatchAnswer(Schema):
    events: list[Fate]


class Problem(Schema):
    """application/problem+json (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, str]]
