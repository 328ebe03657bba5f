"""How much of each provider's limit a push takes, without a credential to send it."""

from collections.abc import Callable
from typing import NamedTuple

from devices.gateways import apns_message, fcm_message, webpush_message, wns_message
from devices.gateways.apns import ApnsGateway
from devices.gateways.base import Push
from devices.gateways.fcm import FcmGateway
from devices.gateways.webpush import WebPushGateway
from devices.gateways.wns import WnsGateway


class Scale(NamedTuple):
    """Bytes of a push as the provider counts them, and the most that it takes."""

    max_payload: int
    size: Callable[[Push], int]

    def share(self, push: Push) -> float:
        """The part of the limit that is used: over 1 is too much."""
        return self.size(push) / self.max_payload


SCALES = {
    "fcm": Scale(FcmGateway.max_payload, fcm_message.size_of),
    "apns": Scale(
        ApnsGateway.max_payload, lambda push: len(apns_message.body_of(push))
    ),
    "webpush": Scale(
        WebPushGateway.max_payload, lambda push: len(webpush_message.body_of(push))
    ),
    "wns": Scale(WnsGateway.max_payload, lambda push: len(wns_message.body_of(push))),
}
