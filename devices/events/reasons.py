"""Why an event is refused: the code for programs, the words for people."""

from enum import StrEnum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Code(StrEnum):
    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_FIELD = "unknown_field"
    MISSING = "missing"
    BAD_ID = "bad_id"
    BAD_NAME = "bad_name"
    BAD_TIME = "bad_time"
    IN_THE_FUTURE = "in_the_future"
    TOO_LATE = "too_late"
    BAD_PROPERTIES = "bad_properties"
    TOO_LONG = "too_long"
    BAD_AMOUNT = "bad_amount"
    BAD_CURRENCY = "bad_currency"
    BAD_PRODUCT = "bad_product"
    BAD_PERSON = "bad_person"
    ERASED = "erased"


class Reason(NamedTuple):
    """What was wrong, as the API answers it, and how a developer mends it."""

    message: str | Promise
    mend: str | Promise


REASONS: dict[str, Reason] = {
    Code.NOT_AN_OBJECT: Reason(
        _("An event is an object with id, name and at."),
        _("Look at how the app builds its list: each entry of “events” is an object."),
    ),
    Code.UNKNOWN_FIELD: Reason(
        _("There is no such field: put what an event is about into properties."),
        _(
            "Move the field into “properties”. Only servers give “person”: a device's "
            "events are of whoever uses it."
        ),
    ),
    Code.MISSING: Reason(
        _("This field is needed."),
        _("Give id, name and at with every event, and person from a server."),
    ),
    Code.BAD_ID: Reason(
        _("Give each event an id of your own, 1 to 64 characters."),
        _(
            "Make a random UUID when the event happens, and keep it when the event is "
            "sent again: so it counts once."
        ),
    ),
    Code.BAD_NAME: Reason(
        _(
            "Name events with letters, digits and _ . : -, starting with a letter, "
            "80 characters at most."
        ),
        _(
            "Use a fixed name such as “product_viewed”, and put what changes into "
            "properties."
        ),
    ),
    Code.BAD_TIME: Reason(
        _("Give a time with its zone, such as 2026-01-31T09:00:00Z."),
        _("Write the time as RFC 3339 says, in UTC with Z or with an offset."),
    ),
    Code.IN_THE_FUTURE: Reason(
        _("This event is more than 10 minutes ahead of the server's clock."),
        _(
            "The clock of the phone is wrong. Compare it with “server_time” of the "
            "registration, and correct “at” by the difference."
        ),
    ),
    Code.TOO_LATE: Reason(
        _("Events are accepted for 30 days."),
        _("Send events within 30 days of when they happened, or drop them."),
    ),
    Code.BAD_PROPERTIES: Reason(
        _("Give properties as an object."),
        _("Write properties as names with values: {“amount”: 59.9}."),
    ),
    Code.TOO_LONG: Reason(
        _("The properties of an event have at most 4,096 bytes together."),
        _("Send what a segment or a text needs, and an id for the rest."),
    ),
    Code.BAD_AMOUNT: Reason(
        _("Give the amount of a purchase as a number, such as 59.9."),
        _("Send a number without quotes and without the currency, up to 10^12."),
    ),
    Code.BAD_CURRENCY: Reason(
        _("Give the currency of a purchase in three capitals, such as EUR."),
        _("Use the code of ISO 4217 and not the sign."),
    ),
    Code.BAD_PRODUCT: Reason(
        _("Give the product of a purchase as a text of 1 to 200 characters."),
        _("Send one event for each product when several are bought."),
    ),
    Code.BAD_PERSON: Reason(
        _("Say whose event it is: your own id of the person, 1 to 128 characters."),
        _("Give in “person” the id that the app identifies the person with."),
    ),
    Code.ERASED: Reason(
        _("This person was erased: nothing is kept until they register again."),
        _("Stop sending what this person does. The app's registration lifts it."),
    ),
}
