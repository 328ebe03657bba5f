"""What the API takes and gives. Fields that are not here are refused."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StrictBool, StringConstraints

Text = Annotated[str, StringConstraints(max_length=80)]
Version = Annotated[str, StringConstraints(max_length=40)]
Permission = Literal["granted", "provisional", "denied", "unknown"]
Token = Annotated[str, StringConstraints(min_length=1, max_length=4096)]
Locale = Annotated[str, StringConstraints(max_length=20)]
Wording = Annotated[str, StringConstraints(max_length=8000)]
Key = Annotated[str, StringConstraints(max_length=100)]

EXAMPLES_OF_DEVICES: list[Any] = [
    {
        "installation_id": "7b0e2c0e-6a1f-4f43-9a1c-2f0f9f7f3f11",
        "platform": "android",
        "gateway": "fcm",
        "token": "the-token-that-Firebase-returned",
        "permission": "granted",
    },
    {
        "installation_id": "0d2bb4c9-62a8-4a53-8b43-0a6c1a5e3b52",
        "platform": "ios",
        "gateway": "apns",
        "environment": "production",
        "token": "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad",
        "permission": "granted",
    },
    {
        "installation_id": "b6f5a7de-7a0a-4a4e-9d6a-30b6c2a4c0c3",
        "platform": "web",
        "gateway": "webpush",
        "token": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB",
        "p256dh": (
            "BC9gRDRrytCTqThogRw_EViu-dbZvKJ95WNXzqY6H-I-PFHO1543gyJ0VefCd6T-DYewBNvZu"
            "z8p2ARC5EZbHuo"
        ),
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "vapid_key": (
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wE"
            "qKK6PBru3jl7A8"
        ),
        "permission": "granted",
    },
    {
        "installation_id": "e5a7d1de-91a3-4d5f-8a0f-6f6a1b6f3d04",
        "platform": "windows",
        "gateway": "wns",
        "token": "https://db3p.notify.windows.com/?token=AgYAAAA",
        "permission": "granted",
    },
]
"""One for each gateway, for the description of the API."""


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
    text_shown: Wording = Field("", description="The exact words before the prompt.")


class Keys(Strict):
    """What a browser's PushSubscription says beside its endpoint."""

    p256dh: Key = Field("", description="Of the subscription: for webpush, which asks.")
    auth: Key = Field("", description="Of the subscription: for webpush, which asks.")
    vapid_key: Key = Field(
        "", description="The applicationServerKey that the browser subscribed with."
    )


class Device(Facts, Keys):
    installation_id: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    platform: Literal["android", "ios", "web", "windows"]
    token: Token = Field(
        description=(
            "fcm: the registration token. apns: the device token in hexadecimal. "
            "webpush: the subscription's endpoint. wns: the channel URI."
        )
    )
    gateway: Literal["fcm", "apns", "webpush", "wns"] = "fcm"
    environment: Literal["production", "sandbox"] = Field(
        "production",
        description="apns: sandbox for an app that Xcode installed by itself.",
    )
    browser: Literal["", "chrome", "firefox", "edge", "safari", "opera"] = Field(
        "", description="For webpush; without it, guessed from the endpoint."
    )
    device_secret: Annotated[str, StringConstraints(max_length=100)] = Field(
        "", description="When the app has one: proof that it is the same device."
    )

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": EXAMPLES_OF_DEVICES}
    )


class DeviceChange(Facts, Keys):
    token: Token | None = Field(
        None, description="Of the same gateway; an endpoint comes with its keys."
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


class Place(Strict):
    """Where the person is, in degrees (WGS 84). Round it as you promised them."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    consent: Literal[True] = Field(
        description="That the person agreed to tell where they are: nothing but true."
    )


class Saying(Strict):
    """What somebody says of a person; what is left out stays as it was."""

    attributes: dict[str, Any] = Field(
        default_factory=dict,
        description="A value replaces, null deletes, {“$inc”: 1} adds to a number.",
        examples=[{"city": "Paris", "vip": True, "points": {"$inc": 50}}],
    )
    at: AwareDatetime | None = Field(
        None, description="When it was so: what was said later stays. Without it, now."
    )
    locale: Annotated[str, StringConstraints(max_length=20)] = ""
    country: Annotated[str, StringConstraints(max_length=2)] = ""
    timezone: Annotated[str, StringConstraints(max_length=50)] = ""


class Attributes(Saying):
    location: Place | None = Field(
        None, description="null forgets it; left out, it stays as it was."
    )


class AttributesAnswer(Schema):
    attributes: dict[str, Any]


class Preferences(Strict):
    preference: Literal["subscribed", "opted_in", "unsubscribed"] | None = None
    topics: dict[str, StrictBool] = Field(default_factory=dict)
    source: Text = Field("app", description="Where the choice was made.")
    text_version: Text = Field("", description="Of the text that was shown.")
    text: Wording = Field("", description="The exact words that were shown.")
    locale: Locale = Field("", description="Of these words; else the device's.")
    paused_until: AwareDatetime | None = Field(
        None, description="No promotional message before; null ends a pause."
    )


class TopicAnswer(Schema):
    key: str
    name: str
    description: str
    on: bool
    required: bool = Field(description="It cannot be switched off by itself.")


class PreferencesAnswer(Schema):
    preference: str
    page: str = Field(description="The person's own page of these choices.")
    paused_until: AwareDatetime | None
    topics: list[TopicAnswer]


class Happening(Strict):
    """One event. Each is read by itself: one at fault does not hold the others."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    name: Annotated[str, StringConstraints(max_length=80)] = Field(
        examples=["purchase"]
    )
    at: AwareDatetime
    properties: dict[str, Any] = Field(
        default_factory=dict,
        description="Of a purchase: amount (number), currency (EUR), product (text).",
        examples=[{"amount": 59.9, "currency": "EUR", "product": "AJ1"}],
    )
    person: Annotated[str, StringConstraints(max_length=128)] = Field(
        "", description="From servers only, and needed there: your id of the person."
    )


class Batch(Strict):
    events: Annotated[
        list[Any],
        Field(
            min_length=1,
            max_length=1000,
            json_schema_extra={"items": Happening.model_json_schema()},
        ),
    ]


class Fate(Schema):
    id: str
    status: Literal["recorded", "duplicate", "refused"]
    code: str
    message: str
    pointer: str = Field(description="Into the request, where something was at fault.")


class BatchAnswer(Schema):
    events: list[Fate]


class Code(Strict):
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)] = Field(
        description="As it was typed: small letters, spaces and hyphens do no harm.",
        examples=["K7MQ-2XRT"],
    )


class Paired(Schema):
    device_id: str
    name: str = Field(description="How the admin calls this device.")
    server_time: AwareDatetime


class Web(Schema):
    vapid_key: str = Field(description="65 bytes as base64url.")


class Problem(Schema):
    """application/problem+json (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, str]]
