"""What an error report would print of a push tells neither secrets nor its words."""

import pytest

from campaigns.content.render import Words
from devices.gateways.apns import Trip
from devices.gateways.base import Button, Push, Subscription
from devices.gateways.encryption import Keys
from devices.gateways.queueing import Queued
from devices.gateways.wire import Answer, Request
from devices.registration.bulk import BulkDevice
from tests.builders import NOW

HIDDEN = "hidden"
BUTTON = Button(id="b1", label=HIDDEN, link=HIDDEN)
PUSH = Push(
    reference=7,
    token=HIDDEN,
    title=HIDDEN,
    body=HIDDEN,
    link=HIDDEN,
    image=HIDDEN,
    data={"n": HIDDEN},
    buttons=(BUTTON,),
    subscription=Subscription(HIDDEN, HIDDEN, "key"),
)
REQUEST = Request(HIDDEN, [HIDDEN], HIDDEN.encode(), [], 7, context=HIDDEN)
ANSWER = Answer(REQUEST, 410, HIDDEN.encode(), None, 0, HIDDEN, True, False, False)
WORDS = Words(
    title=HIDDEN,
    body=HIDDEN,
    link=HIDDEN,
    data={"n": HIDDEN},
    image=HIDDEN,
    buttons=(BUTTON,),
)
DEVICE = BulkDevice(
    1, "key", HIDDEN, *["web"] * 7, NOW, NOW, secret=HIDDEN, p256dh=HIDDEN, auth=HIDDEN
)


@pytest.mark.parametrize(
    "thing",
    [
        PUSH,
        BUTTON,
        PUSH.subscription,
        REQUEST,
        ANSWER,
        WORDS,
        DEVICE,
        Keys(HIDDEN.encode(), HIDDEN.encode()),
        Queued(PUSH, None, HIDDEN.encode()),
        Trip("id", HIDDEN, 0),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_nothing_of_it_is_printed(thing: object) -> None:
    assert HIDDEN not in repr(thing)
